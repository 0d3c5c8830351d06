/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/unary.h"

void mote_leaky_relu_f32(const mote_alpha_f32_t *p, const float *in, float *out) {
  for (int32_t i = 0; i < p->n; i++) out[i] = in[i] > 0.0f ? in[i] : in[i] * p->alpha;
}
