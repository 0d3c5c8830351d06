/* SPDX-License-Identifier: Apache-2.0
 * TFLite integer reference semantics. */
#include "base/strict.h"
#include "nn/add.h"

static int32_t value(const mote_add_s8_t *p, int32_t a, int32_t b) {
  int32_t d = mote_add_a(p, a, 7) - mote_add_b(p, b, 7);
  return mote_add_out(p, mote_mul_wrap(d, d));
}
MOTE_BINARY(squared_difference, s8, mote_add_s8_t, mote_add_broadcast_t, int8_t, value)
