/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics: exponentials in q0, their sum in q12, its reciprocal
 * by Newton's method. */
#include "base/strict.h"
#include "nn/softmax.h"

static void softmax_row(const mote_softmax_s8_t *p, const int8_t *in, int8_t *out) {
  int32_t top = -128, sum = 0;
  for (int32_t i = 0; i < p->n; i++) top = in[i] > top ? in[i] : top;
  for (int32_t i = 0; i < p->n; i++)
    if (in[i] - top >= p->diff_min)
      sum += mote_round_shift(mote_softmax_exp(p, in[i] - top), 12);
  int32_t above, scale = mote_reciprocal(sum, 12, &above);
  int32_t shift = above + 23; /* 31 - 8 bits of the result */
  for (int32_t i = 0; i < p->n; i++) {
    int32_t diff = in[i] - top, y = 0;
    if (diff >= p->diff_min && shift < 32)
      y = mote_round_shift(mote_mul_q31(scale, mote_softmax_exp(p, diff)), shift);
    out[i] = (int8_t)mote_clamp(y - 128, -128, 127);
  }
}

void mote_softmax_s8(const mote_softmax_s8_t *p, const int8_t *in, int8_t *out) {
  for (int32_t r = 0; r < p->rows; r++) softmax_row(p, in + r * p->n, out + r * p->n);
}
