/* SPDX-License-Identifier: Apache-2.0
 * What logistic and tanh of int16 share. */
#ifndef MOTE_NN_CURVE_S16_H
#define MOTE_NN_CURVE_S16_H

#include "nn/unary_s16.h"

static inline int32_t mote_curve_in(const mote_curve_s16_t *p, int32_t x) {
  int32_t half = p->shift > 0 ? 1 << (p->shift - 1) : 0;
  return (x * p->multiplier + half) >> p->shift;
}

/* The table at x / 2^bits for x >= 0, with so many more bits. */
static inline int32_t mote_curve_line(const mote_curve_s16_t *p, int32_t x,
                                      int32_t bits) {
  int32_t i = x >> bits, rest = x & ((1 << bits) - 1);
  if (i >= 255) return bits == 9 ? 0x7fff << 10 : 0xffff << 8;
  int32_t a = p->table.p[i], b = p->table.p[i + 1];
  return (a << bits) + rest * (b - a);
}

#endif
