/* SPDX-License-Identifier: Apache-2.0
 * A line of a depthwise convolution, quad after quad of channels. */
#ifndef MOTE_NN_MVE_QUADS_H
#define MOTE_NN_MVE_QUADS_H

#include <stdint.h>

typedef struct {
  const int8_t *x; /* first window of the first channel */
  int8_t *out;
  const int32_t *stream;
  int32_t quads, pixels;
  int32_t plane;    /* from one channel's windows to the next one's */
  int32_t step;     /* from one window to the next */
  int32_t out_step; /* from one output pixel to the next */
  int32_t offset;
} mve_quads_t;

/* `plain`: halves may be rounded up, what is negative is clamped later. Changes `q`. */
void mote_mve_quads(mve_quads_t *q, int32_t plain);

#endif
