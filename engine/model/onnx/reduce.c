/* SPDX-License-Identifier: Apache-2.0
 * Reductions over neighbouring axes of the tensor. The reduced axes stay with size 1 at
 * first; when the file drops them, that is a reshape. */
#include <string.h>

#include "model/onnx/shape.h"

static const struct { const char *onnx, *ours; } reductions[] = {{"ReduceMean", "mean"}};

static const char *ours_of(const char *onnx) {
  for (size_t i = 0; i < sizeof reductions / sizeof reductions[0]; i++)
    if (!strcmp(reductions[i].onnx, onnx)) return reductions[i].ours;
  return onnx;
}

/* The first and last axis of the tensor; negative when others lie between them. */
static int range_of(uint32_t axes, int32_t rank, mote_layout_t layout,
                    mote_mean_attr_t *a) {
  uint32_t set = 0;
  int32_t first = 0, last = MOTE_RANK_MAX;
  for (int32_t i = 0; i < rank; i++)
    if (axes >> i & 1) set |= 1u << mote_import_map_axis(i, rank, layout);
  while (!(set >> first & 1)) first++;
  while (!(set >> last & 1)) last--;
  *a = (mote_mean_attr_t){first, last, 1};
  return set >> first == (2u << (last - first)) - 1 ? MOTE_OK : MOTE_ERR_UNSUPPORTED;
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
  mote_mean_attr_t a;
  uint32_t axes;
  MOTE_TRY(mote_import_axes(m, "axes", 1, d.rank, (1u << d.rank) - 1, &axes));
  named = mote_onnx_attr(m->node, "axes") || mote_import_in(m, 1) >= 0;
  if (!named && mote_import_int(m, "noop_with_empty_axes", 0))
    return mote_import_alias(m, v, y);
  if (!d.rank) return MOTE_IMPORT_UNSUPPORTED("a scalar");
  if (layout == MOTE_LAYOUT_FLAT) layout = MOTE_LAYOUT_PLAIN;
  if (range_of(axes, d.rank, layout, &a) < 0) {
    layout = layout == MOTE_LAYOUT_LAST ? MOTE_LAYOUT_PLAIN : MOTE_LAYOUT_LAST;
    if (d.rank < 3 || d.rank > 4 || range_of(axes, d.rank, layout, &a) < 0)
      return MOTE_IMPORT_UNSUPPORTED("axes that are not neighbours");
  }
  MOTE_TRY(t = mote_import_tensor(m, v, layout));
  MOTE_TRY(t = mote_import_emit(m, ours_of(m->node->op), &t, 1, &a, NULL));
  if (keep) return mote_import_set(m, y, t, layout, d.rank);
  int32_t between = mote_import_value(m, &d);
  if (between < 0) return between;
  MOTE_TRY(mote_import_set(m, between, t, layout, d.rank));
  return drop_axes(m, between, axes);
}
