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

/* The zero point decides the type: a missing one is 0 of the input's type. */
static int dequant_of(const mote_import_t *m, mote_quant_t *q) {
  const mote_value_t *x = &m->values[mote_import_in(m, 0)];
  int64_t axis = mote_import_int(m, "axis", 1);
  int32_t zero = mote_import_in(m, 2);
  int axis_at = x->dims.rank ? mote_import_axis(axis, x->dims.rank) : 0;
  if (axis_at < 0) axis_at = 0; /* one scale: the axis says nothing */
  if (mote_import_int(m, "block_size", 0))
    return MOTE_IMPORT_UNSUPPORTED("scales per block");
  MOTE_TRY(read_quant(m, mote_import_in(m, 1), zero, axis_at, q));
  int is_u8 = x->c ? x->c->type == MOTE_ONNX_UINT8 : x->is_u8;
  for (int32_t i = 0; zero < 0 && !is_u8 && i < q->n; i++) q->zero[i] += 128;
  return MOTE_OK;
}

int mote_onnx_dequantize(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), out = mote_import_out(m, 0);
  mote_quant_t q;
  MOTE_TRY(dequant_of(m, &q));
  if (m->values[v].c) return dequantise_constant(m, v, &q, out);
  if (q.n != 1) return MOTE_IMPORT_UNSUPPORTED("several scales for what is no constant");
  mote_value_t *x = &m->values[v], *y = &m->values[out];
  for (int i = 0; i < MOTE_LAYOUTS; i++) {
    if (x->at[i] < 0) continue;
    mote_tensor_t *t = &m->g->tensors[x->at[i]];
    if (t->dtype != MOTE_I8) return mote_fail(MOTE_ERR_FORMAT, "its input is no int8");
    if (!t->quant.n) MOTE_TRY(mote_graph_quant(m->g, x->at[i], 1, 0, q.scale, q.zero));
    if (t->quant.scale[0] != q.scale[0] || t->quant.zero[0] != q.zero[0])
      return MOTE_IMPORT_UNSUPPORTED("it reads with another scale than its input has");
    y->q[i] = x->at[i];
  }
  y->dims = x->dims, y->flat_c = x->flat_c;
  return MOTE_OK;
}

int mote_onnx_quantize(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), zero = mote_import_in(m, 2);
  mote_quant_t q;
  MOTE_TRY(mote_import_scale(m, mote_import_in(m, 1), zero, &q));
  int has_q = 0;
  for (int i = 0; i < MOTE_LAYOUTS; i++) has_q |= m->values[v].q[i] >= 0;
  m->use_q = has_q, m->out_q = &q;
  mote_layout_t layout = mote_import_layout(m, v);
  int32_t t = mote_import_tensor(m, v, layout);
  if (t >= 0)
    t = has_q ? mote_import_requantise(m, t, &q)
              : mote_import_emit(m, "quantize", &t, 1, NULL, NULL);
  m->use_q = 0, m->out_q = NULL;
  if (t < 0) return t;
  mote_value_t *x = &m->values[v], *y = &m->values[mote_import_out(m, 0)];
  y->at[layout] = t, y->dims = x->dims, y->flat_c = x->flat_c;
  y->is_u8 = zero < 0 || m->values[zero].c->type == MOTE_ONNX_UINT8;
  return MOTE_OK;
}
