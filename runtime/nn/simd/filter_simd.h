/* SPDX-License-Identifier: Apache-2.0
 * Weights as vector kernels read them: channels in blocks of V_LANES (nn/simd/vec.h),
 * taps in groups of V_GROUP, [block][group][lane][tap of the group]. The last block ends
 * at the last channel, so it may overlap the one before it. Weights and biases are times
 * V_SCALE, the input offset is part of the bias; what lies outside the image is read as
 * `outside`. */
#ifndef MOTE_NN_SIMD_FILTER_SIMD_H
#define MOTE_NN_SIMD_FILTER_SIMD_H

#include "base/span.h"
#include "nn/window.h"

/* Of every channel: the multiplier is that of mote_requantise; what is added to the
 * product and how far it is shifted then, see nn/simd/scale.h. */
enum { MOTE_SIMD_BIAS, MOTE_SIMD_MULTIPLIER, MOTE_SIMD_ROUND, MOTE_SIMD_SHIFT,
       MOTE_SIMD_SCALES };

typedef struct {
  int32_t taps;     /* a multiple of V_GROUP: weights of those added are 0 */
  int32_t channels; /* outputs */
  int32_t outside;  /* the input's zero point */
  int32_t min, max;
  int32_t away; /* halves of negative outputs, less the zero point, matter */
  mote_i16s_t pairs;      /* weights when V_GROUP is 2 */
  mote_i8s_t quads;       /* weights when V_GROUP is 4 */
  mote_i32s_t scales;     /* [blocks][MOTE_SIMD_SCALES][V_LANES] */
} mote_filter_simd_t;

typedef struct {
  mote_window_t win;
  mote_filter_simd_t filter;
} mote_window_simd_t;

/* So many rows of a matrix are widened at once. */
enum { MOTE_SIMD_STRIP = 24 };

/* Pixels are rows of a matrix: one tap, no borders. */
static inline int mote_window_is_matrix(const mote_window_t *g) {
  return g->k_h == 1 && g->k_w == 1 && g->stride_h == 1 && g->stride_w == 1 &&
         g->out_h == g->in_h && g->out_w == g->in_w && !g->pad_top && !g->pad_left;
}

/* Rows under a line of the output, and the pixels of each, borders and all. */
static inline int32_t mote_under_rows(const mote_window_t *g) {
  return (g->k_h - 1) * g->dilation_h + 1;
}
static inline int32_t mote_under_width(const mote_window_t *g) {
  return (g->out_w - 1) * g->stride_w + (g->k_w - 1) * g->dilation_w + 1;
}

/* Runs of contiguous inputs in a row of the window. */
static inline int32_t mote_window_holes(const mote_window_t *g) {
  return g->dilation_w > 1 ? g->k_w : 1;
}

/* A depthwise filter of 3 x 3 that is read by columns, which neighbouring pixels share:
 * tap 4 * x + y, where y = 3 has no weight. */
static inline int mote_window_has_columns(const mote_window_t *g) {
  return g->k_h == 3 && g->k_w == 3 && g->dilation_w == 1 && g->stride_w <= 2;
}

/* nn/conv2d.h and nn/dense.h, where a row is a pixel. Scratch: the offset of each run
 * and the rows under a line of the output, or the inputs of a strip; 32 bytes. */
void mote_conv2d_s8_simd(const mote_window_simd_t *p, const int8_t *in, int8_t *out,
                         void *scratch);
void mote_conv2d_s8_vnni(const mote_window_simd_t *p, const int8_t *in, int8_t *out,
                         void *scratch);
/* nn/depthwise_conv2d.h: channel multiplier 1, at least V_LANES channels. Scratch: an
 * offset per tap, the rows under a line of the output, 8 bytes. */
void mote_depthwise_conv2d_s8_simd(const mote_window_simd_t *p, const int8_t *in,
                                   int8_t *out, void *scratch);
void mote_depthwise_conv2d_s8_vnni(const mote_window_simd_t *p, const int8_t *in,
                                   int8_t *out, void *scratch);

#endif
