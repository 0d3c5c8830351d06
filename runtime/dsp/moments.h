/* SPDX-License-Identifier: Apache-2.0
 * Sums and central moments of a row of float32 with a defined order: four lanes inside a
 * block, blocks joined with their rounding error carried. A fast kernel must add in the
 * same order. Moments are taken of values scaled to at most 1, so that no input scale
 * overflows or underflows (third and fourth powers of int16 data leave float32). */
#ifndef MOTE_DSP_MOMENTS_H
#define MOTE_DSP_MOMENTS_H

#include <stdint.h>

/* One axis of interleaved data: out[i] = x[i * stride] * scale, i < n. */
void mote_gather(const float *x, uint32_t n, uint32_t stride, float scale, float *out);

float mote_sum(const float *x, uint32_t n);
float mote_sum_squares(const float *x, uint32_t n);

/* n >= 1; exactly x[0] when all values are equal, so that a constant has no deviation. */
float mote_mean(const float *x, uint32_t n);

/* Subtracts the mean in place and returns it. */
float mote_centre(float *x, uint32_t n);

/* Moments about zero: call mote_centre first to get central ones (population, biased).
 * skewness = m3 / m2^1.5, kurtosis = m4 / m2^2 - 3 (Fisher); all zero: 0 and -3. */
typedef struct {
  float rms, skewness, kurtosis;
} mote_moments_t;
mote_moments_t mote_moments(const float *x, uint32_t n);

#endif
