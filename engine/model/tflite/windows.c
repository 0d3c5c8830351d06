/* SPDX-License-Identifier: Apache-2.0
 * Operators with weights or a window: convolutions, dense layers, pools. */
#include <float.h>

#include "model/ops/util.h"
#include "model/tflite/map.h"

static int32_t padding(int32_t code) {
  return code == 1 ? MOTE_PAD_VALID : MOTE_PAD_SAME;
}

static int take_conv2d(mote_tfl_in_t *m, void *attr) {
  mote_window_attr_t *a = attr;
  *a = (mote_window_attr_t){.padding = padding(mote_tfl_byte(m, 0)),
                            .stride_w = mote_tfl_int(m, 1, 0),
                            .stride_h = mote_tfl_int(m, 2, 0),
                            .dilation_w = mote_tfl_int(m, 4, 1),
                            .dilation_h = mote_tfl_int(m, 5, 1)};
  return mote_tfl_activation(mote_tfl_byte(m, 3), &a->activation);
}

static int take_depthwise(mote_tfl_in_t *m, void *attr) {
  mote_window_attr_t *a = attr;
  *a = (mote_window_attr_t){.padding = padding(mote_tfl_byte(m, 0)),
                            .stride_w = mote_tfl_int(m, 1, 0),
                            .stride_h = mote_tfl_int(m, 2, 0),
                            .dilation_w = mote_tfl_int(m, 5, 1),
                            .dilation_h = mote_tfl_int(m, 6, 1)};
  return mote_tfl_activation(mote_tfl_byte(m, 4), &a->activation);
}

static int take_pool2d(mote_tfl_in_t *m, void *attr) {
  mote_window_attr_t *a = attr;
  *a = (mote_window_attr_t){.padding = padding(mote_tfl_byte(m, 0)),
                            .stride_w = mote_tfl_int(m, 1, 0),
                            .stride_h = mote_tfl_int(m, 2, 0),
                            .kernel_w = mote_tfl_int(m, 3, 0),
                            .kernel_h = mote_tfl_int(m, 4, 0),
                            .dilation_w = 1, .dilation_h = 1};
  return mote_tfl_activation(mote_tfl_byte(m, 5), &a->activation);
}

static int take_dense(mote_tfl_in_t *m, void *attr) {
  mote_dense_attr_t *a = attr;
  if (mote_tfl_byte(m, 1)) return mote_fail(MOTE_ERR_UNSUPPORTED, "shuffled weights");
  a->keep_dims = mote_tfl_byte(m, 2);
  return mote_tfl_activation(mote_tfl_byte(m, 0), &a->activation);
}

/* The padding that the file has a word for; MOTE_PAD_EXPLICIT: none has these borders. */
static int named_padding(const mote_tfl_out_t *f, const mote_node_t *n, int32_t *out) {
  mote_window_attr_t a = *(const mote_window_attr_t *)n->attr;
  const mote_dims_t *x = &mote_tfl_tensor(f, n->in[0])->dims;
  int pool = n->op->weights_axis < 0;
  const int32_t *w = pool ? NULL : mote_tfl_tensor(f, n->in[1])->dims.d;
  int32_t k_h = pool ? a.kernel_h : w[1], k_w = pool ? a.kernel_w : w[2];
  mote_window_t own, same;
  *out = a.padding;
  if (a.padding != MOTE_PAD_EXPLICIT) return MOTE_OK;
  MOTE_TRY(mote_window_make(&a, x, k_h, k_w, &own));
  a.padding = MOTE_PAD_SAME;
  MOTE_TRY(mote_window_make(&a, x, k_h, k_w, &same));
  if (own.out_h == same.out_h && own.out_w == same.out_w && own.pad_top == same.pad_top &&
      own.pad_left == same.pad_left)
    *out = MOTE_PAD_SAME;
  if (!(a.pad_top || a.pad_bottom || a.pad_left || a.pad_right)) *out = MOTE_PAD_VALID;
  return MOTE_OK;
}

/* The value that a PADV2 in front of a maximum has: none is less. */
static int32_t lowest(mote_tfl_out_t *f, const mote_node_t *n) {
  const mote_tensor_t *x = mote_tfl_tensor(f, n->in[0]);
  mote_tfl_extra_t e = {.dtype = x->dtype, .quant = &x->quant, .is_const = 1};
  const float least = -FLT_MAX;
  if (x->dtype == MOTE_F32) memcpy(e.ints, &least, 4);
  else e.ints[0] = x->dtype == MOTE_I8 ? INT8_MIN & 255 : INT16_MIN & 65535;
  return mote_tfl_extra(f, n->name, "lowest", &e);
}

/* Explicit padding: a PAD before the operator, which then has padding VALID. */
static void pad_before(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_window_attr_t *a = n->attr;
  const mote_tensor_t *x = mote_tfl_tensor(f, n->in[0]);
  mote_pad_attr_t p = {.top = a->pad_top, .bottom = a->pad_bottom, .left = a->pad_left,
                       .right = a->pad_right};
  mote_tfl_extra_t e = {.dtype = x->dtype, .dims = x->dims, .quant = &x->quant};
  e.dims.d[1] += a->pad_top + a->pad_bottom;
  e.dims.d[2] += a->pad_left + a->pad_right;
  int32_t list = mote_tfl_paddings(f, n, &p);
  int32_t y = mote_tfl_extra(f, n->name, "padded", &e);
  mote_tfl_op_t pad = {.code = 34,
                       .version = x->dtype == MOTE_I8 ? 2 : 1,
                       .options_type = 22,
                       .in = {n->in[0], list},
                       .n_in = 2,
                       .out = {y},
                       .n_out = 1};
  if (n->op->weights_axis < 0) {
    pad.code = 60, pad.options_type = 43, pad.version = 1;
    pad.in[pad.n_in++] = lowest(f, n);
  }
  mote_tfl_push(f, &pad);
  o->in[0] = y;
}

static int give_window(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_window_attr_t *a = n->attr;
  int pool = n->op->weights_axis < 0, depthwise = n->op->weights_axis == 3;
  int32_t padding;
  MOTE_TRY(named_padding(f, n, &padding));
  if (padding == MOTE_PAD_EXPLICIT) {
    if (!strcmp(n->op->name, "average_pool2d"))
      return mote_fail(MOTE_ERR_UNSUPPORTED, ".tflite has no average that leaves out "
                       "explicit padding");
    pad_before(f, n, o);
  }
  mote_tfl_option(o, 0, padding == MOTE_PAD_SAME ? 0 : 1);
  mote_tfl_option(o, 1, (uint32_t)a->stride_w);
  mote_tfl_option(o, 2, (uint32_t)a->stride_h);
  if (pool) {
    mote_tfl_option(o, 3, (uint32_t)a->kernel_w);
    mote_tfl_option(o, 4, (uint32_t)a->kernel_h);
  }
  if (depthwise)
    mote_tfl_option(o, 3,
                    (uint32_t)(mote_tfl_tensor(f, n->in[1])->dims.d[3] /
                               mote_tfl_tensor(f, n->in[0])->dims.d[3]));
  mote_tfl_option(o, pool ? 5 : depthwise ? 4 : 3, mote_tfl_act_code(a->activation));
  if (!pool) {
    mote_tfl_option(o, depthwise ? 5 : 4, (uint32_t)a->dilation_w);
    mote_tfl_option(o, depthwise ? 6 : 5, (uint32_t)a->dilation_h);
  }
  return MOTE_OK;
}

static int give_dense(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  const mote_dense_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_tfl_tensor(f, n->in[0])->dims;
  const mote_tensor_t *w = mote_tfl_tensor(f, n->in[1]);
  mote_tfl_option(o, 0, mote_tfl_act_code(a->activation));
  mote_tfl_option(o, 2, a->keep_dims && in->rank && in->d[in->rank - 1] == w->dims.d[1]);
  if (w->quant.n > 1) o->version = 12;
  return MOTE_OK;
}

static const mote_tfl_row_t rows[] = {
    {3, 1, "conv2d", 3, {1, 3, 4}, take_conv2d, give_window},
    {4, 2, "depthwise_conv2d", 3, {1, 3, 5}, take_depthwise, give_window},
    {9, 8, "dense", 3, {1, 4, 7}, take_dense, give_dense},
    {1, 5, "average_pool2d", 1, {1, 2, 3}, take_pool2d, give_window},
    {17, 5, "max_pool2d", 1, {1, 2, 3}, take_pool2d, give_window}};
MOTE_TFL_FAMILY(windows, rows);
