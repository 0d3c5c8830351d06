/* SPDX-License-Identifier: Apache-2.0
 * What convolution and dense layer share on Armv7E-M: the sums of four channels for one
 * or four pixels, and how a sum becomes an output.
 *
 * Inputs are widened to 16 bits once, minus the zero point, two taps a word. Weights stay
 * bytes: a word holds one pair of taps for two channels, a tap in each half, the even
 * channel in the low byte. As halves these are even + 256 * odd, so one SMLAD sums
 * both channels; a second one on the sign-extended low bytes sums the even channel alone,
 * and the difference is 256 times the odd one's sum. One extension thus feeds two
 * channels. It is exact while the odd channel's sum stays below 2^23, which is checked
 * when the weights are packed. */
#ifndef MOTE_NN_ARMV7EM_FILTER_DSP_H
#define MOTE_NN_ARMV7EM_FILTER_DSP_H

#include "base/span.h"
#include "nn/armv7em/simd.h"

typedef struct {
  int32_t taps;           /* of one output, padded to a multiple of 4 */
  int32_t channels;       /* outputs of one pixel */
  int32_t in_offset;      /* minus the input's zero point */
  int32_t zero;           /* the output's zero point, twice, plus 1 */
  int32_t min, max;       /* of the output: the activation */
  mote_i32s_t weights;    /* per four channels and pair of taps: two words */
  mote_i32s_t first;      /* what the sums begin with: even + 256 * odd, even */
  mote_i32s_t multiplier; /* one per channel, or one */
  mote_u8s_t shift;       /* to the right, less one; as many */
} mote_filter_dsp_t;

static inline void mote_widen_4(uint32_t *to, const int8_t *from, uint32_t offsets,
                                int32_t step) {
  uint32_t x = mote_load4(from);
  to[0] = mote_sxtab16(offsets, x);
  to[step] = mote_sxtab16_odd(offsets, x);
}

/* Widens n values (a multiple of 4) to pairs of taps (0, 2) and (1, 3), `step` words
 * apart; returns where the next ones go. */
static inline uint32_t *mote_widen(uint32_t *to, const int8_t *from, int32_t n,
                                   int32_t offset, int32_t step) {
  uint32_t both = ((uint32_t)offset & 0xffffu) | (uint32_t)offset << 16;
  for (; n >= 16; n -= 16, from += 16, to += 8 * step) {
    mote_widen_4(to, from, both, step);
    mote_widen_4(to + 2 * step, from + 4, both, step);
    mote_widen_4(to + 4 * step, from + 8, both, step);
    mote_widen_4(to + 6 * step, from + 12, both, step);
  }
  for (; n > 0; n -= 4, from += 4, to += 2 * step) mote_widen_4(to, from, both, step);
  return to;
}

/* Outputs of one pixel from x[taps / 2], or of four pixels that follow one another, from
 * x[taps / 2][4]. */
void mote_filter_dsp_1(const mote_filter_dsp_t *f, const uint32_t *x, int8_t *out);
void mote_filter_dsp_4(const mote_filter_dsp_t *f, const uint32_t *x, int8_t *out);
/* Rows of `taps` bytes; x: taps / 2 words, from four rows on 2 * taps. */
void mote_filter_dsp_rows(const mote_filter_dsp_t *f, int32_t rows, const int8_t *in,
                          int8_t *out, uint32_t *x);

/* An output from twice its sum: TFLite's two roundings, when the sum is below 2^30 and
 * `shift` is one less than a shift of at least 1. `zero` is twice the zero point plus 1,
 * so that shifted it is the zero point and a half; adding the sign makes halves round
 * away from zero. */
static inline int8_t mote_out_dsp(int32_t twice, int32_t multiplier, int32_t shift,
                                  int32_t zero) {
  int32_t y = mote_smmulr(twice, multiplier);
  int32_t half = (int32_t)((uint32_t)zero << shift);
  return (int8_t)mote_half_s8((y + (y >> 31) + half) >> shift);
}

/* Activations other than saturation, on n outputs. */
static inline void mote_clamp_dsp(int32_t min, int32_t max, int8_t *out, int32_t n) {
  if (min <= -128 && max >= 127) return;
  for (int32_t i = 0; i < n; i++) {
    int32_t y = out[i] < min ? min : out[i];
    out[i] = (int8_t)(y > max ? max : y);
  }
}

#endif
