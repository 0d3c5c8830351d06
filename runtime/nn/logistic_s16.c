/* SPDX-License-Identifier: Apache-2.0
 * TFLite int16 reference semantics. */
#include "base/strict.h"
#include "nn/curve_s16.h"

void mote_logistic_s16(const mote_curve_s16_t *p, const int16_t *in, int16_t *out) {
  for (int32_t i = 0; i < p->n; i++) {
    int32_t x = mote_curve_in(in[i], p->multiplier, p->shift);
    out[i] = (int16_t)mote_curve_logistic(p->table.p, x);
  }
}
