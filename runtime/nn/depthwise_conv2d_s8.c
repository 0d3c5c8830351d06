/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics: taps outside the input add nothing. */
#include "base/strict.h"
#include "nn/depthwise_conv2d.h"

static int32_t accumulate(const mote_depthwise_conv2d_s8_t *p, const int8_t *in,
                          int32_t c, mote_taps_t ty, mote_taps_t tx) {
  const mote_window_t *g = &p->win;
  int32_t step = g->dilation_w * g->in_c;
  int32_t sum = 0;
  for (int32_t ky = ty.first; ky < ty.last; ky++) {
    int32_t y = ty.at + ky * g->dilation_h, x = tx.at + tx.first * g->dilation_w;
    const int8_t *a = in + (y * g->in_w + x) * g->in_c + c / p->multiplier;
    const int8_t *b = p->filter.weights.p + (ky * g->k_w + tx.first) * g->out_c + c;
    for (int32_t kx = tx.first; kx < tx.last; kx++, a += step, b += g->out_c)
      sum += (*a + p->filter.in_offset) * *b;
  }
  return sum;
}

void mote_depthwise_conv2d_s8(const mote_depthwise_conv2d_s8_t *p, const int8_t *in,
                              int8_t *out) {
  const mote_window_t *g = &p->win;
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t x = 0; x < g->out_w; x++) {
      mote_taps_t tx = mote_taps_x(g, x);
      for (int32_t c = 0; c < g->out_c; c++)
        *out++ = mote_filter_out(&p->filter, c, accumulate(p, in, c, ty, tx));
    }
  }
}
