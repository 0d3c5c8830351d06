/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics: the division is part of the multiplier. */
#include "base/strict.h"
#include "base/fixed.h"
#include "nn/mean.h"

void mote_mean_s8(const mote_mean_s8_t *p, const int8_t *in, int8_t *out) {
  for (int32_t o = 0; o < p->outer; o++, in += p->count * p->inner)
    for (int32_t i = 0; i < p->inner; i++) {
      int32_t sum = p->in_offset;
      for (int32_t k = 0; k < p->count; k++) sum += in[k * p->inner + i];
      sum = mote_requantise(sum, p->multiplier, p->shift);
      *out++ = (int8_t)mote_clamp(mote_add_wrap(sum, p->out_offset), -128, 127);
    }
}
