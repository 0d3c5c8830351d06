/* SPDX-License-Identifier: Apache-2.0
 * Cascades of second-order sections, transposed direct form II. All our designs
 * (Butterworth low and high pass, Chebyshev I for decimation) have both zeros of a
 * section at z = -1 or z = 1, so a section is three numbers: H(z) = gain (1 +- 2/z +
 * 1/z^2) / (1 + a1/z + a2/z^2). */
#ifndef MOTE_DSP_FILTER_H
#define MOTE_DSP_FILTER_H

#include "base/span.h"

typedef struct {
  mote_f32s_t sections; /* gain, a1, a2 of each; empty: the signal passes unchanged */
  uint8_t high;         /* zeros at z = 1 instead of -1 */
} mote_biquads_t;

/* In place over x[n]; the state begins at rest. */
void mote_biquads_run(const mote_biquads_t *f, float *x, uint32_t n);

#endif
