/* SPDX-License-Identifier: Apache-2.0
 * Weights and scales of a quad stay in seven vectors while a line is walked. */
#include "base/strict.h"
#include "nn/mve/quads.h"

#include <stddef.h>

#if defined(__ARM_FEATURE_MVE)

#define NEXT_QUAD                                                                        \
  "1: ldr r0, [sp]\n ldr r2, [r0, %[stream]]\n"                                          \
  "vldrb.u8 q0, [r2], #16\n vldrb.u8 q1, [r2], #16\n"                                    \
  "vldrb.u8 q2, [r2], #16\n vldrb.u8 q3, [r2], #16\n"                                    \
  "vldrw.u32 q5, [r2], #16\n vldrw.u32 q6, [r2], #16\n vldrw.u32 q7, [r2], #16\n"        \
  "str r2, [r0, %[stream]]\n ldrd r1, r5, [r0, %[x]]\n"                                  \
  "ldrd lr, r4, [r0, %[pixels]]\n"                                                       \
  "add r3, r1, r4\n add r8, r3, r4\n add r9, r8, r4\n add r4, r9, r4\n"                  \
  "add r6, r5, #4\n strd r4, r6, [r0, %[x]]\n dls lr, lr\n"
#define CHANNEL(x, sum, q, step)                                                         \
  "vldrb.u8 q4, [" x "]" step "\n vmladav.s8 " sum ", q4, " q "\n"
#define PIXEL(step, away)                                                                \
  "2:\n" CHANNEL("r1", "r0", "q0", step) CHANNEL("r3", "r2", "q1", step)                 \
  CHANNEL("r8", "r4", "q2", step) CHANNEL("r9", "r6", "q3", step)                        \
  "vmov q4[2], q4[0], r0, r4\n vmov q4[3], q4[1], r2, r6\n"                              \
  "vadd.i32 q4, q4, q5\n vqrdmulh.s32 q4, q4, q6\n" away                                 \
  "vrshl.s32 q4, q4, q7\n vadd.i32 q4, q4, r11\n"                                        \
  "vqmovnb.s32 q4, q4\n vqmovnb.s16 q4, q4\n vstrb.32 q4, [r5]\n add r5, r5, r10\n"
#define AWAY "vpt.s32 lt, q4, zr\n vaddt.i32 q4, q4, r7\n"
#define ADVANCE                                                                          \
  "add r1, r1, r12\n add r3, r3, r12\n add r8, r8, r12\n add r9, r9, r12\n"

#define AT(m) [m] "i"(offsetof(mve_quads_t, m))
#define WALK(q, post, away, advance)                                                     \
  do {                                                                                   \
    register mve_quads_t *r0 __asm__("r0") = (q);                                        \
    __asm__ volatile(                                                                    \
        "push {r0, r7}\n mvn r7, #0\n ldrd r12, r10, [r0, %[step]]\n"                    \
        "ldr r11, [r0, %[offset]]\n" NEXT_QUAD PIXEL(post, away) advance "le lr, 2b\n"   \
        "ldr r0, [sp]\n ldr r1, [r0, %[quads]]\n subs r1, #1\n"                          \
        "str r1, [r0, %[quads]]\n bne.w 1b\n pop {r0, r7}\n"                             \
        : "+r"(r0)                                                                       \
        : AT(x), AT(stream), AT(quads), AT(pixels), AT(step), AT(offset)                 \
        : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr",     \
          "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory");               \
  } while (0)

void mote_mve_quads(mve_quads_t *q, int32_t plain) {
  if (!plain) WALK(q, "", AWAY, ADVANCE);
  else if (q->step == 3) WALK(q, ", #3", "", "");
  else if (q->step == 6) WALK(q, ", #6", "", "");
  else WALK(q, "", "", ADVANCE);
}

#else
#include "base/fixed.h"

static void channel(const mve_quads_t *q, int32_t c) {
  const int8_t *w = (const int8_t *)q->stream + c * 16, *x = q->x + c * q->plane;
  const int32_t *scale = q->stream + 16 + c;
  for (int32_t i = 0; i < q->pixels; i++, x += q->step) {
    int32_t sum = 0;
    for (int32_t t = 0; t < 16; t++) sum += x[t] * w[t];
    sum = mote_mul_q31(mote_add_wrap(sum, scale[0]), scale[4]);
    sum = mote_round_shift(sum, -scale[8]) + q->offset;
    q->out[i * q->out_step + c] = (int8_t)mote_clamp(sum, -128, 127);
  }
}

void mote_mve_quads(mve_quads_t *q, int32_t plain) {
  (void)plain;
  for (; q->quads > 0; q->quads--, q->x += 4 * q->plane, q->out += 4, q->stream += 28)
    for (int32_t c = 0; c < 4; c++) channel(q, c);
}

#endif
