/* SPDX-License-Identifier: Apache-2.0
 * Softmax and its logarithm over the last axis: in, out [rows][n]. */
#ifndef MOTE_NN_SOFTMAX_H
#define MOTE_NN_SOFTMAX_H

#include "base/fixed_exp.h"
#include "base/span.h"

typedef struct {
  int32_t rows, n;
  int32_t multiplier, shift; /* beta * input scale, as a difference with 5 integer bits */
  int32_t diff_min;          /* differences to the maximum below this count as 0 */
} mote_softmax_s8_t;

typedef struct {
  int32_t rows, n;
  float beta;
} mote_softmax_f32_t;

typedef struct {
  mote_softmax_s8_t soft;
  int32_t back_multiplier, back_shift; /* from 5 integer bits to the input's scale */
} mote_log_softmax_s8_t;

typedef struct { int32_t rows, n; } mote_log_softmax_f32_t;

/* int16, zero points 0, output scale 1/32768: exponentials and the reciprocal of their
 * sum by a line between neighbours of tables of 513. */
typedef struct {
  int32_t rows, n;
  int32_t multiplier, shift; /* of a difference: 10 becomes 65535 */
  mote_i16s_t exp;           /* e^x over -10..0, 15 bits */
  mote_i16s_t inverse;       /* 1 / (1 + x) over 0..1, 15 bits */
} mote_softmax_s16_t;
/* In place allowed. */
void mote_softmax_s16(const mote_softmax_s16_t *p, const int16_t *in, int16_t *out);

/* The exponential of a difference to the maximum, in q0. */
static inline int32_t mote_softmax_exp(const mote_softmax_s8_t *p, int32_t diff) {
  return mote_exp_neg(mote_mul_q31(mote_shift_left(diff, p->shift), p->multiplier), 5);
}

/* Output scale 1/16, zero point 127. In place allowed. */
void mote_log_softmax_s8(const mote_log_softmax_s8_t *p, const int8_t *in, int8_t *out);
void mote_log_softmax_f32(const mote_log_softmax_f32_t *p, const float *in, float *out);

/* The outputs of one row, from 0 to 2^bits - 1; in `out` they are less 2^(bits - 1). */
typedef struct {
  int32_t top, scale, shift;
} mote_softmax_sum_t;
static inline mote_softmax_sum_t mote_softmax_total(const mote_softmax_s8_t *p,
                                                    const int8_t *in, int32_t bits) {
  int32_t top = -128, sum = 0, above;
  for (int32_t i = 0; i < p->n; i++) top = in[i] > top ? in[i] : top;
  for (int32_t i = 0; i < p->n; i++)
    if (in[i] - top >= p->diff_min)
      sum += mote_round_shift(mote_softmax_exp(p, in[i] - top), 12);
  int32_t scale = mote_reciprocal(sum, 12, &above);
  return (mote_softmax_sum_t){top, scale, above + 31 - bits};
}
static inline int32_t mote_softmax_share(const mote_softmax_s8_t *p,
                                         const mote_softmax_sum_t *s, int32_t x) {
  int32_t diff = x - s->top;
  if (diff < p->diff_min || s->shift >= 32) return 0;
  return mote_round_shift(mote_mul_q31(s->scale, mote_softmax_exp(p, diff)), s->shift);
}

/* Output scale 1/65536, zero point -32768. */
void mote_softmax_s8_s16(const mote_softmax_s8_t *p, const int8_t *in, int16_t *out);
/* Output scale 1/256, zero point -128. In place allowed. */
void mote_softmax_s8(const mote_softmax_s8_t *p, const int8_t *in, int8_t *out);
/* Sum in index order. In place allowed. */
void mote_softmax_f32(const mote_softmax_f32_t *p, const float *in, float *out);

#endif
