/* SPDX-License-Identifier: Apache-2.0
 * Convolution without vector instructions, the bits of mote_conv2d_s8. The inputs of one
 * or two pixels are gathered in the scratch memory and used for all output channels. */
#ifndef MOTE_NN_PLAIN_CONV2D_S8_PLAIN_H
#define MOTE_NN_PLAIN_CONV2D_S8_PLAIN_H

#include "nn/plain/filter_plain.h"
#include "nn/window.h"

typedef struct {
  mote_window_t win;
  mote_filter_plain_t filter;
} mote_conv2d_s8_plain_t;

/* scratch: 2 * filter.taps bytes. */
void mote_conv2d_s8_plain(const mote_conv2d_s8_plain_t *p, const int8_t *in, int8_t *out,
                          void *scratch);

#endif
