/* SPDX-License-Identifier: Apache-2.0 */
#include "model/onnx/shape.h"

#include <string.h>

static int64_t count_of(const int64_t *d, int32_t n) {
  int64_t c = 1;
  for (int32_t i = 0; i < n && c <= MOTE_TENSOR_LIMIT; i++) c *= d[i];
  return c;
}

int mote_shape_reshape(const mote_import_t *m, const mote_dims_t *d, mote_dims_t *out) {
  int64_t to[MOTE_RANK_MAX];
  int n = mote_import_ints(m, "shape", 1, to, MOTE_RANK_MAX), open = -1;
  if (n < 0) return n;
  for (int i = 0; i < n; i++) {
    if (to[i] == 0 && !mote_import_int(m, "allowzero", 0))
      to[i] = i < d->rank ? d->d[i] : 0;
    if (to[i] == -1 && open < 0) open = i, to[i] = 1;
    if (to[i] < 0 || to[i] > MOTE_TENSOR_LIMIT)
      return mote_fail(MOTE_ERR_FORMAT, "dimension %d of the new shape", i);
  }
  int64_t known = count_of(to, n);
  if (open >= 0 && known) to[open] = mote_dims_count(d) / known;
  return mote_import_set_dims(out, to, n);
}

int mote_shape_flatten(const mote_import_t *m, const mote_dims_t *d, mote_dims_t *out) {
  int64_t axis = mote_import_int(m, "axis", 1);
  if (axis < 0) axis += d->rank;
  if (axis < 0 || axis > d->rank) return mote_fail(MOTE_ERR_FORMAT, "axis out of range");
  *out = MOTE_DIMS(1, 1);
  for (int32_t i = 0; i < d->rank; i++) out->d[i >= axis] *= d->d[i];
  return MOTE_OK;
}

int mote_shape_squeeze(const mote_import_t *m, const mote_dims_t *d, mote_dims_t *out) {
  uint32_t ones = 0, axes;
  for (int32_t i = 0; i < d->rank && i < MOTE_RANK_MAX; i++)
    ones |= (uint32_t)(d->d[i] == 1) << i;
  MOTE_TRY(mote_import_axes(m, "axes", 1, d->rank, ones, &axes));
  if (axes & ~ones)
    return mote_fail(MOTE_ERR_FORMAT, "an axis that is not 1 cannot be taken out");
  *out = (mote_dims_t){0};
  for (int32_t i = 0; i < d->rank; i++)
    if (!(axes >> i & 1)) out->d[out->rank++] = d->d[i];
  return MOTE_OK;
}

int mote_shape_unsqueeze(const mote_import_t *m, const mote_dims_t *d,
                         mote_dims_t *out) {
  int64_t axes[MOTE_RANK_MAX];
  int n = mote_import_ints(m, "axes", 1, axes, MOTE_RANK_MAX);
  uint32_t set = 0;
  if (n < 0) return n;
  if (d->rank + n > MOTE_RANK_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d dimensions", MOTE_RANK_MAX);
  *out = (mote_dims_t){.rank = d->rank + n};
  for (int i = 0; i < n; i++) {
    int at = mote_import_axis(axes[i], out->rank);
    if (at < 0) return at;
    if (set >> at & 1) return mote_fail(MOTE_ERR_FORMAT, "an axis is named twice");
    set |= 1u << at;
  }
  for (int32_t i = 0, k = 0; i < out->rank; i++)
    out->d[i] = set >> i & 1 ? 1 : d->d[k++];
  return MOTE_OK;
}

int mote_shape_broadcast(const mote_dims_t *a, const mote_dims_t *b, mote_dims_t *out) {
  out->rank = a->rank > b->rank ? a->rank : b->rank;
  for (int32_t i = 1; i <= out->rank; i++) {
    int32_t x = i <= a->rank ? a->d[a->rank - i] : 1;
    int32_t y = i <= b->rank ? b->d[b->rank - i] : 1;
    if (x != y && x != 1 && y != 1)
      return mote_fail(MOTE_ERR_FORMAT, "dimensions %d and %d do not go together", (int)x,
                       (int)y);
    out->d[out->rank - i] = x == 1 ? y : x;
  }
  int64_t wide[MOTE_RANK_MAX];
  for (int32_t i = 0; i < out->rank; i++) wide[i] = out->d[i];
  return mote_import_set_dims(out, wide, out->rank);
}

int mote_shape_expand(const mote_import_t *m, const mote_dims_t *d, mote_dims_t *out) {
  int64_t to[MOTE_RANK_MAX];
  mote_dims_t shape;
  int n = mote_import_ints(m, NULL, 1, to, MOTE_RANK_MAX);
  if (n < 0) return n;
  MOTE_TRY(mote_import_set_dims(&shape, to, n));
  return mote_shape_broadcast(d, &shape, out);
}

int mote_shape_perm(const mote_import_t *m, int32_t rank, int32_t *perm) {
  int64_t axes[MOTE_RANK_MAX];
  int n = mote_import_ints(m, "perm", -1, axes, MOTE_RANK_MAX);
  uint32_t set = 0;
  if (n < 0) return n;
  if (n && n != rank) return mote_fail(MOTE_ERR_FORMAT, "perm has %d entries", n);
  for (int32_t i = 0; i < rank; i++) {
    int at = mote_import_axis(n ? axes[i] : rank - 1 - i, rank);
    if (at < 0) return at;
    set |= 1u << at;
    perm[i] = at;
  }
  return set == (1u << rank) - 1 ? MOTE_OK
                                 : mote_fail(MOTE_ERR_FORMAT, "perm names an axis twice");
}

static int64_t limited(int64_t v, int64_t size, int64_t lo, int64_t hi) {
  if (v < 0) v = v < -size ? -1 : v + size;
  return v < lo ? lo : v > hi ? hi : v;
}

static int slice_axis(int64_t start, int64_t end, int64_t step, int32_t size,
                      mote_shape_slice_t *s) {
  int64_t n;
  if (step == 0 || step < -MOTE_TENSOR_LIMIT)
    return mote_fail(MOTE_ERR_FORMAT, "a step of %lld", (long long)step);
  if (step > MOTE_TENSOR_LIMIT) step = MOTE_TENSOR_LIMIT;
  if (step > 0) {
    start = limited(start, size, 0, size), end = limited(end, size, 0, size);
    n = (end - start + step - 1) / step;
  } else {
    start = limited(start, size, 0, size - 1), end = limited(end, size, -1, size - 1);
    n = (start - end - step - 1) / -step;
  }
  *s = (mote_shape_slice_t){(int32_t)start, (int32_t)step, n < 0 ? 0 : (int32_t)n};
  return MOTE_OK;
}

int mote_shape_slices(const mote_import_t *m, const mote_dims_t *d,
                      mote_shape_slice_t *out) {
  int64_t from[MOTE_RANK_MAX], to[MOTE_RANK_MAX], axes[MOTE_RANK_MAX],
      steps[MOTE_RANK_MAX];
  int n = mote_import_ints(m, "starts", 1, from, MOTE_RANK_MAX);
  int n_to = mote_import_ints(m, "ends", 2, to, MOTE_RANK_MAX);
  int n_axes = mote_import_ints(m, "axes", 3, axes, MOTE_RANK_MAX);
  int n_steps = mote_import_ints(m, NULL, 4, steps, MOTE_RANK_MAX);
  if (n < 0 || n_to < 0 || n_axes < 0 || n_steps < 0) return MOTE_ERR_UNSUPPORTED;
  if (n_to != n || (n_axes && n_axes != n) || (n_steps && n_steps != n))
    return mote_fail(MOTE_ERR_FORMAT, "starts, ends, axes and steps differ in number");
  for (int32_t i = 0; i < d->rank; i++) out[i] = (mote_shape_slice_t){0, 1, d->d[i]};
  for (int i = 0; i < n; i++) {
    int at = mote_import_axis(n_axes ? axes[i] : i, d->rank);
    if (at < 0) return at;
    MOTE_TRY(slice_axis(from[i], to[i], n_steps ? steps[i] : 1, d->d[at], &out[at]));
  }
  return MOTE_OK;
}
