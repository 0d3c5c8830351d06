/* SPDX-License-Identifier: Apache-2.0
 * Sum of two tensors. The shorter one repeats (its dimensions are the last ones of the
 * other). The _const forms take the second operand from the parameters. */
#ifndef MOTE_NN_ADD_H
#define MOTE_NN_ADD_H

#include "base/span.h"

typedef struct {
  int32_t n, a_n, b_n; /* elements: output, operands */
  int32_t a_offset, a_multiplier, a_shift; /* minus the zero point; onto a common scale */
  int32_t b_offset, b_multiplier, b_shift;
  int32_t out_offset, out_multiplier, out_shift;
  int32_t min, max;
  mote_i8s_t constant; /* [b_n], or empty */
} mote_add_s8_t;

typedef struct {
  int32_t n, a_n, b_n;
  float min, max;
  mote_f32s_t constant;
} mote_add_f32_t;

void mote_add_s8(const mote_add_s8_t *p, const int8_t *a, const int8_t *b, int8_t *out);
void mote_add_const_s8(const mote_add_s8_t *p, const int8_t *a, int8_t *out);
void mote_add_f32(const mote_add_f32_t *p, const float *a, const float *b, float *out);
void mote_add_const_f32(const mote_add_f32_t *p, const float *a, float *out);

#endif
