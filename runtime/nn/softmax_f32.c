/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/softmax.h"

static void softmax_row(const mote_softmax_f32_t *p, const float *in, float *out) {
  float top = in[0], sum = 0.0f;
  for (int32_t i = 1; i < p->n; i++) top = in[i] > top ? in[i] : top;
  for (int32_t i = 0; i < p->n; i++) {
    out[i] = mote_expf((in[i] - top) * p->beta);
    sum += out[i];
  }
  for (int32_t i = 0; i < p->n; i++) out[i] = out[i] / sum;
}

void mote_softmax_f32(const mote_softmax_f32_t *p, const float *in, float *out) {
  for (int32_t r = 0; r < p->rows; r++) softmax_row(p, in + r * p->n, out + r * p->n);
}
