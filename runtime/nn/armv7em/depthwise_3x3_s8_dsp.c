/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3")
#endif

#include "nn/armv7em/depthwise_3x3_s8_dsp.h"

/* Four channels of one column, rows a and b: a word per channel, `step` words apart. */
static inline void put_pairs(uint32_t *to, uint32_t both, uint32_t a, uint32_t b,
                             int32_t step) {
  uint32_t a02 = mote_sxtab16(both, a), a13 = mote_sxtab16_odd(both, a);
  uint32_t b02 = mote_sxtab16(both, b), b13 = mote_sxtab16_odd(both, b);
  to[0] = mote_lows(a02, b02);
  to[step] = mote_lows(a13, b13);
  to[2 * step] = mote_highs(a02, b02);
  to[3 * step] = mote_highs(a13, b13);
}

/* Rows 2 * pair and 2 * pair + 1 of the padded input. */
static void widen_rows(const mote_depthwise_3x3_s8_dsp_t *p, const int8_t *in,
                       int32_t pair, uint32_t *to) {
  const mote_window_t *g = &p->win;
  int32_t columns = mote_depthwise_3x3_columns(g), c = g->in_c;
  int32_t y = 2 * pair - g->pad_top, row = g->in_w * c;
  uint32_t both = ((uint32_t)p->in_offset & 0xffffu) | (uint32_t)p->in_offset << 16;
  uint32_t nothing = ((uint32_t)-p->in_offset & 0xffu) * 0x01010101u;
  int has_a = y >= 0 && y < g->in_h, has_b = y + 1 >= 0 && y + 1 < g->in_h;
  int32_t last = columns - g->pad_left < g->in_w ? columns - g->pad_left : g->in_w;
  const int8_t *a = has_a ? in + y * row : in, *b = has_b ? in + (y + 1) * row : in;
  to += g->pad_left;
  for (int32_t x = 0; x < last; x++, to++) {
    uint32_t *at = to;
    if (has_a && has_b) {
      for (int32_t i = 0; i < c; i += 4, a += 4, b += 4, at += 4 * columns)
        put_pairs(at, both, mote_load4(a), mote_load4(b), columns);
    } else {
      for (int32_t i = 0; i < c; i += 4, a += 4, b += 4, at += 4 * columns)
        put_pairs(at, both, has_a ? mote_load4(a) : nothing,
                  has_b ? mote_load4(b) : nothing, columns);
    }
  }
}

/* Columns beside the input are zero for good. */
static void clear_sides(const mote_depthwise_3x3_s8_dsp_t *p, uint32_t *ring) {
  int32_t columns = mote_depthwise_3x3_columns(&p->win), left = p->win.pad_left;
  int32_t right = left + p->win.in_w;
  for (int32_t i = 0; i < 2 * p->win.in_c; i++, ring += columns) {
    for (int32_t x = 0; x < left; x++) ring[x] = 0;
    for (int32_t x = right; x < columns; x++) ring[x] = 0;
  }
}

/* Weights of a column: rows 0 and 1, rows 1 and 2. */
typedef struct {
  uint32_t w01[3], w12[3];
} weights_t;

/* The sums of n neighbours of one channel. odd: the first of the three rows is the high
 * half of the upper words. */
static inline void sum_up(int32_t *sum, const uint32_t *upper, const uint32_t *lower,
                          const weights_t *w, int odd, int32_t stride, int32_t n) {
  for (int32_t k = 0; k < 3; k++)
    for (int32_t i = 0; i < n; i++) {
      uint32_t u = upper[i * stride + k], l = lower[i * stride + k];
      if (odd) {
        sum[i] = mote_smlatb(u, w->w01[k], sum[i]);
        sum[i] = mote_smlad(l, w->w12[k], sum[i]);
      } else {
        sum[i] = mote_smlad(u, w->w01[k], sum[i]);
        sum[i] = mote_smlabt(l, w->w12[k], sum[i]);
      }
    }
}

/* One output row. */
static inline void row(const mote_depthwise_3x3_s8_dsp_t *p, const uint32_t *upper,
                       const uint32_t *lower, int8_t *out, int odd, int32_t stride) {
  const mote_window_t *g = &p->win;
  int32_t columns = mote_depthwise_3x3_columns(g), n = g->in_c, width = g->out_w;
  int32_t each = p->multiplier.n > 1, zero = p->zero;
  const int32_t *packed = p->weights.p, *m = p->multiplier.p, *bias = p->bias.p;
  const uint8_t *s = p->shift.p;
  for (int32_t c = 0; c < n; c++, packed += 3, m += each, s += each) {
    const uint32_t *u = upper + c * columns, *l = lower + c * columns;
    int32_t shift = *s, multiplier = *m, first = bias[c], x = 0;
    int8_t *to = out + c;
    weights_t w;
    for (int32_t k = 0; k < 3; k++) {
      w.w01[k] = mote_sxtb16((uint32_t)packed[k]);
      w.w12[k] = mote_sxtab16_odd(0, (uint32_t)packed[k]);
    }
    for (; x + 4 <= width; x += 4, u += 4 * stride, l += 4 * stride) {
      int32_t sum[4] = {first, first, first, first};
      sum_up(sum, u, l, &w, odd, stride, 4);
      for (int32_t i = 0; i < 4; i++, to += n)
        *to = mote_out_dsp(2 * sum[i], multiplier, shift, zero);
    }
    for (; x < width; x++, u += stride, l += stride, to += n) {
      int32_t sum[1] = {first};
      sum_up(sum, u, l, &w, odd, stride, 1);
      *to = mote_out_dsp(2 * sum[0], multiplier, shift, zero);
    }
  }
}

void mote_depthwise_3x3_s8_dsp(const mote_depthwise_3x3_s8_dsp_t *p, const int8_t *in,
                               int8_t *out, void *scratch) {
  const mote_window_t *g = &p->win;
  int32_t half = mote_depthwise_3x3_columns(g) * g->in_c, next = 0;
  int32_t outputs = g->out_w * g->in_c;
  uint32_t *ring = scratch;
  clear_sides(p, ring);
  for (int32_t y = 0; y < g->out_h; y++, out += outputs) {
    int32_t first = y * g->stride_h, pair = first >> 1;
    for (; next <= pair + 1; next++) widen_rows(p, in, next, ring + (next & 1) * half);
    const uint32_t *upper = ring + (pair & 1) * half;
    const uint32_t *lower = ring + (~pair & 1) * half;
    if (g->stride_w == 2)
      row(p, upper, lower, out, 0, 2);
    else if (first & 1)
      row(p, upper, lower, out, 1, 1);
    else
      row(p, upper, lower, out, 0, 1);
    mote_clamp_dsp(p->min, p->max, out, outputs);
  }
}
