/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/l2_norm.h"

void mote_l2_norm_f32(const mote_l2_norm_f32_t *p, const float *in, float *out) {
  for (int32_t r = 0; r < p->rows; r++, in += p->n, out += p->n) {
    float sum = 0.0f;
    for (int32_t i = 0; i < p->n; i++) sum += in[i] * in[i];
    float length = mote_sqrtf(sum);
    if (length < 1e-6f) length = 1e-6f;
    for (int32_t i = 0; i < p->n; i++) out[i] = in[i] / length;
  }
}
