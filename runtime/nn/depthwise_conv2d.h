/* SPDX-License-Identifier: Apache-2.0
 * Depthwise convolution: output channel c reads input channel c / multiplier. weights
 * [k_h][k_w][out_c], otherwise as nn/conv2d.h. */
#ifndef MOTE_NN_DEPTHWISE_CONV2D_H
#define MOTE_NN_DEPTHWISE_CONV2D_H

#include "nn/filter.h"
#include "nn/window.h"

typedef struct {
  mote_window_t win;
  int32_t multiplier; /* out_c / in_c */
  mote_filter_s8_t filter;
} mote_depthwise_conv2d_s8_t;

typedef struct {
  mote_window_t win;
  int32_t multiplier;
  mote_filter_f32_t filter;
} mote_depthwise_conv2d_f32_t;

typedef struct {
  mote_window_t win;
  int32_t multiplier;
  mote_filter_s16_t filter;
} mote_depthwise_conv2d_s16_t;

void mote_depthwise_conv2d_s16(const mote_depthwise_conv2d_s16_t *p, const int16_t *in,
                               int16_t *out);
void mote_depthwise_conv2d_s8(const mote_depthwise_conv2d_s8_t *p, const int8_t *in,
                              int8_t *out);
/* Sum: tap after tap, row by row, then the bias. */
void mote_depthwise_conv2d_f32(const mote_depthwise_conv2d_f32_t *p, const float *in,
                               float *out);

#endif
