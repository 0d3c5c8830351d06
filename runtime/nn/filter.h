/* SPDX-License-Identifier: Apache-2.0
 * What convolutions and dense layers share: weights, bias, and how an accumulator becomes
 * an output. */
#ifndef MOTE_NN_FILTER_H
#define MOTE_NN_FILTER_H

#include "base/fixed.h"
#include "base/span.h"

typedef struct {
  int32_t in_offset;  /* minus the input's zero point */
  int32_t out_offset; /* the output's zero point */
  int32_t min, max;   /* of the output: the activation */
  mote_i8s_t weights;
  mote_i32s_t bias;       /* one per output channel, scale = input's times weight's */
  mote_i32s_t multiplier; /* one per output channel, see mote_requantise */
  mote_i8s_t shift;       /* one per output channel */
} mote_filter_s8_t;

/* int16 values (zero points 0), int8 weights. The reference has two roundings: sums of 64
 * bits, and of 32 where the bias was int32. */
typedef struct {
  int32_t wide;
  int32_t min, max;
  mote_i8s_t weights;
  mote_i32s_t bias, multiplier;
  mote_i8s_t shift;
} mote_filter_s16_t;

typedef struct {
  float min, max;
  mote_f32s_t weights;
  mote_f32s_t bias; /* one per output channel */
} mote_filter_f32_t;

/* Output of channel c from the sum of its products. */
static inline int8_t mote_filter_out(const mote_filter_s8_t *f, int32_t c, int32_t sum) {
  int32_t y = mote_add_wrap(sum, f->bias.p[c]);
  y = mote_requantise(y, f->multiplier.p[c], f->shift.p[c]);
  return (int8_t)mote_clamp(mote_add_wrap(y, f->out_offset), f->min, f->max);
}

static inline int16_t mote_filter_out_s16(const mote_filter_s16_t *f, int32_t c,
                                          int64_t sum) {
  int32_t m = f->multiplier.p[c], s = f->shift.p[c], y;
  sum += f->bias.p[c];
  y = f->wide ? mote_requantise_wide(sum, m, s) : mote_requantise((int32_t)sum, m, s);
  return (int16_t)mote_clamp(y, f->min, f->max);
}

#endif
