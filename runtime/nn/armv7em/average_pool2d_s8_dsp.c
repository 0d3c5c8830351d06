/* SPDX-License-Identifier: Apache-2.0
 * Four channels at a time, their sums in the halves of two words. */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include "nn/pool2d.h"
#include "nn/armv7em/simd.h"

/* The rows of a window, as far as they are inside. */
typedef struct {
  const int8_t *first; /* of four channels */
  int32_t rows, columns, row_step, column_step, count;
} part_t;

static void sum_up(const part_t *w, uint32_t *even, uint32_t *odd) {
  uint32_t e = 0, o = 0;
  const int8_t *row = w->first;
  for (int32_t y = 0; y < w->rows; y++, row += w->row_step) {
    const int8_t *at = row;
    for (int32_t x = 0; x < w->columns; x++, at += w->column_step) {
      uint32_t v = mote_load4(at);
      e = mote_sxtab16(e, v);
      o = mote_sxtab16_odd(o, v);
    }
  }
  *even = e, *odd = o;
}

/* Halves away from zero. */
static int8_t average(const mote_pool2d_s8_t *p, int32_t sum, int32_t count) {
  int32_t half = count / 2, y = (sum > 0 ? sum + half : sum - half) / count;
  return (int8_t)(y < p->min ? p->min : y > p->max ? p->max : y);
}

static void one_pixel(const mote_pool2d_s8_t *p, part_t w, int8_t *out) {
  for (int32_t c = 0; c < p->win.in_c; c += 4, w.first += 4, out += 4) {
    uint32_t even, odd;
    sum_up(&w, &even, &odd);
    out[0] = average(p, (int16_t)(uint16_t)even, w.count);
    out[1] = average(p, (int16_t)(uint16_t)odd, w.count);
    out[2] = average(p, (int16_t)(uint16_t)(even >> 16), w.count);
    out[3] = average(p, (int16_t)(uint16_t)(odd >> 16), w.count);
  }
}

void mote_average_pool2d_s8_dsp(const mote_pool2d_s8_t *p, const int8_t *in,
                                int8_t *out) {
  const mote_window_t *g = &p->win;
  int32_t row = g->in_w * g->in_c;
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t x = 0; x < g->out_w; x++, out += g->in_c) {
      mote_taps_t tx = mote_taps_x(g, x);
      part_t w = {.rows = ty.last - ty.first, .columns = tx.last - tx.first,
                  .row_step = g->dilation_h * row,
                  .column_step = g->dilation_w * g->in_c};
      w.first = in + (ty.at + ty.first * g->dilation_h) * row +
                (tx.at + tx.first * g->dilation_w) * g->in_c;
      w.count = w.rows * w.columns;
      one_pixel(p, w, out);
    }
  }
}
