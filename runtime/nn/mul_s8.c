/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics. */
#include "base/strict.h"
#include "base/fixed.h"
#include "nn/mul.h"

void mote_mul_s8(const mote_mul_s8_t *p, const int8_t *a, const int8_t *b, int8_t *out) {
  for (int32_t k = 0, i = 0, j = 0; k < p->n; k++) {
    int32_t y = (a[i] + p->a_offset) * (b[j] + p->b_offset);
    y = mote_add_wrap(mote_requantise(y, p->out_multiplier, p->out_shift), p->out_offset);
    out[k] = (int8_t)mote_clamp(y, p->min, p->max);
    if (++i == p->a_n) i = 0;
    if (++j == p->b_n) j = 0;
  }
}

void mote_mul_const_s8(const mote_mul_s8_t *p, const int8_t *a, int8_t *out) {
  mote_mul_s8(p, a, p->constant.p, out);
}
