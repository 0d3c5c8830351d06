/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics. */
#include "base/strict.h"
#include "base/fixed.h"
#include "nn/add.h"

/* Operands are widened by 2^20 so that little is lost on the common scale. */
static int32_t scaled(int32_t x, int32_t multiplier, int32_t shift) {
  return mote_round_shift(mote_mul_q31(x * (1 << 20), multiplier), -shift);
}

void mote_add_s8(const mote_add_s8_t *p, const int8_t *a, const int8_t *b, int8_t *out) {
  for (int32_t k = 0, i = 0, j = 0; k < p->n; k++) {
    int32_t y = scaled(a[i] + p->a_offset, p->a_multiplier, p->a_shift) +
                scaled(b[j] + p->b_offset, p->b_multiplier, p->b_shift);
    y = mote_add_wrap(mote_requantise(y, p->out_multiplier, p->out_shift), p->out_offset);
    out[k] = (int8_t)mote_clamp(y, p->min, p->max);
    if (++i == p->a_n) i = 0;
    if (++j == p->b_n) j = 0;
  }
}

void mote_add_const_s8(const mote_add_s8_t *p, const int8_t *a, int8_t *out) {
  mote_add_s8(p, a, p->constant.p, out);
}
