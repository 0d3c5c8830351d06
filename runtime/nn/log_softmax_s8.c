/* SPDX-License-Identifier: Apache-2.0
 * TFLite int8 reference semantics. */
#include "base/strict.h"
#include "nn/softmax.h"

#define SQRT_HALF      1518500250 /* in q0 */
#define ROOT_SQRT_HALF 1805811301
#define LN_2           1488522236

/* The power of two of x in q12 and what is left of it: one of two candidates. */
typedef struct { int32_t rest, power; } part_t; /* q0, q6 */

static part_t split(int32_t x) {
  const int32_t quarter = 1 << 23;
  int32_t zeros = mote_leading_zeros((uint32_t)x);
  int32_t room = mote_leading_zeros((uint32_t)mote_mul_q31(x, SQRT_HALF)) - 1;
  int32_t whole = mote_shift_sat(x, zeros - 1);
  part_t a = {mote_shift_sat(mote_mul_q31(whole, SQRT_HALF), 1),
              mote_shift_sat(12 - zeros, 25) + quarter};
  part_t b = {mote_shift_sat(x, room), mote_shift_sat(12 - room, 25) - quarter};
  return (part_t){a.rest < b.rest ? a.rest : b.rest,
                  a.power > b.power ? a.power : b.power};
}

/* ln x in q5 of x >= 1 in q12: a quotient of polynomials around 2^(-1/4). */
static int32_t log_q5(int32_t x) {
  part_t z = split(x);
  int64_t both = (int64_t)z.rest + ROOT_SQRT_HALF;
  int32_t p = (int32_t)((both + (both >= 0 ? 1 : -1)) / 2);
  int32_t q = 2 * (z.rest - ROOT_SQRT_HALF), qq = mote_mul_q31(q, q);
  int32_t num = mote_mul_q31(q, z.rest) + mote_mul_q31(mote_mul_q31(q, qq), 117049297);
  int32_t den = mote_mul_q31(p, 1057819769 + q + mote_mul_q31(127690142, qq)) +
                mote_mul_q31(638450708, q);
  int32_t y = mote_mul_q31(mote_round_shift(num, 6), mote_one_over_one_plus(den));
  return mote_shift_sat(mote_mul_q31(z.power, LN_2) + y, 1);
}

static void row(const mote_log_softmax_s8_t *p, const int8_t *in, int8_t *out) {
  const mote_softmax_s8_t *s = &p->soft;
  int32_t top = -128, sum = 0;
  for (int32_t i = 0; i < s->n; i++) top = in[i] > top ? in[i] : top;
  for (int32_t i = 0; i < s->n; i++)
    if (in[i] - top >= s->diff_min)
      sum += mote_round_shift(mote_softmax_exp(s, in[i] - top), 12);
  int32_t log_sum = log_q5(sum);
  int32_t least = mote_add_wrap(log_sum, INT32_MIN);
  least = mote_requantise(least, p->back_multiplier, p->back_shift);
  if (least < s->diff_min - 1) least = s->diff_min - 1;
  for (int32_t i = 0; i < s->n; i++) {
    int32_t diff = in[i] - top, y = -128;
    if (diff > least) {
      diff = mote_mul_q31(mote_shift_left(diff, s->shift), s->multiplier);
      y = mote_round_shift(diff - log_sum, 22) + 127;
    }
    out[i] = (int8_t)mote_clamp(y, -128, 127);
  }
}

void mote_log_softmax_s8(const mote_log_softmax_s8_t *p, const int8_t *in, int8_t *out) {
  int32_t n = p->soft.n;
  for (int32_t r = 0; r < p->soft.rows; r++) row(p, in + r * n, out + r * n);
}
