/* SPDX-License-Identifier: Apache-2.0
 * TFLite integer reference semantics. */
#include "base/strict.h"
#include "nn/reduce.h"

static int32_t last(const mote_sum_s8_t *p, int32_t sum) {
  return mote_clamp(mote_sum_out(p, sum), -32768, 32767);
}
MOTE_REDUCE(mote_sum_s16, mote_sum_s8_t, int16_t, int32_t, 0, mote_add_wrap, last)
