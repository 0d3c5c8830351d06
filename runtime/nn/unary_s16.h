/* SPDX-License-Identifier: Apache-2.0
 * Functions of one int16 value (zero points 0). In place allowed. */
#ifndef MOTE_NN_UNARY_S16_H
#define MOTE_NN_UNARY_S16_H

#include "base/span.h"

/* Another factor on each side of zero, then a clamp: relu, leaky relu, abs. Below zero:
 * after * requantised(before * x), both 1 or -1. */
typedef struct {
  int32_t n;
  int32_t multiplier, shift;
  int32_t below_multiplier, below_shift, before, after;
  int32_t min, max;
} mote_sides_s16_t;

/* Logistic and tanh by a line between neighbours of a table of 256: 65536 times the
 * logistic function of i / 24. x times multiplier / 2^shift is on 1 / (24 * 512). */
typedef struct {
  int32_t n, multiplier, shift;
  mote_u16s_t table;
} mote_curve_s16_t;

void mote_sides_s16(const mote_sides_s16_t *p, const int16_t *in, int16_t *out);
void mote_logistic_s16(const mote_curve_s16_t *p, const int16_t *in, int16_t *out);
void mote_tanh_s16(const mote_curve_s16_t *p, const int16_t *in, int16_t *out);

#endif
