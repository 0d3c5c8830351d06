/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/reduce.h"

static int32_t next(int32_t y, int32_t x) { return x > y ? x : y; }
static int32_t last(const mote_extremum_t *p, int32_t y) {
  (void)p;
  return y;
}
MOTE_REDUCE(mote_reduce_max_s8, mote_extremum_t, int8_t, int32_t, -128, next, last)
