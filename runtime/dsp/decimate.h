/* SPDX-License-Identifier: Apache-2.0
 * Decimation by 3 or 10: Chebyshev I low pass of order 8, 0.05 dB ripple, edge at 0.8 of
 * the new Nyquist rate, then every third or tenth sample. Larger ratios are stages of
 * these. The filters are designed on the host (engine/features/design/sos.h). */
#ifndef MOTE_DSP_DECIMATE_H
#define MOTE_DSP_DECIMATE_H

#include "dsp/filter.h"

/* An even-order Chebyshev filter rests at the bottom of its ripple: -0.05 dB at 0 Hz. */
#define MOTE_DECIMATE_DC 0.99426007395f

/* x[n] in place; returns the new length ceil(n / ratio). */
uint32_t mote_decimate(const mote_biquads_t *low, uint32_t ratio, float *x, uint32_t n);

#endif
