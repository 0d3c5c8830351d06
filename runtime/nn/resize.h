/* SPDX-License-Identifier: Apache-2.0
 * Images of another size, in [h][w][c]. Which pixels an output reads is decided on the
 * host: a table per direction. Formulas: TFLite's reference kernels. */
#ifndef MOTE_NN_RESIZE_H
#define MOTE_NN_RESIZE_H

#include "base/span.h"

typedef struct {
  int32_t pixel, row; /* bytes of a pixel, of an input row */
  mote_i32s_t y, x;   /* input row and column of every output row and column */
} mote_resize_nearest_t;

void mote_resize_nearest(const mote_resize_nearest_t *p, const void *in, void *out);

/* Three numbers per output row and column: the two neighbours, and how far from the first
 * one, in 1024ths. */
typedef struct {
  int32_t in_w, c;
  mote_i32s_t y, x;
} mote_resize_bilinear_s8_t;

void mote_resize_bilinear_s8(const mote_resize_bilinear_s8_t *p, const int8_t *in,
                             int8_t *out);

typedef struct {
  int32_t in_w, c;
  mote_i32s_t y, x;   /* two neighbours each */
  mote_f32s_t fy, fx; /* how far from the first one */
} mote_resize_bilinear_f32_t;

void mote_resize_bilinear_f32(const mote_resize_bilinear_f32_t *p, const float *in,
                              float *out);

#endif
