/* SPDX-License-Identifier: Apache-2.0
 * Real FFT of a power of two, 4 to 4096 (table prepared once, a constant on the device).
 */
#ifndef MOTE_DSP_RFFT_H
#define MOTE_DSP_RFFT_H

#include "base/pool.h"
#include "base/span.h"

typedef struct {
  uint32_t n;       /* real points */
  mote_f32s_t sine; /* sin(2 pi k / n), k = 0..n/4 */
} mote_rfft_t;

/* Builds the table; MOTE_ERR_PARAM unless n is a power of two in range. Host only
 * (dsp/rfft_prepare.c). */
int mote_rfft_prepare(mote_rfft_t *f, uint32_t n, mote_pool_t *pool);
/* x[n] is overwritten by the half spectrum, unscaled: x[k] = Re X[k], x[n/2 + k] = Im
 * X[k] for k = 1..n/2-1; x[0] = Re X[0] and x[n/2] = Re X[n/2], whose Im are 0. */
void mote_rfft_run(const mote_rfft_t *f, float *x);
/* power[k] = |X[k]|^2 * scale for k = 0..n/2. x is overwritten; power must not overlap
 * it. */
void mote_rfft_power(const mote_rfft_t *f, float *x, float scale, float *power);
/* power[k] = max(power[k], 4 |X[k]|^2), k = 0..n/2: the largest of several frames, to be
 * scaled once at the end. x is overwritten. */
void mote_rfft_max_power(const mote_rfft_t *f, float *x, float *power);

#endif
