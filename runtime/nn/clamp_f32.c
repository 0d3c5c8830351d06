/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/clamp.h"
#include "nn/dot.h"

void mote_clamp_f32(const mote_clamp_f32_t *p, const float *in, float *out) {
  for (int32_t i = 0; i < p->n; i++) out[i] = mote_clampf(in[i], p->min, p->max);
}
