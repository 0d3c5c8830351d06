/* SPDX-License-Identifier: Apache-2.0
 * Sums of four pixels times two channels stay in the eight even registers that VMLADAV
 * can add to: per 16 taps, 6 loads and 8 VMLADAV. That leaves five registers for the
 * pointers to pixels and weights, and one that walks a list of addresses to jump to,
 * which takes the place of a loop counter. The four sums of a channel are scaled
 * together, so that its bias, multiplier and shift are scalars. */
#include "base/strict.h"
#include "nn/mve/tile.h"

#include <stddef.h>

#if defined(__ARM_FEATURE_MVE)

#define PIXEL(x, r, mla, a, c)                                                           \
  "vldrb.u8 " x ", [" r "], #16\n" mla ".s8 " a ", " x ", q0\n" mla ".s8 " c ", " x      \
  ", q1\n"
#define VECTOR(mla)                                                                      \
  "vldrb.u8 q0, [r9], #16\n vldrb.u8 q1, [r9], #16\n" PIXEL("q2", "r1", mla, "r0", "r8") \
  PIXEL("q3", "r3", mla, "r2", "r10") PIXEL("q2", "r5", mla, "r4", "r12")                \
  PIXEL("q3", "r7", mla, "r6", "lr")
#define TWO(x)   x x
#define EIGHT(x) TWO(TWO(TWO(x)))

/* The sums of both channels as 16-bit outputs in `q`: even lanes, odd lanes. */
#define SUMS                                                                             \
  "vmov q0[2], q0[0], r0, r4\n vmov q0[3], q0[1], r2, r6\n"                              \
  "vmov q1[2], q1[0], r8, r12\n vmov q1[3], q1[1], r10, lr\n"                            \
  "ldm r9!, {r0, r2, r4, r6, r8, r10}\n"
#define AWAY(q) "vshr.s32 q3, " q ", #31\n vadd.i32 " q ", " q ", q3\n"
#define SCALE(q, bias, multiplier, shift, away)                                          \
  "vadd.i32 " q ", " q ", " bias "\n vqrdmulh.s32 " q ", " q ", " multiplier "\n" away   \
  "vrshl.s32 " q ", " shift "\n"
#define HALF(q, away0, away1)                                                            \
  SUMS SCALE("q0", "r0", "r2", "r4", away0) SCALE("q1", "r6", "r8", "r10", away1)        \
  "vqmovnb.s32 " q ", q0\n vqmovnt.s32 " q ", q1\n"
#define FIRST_HALF(away0, away1)                                                         \
  HALF("q4", away0, away1)                                                               \
  "ldm r11, {r1, r3, r5, r7}\n ldr r11, [r11, %[next]]\n b.w 1b\n"
#define SECOND_HALF(away0, away1)                                                        \
  HALF("q2", away0, away1)                                                               \
  "ldr r12, [r11, %[offset]]\n ldr r0, [r11, %[end]]\n"                                  \
  "vqadd.s16 q4, q4, r12\n vqadd.s16 q2, q2, r12\n"                                      \
  "vqmovnb.s16 q4, q4\n vqmovnt.s16 q4, q2\n"                                            \
  "vmax.s8 q4, q4, q6\n vmin.s8 q4, q4, q7\n"                                            \
  "vstrw.32 q4, [q5, #4]!\n"                                                             \
  "ldm r11, {r1, r3, r5, r7}\n ldr r11, [r11, %[next]]\n cmp r9, r0\n bne.w 1b\n"

#define AT(m) [m] "i"(offsetof(mve_tile_t, m))
#define BEHIND(m) [m] "i"(offsetof(mve_half_t, m) - offsetof(mve_half_t, x))

/* Writes the lists: the last eights of vectors, by way of the rest, and the exit. (adr is
 * right only in a section that is aligned to 4, which -Os does not care for.) */
#define LISTS                                                                            \
  ".p2align 2\n add r3, r0, %[end0]\n add r4, r0, %[end1]\n"                            \
  "adr.w r5, 4f + 1\n adr.w r6, 6f + 1\n"                                                \
  "ldr r1, [r0, %[plain]]\n cmp r1, #0\n itt ne\n addne r5, r5, #5f - 4f\n"              \
  "addne r6, r6, #7f - 6f\n"                                                             \
  "str r5, [r3, #-4]!\n str r6, [r4, #-4]!\n"                                            \
  "ldrd r1, r2, [r0, %[eights]]\n adr.w r5, 2f + 1\n"                                    \
  "wls lr, r1, 9f\n"                                                                     \
  "8: str r5, [r3, #-4]!\n str r5, [r4, #-4]!\n le lr, 8b\n"                             \
  "9: cbz r2, 9f\n adr.w r5, 3f + 1\n mov r6, #56\n mls r5, r2, r6, r5\n"                \
  "str r5, [r3, #-4]!\n str r5, [r4, #-4]!\n"                                            \
  "9: str r4, [r0, %[next0]]\n str r3, [r0, %[next1]]\n"

#define LOADS                                                                            \
  "push {r7}\n mov r11, r3\n"                                                            \
  "vldrw.u32 q5, [r0, %[out]]\n vldrw.u32 q6, [r0, %[min]]\n"                            \
  "vldrw.u32 q7, [r0, %[max]]\n "                                                        \
  "ldr r9, [r0, %[stream]]\n add r0, r0, %[end0]\n ldm r0, {r1, r3, r5, r7}\n"

/* Aligned: ADR counts from a multiple of four, and -Os would put functions at twos. */
__attribute__((aligned(4))) void mote_mve_tile(mve_tile_t *t) {
  register mve_tile_t *r0 __asm__("r0") = t;
  __asm__ volatile(
      LISTS LOADS
      "1:\n" VECTOR("vmladav") "ldr pc, [r11], #4\n"
      "2:\n" EIGHT(VECTOR("vmladava"))
      "3: ldr pc, [r11], #4\n"
      "4:\n" FIRST_HALF(AWAY("q0"), AWAY("q1"))
      "5:\n" FIRST_HALF("", "")
      "6:\n" SECOND_HALF(AWAY("q0"), AWAY("q1")) "b 9f\n"
      "7:\n" SECOND_HALF("", "")
      "9: pop {r7}\n"
      : "+r"(r0)
      : AT(out), AT(min), AT(max), AT(stream), AT(eights), AT(plain), BEHIND(next),
        BEHIND(end), BEHIND(offset), [end0] "i"(offsetof(mve_tile_t, half[0].x)),
        [end1] "i"(offsetof(mve_tile_t, half[1].x)),
        [next0] "i"(offsetof(mve_tile_t, half[0].next)),
        [next1] "i"(offsetof(mve_tile_t, half[1].next))
      : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "q0",
        "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory");
}

#else

static int32_t sum_of(const int8_t *x, const int8_t *w, int32_t vectors) {
  int32_t sum = 0;
  for (int32_t v = 0; v < vectors; v++, x += 16, w += 32)
    for (int32_t i = 0; i < 16; i++) sum += x[i] * w[i];
  return sum;
}

/* One channel, to byte c of the quad. */
static void channel(const mve_tile_t *t, const int32_t *w, const int32_t *scale,
                    int32_t c, int32_t quad) {
  int32_t vectors = 1 + t->eights * 8 + t->rest;
  for (int32_t p = 0; p < 4; p++) {
    int32_t y = sum_of(t->half[0].x[p], (const int8_t *)w, vectors);
    y = mote_mul_q31(mote_add_wrap(y, scale[0]), scale[1]);
    y = mote_round_shift(y, -scale[2]) + t->half[1].offset;
    t->out[p][4 + quad * 4 + c] =
        (int8_t)mote_clamp(y, (int8_t)t->min[0], (int8_t)t->max[0]);
  }
}

void mote_mve_tile(mve_tile_t *t) {
  int32_t words = (1 + t->eights * 8 + t->rest) * 8, quad = 0;
  for (const int32_t *w = t->stream; w < t->half[1].end; quad++)
    for (int32_t half = 0; half < 2; half++, w += words + 6)
      for (int32_t c = 0; c < 2; c++)
        channel(t, w + c * 4, w + words + c * 3, half + 2 * c, quad);
}

#endif
