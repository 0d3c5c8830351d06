/* SPDX-License-Identifier: Apache-2.0
 * QuantizeLinear, DequantizeLinear, and operators that are both around another one. */
#include <math.h>
#include <string.h>

#include "model/onnx/import.h"

/* Scales and zero points as constants of the arena; `axis` counts in the file's order. */
static int read_quant(const mote_import_t *m, int32_t scale, int32_t zero, int32_t axis,
                      mote_quant_t *q) {
  const mote_onnx_tensor_t *s = scale < 0 ? NULL : m->values[scale].c;
  const mote_onnx_tensor_t *z = zero < 0 ? NULL : m->values[zero].c;
  if (!s || (zero >= 0 && !z) || !s->count || s->count > 1 << 24 ||
      (z && z->count != s->count))
    return MOTE_IMPORT_UNSUPPORTED("scale and zero point must be constants of one size");
  int shifted = zero < 0 || z->type == MOTE_ONNX_UINT8;
  if (z && z->type != MOTE_ONNX_UINT8 && z->type != MOTE_ONNX_INT8 &&
      z->type != MOTE_ONNX_INT32)
    return MOTE_IMPORT_UNSUPPORTED("%s; only int8 and uint8 are covered",
                                   mote_onnx_type_name(z->type));
  *q = (mote_quant_t){(int32_t)s->count, axis, mote_arena_take(m->a, s->count, 4),
                      mote_arena_take(m->a, s->count, 4)};
  if (!q->scale || !q->zero) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < s->count; i++) {
    q->scale[i] = (float)mote_fold_real(s, i);
    q->zero[i] = (z ? (int32_t)mote_fold_int(z, i) : 0) - (shifted ? 128 : 0);
    if (!(q->scale[i] > 0.0f && isfinite(q->scale[i])))
      return mote_fail(MOTE_ERR_FORMAT, "scale %zu is %g", i, (double)q->scale[i]);
  }
  return MOTE_OK;
}

int mote_import_scale(const mote_import_t *m, int32_t scale, int32_t zero,
                      mote_quant_t *out) {
  MOTE_TRY(read_quant(m, scale, zero, 0, out));
  if (out->n == 1 && (zero < 0 || m->values[zero].c->type != MOTE_ONNX_INT32))
    return MOTE_OK;
  return MOTE_IMPORT_UNSUPPORTED("several scales for what is no constant");
}

/* The dequantised form of the constant `v` as the value `out`. */
static int dequantise_constant(mote_import_t *m, int32_t v, const mote_quant_t *q,
                               int32_t out) {
  const mote_onnx_tensor_t *t = m->values[v].c;
  const mote_dims_t d = m->values[v].dims;
  mote_onnx_tensor_t *f = mote_fold_new(m, MOTE_ONNX_FLOAT, &d);
  size_t inner = 1, n = (size_t)q->n;
  int u8 = t->type == MOTE_ONNX_UINT8;
  if (!f) return MOTE_ERR_NOMEM;
  if (t->type == MOTE_ONNX_FLOAT)
    return mote_fail(MOTE_ERR_FORMAT, "its input is float already");
  if (n > 1 && (q->axis >= d.rank || (size_t)d.d[q->axis] != n))
    return mote_fail(MOTE_ERR_FORMAT, "%zu scales do not fit axis %d", n, (int)q->axis);
  for (int32_t i = q->axis + 1; n > 1 && i < d.rank; i++) inner *= (size_t)d.d[i];
  for (size_t i = 0; i < t->count; i++) {
    size_t k = i / inner % n;
    double x = (double)(mote_fold_int(t, i) - (u8 ? 128 : 0) - q->zero[k]);
    ((float *)f->data)[i] = (float)(x * (double)q->scale[k]);
  }
  mote_value_t *y = &m->values[out];
  y->c = f, y->dims = d, y->cq = t, y->cquant = *q;
  return MOTE_OK;
}

/* A uint8 input gets the scale that its reader knows, and its int8 form. */
static int shift_input(mote_import_t *m, int32_t *tensor, const mote_quant_t *q) {
  int32_t zero = q->zero[0] + 128;
  MOTE_TRY(mote_graph_quant(m->g, *tensor, 1, 0, q->scale, &zero));
  *tensor = mote_import_shifted(m, *tensor, MOTE_I8);
  return *tensor < 0 ? *tensor : MOTE_OK;
}

/* `out` is what v stands for under this scale, without a node. */
static int dequantise(mote_import_t *m, int32_t v, const mote_quant_t *q, int32_t out) {
  if (m->values[v].c) return dequantise_constant(m, v, q, out);
  if (q->n != 1)
    return MOTE_IMPORT_UNSUPPORTED("several scales for what is no constant");
  mote_value_t *x = &m->values[v], *y = &m->values[out];
  for (int i = 0; i < MOTE_LAYOUTS; i++) {
    if (x->at[i] < 0) continue;
    if (m->g->tensors[x->at[i]].dtype == MOTE_U8)
      MOTE_TRY(shift_input(m, &x->at[i], q));
    mote_tensor_t *t = &m->g->tensors[x->at[i]];
    if (t->dtype != MOTE_I8) return mote_fail(MOTE_ERR_FORMAT, "its input is no int8");
    if (!t->quant.n)
      MOTE_TRY(mote_graph_quant(m->g, x->at[i], 1, 0, q->scale, q->zero));
    if (t->quant.scale[0] != q->scale[0] || t->quant.zero[0] != q->zero[0])
      return MOTE_IMPORT_UNSUPPORTED("it reads with another scale than its input has");
    y->q[i] = x->at[i];
  }
  y->dims = x->dims, y->flat_c = x->flat_c;
  return MOTE_OK;
}

/* The scale of input k and the zero point behind it, for the value v. A missing zero
 * point is 0 of that value's type. */
static int scale_for(const mote_import_t *m, int32_t v, int32_t k, int64_t axis,
                     mote_quant_t *q) {
  const mote_value_t *x = &m->values[v];
  int32_t zero = mote_import_in(m, k + 1);
  int at = x->dims.rank ? mote_import_axis(axis, x->dims.rank) : 0;
  if (at < 0) at = 0; /* one scale: the axis says nothing */
  MOTE_TRY(read_quant(m, mote_import_in(m, k), zero, at, q));
  int is_u8 = x->c ? x->c->type == MOTE_ONNX_UINT8 : x->is_u8;
  for (int32_t i = 0; zero < 0 && !is_u8 && i < q->n; i++) q->zero[i] += 128;
  return MOTE_OK;
}

int mote_onnx_dequantize(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0);
  mote_quant_t q;
  if (mote_import_int(m, "block_size", 0))
    return MOTE_IMPORT_UNSUPPORTED("scales per block");
  MOTE_TRY(scale_for(m, v, 1, mote_import_int(m, "axis", 1), &q));
  return dequantise(m, v, &q, mote_import_out(m, 0));
}

/* `out` is v under the scale q, whose zero point is of the file's value `zero`. */
static int quantise(mote_import_t *m, int32_t v, const mote_quant_t *q, int32_t zero,
                    int32_t out) {
  int has_q = 0;
  for (int i = 0; i < MOTE_LAYOUTS; i++) has_q |= m->values[v].q[i] >= 0;
  m->use_q = has_q, m->out_q = q;
  mote_layout_t layout = mote_import_layout(m, v);
  int32_t t = mote_import_tensor(m, v, layout);
  if (t >= 0)
    t = has_q ? mote_import_requantise(m, t, q)
              : mote_import_emit(m, "quantize", &t, 1, NULL, NULL);
  m->use_q = 0, m->out_q = NULL;
  if (t < 0) return t;
  mote_value_t *x = &m->values[v], *y = &m->values[out];
  y->at[layout] = t, y->dims = x->dims, y->flat_c = x->flat_c;
  y->is_u8 = zero < 0 || m->values[zero].c->type == MOTE_ONNX_UINT8;
  return MOTE_OK;
}

int mote_onnx_quantize(mote_import_t *m) {
  int32_t zero = mote_import_in(m, 2);
  mote_quant_t q;
  MOTE_TRY(mote_import_scale(m, mote_import_in(m, 1), zero, &q));
  return quantise(m, mote_import_in(m, 0), &q, zero, mote_import_out(m, 0));
}

/* ---- QLinear...: values, scales and zero points in one node ---- */

/* Inputs are triples (value, scale, zero point) from `first` on, `triples` of them (0: to
 * the end); scale and zero point of the result at `out`; the bias at `bias`, or -1. */
static const struct {
  const char *name, *op;
  int32_t first, triples, out, bias;
} forms[] = {{"QLinearConv", "Conv", 0, 2, 6, 8},
             {"QLinearMatMul", "MatMul", 0, 2, 6, -1},
             {"QGemm", "Gemm", 0, 2, 7, 6},
             {"QLinearAdd", "Add", 0, 2, 6, -1},
             {"QLinearMul", "Mul", 0, 2, 6, -1},
             {"QLinearSigmoid", "Sigmoid", 0, 1, 3, -1},
             {"QLinearLeakyRelu", "LeakyRelu", 0, 1, 3, -1},
             {"QLinearAveragePool", "AveragePool", 0, 1, 3, -1},
             {"QLinearGlobalAveragePool", "GlobalAveragePool", 0, 1, 3, -1},
             {"QLinearConcat", "Concat", 2, 0, 0, -1}};

/* The real value of the triple at input k; weights have one scale per output channel. */
static int32_t triple(mote_import_t *m, const char *op, int32_t k) {
  int32_t v = mote_import_in(m, k), out;
  mote_quant_t q;
  if (v < 0) return mote_fail(MOTE_ERR_FORMAT, "input %d is missing", (int)k);
  int64_t axis = !strcmp(op, "MatMul") || (!strcmp(op, "Gemm") &&
                                           !mote_import_int(m, "transB", 0));
  mote_dims_t d = m->values[v].dims;
  MOTE_TRY(out = mote_import_value(m, &d));
  MOTE_TRY(scale_for(m, v, k + 1, axis, &q));
  MOTE_TRY(dequantise(m, v, &q, out));
  return out;
}

/* The bias has the product of the scales of input and weights. */
static int32_t bias_of(mote_import_t *m, int32_t v, int32_t x, int32_t w) {
  const mote_quant_t *in = NULL, *k = &m->values[w].cquant;
  for (int i = 0; i < MOTE_LAYOUTS; i++)
    if (m->values[x].q[i] >= 0) in = &m->g->tensors[m->values[x].q[i]].quant;
  if (v < 0) return -1;
  if (!in || !m->values[w].cq || !m->values[v].c)
    return MOTE_IMPORT_UNSUPPORTED("a bias without constant weights");
  mote_quant_t q = {k->n, 0, mote_arena_take(m->a, (size_t)k->n, 4),
                    mote_arena_take(m->a, (size_t)k->n, 4)};
  mote_dims_t d = m->values[v].dims;
  if (!q.scale || !q.zero) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < q.n; i++) q.scale[i] = in->scale[0] * k->scale[i];
  int32_t out = mote_import_value(m, &d);
  if (out < 0) return out;
  MOTE_TRY(dequantise_constant(m, v, &q, out));
  return out;
}

int mote_onnx_qlinear(mote_import_t *m) {
  const mote_onnx_node_t *own = m->node;
  int32_t in[MOTE_NODE_IO_MAX], n = 0, between, zero;
  mote_quant_t q;
  size_t f = 0;
  while (strcmp(forms[f].name, own->op)) f++;
  int32_t end = forms[f].triples ? forms[f].first + 3 * forms[f].triples : own->n_in;
  if (mote_import_int(m, "channels_last", 0))
    return MOTE_IMPORT_UNSUPPORTED("channels_last");
  for (int32_t k = forms[f].first; k < end && n < MOTE_NODE_IO_MAX - 1; k += 3)
    MOTE_TRY(in[n++] = triple(m, forms[f].op, k));
  if (forms[f].bias >= 0 && mote_import_in(m, forms[f].bias) >= 0)
    MOTE_TRY(in[n++] = bias_of(m, mote_import_in(m, forms[f].bias), in[0], in[1]));
  zero = mote_import_in(m, forms[f].out + 1);
  MOTE_TRY(mote_import_scale(m, mote_import_in(m, forms[f].out), zero, &q));
  MOTE_TRY(between = mote_import_value(m, &(mote_dims_t){0}));
  mote_onnx_node_t inner = *own;
  inner.op = forms[f].op, inner.in = in, inner.n_in = n;
  inner.out = &between, inner.n_out = 1;
  m->node = &inner;
  int rc = mote_import_make(m, &q);
  m->node = own;
  return rc < 0 ? rc : quantise(m, between, &q, zero, mote_import_out(m, 0));
}
