/* SPDX-License-Identifier: Apache-2.0
 * The operand with the larger scale is exactly half of the common one, so its place in
 * the sum is a shift; the other one is rounded as mote_add_operand does. */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include "nn/add.h"
#include "nn/plain/filter_plain.h"

void mote_add_s8_plain(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                       int8_t *out) {
  mote_limits_plain_t to = {p->out_offset, p->min, p->max - p->min};
  int32_t out_multiplier = p->out_multiplier, out_shift = -p->out_shift - 1;
  int32_t first = p->a_shift == 0; /* is a the exact one? */
  const int8_t *x = first ? a : b, *y = first ? b : a;
  int32_t exact = (first ? p->a_offset : p->b_offset) * (1 << 19);
  int32_t offset = (first ? p->b_offset : p->a_offset) * (1 << 20);
  int32_t multiplier = first ? p->b_multiplier : p->a_multiplier;
  int32_t shift = -(first ? p->b_shift : p->a_shift) - 1; /* -1: that one is exact too */
  for (int8_t *end = out + p->n; out != end; out++, x++, y++) {
    int32_t sum = exact + *x * (1 << 19), other = offset + *y * (1 << 20);
    if (shift < 0) sum += other >> 1;
    else sum += mote_round_plain(other, multiplier, shift);
    *out = mote_out_plain((uint32_t)sum, out_multiplier, out_shift, to);
  }
}
