/* SPDX-License-Identifier: Apache-2.0
 * The geometry shared by convolutions and pools: a k_h x k_w window with holes that
 * slides over an [in_h][in_w][in_c] tensor. Sequences are images of height 1. */
#ifndef MOTE_NN_WINDOW_H
#define MOTE_NN_WINDOW_H

#include <stdint.h>

typedef struct {
  int32_t in_h, in_w, in_c;
  int32_t out_h, out_w, out_c;
  int32_t k_h, k_w;
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left; /* what hangs over at the far side follows from the sizes */
} mote_window_t;

/* Taps [first, last) of one axis that fall inside the input; `at` is where tap 0 lies. */
typedef struct { int32_t at, first, last; } mote_taps_t;

static inline mote_taps_t mote_taps(int32_t at, int32_t step, int32_t k, int32_t n) {
  mote_taps_t t = {at, 0, k};
  while (t.first < k && at + t.first * step < 0) t.first++;
  while (t.last > t.first && at + (t.last - 1) * step >= n) t.last--;
  return t;
}

static inline mote_taps_t mote_taps_y(const mote_window_t *w, int32_t y) {
  return mote_taps(y * w->stride_h - w->pad_top, w->dilation_h, w->k_h, w->in_h);
}

static inline mote_taps_t mote_taps_x(const mote_window_t *w, int32_t x) {
  return mote_taps(x * w->stride_w - w->pad_left, w->dilation_w, w->k_w, w->in_w);
}

#endif
