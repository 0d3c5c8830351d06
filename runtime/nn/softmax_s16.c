/* SPDX-License-Identifier: Apache-2.0
 * TFLite int16 reference semantics. */
#include "base/strict.h"
#include "nn/softmax.h"

/* The table at x, which spans int16. */
static int32_t look_up(const int16_t *table, int32_t x) {
  x = mote_clamp(x, -32768, 32767);
  const int16_t *at = table + 256 + (x >> 7);
  return at[0] + (((at[1] - at[0]) * (x & 127) + 64) >> 7);
}

static void row(const mote_softmax_s16_t *p, const int16_t *in, int16_t *out) {
  int32_t top = -32768, sum = 0;
  for (int32_t i = 0; i < p->n; i++) top = in[i] > top ? in[i] : top;
  for (int32_t i = 0; i < p->n; i++) {
    int32_t x = mote_requantise(in[i] - top, p->multiplier, p->shift);
    out[i] = (int16_t)look_up(p->exp.p, mote_add_wrap(x, 32767));
    sum += out[i];
  }
  int32_t zeros = mote_leading_zeros((uint32_t)sum), shift = 31 - zeros;
  int32_t mantissa = (int32_t)((((int64_t)sum << (zeros - 1)) + (1 << 13)) >> 14);
  int64_t scale = look_up(p->inverse.p, mantissa - 98304); /* 1.5 in 16 bits */
  for (int32_t i = 0; i < p->n; i++) {
    int32_t y = (int32_t)((out[i] * scale + ((int64_t)1 << (shift - 1))) >> shift);
    out[i] = (int16_t)mote_clamp(y, 0, 32767);
  }
}

void mote_softmax_s16(const mote_softmax_s16_t *p, const int16_t *in, int16_t *out) {
  for (int32_t r = 0; r < p->rows; r++) row(p, in + r * p->n, out + r * p->n);
}
