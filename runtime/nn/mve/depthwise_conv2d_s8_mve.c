/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include "nn/mve/depthwise_conv2d_s8_mve.h"

#include "nn/mve/copy.h"
#include "nn/mve/lines.h"
#include "nn/mve/quads.h"

/* Stored line r of the band that begins with line `first` of the input. */
static void load(const mote_depthwise_mve_t *p, const mve_view_t *v, const int8_t *in,
                 int32_t first, int32_t r, int8_t *to, int32_t plane) {
  int32_t c = p->win.in_c, shown = mve_shown(v), at = first + r;
  to += r;
  if (at < 0 || at >= v->in_lines) {
    mve_spread_value(to, plane, p->filter.outside, v->width, v->k, c);
    return;
  }
  mve_spread_value(to, plane, p->filter.outside, v->pad_pixel, v->k, c);
  to += v->pad_pixel * v->k;
  mve_spread(to, plane, in + at * v->in_line, v->in_pixel, shown, v->k, c);
}

/* All channels of a line of output whose first windows begin at x. */
static void line_of(const mote_depthwise_mve_t *p, const mve_view_t *v, const int8_t *x,
                    int8_t *out, int32_t plane) {
  const mote_filter_mve_t *f = &p->filter;
  int32_t c = f->channels, quads = c / 4, plain = f->min >= f->out_offset;
  mve_quads_t q = {x,     out,   f->stream.p,       quads,
                   v->pixels, plane, v->k * v->pixel_step, v->out_pixel,
                   f->out_offset};
  mve_quads_t last = q;
  mote_mve_quads(&q, plain);
  if (c % 4) {
    last.x += (c - 4) * plane, last.out += c - 4, last.stream += quads * 28;
    last.quads = 1;
    mote_mve_quads(&last, plain);
  }
  if (f->min == -128 && f->max == 127) return;
  for (int32_t i = 0; i < v->pixels; i++)
    mve_clamp(out + i * v->out_pixel, f->min, f->max, c);
}

void mote_depthwise_conv2d_s8_mve(const mote_depthwise_mve_t *p, const int8_t *in,
                                  int8_t *out, void *scratch) {
  const mve_view_t v = mve_view(&p->win, p->turned);
  int8_t *stored = scratch;
  int32_t plane = mve_stored(&v, p->band);
  for (int32_t y = 0, at = 0; y < v.lines; y++, at++) {
    if (at == p->band) at = 0;
    if (!at) memset(stored, p->filter.outside, (size_t)(plane * p->win.in_c));
    mve_span_t fresh = mve_fresh(&v, at);
    for (int32_t r = fresh.from; r < fresh.to; r++)
      load(p, &v, in, (y - at) * v.line_step - v.pad_line, r, stored, plane);
    line_of(p, &v, stored + at * v.line_step, out + y * v.out_line, plane);
  }
}
