/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"

#if defined(__GNUC__) && !defined(__clang__)
/* Short runs are filled here, not by memset. */
#pragma GCC optimize("O2", "no-tree-loop-distribute-patterns")
#endif

#include <stddef.h>

#include "nn/armv7em/depthwise_3x3_s8_dsp.h"

/* Four channels of one output row. */
typedef struct {
  const uint32_t *rows[3]; /* two words a column */
  const int32_t *block;
  int32_t advance; /* bytes from output to output, in the rows */
  int32_t zero;
  int32_t step; /* and in the output */
  int8_t *out;
  const uint32_t *end; /* of rows[0] */
} four_t;

void mote_depthwise_four_dsp(const four_t *a);

#if MOTE_DSP_ASM
/* clang-format off */
#define TAP(x, w0, w1)                                                                   \
  "ldrd r8, r9, [" x "]\n"                                                               \
  "smlabb r4, r8, " w0 ", r4\n smlatt r6, r8, " w0 ", r6\n"                              \
  "smlabb r5, r9, " w1 ", r5\n smlatt r7, r9, " w1 ", r7\n"
#define TWO_TAPS(x, y)                                                                   \
  "ldm r3!, {r10, r11, r12, lr}\n" TAP(x, "r10", "r11") TAP(y, "r12", "lr")
#define ROUND(r, at)                                                                     \
  "ldrd r8, r9, [r3], #8\n smmulr " r ", " r ", r8\n lsl lr, r10, r9\n"                  \
  "add " r ", " r ", " r ", asr #31\n add " r ", " r ", lr\n asr " r ", " r ", r9\n"     \
  "ssat " r ", #8, " r ", asr #1\n strb " r ", [r11, #" at "]\n"

/* On the stack: block, advance, zero, step, out, end. */
__attribute__((naked, noinline)) void mote_depthwise_four_dsp(const four_t *a) {
  (void)a;
  __asm__ volatile(
      "push {r4-r11, lr}\n ldm r0, {r0-r8}\n push {r3-r8}\n"
      "1:\n ldr r3, [sp]\n ldm r3!, {r4-r7}\n"
      TWO_TAPS("r0", "r0, #8") TWO_TAPS("r0, #16", "r1")
      TWO_TAPS("r1, #8", "r1, #16") TWO_TAPS("r2", "r2, #8")
      "ldrd r10, r11, [r3], #8\n" TAP("r2, #16", "r10", "r11")
      "ldrd r12, r10, [sp, #4]\n add r0, r0, r12\n add r1, r1, r12\n add r2, r2, r12\n"
      "ldrd r12, r11, [sp, #12]\n add r12, r12, r11\n str r12, [sp, #16]\n"
      ROUND("r4", "0") ROUND("r5", "1") ROUND("r6", "2") ROUND("r7", "3")
      "ldr r12, [sp, #20]\n cmp r0, r12\n bne 1b\n"
      "add sp, #24\n pop {r4-r11, pc}\n");
}
/* clang-format on */
#else
void mote_depthwise_four_dsp(const four_t *a) {
  int8_t *out = a->out;
  for (int32_t at = 0; a->rows[0] + at != a->end; at += a->advance / 4, out += a->step) {
    const int32_t *w = a->block + 4, *scale = a->block + 22;
    int32_t sum[4] = {a->block[0], a->block[1], a->block[2], a->block[3]};
    for (int32_t tap = 0; tap < 9; tap++)
      for (int32_t i = 0; i < 2; i++, w++) {
        uint32_t x = a->rows[tap / 3][at + 2 * (tap % 3) + i];
        sum[i] = mote_smlabb(x, (uint32_t)*w, sum[i]);
        sum[i + 2] = mote_smlatt(x, (uint32_t)*w, sum[i + 2]);
      }
    for (int32_t i = 0; i < 4; i++)
      out[i] = mote_out_dsp(sum[i], scale[2 * i], scale[2 * i + 1], a->zero);
  }
}
#endif

/* Row y of the input, zeros when there is none; the columns beside it stay zero. */
static void widen_row(const mote_depthwise_3x3_s8_dsp_t *p, const int8_t *in, int32_t y,
                      uint32_t *to) {
  const mote_window_t *g = &p->win;
  int32_t columns = mote_depthwise_3x3_columns(g), c = g->in_c;
  int32_t n = columns - g->pad_left < g->in_w ? columns - g->pad_left : g->in_w;
  uint32_t both = ((uint32_t)p->in_offset & 0xffffu) | (uint32_t)p->in_offset << 16;
  int inside = y >= 0 && y < g->in_h;
  if (inside) in += y * g->in_w * c;
  to += 2 * g->pad_left;
  for (int32_t i = 0; i < c; i += 4, in += 4, to += 2 * columns) {
    const int8_t *from = in;
    for (int32_t x = 0; inside && x < n; x++, from += c)
      mote_widen_4(to + 2 * x, from, both, 1);
    for (int32_t x = 0; !inside && x < 2 * n; x++) to[x] = 0;
  }
}

static void clear(uint32_t *to, int32_t words) {
  while (words-- > 0) *to++ = 0;
}

/* One output row. */
static void put_row(const mote_depthwise_3x3_s8_dsp_t *p, four_t a) {
  const mote_window_t *g = &p->win;
  int32_t columns = mote_depthwise_3x3_columns(g);
  for (int32_t c = 0; c < g->in_c; c += 4) {
    a.end = a.rows[0] + 2 * g->stride_w * g->out_w;
    mote_depthwise_four_dsp(&a);
    for (int32_t k = 0; k < 3; k++) a.rows[k] += 2 * columns;
    a.block += MOTE_DEPTHWISE_3X3_BLOCK, a.out += 4;
  }
}

void mote_depthwise_3x3_s8_dsp(const mote_depthwise_3x3_s8_dsp_t *p, const int8_t *in,
                               int8_t *out, void *scratch) {
  const mote_window_t *g = &p->win;
  int32_t n = g->in_c, row = mote_depthwise_3x3_columns(g) * n / 2, next = 0;
  uint32_t *ring = scratch;
  four_t a = {{NULL, NULL, NULL}, p->blocks.p, 8 * g->stride_w, p->zero, n, out, NULL};
  clear(ring, 3 * row);
  for (int32_t y = 0; y < g->out_h; y++, a.out += g->out_w * n) {
    int32_t first = y * g->stride_h;
    for (; next < first + 3; next++)
      widen_row(p, in, next - g->pad_top, ring + next % 3 * row);
    for (int32_t k = 0; k < 3; k++) a.rows[k] = ring + (first + k) % 3 * row;
    put_row(p, a);
    mote_clamp_dsp(p->min, p->max, a.out, g->out_w * n);
  }
}
