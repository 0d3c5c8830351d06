/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/unary.h"

static float value(float x) {
  float low = mote_floorf(x), rest = x - low;
  if (rest < 0.5f) return low;
  if (rest > 0.5f) return low + 1.0f;
  float half = 0.5f * low;
  return mote_floorf(half) == half ? low : low + 1.0f;
}
MOTE_UNARY(round, value)
