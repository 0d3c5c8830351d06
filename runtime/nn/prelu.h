/* SPDX-License-Identifier: Apache-2.0
 * x where it is not negative, else x times alpha. */
#ifndef MOTE_NN_PRELU_H
#define MOTE_NN_PRELU_H

#include "base/fixed.h"
#include "nn/binary.h"

typedef struct {
  int32_t n, a_n, b_n; /* nn/binary.h; b is alpha */
  int32_t a_offset, b_offset; /* minus the zero points */
  int32_t multiplier, shift; /* of x */
  int32_t alpha_multiplier, alpha_shift; /* of x times alpha */
  int32_t out_offset;
} mote_prelu_s8_t; /* int16 too; alpha stays int8 */
typedef struct {
  mote_prelu_s8_t run;
  mote_outer_t outer;
} mote_prelu_broadcast_t;

/* The output before it is clamped. */
static inline int32_t mote_prelu_sum(const mote_prelu_s8_t *p, int32_t a, int32_t b) {
  int32_t x = a + p->a_offset;
  int32_t y = x >= 0 ? mote_requantise(x, p->multiplier, p->shift)
                     : mote_requantise(x * (b + p->b_offset), p->alpha_multiplier,
                                       p->alpha_shift);
  return mote_add_wrap(y, p->out_offset);
}

MOTE_BINARY_DECLARE_OF(prelu, s16, mote_prelu_s8_t, mote_prelu_broadcast_t, int16_t,
                       int8_t)
MOTE_BINARY_DECLARE(prelu, s8, mote_prelu_s8_t, mote_prelu_broadcast_t, int8_t)

#endif
