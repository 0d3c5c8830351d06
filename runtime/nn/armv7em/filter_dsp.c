/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/armv7em/filter_dsp.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

/* sums of pixel p: [p] even + 256 * odd, [4 + p] even. w: one word of every two. */
void mote_mac_4x2(int32_t *sums, const uint32_t *x, const int32_t *w, int32_t taps);
/* sums: [0] first two channels, [1] the even one, [2] [3] the other two. */
void mote_mac_1x4(int32_t *sums, const uint32_t *x, const int32_t *w, int32_t taps);

#if MOTE_DSP_ASM
/* clang-format off */
#define MAC_4X2                                                                          \
  "ldr.w r3, [r2], #8\n ldrd r0, lr, [r1], #8\n sxtb16 r12, r3\n"                        \
  "smlad r4, r3, r0, r4\n smlad r5, r3, lr, r5\n"                                        \
  "smlad r8, r12, r0, r8\n smlad r9, r12, lr, r9\n ldrd r0, lr, [r1], #8\n"              \
  "smlad r6, r3, r0, r6\n smlad r7, r3, lr, r7\n"                                        \
  "smlad r10, r12, r0, r10\n smlad r11, r12, lr, r11\n"
#define MAC_1X4                                                                          \
  "ldm r2!, {r8, r9, r10, r11}\n ldrd r12, lr, [r1], #8\n"                               \
  "smlad r4, r8, r12, r4\n smlad r6, r9, r12, r6\n sxtb16 r8, r8\n sxtb16 r9, r9\n"      \
  "smlad r5, r8, r12, r5\n smlad r7, r9, r12, r7\n"                                      \
  "smlad r4, r10, lr, r4\n smlad r6, r11, lr, r6\n sxtb16 r10, r10\n sxtb16 r11, r11\n"  \
  "smlad r5, r10, lr, r5\n smlad r7, r11, lr, r7\n"

/* 16 taps a round; the first round begins where the rest of taps / 16 is left. */
__attribute__((naked, noinline)) void mote_mac_4x2(int32_t *sums, const uint32_t *x,
                                                   const int32_t *w, int32_t taps) {
  __asm__ volatile(
      "push {r0, r4-r11, lr}\n add r12, r2, r3, lsl #2\n push {r3, r12}\n"
      "ldm r0, {r4-r11}\n ands r3, r3, #12\n beq 1f\n cmp r3, #8\n beq 3f\n bhi 2f\n"
      "b 4f\n"
      "1:\n" MAC_4X2 MAC_4X2 "2:\n" MAC_4X2 MAC_4X2 "3:\n" MAC_4X2 MAC_4X2
      "4:\n" MAC_4X2 MAC_4X2
      "ldr r0, [sp, #4]\n cmp r2, r0\n bne 1b\n"
      "ldr r0, [sp, #8]\n stm r0, {r4-r11}\n add sp, #12\n pop {r4-r11, pc}\n");
}

__attribute__((naked, noinline)) void mote_mac_1x4(int32_t *sums, const uint32_t *x,
                                                   const int32_t *w, int32_t taps) {
  __asm__ volatile(
      "push {r4-r11, lr}\n ldm r0, {r4-r7}\n push {r0}\n add r0, r2, r3, lsl #2\n"
      "ands r3, r3, #12\n beq 1f\n cmp r3, #8\n beq 3f\n bhi 2f\n b 4f\n"
      "1:\n" MAC_1X4 "2:\n" MAC_1X4 "3:\n" MAC_1X4 "4:\n" MAC_1X4
      "cmp r2, r0\n bne 1b\n"
      "pop {r0}\n stm r0, {r4-r7}\n pop {r4-r11, pc}\n");
}
/* clang-format on */
#else
void mote_mac_4x2(int32_t *sums, const uint32_t *x, const int32_t *w, int32_t taps) {
  for (int32_t t = 0; t < taps / 2; t++, x += 4, w += 2)
    for (int32_t p = 0; p < 4; p++) {
      sums[p] = mote_smlad((uint32_t)*w, x[p], sums[p]);
      sums[4 + p] = mote_smlad(mote_sxtb16((uint32_t)*w), x[p], sums[4 + p]);
    }
}

void mote_mac_1x4(int32_t *sums, const uint32_t *x, const int32_t *w, int32_t taps) {
  for (int32_t t = 0; t < taps / 2; t++, x++)
    for (int32_t i = 0; i < 4; i += 2, w++) {
      sums[i] = mote_smlad((uint32_t)*w, *x, sums[i]);
      sums[i + 1] = mote_smlad(mote_sxtb16((uint32_t)*w), *x, sums[i + 1]);
    }
}
#endif

/* Twice the odd channel's sum: 256 times it is what the even one is less than both. */
static inline int32_t twice_odd(int32_t both, int32_t even) {
  return (int32_t)((uint32_t)both - (uint32_t)even) >> 7;
}

typedef struct {
  const int32_t *multiplier;
  const uint8_t *shift;
  int32_t each; /* 0: one for all channels */
} scale_t;

static scale_t scale_of(const mote_filter_dsp_t *f) {
  return (scale_t){f->multiplier.p, f->shift.p, f->multiplier.n > 1};
}

/* One channel of `n` pixels, `step` outputs apart, from twice their sums. */
static inline void put(scale_t *s, int32_t zero, const int32_t *twice, int8_t *out,
                       int32_t n, int32_t step) {
  int32_t shift = *s->shift, m = *s->multiplier;
  int32_t bias = (int32_t)((uint32_t)zero << shift);
  for (int32_t p = 0; p < n; p++) out[p * step] = mote_out_dsp(twice[p], m, shift, bias);
  s->multiplier += s->each, s->shift += s->each;
}

void mote_filter_dsp_4(const mote_filter_dsp_t *f, const uint32_t *x, int8_t *out) {
  const int32_t *w = f->weights.p, *first = f->first.p;
  int32_t n = f->channels, taps = f->taps;
  scale_t s = scale_of(f);
  for (int32_t c = 0; c < n; c += 2, first += 2) {
    int32_t sum[8], twice[4];
    for (int32_t p = 0; p < 4; p++) sum[p] = first[0], sum[4 + p] = first[1];
    mote_mac_4x2(sum, x, w, taps);
    w += c & 2 ? taps - 1 : 1;
    for (int32_t p = 0; p < 4; p++) twice[p] = 2 * sum[4 + p];
    put(&s, f->zero, twice, out + c, 4, n);
    if (c + 1 == n) break;
    for (int32_t p = 0; p < 4; p++) twice[p] = twice_odd(sum[p], sum[4 + p]);
    put(&s, f->zero, twice, out + c + 1, 4, n);
  }
  mote_clamp_dsp(f, out, 4 * n);
}

void mote_filter_dsp_1(const mote_filter_dsp_t *f, const uint32_t *x, int8_t *out) {
  const int32_t *w = f->weights.p, *first = f->first.p;
  int32_t n = f->channels;
  scale_t s = scale_of(f);
  for (int32_t c = 0; c < n; c += 4, first += 4, w += f->taps) {
    int32_t sum[4] = {first[0], first[1], first[2], first[3]};
    mote_mac_1x4(sum, x, w, f->taps);
    int32_t twice[4] = {2 * sum[1], twice_odd(sum[0], sum[1]), 2 * sum[3],
                        twice_odd(sum[2], sum[3])};
    for (int32_t i = 0; i < 4 && c + i < n; i++)
      put(&s, f->zero, twice + i, out + c + i, 1, 0);
  }
  mote_clamp_dsp(f, out, n);
}
