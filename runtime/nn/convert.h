/* SPDX-License-Identifier: Apache-2.0
 * Between element types: plain conversion, and from one integer scale to another. */
#ifndef MOTE_NN_CONVERT_H
#define MOTE_NN_CONVERT_H

#include <stdint.h>

/* Element types of `from` and `to`. */
enum { MOTE_EL_I8, MOTE_EL_U8, MOTE_EL_I16, MOTE_EL_I32, MOTE_EL_F32 };

typedef struct { int32_t n, from, to; } mote_cast_t;
typedef struct {
  int32_t n, from, to;
  int32_t in_offset; /* minus the input's zero point */
  int32_t multiplier, shift, out_offset;
} mote_rescale_t;
typedef struct {
  int32_t n, type; /* of the integers */
  float scale;
  int32_t zero;
} mote_real_t;

/* Integers wrap; float is cut towards zero and saturates, NaN gives zero. */
void mote_cast(const mote_cast_t *p, const void *in, void *out);
/* Saturates; see mote_requantise. */
void mote_rescale(const mote_rescale_t *p, const void *in, void *out);
/* round(x / scale) + zero, halves away from zero, saturated; NaN gives zero. */
void mote_to_integer(const mote_real_t *p, const float *in, void *out);
void mote_to_real(const mote_real_t *p, const void *in, float *out);

/* ---- for the kernels ---- */

static inline int32_t mote_el_load(const void *p, int32_t type, int32_t i) {
  return type == MOTE_EL_I8    ? ((const int8_t *)p)[i]
         : type == MOTE_EL_U8  ? ((const uint8_t *)p)[i]
         : type == MOTE_EL_I16 ? ((const int16_t *)p)[i]
                               : ((const int32_t *)p)[i];
}
static inline void mote_el_store(void *p, int32_t type, int32_t i, int32_t x) {
  if (type == MOTE_EL_I8) ((int8_t *)p)[i] = (int8_t)x;
  else if (type == MOTE_EL_U8) ((uint8_t *)p)[i] = (uint8_t)x;
  else if (type == MOTE_EL_I16) ((int16_t *)p)[i] = (int16_t)x;
  else ((int32_t *)p)[i] = x;
}
static inline int32_t mote_el_min(int32_t type) {
  return type == MOTE_EL_I8    ? INT8_MIN
         : type == MOTE_EL_U8  ? 0
         : type == MOTE_EL_I16 ? INT16_MIN
                               : INT32_MIN;
}
static inline int32_t mote_el_max(int32_t type) {
  return type == MOTE_EL_I8    ? INT8_MAX
         : type == MOTE_EL_U8  ? UINT8_MAX
         : type == MOTE_EL_I16 ? INT16_MAX
                               : INT32_MAX;
}

#endif
