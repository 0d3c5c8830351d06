/* SPDX-License-Identifier: Apache-2.0
 * One channel at a time: its plane of the input is copied with the borders around it, so
 * that nothing is asked at an edge, and its weights stay in registers or close by. Values
 * are stored plus 128 (nn/plain/filter_plain.h). */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
/* Products are added one by one: the sum stays in a register. */
#pragma GCC optimize("O2", "no-tree-reassoc", "no-schedule-insns")
#pragma GCC optimize("ira-algorithm=priority")
#endif

#include "nn/depthwise_conv2d.h"
#include "nn/plain/filter_plain.h"

/* A channel; its outputs are out_c bytes apart. */
typedef struct {
  const mote_depthwise_conv2d_s8_t *p;
  const uint8_t *plane;
  int32_t columns;
  int32_t *weights;
  int8_t *out;
  uint32_t first; /* what sums begin with */
  int32_t multiplier, shift;
  mote_limits_plain_t to;
} channel_t;

/* x . w, whose inputs are `hole` bytes apart. */
static uint32_t row_of(const uint8_t *x, const int32_t *w, int32_t n, int32_t hole) {
  int32_t sum = 0;
  for (; hole == 1 && n >= 4; n -= 4, x += 4, w += 4)
    sum += x[0] * w[0] + x[1] * w[1] + x[2] * w[2] + x[3] * w[3];
  for (; n > 0; n--, x += hole, w++) sum += *x * *w;
  return (uint32_t)sum;
}

static uint32_t sum_of(const channel_t *a, const uint8_t *x) {
  const mote_window_t *g = &a->p->win;
  const int32_t *w = a->weights;
  uint32_t sum = a->first;
  for (int32_t ky = g->k_h; ky > 0; ky--, x += g->dilation_h * a->columns, w += g->k_w)
    sum += row_of(x, w, g->k_w, g->dilation_w);
  return sum;
}

static void any_window(const channel_t *a) {
  const mote_window_t *g = &a->p->win;
  int8_t *out = a->out;
  for (int32_t y = 0; y < g->out_h; y++) {
    const uint8_t *x = a->plane + y * g->stride_h * a->columns;
    for (int32_t i = 0; i < g->out_w; i++, x += g->stride_w, out += g->out_c)
      *out = mote_out_plain(sum_of(a, x), a->multiplier, a->shift, a->to);
  }
}

/* 3 x 3 without holes. */
static void window_3x3(const channel_t *a) {
  const mote_window_t *g = &a->p->win;
  const int32_t *w = a->weights;
  int32_t n = g->out_c, columns = a->columns, stride = g->stride_w;
  int32_t w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4], w5 = w[5];
  int32_t w6 = w[6], w7 = w[7], w8 = w[8];
  int32_t multiplier = a->multiplier, shift = a->shift;
  uint32_t first = a->first;
  mote_limits_plain_t to = a->to;
  int8_t *out = a->out;
  for (int32_t y = 0; y < g->out_h; y++) {
    const uint8_t *x = a->plane + y * g->stride_h * columns;
    const uint8_t *x1 = x + columns, *x2 = x1 + columns, *end = x + g->out_w * stride;
    for (; x != end; x += stride, x1 += stride, x2 += stride, out += n) {
      uint32_t sum = first;
      sum += (uint32_t)(x[0] * w0);
      sum += (uint32_t)(x[1] * w1);
      sum += (uint32_t)(x[2] * w2);
      sum += (uint32_t)(x1[0] * w3);
      sum += (uint32_t)(x1[1] * w4);
      sum += (uint32_t)(x1[2] * w5);
      sum += (uint32_t)(x2[0] * w6);
      sum += (uint32_t)(x2[1] * w7);
      sum += (uint32_t)(x2[2] * w8);
      *out = mote_out_plain(sum, multiplier, shift, to);
    }
  }
}

/* The channel of the input that begins at `in`, inside its borders. */
static void put_plane(const mote_window_t *g, const int8_t *in, uint8_t *to) {
  int32_t n = g->in_c, columns = mote_plane_columns(g);
  int32_t height = mote_plane_rows(g) - g->pad_top, width = columns - g->pad_left;
  if (height > g->in_h) height = g->in_h;
  if (width > g->in_w) width = g->in_w;
  to += g->pad_top * columns + g->pad_left;
  for (int32_t y = 0; y < height; y++, to += columns, in += g->in_w * n) {
    const int8_t *from = in;
    int32_t x = 0;
    for (; x + 4 <= width; x += 4) {
      to[x] = mote_unsigned(*from), from += n;
      to[x + 1] = mote_unsigned(*from), from += n;
      to[x + 2] = mote_unsigned(*from), from += n;
      to[x + 3] = mote_unsigned(*from), from += n;
    }
    for (; x < width; x++, from += n) to[x] = mote_unsigned(*from);
  }
}

static void put_channel(channel_t *a, int32_t c) {
  const mote_window_t *g = &a->p->win;
  const mote_filter_s8_t *f = &a->p->filter;
  uint32_t sum = 0;
  const int8_t *w = f->weights.p + c;
  for (int32_t t = 0; t < g->k_h * g->k_w; t++, w += g->out_c)
    sum += (uint32_t)(a->weights[t] = *w);
  a->first = (uint32_t)f->bias.p[c] + sum * (uint32_t)(f->in_offset - 128);
  a->multiplier = f->multiplier.p[c], a->shift = -f->shift.p[c] - 1;
  if (g->k_h == 3 && g->k_w == 3 && g->dilation_h * g->dilation_w == 1) window_3x3(a);
  else any_window(a);
  a->out++;
}

void mote_depthwise_conv2d_s8_plain(const mote_depthwise_conv2d_s8_t *p, const int8_t *in,
                                    int8_t *out, void *scratch) {
  const mote_window_t *g = &p->win;
  int32_t c = 0, bytes = mote_plane_rows(g) * mote_plane_columns(g);
  int32_t *weights = scratch;
  uint8_t *plane = (uint8_t *)(weights + g->k_h * g->k_w);
  const mote_filter_s8_t *f = &p->filter;
  channel_t a = {.p = p, .plane = plane, .columns = mote_plane_columns(g),
                 .weights = weights, .out = out,
                 .to = {f->out_offset, f->min, f->max - f->min}};
  for (int32_t i = 0; i < bytes; i++) plane[i] = (uint8_t)(128 - f->in_offset);
  for (int32_t i = 0; i < g->in_c; i++) {
    put_plane(g, in + i, plane);
    for (int32_t m = 0; m < p->multiplier; m++) put_channel(&a, c++);
  }
}
