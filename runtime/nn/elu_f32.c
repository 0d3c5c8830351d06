/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/unary.h"

/* e^x - 1 without cancellation: 2 t / (1 - t) with t = tanh(x / 2). */
static float below(float x) {
  float t = mote_tanhf(0.5f * x);
  return 2.0f * t / (1.0f - t);
}

void mote_elu_f32(const mote_alpha_f32_t *p, const float *in, float *out) {
  for (int32_t i = 0; i < p->n; i++)
    out[i] = in[i] < 0.0f ? p->alpha * below(in[i]) : in[i];
}
