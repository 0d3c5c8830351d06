/* SPDX-License-Identifier: Apache-2.0
 * Convolution with bias and a clamp as activation. in [in_h][in_w][in_c], weights
 * [out_c][k_h][k_w][in_c], out [out_h][out_w][out_c]. */
#ifndef MOTE_NN_CONV2D_H
#define MOTE_NN_CONV2D_H

#include "nn/filter.h"
#include "nn/window.h"

typedef struct {
  mote_window_t win;
  mote_filter_s8_t filter;
} mote_conv2d_s8_t;

typedef struct {
  mote_window_t win;
  mote_filter_f32_t filter;
} mote_conv2d_f32_t;

typedef struct {
  mote_window_t win;
  mote_filter_s16_t filter;
} mote_conv2d_s16_t;

void mote_conv2d_s16(const mote_conv2d_s16_t *p, const int16_t *in, int16_t *out);
void mote_conv2d_s8(const mote_conv2d_s8_t *p, const int8_t *in, int8_t *out);
/* Sum: the runs of contiguous inputs under the window, row by row, as in nn/dot.h; then
 * the bias. */
void mote_conv2d_f32(const mote_conv2d_f32_t *p, const float *in, float *out);

#endif
