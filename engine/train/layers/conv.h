/* SPDX-License-Identifier: Apache-2.0
 * Geometry shared by the windowed layers, and convolution as a matrix product. */
#ifndef MOTE_TRAIN_CONV_H
#define MOTE_TRAIN_CONV_H

#include "train/emit.h"

enum { PADDING_SAME, PADDING_VALID };
#define PADDING_ROW(T, dflt)                                                             \
  {"padding", MOTE_P_CHOICE, offsetof(T, padding), 0, 1, dflt, "same|valid", "",         \
   "same: output size is input size / stride; valid: windows stay inside the input"}

/* Parameters of every 2-D window; 1-D layers use the *_w members. */
typedef struct {
  int32_t size, size_h, size_w;       /* kernel or pool; _h, _w: 0 = size */
  int32_t stride, stride_h, stride_w; /* 0: 1, for pools the size */
  int32_t padding, filters, bias;
} mote_window_cfg_t;

/* Fills the slide from cfg and layer->in_shape[0] (n stays 0); `flat`: a 1-D layer.
 * TensorFlow's padding: the odd element goes behind. */
int mote_slide_plan(const mote_layer_t *l, const mote_window_cfg_t *c, int flat,
                    mote_slide_t *s);

/* Convolution: layer->own is a mote_slide_t. w [kh][kw][c][filters], bias [filters]. */
int mote_conv_plan(mote_layer_t *l, int flat);
void mote_conv_init(const mote_layer_t *l, float *w, float *state, mote_rng_t *rng);
void mote_conv_prepare(const mote_layer_t *l, const float *w, float *prepared);
void mote_conv_layer_forward(const mote_layer_t *l, const mote_io_t *io);
void mote_conv_layer_backward(const mote_layer_t *l, const mote_io_t *io);

int mote_conv_emit(const mote_layer_t *l, mote_emit_t *e, const float *w,
                   const float *state);

/* Depthwise: w [kh][kw][c], bias [c]. */
int mote_depthwise_plan(mote_layer_t *l, int flat);
void mote_depthwise_init(const mote_layer_t *l, float *w, float *state, mote_rng_t *rng);
void mote_depthwise_layer_forward(const mote_layer_t *l, const mote_io_t *io);
void mote_depthwise_layer_backward(const mote_layer_t *l, const mote_io_t *io);
int mote_depthwise_emit(const mote_layer_t *l, mote_emit_t *e, const float *w,
                        const float *state);
/* Window attributes of a slide with this padding. */
mote_window_attr_t mote_slide_attr(const mote_slide_t *s, int padding);

#endif
