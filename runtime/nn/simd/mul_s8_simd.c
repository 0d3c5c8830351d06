/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/mul.h"
#include "nn/simd/pairwise.h"

V_INLINE void v_mul(const mote_mul_s8_t *p, const int8_t *a, const int8_t *b,
                    int8_t *out) {
  const v_range_t r = {p->min, p->max};
  v_t y = v_multiply(v_add(v_bytes(a), v_all(p->a_offset)),
                     v_add(v_bytes(b), v_all(p->b_offset)));
  y = v_add(v_scaled(y, p->out_multiplier, -p->out_shift), v_all(p->out_offset));
  v_put(out, V_LANES, &y, 1, &r);
}

void mote_mul_s8_simd(const mote_mul_s8_t *p, const int8_t *a, const int8_t *b,
                      int8_t *out) {
  const mote_mul_s8_t here = *p; /* no output can alter it */
  V_PAIRWISE(v_mul, &here, here.n, a, b, out);
}
