/* SPDX-License-Identifier: Apache-2.0
 * What the spectral and wavelet analyses have in common: one axis is taken out of the
 * interleaved window, scaled, decimated and filtered. */
#ifndef MOTE_DSP_FRONT_H
#define MOTE_DSP_FRONT_H

#include "dsp/filter.h"

typedef struct {
  uint32_t n, axes; /* window, before decimation */
  uint32_t kept;    /* samples per axis after decimation */
  float scale;
  uint8_t by[3];        /* decimation stages, each 3 or 10; 0 ends the list */
  mote_biquads_t low3;  /* their filters, empty when not used */
  mote_biquads_t low10; /* also used by the low-frequency bins of the spectral block */
  mote_biquads_t filter;
} mote_front_t;

/* x[n][axes] -> out[0 .. kept-1]; out is scratch of n floats. */
void mote_front_run(const mote_front_t *p, const float *x, uint32_t axis, float *out);

#endif
