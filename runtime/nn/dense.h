/* SPDX-License-Identifier: Apache-2.0
 * Fully connected layer with bias and a clamp as activation, applied to every row.
 * in [rows][in_n], weights [out_n][in_n], out [rows][out_n]. */
#ifndef MOTE_NN_DENSE_H
#define MOTE_NN_DENSE_H

#include "nn/filter.h"

typedef struct {
  int32_t rows, in_n, out_n;
  mote_filter_s8_t filter;
} mote_dense_s8_t;

typedef struct {
  int32_t rows, in_n, out_n;
  mote_filter_f32_t filter;
} mote_dense_f32_t;

typedef struct {
  int32_t rows, in_n, out_n;
  mote_filter_s16_t filter;
} mote_dense_s16_t;

void mote_dense_s16(const mote_dense_s16_t *p, const int16_t *in, int16_t *out);
void mote_dense_s8(const mote_dense_s8_t *p, const int8_t *in, int8_t *out);
/* Sum in the order of nn/dot.h, then the bias. */
void mote_dense_f32(const mote_dense_f32_t *p, const float *in, float *out);

#endif
