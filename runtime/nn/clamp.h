/* SPDX-License-Identifier: Apache-2.0
 * ReLU and its bounded relatives as a layer of their own, float32. (int8: nn/lut.h; next
 * to a convolution they are fused into it.) */
#ifndef MOTE_NN_CLAMP_H
#define MOTE_NN_CLAMP_H

#include <stdint.h>

typedef struct {
  int32_t n;
  float min, max;
} mote_clamp_f32_t;

void mote_clamp_f32(const mote_clamp_f32_t *p, const float *in, float *out);

#endif
