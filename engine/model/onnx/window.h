/* SPDX-License-Identifier: Apache-2.0
 * What convolutions and pools share. */
#ifndef MOTE_MODEL_ONNX_WINDOW_H
#define MOTE_MODEL_ONNX_WINDOW_H

#include "model/onnx/import.h"

/* Kernel, strides, dilations and padding of the node; what it does not say stays. */
int mote_window_read(const mote_import_t *m, const mote_dims_t *in,
                     mote_window_attr_t *a);
/* A pad node for what the operator cannot do (padding not below the kernel's reach), or
 * for all of it. The tensor to go on with. */
int32_t mote_window_pad(mote_import_t *m, int32_t t, mote_window_attr_t *a, int all);

/* ---- weights ---- */

/* Which values of the constant `v` become weights: element i of the tensor is the
 * constant's element source(ctx, i). `channels` of them from `first`, which the scales
 * count too; `axis` is the tensor's axis of channels. */
typedef struct {
  int32_t v, first, channels, axis;
  mote_dims_t dims;
  size_t (*source)(const void *ctx, size_t i);
  const void *ctx;
  float factor; /* of float weights */
} mote_weights_t;

/* May this constant be the int8 weights of `channels` channels along `axis`? */
int mote_weights_int8(const mote_import_t *m, int32_t v, int32_t axis, int32_t channels);
int32_t mote_weights_tensor(mote_import_t *m, const mote_weights_t *w);
/* The bias v (-1: none, and then -1 is given back) for input and weights that are there:
 * values first..first + n of it. */
typedef struct { int32_t v, first, n, input, weights; float factor; } mote_bias_t;
int mote_bias_tensor(mote_import_t *m, const mote_bias_t *b, int32_t *out);

#endif
