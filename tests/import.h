/* SPDX-License-Identifier: Apache-2.0
 * Parse bytes in a test: one result, one arena, shared by the tests of formats. */
#ifndef MOTE_TESTS_IMPORT_H
#define MOTE_TESTS_IMPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../fuzz/recordings.h"

typedef struct {
  mote_arena_t *a;
  mote_recordings_t all;
  const mote_recording_t *r; /* the first one */
  int rc;
} import_t;

static inline import_t import_bytes(const mote_format_t *f, const void *p, size_t n,
                                    const mote_parse_options_t *opt) {
  import_t i = {.a = mote_arena_new()};
  assert_non_null(i.a);
  i.rc = f->parse(p, n, opt, i.a, &i.all);
  for (size_t k = 0; i.rc == 0 && k < i.all.n; k++) check_recording(&i.all.item[k]);
  i.r = i.rc == 0 ? i.all.item : NULL;
  return i;
}

static inline void import_free(import_t *i) { mote_arena_free(i->a); }

static inline int has_note(const mote_recording_t *r, const char *part) {
  for (size_t i = 0; i < r->n_notes; i++)
    if (strstr(r->notes[i], part)) return 1;
  return 0;
}

static inline void assert_error(const import_t *i, int code, const char *part) {
  assert_int_equal(i->rc, code);
  if (!strstr(mote_errmsg(), part)) fail_msg("\"%s\" lacks \"%s\"", mote_errmsg(), part);
}

#endif
