/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/add.h"
#include "nn/simd/pairwise.h"

/* Operands are widened by 2^20 so that little is lost on the common scale. */
V_INLINE v_t v_operand(const int8_t *x, int32_t offset, int32_t multiplier,
                       int32_t shift) {
  v_t y = v_shift_left(v_add(v_bytes(x), v_all(offset)), 20);
  return v_scaled(y, multiplier, -shift);
}

V_INLINE void v_sum(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                    int8_t *out) {
  const v_range_t r = {p->min, p->max};
  v_t y = v_add(v_operand(a, p->a_offset, p->a_multiplier, p->a_shift),
                v_operand(b, p->b_offset, p->b_multiplier, p->b_shift));
  y = v_add(v_scaled(y, p->out_multiplier, -p->out_shift), v_all(p->out_offset));
  v_put(out, V_LANES, &y, 1, &r);
}

void mote_add_s8_simd(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                      int8_t *out) {
  const mote_add_s8_t here = *p; /* no output can alter it */
  V_PAIRWISE(v_sum, &here, here.n, a, b, out);
}
