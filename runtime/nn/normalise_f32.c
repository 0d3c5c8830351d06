/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/normalise.h"

void mote_normalise_f32(const mote_normalise_f32_t *p, const float *in, float *out) {
  uint32_t k = 0;
  for (int32_t i = 0; i < p->n; i++) {
    out[i] = (in[i] - p->mean.p[k]) * p->scale.p[k];
    if (++k == p->mean.n) k = 0;
  }
}
