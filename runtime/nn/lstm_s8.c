/* SPDX-License-Identifier: Apache-2.0
 * TFLite Micro's int8 reference semantics: each product of a gate is rounded and
 * saturated on its own. */
#include "base/strict.h"
#include <string.h>

#include "nn/dot.h"
#include "nn/lstm.h"

static int32_t gate(const mote_lstm_int_t *p, const mote_lstm_gate_int_t *g, int32_t u,
                    const int8_t *x, const int8_t *h) {
  int32_t n = p->size.in_n, units = p->size.units;
  int32_t a = mote_dot_s8(x, g->weights.p + u * n, n, p->in_offset);
  int32_t b = mote_dot_s8(h, g->recurrent.p + u * units, units, p->hidden_offset);
  a = mote_requantise(mote_add_wrap(a, g->bias.p[u]), g->multiplier, g->shift);
  b = mote_requantise(b, g->recurrent_multiplier, g->recurrent_shift);
  return mote_lstm_s16_of(mote_lstm_s16_of(a) + mote_lstm_s16_of(b));
}

static void step(const mote_lstm_int_t *p, const int8_t *x, const int8_t *h, int8_t *y,
                 int16_t *cell) {
  for (int32_t u = 0; u < p->size.units; u++) {
    const int32_t sum[4] = {gate(p, &p->i, u, x, h), gate(p, &p->f, u, x, h),
                            gate(p, &p->g, u, x, h), gate(p, &p->o, u, x, h)};
    y[u] = (int8_t)mote_clamp(mote_lstm_unit(p, sum, &cell[u]), INT8_MIN, INT8_MAX);
  }
}

void mote_lstm_s8(const mote_lstm_int_t *p, const int8_t *in, int8_t *out,
                  int8_t *hidden, int16_t *cell) {
  const mote_sequence_t *s = &p->size;
  for (int32_t b = 0; b < s->batch; b++, hidden += s->units, cell += s->units)
    for (int32_t k = 0; k < s->steps; k++) {
      int8_t *y = out + mote_sequence_out(s, b, k);
      step(p, in + mote_sequence_in(s, b, k), hidden, y, cell);
      memcpy(hidden, y, (size_t)s->units);
    }
}
