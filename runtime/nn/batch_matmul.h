/* SPDX-License-Identifier: Apache-2.0
 * Products of two activations, a [m][k] times b [k][n], repeated over outer axes that
 * broadcast (nn/binary.h). Either matrix may lie the other way: the steps say so. */
#ifndef MOTE_NN_BATCH_MATMUL_H
#define MOTE_NN_BATCH_MATMUL_H

#include "base/fixed.h"
#include "nn/binary.h"

typedef struct {
  int32_t m, k, n;
  int32_t a_row, a_step; /* elements from row to row, along the sum */
  int32_t b_step, b_column;
} mote_matrices_t;

typedef struct {
  mote_matrices_t size;
  mote_outer_t outer;
  int32_t a_offset, b_offset; /* minus the zero points */
  int32_t multiplier, shift, out_offset;
} mote_batch_matmul_s8_t; /* int16 too */

typedef struct {
  mote_matrices_t size;
  mote_outer_t outer;
} mote_batch_matmul_f32_t;

void mote_batch_matmul_s8(const mote_batch_matmul_s8_t *p, const int8_t *a,
                          const int8_t *b, int8_t *out);
void mote_batch_matmul_s16(const mote_batch_matmul_s8_t *p, const int16_t *a,
                           const int16_t *b, int16_t *out);
/* Sums in order of k. */
void mote_batch_matmul_f32(const mote_batch_matmul_f32_t *p, const float *a,
                           const float *b, float *out);

#endif
