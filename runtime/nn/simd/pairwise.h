/* SPDX-License-Identifier: Apache-2.0
 * Outputs of two operands, on common scales. */
#ifndef MOTE_NN_SIMD_PAIRWISE_H
#define MOTE_NN_SIMD_PAIRWISE_H

#include "nn/simd/vec.h"
#include "nn/simd/scale.h"

/* a * multiplier by 2^31, by 2^right <= 2^29; |a| < 2^29. */
V_INLINE v_t v_scaled(v_t a, int32_t multiplier, int32_t right) {
  v_t q = v_high(v_shift_left(a, V_SCALE / 2), v_all(multiplier));
  if (!right) return v_round(q, v_all(1), v_all(1));
  return v_round(v_away(q), v_all(1 + (1 << right)), v_all(right + 1));
}

/* out[i] = each(p, a[i], b[i]), V_LANES at a time; the last few by way of copies. */
#define V_PAIRWISE(each, p, n, a, b, out)                                                \
  do {                                                                                   \
    int8_t tail[3][V_LANES] = {{0}};                                                     \
    int32_t i = 0;                                                                       \
    for (; i + V_LANES <= (n); i += V_LANES) each(p, (a) + i, (b) + i, (out) + i);       \
    if (i < (n)) {                                                                       \
      size_t left = (size_t)((n) - i);                                                   \
      memcpy(tail[0], (a) + i, left);                                                    \
      memcpy(tail[1], (b) + i, left);                                                    \
      each(p, tail[0], tail[1], tail[2]);                                                \
      memcpy((out) + i, tail[2], left);                                                  \
    }                                                                                    \
  } while (0)

#endif
