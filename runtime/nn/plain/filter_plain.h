/* SPDX-License-Identifier: Apache-2.0
 * Weights for processors that multiply one pair of numbers at a time. Four channels share
 * each input: their weights lie side by side, tap by tap, so that a block of them is one
 * stream. Inputs and weights are stored plus 128, as unsigned bytes: Armv6-M loads those
 * in one instruction, signed ones in two. With x = x' - 128 and w = w' - 128 the sum of
 * w * (x + offset) is that of w' * x', less 128 times that of x', plus a constant. */
#ifndef MOTE_NN_PLAIN_FILTER_PLAIN_H
#define MOTE_NN_PLAIN_FILTER_PLAIN_H

#include "base/fixed.h"
#include "base/span.h"

typedef struct {
  int32_t taps;       /* of one output, padded to a multiple of 4 */
  int32_t channels;   /* outputs of one pixel; the tables have a multiple of 4 */
  int32_t outside;    /* the input's zero point, plus 128 */
  int32_t out_offset; /* the output's zero point */
  int32_t min, max;   /* of the output: the activation */
  mote_u8s_t weights; /* per four channels [taps][4], plus 128 */
  mote_i32s_t scales; /* per four channels what their sums begin with, and multipliers of
                         mote_requantise */
  mote_u8s_t shift;   /* per channel: to the right, less one */
} mote_filter_plain_t;

static inline uint8_t mote_unsigned(int8_t x) { return (uint8_t)((uint8_t)x ^ 0x80u); }

/* Pixels that share each weight: Thumb-1 has registers for the sums of one. */
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 1
#define MOTE_PLAIN_PIXELS 1
#else
#define MOTE_PLAIN_PIXELS 2
#endif

/* Where the next input of a pixel goes, MOTE_PLAIN_PIXELS bytes behind the last one, and
 * the total of those before. */
typedef struct {
  uint8_t *to;
  uint32_t total;
} mote_gather_plain_t;
void mote_gather_plain(mote_gather_plain_t *x, const int8_t *from, int32_t n);
/* What no input is gathered for: x[taps][MOTE_PLAIN_PIXELS] ends with zeros. */
void mote_pad_plain(const mote_filter_plain_t *f, uint8_t *x);

/* Outputs of one pixel, or of two that follow one another, from the inputs
 * x[taps][MOTE_PLAIN_PIXELS]; total: of x, per pixel. */
void mote_filter_plain(const mote_filter_plain_t *f, int32_t pixels, const uint8_t *x,
                       const uint32_t *total, int8_t *out);

/* mote_scale_q31; the rounding without a carry from word to word. */
static inline int32_t mote_scale_plain(int32_t x, int32_t factor) {
#if MOTE_PLAIN_PIXELS == 1
  return mote_scale_q31(x, factor);
#else
  int64_t product = (int64_t)x * factor;
  uint32_t high = (uint32_t)((uint64_t)product >> 32), rest = (uint32_t)product >> 30;
  return (int32_t)(2 * high + (rest + 1) / 2);
#endif
}

/* mote_requantise; `shift` is one less than a shift to the right. y + (y >> 31) makes
 * halves round away from zero. */
static inline int32_t mote_round_plain(int32_t x, int32_t multiplier, int32_t shift) {
  int32_t y = mote_scale_plain(x, multiplier);
  return (((y + (y >> 31)) >> shift) + 1) >> 1;
}

typedef struct { int32_t offset, min, range; } mote_limits_plain_t;

static inline int8_t mote_out_plain(uint32_t sum, int32_t multiplier, int32_t shift,
                                    mote_limits_plain_t to) {
  int32_t y = mote_round_plain((int32_t)sum, multiplier, shift) + to.offset;
  if ((uint32_t)(y - to.min) > (uint32_t)to.range)
    y = y < to.min ? to.min : to.min + to.range;
  return (int8_t)y;
}

#endif
