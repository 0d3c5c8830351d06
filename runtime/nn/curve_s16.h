/* SPDX-License-Identifier: Apache-2.0
 * Logistic and tanh of int16 through the table of mote_curve_s16_t: TFLite's reference
 * semantics. */
#ifndef MOTE_NN_CURVE_S16_H
#define MOTE_NN_CURVE_S16_H

#include "nn/unary_s16.h"

/* x on the table's grid of 1 / (24 * 512). */
static inline int32_t mote_curve_in(int32_t x, int32_t multiplier, int32_t shift) {
  int32_t half = shift > 0 ? 1 << (shift - 1) : 0;
  return (x * multiplier + half) >> shift;
}

/* The table at x / 2^bits for x >= 0, with so many more bits. */
static inline int32_t mote_curve_line(const uint16_t *table, int32_t x, int32_t bits) {
  int32_t i = x >> bits, rest = x & ((1 << bits) - 1);
  if (i >= 255) return bits == 9 ? 0x7fff << 10 : 0xffff << 8;
  int32_t a = table[i], b = table[i + 1];
  return (a << bits) + rest * (b - a);
}

/* The result is on 1 / 32768. */
static inline int32_t mote_curve_logistic(const uint16_t *table, int32_t x) {
  int32_t y = mote_curve_line(table, x < 0 ? -x : x, 9);
  return (x >= 0 ? y + (1 << 9) : (1 << 25) - y + (1 << 9) - 1) >> 10;
}

/* tanh(x) = 2 logistic(2 x) - 1 */
static inline int32_t mote_curve_tanh(const uint16_t *table, int32_t x) {
  int32_t y = mote_curve_line(table, x < 0 ? -x : x, 8) - (1 << 23);
  return (x >= 0 ? y + (1 << 7) : -y + (1 << 7) - 1) >> 8;
}

#endif
