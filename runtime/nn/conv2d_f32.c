/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/conv2d.h"
#include "nn/dot.h"

static float accumulate(const mote_window_t *g, const float *in, const float *w,
                        mote_taps_t ty, mote_taps_t tx) {
  int32_t whole = g->dilation_w == 1, width = tx.last - tx.first;
  int32_t runs = whole ? 1 : width, run = whole ? width * g->in_c : g->in_c;
  mote_lanes_t sum = {{0, 0, 0, 0}};
  for (int32_t ky = ty.first; ky < ty.last; ky++) {
    int32_t y = ty.at + ky * g->dilation_h, x = tx.at + tx.first * g->dilation_w;
    const float *a = in + (y * g->in_w + x) * g->in_c;
    const float *b = w + (ky * g->k_w + tx.first) * g->in_c;
    for (int32_t r = 0; r < runs; r++, a += g->dilation_w * g->in_c, b += g->in_c)
      mote_dot_f32(&sum, a, b, run);
  }
  return mote_lanes_sum(&sum);
}

void mote_conv2d_f32(const mote_conv2d_f32_t *p, const float *in, float *out) {
  const mote_window_t *g = &p->win;
  const mote_filter_f32_t *f = &p->filter;
  int32_t filter = g->k_h * g->k_w * g->in_c;
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t x = 0; x < g->out_w; x++) {
      mote_taps_t tx = mote_taps_x(g, x);
      for (int32_t c = 0; c < g->out_c; c++) {
        float sum = accumulate(g, in, f->weights.p + c * filter, ty, tx);
        *out++ = mote_clampf(sum + f->bias.p[c], f->min, f->max);
      }
    }
  }
}
