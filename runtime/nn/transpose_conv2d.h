/* SPDX-License-Identifier: Apache-2.0
 * Transposed convolution: the window is that of the convolution from `out` to `in`, so
 * its in_* are sizes of our output. Every output gathers the inputs whose window covers
 * it. in [out_h][out_w][out_c], weights [in_c][k_h][k_w][out_c], out [in_h][in_w][in_c],
 * with the names of the window. */
#ifndef MOTE_NN_TRANSPOSE_CONV2D_H
#define MOTE_NN_TRANSPOSE_CONV2D_H

#include "nn/filter.h"
#include "nn/window.h"

typedef struct {
  mote_filter_s8_t filter;
  mote_window_t win;
} mote_transpose_conv2d_s8_t;

typedef struct {
  mote_filter_s16_t filter;
  mote_window_t win;
} mote_transpose_conv2d_s16_t;

typedef struct {
  mote_filter_f32_t filter;
  mote_window_t win;
} mote_transpose_conv2d_f32_t;

/* Where output `at` lies under tap `k`: an input number, or -1. */
static inline int32_t mote_untap(int32_t at, int32_t pad, int32_t k, int32_t stride,
                                 int32_t n) {
  int32_t place = at + pad - k;
  if (place < 0 || place % stride) return -1;
  return place / stride < n ? place / stride : -1;
}

void mote_transpose_conv2d_s8(const mote_transpose_conv2d_s8_t *p, const int8_t *in,
                              int8_t *out);
void mote_transpose_conv2d_s16(const mote_transpose_conv2d_s16_t *p, const int16_t *in,
                               int16_t *out);
/* Sum: tap after tap, row by row, lanes as in nn/dot.h; then the bias. */
void mote_transpose_conv2d_f32(const mote_transpose_conv2d_f32_t *p, const float *in,
                               float *out);

#endif
