/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/binary.h"

static int32_t value(const mote_binary_t *p, int32_t a, int32_t b) {
  (void)p;
  return a > b ? a : b;
}
MOTE_BINARY(maximum, s8, mote_binary_t, mote_binary_broadcast_t, int8_t, value)
