/* SPDX-License-Identifier: Apache-2.0
 * The inputs of a few pixels side by side, times all weights. Included after the vectors
 * of a family (nn/simd/vec.h by default). */
#ifndef MOTE_NN_SIMD_PRODUCT_H
#define MOTE_NN_SIMD_PRODUCT_H

#include "nn/simd/filter_simd.h"
#include "nn/simd/vec.h"

#define V_SUMS (V_ROWS * V_WIDE > V_LONG ? V_ROWS * V_WIDE : V_LONG)

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

/* n < V_LANES bytes. */
V_INLINE void v_part(int8_t *out, const int8_t *from, int32_t n) {
  int32_t i = 0;
  for (; i + 8 <= n; i += 8) memcpy(out + i, from + i, 8);
  for (; i < n; i++) out[i] = from[i];
}

/* The outputs of a whole block. */
V_INLINE void v_put_all(const mote_filter_simd_t *f, v_t sum, int32_t block,
                        int8_t *out) {
  const v_range_t r = {f->out_offset, f->min, f->max};
  sum = v_scale_high(sum, v_load(f->multiplier.p + block * V_LANES));
  v_put(out, v_round(sum, v_load(f->shift.p + block * V_LANES)), &r);
}

V_INLINE void v_finish(const mote_filter_simd_t *f, v_t sum, int32_t block, int8_t *out) {
  if (f->channels >= V_LANES) {
    v_put_all(f, sum, block, out + v_first(f, block));
  } else {
    int8_t few[V_LANES];
    v_put_all(f, sum, block, few);
    v_part(out, few, f->channels);
  }
}

/* Where the taps of pixel 0 lie: `run` values at a time, a multiple of V_GROUP (what is
 * read too much has the weight 0). Pixel p lies p * step further. */
typedef struct {
  const x_t *x;
  int32_t step, rows, row, runs, hole, run;
} v_view_t;

/* P pixels times V blocks of channels; P and V are constants. The first `wanted` pixels
 * are written. */
V_INLINE void v_tile(const mote_filter_simd_t *f, const v_view_t *s, int32_t block,
                     int8_t *out, int32_t wanted, const int P, const int V) {
  const w_t *w = v_weights(f) + block * V_LANES * f->taps;
  v_t sum[V_SUMS];
  V_UNROLL for (int i = 0; i < P * V; i++)
    sum[i] = v_load(f->bias.p + (block + i % V) * V_LANES);
  for (int32_t k = 0; k < s->rows; k++)
    for (int32_t j = 0; j < s->runs; j++) {
      const x_t *x = s->x + k * s->row + j * s->hole;
      for (const x_t *end = x + s->run; x < end; x += V_GROUP, w += V_GROUP * V_LANES) {
        vw_t each[V_SUMS];
        V_UNROLL for (int v = 0; v < V; v++) each[v] = v_w(w + v * f->taps * V_LANES);
        V_UNROLL for (int i = 0; i < P * V; i++)
          sum[i] = v_dot(sum[i], v_x(x + i / V * s->step), each[i % V]);
      }
    }
  V_UNROLL for (int v = 0; v < V; v++)
    V_UNROLL for (int p = 0; p < P; p++)
      if (p < wanted) v_finish(f, sum[p * V + v], block + v, out + p * f->channels);
}

/* All channels of `pixels` <= V_ROWS pixels. */
static void v_product(const mote_filter_simd_t *filter, const v_view_t *view,
                      int32_t pixels, int8_t *out) {
  const mote_filter_simd_t copy = *filter, *f = &copy; /* no output can alter them */
  const v_view_t here = *view, *s = &here;
  int32_t blocks = v_blocks(f), b = 0;
  if (pixels == 1) {
    for (; b + V_LONG <= blocks; b += V_LONG) v_tile(f, s, b, out, 1, 1, V_LONG);
    for (; b < blocks; b++) v_tile(f, s, b, out, 1, 1, 1);
  } else {
    for (; b + V_WIDE <= blocks; b += V_WIDE)
      v_tile(f, s, b, out, pixels, V_ROWS, V_WIDE);
    for (; b < blocks; b++) v_tile(f, s, b, out, pixels, V_ROWS, 1);
  }
}

/* `pixels` pixels side by side. */
static void v_line(const mote_filter_simd_t *f, v_view_t s, int32_t pixels,
                   int8_t *out) {
  for (int32_t n = V_ROWS; pixels > 0; pixels -= n) {
    if (n > pixels) n = pixels;
    v_product(f, &s, n, out);
    s.x += n * s.step, out += n * f->channels;
  }
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

/* One row of the image with its borders: `width` pixels from column -pad on. */
V_INLINE void v_widen(const mote_window_simd_t *p, const int8_t *row, int32_t width,
                      x_t *to) {
  int32_t c = p->win.in_c, left = p->win.pad_left, n = p->win.in_w;
  if (left > width) left = width;
  if (n > width - left) n = width - left;
  to = v_fill(to, p->filter.outside, left * c);
  to = v_copy(to, row, n * c);
  (void)v_fill(to, p->filter.outside, (width - left - n) * c);
}

/* For each line of the output, the rows under its window. */
static void v_conv2d(const mote_window_simd_t *p, const int8_t *in, int8_t *out, x_t *x) {
  const mote_window_t *g = &p->win;
  int32_t width = (g->out_w - 1) * g->stride_w + (g->k_w - 1) * g->dilation_w + 1;
  v_view_t s = {x, g->stride_w * g->in_c, g->k_h, width * g->in_c, 1, 0, 0};
  if (g->dilation_w > 1) s.runs = g->k_w, s.hole = g->dilation_w * g->in_c;
  s.run = p->filter.taps / (s.rows * s.runs);
  for (int32_t y = 0; y < g->out_h; y++, out += g->out_w * g->out_c) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t k = 0; k < g->k_h; k++) {
      if (k < ty.first || k >= ty.last)
        (void)v_fill(x + k * s.row, p->filter.outside, s.row);
      else
        v_widen(p, in + (ty.at + k * g->dilation_h) * g->in_w * g->in_c, width,
                x + k * s.row);
    }
    v_line(&p->filter, s, g->out_w, out);
  }
}

/* One tap, and nothing but the matrix [pixels][taps]. */
static void v_matrix(const mote_window_simd_t *p, const int8_t *in, int8_t *out, x_t *x) {
  const mote_filter_simd_t *f = &p->filter;
  v_view_t s = {x, p->win.in_c, 1, 0, 1, 0, f->taps};
  for (int32_t n = V_ROWS, left = p->win.in_h * p->win.in_w; left > 0; left -= n) {
    if (n > left) n = left;
    (void)v_copy(x, in, n * s.step);
    v_product(f, &s, n, out);
    in += n * s.step, out += n * f->channels;
  }
}

V_INLINE void v_window(const mote_window_simd_t *p, const int8_t *in, int8_t *out,
                       x_t *x) {
  if (mote_window_is_matrix(&p->win)) v_matrix(p, in, out, x);
  else v_conv2d(p, in, out, x);
}

#endif
