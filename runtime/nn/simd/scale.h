/* SPDX-License-Identifier: Apache-2.0
 * From sums to outputs. The reference rounds twice: q = a * multiplier >> 30 to
 * y = (q + 1) >> 1, and that by 2^right, halves away from zero. For right > 0 both are
 * (q - 2 * (q < 0) + 1 + 2^right) >> (right + 1). */
#ifndef MOTE_NN_SIMD_SCALE_H
#define MOTE_NN_SIMD_SCALE_H

#include "nn/simd/vec.h"

/* Where negative results are clamped to 0, this need not be. */
V_INLINE v_t v_away(v_t q) {
  v_t sign = v_sign(q);
  return v_add(q, v_add(sign, sign));
}

/* `round` is 1 + 2^right, and what else is to be added, times 2^(right + 1); `shift` is
 * right + 1. */
V_INLINE v_t v_round(v_t q, v_t round, v_t shift) {
  return v_shift_right(v_add(q, round), shift);
}

#endif
