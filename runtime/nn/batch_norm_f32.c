/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/norm.h"

void mote_batch_norm_f32(const mote_batch_norm_f32_t *p, const float *in, float *out) {
  for (int32_t i = 0, c = 0; i < p->n; i++) {
    out[i] = in[i] * p->scale.p[c] + p->offset.p[c];
    if (++c == (int32_t)p->scale.n) c = 0;
  }
}
