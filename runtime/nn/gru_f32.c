/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include <string.h>

#include "math/math.h"
#include "nn/dot.h"
#include "nn/gru.h"

static float product(const float *x, const mote_f32s_t *w, int32_t u, int32_t n) {
  mote_lanes_t sum = {{0}};
  mote_dot_f32(&sum, x, w->p + u * n, n);
  return mote_lanes_sum(&sum);
}

static float gate(const mote_sequence_t *s, const mote_gru_gate_f32_t *g, int32_t u,
                  const float *x, const float *h) {
  float sum = product(x, &g->weights, u, s->in_n) + g->bias.p[u];
  return mote_logisticf(sum + product(h, &g->recurrent, u, s->units));
}

/* What r h R + c is, either way; `reset` holds r h. */
static float recall(const mote_gru_f32_t *p, int32_t u, const float *x, const float *h,
                    const float *reset) {
  const float *from = p->reset_after ? h : reset;
  float sum = product(from, &p->n.recurrent, u, p->size.units) + p->recurrent_bias.p[u];
  return p->reset_after ? gate(&p->size, &p->r, u, x, h) * sum : sum;
}

static void step(const mote_gru_f32_t *p, const float *x, const float *h, float *y,
                 float *reset) {
  const mote_sequence_t *s = &p->size;
  for (int32_t u = 0; u < s->units && !p->reset_after; u++)
    reset[u] = gate(s, &p->r, u, x, h) * h[u];
  for (int32_t u = 0; u < s->units; u++) {
    float z = gate(s, &p->z, u, x, h);
    float n = product(x, &p->n.weights, u, s->in_n) + p->n.bias.p[u];
    n = mote_tanhf(n + recall(p, u, x, h, reset));
    y[u] = (1.0f - z) * n + z * h[u];
  }
}

void mote_gru_f32(const mote_gru_f32_t *p, const float *in, float *out, float *hidden,
                  void *scratch) {
  const mote_sequence_t *s = &p->size;
  for (int32_t b = 0; b < s->batch; b++, hidden += s->units)
    for (int32_t k = 0; k < s->steps; k++) {
      float *y = out + mote_sequence_out(s, b, k);
      step(p, in + mote_sequence_in(s, b, k), hidden, y, scratch);
      memcpy(hidden, y, (size_t)s->units * sizeof *y);
    }
}
