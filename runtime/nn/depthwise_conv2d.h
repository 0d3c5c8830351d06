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

/* Without vector instructions: scales below 1/2. scratch: a channel's weights, 4 bytes
 * each, then its inputs and borders, mote_plane_rows * mote_plane_columns bytes. When no
 * channel is used twice and the output is not larger than the input, it may lie over it.
 */
void mote_depthwise_conv2d_s8_plain(const mote_depthwise_conv2d_s8_t *p, const int8_t *in,
                                    int8_t *out, void *scratch);
static inline int32_t mote_plane_rows(const mote_window_t *g) {
  return (g->out_h - 1) * g->stride_h + (g->k_h - 1) * g->dilation_h + 1;
}
static inline int32_t mote_plane_columns(const mote_window_t *g) {
  return (g->out_w - 1) * g->stride_w + (g->k_w - 1) * g->dilation_w + 1;
}

#endif
