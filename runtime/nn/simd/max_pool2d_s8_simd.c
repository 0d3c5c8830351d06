/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/pool2d.h"

#include <string.h>

#include "base/fixed.h"

enum { BLOCK = 16 }; /* a loop of constant length, for the compiler's vectoriser */

static void highest(const mote_window_t *g, const int8_t *in, mote_taps_t ty,
                    mote_taps_t tx, int8_t *top) {
  memset(top, -128, BLOCK);
  for (int32_t ky = ty.first; ky < ty.last; ky++) {
    const int8_t *a = in + ((ty.at + ky) * g->in_w + tx.at + tx.first) * g->in_c;
    for (int32_t kx = tx.first; kx < tx.last; kx++, a += g->in_c)
      for (int32_t i = 0; i < BLOCK; i++) top[i] = a[i] > top[i] ? a[i] : top[i];
  }
}

void mote_max_pool2d_s8_simd(const mote_pool2d_s8_t *p, const int8_t *in, int8_t *out) {
  const mote_window_t *g = &p->win;
  for (int32_t y = 0; y < g->out_h; y++) {
    mote_taps_t ty = mote_taps_y(g, y);
    for (int32_t x = 0; x < g->out_w; x++, out += g->in_c) {
      mote_taps_t tx = mote_taps_x(g, x);
      for (int32_t c = 0; c < g->in_c; c += BLOCK) {
        int32_t at = c + BLOCK > g->in_c ? g->in_c - BLOCK : c;
        int8_t top[BLOCK];
        highest(g, in + at, ty, tx, top);
        for (int32_t i = 0; i < BLOCK; i++)
          out[at + i] = (int8_t)mote_clamp(top[i], p->min, p->max);
      }
    }
  }
}
