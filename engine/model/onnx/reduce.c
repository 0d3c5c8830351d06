/* SPDX-License-Identifier: Apache-2.0
 * Reductions over any axes. The reduced axes stay with size 1 at
 * first; when the file drops them, that is a reshape. */
#include <string.h>

#include "model/onnx/shape.h"

static const struct { const char *onnx, *ours; } reductions[] = {{"ReduceMean", "mean"}};

static const char *ours_of(const char *onnx) {
  for (size_t i = 0; i < sizeof reductions / sizeof reductions[0]; i++)
    if (!strcmp(reductions[i].onnx, onnx)) return reductions[i].ours;
  return onnx;
}

/* The axes of the tensor, which may lie in another order. */
static int32_t axes_of(uint32_t axes, int32_t rank, mote_layout_t layout) {
  int32_t set = 0;
  for (int32_t i = 0; i < rank; i++)
    if (axes >> i & 1) set |= MOTE_AXIS(mote_import_map_axis(i, rank, layout));
  return set;
}

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

int mote_onnx_reduce(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), t, y = mote_import_out(m, 0);
  const mote_dims_t d = m->values[v].dims;
  int keep = mote_import_int(m, "keepdims", 1) != 0, named;
  mote_layout_t layout = mote_import_layout(m, v);
  uint32_t axes;
  MOTE_TRY(mote_import_axes(m, "axes", 1, d.rank, (1u << d.rank) - 1, &axes));
  named = mote_onnx_attr(m->node, "axes") || mote_import_in(m, 1) >= 0;
  if (!named && mote_import_int(m, "noop_with_empty_axes", 0))
    return mote_import_alias(m, v, y);
  if (!d.rank) return MOTE_IMPORT_UNSUPPORTED("a scalar");
  if (layout == MOTE_LAYOUT_FLAT) layout = MOTE_LAYOUT_PLAIN;
  mote_reduce_attr_t a = {axes_of(axes, d.rank, layout), 1};
  MOTE_TRY(t = mote_import_tensor(m, v, layout));
  MOTE_TRY(t = mote_import_emit(m, ours_of(m->node->op), &t, 1, &a, NULL));
  if (keep) return mote_import_set(m, y, t, layout, d.rank);
  int32_t between = mote_import_value(m, &d);
  if (between < 0) return between;
  MOTE_TRY(mote_import_set(m, between, t, layout, d.rank));
  return drop_axes(m, between, axes);
}
