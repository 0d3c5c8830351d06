/* SPDX-License-Identifier: Apache-2.0
 * Integer arithmetic of quantised networks: the rounding of the TFLite int8 reference
 * kernels (gemmlowp's two-step rounding), bit for bit. Right shifts of negative numbers
 * are arithmetic, as on every compiler we support. */
#ifndef MOTE_BASE_FIXED_H
#define MOTE_BASE_FIXED_H

#include <stdint.h>

static inline int32_t mote_clamp(int32_t x, int32_t lo, int32_t hi) {
  return x < lo ? lo : x > hi ? hi : x;
}

/* Hostile weights may overflow a sum: then it wraps, which is defined. */
static inline int32_t mote_add_wrap(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t mote_mul_wrap(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a * (uint32_t)b);
}

static inline int32_t mote_leading_zeros(uint32_t x) {
  int32_t n = 0;
  for (; n < 32 && !(x & 0x80000000u); n++) x <<= 1;
  return n;
}

/* round(x * factor / 2^31), halves up, in 16-bit pieces, whose sums do not overflow. Not
 * for two INT32_MIN. */
static inline int32_t mote_scale_q31_pieces(int32_t x, int32_t factor) {
  int32_t x_high = x >> 16, f_high = factor >> 16;
  uint16_t x_low = (uint16_t)x, f_low = (uint16_t)factor;
  uint32_t least = (uint32_t)x_low * f_low >> 16;
  int32_t a = x_high * f_low + (int32_t)least;
  int32_t b = x_low * f_high + (uint16_t)a;
  uint32_t high = (uint32_t)(x_high * f_high + (a >> 16));
  return (int32_t)(2 * high + (uint32_t)((b + (1 << 14)) >> 15));
}

/* The same; Armv6-M multiplies to 32 bits only. */
static inline int32_t mote_scale_q31(int32_t x, int32_t factor) {
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1
  return mote_scale_q31_pieces(x, factor);
#else
  return (int32_t)(((int64_t)x * factor + ((int64_t)1 << 30)) >> 31);
#endif
}

/* And the product of two INT32_MIN saturates. */
static inline int32_t mote_mul_q31(int32_t a, int32_t b) {
  if (a == INT32_MIN && b == INT32_MIN) return INT32_MAX;
  return mote_scale_q31(a, b);
}

/* round(x / 2^n), halves away from zero; 0 <= n <= 31. */
static inline int32_t mote_round_shift(int32_t x, int32_t n) {
  int32_t mask = (int32_t)(((uint32_t)1 << n) - 1u);
  int32_t rest = x & mask, half = (mask >> 1) + (x < 0);
  return (x >> n) + (rest > half);
}

/* x * 2^n, wrapping like the reference: callers keep it in range. */
static inline int32_t mote_shift_left(int32_t x, int32_t n) {
  return (int32_t)((uint32_t)x << n);
}

/* x * multiplier * 2^(shift - 31): the real factor m is multiplier * 2^(shift - 31) with
 * 2^30 <= multiplier < 2^31; -31 <= shift <= 30. */
static inline int32_t mote_requantise(int32_t x, int32_t multiplier, int32_t shift) {
  int32_t left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;
  return mote_round_shift(mote_mul_q31(mote_shift_left(x, left), multiplier), right);
}

/* The same for sums beyond 32 bits: 16 bits of the multiplier, one rounding, halves up.
 * -31 <= shift <= 7. */
static inline int32_t mote_requantise_wide(int64_t x, int32_t multiplier, int32_t shift) {
  int32_t m = multiplier < 0x7fff0000 ? (multiplier + (1 << 15)) >> 16 : 0x7fff;
  int32_t right = 15 - shift;
  return (int32_t)((x * m + ((int64_t)1 << (right - 1))) >> right);
}

#endif
