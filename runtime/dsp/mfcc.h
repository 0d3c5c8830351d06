/* SPDX-License-Identifier: Apache-2.0
 * Mel-frequency cepstral coefficients: pre-emphasis, mel energies, logarithm, orthonormal
 * DCT-II, then sliding mean and variance normalisation. Coefficient 0 is ln(frame
 * energy). */
#ifndef MOTE_DSP_MFCC_H
#define MOTE_DSP_MFCC_H

#include "dsp/frame.h"
#include "dsp/mel.h"

typedef struct {
  mote_frames_t frames;
  mote_mel_t mel;
  uint32_t cols;   /* coefficients */
  mote_f32s_t dct; /* rows 1..cols-1 of the DCT, first half (the other is its mirror) */
  uint32_t window; /* sliding normalisation, odd; 0: off */
} mote_mfcc_t;

/* x[samples] in int16 counts -> out[rows][cols]. scratch: the larger of
 * fft.n * 3 / 2 + 1 floats and 2 * rows int32. Filters <= fft.n / 2. */
int mote_mfcc_run(const mote_mfcc_t *p, const float *x, float prev, float *out,
                  void *scratch, void *state);
int mote_mfcc_frame(const mote_mfcc_t *p, const float *x, float prev, float *row,
                    void *scratch);
int mote_mfcc_finish(const mote_mfcc_t *p, float *rows, void *scratch);

#endif
