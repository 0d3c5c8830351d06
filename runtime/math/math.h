/* SPDX-License-Identifier: Apache-2.0
 * Elementary functions with the same bits on every target: own polynomials, no libm.
 * Accuracy is stated per function and tested against libm in double precision. */
#ifndef MOTE_MATH_H
#define MOTE_MATH_H

#include <stdint.h>

float mote_sinf(float x); /* any |x| < 1e5 */
float mote_cosf(float x);
float mote_expf(float x);   /* 0 below -104, +inf above 88.73 */
float mote_logf(float x);   /* natural; -inf for 0, NaN for x < 0 */
float mote_log10f(float x);
float mote_log2f(float x);
float mote_tanhf(float x);
float mote_logisticf(float x); /* 1 / (1 + e^-x) */
float mote_sqrtf(float x);  /* correctly rounded (IEEE 754) on every target */
float mote_powf(float x, float y); /* x > 0: exp2(y log2 x) */

/* Nearest integer, halves away from zero (std::round, as the TFLite reference
 * kernels do). |x| < 2^31. */
static inline int32_t mote_roundf(float x) {
  int32_t i = (int32_t)x;
  float rest = x - (float)i; /* exact */
  return rest >= 0.5f ? i + 1 : rest <= -0.5f ? i - 1 : i;
}

#endif
