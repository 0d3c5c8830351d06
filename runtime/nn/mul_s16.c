/* SPDX-License-Identifier: Apache-2.0
 * TFLite integer reference semantics. */
#include "base/strict.h"
#include "nn/mul.h"

static int32_t value(const mote_mul_s8_t *p, int32_t a, int32_t b) {
  return mote_mul_out(p, mote_mul_wrap(a + p->a_offset, b + p->b_offset));
}
MOTE_BINARY(mul, s16, mote_mul_s8_t, mote_mul_broadcast_t, int16_t, value)
