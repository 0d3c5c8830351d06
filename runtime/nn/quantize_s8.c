/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "base/fixed.h"
#include "math/math.h"
#include "nn/quantize.h"

void mote_quantize_s8(const mote_quantize_t *p, const float *in, int8_t *out) {
  for (int32_t i = 0; i < p->n; i++) {
    float q = in[i] / p->scale;
    q = q > 512.0f ? 512.0f : q >= -512.0f ? q : q < -512.0f ? -512.0f : 0.0f;
    out[i] = (int8_t)mote_clamp(mote_roundf(q) + p->zero, -128, 127);
  }
}
