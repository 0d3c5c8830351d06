/* SPDX-License-Identifier: Apache-2.0
 * The operand with the larger scale is exactly half of the common one, so its place in
 * the sum is a shift; the other one is rounded as mote_add_operand does. */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include "nn/add.h"
#include "nn/armv7em/filter_dsp.h"

/* Everything but the elements. */
typedef struct {
  int32_t exact;             /* offset of the exact operand, on the scale of the sum */
  int32_t offset, multiplier; /* of the rounded one, 21 bits up */
  int32_t shift, half;
  int32_t out_multiplier, out_shift, zero;
} terms_t;

static inline int8_t add_one(const terms_t *t, int32_t x, int32_t y, int equal) {
  int32_t sum = t->exact + x * (1 << 19);
  if (equal) {
    sum += y * (1 << 19);
  } else {
    int32_t r = mote_smmulr(t->offset + y * (1 << 21), t->multiplier);
    sum += (r + (r >> 31) + t->half) >> t->shift;
  }
  return mote_out_dsp(2 * sum, t->out_multiplier, t->out_shift, t->zero);
}

static inline void add_all(const terms_t *t, const int8_t *a, const int8_t *b,
                           int8_t *out, int32_t n, int equal) {
  int32_t i = 0;
  for (; i + 4 <= n; i += 4, a += 4, b += 4, out += 4) {
    out[0] = add_one(t, a[0], b[0], equal);
    out[1] = add_one(t, a[1], b[1], equal);
    out[2] = add_one(t, a[2], b[2], equal);
    out[3] = add_one(t, a[3], b[3], equal);
  }
  for (; i < n; i++) *out++ = add_one(t, *a++, *b++, equal);
}

void mote_add_s8_dsp(const mote_add_s8_t *p, const int8_t *a, const int8_t *b,
                     int8_t *out) {
  terms_t t = {.exact = p->a_offset * (1 << 19),
               .offset = p->b_offset * (1 << 21),
               .multiplier = p->b_multiplier,
               .shift = -p->b_shift,
               .out_multiplier = p->out_multiplier,
               .out_shift = -p->out_shift - 1,
               .zero = 2 * p->out_offset + 1};
  if (p->a_shift == 0 && p->b_shift == 0) {
    t.exact += p->b_offset * (1 << 19);
    add_all(&t, a, b, out, p->n, 1);
  } else if (p->a_shift == 0) {
    t.half = 1 << (t.shift - 1);
    add_all(&t, a, b, out, p->n, 0);
  } else {
    t.exact = p->b_offset * (1 << 19), t.offset = p->a_offset * (1 << 21);
    t.multiplier = p->a_multiplier, t.shift = -p->a_shift;
    t.half = 1 << (t.shift - 1);
    add_all(&t, b, a, out, p->n, 0);
  }
  mote_clamp_dsp(p->min, p->max, out, p->n);
}
