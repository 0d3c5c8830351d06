/* SPDX-License-Identifier: Apache-2.0 */
#include "model/real.h"

#include <math.h>
#include <string.h>

int mote_real_can(const mote_tensor_t *t) {
  switch (t->dtype) {
  case MOTE_F32:
  case MOTE_I8:
  case MOTE_U8:
  case MOTE_I16:
  case MOTE_I32:
  case MOTE_BOOL: return t->quant.n <= 1;
  default: return 0;
  }
}

static double element(const mote_tensor_t *t, const void *data, size_t i) {
  switch (t->dtype) {
  case MOTE_I8: return ((const int8_t *)data)[i];
  case MOTE_I16: return ((const int16_t *)data)[i];
  case MOTE_I32: return ((const int32_t *)data)[i];
  case MOTE_I64: return (double)((const int64_t *)data)[i];
  default: return ((const uint8_t *)data)[i];
  }
}

void mote_real_from(const mote_tensor_t *t, const void *data, float *out) {
  size_t n = (size_t)mote_dims_count(&t->dims);
  if (t->dtype == MOTE_F32) {
    memcpy(out, data, n * sizeof *out);
    return;
  }
  const mote_quant_t *q = &t->quant;
  size_t inner = 1, scales = (size_t)q->n;
  for (int32_t i = q->axis + 1; q->n > 1 && i < t->dims.rank; i++)
    inner *= (size_t)t->dims.d[i];
  for (size_t i = 0; i < n; i++) {
    size_t k = scales ? i / inner % scales : 0;
    double scale = scales ? (double)q->scale[k] : 1, zero = scales ? q->zero[k] : 0;
    out[i] = (float)(scale * (element(t, data, i) - zero));
  }
}

static double clamp(double v, double lo, double hi) {
  return v >= lo ? v <= hi ? v : hi : lo; /* not a number: lo */
}

static void put(const mote_tensor_t *t, void *data, size_t i, double q) {
  switch (t->dtype) {
  case MOTE_I8: ((int8_t *)data)[i] = (int8_t)clamp(q, -128, 127); break;
  case MOTE_I16: ((int16_t *)data)[i] = (int16_t)clamp(q, -32768, 32767); break;
  case MOTE_I32: ((int32_t *)data)[i] = (int32_t)clamp(q, INT32_MIN, INT32_MAX); break;
  case MOTE_BOOL: ((uint8_t *)data)[i] = q != 0; break;
  default: ((uint8_t *)data)[i] = (uint8_t)clamp(q, 0, 255);
  }
}

void mote_real_to(const mote_tensor_t *t, const float *in, void *data) {
  size_t n = (size_t)mote_dims_count(&t->dims);
  if (t->dtype == MOTE_F32) {
    memcpy(data, in, n * sizeof *in);
    return;
  }
  double scale = t->quant.n ? (double)t->quant.scale[0] : 1;
  double zero = t->quant.n ? t->quant.zero[0] : 0;
  for (size_t i = 0; i < n; i++) put(t, data, i, round((double)in[i] / scale) + zero);
}
