/* SPDX-License-Identifier: Apache-2.0
 * Operators along axes: normalisations, softmax, the place of the largest value. */
#include <math.h>

#include "model/onnx/shape.h"

/* The axis and the last one change places. */
static int32_t turned(mote_import_t *m, int32_t t, int32_t axis, int32_t rank) {
  int32_t perm[MOTE_RANK_MAX];
  for (int32_t i = 0; i < rank; i++) perm[i] = i;
  perm[axis] = rank - 1, perm[rank - 1] = axis;
  return mote_import_transpose(m, t, perm, rank);
}

/* `op`, which works along the last axis, along that one: in the layout where it is the
 * last, or turned there and back. */
static int along(mote_import_t *m, const char *op, int32_t axis, const void *attr) {
  int32_t x = mote_import_in(m, 0), rank = m->values[x].dims.rank, t;
  mote_layout_t layout = mote_import_layout(m, x);
  if (layout == MOTE_LAYOUT_FLAT) layout = MOTE_LAYOUT_PLAIN;
  int32_t last = layout == MOTE_LAYOUT_LAST ? 3 : rank - 1;
  if (mote_import_map_axis(axis, rank, layout) != last)
    layout = axis == 1 && (rank == 3 || rank == 4) ? MOTE_LAYOUT_LAST : MOTE_LAYOUT_PLAIN;
  int turn = layout == MOTE_LAYOUT_PLAIN && axis != rank - 1;
  MOTE_TRY(t = mote_import_tensor(m, x, layout));
  if (turn) MOTE_TRY(t = turned(m, t, axis, rank));
  MOTE_TRY(t = mote_import_emit(m, op, &t, 1, attr, NULL));
  if (turn) MOTE_TRY(t = turned(m, t, axis, rank));
  return mote_import_set(m, mote_import_out(m, 0), t, layout, rank);
}

/* Before operator set 13 over the axis and all behind it, as one. */
int mote_onnx_softmax(mote_import_t *m) {
  const char *op = m->node->op[0] == 'L' ? "log_softmax" : "softmax";
  int32_t x = mote_import_in(m, 0), t, last = 1;
  const mote_dims_t d = m->values[x].dims;
  mote_softmax_attr_t a = {1.0f};
  int old = m->file->opset < 13, axis;
  MOTE_TRY(axis = mote_import_axis(mote_import_int(m, "axis", old ? 1 : -1), d.rank));
  if (!old || axis == d.rank - 1) return along(m, op, axis, &a);
  for (int32_t i = axis; i < d.rank; i++) last *= d.d[i];
  if (!last) return mote_fail(MOTE_ERR_FORMAT, "no values");
  MOTE_TRY(t = mote_import_tensor(m, x, MOTE_LAYOUT_PLAIN));
  int32_t rows = (int32_t)mote_dims_count(&d) / last;
  MOTE_TRY(t = mote_import_reshape(m, t, &MOTE_DIMS(rows, last)));
  MOTE_TRY(t = mote_import_emit(m, op, &t, 1, &a, NULL));
  return mote_import_set(m, mote_import_out(m, 0), mote_import_reshape(m, t, &d),
                         MOTE_LAYOUT_PLAIN, d.rank);
}

/* The constant input k of n values as a tensor; `out` -1 when it is left out. */
static int table(mote_import_t *m, int32_t k, size_t n, int32_t *out) {
  int32_t v = mote_import_in(m, k);
  *out = -1;
  if (v < 0) return MOTE_OK;
  if (!m->values[v].c || m->values[v].c->count != n)
    return MOTE_IMPORT_UNSUPPORTED("input %d must be %zu constants", (int)k, n);
  *out = mote_import_const(m, &MOTE_DIMS((int32_t)n), mote_import_floats(m, v));
  return *out < 0 ? *out : MOTE_OK;
}

/* y = (x - mean) / sqrt(variance + epsilon) * scale + shift, as a product and a sum. */
int mote_onnx_batch_norm(mote_import_t *m) {
  int32_t x = mote_import_in(m, 0), rank = m->values[x].dims.rank, t[3];
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
  MOTE_TRY(t[0] = mote_import_tensor(m, x, MOTE_LAYOUT_LAST));
  MOTE_TRY(t[1] = mote_import_const(m, &MOTE_DIMS(c), p[0]));
  MOTE_TRY(t[2] = mote_import_const(m, &MOTE_DIMS(c), p[1]));
  return mote_import_set(m, mote_import_out(m, 0),
                         mote_import_emit(m, "batch_norm", t, 3, NULL, NULL),
                         MOTE_LAYOUT_LAST, rank);
}

int mote_onnx_layer_norm(mote_import_t *m) {
  int32_t x = mote_import_in(m, 0), t[3], axis;
  const mote_dims_t d = m->values[x].dims;
  size_t n = 1;
  MOTE_TRY(axis = mote_import_axis(mote_import_int(m, "axis", -1), d.rank));
  for (int32_t k = 1; k < m->node->n_out; k++)
    if (mote_import_out(m, k) >= 0 && m->values[mote_import_out(m, k)].n_uses)
      return MOTE_IMPORT_UNSUPPORTED("its mean or deviation as an output");
  for (int32_t i = axis; i < d.rank; i++) n *= (size_t)d.d[i];
  mote_norm_attr_t a = {mote_import_float(m, "epsilon", 1e-5f), d.rank - axis};
  MOTE_TRY(t[0] = mote_import_tensor(m, x, MOTE_LAYOUT_PLAIN));
  MOTE_TRY(table(m, 1, n, &t[1]));
  MOTE_TRY(table(m, 2, n, &t[2]));
  return mote_import_set(m, mote_import_out(m, 0),
                         mote_import_emit(m, "layer_norm", t, 3, &a, NULL),
                         MOTE_LAYOUT_PLAIN, d.rank);
}

int mote_onnx_instance_norm(mote_import_t *m) {
  int32_t x = mote_import_in(m, 0), rank = m->values[x].dims.rank, t[3];
  mote_norm_attr_t a = {mote_import_float(m, "epsilon", 1e-5f), 1};
  MOTE_TRY(t[0] = mote_import_tensor(m, x, MOTE_LAYOUT_LAST));
  MOTE_TRY(table(m, 1, (size_t)m->values[x].dims.d[1], &t[1]));
  MOTE_TRY(table(m, 2, (size_t)m->values[x].dims.d[1], &t[2]));
  return mote_import_set(m, mote_import_out(m, 0),
                         mote_import_emit(m, "instance_norm", t, 3, &a, NULL),
                         MOTE_LAYOUT_LAST, rank);
}

/* The constant input k, one value per channel or per group, as one per channel. */
static int32_t channel_table(mote_import_t *m, int32_t k, int32_t channels,
                             int32_t groups) {
  int32_t v = mote_import_in(m, k), n = 0;
  float *from, *to = mote_arena_take(m->a, (size_t)channels, sizeof *to);
  if (v >= 0 && m->values[v].c) n = (int32_t)m->values[v].c->count;
  if (n != channels && n != groups)
    return MOTE_IMPORT_UNSUPPORTED("input %d must be a constant of one value per channel",
                                   (int)k);
  from = mote_import_floats(m, v);
  for (int32_t i = 0; from && to && i < channels; i++) to[i] = from[i / (channels / n)];
  return from ? mote_import_const(m, &MOTE_DIMS(channels), to) : MOTE_ERR_NOMEM;
}

/* Each group of channels is a row of its own; scale and offset are behind it. */
int mote_onnx_group_norm(mote_import_t *m) {
  int32_t x = mote_import_in(m, 0), t[3], between;
  const mote_dims_t d = m->values[x].dims;
  int64_t groups = mote_import_int(m, "num_groups", 0);
  mote_norm_attr_t a = {mote_import_float(m, "epsilon", 1e-5f), 1};
  if ((d.rank != 3 && d.rank != 4) || !mote_dims_count(&d) || groups < 1 ||
      groups > d.d[1] || d.d[1] % groups)
    return MOTE_IMPORT_UNSUPPORTED("%lld groups of a tensor of rank %d",
                                   (long long)groups, (int)d.rank);
  int32_t rows = d.d[0] * (int32_t)groups, all = (int32_t)mote_dims_count(&d);
  MOTE_TRY(t[0] = mote_import_tensor(m, x, MOTE_LAYOUT_PLAIN));
  MOTE_TRY(t[0] = mote_import_reshape(m, t[0], &MOTE_DIMS(rows, all / rows)));
  MOTE_TRY(t[0] = mote_import_emit(m, "layer_norm", t, 1, &a, NULL));
  MOTE_TRY(t[0] = mote_import_reshape(m, t[0], &d));
  MOTE_TRY(between = mote_import_value(m, &d));
  MOTE_TRY(mote_import_set(m, between, t[0], MOTE_LAYOUT_PLAIN, d.rank));
  MOTE_TRY(t[0] = mote_import_tensor(m, between, MOTE_LAYOUT_LAST));
  MOTE_TRY(t[1] = channel_table(m, 1, d.d[1], (int32_t)groups));
  MOTE_TRY(t[2] = channel_table(m, 2, d.d[1], (int32_t)groups));
  return mote_import_set(m, mote_import_out(m, 0),
                         mote_import_emit(m, "batch_norm", t, 3, NULL, NULL),
                         MOTE_LAYOUT_LAST, d.rank);
}

int mote_onnx_lp_norm(mote_import_t *m) {
  int32_t axis, rank = m->values[mote_import_in(m, 0)].dims.rank;
  if (mote_import_int(m, "p", 2) != 2) return MOTE_IMPORT_UNSUPPORTED("p other than 2");
  MOTE_TRY(axis = mote_import_axis(mote_import_int(m, "axis", -1), rank));
  return along(m, "l2_norm", axis, NULL);
}

/* The result is int32 here. */
int mote_onnx_arg(mote_import_t *m) {
  int32_t x = mote_import_in(m, 0), axis, t;
  int keep = mote_import_int(m, "keepdims", 1) != 0, min = m->node->op[3] == 'M' &&
                                                           m->node->op[4] == 'i';
  const mote_dims_t d = m->values[x].dims;
  if (mote_import_int(m, "select_last_index", 0))
    return MOTE_IMPORT_UNSUPPORTED("select_last_index");
  MOTE_TRY(axis = mote_import_axis(mote_import_int(m, "axis", 0), d.rank));
  mote_arg_attr_t a = {axis, keep};
  MOTE_TRY(t = mote_import_tensor(m, x, MOTE_LAYOUT_PLAIN));
  m->out_type = MOTE_I32;
  t = mote_import_emit(m, min ? "arg_min" : "arg_max", &t, 1, &a, NULL);
  m->out_type = 0;
  return mote_import_set(m, mote_import_out(m, 0), t, MOTE_LAYOUT_PLAIN,
                         d.rank - !keep);
}
