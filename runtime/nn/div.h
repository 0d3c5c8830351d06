/* SPDX-License-Identifier: Apache-2.0
 * Quotient of two tensors, a / b. */
#ifndef MOTE_NN_DIV_H
#define MOTE_NN_DIV_H

#include "nn/binary.h"

typedef struct {
  int32_t n, a_n, b_n; /* nn/binary.h */
  int32_t a_offset, b_offset; /* minus the zero points */
  int32_t out_offset, out_multiplier, out_shift;
  int32_t min, max;
} mote_div_s8_t;
typedef struct {
  mote_div_s8_t run;
  mote_outer_t outer;
} mote_div_broadcast_t;

/* Where b stands for 0 the result is min or max, by the sign of a; 0 / 0 is 0. */
MOTE_BINARY_DECLARE(div, s8, mote_div_s8_t, mote_div_broadcast_t, int8_t)

#endif
