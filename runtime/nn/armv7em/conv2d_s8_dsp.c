/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include "nn/armv7em/conv2d_s8_dsp.h"

typedef struct {
  const mote_conv2d_s8_dsp_t *p;
  const int8_t *in;
  int8_t *gathered; /* one window as bytes, where channels come not in fours */
  int32_t y, x;     /* of the next pixel */
} columns_t;

static uint32_t *put_zeros(uint32_t *to, int32_t taps, int32_t step) {
  for (; taps > 0; taps -= 2, to += step) *to = 0;
  return to;
}

/* The window as runs of contiguous bytes: one per kernel row, or with holes per tap. */
typedef struct {
  int32_t runs, before, inside, after, next;
} runs_t;

static runs_t runs_of(const mote_window_t *g, mote_taps_t tx) {
  int32_t c = g->in_c;
  runs_t r = {1, tx.first * c, (tx.last - tx.first) * c, (g->k_w - tx.last) * c, 0};
  if (g->dilation_w > 1) r.runs = tx.last - tx.first, r.inside = c;
  r.next = g->dilation_w * c;
  return r;
}

/* Channels in fours: straight from the input. */
static void widen_window(const columns_t *s, uint32_t *to, int32_t step) {
  const mote_window_t *g = &s->p->win;
  mote_taps_t ty = mote_taps_y(g, s->y), tx = mote_taps_x(g, s->x);
  runs_t r = runs_of(g, tx);
  int32_t offset = s->p->filter.in_offset, row = g->k_w * g->in_c;
  to = put_zeros(to, ty.first * row, step);
  for (int32_t ky = ty.first; ky < ty.last; ky++) {
    int32_t y = ty.at + ky * g->dilation_h, x = tx.at + tx.first * g->dilation_w;
    const int8_t *a = s->in + (y * g->in_w + x) * g->in_c;
    to = put_zeros(to, r.before, step);
    for (int32_t i = 0; i < r.runs; i++, a += r.next)
      to = mote_widen(to, a, r.inside, offset, step);
    to = put_zeros(to, r.after, step);
  }
  put_zeros(to, (g->k_h - ty.last) * row, step);
}

static int8_t *fill(int8_t *to, int32_t n, int8_t v) {
  while (n-- > 0) *to++ = v;
  return to;
}

/* Any channels: as bytes first, zero points outside. */
static void gather_window(const columns_t *s) {
  const mote_window_t *g = &s->p->win;
  mote_taps_t ty = mote_taps_y(g, s->y), tx = mote_taps_x(g, s->x);
  runs_t r = runs_of(g, tx);
  int8_t zero = (int8_t)-s->p->filter.in_offset, *to = s->gathered;
  int32_t row = g->k_w * g->in_c;
  to = fill(to, ty.first * row, zero);
  for (int32_t ky = ty.first; ky < ty.last; ky++) {
    int32_t y = ty.at + ky * g->dilation_h, x = tx.at + tx.first * g->dilation_w;
    const int8_t *a = s->in + (y * g->in_w + x) * g->in_c;
    to = fill(to, r.before, zero);
    for (int32_t i = 0; i < r.runs; i++, a += r.next)
      for (int32_t k = 0; k < r.inside; k++) *to++ = a[k];
    to = fill(to, r.after, zero);
  }
  fill(to, (g->k_h - ty.last) * row, zero);
}

/* Widens the window of the next pixel, `step` words from pair to pair of taps. */
static void next_column(columns_t *s, uint32_t *to, int32_t step) {
  const mote_window_t *g = &s->p->win;
  if (g->in_c & 3) {
    gather_window(s);
    mote_widen(to, s->gathered, s->p->filter.taps, s->p->filter.in_offset, step);
  } else if (step == 4) {
    widen_window(s, to, 4);
  } else {
    widen_window(s, to, 1);
  }
  if (++s->x == g->out_w) s->x = 0, s->y++;
}

void mote_conv2d_s8_dsp(const mote_conv2d_s8_dsp_t *p, const int8_t *in, int8_t *out,
                        void *scratch) {
  const mote_window_t *g = &p->win;
  const mote_filter_dsp_t *f = &p->filter;
  uint32_t *x = scratch;
  columns_t s = {p, in, (int8_t *)(x + 2 * f->taps), 0, 0};
  int32_t left = g->out_h * g->out_w;
  if (g->in_c & 3) fill(s.gathered + (f->taps - 4), 4, 0);
  for (; left >= 4; left -= 4, out += 4 * f->channels) {
    for (int32_t i = 0; i < 4; i++) next_column(&s, x + i, 4);
    mote_filter_dsp_4(f, x, out);
  }
  for (; left > 0; left--, out += f->channels) {
    next_column(&s, x, 1);
    mote_filter_dsp_1(f, x, out);
  }
}
