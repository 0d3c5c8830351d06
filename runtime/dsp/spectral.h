/* SPDX-License-Identifier: Apache-2.0
 * Spectral analysis, versions 2 to 4: moments of the signal and the largest power per
 * frequency bin over the frames of a window (rectangular, |X|^2 / fft). */
#ifndef MOTE_DSP_SPECTRAL_H
#define MOTE_DSP_SPECTRAL_H

#include "dsp/front.h"
#include "dsp/rfft.h"

typedef struct {
  uint16_t first, last; /* FFT bins in the output; first > last: none */
} mote_bins_t;

typedef struct {
  mote_front_t front;
  mote_rfft_t fft;
  uint32_t hop;         /* samples between frames: fft, or half of it with overlap */
  mote_bins_t bins;     /* of the signal */
  mote_bins_t low_bins; /* of the signal decimated by ten once more */
  uint8_t log;          /* bins as log10 */
  uint8_t shape;        /* skewness and kurtosis of the power spectrum too (version 4) */
  uint8_t low_freq;     /* the low-frequency part follows the normal one */
} mote_spectral_t;

/* Floats of scratch: one axis, one FFT frame, one half spectrum. */
static inline uint32_t mote_spectral_scratch(uint32_t n, uint32_t fft) {
  return n + fft + fft / 2 + 1;
}

/* x[n][axes] -> per axis: RMS, skewness, kurtosis, [spectral skewness, spectral
 * kurtosis], bins ascending; then, with low_freq, the same of every axis at a tenth of
 * the rate. */
int mote_spectral_run(const mote_spectral_t *p, const float *x, float prev, float *out,
                      void *scratch, void *state);

#endif
