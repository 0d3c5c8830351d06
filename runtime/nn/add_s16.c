/* SPDX-License-Identifier: Apache-2.0
 * TFLite integer reference semantics. */
#include "base/strict.h"
#include "nn/add.h"

static int32_t value(const mote_add_s8_t *p, int32_t a, int32_t b) {
  return mote_add_out(p, mote_add_a(p, a, 15) + mote_add_b(p, b, 15));
}
MOTE_BINARY(add, s16, mote_add_s8_t, mote_add_broadcast_t, int16_t, value)
