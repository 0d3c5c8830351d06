/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "base/fixed.h"
#include "math/math.h"
#include "nn/convert.h"

void mote_to_integer(const mote_real_t *p, const float *in, void *out) {
  int32_t lo = mote_el_min(p->type), hi = mote_el_max(p->type);
  for (int32_t i = 0; i < p->n; i++) {
    float q = in[i] / p->scale;
    q = q > 131072.0f ? 131072.0f : q >= -131072.0f ? q : q < 0.0f ? -131072.0f : 0.0f;
    mote_el_store(out, p->type, i, mote_clamp(mote_roundf(q) + p->zero, lo, hi));
  }
}

void mote_to_real(const mote_real_t *p, const void *in, float *out) {
  for (int32_t i = 0; i < p->n; i++)
    out[i] = p->scale * (float)(mote_el_load(in, p->type, i) - p->zero);
}
