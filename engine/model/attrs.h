/* SPDX-License-Identifier: Apache-2.0
 * Attribute structs of the operators, for those who build graphs. Fields are int32_t,
 * float or a list of whole numbers: the parameter rows in engine/model/ops/ describe
 * them. Conventions:
 *   conv2d            in, weights [O][kh][kw][I], bias [O]
 *   depthwise_conv2d  in, weights [1][kh][kw][O], bias [O]; O = multiplier * channels
 *   dense             in, weights [O][I], bias [O]; the last axis of the input is I, or
 * the whole input is, when the axis is not The bias may be left out (-1). int8: weights
 * zero point 0, per tensor or per O; bias int32 with scale in * weight. */
#ifndef MOTE_MODEL_ATTRS_H
#define MOTE_MODEL_ATTRS_H

#include "base/param.h"

enum { MOTE_ACT_NONE, MOTE_ACT_RELU, MOTE_ACT_RELU6, MOTE_ACT_RELU_N1_TO_1 };
enum { MOTE_PAD_SAME, MOTE_PAD_VALID, MOTE_PAD_EXPLICIT };

/* conv2d, depthwise_conv2d (their kernel size is that of the weights), max_pool2d,
 * average_pool2d (dilation 1) */
typedef struct {
  int32_t stride_h, stride_w, dilation_h, dilation_w;
  int32_t
      padding; /* MOTE_PAD_SAME: out = ceil(in / stride), the odd pad at the far side */
  int32_t pad_top, pad_left, pad_bottom, pad_right; /* MOTE_PAD_EXPLICIT only */
  int32_t kernel_h, kernel_w;                       /* pools only */
  int32_t activation;
} mote_window_attr_t;

typedef struct {
  int32_t activation;
  int32_t keep_dims; /* leading axes stay; 0: the output is [rows][O] */
} mote_dense_attr_t;
typedef struct { int32_t activation; } mote_activation_attr_t; /* add, mul */

typedef struct { float alpha; } mote_alpha_attr_t; /* leaky_relu, elu */
typedef struct { int32_t approximate; } mote_gelu_attr_t;
typedef struct { float beta; } mote_softmax_attr_t;
typedef struct { int32_t axis; } mote_concat_attr_t; /* axis < 0: from the end */
/* mean, sum, reduce_max, reduce_min. Bit i of axes: axis i; MOTE_AXIS(1) | MOTE_AXIS(2)
 * is global pooling. */
#define MOTE_AXIS(i) (1 << (i))
typedef struct {
  int32_t axes;
  int32_t keep_dims; /* the reduced axes stay, with size 1 */
} mote_reduce_attr_t;
/* arg_max, arg_min: axis < 0 from the end */
typedef struct { int32_t axis, keep_dims; } mote_arg_attr_t;
/* layer_norm: in, scale, offset (float, of the last `axes` axes; may be left out).
 * instance_norm: in [1][h][w][c], scale [c], offset [c]. batch_norm: in, scale [c],
 * offset [c] on the last axis, statistics folded in. */
typedef struct {
  float epsilon;
  int32_t axes; /* layer_norm: so many last axes are normalised together */
} mote_norm_attr_t;
typedef mote_concat_attr_t mote_axis_attr_t; /* pack, unpack */
enum { MOTE_PAD_CONSTANT, MOTE_PAD_REFLECT, MOTE_PAD_SYMMETRIC, MOTE_PAD_EDGE };
/* On the last four axes (batch, height, width, channels); a value is written as a real
 * number. */
typedef struct {
  int32_t top, bottom, left, right, front, back;
  float value; /* MOTE_PAD_CONSTANT */
  int32_t mode, before, after;
} mote_pad_attr_t;

typedef struct {
  int32_t axis;
  mote_ints_t sizes; /* along the axis; empty: equal parts */
} mote_split_attr_t;
typedef struct { mote_ints_t begin, size; } mote_slice_attr_t; /* size -1: to the end */
/* TensorFlow's: one entry per part of the index expression x[begin:end:stride, ...] */
typedef struct {
  mote_ints_t begin, end, strides;
  int32_t begin_mask, end_mask; /* bit i: begin[i], end[i] is left out */
  int32_t ellipsis_mask, new_axis_mask, shrink_axis_mask; /* bit i: part i is one */
} mote_strided_slice_attr_t;
typedef struct { mote_ints_t perm; } mote_transpose_attr_t; /* empty: reversed */
typedef struct { mote_ints_t multiples; } mote_tile_attr_t;
typedef struct { int32_t axis, batch_dims; } mote_gather_attr_t;
/* a [...][m][k] times b [...][k][n]; the last two axes of either may be the other way */
typedef struct { int32_t adj_x, adj_y; } mote_batch_matmul_attr_t;
/* in, weights [O][kh][kw][I], bias [O]: the convolution whose input has `height` and
 * `width`, from its output back */
typedef struct {
  int32_t stride_h, stride_w, padding, height, width, activation;
} mote_transpose_conv_attr_t;
typedef struct {
  int32_t height, width; /* of the output */
  int32_t align_corners, half_pixel_centers;
} mote_resize_attr_t;
typedef struct {
  int32_t block;
  int32_t order; /* MOTE_BLOCK_...: what the channels of the deep side count first */
} mote_block_attr_t; /* depth_to_space, space_to_depth */
enum { MOTE_BLOCK_DCR, MOTE_BLOCK_CRD };

/* ---- operators that keep a state: it is listed among the inputs, and again among the
 * outputs ---- */

/* in [batch][n], weights in features [filters][n] and in time [filters][memory], state
 * [batch][filters * memory], bias [filters / rank] (may be left out); out
 * [batch][filters / rank]. int8: bias i32; time and state are both i16 or both i8. */
typedef struct { int32_t rank, activation; } mote_svdf_attr_t;
/* in [batch][steps][n], weights of the gates i f g o [units][n], those of the hidden
 * values [units][units], hidden and cell (states of batch * units values), biases of the
 * gates [units] (may be left out); out [batch][steps][units]. Integers: weights i8, cell
 * i16 on a power of two. float32: hidden and cell may be values or constants, left out
 * for zeros; then outputs 1 and 2 are what became of them. */
typedef struct {
  int32_t time_major; /* in [steps][batch][n], and so the output */
  int32_t reverse;    /* the last step comes first */
  float cell_clip;    /* the cell stays within +- that; 0: anywhere */
} mote_lstm_attr_t;
/* float32. in as above, weights of the gates z r n [units][n], those of the hidden values
 * [units][units], hidden as above, biases of the gates and the inner one of n [units],
 * all of which may be left out; out, and what became of hidden. */
typedef struct {
  int32_t time_major, reverse;
  int32_t reset_after; /* ONNX's linear_before_reset */
} mote_gru_attr_t;

#endif
