/* SPDX-License-Identifier: Apache-2.0
 * Rows of the last axis divided by their length: in, out [rows][n]. */
#ifndef MOTE_NN_L2_NORM_H
#define MOTE_NN_L2_NORM_H

#include <stdint.h>

typedef struct {
  int32_t rows, n;
  int32_t in_offset; /* minus the input's zero point */
} mote_l2_norm_s8_t;
typedef struct { int32_t rows, n; } mote_l2_norm_f32_t;

/* Output scale 1/128, zero point 0. In place allowed. */
void mote_l2_norm_s8(const mote_l2_norm_s8_t *p, const int8_t *in, int8_t *out);
/* Sum in index order; a length below 1e-6 counts as that. In place allowed. */
void mote_l2_norm_f32(const mote_l2_norm_f32_t *p, const float *in, float *out);

#endif
