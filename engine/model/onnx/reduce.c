/* SPDX-License-Identifier: Apache-2.0
 * Reductions. The reduced axes stay with size 1 at first; when the file drops them, that
 * is a reshape. */
#include <string.h>

#include "model/onnx/shape.h"

/* `before` every value, `after` the result. */
static const struct { const char *onnx, *before, *ours, *after; } reductions[] = {
    {"ReduceMean", NULL, "mean", NULL},      {"ReduceSum", NULL, "sum", NULL},
    {"ReduceMax", NULL, "reduce_max", NULL}, {"ReduceMin", NULL, "reduce_min", NULL},
    {"ReduceL1", "abs", "sum", NULL},        {"ReduceL2", "square", "sum", "sqrt"},
    {"ReduceSumSquare", "square", "sum", NULL}, {"ReduceLogSum", NULL, "sum", "log"}};

/* The value that has the reduced axes with size 1 -> the node's output. */
static int drop_axes(mote_import_t *m, int32_t v, uint32_t axes) {
  const mote_dims_t d = m->values[v].dims;
  mote_dims_t to = {0};
  int32_t t;
  for (int32_t i = 0; i < d.rank; i++)
    if (!(axes >> i & 1)) to.d[to.rank++] = d.d[i];
  MOTE_TRY(t = mote_import_tensor(m, v, MOTE_LAYOUT_PLAIN));
  return mote_import_set(m, mote_import_out(m, 0), mote_import_reshape(m, t, &to),
                         MOTE_LAYOUT_PLAIN, to.rank);
}

static int32_t reduced(mote_import_t *m, int32_t t, const mote_reduce_attr_t *a) {
  size_t row = 0;
  while (strcmp(reductions[row].onnx, m->node->op)) row++;
  if (reductions[row].before)
    MOTE_TRY(t = mote_import_emit(m, reductions[row].before, &t, 1, NULL, NULL));
  MOTE_TRY(t = mote_import_emit(m, reductions[row].ours, &t, 1, a, NULL));
  return reductions[row].after
             ? mote_import_emit(m, reductions[row].after, &t, 1, NULL, NULL)
             : t;
}

int mote_onnx_reduce(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), t, y = mote_import_out(m, 0);
  const mote_dims_t d = m->values[v].dims;
  mote_layout_t layout = mote_import_layout(m, v);
  mote_reduce_attr_t a = {0, 1};
  uint32_t axes;
  MOTE_TRY(mote_import_axes(m, "axes", 1, d.rank, (1u << d.rank) - 1, &axes));
  int named = mote_onnx_attr(m->node, "axes") || mote_import_in(m, 1) >= 0;
  if (!named && mote_import_int(m, "noop_with_empty_axes", 0))
    return mote_import_alias(m, v, y);
  if (!d.rank) return MOTE_IMPORT_UNSUPPORTED("a scalar");
  if (layout == MOTE_LAYOUT_FLAT) layout = MOTE_LAYOUT_PLAIN;
  for (int32_t i = 0; i < d.rank; i++)
    if (axes >> i & 1) a.axes |= MOTE_AXIS(mote_import_map_axis(i, d.rank, layout));
  MOTE_TRY(t = mote_import_tensor(m, v, layout));
  MOTE_TRY(t = reduced(m, t, &a));
  if (mote_import_int(m, "keepdims", 1)) return mote_import_set(m, y, t, layout, d.rank);
  int32_t between = mote_import_value(m, &d);
  if (between < 0) return between;
  MOTE_TRY(mote_import_set(m, between, t, layout, d.rank));
  return drop_axes(m, between, axes);
}
