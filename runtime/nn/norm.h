/* SPDX-License-Identifier: Apache-2.0
 * Normalisation to mean 0 and variance 1 of the middle of [outer][count][inner], then a
 * factor and an offset: layer norm over the last axes (inner 1), instance norm over
 * height and width (inner: channels). */
#ifndef MOTE_NN_NORM_H
#define MOTE_NN_NORM_H

#include "base/span.h"

typedef struct {
  int32_t outer, count, inner;
  float epsilon;       /* added to the variance */
  mote_f32s_t scale;   /* value k of the slice with channel c: [k % scale.n] when inner */
  mote_f32s_t offset;  /* is 1, else [c] */
} mote_norm_f32_t;

/* int8: the same on the real numbers that the bytes stand for; the mean of the integers
 * is exact, the variance a float sum of exact squares in index order. */
typedef struct {
  mote_norm_f32_t norm;
  float in_scale, inverse; /* inverse: 1 / the output's scale */
  int32_t in_zero, out_zero;
} mote_norm_s8_t;

void mote_norm_f32(const mote_norm_f32_t *p, const float *in, float *out);
void mote_norm_s8(const mote_norm_s8_t *p, const int8_t *in, int8_t *out);

/* Rows of `channels` values, each x * scale[c] + offset[c]: batch norm. */
typedef struct {
  int32_t n;
  mote_f32s_t scale, offset; /* [channels] */
} mote_batch_norm_f32_t;
/* In place allowed. */
void mote_batch_norm_f32(const mote_batch_norm_f32_t *p, const float *in, float *out);

#endif
