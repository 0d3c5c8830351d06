/* SPDX-License-Identifier: Apache-2.0
 * A border of one value around [outer][in_h][in_w][in_c]. */
#ifndef MOTE_NN_PAD_H
#define MOTE_NN_PAD_H

#include <stdint.h>

typedef struct {
  int32_t outer, in_h, in_w, in_c;
  int32_t out_h, out_w, out_c;
  int32_t top, left, front; /* rows, columns, channels before the input */
  int32_t value;
} mote_pad_s8_t;

typedef struct {
  int32_t outer, in_h, in_w, in_c;
  int32_t out_h, out_w, out_c;
  int32_t top, left, front;
  float value;
} mote_pad_f32_t;

void mote_pad_s8(const mote_pad_s8_t *p, const int8_t *in, int8_t *out);
void mote_pad_f32(const mote_pad_f32_t *p, const float *in, float *out);

#endif
