/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics: taps outside the input add nothing, so the zero point
 * is what is padded. */
#include "base/strict.h"
#include "nn/conv2d.h"
#include "nn/dot.h"

/* Accumulator of one output: without holes a kernel row is one contiguous run. */
static int32_t accumulate(const mote_conv2d_s8_t *p, const int8_t *in, const int8_t *w,
                          mote_taps_t ty, mote_taps_t tx) {
  const mote_window_t *g = &p->win;
  int32_t whole = g->dilation_w == 1, width = tx.last - tx.first;
  int32_t runs = whole ? 1 : width, run = whole ? width * g->in_c : g->in_c;
  int32_t sum = 0;
  for (int32_t ky = ty.first; ky < ty.last; ky++) {
    int32_t y = ty.at + ky * g->dilation_h, x = tx.at + tx.first * g->dilation_w;
    const int8_t *a = in + (y * g->in_w + x) * g->in_c;
    const int8_t *b = w + (ky * g->k_w + tx.first) * g->in_c;
    for (int32_t r = 0; r < runs; r++, a += g->dilation_w * g->in_c, b += g->in_c)
      sum += mote_dot_s8(a, b, run, p->filter.in_offset);
  }
  return sum;
}

void mote_conv2d_s8(const mote_conv2d_s8_t *p, const int8_t *in, int8_t *out) {
  const mote_window_t *g = &p->win;
  int32_t filter = g->k_h * g->k_w * g->in_c;
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t x = 0; x < g->out_w; x++) {
      mote_taps_t tx = mote_taps_x(g, x);
      for (int32_t c = 0; c < g->out_c; c++) {
        const int8_t *w = p->filter.weights.p + c * filter;
        *out++ = mote_filter_out(&p->filter, c, accumulate(p, in, w, ty, tx));
      }
    }
  }
}
