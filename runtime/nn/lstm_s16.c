/* SPDX-License-Identifier: Apache-2.0
 * TFLite Micro's int16 reference semantics: int8 weights, sums of 64 bits. */
#include "base/strict.h"
#include <string.h>

#include "nn/lstm.h"

static int64_t product(const int16_t *x, const int8_t *w, int32_t n) {
  int64_t sum = 0;
  for (int32_t i = 0; i < n; i++) sum += x[i] * w[i];
  return sum;
}

static int32_t gate(const mote_lstm_int_t *p, const mote_lstm_gate_int_t *g, int32_t u,
                    const int16_t *x, const int16_t *h) {
  int32_t n = p->size.in_n, units = p->size.units, a, b;
  int64_t wide = product(x, g->weights.p + u * n, n) + g->bias.p[u];
  a = mote_requantise_wide(wide, g->multiplier, g->shift);
  wide = product(h, g->recurrent.p + u * units, units);
  b = mote_requantise_wide(wide, g->recurrent_multiplier, g->recurrent_shift);
  return mote_lstm_s16_of(mote_lstm_s16_of(a) + mote_lstm_s16_of(b));
}

static void step(const mote_lstm_int_t *p, const int16_t *x, const int16_t *h,
                 int16_t *y, int16_t *cell) {
  for (int32_t u = 0; u < p->size.units; u++) {
    const int32_t sum[4] = {gate(p, &p->i, u, x, h), gate(p, &p->f, u, x, h),
                            gate(p, &p->g, u, x, h), gate(p, &p->o, u, x, h)};
    y[u] = (int16_t)mote_lstm_s16_of(mote_lstm_unit(p, sum, &cell[u]));
  }
}

void mote_lstm_s16(const mote_lstm_int_t *p, const int16_t *in, int16_t *out,
                   int16_t *hidden, int16_t *cell) {
  const mote_sequence_t *s = &p->size;
  for (int32_t b = 0; b < s->batch; b++, hidden += s->units, cell += s->units)
    for (int32_t k = 0; k < s->steps; k++) {
      int16_t *y = out + mote_sequence_out(s, b, k);
      step(p, in + mote_sequence_in(s, b, k), hidden, y, cell);
      memcpy(hidden, y, (size_t)s->units * sizeof *y);
    }
}
