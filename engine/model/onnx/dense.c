/* SPDX-License-Identifier: Apache-2.0
 * Gemm and MatMul. With constant weights after a flattened image the columns of the
 * weights are put in the order of the channels-last image, so nothing is transposed at
 * run time. */
#include <string.h>

#include "model/onnx/window.h"

/* Where element (o, i) of the weights [out][in] lies in the file. */
typedef struct {
  size_t in, out, c; /* c: channels of the flattened image, else 0 */
  int transposed;    /* the file has [out][in] */
} order_t;

static size_t source(const void *ctx, size_t k) {
  const order_t *s = ctx;
  size_t o = k / s->in, i = k % s->in;
  if (s->c) i = i % s->c * (s->in / s->c) + i / s->c;
  return s->transposed ? o * s->in + i : i * s->out + o;
}

typedef struct {
  int32_t x, w, b;
  int transposed; /* the weights in the file are [out][in] */
  float alpha, beta;
} dense_t;

/* Is the bias one value per column, or one for all? */
static int is_bias(const mote_import_t *m, int32_t b, int32_t out) {
  const mote_value_t *x = &m->values[b];
  int32_t n = x->dims.rank;
  return x->c && (x->c->count == 1 ||
                  (x->c->count == (size_t)out && n && x->dims.d[n - 1] == out));
}

static int add_behind(mote_import_t *m, int32_t y, const dense_t *d) {
  int32_t in[2] = {y, mote_import_tensor(m, d->b, MOTE_LAYOUT_PLAIN)};
  mote_activation_attr_t a = {MOTE_ACT_NONE};
  if (y < 0 || in[1] < 0) return y < 0 ? y : in[1];
  if (d->beta != 1.0f) return MOTE_IMPORT_UNSUPPORTED("beta with a full matrix C");
  return mote_import_emit(m, "add", in, 2, &a, NULL);
}

static int dense(mote_import_t *m, const dense_t *d) {
  mote_dims_t x = m->values[d->x].dims, w = m->values[d->w].dims;
  int32_t in = w.d[d->transposed], out = w.d[!d->transposed];
  if (x.rank < 1 || x.d[x.rank - 1] != in || !in || !out)
    return mote_fail(MOTE_ERR_FORMAT, "a matrix of %d rows for %d columns", (int)in,
                     x.rank ? (int)x.d[x.rank - 1] : 0);
  if (m->use_q && !mote_weights_int8(m, d->w, !d->transposed, out)) m->use_q = 0;
  int flat = mote_import_layout(m, d->x) == MOTE_LAYOUT_FLAT;
  order_t order = {(size_t)in, (size_t)out, flat ? (size_t)m->values[d->x].flat_c : 0,
                   d->transposed};
  mote_weights_t spec = {d->w, 0, out, 0, MOTE_DIMS(out, in), source, &order, d->alpha};
  int32_t t[3] = {
      mote_import_tensor(m, d->x, flat ? MOTE_LAYOUT_FLAT : MOTE_LAYOUT_PLAIN), 0, -1};
  if (t[0] < 0) return t[0];
  if ((t[1] = mote_weights_tensor(m, &spec)) < 0) return t[1];
  int fused = d->b >= 0 && is_bias(m, d->b, out);
  mote_bias_t bias = {fused ? d->b : -1, 0, out, t[0], t[1], d->beta};
  MOTE_TRY(mote_bias_tensor(m, &bias, &t[2]));
  mote_dense_attr_t a = {m->activation, 1};
  int32_t y = mote_import_emit(m, "dense", t, fused ? 3 : 2, &a, NULL);
  if (d->b >= 0 && !fused) y = add_behind(m, y, d);
  return mote_import_set(m, mote_import_out(m, 0), y, MOTE_LAYOUT_PLAIN, x.rank);
}

int mote_onnx_gemm(mote_import_t *m) {
  dense_t d = {mote_import_in(m, 0), mote_import_in(m, 1), mote_import_in(m, 2),
               mote_import_int(m, "transB", 0) != 0, mote_import_float(m, "alpha", 1.0f),
               mote_import_float(m, "beta", 1.0f)};
  if (mote_import_int(m, "transA", 0))
    return MOTE_IMPORT_UNSUPPORTED("transA; put a Transpose before it");
  if (!m->values[d.w].c || m->values[d.w].dims.rank != 2)
    return MOTE_IMPORT_UNSUPPORTED("B must be a constant matrix");
  int scaled = d.alpha != 1.0f || d.beta != 1.0f;
  if (m->use_q && (scaled || (d.b >= 0 && !is_bias(m, d.b, m->values[d.w].dims.d[
                                                            !d.transposed]))))
    m->use_q = 0;
  return dense(m, &d);
}

/* Operand k as a matrix or several; a vector is a row on the left, a column on the right.
 */
static int32_t matrix(mote_import_t *m, int32_t k) {
  int32_t v = mote_import_in(m, k);
  mote_dims_t d = m->values[v].dims;
  if (d.rank == 1) {
    d = k ? MOTE_DIMS(d.d[0], 1) : MOTE_DIMS(1, d.d[0]);
    v = mote_import_view(m, v, &d);
  }
  return v < 0 ? v : mote_import_tensor(m, v, MOTE_LAYOUT_PLAIN);
}

/* The result without the axis that a vector was given. */
static int32_t without(mote_import_t *m, int32_t t, int a_vector, int b_vector) {
  const mote_dims_t d = m->g->tensors[t].dims;
  mote_dims_t to = {0};
  for (int32_t i = 0; i < d.rank; i++)
    if (!(a_vector && i == d.rank - 2) && !(b_vector && i == d.rank - 1))
      to.d[to.rank++] = d.d[i];
  return mote_import_reshape(m, t, &to);
}

/* batch_matmul fuses no activation. */
static int32_t activated(mote_import_t *m, int32_t t) {
  static const char *const ops[] = {[MOTE_ACT_RELU] = "relu", [MOTE_ACT_RELU6] = "relu6",
                                    [MOTE_ACT_RELU_N1_TO_1] = "relu_n1_to_1"};
  if (t < 0 || m->activation == MOTE_ACT_NONE) return t;
  return mote_import_emit(m, ops[m->activation], &t, 1, NULL, NULL);
}

static int product(mote_import_t *m) {
  mote_batch_matmul_attr_t a = {0, 0};
  int vector[2], t[2], y;
  if (m->use_q && !mote_import_int8_constants(m)) m->use_q = 0;
  for (int32_t k = 0; k < 2; k++) {
    vector[k] = m->values[mote_import_in(m, k)].dims.rank == 1;
    MOTE_TRY(t[k] = matrix(m, k));
  }
  MOTE_TRY(y = mote_import_emit(m, "batch_matmul", t, 2, &a, NULL));
  MOTE_TRY(y = without(m, activated(m, y), vector[0], vector[1]));
  return mote_import_set(m, mote_import_out(m, 0), y, MOTE_LAYOUT_PLAIN,
                         m->g->tensors[y].dims.rank);
}

int mote_onnx_matmul(mote_import_t *m) {
  dense_t d = {mote_import_in(m, 0), mote_import_in(m, 1), -1, 0, 1.0f, 1.0f};
  const mote_dims_t *w = &m->values[d.w].dims;
  int weights = m->values[d.w].c && w->rank == 2;
  /* Weights have zero point 0; products of int8 do not need that. */
  if (weights && m->use_q && !mote_weights_int8(m, d.w, 1, w->d[1]))
    weights = !mote_import_int8_constants(m);
  return weights ? dense(m, &d) : product(m);
}
