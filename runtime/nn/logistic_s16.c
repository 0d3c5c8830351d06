/* SPDX-License-Identifier: Apache-2.0
 * TFLite int16 reference semantics. */
#include "base/strict.h"
#include "nn/curve_s16.h"

static int32_t value(const mote_curve_s16_t *p, int32_t x) {
  int32_t y = mote_curve_line(p, x < 0 ? -x : x, 9);
  return (x >= 0 ? y + (1 << 9) : (1 << 25) - y + (1 << 9) - 1) >> 10;
}

void mote_logistic_s16(const mote_curve_s16_t *p, const int16_t *in, int16_t *out) {
  for (int32_t i = 0; i < p->n; i++) out[i] = (int16_t)value(p, mote_curve_in(p, in[i]));
}
