/* SPDX-License-Identifier: Apache-2.0
 * The inputs of a few pixels side by side, times all weights. Included after the vectors
 * of a family (nn/simd/vec.h by default). */
#ifndef MOTE_NN_SIMD_PRODUCT_H
#define MOTE_NN_SIMD_PRODUCT_H

#include "nn/simd/filter_simd.h"
#include "nn/simd/vec.h"
#include "nn/simd/scale.h"

#ifndef V_AGAIN
#define V_AGAIN(p) ((void)0)
#endif

V_INLINE const w_t *v_weights(const mote_filter_simd_t *f) {
  return V_GROUP == 2 ? (const void *)f->pairs.p : (const void *)f->quads.p;
}

V_INLINE int32_t v_blocks(const mote_filter_simd_t *f) {
  return (f->channels + V_LANES - 1) / V_LANES;
}

/* First channel of a block. */
V_INLINE int32_t v_first(const mote_filter_simd_t *f, int32_t block) {
  int32_t c = block * V_LANES, last = f->channels - V_LANES;
  return c > last && last > 0 ? last : c;
}

/* One of the MOTE_SIMD_SCALES of a block, `after` blocks behind the table's beginning. */
V_INLINE v_t v_scale(const int32_t *scales, int which, int after) {
  return v_load(scales + (after * MOTE_SIMD_SCALES + which) * V_LANES);
}
V_INLINE const int32_t *v_scales(const mote_filter_simd_t *f, int32_t block) {
  return f->scales.p + block * MOTE_SIMD_SCALES * V_LANES;
}

/* From the sums of n vectors to their outputs, before they are clamped: V blocks of a
 * pixel, then those of the next; n and V are constants. */
V_INLINE void v_rescale(const mote_filter_simd_t *f, v_t *sum, int32_t block, const int n,
                        const int V) {
  const int32_t *scales = v_scales(f, block);
  V_UNROLL for (int i = 0; i < n; i++)
    sum[i] = v_high(sum[i], v_scale(scales, MOTE_SIMD_MULTIPLIER, i % V));
  if (f->away) V_UNROLL for (int i = 0; i < n; i++) sum[i] = v_away(sum[i]);
  V_UNROLL for (int i = 0; i < n; i++)
    sum[i] = v_round(sum[i], v_scale(scales, MOTE_SIMD_ROUND, i % V),
                     v_scale(scales, MOTE_SIMD_SHIFT, i % V));
}

/* The outputs of channels that do not fill a block. */
V_INLINE void v_put_few(const mote_filter_simd_t *f, const v_t *y, int8_t *out) {
  const v_range_t r = {f->min, f->max};
  int8_t few[V_LANES];
  v_put(few, V_LANES, y, 1, &r);
  for (int32_t i = 0; i < f->channels; i++) out[i] = few[i];
}

/* Where the taps of pixel 0 lie: `runs` times `run` values at x + at[k]; a multiple of
 * V_GROUP (what is read too much has the weight 0). Pixel p lies p * step further. */
typedef struct {
  const x_t *x;
  const int32_t *at;
  int32_t step, runs, run;
} v_view_t;

/* The outputs of P pixels times V blocks. */
V_INLINE void v_finish(const mote_filter_simd_t *filter, v_t *sum, int32_t block,
                       int8_t *out, const int P, const int V) {
  V_AGAIN(filter); /* its values have no registers while sums are added up */
  const mote_filter_simd_t copy = *filter, *f = &copy; /* no output can alter them */
  const v_range_t r = {f->min, f->max};
  const int n = P * V;
  v_rescale(f, sum, block, n, V);
  if (f->channels == V * V_LANES) { /* pixels lie side by side */
    V_UNROLL for (int i = 0; i + 4 <= n; i += 4)
      v_put(out + i * V_LANES, V_LANES, sum + i, 4, &r);
    v_put(out + n / 4 * 4 * V_LANES, V_LANES, sum + n / 4 * 4, n % 4, &r);
  } else if (V == 1 && f->channels < V_LANES) {
    V_UNROLL for (int p = 0; p < P; p++) v_put_few(f, sum + p, out + p * f->channels);
  } else if (V == 1) {
    v_put(out, f->channels, sum, P, &r);
  } else {
    V_UNROLL for (int p = 0; p < P; p++)
      v_put(out + p * f->channels, V_LANES, sum + p * V, V, &r);
  }
}

/* P pixels times V blocks of channels; P and V are constants. */
V_INLINE void v_tile(const mote_filter_simd_t *f, const v_view_t *s, int32_t block,
                     int8_t *out, const int P, const int V) {
  const w_t *w = v_weights(f) + block * V_LANES * f->taps;
  const int32_t next = f->taps * V_LANES; /* the weights of the next block */
  v_t sum[V_SUMS];
  V_UNROLL for (int i = 0; i < P * V; i++)
    sum[i] = v_scale(v_scales(f, block), MOTE_SIMD_BIAS, i % V);
  for (int32_t k = 0; k < s->runs; k++) {
    const x_t *x = s->x + s->at[k];
    V_TWICE for (const x_t *end = x + s->run; x < end; x += V_GROUP) {
      V_UNROLL for (int p = 0; p < P; p++) {
        if (V > 1) V_AGAIN(w);
        vx_t each = v_x(x + p * s->step);
        V_UNROLL for (int v = 0; v < V; v++)
          sum[p * V + v] = v_dot(sum[p * V + v], each, v_w(w + v * next));
      }
      w += V_GROUP * V_LANES;
    }
  }
  v_finish(f, sum, block, out, P, V);
}

/* V blocks of all pixels, as many at a time as there are registers. */
V_INLINE void v_strip(const mote_filter_simd_t *f, const v_view_t *view, int32_t block,
                      int32_t pixels, int8_t *out, const int V) {
  const int P = V_SUMS / V < 8 ? V_SUMS / V : 8;
  v_view_t s = *view;
  const int32_t first = v_first(f, block);
  int32_t i = 0;
  for (; i + P <= pixels; i += P, out += P * f->channels) {
    s.x = view->x + i * s.step;
    v_tile(f, &s, block, out + first, P, V);
  }
  for (; i < pixels; i++, out += f->channels) {
    s.x = view->x + i * s.step;
    v_tile(f, &s, block, out + first, 1, V);
  }
}
static V_NOINLINE void v_strip4(const mote_filter_simd_t *f, const v_view_t *s,
                                int32_t block, int32_t pixels, int8_t *out) {
  v_strip(f, s, block, pixels, out, 4);
}
static V_NOINLINE void v_strip2(const mote_filter_simd_t *f, const v_view_t *s,
                                int32_t block, int32_t pixels, int8_t *out) {
  v_strip(f, s, block, pixels, out, 2);
}
static V_NOINLINE void v_strip1(const mote_filter_simd_t *f, const v_view_t *s,
                                int32_t block, int32_t pixels, int8_t *out) {
  v_strip(f, s, block, pixels, out, 1);
}

/* `pixels` pixels side by side, all channels. The last block may overlap the one before
 * it, so that it stands alone. */
static void v_line(const mote_filter_simd_t *f, const v_view_t *s, int32_t pixels,
                   int8_t *out) {
  int32_t whole = f->channels / V_LANES, b = 0;
  for (; b + 4 <= whole; b += 4) v_strip4(f, s, b, pixels, out);
  for (; b + 2 <= whole; b += 2) v_strip2(f, s, b, pixels, out);
  for (; b < v_blocks(f); b++) v_strip1(f, s, b, pixels, out);
}

/* ---- inputs ---- */

V_INLINE x_t *v_copy(x_t *x, const int8_t *p, int32_t n) {
  int32_t i = 0;
  for (; i + V_COPY <= n; i += V_COPY) v_x_copy(x + i, p + i);
  if (i < n && n >= V_COPY) {
    v_x_copy(x + n - V_COPY, p + n - V_COPY);
  } else {
    for (; i + 4 <= n; i += 4) v_x_copy4(x + i, p + i);
    for (; i < n; i++) x[i] = (x_t)(p[i] + V_BIAS);
  }
  return x + n;
}

V_INLINE x_t *v_fill(x_t *x, int32_t value, int32_t n) {
  for (int32_t i = 0; i < n; i++) x[i] = (x_t)(value + V_BIAS);
  return x + n;
}

/* Of row y of the image with its borders, or one above or below it: `width` pixels from
 * column -pad on, so many of them beside the image and in it. */
typedef struct { int32_t left, in, right; } v_shown_t;
V_INLINE v_shown_t v_shown(const mote_window_t *g, int32_t y, int32_t width) {
  int32_t left = g->pad_left, in = g->in_w;
  if (left > width || y < 0 || y >= g->in_h) left = width;
  if (in > width - left) in = width - left;
  v_shown_t s = {left, in, width - left - in};
  return s;
}

V_INLINE void v_widen(const mote_window_simd_t *p, const int8_t *in, int32_t y,
                      int32_t width, x_t *to) {
  const v_shown_t s = v_shown(&p->win, y, width);
  int32_t c = p->win.in_c;
  to = v_fill(to, p->filter.outside, s.left * c);
  if (s.in) to = v_copy(to, in + y * p->win.in_w * c, s.in * c);
  (void)v_fill(to, p->filter.outside, s.right * c);
}

/* ---- a ring of the rows under a line of the output ---- */

/* Row i of the window; row 0 stands at `slot` of the ring. */
V_INLINE int32_t v_in_ring(const mote_window_t *g, int32_t slot, int32_t i) {
  int32_t rows = mote_under_rows(g), at = slot + i;
  return at < rows ? at : at - rows;
}

/* Where row 0 of the next line stands. */
V_INLINE int32_t v_next_slot(const mote_window_t *g, int32_t slot) {
  int32_t rows = mote_under_rows(g);
  for (slot += g->stride_h; slot >= rows;) slot -= rows;
  return slot;
}

/* Where the taps of a line lie in the ring: k_h times `across`, dilation_w apart. */
V_INLINE void v_offsets(const mote_window_t *g, int32_t across, int32_t slot, int32_t row,
                        int32_t *to) {
  for (int32_t y = 0; y < g->k_h; y++) {
    int32_t at = v_in_ring(g, slot, y * g->dilation_h) * row;
    for (int32_t x = 0; x < across; x++, at += g->dilation_w * g->in_c) *to++ = at;
  }
}

/* Scratch: where the runs of a window begin, and the ring. */
static void v_conv2d(const mote_window_simd_t *p, const int8_t *in, int8_t *out,
                     void *scratch) {
  const mote_window_t window = p->win, *g = &window; /* no offset can alter it */
  int32_t width = mote_under_width(g), rows = mote_under_rows(g), row = width * g->in_c;
  int32_t holes = mote_window_holes(g), runs = g->k_h * holes, *at = scratch;
  int32_t next = 0, top = 0, slot = 0;
  x_t *x = (x_t *)(at + runs);
  v_view_t s = {x, at, g->stride_w * g->in_c, runs, p->filter.taps / runs};
  for (int32_t y = 0; y < g->out_h; y++, out += g->out_w * g->out_c) {
    for (next = next < top ? top : next; next < top + rows; next++)
      v_widen(p, in, next - g->pad_top, width, x + v_in_ring(g, slot, next - top) * row);
    v_offsets(g, holes, slot, row, at);
    v_line(&p->filter, &s, g->out_w, out);
    top += g->stride_h, slot = v_next_slot(g, slot);
  }
}

/* One tap, and nothing but the matrix [pixels][taps]. */
static void v_matrix(const mote_window_simd_t *p, const int8_t *in, int8_t *out, x_t *x) {
  static const int32_t at[1] = {0};
  const mote_filter_simd_t *f = &p->filter;
  v_view_t s = {x, at, p->win.in_c, 1, f->taps};
  for (int32_t n = MOTE_SIMD_STRIP, left = p->win.in_h * p->win.in_w; left > 0;
       left -= n) {
    if (n > left) n = left;
    (void)v_copy(x, in, n * s.step);
    v_line(f, &s, n, out);
    in += n * s.step, out += n * f->channels;
  }
}

V_INLINE void v_window(const mote_window_simd_t *p, const int8_t *in, int8_t *out,
                       void *scratch) {
  if (mote_window_is_matrix(&p->win)) v_matrix(p, in, out, scratch);
  else v_conv2d(p, in, out, scratch);
}

#endif
