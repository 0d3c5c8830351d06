/* SPDX-License-Identifier: Apache-2.0
 * TFLite reference semantics of int8 inputs and int16 outputs. */
#include "base/strict.h"
#include "nn/softmax.h"

void mote_softmax_s8_s16(const mote_softmax_s8_t *p, const int8_t *in, int16_t *out) {
  for (int32_t r = 0; r < p->rows; r++, in += p->n, out += p->n) {
    mote_softmax_sum_t sum = mote_softmax_total(p, in, 16);
    for (int32_t i = 0; i < p->n; i++)
      out[i] = (int16_t)mote_clamp(mote_softmax_share(p, &sum, in[i]) - 32768, -32768,
                                   32767);
  }
}
