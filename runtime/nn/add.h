/* SPDX-License-Identifier: Apache-2.0
 * Sum, difference and squared difference of two tensors. Integers: the operands, widened
 * by some bits, go to twice the larger of their scales. */
#ifndef MOTE_NN_ADD_H
#define MOTE_NN_ADD_H

#include "base/fixed.h"
#include "nn/binary.h"

typedef struct {
  int32_t n, a_n, b_n; /* nn/binary.h */
  int32_t a_offset, a_multiplier, a_shift; /* offset: minus the zero point */
  int32_t b_offset, b_multiplier, b_shift;
  int32_t out_offset, out_multiplier, out_shift;
  int32_t min, max;
} mote_add_s8_t; /* int16 too */
typedef struct {
  mote_add_s8_t run;
  mote_outer_t outer;
} mote_add_broadcast_t;

/* An operand with `bits` more bits on the common scale. */
static inline int32_t mote_add_operand(int32_t x, int32_t bits, int32_t multiplier,
                                       int32_t shift) {
  return mote_round_shift(mote_mul_q31(mote_shift_left(x, bits), multiplier), -shift);
}
static inline int32_t mote_add_a(const mote_add_s8_t *p, int32_t a, int32_t bits) {
  return mote_add_operand(a + p->a_offset, bits, p->a_multiplier, p->a_shift);
}
static inline int32_t mote_add_b(const mote_add_s8_t *p, int32_t b, int32_t bits) {
  return mote_add_operand(b + p->b_offset, bits, p->b_multiplier, p->b_shift);
}
static inline int32_t mote_add_out(const mote_add_s8_t *p, int32_t y) {
  y = mote_add_wrap(mote_requantise(y, p->out_multiplier, p->out_shift), p->out_offset);
  return mote_clamp(y, p->min, p->max);
}

MOTE_BINARY_DECLARE(add, s8, mote_add_s8_t, mote_add_broadcast_t, int8_t)
MOTE_BINARY_DECLARE(add, s16, mote_add_s8_t, mote_add_broadcast_t, int16_t)
MOTE_BINARY_DECLARE(sub, s8, mote_add_s8_t, mote_add_broadcast_t, int8_t)
MOTE_BINARY_DECLARE(sub, s16, mote_add_s8_t, mote_add_broadcast_t, int16_t)
MOTE_BINARY_DECLARE(squared_difference, s8, mote_add_s8_t, mote_add_broadcast_t, int8_t)
MOTE_BINARY_DECLARE(squared_difference, s16, mote_add_s8_t, mote_add_broadcast_t,
                    int16_t)

/* On Armv7E-M: operands of one shape; out may be a or b. One of them has half of the
 * common scale (multiplier 2^30, shift 0), the other one too or a shift of -20 to -1;
 * out_shift is -22 to -1. */
void mote_add_s8_dsp(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                     int8_t *out);
/* Without vector instructions: the same. */
void mote_add_s8_plain(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                       int8_t *out);
/* On Armv8.1-M vectors: the same. */
void mote_add_s8_mve(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                     int8_t *out);
/* For vector units: operands of one shape, all three shifts 0 to -29. */
void mote_add_s8_simd(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                      int8_t *out);

#endif
