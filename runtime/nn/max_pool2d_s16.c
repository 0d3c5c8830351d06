/* SPDX-License-Identifier: Apache-2.0
 * TFLite int16 reference semantics. */
#include "base/strict.h"
#include "base/fixed.h"
#include "nn/pool2d.h"

static int32_t highest(const mote_window_t *g, const int16_t *in, mote_taps_t ty,
                       mote_taps_t tx) {
  int32_t v = -32768;
  for (int32_t ky = ty.first; ky < ty.last; ky++) {
    const int16_t *a = in + ((ty.at + ky) * g->in_w + tx.at + tx.first) * g->in_c;
    for (int32_t kx = tx.first; kx < tx.last; kx++, a += g->in_c) v = *a > v ? *a : v;
  }
  return v;
}

void mote_max_pool2d_s16(const mote_pool2d_s8_t *p, const int16_t *in,
                         int16_t *out) {
  const mote_window_t *g = &p->win;
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t x = 0; x < g->out_w; x++) {
      mote_taps_t tx = mote_taps_x(g, x);
      for (int32_t c = 0; c < g->in_c; c++)
        *out++ = (int16_t)mote_clamp(highest(g, in + c, ty, tx), p->min, p->max);
    }
  }
}
