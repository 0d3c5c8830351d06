/* SPDX-License-Identifier: Apache-2.0
 * The cases in a file of tests/vectors/nn (README.md there). */
#ifndef MOTE_TEST_NN_VECTORS_H
#define MOTE_TEST_NN_VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"

typedef struct {
  char name[64];
  size_t runs;
  const uint8_t *model, *in, *out;
  size_t model_bytes, in_bytes, out_bytes; /* of all runs */
} case_t;

/* The case at *at, which moves behind it. */
static inline int next_case(const mote_buf_t *file, size_t *at, case_t *c) {
  if (*at == file->n) return 0;
  const char *line = (const char *)file->p + *at;
  const char *end = memchr(line, '\n', file->n - *at);
  assert_non_null(end);
  assert_int_equal(sscanf(line, "mote-vectors %63s runs %zu model %zu in %zu out %zu\n",
                          c->name, &c->runs, &c->model_bytes, &c->in_bytes,
                          &c->out_bytes),
                   5);
  c->model = (const uint8_t *)end + 1;
  c->in = c->model + c->model_bytes;
  c->out = c->in + c->in_bytes;
  *at = (size_t)(c->out + c->out_bytes - file->p);
  assert_true(c->runs > 0 && *at <= file->n);
  return 1;
}

#endif
