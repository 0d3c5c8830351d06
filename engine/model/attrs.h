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

typedef struct { float beta; } mote_softmax_attr_t;
typedef struct { int32_t axis; } mote_concat_attr_t; /* axis < 0: from the end */
typedef struct {
  int32_t first, last; /* axes [first, last] are averaged; < 0: from the end */
  int32_t keep_dims;
} mote_mean_attr_t;
/* On the last three axes (height, width, channels); a value is written as a real number.
 */
typedef struct {
  int32_t top, bottom, left, right, front, back;
  float value;
} mote_pad_attr_t;

#endif
