/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/reduce.h"

static float next(float y, float x) { return x < y ? x : y; }
static float last(const mote_extremum_t *p, float y) {
  (void)p;
  return y;
}
MOTE_REDUCE(mote_reduce_min_f32, mote_extremum_t, float, float, FLT_MAX, next, last)
