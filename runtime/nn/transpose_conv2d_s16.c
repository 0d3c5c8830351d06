/* SPDX-License-Identifier: Apache-2.0
 * TFLite int16 reference semantics: int8 weights. */
#include "base/strict.h"
#include "nn/transpose_conv2d.h"

static int64_t accumulate(const mote_window_t *g, const int16_t *in, const int8_t *w,
                          int32_t y, int32_t x) {
  int32_t n = g->out_c;
  int64_t sum = 0;
  for (int32_t ky = 0; ky < g->k_h; ky++) {
    int32_t iy = mote_untap(y, g->pad_top, ky, g->stride_h, g->out_h);
    for (int32_t kx = 0; iy >= 0 && kx < g->k_w; kx++) {
      int32_t ix = mote_untap(x, g->pad_left, kx, g->stride_w, g->out_w);
      if (ix < 0) continue;
      const int16_t *a = in + (iy * g->out_w + ix) * n;
      const int8_t *b = w + (ky * g->k_w + kx) * n;
      for (int32_t c = 0; c < n; c++) sum += a[c] * b[c];
    }
  }
  return sum;
}

void mote_transpose_conv2d_s16(const mote_transpose_conv2d_s16_t *p, const int16_t *in,
                               int16_t *out) {
  const mote_window_t *g = &p->win;
  int32_t filter = g->k_h * g->k_w * g->out_c;
  for (int32_t y = 0; y < g->in_h; y++)
    for (int32_t x = 0; x < g->in_w; x++)
      for (int32_t c = 0; c < g->in_c; c++) {
        const int8_t *w = p->filter.weights.p + c * filter;
        *out++ = mote_filter_out_s16(&p->filter, c, accumulate(g, in, w, y, x));
      }
}
