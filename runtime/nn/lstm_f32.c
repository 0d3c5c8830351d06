/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include <string.h>

#include "math/math.h"
#include "nn/dot.h"
#include "nn/lstm.h"

static float gate(const mote_sequence_t *s, const mote_lstm_gate_f32_t *g, int32_t u,
                  const float *x, const float *h) {
  mote_lanes_t a = {{0}}, b = {{0}};
  mote_dot_f32(&a, x, g->weights.p + u * s->in_n, s->in_n);
  mote_dot_f32(&b, h, g->recurrent.p + u * s->units, s->units);
  return (mote_lanes_sum(&a) + g->bias.p[u]) + mote_lanes_sum(&b);
}

static void step(const mote_lstm_f32_t *p, const float *x, const float *h, float *y,
                 float *cell) {
  for (int32_t u = 0; u < p->size.units; u++) {
    float i = mote_logisticf(gate(&p->size, &p->i, u, x, h));
    float f = mote_logisticf(gate(&p->size, &p->f, u, x, h));
    float g = mote_tanhf(gate(&p->size, &p->g, u, x, h));
    float o = mote_logisticf(gate(&p->size, &p->o, u, x, h));
    cell[u] = mote_clampf(f * cell[u] + i * g, p->cell_min, p->cell_max);
    y[u] = o * mote_tanhf(cell[u]);
  }
}

void mote_lstm_f32(const mote_lstm_f32_t *p, const float *in, float *out, float *hidden,
                   float *cell) {
  const mote_sequence_t *s = &p->size;
  for (int32_t b = 0; b < s->batch; b++, hidden += s->units, cell += s->units)
    for (int32_t k = 0; k < s->steps; k++) {
      float *y = out + mote_sequence_out(s, b, k);
      step(p, in + mote_sequence_in(s, b, k), hidden, y, cell);
      memcpy(hidden, y, (size_t)s->units * sizeof *y);
    }
}
