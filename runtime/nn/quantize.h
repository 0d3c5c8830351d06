/* SPDX-License-Identifier: Apache-2.0
 * Between float32 and int8: real = scale * (q - zero). */
#ifndef MOTE_NN_QUANTIZE_H
#define MOTE_NN_QUANTIZE_H

#include <stdint.h>

typedef struct {
  int32_t n;
  float scale;
  int32_t zero;
} mote_quantize_t;

/* round(x / scale) + zero, halves away from zero, saturated; NaN gives zero. */
void mote_quantize_s8(const mote_quantize_t *p, const float *in, int8_t *out);
void mote_dequantize_s8(const mote_quantize_t *p, const int8_t *in, float *out);

#endif
