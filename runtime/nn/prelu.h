/* SPDX-License-Identifier: Apache-2.0
 * x where it is not negative, else x times alpha. */
#ifndef MOTE_NN_PRELU_H
#define MOTE_NN_PRELU_H

#include "nn/binary.h"

typedef struct {
  int32_t n, a_n, b_n; /* nn/binary.h; b is alpha */
  int32_t a_offset, b_offset; /* minus the zero points */
  int32_t multiplier, shift; /* of x */
  int32_t alpha_multiplier, alpha_shift; /* of x times alpha */
  int32_t out_offset;
} mote_prelu_s8_t;
typedef struct {
  mote_prelu_s8_t run;
  mote_outer_t outer;
} mote_prelu_broadcast_t;

MOTE_BINARY_DECLARE(prelu, s8, mote_prelu_s8_t, mote_prelu_broadcast_t, int8_t)

#endif
