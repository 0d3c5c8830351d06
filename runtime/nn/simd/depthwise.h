/* SPDX-License-Identifier: Apache-2.0
 * Depthwise convolution with channels in the lanes. The rows under a line of the output
 * are copied with their borders, so that every window lies inside. */
#ifndef MOTE_NN_SIMD_DEPTHWISE_H
#define MOTE_NN_SIMD_DEPTHWISE_H

#include "nn/simd/product.h"

/* Under a line of the output: where the taps of pixel 0 lie, or where the three rows
 * begin that are read by columns; pixel p lies p * step further. */
typedef struct {
  const int8_t *ring;
  const int32_t *tap;
  int32_t step, pixels, c;
} v_line_t;

/* The column that is read next, V_LANES channels of block i from here. */
typedef struct { const int8_t *a, *b, *c; } v_rows_t;
V_INLINE v_column_t v_next(const v_rows_t *s, int i) {
  return v_column(s->a + i * V_LANES, s->b + i * V_LANES, s->c + i * V_LANES);
}
V_INLINE void v_move(v_rows_t *s, int32_t step) {
  s->a += step, s->b += step, s->c += step;
}

/* B blocks of channels by columns: each column is read once and added to every output
 * that is over it. `old` wants one more column, `young` two. */
V_INLINE void v_columns(const mote_filter_simd_t *filter, const v_line_t *s,
                        int32_t block, int8_t *out, const int stride, const int B) {
  const mote_filter_simd_t copy = *filter, *f = &copy; /* no output can alter them */
  const v_range_t r = {f->min, f->max};
  const int32_t first = v_first(f, block);
  const int8_t *in = s->ring + first;
  const int32_t *scales = v_scales(f, block), step = s->c;
  const w_t *w = v_weights(f) + block * 12 * V_LANES;
  v_rows_t at = {in + s->tap[0], in + s->tap[1], in + s->tap[2]};
  v_t old[4], young[4], sum[4];
#define V_WITH(sum, x, k) v_column_dot(sum, x, w + (12 * i + 4 * (k)) * V_LANES)
#define V_BEGIN(x) V_WITH(v_scale(scales, MOTE_SIMD_BIAS, i), x, 0)
  V_UNROLL for (int i = 0; i < B; i++) young[i] = V_BEGIN(v_next(&at, i));
  v_move(&at, step);
  if (stride == 1) {
    V_UNROLL for (int i = 0; i < B; i++) {
      v_column_t x = v_next(&at, i);
      old[i] = V_WITH(young[i], x, 1), young[i] = V_BEGIN(x);
    }
    v_move(&at, step);
  }
  for (const int8_t *end = out + s->pixels * f->channels; out < end; out += f->channels) {
    V_AGAIN(w);
    if (stride == 2) {
      V_UNROLL for (int i = 0; i < B; i++) old[i] = V_WITH(young[i], v_next(&at, i), 1);
      v_move(&at, step);
    }
    V_UNROLL for (int i = 0; i < B; i++) {
      v_column_t x = v_next(&at, i);
      sum[i] = V_WITH(old[i], x, 2);
      if (stride == 1) old[i] = V_WITH(young[i], x, 1);
      young[i] = V_BEGIN(x);
    }
    v_move(&at, step);
    v_rescale(f, sum, block, B, B);
    v_put(out + first, V_LANES, sum, B, &r);
  }
#undef V_WITH
#undef V_BEGIN
}

/* Functions of their own, for the sake of registers. */
#define V_COLUMNS(stride, B)                                                             \
  static V_NOINLINE void v_columns##stride##B(                                           \
      const mote_filter_simd_t *f, const v_line_t *s, int32_t block, int8_t *out) {      \
    v_columns(f, s, block, out, stride, B);                                              \
  }
V_COLUMNS(1, 1)
V_COLUMNS(1, 2)
V_COLUMNS(1, 4)
V_COLUMNS(2, 1)
V_COLUMNS(2, 2)
V_COLUMNS(2, 4)

static void v_columns_line(const mote_filter_simd_t *f, const v_line_t *s, int8_t *out) {
  int32_t b = 0, two = s->step == 2 * s->c;
  for (; b + 4 <= f->channels / V_LANES; b += 4)
    if (two) v_columns24(f, s, b, out);
    else v_columns14(f, s, b, out);
  for (; b + 2 <= f->channels / V_LANES; b += 2)
    if (two) v_columns22(f, s, b, out);
    else v_columns12(f, s, b, out);
  for (; b < v_blocks(f); b++)
    if (two) v_columns21(f, s, b, out);
    else v_columns11(f, s, b, out);
}

/* One block of channels of all pixels. */
V_INLINE void v_taps_block(const mote_filter_simd_t *f, const v_line_t *s, int32_t b,
                           int8_t *out) {
  const w_t *w = v_weights(f) + b * f->taps * V_LANES;
  const v_range_t r = {f->min, f->max};
  int32_t c = v_first(f, b);
  out += c;
  for (int32_t x = 0, at = c; x < s->pixels; x++, at += s->step) {
    v_t sum = v_scale(v_scales(f, b), MOTE_SIMD_BIAS, 0);
    for (int32_t t = 0; t < f->taps; t += V_GROUP) {
      const int8_t *first = s->ring + at, *group[V_GROUP];
      V_UNROLL for (int k = 0; k < V_GROUP; k++) group[k] = first + s->tap[t + k];
      sum = v_taps(sum, group, v_w(w + t * V_LANES));
    }
    v_rescale(f, &sum, b, 1, 1);
    v_put(out + x * f->channels, V_LANES, &sum, 1, &r);
  }
}

static void v_taps_line(const mote_filter_simd_t *filter, const v_line_t *line,
                        int8_t *out) {
  const mote_filter_simd_t f = *filter; /* no output can alter them */
  const v_line_t s = *line;
  for (int32_t b = 0; b < v_blocks(&f); b++) v_taps_block(&f, &s, b, out);
}

/* As v_widen, but bytes stay bytes. */
V_INLINE void v_border(const mote_window_simd_t *p, const int8_t *in, int32_t y,
                       int32_t width, int8_t *to) {
  const v_shown_t s = v_shown(&p->win, y, width);
  int32_t c = p->win.in_c, left = s.left * c, n = s.in * c;
  if (left) memset(to, p->filter.outside, (size_t)left);
  if (n) memcpy(to + left, in + y * p->win.in_w * c, (size_t)n);
  if (s.right) memset(to + left + n, p->filter.outside, (size_t)(s.right * c));
}

/* Scratch: an offset per tap, the ring, and 8 bytes to read too much. */
static void v_depthwise(const mote_window_simd_t *p, const int8_t *in, int8_t *out,
                        void *scratch) {
  const mote_window_t window = p->win, *g = &window; /* no offset can alter it */
  int32_t width = mote_under_width(g), rows = mote_under_rows(g), row = width * g->in_c;
  int32_t columns = mote_window_has_columns(g), next = 0, top = 0, slot = 0;
  int32_t *tap = scratch, taps = g->k_h * g->k_w;
  int8_t *ring = (int8_t *)(tap + p->filter.taps);
  v_line_t s = {ring, tap, g->stride_w * g->in_c, g->out_w, g->in_c};
  for (int32_t y = 0; y < g->out_h; y++, out += g->out_w * g->out_c) {
    for (next = next < top ? top : next; next < top + rows; next++)
      v_border(p, in, next - g->pad_top, width,
               ring + v_in_ring(g, slot, next - top) * row);
    v_offsets(g, columns ? 1 : g->k_w, slot, row, tap);
    if (columns) {
      v_columns_line(&p->filter, &s, out);
    } else {
      for (int32_t t = taps; t < p->filter.taps; t++) tap[t] = tap[0]; /* weight 0 */
      v_taps_line(&p->filter, &s, out);
    }
    top += g->stride_h, slot = v_next_slot(g, slot);
  }
}

#endif
