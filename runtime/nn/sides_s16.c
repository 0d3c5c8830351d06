/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "base/fixed.h"
#include "nn/unary_s16.h"

void mote_sides_s16(const mote_sides_s16_t *p, const int16_t *in, int16_t *out) {
  for (int32_t i = 0; i < p->n; i++) {
    int32_t y = in[i];
    if (y >= 0) y = mote_requantise(y, p->multiplier, p->shift);
    else
      y = p->after * mote_requantise(p->before * y, p->below_multiplier, p->below_shift);
    out[i] = (int16_t)mote_clamp(y, p->min, p->max);
  }
}
