/* SPDX-License-Identifier: Apache-2.0
 * Attribute structs of the operators, for those who build graphs. Fields are int32_t or
 * float: the parameter rows in engine/model/ops/ describe them. Conventions:
 *   conv2d            in, weights [O][kh][kw][I], bias [O]
 *   depthwise_conv2d  in, weights [1][kh][kw][O], bias [O]; O = multiplier * channels
 *   dense             in, weights [O][I], bias [O]; the last axis of the input is I, or
 * the whole input is, when the axis is not The bias may be left out (-1). int8: weights
 * zero point 0, per tensor or per O; bias int32 with scale in * weight. */
#ifndef MOTE_MODEL_ATTRS_H
#define MOTE_MODEL_ATTRS_H

#include <stdint.h>

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
/* On the last three axes (height, width, channels); a value is written as a real number.
 */
typedef struct {
  int32_t top, bottom, left, right, front, back;
  float value;
} mote_pad_attr_t;

#endif
