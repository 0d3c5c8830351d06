/* SPDX-License-Identifier: Apache-2.0
 * Softmax over the last axis: in, out [rows][n]. */
#ifndef MOTE_NN_SOFTMAX_H
#define MOTE_NN_SOFTMAX_H

#include <stdint.h>

typedef struct {
  int32_t rows, n;
  int32_t multiplier, shift; /* beta * input scale, as a difference with 5 integer bits */
  int32_t diff_min;          /* differences to the maximum below this count as 0 */
} mote_softmax_s8_t;

typedef struct {
  int32_t rows, n;
  float beta;
} mote_softmax_f32_t;

/* Output scale 1/256, zero point -128. In place allowed. */
void mote_softmax_s8(const mote_softmax_s8_t *p, const int8_t *in, int8_t *out);
/* Sum in index order. In place allowed. */
void mote_softmax_f32(const mote_softmax_f32_t *p, const float *in, float *out);

#endif
