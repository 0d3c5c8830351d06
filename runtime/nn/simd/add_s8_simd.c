/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/add.h"
#include "nn/simd/pairwise.h"

/* Operands are widened by 2^20 so that little is lost on the common scale. */
V_INLINE v_t v_scaled(const int8_t *x, int32_t offset, int32_t multiplier,
                      int32_t shift) {
  v_t y = v_shift_left(v_add(v_bytes(x), v_all(offset)), 20);
  y = v_scale_high(y, v_all(multiplier));
  if (!shift) return y;
  y = v_shift_right(v_away(y), v_all(-shift - 1));
  return v_shift_right(v_add(y, v_all(1)), v_all(1));
}

V_INLINE void v_sum(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                    int8_t *out) {
  const v_range_t r = {p->out_offset, p->min, p->max};
  v_t y = v_add(v_scaled(a, p->a_offset, p->a_multiplier, p->a_shift),
                v_scaled(b, p->b_offset, p->b_multiplier, p->b_shift));
  y = v_away(v_scale_high(y, v_all(p->out_multiplier)));
  y = v_shift_right(y, v_all(-p->out_shift - 1));
  v_put(out, V_LANES, &y, 1, &r);
}

void mote_add_s8_simd(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                      int8_t *out) {
  V_PAIRWISE(v_sum, p, p->n, a, b, out);
}
