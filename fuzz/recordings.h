/* SPDX-License-Identifier: Apache-2.0
 * What every parser of recordings promises, whatever the bytes: checked by the harnesses
 * and by the tests. Any breach aborts. */
#ifndef MOTE_FUZZ_RECORDINGS_H
#define MOTE_FUZZ_RECORDINGS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "formats/recording.h"

#define PROMISE(x)                                                                       \
  do {                                                                                   \
    if (!(x)) {                                                                          \
      fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #x);                    \
      abort();                                                                           \
    }                                                                                    \
  } while (0)

static inline void check_ranges(const mote_recording_t *r) {
  uint64_t at = 0;
  for (size_t i = 0; i < r->n_ranges; i++) {
    PROMISE(r->ranges[i].start == at && r->ranges[i].end > at && r->ranges[i].label);
    at = r->ranges[i].end;
  }
  PROMISE(!r->n_ranges || at == r->n);
}

static inline void check_recording(const mote_recording_t *r) {
  PROMISE(r->name && *r->name && r->axes >= 1 && r->axes <= MOTE_AXES_MAX && r->n >= 1);
  PROMISE(r->kind == MOTE_KIND_SERIES ? r->hz > 0 && isfinite(r->hz) : r->hz == 0);
  if (r->kind == MOTE_KIND_IMAGE) PROMISE((uint64_t)r->width * r->height == r->n);
  for (uint32_t c = 0; c < r->axes; c++) {
    PROMISE(r->axis_names[c] && *r->axis_names[c] && r->axis_units[c]);
    PROMISE(strlen(r->axis_names[c]) + strlen(r->axis_units[c]) < 100000);
  }
  for (uint64_t i = 0; i < r->n * r->axes; i++) PROMISE(isfinite(r->values[i]));
  for (size_t i = 0; i < r->n_meta; i++)
    PROMISE(strlen(r->meta[i].key) + strlen(r->meta[i].value) < SIZE_MAX / 4);
  for (size_t i = 0; i < r->n_notes; i++) PROMISE(*r->notes[i]);
  check_ranges(r);
}

/* Parses and checks; the status. */
static inline int check_parse(const mote_format_t *f, const uint8_t *p, size_t n,
                              const mote_parse_options_t *opt) {
  mote_recordings_t out;
  mote_arena_t *a = mote_arena_new();
  if (!a) return MOTE_ERR_NOMEM;
  mote_fail(0, "%s", "");
  int rc = f->parse(p, n, opt, a, &out);
  if (rc < 0) PROMISE(*mote_errmsg());
  if (rc == 0) PROMISE(out.n >= 1);
  for (size_t i = 0; rc == 0 && i < out.n; i++) check_recording(&out.item[i]);
  mote_arena_free(a);
  return rc;
}

#endif
