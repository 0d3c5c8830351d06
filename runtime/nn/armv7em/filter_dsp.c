/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O2")
#endif

#include <stddef.h>

#include "nn/armv7em/filter_dsp.h"

/* Two channels of four pixels. */
typedef struct {
  const uint32_t *x;
  const int32_t *w; /* one word of every two */
  int32_t taps;
  const int32_t *first, *multiplier;
  const uint8_t *shift;
  int32_t each; /* 0: one multiplier and shift for both */
  int32_t zero;
  int8_t *even, *odd; /* outputs of the first pixel */
  int32_t step, odd_step;
} pair_t;

void mote_pair_dsp_4(const pair_t *a);
/* sums: [0] first two channels, [1] the even one, [2] [3] the other two. */
void mote_mac_1x4(int32_t *sums, const uint32_t *x, const int32_t *w, int32_t taps);

/* Twice the odd channel's sum: 256 times it is what the even one is less than both. */
static inline int32_t twice_odd(int32_t both, int32_t even) {
  return (int32_t)((uint32_t)both - (uint32_t)even) >> 7;
}

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

/* Rounds r8-r11 with multiplier r12, shift r3, zero point lr; stores them from r1 on,
 * r2 apart. */
#define ROUND(r)                                                                         \
  "smmulr " r ", " r ", r12\n add " r ", " r ", " r ", asr #31\n"                        \
  "add " r ", " r ", lr\n asr " r ", " r ", r3\n ssat " r ", #8, " r ", asr #1\n"
#define FINISH                                                                           \
  "lsl lr, lr, r3\n" ROUND("r8") ROUND("r9") ROUND("r10") ROUND("r11")                   \
  "strb r8, [r1]\n strb r9, [r1, r2]\n strb r10, [r1, r2, lsl #1]\n"                     \
  "add r1, r1, r2\n strb r11, [r1, r2, lsl #1]\n"

/* 16 taps a round; the first round begins where the rest of taps / 16 is left. */
__attribute__((naked, noinline)) void mote_pair_dsp_4(const pair_t *a) {
  (void)a;
  __asm__ volatile(
      "push {r0, r4-r11, lr}\n ldm r0, {r1, r2, r3, r12}\n"
      "add r0, r2, r3, lsl #2\n push {r0}\n ldrd r4, r8, [r12]\n"
      "mov r5, r4\n mov r6, r4\n mov r7, r4\n mov r9, r8\n mov r10, r8\n mov r11, r8\n"
      "ands r3, r3, #12\n beq 1f\n cmp r3, #8\n beq 3f\n bhi 2f\n b 4f\n"
      "1:\n" MAC_4X2 MAC_4X2 "2:\n" MAC_4X2 MAC_4X2 "3:\n" MAC_4X2 MAC_4X2
      "4:\n" MAC_4X2 MAC_4X2
      "ldr r0, [sp]\n cmp r2, r0\n bne 1b\n"
      "ldr r0, [sp, #4]\n ldrd r1, r2, [r0, #16]\n ldr r12, [r1]\n ldrb r3, [r2]\n"
      "sub r4, r4, r8\n sub r5, r5, r9\n sub r6, r6, r10\n sub r7, r7, r11\n"
      "lsl r8, r8, #1\n lsl r9, r9, #1\n lsl r10, r10, #1\n lsl r11, r11, #1\n"
      "ldrd lr, r1, [r0, #28]\n ldr r2, [r0, #40]\n" FINISH
      "ldrd r1, r2, [r0, #16]\n ldr r3, [r0, #24]\n ldr r12, [r1, r3, lsl #2]\n"
      "ldrb r3, [r2, r3]\n asr r8, r4, #7\n asr r9, r5, #7\n asr r10, r6, #7\n"
      "asr r11, r7, #7\n ldr lr, [r0, #28]\n ldr r1, [r0, #36]\n ldr r2, [r0, #44]\n"
      FINISH "add sp, #8\n pop {r4-r11, pc}\n");
}

__attribute__((naked, noinline)) void mote_mac_1x4(int32_t *sums, const uint32_t *x,
                                                   const int32_t *w, int32_t taps) {
  (void)sums, (void)x, (void)w, (void)taps;
  __asm__ volatile(
      "push {r4-r11, lr}\n ldm r0, {r4-r7}\n push {r0}\n add r0, r2, r3, lsl #2\n"
      "ands r3, r3, #12\n beq 1f\n cmp r3, #8\n beq 3f\n bhi 2f\n b 4f\n"
      "1:\n" MAC_1X4 "2:\n" MAC_1X4 "3:\n" MAC_1X4 "4:\n" MAC_1X4
      "cmp r2, r0\n bne 1b\n"
      "pop {r0}\n stm r0, {r4-r7}\n pop {r4-r11, pc}\n");
}
/* clang-format on */
#else
void mote_pair_dsp_4(const pair_t *a) {
  for (int32_t p = 0; p < 4; p++) {
    int32_t both = a->first[0], even = a->first[1];
    for (int32_t t = 0; t < a->taps / 2; t++) {
      uint32_t w = (uint32_t)a->w[2 * t], x = a->x[4 * t + p];
      both = mote_smlad(w, x, both);
      even = mote_smlad(mote_sxtb16(w), x, even);
    }
    a->even[p * a->step] =
        mote_out_dsp(2 * even, a->multiplier[0], a->shift[0], a->zero);
    a->odd[p * a->odd_step] = mote_out_dsp(
        twice_odd(both, even), a->multiplier[a->each], a->shift[a->each], a->zero);
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

void mote_filter_dsp_4(const mote_filter_dsp_t *f, const uint32_t *x, int8_t *out) {
  int32_t n = f->channels, each = f->multiplier.n > 1;
  int8_t nowhere[4];
  pair_t a = {.x = x,
              .w = f->weights.p,
              .taps = f->taps,
              .first = f->first.p,
              .multiplier = f->multiplier.p,
              .shift = f->shift.p,
              .each = each,
              .zero = f->zero,
              .even = out,
              .odd = out + 1,
              .step = n,
              .odd_step = n};
  for (int32_t c = 0; c < n; c += 2) {
    if (c + 1 == n) a.odd = nowhere, a.odd_step = 1, a.each = 0;
    mote_pair_dsp_4(&a);
    a.w += c & 2 ? f->taps - 1 : 1;
    a.first += 2, a.multiplier += 2 * each, a.shift += 2 * each;
    a.even += 2, a.odd += 2;
  }
  mote_clamp_dsp(f->min, f->max, out, 4 * n);
}

void mote_filter_dsp_1(const mote_filter_dsp_t *f, const uint32_t *x, int8_t *out) {
  const int32_t *w = f->weights.p, *first = f->first.p, *m = f->multiplier.p;
  const uint8_t *s = f->shift.p;
  int32_t n = f->channels, each = f->multiplier.n > 1;
  for (int32_t c = 0; c < n; c += 4, first += 4, w += f->taps) {
    int32_t sum[4] = {first[0], first[1], first[2], first[3]};
    mote_mac_1x4(sum, x, w, f->taps);
    out[c] = mote_out_dsp(2 * sum[1], *m, *s, f->zero);
    m += each, s += each;
    if (c + 1 == n) break;
    out[c + 1] = mote_out_dsp(twice_odd(sum[0], sum[1]), *m, *s, f->zero);
    m += each, s += each;
    if (c + 2 == n) break;
    out[c + 2] = mote_out_dsp(2 * sum[3], *m, *s, f->zero);
    m += each, s += each;
    if (c + 3 == n) break;
    out[c + 3] = mote_out_dsp(twice_odd(sum[2], sum[3]), *m, *s, f->zero);
    m += each, s += each;
  }
  mote_clamp_dsp(f->min, f->max, out, n);
}

void mote_filter_dsp_rows(const mote_filter_dsp_t *f, int32_t rows, const int8_t *in,
                          int8_t *out, uint32_t *x) {
  int32_t n = f->taps;
  for (; rows >= 4; rows -= 4, out += 4 * f->channels) {
    for (int32_t i = 0; i < 4; i++, in += n) mote_widen(x + i, in, n, f->in_offset, 4);
    mote_filter_dsp_4(f, x, out);
  }
  for (; rows > 0; rows--, out += f->channels, in += n) {
    mote_widen(x, in, n, f->in_offset, 1);
    mote_filter_dsp_1(f, x, out);
  }
}
