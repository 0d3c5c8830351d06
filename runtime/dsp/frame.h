/* SPDX-License-Identifier: Apache-2.0
 * Frames of a signal and their power spectra, shared by mfe, mfcc and spectrogram: frame
 * r starts at sample r * hop; no window function; a frame longer than the FFT is cut, a
 * shorter one is padded with zeros. */
#ifndef MOTE_DSP_FRAME_H
#define MOTE_DSP_FRAME_H

#include "dsp/rfft.h"

typedef struct {
  uint32_t samples;          /* in the window */
  uint32_t rows, frame, hop; /* (rows - 1) * hop + frame <= samples */
  uint32_t shift;            /* pre-emphasis looks back this far; above 1 only in `run` */
  float pre;                 /* y[i] = x[i] - pre * x[i - shift] */
  float scale;               /* power[k] = scale * |Y[k]|^2 */
  mote_rfft_t fft;
} mote_frames_t;

/* x: `frame` samples, prev the one before; work[fft.n]; power[fft.n / 2 + 1]. shift <= 1.
 */
void mote_frame_power(const mote_frames_t *f, const float *x, float prev, float *work,
                      float *power);
/* The same for row `row` of the whole window x[samples]; prev is the sample before x[0].
 * With shift > 1 the window is taken as circular instead. */
void mote_frame_power_at(const mote_frames_t *f, const float *x, float prev, uint32_t row,
                         float *work, float *power);
/* Sum of four interleaved lanes, (s0 + s1) + (s2 + s3): the order every SIMD keeps. */
float mote_lanes_sum(const float *x, uint32_t n);
float mote_lanes_dot(const float *a, const float *b, uint32_t n);
/* Whole matrix to 0..1 by its extremes; left alone when they are closer than 0.001. */
void mote_min_max(float *x, uint32_t n);

#endif
