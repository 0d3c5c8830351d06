/* SPDX-License-Identifier: Apache-2.0
 * Product of two tensors. The shorter one repeats (its dimensions are the last ones of
 * the other). The _const forms take the second operand from the parameters. */
#ifndef MOTE_NN_MUL_H
#define MOTE_NN_MUL_H

#include "base/span.h"

typedef struct {
  int32_t n, a_n, b_n; /* elements: output, operands */
  int32_t a_offset, b_offset; /* minus the zero points */
  int32_t out_offset, out_multiplier, out_shift;
  int32_t min, max;
  mote_i8s_t constant; /* [b_n], or empty */
} mote_mul_s8_t;

typedef struct {
  int32_t n, a_n, b_n;
  float min, max;
  mote_f32s_t constant;
} mote_mul_f32_t;

void mote_mul_s8(const mote_mul_s8_t *p, const int8_t *a, const int8_t *b, int8_t *out);
void mote_mul_const_s8(const mote_mul_s8_t *p, const int8_t *a, int8_t *out);
void mote_mul_f32(const mote_mul_f32_t *p, const float *a, const float *b, float *out);
void mote_mul_const_f32(const mote_mul_f32_t *p, const float *a, float *out);

#endif
