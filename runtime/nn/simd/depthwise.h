/* SPDX-License-Identifier: Apache-2.0
 * Depthwise convolution with channels in the lanes. The rows under a line of the output
 * are copied with their borders, so that every window lies inside. */
#ifndef MOTE_NN_SIMD_DEPTHWISE_H
#define MOTE_NN_SIMD_DEPTHWISE_H

#include "nn/simd/product.h"

/* Where the taps of pixel 0 lie in the ring; pixel p lies p * step further. */
typedef struct {
  const int8_t *ring;
  const int32_t *tap;
  int32_t step, pixels, c;
} v_line_t;

/* 3 x 3 without holes: nine addresses from three rows. */
V_INLINE v_t v_nine(v_t sum, const v_line_t *s, int32_t at, const w_t *w) {
  const int8_t *x = s->ring + at;
  const int8_t *a = x + s->tap[0], *b = x + s->tap[3], *c = x + s->tap[6];
  const int8_t *t[9] = {a, a + s->c, a + 2 * s->c, b, b + s->c, b + 2 * s->c,
                        c, c + s->c, c + 2 * s->c};
  V_UNROLL for (int k = 0; k < 8; k += V_GROUP)
    sum = v_taps(sum, t + k, v_w(w + k * V_LANES));
  return v_one_tap(sum, t[8], v_w(w + 8 * V_LANES));
}

/* One block of channels of all pixels. */
V_INLINE void v_depthwise_block(const mote_filter_simd_t *f, const v_line_t *s,
                                int32_t b, int8_t *out, const int nine) {
  const w_t *w = v_weights(f) + b * f->taps * V_LANES;
  int32_t c = v_first(f, b);
  out += c;
  for (int32_t x = 0, at = c; x < s->pixels; x++, at += s->step, out += f->channels) {
    v_t sum = v_load(f->bias.p + b * V_LANES);
    if (nine) {
      sum = v_nine(sum, s, at, w);
    } else {
      for (int32_t t = 0; t < f->taps; t += V_GROUP) {
        const int8_t *first = s->ring + at, *group[V_GROUP];
        V_UNROLL for (int k = 0; k < V_GROUP; k++) group[k] = first + s->tap[t + k];
        sum = v_taps(sum, group, v_w(w + t * V_LANES));
      }
    }
    v_put_all(f, sum, b, out);
  }
}

static void v_depthwise_line(const mote_filter_simd_t *filter, const v_line_t *line,
                             int8_t *out, int nine) {
  const mote_filter_simd_t f = *filter; /* so that no output can alter them */
  const v_line_t s = *line;
  int32_t blocks = v_blocks(&f);
  for (int32_t b = 0; b < blocks; b++)
    if (nine) v_depthwise_block(&f, &s, b, out, 1);
    else v_depthwise_block(&f, &s, b, out, 0);
}

/* A row of the image, or one above or below it, with borders: `width` pixels. */
static void v_border(const mote_window_simd_t *p, const int8_t *in, int32_t y,
                     int32_t width, int8_t *to) {
  const mote_window_t *g = &p->win;
  int32_t n = width - g->pad_left < g->in_w ? width - g->pad_left : g->in_w;
  if (y < 0 || y >= g->in_h || n < 0) n = 0;
  memset(to, p->filter.outside, (size_t)(width * g->in_c));
  if (n) memcpy(to + g->pad_left * g->in_c, in + y * g->in_w * g->in_c,
                (size_t)(n * g->in_c));
}

/* Scratch: an offset per tap, and a ring of rows. */
static void v_depthwise(const mote_window_simd_t *p, const int8_t *in, int8_t *out,
                        void *scratch) {
  const mote_window_t *g = &p->win;
  int32_t taps = g->k_h * g->k_w, next = 0;
  int32_t width = (g->out_w - 1) * g->stride_w + (g->k_w - 1) * g->dilation_w + 1;
  int32_t rows = (g->k_h - 1) * g->dilation_h + 1, row = width * g->in_c;
  int nine = g->k_h == 3 && g->k_w == 3 && g->dilation_w == 1;
  int32_t *tap = scratch;
  int8_t *ring = (int8_t *)(tap + p->filter.taps);
  v_line_t s = {ring, tap, g->stride_w * g->in_c, g->out_w, g->in_c};
  for (int32_t y = 0; y < g->out_h; y++, out += g->out_w * g->out_c) {
    int32_t top = y * g->stride_h;
    for (next = next < top ? top : next; next < top + rows; next++)
      v_border(p, in, next - g->pad_top, width, ring + next % rows * row);
    for (int32_t t = 0; t < p->filter.taps; t++) {
      int32_t k = t < taps ? t : 0;
      tap[t] = (top + k / g->k_w * g->dilation_h) % rows * row +
               k % g->k_w * g->dilation_w * g->in_c;
    }
    v_depthwise_line(&p->filter, &s, out, nine);
  }
}

#endif
