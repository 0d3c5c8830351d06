/* SPDX-License-Identifier: Apache-2.0
 * Designs the recursive filters of runtime/dsp/filter.h in double precision. Sections are
 * (gain, a1, a2), rounded to float32; the gains are taken from the rounded poles, so that
 * a low pass passes 0 Hz, and a high pass the Nyquist frequency, with exactly gain 1. */
#ifndef MOTE_DESIGN_SOS_H
#define MOTE_DESIGN_SOS_H

#include <stdbool.h>

/* Butterworth of even order by the bilinear transform: order / 2 sections into `out`.
 * `cutoff` is a share of the sampling rate, 0 < cutoff < 0.5. MOTE_ERR_NUMERIC when
 * float32 cannot hold the poles well enough (cutoff extremely close to 0 or 0.5). */
int mote_design_butterworth(double cutoff, int order, bool high, float *out);

/* Chebyshev I low pass of order 8, 0.05 dB ripple, edge 0.8 / ratio of Nyquist: 4
 * sections of gain 1; the ripple's 0.99426 at 0 Hz is MOTE_DECIMATE_DC of
 * runtime/dsp/decimate.h. */
void mote_design_decimator(int ratio, float out[12]);

#endif
