/* SPDX-License-Identifier: Apache-2.0
 * Float models whose constants were made smaller: float16 (behind a DEQUANTIZE), or int8
 * weights of a float operator ("hybrid", dynamic range). They become float32 again. The
 * reference rounds the activations of a hybrid operator to int8 at run time; here they
 * stay floats. */
#include "base/half.h"
#include "model/tflite/map.h"

static float element(const mote_tensor_t *t, size_t i) {
  if (t->dtype == MOTE_F16) return mote_half_float(((const uint16_t *)t->data)[i]);
  if (t->dtype == MOTE_I8) return ((const int8_t *)t->data)[i];
  if (t->dtype == MOTE_U8) return ((const uint8_t *)t->data)[i];
  return ((const int16_t *)t->data)[i];
}

/* Scale or zero point of element i: one for all, or one for each slice of an axis. */
static int32_t slice_of(const mote_tensor_t *t, size_t i) {
  size_t inner = 1;
  if (t->quant.n < 2) return 0;
  for (int32_t k = t->quant.axis + 1; k < t->dims.rank; k++)
    inner *= (size_t)t->dims.d[k];
  return (int32_t)(i / inner % (size_t)t->quant.n);
}

static int has_slices(const mote_tensor_t *t) {
  const mote_quant_t *q = &t->quant;
  return q->n < 2 || (q->axis >= 0 && q->axis < t->dims.rank &&
                      t->dims.d[q->axis] == q->n);
}

int mote_tfl_is_packed(const mote_tensor_t *t) {
  int whole = t->dtype == MOTE_I8 || t->dtype == MOTE_U8 || t->dtype == MOTE_I16;
  return t->role == MOTE_ROLE_CONST && (t->dtype == MOTE_F16 || (whole && t->quant.n));
}

int mote_tfl_unpack(mote_tfl_in_t *m, int32_t i) {
  const mote_tensor_t *t = &m->g->tensors[i];
  size_t n = (size_t)mote_dims_count(&t->dims);
  if (!has_slices(t))
    return mote_fail(MOTE_ERR_FORMAT, "\"%s\": its scales fit no axis", t->name);
  if ((m->constant_bytes += 4 * n) / 16 > m->file->bytes)
    return mote_fail(MOTE_ERR_LIMIT, "constants of 16 times the file's size");
  float *v = mote_alloc(n, sizeof *v);
  if (!v) return MOTE_ERR_NOMEM;
  for (size_t k = 0; k < n; k++) {
    int32_t at = slice_of(t, k);
    v[k] = element(t, k);
    if (t->quant.n) v[k] = t->quant.scale[at] * (v[k] - (float)t->quant.zero[at]);
  }
  int rc = mote_graph_tensor(m->g, t->name, MOTE_F32, &t->dims, v);
  mote_free(v);
  return rc;
}
