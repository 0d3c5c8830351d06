/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/unary.h"

void mote_tanh_f32(const mote_unary_t *p, const float *in, float *out) {
  for (int32_t i = 0; i < p->n; i++) out[i] = mote_tanhf(in[i]);
}
