/* SPDX-License-Identifier: Apache-2.0
 * Sum, maximum or minimum over any set of axes. (The mean over neighbouring axes:
 * nn/mean.h.) Six axes are at most three that stay and three that go, once neighbours of
 * one kind are one. */
#ifndef MOTE_NN_REDUCE_H
#define MOTE_NN_REDUCE_H

#include "base/fixed.h"

typedef struct {
  int32_t keep_n[3], keep_step[3]; /* the outermost first */
  int32_t cut_n[3], cut_step[3];
} mote_axes_t;

/* Defines fn over elements of type T: every output is last(p, y), where y of type A
 * begins as `first` and becomes next(y, value) in the order of the input. */
#define MOTE_REDUCE(fn, P, T, A, first, next, last)                                      \
  static T fn##_one(const P *p, const T *in) {                                           \
    const mote_axes_t *x = &p->axes;                                                     \
    A y = first;                                                                         \
    for (int32_t i = 0; i < x->cut_n[0]; i++)                                            \
      for (int32_t j = 0; j < x->cut_n[1]; j++)                                          \
        for (int32_t k = 0; k < x->cut_n[2]; k++)                                        \
          y = next(y, in[i * x->cut_step[0] + j * x->cut_step[1] + k * x->cut_step[2]]); \
    return (T)last(p, y);                                                                \
  }                                                                                      \
  void fn(const P *p, const T *in, T *out) {                                             \
    const mote_axes_t *x = &p->axes;                                                     \
    for (int32_t i = 0; i < x->keep_n[0]; i++)                                           \
      for (int32_t j = 0; j < x->keep_n[1]; j++)                                         \
        for (int32_t k = 0; k < x->keep_n[2]; k++)                                       \
          *out++ = fn##_one(p, in + i * x->keep_step[0] + j * x->keep_step[1] +          \
                                   k * x->keep_step[2]);                                 \
  }

/* Sum, and mean with the division in the multiplier or divisor. */
typedef struct {
  mote_axes_t axes;
  int32_t in_offset;         /* minus the zero point of all values together */
  int32_t multiplier, shift; /* see mote_requantise */
  int32_t out_offset;
} mote_sum_s8_t; /* int16 too */
typedef struct {
  mote_axes_t axes;
  float divisor;
} mote_sum_f32_t;
typedef struct { mote_axes_t axes; } mote_extremum_t;

static inline int32_t mote_sum_out(const mote_sum_s8_t *p, int32_t sum) {
  sum = mote_requantise(mote_add_wrap(sum, p->in_offset), p->multiplier, p->shift);
  return mote_add_wrap(sum, p->out_offset);
}

void mote_sum_s8(const mote_sum_s8_t *p, const int8_t *in, int8_t *out);
void mote_sum_s16(const mote_sum_s8_t *p, const int16_t *in, int16_t *out);
void mote_sum_f32(const mote_sum_f32_t *p, const float *in, float *out);
void mote_reduce_max_s8(const mote_extremum_t *p, const int8_t *in, int8_t *out);
void mote_reduce_max_f32(const mote_extremum_t *p, const float *in, float *out);
void mote_reduce_min_s8(const mote_extremum_t *p, const int8_t *in, int8_t *out);
void mote_reduce_min_f32(const mote_extremum_t *p, const float *in, float *out);

#endif
