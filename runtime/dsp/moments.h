/* SPDX-License-Identifier: Apache-2.0
 * Sums and central moments of a row of float32 with a defined order: four lanes inside a
 * block, blocks joined with their rounding error carried. A fast kernel must add in the
 * same order. Where the fourth powers would leave float32 (power spectra of int16 data
 * do) the moments are taken again of values scaled to at most 1. */
#ifndef MOTE_DSP_MOMENTS_H
#define MOTE_DSP_MOMENTS_H

#include <stdint.h>

/* One axis of interleaved data: out[i] = x[i * stride] * scale, i < n. */
void mote_gather(const float *x, uint32_t n, uint32_t stride, float scale, float *out);

float mote_sum(const float *x, uint32_t n);

/* Root of the mean square; |x| below 1e18. */
float mote_rms(const float *x, uint32_t n);

/* n >= 1; exactly x[0] when all values are equal, so that a constant has no deviation. */
float mote_mean(const float *x, uint32_t n);

/* Subtracts the mean in place. */
void mote_centre(float *x, uint32_t n);

/* Subtracts the mean in place; moments of what is left, population and biased:
 * skewness = m3 / m2^1.5, kurtosis = m4 / m2^2 - 3 (Fisher); a constant: 0 and -3. */
typedef struct {
  float mean, std, skewness, kurtosis;
} mote_moments_t;
mote_moments_t mote_central_moments(float *x, uint32_t n);

#endif
