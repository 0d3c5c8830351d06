/* SPDX-License-Identifier: Apache-2.0
 * Operators that look at one value at a time stay in the layout their input has. */
#include <math.h>
#include <string.h>

#include "model/onnx/shape.h"

/* ---- one operand ---- */

static int emit_like(mote_import_t *m, const char *op, const void *attr) {
  int32_t x = mote_import_in(m, 0), rank = m->values[x].dims.rank;
  mote_layout_t layout = mote_import_layout(m, x);
  int32_t t = mote_import_tensor(m, x, layout);
  if (t < 0) return t;
  return mote_import_set(m, mote_import_out(m, 0),
                         mote_import_emit(m, op, &t, 1, attr, NULL), layout, rank);
}

static const struct { const char *onnx, *ours; } unaries[] = {
    {"Relu", "relu"}, {"Sigmoid", "logistic"}, {"Tanh", "tanh"}};

int mote_onnx_unary(mote_import_t *m) {
  for (size_t i = 0; i < sizeof unaries / sizeof unaries[0]; i++)
    if (!strcmp(unaries[i].onnx, m->node->op)) return emit_like(m, unaries[i].ours, NULL);
  return MOTE_ERR_UNSUPPORTED;
}

int mote_onnx_clip(mote_import_t *m) {
  float lo, hi;
  MOTE_TRY(mote_import_real(m, "min", 1, -INFINITY, &lo));
  MOTE_TRY(mote_import_real(m, "max", 2, INFINITY, &hi));
  if (lo == 0.0f && hi == 6.0f) return emit_like(m, "relu6", NULL);
  if (lo == 0.0f && hi >= 3e38f) return emit_like(m, "relu", NULL);
  return MOTE_IMPORT_UNSUPPORTED("limits %g and %g", (double)lo, (double)hi);
}

/* ---- two operands ---- */

/* Operand k with the dimensions of the result's rank, so that its axes can be mapped. */
static int32_t operand(mote_import_t *m, int32_t k, const mote_dims_t *to,
                       mote_layout_t layout) {
  int32_t v = mote_import_in(m, k);
  const mote_dims_t d = m->values[v].dims;
  mote_dims_t wide = {.rank = to->rank};
  if (layout != MOTE_LAYOUT_LAST || d.rank == to->rank)
    return mote_import_tensor(m, v, layout);
  for (int32_t i = 0; i < to->rank; i++)
    wide.d[i] = i < to->rank - d.rank ? 1 : d.d[i - to->rank + d.rank];
  v = mote_import_view(m, v, &wide);
  return v < 0 ? v : mote_import_tensor(m, v, layout);
}

/* The layout of one that is no constant, LAST before others; a FLAT one becomes PLAIN. */
static mote_layout_t common_layout(const mote_import_t *m) {
  mote_layout_t found = MOTE_LAYOUT_PLAIN;
  for (int32_t k = 0; k < m->node->n_in; k++) {
    int32_t v = m->node->in[k];
    if (v >= 0 && !m->values[v].c && m->values[v].dims.rank > 2 &&
        mote_import_layout(m, v) == MOTE_LAYOUT_LAST)
      found = MOTE_LAYOUT_LAST;
  }
  return found;
}

static const struct { const char *onnx, *ours; } binaries[] = {{"Add", "add"},
                                                               {"Mul", "mul"}};

static int constants_are_int8(const mote_import_t *m) {
  for (int32_t k = 0; k < m->node->n_in; k++) {
    const mote_value_t *x = &m->values[m->node->in[k]];
    if (x->c && (!x->cq || x->cquant.n != 1)) return 0;
  }
  return 1;
}

int mote_onnx_binary(mote_import_t *m) {
  int32_t a = mote_import_in(m, 0), b = mote_import_in(m, 1), in[2];
  mote_dims_t to;
  MOTE_TRY(mote_shape_broadcast(&m->values[a].dims, &m->values[b].dims, &to));
  if (m->use_q && !constants_are_int8(m)) m->use_q = 0;
  mote_layout_t layout = to.rank > 4 ? MOTE_LAYOUT_PLAIN : common_layout(m);
  for (int32_t k = 0; k < 2; k++)
    if ((in[k] = operand(m, k, &to, layout)) < 0) return in[k];
  mote_activation_attr_t attr = {m->activation};
  size_t i = 0;
  while (strcmp(binaries[i].onnx, m->node->op)) i++;
  return mote_import_set(m, mote_import_out(m, 0),
                         mote_import_emit(m, binaries[i].ours, in, 2, &attr, NULL),
                         layout, to.rank);
}

int mote_onnx_identity(mote_import_t *m) {
  int32_t mask = mote_import_out(m, 1);
  if (mask >= 0 && m->values[mask].n_uses)
    return MOTE_IMPORT_UNSUPPORTED("the mask of a Dropout");
  return mote_import_alias(m, mote_import_in(m, 0), mote_import_out(m, 0));
}

/* ---- along an axis ---- */

/* Softmax over the last axis. Before operator set 13 over the axis and all behind it. */
int mote_onnx_softmax(mote_import_t *m) {
  int32_t x = mote_import_in(m, 0);
  const mote_dims_t d = m->values[x].dims;
  int old = m->file->opset < 13, axis;
  MOTE_TRY(axis = mote_import_axis(mote_import_int(m, "axis", old ? 1 : -1), d.rank));
  mote_layout_t layout = mote_import_layout(m, x);
  if (layout == MOTE_LAYOUT_FLAT || (old && axis != d.rank - 1))
    layout = MOTE_LAYOUT_PLAIN;
  if (mote_import_map_axis(axis, d.rank, layout) != (layout ? 3 : d.rank - 1))
    layout = axis == 1 && d.rank < 5 && !old ? MOTE_LAYOUT_LAST : MOTE_LAYOUT_PLAIN;
  mote_softmax_attr_t a = {1.0f};
  int32_t t = mote_import_tensor(m, x, layout), rest = 1;
  if (t < 0) return t;
  for (int32_t i = axis + 1; i < d.rank; i++) rest *= d.d[i];
  int joined = layout == MOTE_LAYOUT_PLAIN && rest > 1;
  if (joined && !old)
    return MOTE_IMPORT_UNSUPPORTED("axis %d of %d; it must be the last one or that of "
                                   "the channels", axis, (int)d.rank);
  int32_t last = rest * d.d[axis], n = (int32_t)mote_dims_count(&d);
  if (joined) MOTE_TRY(t = mote_import_reshape(m, t, &MOTE_DIMS(n / last, last)));
  t = mote_import_emit(m, m->node->op[0] == 'L' ? "log_softmax" : "softmax", &t, 1, &a,
                       NULL);
  if (joined) t = mote_import_reshape(m, t, &d);
  return mote_import_set(m, mote_import_out(m, 0), t, layout, d.rank);
}

/* y = (x - mean) / sqrt(variance + epsilon) * scale + shift, as one product and one sum.
 */
int mote_onnx_batch_norm(mote_import_t *m) {
  int32_t x = mote_import_in(m, 0), rank = m->values[x].dims.rank;
  float *p[4], eps = mote_import_float(m, "epsilon", 1e-5f);
  int32_t c = rank > 1 ? m->values[x].dims.d[1] : 0;
  for (int32_t k = 0; k < 4; k++) {
    int32_t v = mote_import_in(m, k + 1);
    if (!m->values[v].c || m->values[v].c->count != (size_t)c || rank > 4)
      return MOTE_IMPORT_UNSUPPORTED("input %d must be a constant of one value per "
                                     "channel", (int)k + 1);
    if (!(p[k] = mote_import_floats(m, v))) return MOTE_ERR_NOMEM;
  }
  for (int32_t i = 0; i < c; i++) {
    double a = (double)p[0][i] / sqrt((double)p[3][i] + (double)eps);
    p[1][i] = (float)((double)p[1][i] - (double)p[2][i] * a);
    p[0][i] = (float)a;
  }
  mote_activation_attr_t none = {MOTE_ACT_NONE};
  mote_layout_t layout = MOTE_LAYOUT_LAST;
  int32_t t[2] = {mote_import_tensor(m, x, layout),
                  mote_import_const(m, &MOTE_DIMS(c), p[0])};
  if (t[0] < 0 || t[1] < 0) return t[0] < 0 ? t[0] : t[1];
  if ((t[0] = mote_import_emit(m, "mul", t, 2, &none, NULL)) < 0) return t[0];
  if ((t[1] = mote_import_const(m, &MOTE_DIMS(c), p[1])) < 0) return t[1];
  return mote_import_set(m, mote_import_out(m, 0),
                         mote_import_emit(m, "add", t, 2, &none, NULL), layout, rank);
}
