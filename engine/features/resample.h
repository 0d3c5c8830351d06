/* SPDX-License-Identifier: Apache-2.0
 * Recordings at another sampling rate, by the device's own resampler. */
#ifndef MOTE_FEATURES_RESAMPLE_H
#define MOTE_FEATURES_RESAMPLE_H

#include "base/mem.h"

/* x[n][axes] at from_hz -> (*out)[*out_n][axes] at to_hz, in the arena; out_n is
 * ceil(n * to / from). A rate within 0.01 Hz of a whole number is taken as that number
 * (intervals such as 16 ms are written rounded). Equal rates: a copy. The same bits on
 * any host. MOTE_ERR_PARAM: a rate is not positive, or they differ by more than 20000
 * times. */
int mote_resample(const float *x, size_t n, uint32_t axes, double from_hz, double to_hz,
                  mote_arena_t *a, float **out, size_t *out_n);

#endif
