/* SPDX-License-Identifier: Apache-2.0
 * TFLite integer reference semantics. */
#include "base/strict.h"
#include "base/fixed_exp.h"
#include "nn/div.h"

/* The reciprocal of b and all bits of a: nothing is lost before the last shift. */
static int32_t quotient(const mote_div_s8_t *p, int32_t a, int32_t b) {
  int32_t bits, inverse = mote_reciprocal(b, 31, &bits);
  int32_t room = a ? mote_leading_zeros((uint32_t)(a < 0 ? ~a : a)) - 1 : 0;
  int32_t y = mote_mul_q31(mote_shift_left(a, room), inverse);
  int32_t shift = p->out_shift - bits - room;
  y = mote_mul_q31(y, p->out_multiplier);
  if (shift >= 0) return mote_shift_sat(y, shift);
  return shift < -31 ? 0 : mote_round_shift(y, -shift);
}

static int32_t value(const mote_div_s8_t *p, int32_t a, int32_t b) {
  a += p->a_offset, b += p->b_offset;
  if (b == 0 && a != 0) return a < 0 ? p->min : p->max;
  int32_t y = a == 0 ? 0 : b < 0 ? quotient(p, -a, -b) : quotient(p, a, b);
  return mote_clamp(mote_add_wrap(y, p->out_offset), p->min, p->max);
}
MOTE_BINARY(div, s8, mote_div_s8_t, mote_div_broadcast_t, int8_t, value)
