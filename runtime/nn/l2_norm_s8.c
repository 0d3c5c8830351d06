/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics. */
#include "base/strict.h"
#include "base/fixed_exp.h"
#include "nn/l2_norm.h"

void mote_l2_norm_s8(const mote_l2_norm_s8_t *p, const int8_t *in, int8_t *out) {
  for (int32_t r = 0; r < p->rows; r++, in += p->n, out += p->n) {
    int32_t sum = 0, shift;
    for (int32_t i = 0; i < p->n; i++) {
      int32_t x = in[i] + p->in_offset;
      sum += x * x;
    }
    int32_t inverse = mote_inverse_sqrt(sum, &shift);
    for (int32_t i = 0; i < p->n; i++) {
      int32_t y = mote_requantise(in[i] + p->in_offset, inverse, shift + 7);
      out[i] = (int8_t)mote_clamp(y, -128, 127);
    }
  }
}
