/* SPDX-License-Identifier: Apache-2.0
 * Small int8 graphs for the tests of passes: random ones with planted dead channels, and
 * a comparison of two graphs, bit for bit. */
#ifndef TESTS_PASS_NET_H
#define TESTS_PASS_NET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "nn_net.h"

static inline int32_t pn_pick(net_t *n, int32_t lo, int32_t hi) {
  return lo + (int32_t)mote_rng_below(&n->rng, (uint32_t)(hi - lo + 1));
}

static inline int pn_chance(net_t *n, int percent) { return pn_pick(n, 0, 99) < percent; }

/* An int8 value; scale 0: random scale and zero point. */
static inline int32_t pn_value(net_t *n, mote_dims_t d, float scale, int32_t zero) {
  int32_t t = net_value(n, d);
  n->g->tensors[t].dtype = MOTE_I8;
  float s = scale > 0 ? scale : mote_rng_range(&n->rng, 0.02f, 0.06f);
  int32_t z = scale > 0 ? zero : pn_pick(n, -128, 127);
  net_ok(mote_graph_quant(n->g, t, 1, 0, &s, &z));
  return t;
}

static inline int32_t pn_like(net_t *n, int32_t t) {
  mote_quant_t q = n->g->tensors[t].quant;
  return pn_value(n, MOTE_DIMS(1), q.scale[0], q.zero[0]);
}

static inline int32_t pn_input(net_t *n, mote_dims_t d) {
  int32_t t = pn_value(n, d, 0, 0);
  n->g->inputs[n->g->n_inputs++] = t;
  return t;
}

static inline int32_t pn_constant(net_t *n, mote_dims_t d) {
  int8_t v[256];
  for (int32_t i = 0; i < mote_dims_count(&d); i++) v[i] = (int8_t)pn_pick(n, -128, 127);
  int32_t t = net_ok(mote_graph_tensor(n->g, "c", MOTE_I8, &d, v));
  float s = 0.03f;
  int32_t z = pn_pick(n, -20, 20);
  net_ok(mote_graph_quant(n->g, t, 1, 0, &s, &z));
  return t;
}

static inline int32_t pn_node(net_t *n, const char *op, const int32_t *in, int32_t n_in,
                              int32_t out, const void *attr) {
  char name[32];
  snprintf(name, sizeof name, "n%d", n->count++);
  mote_node_spec_t s = {op, name, in, n_in, &out, 1, attr};
  net_ok(mote_graph_node(n->g, &s));
  return out;
}

static inline int32_t pn_unary(net_t *n, const char *op, int32_t x) {
  return pn_node(n, op, &x, 1, pn_value(n, MOTE_DIMS(1), 0, 0), NULL);
}

/* Weights [out][taps][in] (last: [taps][out]); some outputs and inputs weigh nothing. */
static inline int32_t pn_weights(net_t *n, mote_dims_t d, int32_t axis) {
  int32_t count = (int32_t)mote_dims_count(&d), out = d.d[axis];
  int32_t in = axis ? 1 : d.d[d.rank - 1];
  int8_t *w = calloc((size_t)count, 1);
  float *scale = calloc((size_t)out, sizeof *scale);
  uint8_t *dead_out = calloc((size_t)out, 1), *dead_in = calloc((size_t)in, 1);
  for (int32_t i = 0; i < out; i++) dead_out[i] = (uint8_t)pn_chance(n, 35);
  for (int32_t i = 0; i < in; i++) dead_in[i] = (uint8_t)(!axis && pn_chance(n, 15));
  for (int32_t i = 0; i < out; i++) scale[i] = mote_rng_range(&n->rng, 1e-3f, 8e-3f);
  for (int32_t i = 0; i < count; i++) {
    int32_t o = axis ? i % out : i / (count / out);
    int dead = dead_out[o] || (!axis && dead_in[i % in]);
    w[i] = (int8_t)(dead ? 0 : pn_pick(n, -127, 127));
  }
  int32_t t = net_ok(mote_graph_tensor(n->g, "w", MOTE_I8, &d, w));
  net_ok(mote_graph_quant(n->g, t, pn_chance(n, 60) ? out : 1, axis, scale, NULL));
  free(w), free(scale), free(dead_out), free(dead_in);
  return t;
}

static inline int32_t pn_bias(net_t *n, int32_t out) {
  int32_t v[256];
  for (int32_t i = 0; i < out; i++) v[i] = pn_pick(n, -20000, 20000);
  return net_ok(mote_graph_tensor(n->g, "b", MOTE_I32, &MOTE_DIMS(out), v));
}

static inline mote_window_attr_t pn_window(net_t *n, int32_t k) {
  mote_window_attr_t a = {
      pn_pick(n, 1, 2), pn_pick(n, 1, 2), 1, 1, pn_pick(n, 0, 2), 0, 0, 0, 0, k, k,
      pn_pick(n, 0, 3)};
  if (k > 1)
    a.pad_top = pn_pick(n, 0, k - 1), a.pad_left = pn_pick(n, 0, k - 1),
    a.pad_bottom = pn_pick(n, 0, k - 1), a.pad_right = pn_pick(n, 0, k - 1);
  return a;
}

static inline int32_t pn_conv(net_t *n, int32_t x, int32_t out_c, int32_t k,
                              mote_window_attr_t a) {
  int32_t c = n->g->tensors[x].dims.d[3];
  int32_t in[3] = {x, pn_weights(n, MOTE_DIMS(out_c, k, k, c), 0), pn_bias(n, out_c)};
  return pn_node(n, "conv2d", in, pn_chance(n, 80) ? 3 : 2,
                 pn_value(n, MOTE_DIMS(1), 0, 0), &a);
}

static inline int32_t pn_depthwise(net_t *n, int32_t x, int32_t multiplier, int32_t k,
                                   mote_window_attr_t a) {
  int32_t c = n->g->tensors[x].dims.d[3] * multiplier;
  int32_t in[3] = {x, pn_weights(n, MOTE_DIMS(1, k, k, c), 3), pn_bias(n, c)};
  return pn_node(n, "depthwise_conv2d", in, pn_chance(n, 80) ? 3 : 2,
                 pn_value(n, MOTE_DIMS(1), 0, 0), &a);
}

static inline int32_t pn_dense(net_t *n, int32_t x, int32_t out) {
  mote_dense_attr_t a = {pn_pick(n, 0, 3), 1};
  int32_t c = (int32_t)mote_dims_count(&n->g->tensors[x].dims);
  int32_t in[3] = {x, pn_weights(n, MOTE_DIMS(out, c), 0), pn_bias(n, out)};
  return pn_node(n, "dense", in, pn_chance(n, 80) ? 3 : 2,
                 pn_value(n, MOTE_DIMS(1), 0, 0), &a);
}

/* ---- comparison ---- */

typedef struct {
  const mote_graph_t *g;
  mote_program_t *prog;
  mote_exec_t *e;
} pn_run_t;

static inline pn_run_t pn_run_new(const mote_graph_t *g) {
  pn_run_t r = {.g = g};
  net_ok(mote_lower(g, &r.prog));
  net_ok(mote_exec_new(r.prog, &r.e));
  return r;
}

static inline void pn_run_free(pn_run_t *r) {
  mote_exec_free(r->e);
  mote_program_free(r->prog);
}

static inline void pn_same_tensor(const mote_tensor_t *a, const mote_tensor_t *b) {
  assert_string_equal(a->name, b->name);
  assert_int_equal(a->dtype, b->dtype);
  assert_true(mote_dims_equal(&a->dims, &b->dims));
  assert_int_equal(a->quant.n, b->quant.n);
  assert_memory_equal(a->quant.scale, b->quant.scale, (size_t)a->quant.n * sizeof(float));
  assert_memory_equal(a->quant.zero, b->quant.zero, (size_t)a->quant.n * 4);
}

static inline void *pn_random(mote_rng_t *r, const mote_tensor_t *t) {
  size_t n = (size_t)mote_dims_count(&t->dims), bytes = mote_tensor_bytes(t);
  uint8_t *p = malloc(bytes);
  for (size_t i = 0; i < bytes; i++) p[i] = (uint8_t)mote_rng_u32(r);
  for (size_t i = 0; i < n && t->dtype == MOTE_F32; i++)
    ((float *)(void *)p)[i] = 3 * mote_rng_normal(r);
  return p;
}

/* The same interface, and the same bits for `rounds` random inputs. */
static inline void pn_same_bits(const mote_graph_t *a, const mote_graph_t *b,
                                int rounds) {
  mote_rng_t rng = mote_rng(77, 5);
  pn_run_t x = pn_run_new(a), y = pn_run_new(b);
  assert_int_equal(a->n_inputs, b->n_inputs);
  assert_int_equal(a->n_outputs, b->n_outputs);
  for (int32_t i = 0; i < a->n_inputs; i++)
    pn_same_tensor(&a->tensors[a->inputs[i]], &b->tensors[b->inputs[i]]);
  for (int round = 0; round < rounds; round++) {
    void *in[MOTE_NODE_IO_MAX];
    for (int32_t i = 0; i < a->n_inputs; i++)
      in[i] = pn_random(&rng, &a->tensors[a->inputs[i]]);
    net_ok(mote_exec_run(x.e, (const void *const *)in, NULL));
    net_ok(mote_exec_run(y.e, (const void *const *)in, NULL));
    for (int32_t i = 0; i < a->n_outputs; i++) {
      const mote_tensor_t *t = &a->tensors[a->outputs[i]];
      pn_same_tensor(t, &b->tensors[b->outputs[i]]);
      assert_memory_equal(mote_exec_tensor(x.e, a->outputs[i]),
                          mote_exec_tensor(y.e, b->outputs[i]), mote_tensor_bytes(t));
    }
    for (int32_t i = 0; i < a->n_inputs; i++) free(in[i]);
  }
  pn_run_free(&x), pn_run_free(&y);
}

#endif
