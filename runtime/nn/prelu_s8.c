/* SPDX-License-Identifier: Apache-2.0
 * TFLite integer reference semantics. */
#include "base/strict.h"
#include "base/fixed.h"
#include "nn/prelu.h"

static int32_t value(const mote_prelu_s8_t *p, int32_t a, int32_t b) {
  int32_t x = a + p->a_offset;
  int32_t y = x >= 0 ? mote_requantise(x, p->multiplier, p->shift)
                     : mote_requantise(x * (b + p->b_offset), p->alpha_multiplier,
                                       p->alpha_shift);
  return mote_clamp(mote_add_wrap(y, p->out_offset), -128, 127);
}
MOTE_BINARY(prelu, s8, mote_prelu_s8_t, mote_prelu_broadcast_t, int8_t, value)
