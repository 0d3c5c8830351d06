/* SPDX-License-Identifier: Apache-2.0
 * Exponential, reciprocal, logistic and tanh in fixed point, as gemmlowp defines them:
 * the int8 reference kernels are built on these, bit for bit. "qN" has N integer bits, a
 * sign and 31 - N fraction bits; 1.0 in q0 is INT32_MAX. */
#ifndef MOTE_BASE_FIXED_EXP_H
#define MOTE_BASE_FIXED_EXP_H

#include "base/fixed.h"

/* x * 2^n, saturating. */
static inline int32_t mote_shift_sat(int32_t x, int32_t n) {
  int64_t y = (int64_t)x * ((int64_t)1 << n);
  return y > INT32_MAX ? INT32_MAX : y < INT32_MIN ? INT32_MIN : (int32_t)y;
}

/* exp(a), a in [-1/4, 0) in q0: Taylor to the fourth power around -1/8. */
static inline int32_t mote_exp_quarter(int32_t a) {
  const int32_t exp_eighth = 1895147668, third = 715827883; /* e^(-1/8), 1/3 */
  int32_t x = a + (1 << 28);
  int32_t x2 = mote_mul_q31(x, x), x3 = mote_mul_q31(x2, x), x4 = mote_mul_q31(x2, x2);
  int32_t tail = mote_mul_q31(mote_round_shift(x4, 2) + x3, third) + x2;
  return exp_eighth + mote_mul_q31(exp_eighth, x + mote_round_shift(tail, 1));
}

/* exp(a) in q0 for a <= 0 with `bits` integer bits (at most 5): the part below a quarter
 * by the polynomial, each higher bit by one factor e^-(2^k). */
static inline int32_t mote_exp_neg(int32_t a, int32_t bits) {
  static const int32_t factor[7] = {1672461947, 1302514674, 790015084, 290630308,
                                    39332535,   720401,     242};
  int32_t fraction = 31 - bits, quarter = 1 << (fraction - 2);
  int32_t low = (a & (quarter - 1)) - quarter;
  int32_t y = mote_exp_quarter(mote_shift_left(low, bits));
  int32_t rest = low - a;
  for (int32_t k = 0; k < bits + 2; k++)
    if (rest & (quarter << k)) y = mote_mul_q31(y, factor[k]);
  return a == 0 ? INT32_MAX : y;
}

/* Newton's 1 / ((1 + a) / 2) in q2 for a in [0, 1) in q0: three steps from 48/17 - 32/17
 * d. */
static inline int32_t mote_reciprocal_q2(int32_t a) {
  int32_t half = (int32_t)(((int64_t)a + INT32_MAX + 1) >> 1); /* (1 + a) / 2 */
  int32_t x = 1515870810 + mote_mul_q31(half, -1010580540);
  for (int32_t i = 0; i < 3; i++) {
    int32_t miss = (1 << 29) - mote_mul_q31(half, x);
    x += mote_shift_sat(mote_mul_q31(x, miss), 2);
  }
  return x;
}

/* 1 / (1 + a) in q0, a in [0, 1) in q0. */
static inline int32_t mote_one_over_one_plus(int32_t a) {
  return mote_shift_sat(mote_reciprocal_q2(a), 1);
}

/* 1 / x in q0 of x > 0 with `bits` integer bits, over the power of two in *above. */
static inline int32_t mote_reciprocal(int32_t x, int32_t bits, int32_t *above) {
  int32_t zeros = mote_leading_zeros((uint32_t)x);
  *above = bits - zeros;
  return mote_one_over_one_plus((int32_t)(((uint32_t)x << zeros) - 0x80000000u));
}

/* 1 / sqrt(x), x >= 0, as multiplier * 2^(shift - 31) for mote_requantise: five steps of
 * Newton in q3 from 1. 0 counts as 1. */
static inline int32_t mote_inverse_sqrt(int32_t x, int32_t *shift) {
  if (x <= 1) {
    *shift = 0;
    return INT32_MAX;
  }
  int32_t right = 11;
  for (; x >= 1 << 29; right++) x /= 4;
  int32_t pairs = (mote_leading_zeros((uint32_t)x) - 1) / 2 - 1;
  right -= pairs;
  x = mote_shift_left(x, 2 * pairs) >> 1;
  int32_t half = mote_round_shift(x, 1), y = 1 << 28;
  for (int32_t i = 0; i < 5; i++) {
    int32_t cube = mote_shift_sat(mote_mul_q31(mote_mul_q31(y, y), y), 6);
    y = mote_shift_sat(mote_mul_q31((1 << 28) + (1 << 27), y) - mote_mul_q31(half, cube),
                       3);
  }
  y = mote_mul_q31(y, 1518500250); /* sqrt(1/2) */
  *shift = right < 0 ? 0 : -right;
  return right < 0 ? mote_shift_left(y, -right) : y;
}

/* 1 / (1 + e^-x) in q0 of x in q4. */
static inline int32_t mote_logistic_q4(int32_t x) {
  int32_t y = mote_one_over_one_plus(mote_exp_neg(x < 0 ? x : -x, 4));
  return x == 0 ? 1 << 30 : x > 0 ? y : INT32_MAX - y;
}

/* tanh(x) in q0 of x in q4: (1 - e) / (1 + e) with e = exp(-2|x|), one more integer bit.
 */
static inline int32_t mote_tanh_q4(int32_t x) {
  int32_t e = mote_exp_neg(x < 0 ? x : -x, 5);
  int32_t y = mote_shift_sat(mote_reciprocal_q2(e) - (1 << 29), 2);
  return x == 0 ? 0 : x > 0 ? y : -y;
}

#endif
