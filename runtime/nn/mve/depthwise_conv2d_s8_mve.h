/* SPDX-License-Identifier: Apache-2.0
 * nn/depthwise_conv2d.h for Armv8.1-M vectors: at most 16 taps, channel multiplier 1, at
 * least 4 channels. Each channel has lines of its own (nn/mve/lines.h), so its window is
 * one vector and its sum one VMLADAV. The stream holds quads of channels, the last one
 * ends at the last channel: [quads]{ [4][16 bytes] weights, 4 biases, multipliers, shifts
 * (negative: to the right) }.
 * Scratch: channels times the lines, and 16 bytes. */
#ifndef MOTE_NN_MVE_DEPTHWISE_CONV2D_S8_MVE_H
#define MOTE_NN_MVE_DEPTHWISE_CONV2D_S8_MVE_H

#include "nn/mve/filter_mve.h"

typedef struct {
  mote_window_t win;
  int32_t turned, band; /* as in mote_window_mve_t */
  mote_filter_mve_t filter;
} mote_depthwise_mve_t;

void mote_depthwise_conv2d_s8_mve(const mote_depthwise_mve_t *p, const int8_t *in,
                                  int8_t *out, void *scratch);

#endif
