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

/* scratch: 8 * taps bytes; taps more when in_c is no multiple of 4. A 1 x 1 window of
 * stride 1 may run in place when there are no more output than input channels. */
void mote_conv2d_s8_dsp(const mote_conv2d_s8_dsp_t *p, const int8_t *in, int8_t *out,
                        void *scratch);

#endif
