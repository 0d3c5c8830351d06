/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
/* Short runs are filled here, not by memset. */
#pragma GCC optimize("O2", "no-tree-loop-distribute-patterns")
#endif

#include <stddef.h>

#include "nn/armv7em/conv2d_s8_dsp.h"

typedef struct {
  const mote_conv2d_s8_dsp_t *p;
  const int8_t *in;
  int8_t *gathered; /* one window as bytes, where channels come not in fours */
  int32_t y, x;     /* of the next pixel */
  mote_taps_t ty;   /* kernel rows of row y */
} columns_t;

static inline uint32_t *put_zeros(uint32_t *to, int32_t taps, int32_t step) {
  for (; taps > 0; taps -= 2, to += step) *to = 0;
  return to;
}

/* The window as runs of contiguous bytes: one per kernel row, or with holes per tap. */
typedef struct {
  const int8_t *from; /* the first run */
  int32_t runs, before, inside, after, next, next_row;
} runs_t;

static inline runs_t runs_of(const columns_t *s) {
  const mote_window_t *g = &s->p->win;
  mote_taps_t tx = mote_taps_x(g, s->x);
  int32_t c = g->in_c, row = g->in_w * c;
  runs_t r = {NULL, 1, tx.first * c, (tx.last - tx.first) * c, (g->k_w - tx.last) * c,
              g->dilation_w * c, g->dilation_h * row};
  if (g->dilation_w > 1) r.runs = tx.last - tx.first, r.inside = c;
  r.from = s->in + (s->ty.at + s->ty.first * g->dilation_h) * row +
           (tx.at + tx.first * g->dilation_w) * c;
  return r;
}

/* Channels in fours: straight from the input. */
static void widen_window(const columns_t *s, uint32_t *to, int32_t step) {
  const mote_window_t *g = &s->p->win;
  runs_t r = runs_of(s);
  int32_t offset = s->p->filter.in_offset, row = g->k_w * g->in_c;
  to = put_zeros(to, s->ty.first * row, step);
  for (int32_t ky = s->ty.first; ky < s->ty.last; ky++, r.from += r.next_row) {
    const int8_t *a = r.from;
    to = put_zeros(to, r.before, step);
    for (int32_t i = 0; i < r.runs; i++, a += r.next)
      to = mote_widen(to, a, r.inside, offset, step);
    to = put_zeros(to, r.after, step);
  }
  put_zeros(to, (g->k_h - s->ty.last) * row, step);
}

static inline int8_t *fill(int8_t *to, int32_t n, int8_t v) {
  while (n-- > 0) *to++ = v;
  return to;
}

static inline int8_t *copy(int8_t *to, const int8_t *from, int32_t n) {
  for (; n >= 4; n -= 4, from += 4, to += 4) mote_store4(to, mote_load4(from));
  while (n-- > 0) *to++ = *from++;
  return to;
}

/* Any channels: as bytes first, zero points outside. */
static void gather_window(const columns_t *s) {
  const mote_window_t *g = &s->p->win;
  runs_t r = runs_of(s);
  int8_t zero = (int8_t)-s->p->filter.in_offset, *to = s->gathered;
  int32_t row = g->k_w * g->in_c;
  to = fill(to, s->ty.first * row, zero);
  for (int32_t ky = s->ty.first; ky < s->ty.last; ky++, r.from += r.next_row) {
    const int8_t *a = r.from;
    to = fill(to, r.before, zero);
    for (int32_t i = 0; i < r.runs; i++, a += r.next) to = copy(to, a, r.inside);
    to = fill(to, r.after, zero);
  }
  fill(to, (g->k_h - s->ty.last) * row, zero);
}

/* The window of a pixel when all of it lies inside the input, without holes. */
static inline void whole_window(const columns_t *s, uint32_t *to, int32_t step) {
  const mote_window_t *g = &s->p->win;
  int32_t c = g->in_c, row = g->in_w * c, n = g->k_w * c;
  int32_t offset = s->p->filter.in_offset, x = s->x * g->stride_w - g->pad_left;
  const int8_t *a = s->in + s->ty.at * row + x * c;
  int8_t *bytes = s->gathered;
  row *= g->dilation_h;
  for (int32_t k = g->k_h; k > 0; k--, a += row) {
    if (c & 3)
      bytes = copy(bytes, a, n);
    else
      to = mote_widen(to, a, n, offset, step);
  }
  if (c & 3) mote_widen(to, s->gathered, s->p->filter.taps, offset, step);
}

static inline int is_whole(const columns_t *s) {
  const mote_window_t *g = &s->p->win;
  int32_t x = s->x * g->stride_w - g->pad_left;
  return g->dilation_w == 1 && x >= 0 && x + g->k_w <= g->in_w &&
         s->ty.last - s->ty.first == g->k_h;
}

/* Widens the window of the next pixel, `step` words from pair to pair of taps. */
static inline void next_column(columns_t *s, uint32_t *to, int32_t step) {
  const mote_window_t *g = &s->p->win;
  if (s->x == 0) s->ty = mote_taps_y(g, s->y);
  if (is_whole(s)) {
    whole_window(s, to, step);
  } else if (g->in_c & 3) {
    gather_window(s);
    mote_widen(to, s->gathered, s->p->filter.taps, s->p->filter.in_offset, step);
  } else {
    widen_window(s, to, step);
  }
  if (++s->x == g->out_w) s->x = 0, s->y++;
}

void mote_conv2d_s8_dsp(const mote_conv2d_s8_dsp_t *p, const int8_t *in, int8_t *out,
                        void *scratch) {
  const mote_window_t *g = &p->win;
  const mote_filter_dsp_t *f = &p->filter;
  uint32_t *x = scratch;
  columns_t s = {p, in, (int8_t *)(x + 2 * f->taps), 0, 0, {0, 0, 0}};
  int32_t left = g->out_h * g->out_w;
  if (mote_pointwise(g) && !(g->in_c & 3)) {
    mote_filter_dsp_rows(f, left, in, out, x);
    return;
  }
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
