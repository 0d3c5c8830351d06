/* SPDX-License-Identifier: Apache-2.0
 * Spectral analysis, version 1 (for designs imported from older projects): RMS, the
 * largest peaks of the spectrum of the first fft samples, and the mean power between
 * edges. */
#ifndef MOTE_DSP_SPECTRAL_V1_H
#define MOTE_DSP_SPECTRAL_V1_H

#include "dsp/front.h"
#include "dsp/rfft.h"

typedef struct {
  mote_front_t front; /* scale only: here the filter runs after the mean is gone */
  mote_biquads_t filter;
  mote_rfft_t fft;
  uint32_t peaks;
  float threshold;   /* smallest height of a peak */
  float peak_hz;     /* frequency of peak bin 1: (hz / 2) / (fft / 2 - 1) */
  float density;     /* |X|^2 -> two-sided power density, over ten */
  mote_u16s_t edges; /* first bin at or above each power edge */
} mote_spectral_v1_t;

/* Floats of scratch: one axis, one FFT frame, one half spectrum. */
static inline uint32_t mote_spectral_v1_scratch(uint32_t n, uint32_t fft) {
  return n + fft + fft / 2 + 1;
}

/* x[n][axes] -> per axis: RMS, (frequency, height) of each peak by height, mean power
 * between neighbouring edges. */
int mote_spectral_v1_run(const mote_spectral_v1_t *p, const float *x, float prev,
                         float *out, void *scratch, void *state);

#endif
