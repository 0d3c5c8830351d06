/* SPDX-License-Identifier: Apache-2.0
 * Random graphs of integers that keep states: the quantiser leaves such operators float,
 * so they are made here. */
#include <math.h>

#include "nn_net.h"
#include "random_graph.h"

typedef struct {
  net_t n;
  mote_dtype_t type; /* of the values: int8 or int16 */
} gen_t;

static int32_t pick(gen_t *x, int32_t lo, int32_t hi) {
  return lo + (int32_t)mote_rng_below(&x->n.rng, (uint32_t)(hi - lo + 1));
}

/* As often between 0.001 and 0.002 as between 0.01 and 0.02. */
static float scale(gen_t *x, float lo, float hi) {
  return lo * powf(hi / lo, mote_rng_range(&x->n.rng, 0.0f, 1.0f));
}

static int32_t quantised(gen_t *x, int32_t t, mote_dtype_t type, float s, int32_t zero) {
  x->n.g->tensors[t].dtype = type;
  net_ok(mote_graph_quant(x->n.g, t, 1, 0, &s, &zero));
  return t;
}

static int32_t value(gen_t *x, mote_dims_t d) {
  int small = x->type == MOTE_I8;
  float s = small ? scale(x, 0.004f, 0.1f) : scale(x, 1e-5f, 3e-4f);
  return quantised(x, net_value(&x->n, d), x->type, s, small ? pick(x, -128, 127) : 0);
}

static int32_t state(gen_t *x, int32_t t) {
  x->n.g->tensors[t].role = MOTE_ROLE_STATE;
  return t;
}

/* Whole numbers up to `most` of i8, i16, i32 or i64. */
static int32_t table(gen_t *x, mote_dims_t d, mote_dtype_t type, int32_t most, float s) {
  int64_t n = mote_dims_count(&d);
  size_t size = mote_dtype_bytes(type);
  uint8_t *v = malloc((size_t)n * size);
  for (int64_t i = 0; i < n; i++) {
    int64_t one = pick(x, -most, most);
    memcpy(v + (size_t)i * size, &one, size); /* its low bytes */
  }
  int32_t t = net_ok(mote_graph_tensor(x->n.g, "table", type, &d, v));
  free(v);
  return quantised(x, t, type, s, 0);
}

static float scale_of(gen_t *x, int32_t t) { return x->n.g->tensors[t].quant.scale[0]; }

static int32_t lstm(gen_t *x, int32_t in) {
  mote_lstm_attr_t a = {pick(x, 0, 1), pick(x, 0, 3) == 0,
                        pick(x, 0, 1) ? scale(x, 0.05f, 3.0f) : 0.0f};
  mote_dims_t d = x->n.g->tensors[in].dims;
  int32_t units = pick(x, 1, 6), batch = d.d[a.time_major], v[15] = {in}, out[3];
  mote_dtype_t bias = x->type == MOTE_I8 ? MOTE_I32 : MOTE_I64;
  for (int i = 0; i < 4; i++) {
    v[1 + i] = table(x, MOTE_DIMS(units, d.d[2]), MOTE_I8, 127, scale(x, 1e-3f, 0.05f));
    v[5 + i] = table(x, MOTE_DIMS(units, units), MOTE_I8, 127, scale(x, 1e-3f, 0.05f));
    v[11 + i] = table(x, MOTE_DIMS(units), bias, 9999,
                      scale_of(x, in) * scale_of(x, v[1 + i]));
  }
  v[9] = out[1] = state(x, value(x, MOTE_DIMS(batch, units)));
  v[10] = out[2] = state(x, net_value(&x->n, MOTE_DIMS(batch, units)));
  quantised(x, v[10], MOTE_I16, ldexpf(1.0f, pick(x, -14, -6)), 0);
  const mote_quant_t *q = &x->n.g->tensors[v[9]].quant;
  out[0] = quantised(x, net_value(&x->n, MOTE_DIMS(1)), x->type, q->scale[0], q->zero[0]);
  mote_node_spec_t s = {"lstm", "lstm", v, 15, out, 3, &a};
  net_ok(mote_graph_node(x->n.g, &s));
  return out[0];
}

/* int8 only. */
static int32_t svdf(gen_t *x, int32_t in) {
  mote_svdf_attr_t a = {pick(x, 1, 3), pick(x, 0, 9) == 0};
  mote_dtype_t kept = pick(x, 0, 1) ? MOTE_I8 : MOTE_I16;
  mote_dims_t d = x->n.g->tensors[in].dims, flat = MOTE_DIMS(d.d[0] * d.d[1], d.d[2]);
  int32_t units = pick(x, 1, 4), memory = pick(x, 1, 5), filters = units * a.rank;
  int32_t row = quantised(x, net_value(&x->n, flat), MOTE_I8,
                          x->n.g->tensors[in].quant.scale[0],
                          x->n.g->tensors[in].quant.zero[0]);
  mote_node_spec_t view = {"reshape", "rows", &in, 1, &row, 1, NULL};
  net_ok(mote_graph_node(x->n.g, &view));
  int32_t st = state(x, net_value(&x->n, MOTE_DIMS(flat.d[0], filters * memory)));
  quantised(x, st, kept, kept == MOTE_I8 ? 0.05f : 3e-4f,
            kept == MOTE_I8 ? pick(x, -128, 127) : 0);
  int32_t v[5] = {row, table(x, MOTE_DIMS(filters, d.d[2]), MOTE_I8, 127, 0.01f),
                  table(x, MOTE_DIMS(filters, memory), kept, 127, 0.01f), st,
                  -1};
  v[4] = table(x, MOTE_DIMS(units), MOTE_I32, 9999, scale_of(x, st) * scale_of(x, v[2]));
  int32_t out[2] = {value(x, MOTE_DIMS(1)), st};
  mote_node_spec_t s = {"svdf", "svdf", v, pick(x, 4, 5), out, 2, &a};
  net_ok(mote_graph_node(x->n.g, &s));
  return out[0];
}

/* The sum with what a variable held, which then holds t. */
static int32_t delay(gen_t *x, int32_t t) {
  const mote_tensor_t like = x->n.g->tensors[t];
  int32_t st = state(x, net_value(&x->n, like.dims)), in[2] = {t};
  quantised(x, st, like.dtype, like.quant.scale[0], like.quant.zero[0]);
  in[1] = quantised(x, net_value(&x->n, like.dims), like.dtype, like.quant.scale[0],
                    like.quant.zero[0]);
  mote_node_spec_t read = {"read_variable", "read", &st, 1, &in[1], 1, NULL};
  mote_node_spec_t assign = {"assign_variable", "assign", &t, 1, &st, 1, NULL};
  net_ok(mote_graph_node(x->n.g, &read));
  net_ok(mote_graph_node(x->n.g, &assign));
  int32_t out = value(x, MOTE_DIMS(1));
  mote_node_spec_t add = {"add", "sum", in, 2, &out, 1, NULL};
  net_ok(mote_graph_node(x->n.g, &add));
  return out;
}

mote_graph_t *random_states(uint64_t seed) {
  gen_t x = {net_new(seed), seed % 3 ? MOTE_I8 : MOTE_I16};
  int32_t t = value(&x, MOTE_DIMS(pick(&x, 1, 3), pick(&x, 1, 4), pick(&x, 1, 9)));
  x.n.g->inputs[x.n.g->n_inputs++] = t;
  if (pick(&x, 0, 1)) t = delay(&x, t);
  for (int i = pick(&x, 1, 2); i > 0; i--) t = lstm(&x, t);
  if (x.type == MOTE_I8) t = svdf(&x, t);
  if (pick(&x, 0, 1)) t = delay(&x, t);
  net_output(&x.n, t);
  net_ok(mote_graph_check(x.n.g));
  return x.n.g;
}
