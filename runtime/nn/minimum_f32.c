/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/dot.h"
#include "nn/binary.h"

static float value(const mote_binary_f32_t *p, float a, float b) {
  return mote_clampf(a < b ? a : b, p->min, p->max);
}
MOTE_BINARY(minimum, f32, mote_binary_f32_t, mote_binary_broadcast_f32_t, float, value)
