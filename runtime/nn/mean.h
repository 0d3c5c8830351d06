/* SPDX-License-Identifier: Apache-2.0
 * Average over the middle of [outer][count][inner]: global pooling. */
#ifndef MOTE_NN_MEAN_H
#define MOTE_NN_MEAN_H

#include <stdint.h>

typedef struct {
  int32_t outer, count, inner;
  int32_t in_offset;         /* minus count times the input's zero point */
  int32_t multiplier, shift; /* scale ratio / count, see mote_requantise */
  int32_t out_offset;
} mote_mean_s8_t;

typedef struct { int32_t outer, count, inner; } mote_mean_f32_t;

void mote_mean_s8(const mote_mean_s8_t *p, const int8_t *in, int8_t *out);
/* Sum in index order, then divided by the count. */
void mote_mean_f32(const mote_mean_f32_t *p, const float *in, float *out);

/* For vector units, inner >= 8. */
void mote_mean_s8_simd(const mote_mean_s8_t *p, const int8_t *in, int8_t *out);

#endif
