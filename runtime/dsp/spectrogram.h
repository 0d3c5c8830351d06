/* SPDX-License-Identifier: Apache-2.0
 * Power spectra of frames. Versions 1 and 2: scaled to 0..1 over the matrix. Version 3:
 * decibels over a noise floor, clipped to 0..1, the window divided by 32768 when any
 * sample in a frame is beyond +-1. Version 4: no scaling, clipped at 0 only. */
#ifndef MOTE_DSP_SPECTROGRAM_H
#define MOTE_DSP_SPECTROGRAM_H

#include "dsp/frame.h"

typedef struct {
  mote_frames_t frames; /* pre is 0 */
  uint32_t version;     /* 2 (also for 1), 3, 4 */
  float gain, offset;   /* value = gain * ln(power) + offset */
} mote_spectrogram_t;

/* x[samples] -> out[rows][fft.n / 2 + 1]; prev is not used. scratch: fft.n floats.
 * In version 3 the sign of a raw row's first value says "a sample is beyond +-1". */
int mote_spectrogram_run(const mote_spectrogram_t *p, const float *x, float prev,
                         float *out, void *scratch, void *state);
int mote_spectrogram_frame(const mote_spectrogram_t *p, const float *x, float prev,
                           float *row, void *scratch);
int mote_spectrogram_finish(const mote_spectrogram_t *p, float *rows, void *scratch);

#endif
