/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/normalise.h"

/* Limits that keep the conversion to integer defined; both are beyond int8. */
static int32_t quantise(float v, int32_t zero) {
  if (!(v > -512.0f)) return -128;
  if (v > 512.0f) return 127;
  int32_t q = mote_roundf(v) + zero;
  return q < -128 ? -128 : q > 127 ? 127 : q;
}

void mote_normalise_s8(const mote_normalise_s8_t *p, const float *in, int8_t *out) {
  uint32_t k = 0;
  for (int32_t i = 0; i < p->n; i++) {
    float y = (in[i] - p->mean.p[k]) * p->scale.p[k];
    out[i] = (int8_t)quantise(y * p->inv_step, p->zero);
    if (++k == p->mean.n) k = 0;
  }
}
