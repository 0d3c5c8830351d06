/* SPDX-License-Identifier: Apache-2.0
 * TFLite int16 reference semantics. */
#include "base/strict.h"
#include "nn/curve_s16.h"

/* tanh(x) = 2 logistic(2 x) - 1 */
static int32_t value(const mote_curve_s16_t *p, int32_t x) {
  int32_t y = mote_curve_line(p, x < 0 ? -x : x, 8) - (1 << 23);
  return (x >= 0 ? y + (1 << 7) : -y + (1 << 7) - 1) >> 8;
}

void mote_tanh_s16(const mote_curve_s16_t *p, const int16_t *in, int16_t *out) {
  for (int32_t i = 0; i < p->n; i++) out[i] = (int16_t)value(p, mote_curve_in(p, in[i]));
}
