/* SPDX-License-Identifier: Apache-2.0
 * Operators that only move values, or name their dimensions anew. */
#include <string.h>

#include "model/onnx/shape.h"

/* [N][C][..] -> [N][C][..]: channels may stay last. */
static int keeps_channels(const mote_dims_t *from, const mote_dims_t *to) {
  return from->rank > 2 && from->rank < 5 && to->rank > 2 && to->rank < 5 &&
         from->d[0] == to->d[0] && from->d[1] == to->d[1];
}

/* [1][C][H][W] -> [1][C * H * W], or the same without the 1. */
static int flattens(const mote_dims_t *from, const mote_dims_t *to) {
  return from->rank > 2 && from->rank < 5 && from->d[0] == 1 && to->rank > 0 &&
         to->rank < 3 && to->d[to->rank - 1] == mote_dims_count(from);
}

static int renamed(mote_import_t *m, const mote_dims_t *to) {
  int32_t v = mote_import_in(m, 0), y = mote_import_out(m, 0), t;
  const mote_dims_t from = m->values[v].dims;
  int last = mote_import_layout(m, v) == MOTE_LAYOUT_LAST && !m->values[v].c;
  mote_layout_t layout = MOTE_LAYOUT_PLAIN;
  if (mote_dims_count(&from) != mote_dims_count(to))
    return mote_fail(MOTE_ERR_FORMAT, "%lld values cannot become %lld",
                     (long long)mote_dims_count(&from), (long long)mote_dims_count(to));
  if (last && keeps_channels(&from, to)) layout = MOTE_LAYOUT_LAST;
  else if (last && flattens(&from, to) && from.d[1] > 1 &&
           mote_dims_count(&from) > from.d[1])
    layout = MOTE_LAYOUT_FLAT;
  t = mote_import_tensor(m, v, layout == MOTE_LAYOUT_PLAIN ? layout : MOTE_LAYOUT_LAST);
  mote_dims_t d = *to;
  if (layout == MOTE_LAYOUT_LAST)
    d = MOTE_DIMS(to->d[0], to->rank == 4 ? to->d[2] : 1, to->d[to->rank - 1], to->d[1]);
  MOTE_TRY(mote_import_set(m, y, mote_import_reshape(m, t, &d), layout, to->rank));
  if (layout == MOTE_LAYOUT_FLAT) m->values[y].flat_c = from.d[1];
  return MOTE_OK;
}

#define RENAMED(name)                                                                    \
  int mote_onnx_##name(mote_import_t *m) {                                               \
    mote_dims_t d;                                                                       \
    MOTE_TRY(mote_shape_##name(m, &m->values[mote_import_in(m, 0)].dims, &d));           \
    return renamed(m, &d);                                                               \
  }
RENAMED(reshape)
RENAMED(flatten)
RENAMED(squeeze)
RENAMED(unsqueeze)

/* Between channels second and channels last nothing moves: one is the other's layout. */
int mote_onnx_transpose(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), y = mote_import_out(m, 0), perm[MOTE_RANK_MAX], t;
  const mote_dims_t d = m->values[v].dims;
  MOTE_TRY(mote_shape_perm(m, d.rank, perm));
  int last = !m->values[v].c && mote_import_layout(m, v) == MOTE_LAYOUT_LAST;
  int to_second = d.rank == 4   ? perm[0] == 0 && perm[1] == 3 && perm[2] == 1
                  : d.rank == 3 ? perm[0] == 0 && perm[1] == 2 && !last
                                : 0;
  int to_last = d.rank == 4   ? perm[0] == 0 && perm[1] == 2 && perm[2] == 3
                : d.rank == 3 ? perm[0] == 0 && perm[1] == 2 && last
                              : 0;
  MOTE_TRY(t = mote_import_tensor(m, v, to_last ? MOTE_LAYOUT_LAST : MOTE_LAYOUT_PLAIN));
  if (to_second) {
    t = mote_import_reshape(
        m, t, &MOTE_DIMS(d.d[0], d.rank == 4 ? d.d[1] : 1, d.d[d.rank - 2],
                         d.d[d.rank - 1]));
    return mote_import_set(m, y, t, MOTE_LAYOUT_LAST, d.rank);
  }
  if (to_last && d.rank == 3)
    t = mote_import_reshape(m, t, &MOTE_DIMS(d.d[0], d.d[2], d.d[1]));
  if (!to_last) t = mote_import_transpose(m, t, perm, d.rank);
  return mote_import_set(m, y, t, MOTE_LAYOUT_PLAIN, d.rank);
}
