/* SPDX-License-Identifier: Apache-2.0
 * Convolution on Armv7E-M, the bits of mote_conv2d_s8. Four pixels at a time are widened
 * into the scratch memory and used for all output channels. */
#ifndef MOTE_NN_ARMV7EM_CONV2D_S8_DSP_H
#define MOTE_NN_ARMV7EM_CONV2D_S8_DSP_H

#include "nn/armv7em/filter_dsp.h"
#include "nn/window.h"

typedef struct {
  mote_window_t win;
  mote_filter_dsp_t filter;
} mote_conv2d_s8_dsp_t;

/* Windows that are just the pixels, one after another. */
static inline int mote_pointwise(const mote_window_t *g) {
  return g->k_h == 1 && g->k_w == 1 && g->stride_h == 1 && g->stride_w == 1 &&
         g->pad_top == 0 && g->pad_left == 0;
}

/* scratch: 8 * taps bytes; taps more when in_c is no multiple of 4. A pointwise
 * one may run in place when there are no more output than input channels. */
void mote_conv2d_s8_dsp(const mote_conv2d_s8_dsp_t *p, const int8_t *in, int8_t *out,
                        void *scratch);

#endif
