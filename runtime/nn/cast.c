/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "base/fixed.h"
#include "nn/convert.h"

static int32_t whole(float x, int32_t type) {
  if (!(x >= -2147483648.0f)) return x < 0.0f ? mote_el_min(type) : 0;
  if (x >= 2147483648.0f) return mote_el_max(type);
  return mote_clamp((int32_t)x, mote_el_min(type), mote_el_max(type));
}

void mote_cast(const mote_cast_t *p, const void *in, void *out) {
  const float *real = in;
  for (int32_t i = 0; i < p->n; i++) {
    if (p->from == MOTE_EL_F32) mote_el_store(out, p->to, i, whole(real[i], p->to));
    else if (p->to == MOTE_EL_F32)
      ((float *)out)[i] = (float)mote_el_load(in, p->from, i);
    else mote_el_store(out, p->to, i, mote_el_load(in, p->from, i));
  }
}
