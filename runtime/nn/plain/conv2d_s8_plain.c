/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
/* Short runs are filled here, not by memset. */
#pragma GCC optimize("O2", "no-tree-loop-distribute-patterns")
#endif

#include "nn/plain/conv2d_s8_plain.h"

enum { P = MOTE_PLAIN_PIXELS };

static void put_outside(mote_gather_plain_t *x, int32_t value, int32_t n) {
  x->total += (uint32_t)(n * value);
  for (; n > 0; n--, x->to += P) *x->to = (uint8_t)value;
}

/* The window at column x, whose kernel rows `ty` are inside: runs of contiguous inputs,
 * one per kernel row, or with holes per tap. */
static void put_window(const mote_conv2d_s8_plain_t *p, const int8_t *in, mote_taps_t ty,
                       int32_t x, mote_gather_plain_t *to) {
  const mote_window_t *g = &p->win;
  mote_taps_t tx = mote_taps_x(g, x);
  int32_t c = g->in_c, outside = p->filter.outside, runs = 1;
  int32_t run = (tx.last - tx.first) * c, row = g->in_w * c;
  if (g->dilation_w > 1) runs = tx.last - tx.first, run = c;
  in += (ty.at + ty.first * g->dilation_h) * row +
        (tx.at + tx.first * g->dilation_w) * c;
  put_outside(to, outside, ty.first * g->k_w * c);
  for (int32_t ky = ty.first; ky < ty.last; ky++, in += g->dilation_h * row) {
    const int8_t *from = in;
    put_outside(to, outside, tx.first * c);
    for (int32_t i = 0; i < runs; i++, from += g->dilation_w * c)
      mote_gather_plain(to, from, run);
    put_outside(to, outside, (g->k_w - tx.last) * c);
  }
  put_outside(to, outside, (g->k_h - ty.last) * g->k_w * c);
}

void mote_conv2d_s8_plain(const mote_conv2d_s8_plain_t *p, const int8_t *in, int8_t *out,
                          void *scratch) {
  const mote_window_t *g = &p->win;
  uint8_t *x = scratch;
  uint32_t total[P];
  int32_t waiting = 0;
  mote_pad_plain(&p->filter, x);
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t column = 0; column < g->out_w; column++) {
      mote_gather_plain_t to = {x + waiting, 0};
      put_window(p, in, ty, column, &to);
      total[waiting++] = to.total;
      if (waiting < P) continue;
      mote_filter_plain(&p->filter, P, x, total, out);
      out += P * g->out_c, waiting = 0;
    }
  }
  if (waiting) mote_filter_plain(&p->filter, waiting, x, total, out);
}
