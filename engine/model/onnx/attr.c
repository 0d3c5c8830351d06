/* SPDX-License-Identifier: Apache-2.0
 * What a node says beside its tensors: attributes, and inputs that must be constants. */
#include <string.h>

#include "model/onnx/import.h"

int32_t mote_import_in(const mote_import_t *m, int32_t k) {
  return k >= 0 && k < m->node->n_in ? m->node->in[k] : -1;
}

int32_t mote_import_out(const mote_import_t *m, int32_t k) {
  return k < m->node->n_out ? m->node->out[k] : -1;
}

int64_t mote_import_int(const mote_import_t *m, const char *name, int64_t dflt) {
  const mote_onnx_attr_t *a = mote_onnx_attr(m->node, name);
  return a && a->kind == MOTE_ONNX_A_INT ? a->i : dflt;
}

float mote_import_float(const mote_import_t *m, const char *name, float dflt) {
  const mote_onnx_attr_t *a = mote_onnx_attr(m->node, name);
  return a && a->kind == MOTE_ONNX_A_FLOAT ? a->f : dflt;
}

const char *mote_import_text(const mote_import_t *m, const char *name,
                             const char *dflt) {
  const mote_onnx_attr_t *a = mote_onnx_attr(m->node, name);
  return a && a->kind == MOTE_ONNX_A_TEXT ? a->text : dflt;
}

/* The constant input k, which may be left out: *out is NULL then. */
static int constant(const mote_import_t *m, int32_t k, const mote_onnx_tensor_t **out) {
  int32_t v = mote_import_in(m, k);
  *out = v < 0 ? NULL : m->values[v].c;
  if (v < 0 || *out) return MOTE_OK;
  return MOTE_IMPORT_UNSUPPORTED("input %d (\"%s\") must be a constant", (int)k,
                                 m->values[v].name);
}

int mote_import_ints(const mote_import_t *m, const char *name, int32_t k, int64_t *out,
                     size_t cap) {
  const mote_onnx_attr_t *a = name ? mote_onnx_attr(m->node, name) : NULL;
  const mote_onnx_tensor_t *c;
  MOTE_TRY(constant(m, k, &c));
  size_t n = c ? c->count : a && a->kind == MOTE_ONNX_A_INTS ? a->n : 0;
  if (n > cap)
    return mote_fail(MOTE_ERR_FORMAT, "%zu numbers where at most %zu are possible", n,
                     cap);
  for (size_t i = 0; i < n; i++) out[i] = c ? mote_fold_int(c, i) : a->ints[i];
  return (int)n;
}

int mote_import_real(const mote_import_t *m, const char *name, int32_t k, float dflt,
                     float *out) {
  const mote_onnx_tensor_t *c;
  MOTE_TRY(constant(m, k, &c));
  *out = name ? mote_import_float(m, name, dflt) : dflt;
  if (c && c->count == 1) *out = (float)mote_fold_real(c, 0);
  return MOTE_OK;
}

int mote_import_axis(int64_t axis, int32_t rank) {
  int64_t at = axis < 0 ? axis + rank : axis;
  if (at >= 0 && at < rank) return (int)at;
  return mote_fail(MOTE_ERR_FORMAT, "axis %lld of a tensor of rank %d", (long long)axis,
                   (int)rank);
}

int mote_import_axes(const mote_import_t *m, const char *name, int32_t k, int32_t rank,
                     uint32_t dflt, uint32_t *out) {
  int64_t axes[MOTE_RANK_MAX];
  int n = mote_import_ints(m, name, k, axes, MOTE_RANK_MAX);
  if (n < 0) return n;
  *out = n ? 0 : dflt;
  for (int i = 0; i < n; i++) {
    int at = mote_import_axis(axes[i], rank);
    if (at < 0) return at;
    *out |= 1u << at;
  }
  return MOTE_OK;
}

int mote_import_set_dims(mote_dims_t *d, const int64_t *from, int32_t rank) {
  int64_t n = 1;
  *d = (mote_dims_t){.rank = rank};
  if (rank < 0 || rank > MOTE_RANK_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d dimensions", MOTE_RANK_MAX);
  for (int32_t i = 0; i < rank; i++) {
    if (from[i] < 0 || from[i] > MOTE_TENSOR_LIMIT || n > MOTE_TENSOR_LIMIT)
      return mote_fail(MOTE_ERR_FORMAT, "dimension %d is out of range", (int)i);
    n *= from[i];
    d->d[i] = (int32_t)from[i];
  }
  return n <= MOTE_TENSOR_LIMIT ? MOTE_OK : mote_fail(MOTE_ERR_LIMIT, "too many values");
}
