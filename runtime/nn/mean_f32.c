/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/mean.h"

void mote_mean_f32(const mote_mean_f32_t *p, const float *in, float *out) {
  for (int32_t o = 0; o < p->outer; o++, in += p->count * p->inner)
    for (int32_t i = 0; i < p->inner; i++) {
      float sum = 0.0f;
      for (int32_t k = 0; k < p->count; k++) sum += in[k * p->inner + i];
      *out++ = sum / (float)p->count;
    }
}
