/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include "nn/mve/conv2d_s8_mve.h"

#include "nn/mve/copy.h"
#include "nn/mve/lines.h"
#include "nn/mve/tile.h"

static void prepare(mve_tile_t *t, const mote_filter_mve_t *f) {
  int32_t more = f->vectors - 1;
  memset(t->min, f->min, sizeof t->min);
  memset(t->max, f->max, sizeof t->max);
  t->stream = f->stream.p;
  t->eights = more / 8, t->rest = more % 8;
  t->plain = f->min >= f->out_offset;
  t->half[1].end = f->stream.p + f->stream.n;
  t->half[1].offset = f->out_offset;
}

/* Four pixels; the last `n` are written. `lot`: their outputs where they cannot be
 * written at once. */
static void four(const mote_filter_mve_t *f, mve_tile_t *t, int8_t *const *out, int32_t n,
                 int8_t *lot) {
  int32_t quads = (f->channels + 3) / 4 * 4;
  int whole = quads == f->channels && (uintptr_t)out[0] % 4 == 0;
  for (int32_t i = 0; i < 4; i++) t->out[i] = (whole ? out[i] : lot + i * quads) - 4;
  memcpy(t->half[1].x, t->half[0].x, sizeof t->half[1].x);
  mote_mve_tile(t);
  for (int32_t i = 0; i < n && !whole; i++)
    memcpy(out[i], lot + i * quads, (size_t)f->channels);
}

/* A line of `n` pixels, inputs x_step apart, outputs out_step. */
typedef struct {
  const int8_t *x;
  int8_t *out;
  int32_t n, x_step, out_step;
} line_t;

static void line_of(const mote_filter_mve_t *f, mve_tile_t *t, const line_t *l,
                    int8_t *lot) {
  const int8_t *x = l->x;
  int8_t *out[4], *y = l->out;
  for (int32_t left = l->n; left > 0; left -= 4) {
    for (int32_t i = 0; i < 4; i++) {
      t->half[0].x[i] = x;
      out[i] = y;
      if (i + 1 < left) x += l->x_step, y += l->out_step;
    }
    four(f, t, out, left < 4 ? left : 4, lot);
  }
}

/* Windows of one pixel. Vectors may read behind a pixel, but not behind the input: the
 * last pixels are copied. */
static void matrix(const mote_window_mve_t *p, mve_tile_t *t, const int8_t *in,
                   int8_t *out, int8_t *scratch) {
  const mote_window_t *g = &p->win;
  int32_t taps = p->filter.vectors * 16, x_step = g->stride_w * g->in_c;
  int8_t *lot = scratch + taps * 4;
  for (int32_t y = 0; y < g->out_h; y++) {
    const int8_t *x = in + y * g->stride_h * g->in_w * g->in_c;
    int32_t after = (g->in_h - 1 - y * g->stride_h) * g->in_w * g->in_c;
    int32_t room = g->in_w * g->in_c + after - taps, last = 0;
    line_t l = {x, out + y * g->out_w * g->out_c, g->out_w, x_step, g->out_c};
    if (room < (g->out_w - 1) * x_step) last = (g->out_w - 1) % 4 + 1;
    if (room < (g->out_w - 1 - last) * x_step) last = g->out_w;
    l.n -= last;
    line_of(&p->filter, t, &l, lot);
    l.x = scratch, l.x_step = taps;
    for (int32_t at = g->out_w - last; at < g->out_w; at += l.n) {
      l.n = g->out_w - at < 4 ? g->out_w - at : 4;
      l.out = out + (y * g->out_w + at) * g->out_c;
      for (int32_t i = 0; i < l.n; i++)
        mve_copy(scratch + i * taps, x + (at + i) * x_step, g->in_c);
      line_of(&p->filter, t, &l, lot);
    }
  }
}

/* Stored line r of the band that begins with line `first` of the input. */
static void load(const mote_window_mve_t *p, const mve_view_t *v, const int8_t *in,
                 int32_t first, int32_t r, int8_t *stored) {
  int32_t c = p->win.in_c, step = v->k * c, shown = mve_shown(v), at = first + r;
  int8_t *to = stored + r * c;
  if (at < 0 || at >= v->in_lines) {
    mve_fill_pixels(to, step, p->filter.outside, v->width, c);
    return;
  }
  mve_fill_pixels(to, step, p->filter.outside, v->pad_pixel, c);
  mve_copy_pixels(to + v->pad_pixel * step, step, in + at * v->in_line, v->in_pixel,
                  shown, c);
}

static void windows(const mote_window_mve_t *p, mve_tile_t *t, const int8_t *in,
                    int8_t *out, int8_t *stored) {
  const mve_view_t v = mve_view(&p->win, p->turned);
  int32_t c = p->win.in_c, n = mve_stored(&v, p->band) * c;
  int8_t *lot = stored + (n + 16 + 3) / 4 * 4;
  for (int32_t y = 0, at = 0; y < v.lines; y++, at++) {
    if (at == p->band) at = 0;
    if (!at) memset(stored, p->filter.outside, (size_t)n);
    mve_span_t fresh = mve_fresh(&v, at);
    for (int32_t r = fresh.from; r < fresh.to; r++)
      load(p, &v, in, (y - at) * v.line_step - v.pad_line, r, stored);
    line_t l = {stored + at * v.line_step * c, out + y * v.out_line, v.pixels,
                v.pixel_step * v.k * c, v.out_pixel};
    line_of(&p->filter, t, &l, lot);
  }
}

void mote_conv2d_s8_mve(const mote_window_mve_t *p, const int8_t *in, int8_t *out,
                        void *scratch) {
  mve_tile_t t;
  prepare(&t, &p->filter);
  if (p->band) windows(p, &t, in, out, scratch);
  else matrix(p, &t, in, out, scratch);
}
