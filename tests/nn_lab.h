/* SPDX-License-Identifier: Apache-2.0
 * Graphs of one random node, float32 or int8, for tests that compare kernels. */
#ifndef TESTS_NN_LAB_H
#define TESTS_NN_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "model/attrs.h"
#include "model/op.h"

typedef struct {
  mote_rng_t r;
  mote_graph_t *g;
  int i8, i16, positive; /* positive: float inputs above 0 */
  int32_t node;
} lab_t;

static inline int32_t pick(lab_t *l, int32_t lo, int32_t hi) {
  return lo + (int32_t)mote_rng_below(&l->r, (uint32_t)(hi - lo + 1));
}

static inline int32_t ok(int32_t rc) {
  if (rc < 0) fail_msg("%s", mote_errmsg());
  return rc;
}

static inline lab_t lab(uint64_t seed, int i8) {
  return (lab_t){mote_rng(seed, 3), mote_graph_new(), i8, 0, 0, -1};
}

static inline void free_lab(lab_t *l) { mote_graph_free(l->g); }

static inline float a_scale(lab_t *l) { return mote_rng_range(&l->r, 0.01f, 0.05f); }

/* An activation; input when `input`. Scale 0: random. */
static inline int32_t value(lab_t *l, mote_dims_t d, int input, float scale,
                            int32_t zero) {
  char name[16];
  snprintf(name, sizeof name, "v%d", l->g->n_tensors);
  mote_dtype_t type = l->i16 ? MOTE_I16 : l->i8 ? MOTE_I8 : MOTE_F32;
  int32_t t = ok(mote_graph_tensor(l->g, name, type, &d, NULL));
  float s = scale > 0 ? scale : a_scale(l) / (l->i16 ? 256 : 1);
  int32_t z = l->i16 ? 0 : scale > 0 ? zero : pick(l, -100, 100);
  if (type != MOTE_F32) ok(mote_graph_quant(l->g, t, 1, 0, &s, &z));
  if (input) l->g->inputs[l->g->n_inputs++] = t;
  return t;
}

/* Weights with one scale per index of `axis`, or one for all. */
static inline int32_t weights(lab_t *l, mote_dims_t d, int32_t axis) {
  size_t n = (size_t)mote_dims_count(&d);
  float *f = calloc(n, sizeof *f), *scale = calloc((size_t)d.d[axis], sizeof *scale);
  int8_t *q = calloc(n, 1);
  for (size_t i = 0; i < n; i++) {
    f[i] = mote_rng_normal(&l->r);
    q[i] = (int8_t)pick(l, -127, 127);
  }
  for (int32_t i = 0; i < d.d[axis]; i++) scale[i] = mote_rng_range(&l->r, 1e-3f, 1e-2f);
  int32_t t = ok(mote_graph_tensor(l->g, "w", l->i8 ? MOTE_I8 : MOTE_F32, &d,
                                   l->i8 ? (void *)q : (void *)f));
  int32_t many = pick(l, 0, 1) ? d.d[axis] : 1;
  if (l->i8) ok(mote_graph_quant(l->g, t, many, axis, scale, NULL));
  free(f), free(q), free(scale);
  return t;
}

static inline int32_t bias(lab_t *l, int32_t n) {
  float *f = calloc((size_t)n, sizeof *f);
  int32_t *q = calloc((size_t)n, sizeof *q);
  mote_dims_t d = MOTE_DIMS(n);
  for (int32_t i = 0; i < n; i++) {
    f[i] = mote_rng_normal(&l->r);
    q[i] = pick(l, -3000, 3000);
  }
  int32_t t = ok(mote_graph_tensor(l->g, "b", l->i8 ? MOTE_I32 : MOTE_F32, &d,
                                   l->i8 ? (void *)q : (void *)f));
  free(f), free(q);
  return t;
}

static inline void node(lab_t *l, const char *op, const int32_t *in, int32_t n_in,
                        int32_t out, const void *attr) {
  mote_node_spec_t s = {op, op, in, n_in, &out, 1, attr};
  l->node = ok(mote_graph_node(l->g, &s));
  l->g->outputs[0] = out;
  l->g->n_outputs = 1;
}

static inline void *random_raw(lab_t *l, int32_t t) {
  const mote_tensor_t *x = &l->g->tensors[t];
  int64_t n = mote_dims_count(&x->dims);
  void *raw = calloc((size_t)n, 4);
  for (int64_t i = 0; i < n; i++) {
    if (x->dtype == MOTE_I16)
      ((int16_t *)raw)[i] = (int16_t)pick(l, -32768, 32767);
    else if (l->i8)
      ((int8_t *)raw)[i] = (int8_t)pick(l, -128, 127);
    else
      ((float *)raw)[i] = l->positive ? mote_rng_range(&l->r, 1e-3f, 9.0f)
                                      : mote_rng_normal(&l->r);
  }
  return raw;
}

static inline mote_window_attr_t random_window(lab_t *l, int32_t kh, int32_t kw,
                                               int pool) {
  mote_window_attr_t a = {
      pick(l, 1, 3), pick(l, 1, 3), 1, 1, pick(l, 0, 2), 0, 0, 0, 0, kh, kw,
      pick(l, 0, 3)};
  if (!pool) a.dilation_h = pick(l, 1, 2), a.dilation_w = pick(l, 1, 3);
  a.pad_top = pick(l, 0, kh - 1), a.pad_bottom = pick(l, 0, kh - 1);
  a.pad_left = pick(l, 0, kw - 1), a.pad_right = pick(l, 0, kw - 1);
  return a;
}

#endif
