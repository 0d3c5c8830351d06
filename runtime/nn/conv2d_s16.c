/* SPDX-License-Identifier: Apache-2.0
 * TFLite int16 reference semantics: int8 weights. */
#include "base/strict.h"
#include "nn/conv2d.h"

static int64_t accumulate(const mote_window_t *g, const int16_t *in, const int8_t *w,
                          mote_taps_t ty, mote_taps_t tx) {
  int64_t sum = 0;
  for (int32_t ky = ty.first; ky < ty.last; ky++)
    for (int32_t kx = tx.first; kx < tx.last; kx++) {
      int32_t y = ty.at + ky * g->dilation_h, x = tx.at + kx * g->dilation_w;
      const int16_t *a = in + (y * g->in_w + x) * g->in_c;
      const int8_t *b = w + (ky * g->k_w + kx) * g->in_c;
      for (int32_t c = 0; c < g->in_c; c++) sum += a[c] * b[c];
    }
  return sum;
}

void mote_conv2d_s16(const mote_conv2d_s16_t *p, const int16_t *in, int16_t *out) {
  const mote_window_t *g = &p->win;
  int32_t filter = g->k_h * g->k_w * g->in_c;
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t x = 0; x < g->out_w; x++) {
      mote_taps_t tx = mote_taps_x(g, x);
      const int8_t *w = p->filter.weights.p;
      for (int32_t c = 0; c < g->out_c; c++, w += filter)
        *out++ = mote_filter_out_s16(&p->filter, c, accumulate(g, in, w, ty, tx));
    }
  }
}
