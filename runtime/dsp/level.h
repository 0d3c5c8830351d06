/* SPDX-License-Identifier: Apache-2.0
 * Logarithms of many energies at once, the bits of mote_logf. */
#ifndef MOTE_DSP_LEVEL_H
#define MOTE_DSP_LEVEL_H

#include <stdint.h>

/* x[i] = ln x[i] for positive x; 0 counts as 1e-10, above it 1e-30 is the least and the
 * largest finite number the most. */
void mote_ln_energies(float *x, uint32_t n);
/* x[i] = gain * ln x[i] + offset, limited to 0..top. */
void mote_levels(float *x, uint32_t n, float gain, float offset, float top);

#endif
