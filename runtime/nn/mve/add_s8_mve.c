/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include "nn/add.h"

#if defined(__ARM_FEATURE_MVE)
#include <arm_mve.h>

/* A factor of at most 1: multiplier, and vectors of the shift to the right. */
typedef struct {
  int32_t multiplier;
  int32x4_t shift;
} factor_t;

static inline factor_t factor(int32_t multiplier, int32_t shift) {
  return (factor_t){multiplier, vdupq_n_s32(shift)};
}

/* mote_requantise. The rounding shift takes halves up; one less makes halves of negative
 * numbers go away from zero, where there is a shift. */
static inline int32x4_t scaled(int32x4_t x, factor_t f) {
  x = vqrdmulhq_n_s32(x, f.multiplier);
  x = vaddq_s32(x, vshrq_n_s32(vandq_s32(x, f.shift), 31));
  return vrshlq_s32(x, f.shift);
}

/* One operand is exact: half of the common scale. */
typedef struct {
  int32_t offset;      /* of the other one */
  int32_t out_offset, base; /* base: what the offsets make of the sum */
  factor_t other, out;
  int32x4_t min, max;
} sum_t;

static inline int32x4_t sum(const sum_t *s, int32x4_t exact, int32x4_t other) {
  other = scaled(vshlq_n_s32(vaddq_n_s32(other, s->offset), 20), s->other);
  int32x4_t y = vaddq_n_s32(vaddq_s32(vshlq_n_s32(exact, 19), other), s->base);
  y = vaddq_n_s32(scaled(y, s->out), s->out_offset);
  return vminq_s32(vmaxq_s32(y, s->min), s->max);
}

static void add_all(const sum_t *of, const int8_t *exact, const int8_t *other,
                    int8_t *out, int32_t n) {
  const sum_t s = *of;
  for (; n >= 4; n -= 4, exact += 4, other += 4, out += 4)
    vstrbq_s32(out, sum(&s, vldrbq_s32(exact), vldrbq_s32(other)));
  mve_pred16_t some = vctp32q((uint32_t)n);
  if (n > 0)
    vstrbq_p_s32(out, sum(&s, vldrbq_z_s32(exact, some), vldrbq_z_s32(other, some)),
                 some);
}

void mote_add_s8_mve(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                     int8_t *out) {
  sum_t s = {p->b_offset, p->out_offset, p->a_offset * (1 << 19),
             factor(p->b_multiplier, p->b_shift),
             factor(p->out_multiplier, p->out_shift), vdupq_n_s32(p->min),
             vdupq_n_s32(p->max)};
  if (p->a_shift == 0) {
    add_all(&s, a, b, out, p->n);
    return;
  }
  s.offset = p->a_offset, s.base = p->b_offset * (1 << 19);
  s.other = factor(p->a_multiplier, p->a_shift);
  add_all(&s, b, a, out, p->n);
}

#else

void mote_add_s8_mve(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                     int8_t *out) {
  for (int32_t i = 0; i < p->n; i++) {
    int32_t y = mote_add_a(p, a[i], 20) + mote_add_b(p, b[i], 20);
    out[i] = (int8_t)mote_add_out(p, y);
  }
}

#endif
