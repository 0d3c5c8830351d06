/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include <float.h>

#include "nn/dot.h"
#include "nn/pool2d.h"

static float highest(const mote_window_t *g, const float *in, mote_taps_t ty,
                     mote_taps_t tx) {
  float v = -FLT_MAX;
  for (int32_t ky = ty.first; ky < ty.last; ky++) {
    const float *a = in + ((ty.at + ky) * g->in_w + tx.at + tx.first) * g->in_c;
    for (int32_t kx = tx.first; kx < tx.last; kx++, a += g->in_c) v = *a > v ? *a : v;
  }
  return v;
}

void mote_max_pool2d_f32(const mote_pool2d_f32_t *p, const float *in, float *out) {
  const mote_window_t *g = &p->win;
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t x = 0; x < g->out_w; x++) {
      mote_taps_t tx = mote_taps_x(g, x);
      for (int32_t c = 0; c < g->in_c; c++)
        *out++ = mote_clampf(highest(g, in + c, ty, tx), p->min, p->max);
    }
  }
}
