/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/depthwise_conv2d.h"
#include "nn/dot.h"

static float accumulate(const mote_depthwise_conv2d_f32_t *p, const float *in, int32_t c,
                  mote_taps_t ty, mote_taps_t tx) {
  const mote_window_t *g = &p->win;
  int32_t step = g->dilation_w * g->in_c;
  float sum = 0.0f;
  for (int32_t ky = ty.first; ky < ty.last; ky++) {
    int32_t y = ty.at + ky * g->dilation_h, x = tx.at + tx.first * g->dilation_w;
    const float *a = in + (y * g->in_w + x) * g->in_c + c / p->multiplier;
    const float *b = p->filter.weights.p + (ky * g->k_w + tx.first) * g->out_c + c;
    for (int32_t kx = tx.first; kx < tx.last; kx++, a += step, b += g->out_c)
      sum += *a * *b;
  }
  return sum;
}

void mote_depthwise_conv2d_f32(const mote_depthwise_conv2d_f32_t *p, const float *in,
                              float *out) {
  const mote_window_t *g = &p->win;
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t x = 0; x < g->out_w; x++) {
      mote_taps_t tx = mote_taps_x(g, x);
      for (int32_t c = 0; c < g->out_c; c++) {
        float sum = accumulate(p, in, c, ty, tx) + p->filter.bias.p[c];
        *out++ = mote_clampf(sum, p->filter.min, p->filter.max);
      }
    }
  }
}
