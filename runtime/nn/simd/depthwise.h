/* SPDX-License-Identifier: Apache-2.0
 * Depthwise convolution with channels in the lanes. The taps of a pixel are a list of
 * pointers, those outside the image point at a pixel of zero points. */
#ifndef MOTE_NN_SIMD_DEPTHWISE_H
#define MOTE_NN_SIMD_DEPTHWISE_H

#include "nn/simd/product.h"

/* All channels of one pixel; `at` is added to the pointers. */
static void v_depthwise_pixel(const mote_filter_simd_t *f, const int8_t *const *tap,
                              int32_t at, int8_t *out) {
  const w_t *w = v_weights(f);
  int32_t blocks = v_blocks(f);
  for (int32_t b = 0; b < blocks; b++) {
    int32_t c = at + v_first(f, b);
    v_t sum = v_load(f->bias.p + b * V_LANES);
    for (int32_t t = 0; t < f->taps; t += V_GROUP, w += V_GROUP * V_LANES)
      sum = v_taps(sum, tap + t, c, v_w(w));
    v_finish(f, sum, b, out);
  }
}

/* Output pixels [from, to) of an axis whose taps all lie inside. */
typedef struct { int32_t from, to; } v_span_t;
static inline v_span_t v_inside(int32_t out, int32_t stride, int32_t pad, int32_t last) {
  v_span_t s = {(pad + stride - 1) / stride, 0};
  if (last + pad >= 0) s.to = (last + pad) / stride + 1;
  if (s.to > out) s.to = out;
  return s;
}

static void v_point(const mote_window_simd_t *p, const int8_t *in, const int8_t *outside,
                    mote_taps_t ty, mote_taps_t tx, const int8_t **tap) {
  const mote_window_t *g = &p->win;
  const int8_t **end = tap + p->filter.taps;
  in += (ty.at * g->in_w + tx.at) * g->in_c;
  for (int32_t ky = 0; ky < g->k_h; ky++)
    for (int32_t kx = 0; kx < g->k_w; kx++) {
      int32_t at = ky * g->dilation_h * g->in_w + kx * g->dilation_w;
      int inside = ky >= ty.first && ky < ty.last && kx >= tx.first && kx < tx.last;
      *tap++ = inside ? in + at * g->in_c : outside;
    }
  while (tap < end) *tap++ = outside;
}

static void v_depthwise(const mote_window_simd_t *p, const int8_t *in, int8_t *out,
                        void *scratch) {
  const mote_window_t *g = &p->win;
  const int8_t **tap = scratch;
  int8_t *outside = (int8_t *)(tap + p->filter.taps);
  v_span_t s = v_inside(g->out_w, g->stride_w, g->pad_left,
                        g->in_w - 1 - (g->k_w - 1) * g->dilation_w);
  memset(outside, p->filter.outside, (size_t)g->in_c);
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t x = 0, at = 0; x < g->out_w; x++, out += g->out_c) {
      int shifted = x > s.from && x < s.to && ty.last - ty.first == g->k_h;
      if (shifted) at += g->stride_w * g->in_c;
      else v_point(p, in, outside, ty, mote_taps_x(g, x), tap), at = 0;
      v_depthwise_pixel(&p->filter, tap, at, out);
    }
  }
}

#endif
