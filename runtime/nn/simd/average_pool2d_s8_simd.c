/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/pool2d.h"
#include "nn/simd/vec.h"

/* Sums of V_LANES channels over the window. */
V_INLINE v_t v_over(const mote_window_t *g, const int8_t *in, mote_taps_t ty,
                    mote_taps_t tx) {
  v_t sum = v_all(0);
  for (int32_t ky = ty.first; ky < ty.last; ky++) {
    const int8_t *a = in + ((ty.at + ky) * g->in_w + tx.at + tx.first) * g->in_c;
    for (int32_t kx = tx.first; kx < tx.last; kx++, a += g->in_c)
      sum = v_add(sum, v_bytes(a));
  }
  return sum;
}

void mote_average_pool2d_s8_simd(const mote_pool2d_s8_t *p, const int8_t *in,
                                 int8_t *out) {
  const mote_window_t *g = &p->win;
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t x = 0; x < g->out_w; x++, out += g->in_c) {
      mote_taps_t tx = mote_taps_x(g, x);
      int32_t n = (ty.last - ty.first) * (tx.last - tx.first);
      for (int32_t c = 0; c < g->in_c; c += V_LANES) {
        int32_t at = c + V_LANES > g->in_c ? g->in_c - V_LANES : c, sum[V_LANES];
        v_write(sum, v_over(g, in + at, ty, tx));
        for (int32_t i = 0; i < V_LANES; i++) {
          int32_t v = sum[i] > 0 ? sum[i] + n / 2 : sum[i] - n / 2;
          out[at + i] = (int8_t)mote_clamp(v / n, p->min, p->max);
        }
      }
    }
  }
}
