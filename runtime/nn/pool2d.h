/* SPDX-License-Identifier: Apache-2.0
 * Maximum and average pooling of [in_h][in_w][in_c]; only values inside the input count.
 */
#ifndef MOTE_NN_POOL2D_H
#define MOTE_NN_POOL2D_H

#include "nn/window.h"

typedef struct {
  mote_window_t win;
  int32_t min, max;
} mote_pool2d_s8_t; /* int16 too */

typedef struct {
  mote_window_t win;
  float min, max;
} mote_pool2d_f32_t;

void mote_max_pool2d_s16(const mote_pool2d_s8_t *p, const int16_t *in, int16_t *out);
void mote_average_pool2d_s16(const mote_pool2d_s8_t *p, const int16_t *in,
                             int16_t *out);
void mote_max_pool2d_s8(const mote_pool2d_s8_t *p, const int8_t *in, int8_t *out);
void mote_max_pool2d_f32(const mote_pool2d_f32_t *p, const float *in, float *out);
/* Rounds halves away from zero. */
void mote_average_pool2d_s8(const mote_pool2d_s8_t *p, const int8_t *in, int8_t *out);
/* Sum row by row, then divided by the count. */
void mote_average_pool2d_f32(const mote_pool2d_f32_t *p, const float *in, float *out);

/* On Armv7E-M: channels in fours, at most 255 values in a window. */
void mote_average_pool2d_s8_dsp(const mote_pool2d_s8_t *p, const int8_t *in, int8_t *out);
/* For vector units: at least 16 channels, 8 for the average. The last vector ends at the
 * last channel, so the input must not be overwritten. */
void mote_max_pool2d_s8_simd(const mote_pool2d_s8_t *p, const int8_t *in, int8_t *out);
void mote_average_pool2d_s8_simd(const mote_pool2d_s8_t *p, const int8_t *in,
                                 int8_t *out);

#endif
