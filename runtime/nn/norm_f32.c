/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/norm.h"

/* One slice: every inner-th value from in. */
static void slice(const mote_norm_f32_t *p, int32_t channel, const float *in,
                  float *out) {
  float mean = 0.0f, square = 0.0f;
  int32_t step = p->inner, n = p->count * step, at = step > 1 ? channel : 0;
  for (int32_t i = 0; i < n; i += step) mean += in[i];
  mean = mean / (float)p->count;
  for (int32_t i = 0; i < n; i += step) {
    float d = in[i] - mean;
    square += d * d;
  }
  float factor = 1.0f / mote_sqrtf(square / (float)p->count + p->epsilon);
  for (int32_t i = 0; i < n; i += step) {
    out[i] = (in[i] - mean) * factor * p->scale.p[at] + p->offset.p[at];
    if (step == 1 && ++at == (int32_t)p->scale.n) at = 0;
  }
}

void mote_norm_f32(const mote_norm_f32_t *p, const float *in, float *out) {
  for (int32_t o = 0; o < p->outer; o++, in += p->count * p->inner,
               out += p->count * p->inner)
    for (int32_t c = 0; c < p->inner; c++) slice(p, c, in + c, out + c);
}
