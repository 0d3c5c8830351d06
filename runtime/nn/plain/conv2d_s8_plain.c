/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
/* Short runs are filled here, not by memset. */
#pragma GCC optimize("O2", "no-tree-loop-distribute-patterns")
#endif

#include "nn/plain/conv2d_s8_plain.h"

enum { P = MOTE_PLAIN_PIXELS };

/* Where the next input of a pixel goes, and the total of those before. */
typedef struct {
  uint8_t *to;
  uint32_t total;
} gather_t;

static void put(gather_t *x, const int8_t *from, int32_t n) {
  uint8_t *to = x->to;
  uint32_t total = x->total;
  for (; n >= 4; n -= 4, from += 4, to += 4 * P) {
    total += to[0] = mote_unsigned(from[0]);
    total += to[P] = mote_unsigned(from[1]);
    total += to[2 * P] = mote_unsigned(from[2]);
    total += to[3 * P] = mote_unsigned(from[3]);
  }
  for (; n > 0; n--, to += P) total += *to = mote_unsigned(*from++);
  x->to = to, x->total = total;
}

static void put_outside(gather_t *x, int32_t value, int32_t n) {
  x->total += (uint32_t)(n * value);
  for (; n > 0; n--, x->to += P) *x->to = (uint8_t)value;
}

/* The window at column x, whose kernel rows `ty` are inside: runs of contiguous inputs,
 * one per kernel row, or with holes per tap. */
static void put_window(const mote_conv2d_s8_plain_t *p, const int8_t *in, mote_taps_t ty,
                       int32_t x, gather_t *to) {
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
    for (int32_t i = 0; i < runs; i++, from += g->dilation_w * c) put(to, from, run);
    put_outside(to, outside, (g->k_w - tx.last) * c);
  }
  put_outside(to, outside, (g->k_h - ty.last) * g->k_w * c);
}

void mote_conv2d_s8_plain(const mote_conv2d_s8_plain_t *p, const int8_t *in, int8_t *out,
                          void *scratch) {
  const mote_window_t *g = &p->win;
  const mote_filter_plain_t *f = &p->filter;
  uint8_t *x = scratch;
  uint32_t total[2] = {0, 0};
  int32_t left = g->out_h * g->out_w, column = 0, row = 0, waiting = 0;
  int32_t pointwise = g->k_h * g->k_w * g->stride_h * g->stride_w == 1 &&
                      g->out_h == g->in_h && g->out_w == g->in_w;
  mote_taps_t ty = {0, 0, 0};
  for (int32_t i = 0; i < 4 * P; i++) x[(f->taps - 4) * P + i] = 0;
  for (; left > 0; left--) {
    gather_t to = {x + waiting, 0};
    if (column == 0) ty = mote_taps_y(g, row++);
    if (pointwise) put(&to, in, g->in_c), in += g->in_c;
    else put_window(p, in, ty, column, &to);
    if (++column == g->out_w) column = 0;
    total[waiting++] = to.total;
    if (waiting < P && left > 1) continue;
    mote_filter_plain(f, waiting, x, total, out);
    out += waiting * f->channels;
    waiting = 0;
  }
}
