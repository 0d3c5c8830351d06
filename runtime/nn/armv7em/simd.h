/* SPDX-License-Identifier: Apache-2.0
 * The DSP instructions of Armv7E-M and Armv8-M: pairs of 16-bit values in one register.
 * Elsewhere the same in C, so that a host runs the loops of the device. */
#ifndef MOTE_NN_ARMV7EM_SIMD_H
#define MOTE_NN_ARMV7EM_SIMD_H

#include <stdint.h>

#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) &&            \
    defined(__ARMEL__)
#define MOTE_DSP_ASM 1
#else
#define MOTE_DSP_ASM 0
#endif

/* Four bytes at any address. */
static inline uint32_t mote_load4(const int8_t *p) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  uint32_t v;
  __builtin_memcpy(&v, p, sizeof v); /* one load, also with -ffreestanding */
  return v;
#else
  return (uint32_t)(uint8_t)p[0] | (uint32_t)(uint8_t)p[1] << 8 |
         (uint32_t)(uint8_t)p[2] << 16 | (uint32_t)(uint8_t)p[3] << 24;
#endif
}

static inline void mote_store4(int8_t *p, uint32_t v) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  __builtin_memcpy(p, &v, sizeof v);
#else
  for (int32_t i = 0; i < 4; i++) p[i] = (int8_t)(uint8_t)(v >> (8 * i));
#endif
}

#if MOTE_DSP_ASM
/* c + a.low * b.low + a.high * b.high */
static inline int32_t mote_smlad(uint32_t a, uint32_t b, int32_t c) {
  __asm__("smlad %0, %1, %2, %3" : "=r"(c) : "r"(a), "r"(b), "r"(c));
  return c;
}
/* c + one product of halves, B low and T high. */
static inline int32_t mote_smlabb(uint32_t a, uint32_t b, int32_t c) {
  __asm__("smlabb %0, %1, %2, %3" : "=r"(c) : "r"(a), "r"(b), "r"(c));
  return c;
}
static inline int32_t mote_smlabt(uint32_t a, uint32_t b, int32_t c) {
  __asm__("smlabt %0, %1, %2, %3" : "=r"(c) : "r"(a), "r"(b), "r"(c));
  return c;
}
static inline int32_t mote_smlatb(uint32_t a, uint32_t b, int32_t c) {
  __asm__("smlatb %0, %1, %2, %3" : "=r"(c) : "r"(a), "r"(b), "r"(c));
  return c;
}
static inline int32_t mote_smlatt(uint32_t a, uint32_t b, int32_t c) {
  __asm__("smlatt %0, %1, %2, %3" : "=r"(c) : "r"(a), "r"(b), "r"(c));
  return c;
}
/* Bytes 0 and 2 (1 and 3) widened, and added to the halves of `to`. */
static inline uint32_t mote_sxtab16(uint32_t to, uint32_t bytes) {
  __asm__("sxtab16 %0, %1, %2" : "=r"(to) : "r"(to), "r"(bytes));
  return to;
}
static inline uint32_t mote_sxtab16_odd(uint32_t to, uint32_t bytes) {
  __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(to) : "r"(to), "r"(bytes));
  return to;
}
/* round(a * b / 2^32), halves up */
static inline int32_t mote_smmulr(int32_t a, int32_t b) {
  __asm__("smmulr %0, %1, %2" : "=r"(a) : "r"(a), "r"(b));
  return a;
}
/* The low halves of a and b as one word, and the high ones. */
static inline uint32_t mote_lows(uint32_t a, uint32_t b) {
  __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(a) : "r"(a), "r"(b));
  return a;
}
static inline uint32_t mote_highs(uint32_t a, uint32_t b) {
  __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(a) : "r"(b), "r"(a));
  return a;
}
/* x / 2 rounded down, then saturated to int8 */
static inline int32_t mote_half_s8(int32_t x) {
  __asm__("ssat %0, #8, %1, asr #1" : "=r"(x) : "r"(x));
  return x;
}
#else
static inline int32_t mote_low(uint32_t x) { return (int16_t)(uint16_t)x; }
static inline int32_t mote_high(uint32_t x) { return (int16_t)(uint16_t)(x >> 16); }
static inline uint32_t mote_halves(int32_t low, int32_t high) {
  return (uint32_t)(uint16_t)low | (uint32_t)(uint16_t)high << 16;
}
static inline int32_t mote_add32(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a + (uint32_t)b);
}
static inline int32_t mote_smlabb(uint32_t a, uint32_t b, int32_t c) {
  return mote_add32(c, mote_low(a) * mote_low(b));
}
static inline int32_t mote_smlabt(uint32_t a, uint32_t b, int32_t c) {
  return mote_add32(c, mote_low(a) * mote_high(b));
}
static inline int32_t mote_smlatb(uint32_t a, uint32_t b, int32_t c) {
  return mote_add32(c, mote_high(a) * mote_low(b));
}
static inline int32_t mote_smlatt(uint32_t a, uint32_t b, int32_t c) {
  return mote_add32(c, mote_high(a) * mote_high(b));
}
static inline int32_t mote_smlad(uint32_t a, uint32_t b, int32_t c) {
  return mote_smlatt(a, b, mote_smlabb(a, b, c));
}
static inline uint32_t mote_sxtab16(uint32_t to, uint32_t bytes) {
  return mote_halves(mote_low(to) + (int8_t)(uint8_t)bytes,
                     mote_high(to) + (int8_t)(uint8_t)(bytes >> 16));
}
static inline uint32_t mote_sxtab16_odd(uint32_t to, uint32_t bytes) {
  return mote_sxtab16(to, bytes >> 8);
}
static inline int32_t mote_smmulr(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 31)) >> 32);
}
static inline uint32_t mote_lows(uint32_t a, uint32_t b) {
  return (a & 0xffffu) | b << 16;
}
static inline uint32_t mote_highs(uint32_t a, uint32_t b) {
  return a >> 16 | (b & 0xffff0000u);
}
static inline int32_t mote_half_s8(int32_t x) {
  x >>= 1;
  return x < -128 ? -128 : x > 127 ? 127 : x;
}
#endif

static inline uint32_t mote_sxtb16(uint32_t bytes) { return mote_sxtab16(0, bytes); }

#endif
