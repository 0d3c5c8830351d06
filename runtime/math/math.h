/* SPDX-License-Identifier: Apache-2.0
 * Elementary functions with the same bits on every target: own polynomials, no libm.
 * Accuracy is stated per function and tested against libm in double precision. */
#ifndef MOTE_MATH_H
#define MOTE_MATH_H

#include <stdint.h>

float mote_sinf(float x);      /* any finite x; 2 ulp */
float mote_cosf(float x);      /* any finite x; 2 ulp */
float mote_expf(float x);      /* 1 ulp; 0 below -104, infinite above 88.72 */
float mote_logf(float x);      /* natural, 1 ulp; -inf for 0, NaN for x < 0 */
float mote_log10f(float x);    /* 2 ulp */
float mote_log2f(float x);     /* 2 ulp */
float mote_tanhf(float x);     /* 2 ulp */
float mote_logisticf(float x); /* 1 / (1 + e^-x), 3 ulp */
float mote_erff(float x);      /* error function, 4 ulp */
float mote_floorf(float x);    /* exact */
float mote_sqrtf(float x);     /* correctly rounded (IEEE 754) on every target */
float mote_sqrtf_bits(
    float x); /* the same by integers, for cores without the instruction */
/* x > 0: exp2(y log2 x), relative error up to (2 + |y log2 x|) 2^-23. */
float mote_powf(float x, float y);

/* Nearest integer, halves away from zero (std::round, as the TFLite reference
 * kernels do). |x| < 2^31. */
static inline int32_t mote_roundf(float x) {
  int32_t i = (int32_t)x;
  float rest = x - (float)i; /* exact */
  return rest >= 0.5f ? i + 1 : rest <= -0.5f ? i - 1 : i;
}

#endif
