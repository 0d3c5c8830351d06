/* SPDX-License-Identifier: Apache-2.0
 * Mel-filterbank energies. Versions 3 and 4: pre-emphasis, decibels over a noise floor
 * with 12 dB of headroom, quantised to 1/256. Versions 1 and 2: energies minus their
 * sliding mean, scaled to 0..1 over the whole matrix. */
#ifndef MOTE_DSP_MFE_H
#define MOTE_DSP_MFE_H

#include "dsp/frame.h"
#include "dsp/mel.h"

typedef struct {
  mote_frames_t frames;
  mote_mel_t mel;
  uint32_t decibel;   /* 1: versions 3 and 4 */
  float gain, offset; /* value = gain * ln(energy) + offset */
  uint32_t window;    /* sliding mean, versions 1 and 2 */
} mote_mfe_t;

/* x[samples] in int16 counts -> out[rows][filters]. scratch: fft.n * 3 / 2 + 1 floats,
 * and 2 * rows of them in versions 1 and 2. Signatures common to all frame blocks. */
int mote_mfe_run(const mote_mfe_t *p, const float *x, float prev, float *out,
                 void *scratch, void *state);
int mote_mfe_frame(const mote_mfe_t *p, const float *x, float prev, float *row,
                   void *scratch);
int mote_mfe_finish(const mote_mfe_t *p, float *rows, void *scratch);

#endif
