/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "base/fixed.h"
#include "math/math.h"
#include "nn/norm.h"

static int8_t to_s8(float y, int32_t zero) {
  y = y > 512.0f ? 512.0f : y >= -512.0f ? y : -512.0f; /* NaN: the lowest */
  return (int8_t)mote_clamp(mote_roundf(y) + zero, -128, 127);
}

static void slice(const mote_norm_s8_t *q, int32_t channel, const int8_t *in,
                  int8_t *out) {
  const mote_norm_f32_t *p = &q->norm;
  int32_t step = p->inner, n = p->count * step, at = step > 1 ? channel : 0, sum = 0;
  float square = 0.0f;
  for (int32_t i = 0; i < n; i += step) sum += in[i] - q->in_zero;
  float mean = (float)sum / (float)p->count;
  for (int32_t i = 0; i < n; i += step) {
    float d = (float)(in[i] - q->in_zero) - mean;
    square += d * d;
  }
  float variance = square / (float)p->count * (q->in_scale * q->in_scale);
  float factor = q->in_scale / mote_sqrtf(variance + p->epsilon);
  for (int32_t i = 0; i < n; i += step) {
    float x = ((float)(in[i] - q->in_zero) - mean) * factor;
    out[i] = to_s8((x * p->scale.p[at] + p->offset.p[at]) * q->inverse, q->out_zero);
    if (step == 1 && ++at == (int32_t)p->scale.n) at = 0;
  }
}

void mote_norm_s8(const mote_norm_s8_t *p, const int8_t *in, int8_t *out) {
  int32_t one = p->norm.count * p->norm.inner;
  for (int32_t o = 0; o < p->norm.outer; o++, in += one, out += one)
    for (int32_t c = 0; c < p->norm.inner; c++) slice(p, c, in + c, out + c);
}
