/* SPDX-License-Identifier: Apache-2.0
 * Product of two tensors. */
#ifndef MOTE_NN_MUL_H
#define MOTE_NN_MUL_H

#include "base/fixed.h"
#include "nn/binary.h"

typedef struct {
  int32_t n, a_n, b_n; /* nn/binary.h */
  int32_t a_offset, b_offset; /* minus the zero points */
  int32_t out_offset, out_multiplier, out_shift;
  int32_t min, max;
} mote_mul_s8_t; /* int16 too */
typedef struct {
  mote_mul_s8_t run;
  mote_outer_t outer;
} mote_mul_broadcast_t;

static inline int32_t mote_mul_out(const mote_mul_s8_t *p, int32_t y) {
  y = mote_add_wrap(mote_requantise(y, p->out_multiplier, p->out_shift), p->out_offset);
  return mote_clamp(y, p->min, p->max);
}

MOTE_BINARY_DECLARE(mul, s8, mote_mul_s8_t, mote_mul_broadcast_t, int8_t)
MOTE_BINARY_DECLARE(mul, s16, mote_mul_s8_t, mote_mul_broadcast_t, int16_t)

/* For vector units: operands of one shape, a shift of 0 to -29. */
void mote_mul_s8_simd(const mote_mul_s8_t *p, const int8_t *a, const int8_t *b,
                      int8_t *out);

#endif
