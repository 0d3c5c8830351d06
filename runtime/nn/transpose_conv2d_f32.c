/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/dot.h"
#include "nn/transpose_conv2d.h"

static float accumulate(const mote_window_t *g, const float *in, const float *w,
                        int32_t y, int32_t x) {
  mote_lanes_t sum = {{0}};
  int32_t n = g->out_c;
  for (int32_t ky = 0; ky < g->k_h; ky++) {
    int32_t iy = mote_untap(y, g->pad_top, ky, g->stride_h, g->out_h);
    for (int32_t kx = 0; iy >= 0 && kx < g->k_w; kx++) {
      int32_t ix = mote_untap(x, g->pad_left, kx, g->stride_w, g->out_w);
      if (ix < 0) continue;
      mote_dot_f32(&sum, in + (iy * g->out_w + ix) * n, w + (ky * g->k_w + kx) * n, n);
    }
  }
  return mote_lanes_sum(&sum);
}

void mote_transpose_conv2d_f32(const mote_transpose_conv2d_f32_t *p, const float *in,
                               float *out) {
  const mote_window_t *g = &p->win;
  const mote_filter_f32_t *f = &p->filter;
  int32_t filter = g->k_h * g->k_w * g->out_c;
  for (int32_t y = 0; y < g->in_h; y++)
    for (int32_t x = 0; x < g->in_w; x++)
      for (int32_t c = 0; c < g->in_c; c++) {
        float v = accumulate(g, in, f->weights.p + c * filter, y, x) + f->bias.p[c];
        *out++ = mote_clampf(v, f->min, f->max);
      }
}
