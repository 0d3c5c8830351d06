/* SPDX-License-Identifier: Apache-2.0
 * TFLite integer reference semantics. */
#include "base/strict.h"
#include "nn/prelu.h"

static int32_t value(const mote_prelu_s8_t *p, int32_t a, int32_t b) {
  return mote_clamp(mote_prelu_sum(p, a, b), -128, 127);
}
MOTE_BINARY(prelu, s8, mote_prelu_s8_t, mote_prelu_broadcast_t, int8_t, value)
