/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics: exponentials in q0, their sum in q12, its reciprocal
 * by Newton's method. */
#include "base/strict.h"
#include "nn/softmax.h"

void mote_softmax_s8(const mote_softmax_s8_t *p, const int8_t *in, int8_t *out) {
  for (int32_t r = 0; r < p->rows; r++, in += p->n, out += p->n) {
    mote_softmax_sum_t sum = mote_softmax_total(p, in, 8);
    for (int32_t i = 0; i < p->n; i++)
      out[i] = (int8_t)mote_clamp(mote_softmax_share(p, &sum, in[i]) - 128, -128, 127);
  }
}
