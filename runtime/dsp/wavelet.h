/* SPDX-License-Identifier: Apache-2.0
 * Wavelet analysis (spectral_analysis with analysis_type Wavelet): a multilevel transform
 * with half-sample symmetric extension, and 14 statistics per component. */
#ifndef MOTE_DSP_WAVELET_H
#define MOTE_DSP_WAVELET_H

#include "dsp/front.h"

#define MOTE_WAVELET_FEATURES 14u

typedef struct {
  mote_front_t front;
  mote_f32s_t low, high; /* analysis taps, equal in number, even */
  uint32_t levels;
} mote_wavelet_t;

/* Coefficients that `n` samples give on the next level. */
static inline uint32_t mote_wavelet_next(uint32_t n, uint32_t taps) {
  return (n + taps - 1) / 2;
}

/* Floats of scratch: one axis and its first level. */
static inline uint32_t mote_wavelet_scratch(uint32_t n, uint32_t taps) {
  return n + mote_wavelet_next(n, taps);
}

/* x[n][axes] -> per axis, components cA_n, cD_n .. cD_1, of each: entropy, zero
 * crossings, mean crossings, 5th 25th 75th 95th percentile, median, mean, standard
 * deviation, variance (n - 1), RMS, skewness, kurtosis. */
int mote_wavelet_run(const mote_wavelet_t *p, const float *x, float prev, float *out,
                     void *scratch, void *state);

#endif
