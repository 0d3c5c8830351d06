/* SPDX-License-Identifier: Apache-2.0
 * Products of two activations, transposed convolutions, images of another size,
 * gather. */
#include "model/tflite/map.h"

static int take_matmul(mote_tfl_in_t *m, void *attr) {
  *(mote_batch_matmul_attr_t *)attr =
      (mote_batch_matmul_attr_t){mote_tfl_byte(m, 0), mote_tfl_byte(m, 1)};
  return MOTE_OK;
}

static int give_matmul(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  (void)f;
  const mote_batch_matmul_attr_t *a = n->attr;
  mote_tfl_option(o, 0, (uint32_t)a->adj_x);
  mote_tfl_option(o, 1, (uint32_t)a->adj_y);
  return MOTE_OK;
}

/* Inputs of the file: size of the output, weights, input, bias. */
static int take_transpose_conv(mote_tfl_in_t *m, void *attr) {
  mote_transpose_conv_attr_t *a = attr;
  int32_t size[4];
  int n = mote_tfl_constants(m, 0, size, 4);
  if (n < 0) return n;
  if (n != 4 || m->n_in < 3) return mote_fail(MOTE_ERR_FORMAT, "it has no output size");
  *a = (mote_transpose_conv_attr_t){
      .padding = mote_tfl_byte(m, 0) == 1 ? MOTE_PAD_VALID : MOTE_PAD_SAME,
      .stride_w = mote_tfl_int(m, 1, 0), .stride_h = mote_tfl_int(m, 2, 0),
      .height = size[1], .width = size[2]};
  int32_t in = m->in[2], weights = m->in[1];
  m->in[0] = in, m->in[1] = weights;
  if (m->n_in > 3) m->in[2] = m->in[3];
  m->n_in--;
  return mote_tfl_activation(mote_tfl_byte(m, 3), &a->activation);
}

static int give_transpose_conv(mote_tfl_out_t *f, const mote_node_t *n,
                               mote_tfl_op_t *o) {
  const mote_transpose_conv_attr_t *a = n->attr;
  const mote_dims_t *d = &mote_tfl_tensor(f, n->out[0])->dims;
  mote_tfl_extra_t e = {.dtype = MOTE_I32, .dims = MOTE_DIMS(4), .is_const = 1,
                        .ints = {d->d[0], d->d[1], d->d[2], d->d[3]}};
  int32_t in = o->in[0];
  if (o->n_in > 2) o->in[3] = o->in[2];
  o->in[2] = in;
  o->in[0] = mote_tfl_extra(f, n->name, "size", &e);
  o->n_in++;
  mote_tfl_option(o, 0, a->padding == MOTE_PAD_VALID);
  mote_tfl_option(o, 1, (uint32_t)a->stride_w);
  mote_tfl_option(o, 2, (uint32_t)a->stride_h);
  mote_tfl_option(o, 3, mote_tfl_act_code(a->activation));
  return MOTE_OK;
}

static int take_resize(mote_tfl_in_t *m, mote_resize_attr_t *a, int first) {
  int32_t size[2];
  int n = mote_tfl_constants(m, 1, size, 2);
  if (n < 0) return n;
  if (n != 2) return mote_fail(MOTE_ERR_FORMAT, "it has no output size");
  *a = (mote_resize_attr_t){size[0], size[1], mote_tfl_byte(m, first),
                            mote_tfl_byte(m, first + 1)};
  return MOTE_OK;
}

static int take_nearest(mote_tfl_in_t *m, void *attr) { return take_resize(m, attr, 0); }
static int take_bilinear(mote_tfl_in_t *m, void *attr) { return take_resize(m, attr, 2); }

static int give_resize(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o,
                       int first) {
  const mote_resize_attr_t *a = n->attr;
  mote_tfl_extra_t e = {.dtype = MOTE_I32, .dims = MOTE_DIMS(2), .is_const = 1,
                        .ints = {a->height, a->width}};
  o->in[o->n_in++] = mote_tfl_extra(f, n->name, "size", &e);
  mote_tfl_option(o, first, (uint32_t)a->align_corners);
  mote_tfl_option(o, first + 1, (uint32_t)a->half_pixel_centers);
  return MOTE_OK;
}

static int give_nearest(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  return give_resize(f, n, o, 0);
}
static int give_bilinear(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  return give_resize(f, n, o, 2);
}

/* A negative number of batch axes counts from the end of the numbers' axes. */
static int take_gather(mote_tfl_in_t *m, void *attr) {
  const mote_tflite_tensor_t *at = mote_tfl_arg(m, 1);
  int32_t batch = mote_tfl_int(m, 1, 0);
  if (at && batch < 0 && batch >= -at->rank) batch += at->rank;
  *(mote_gather_attr_t *)attr = (mote_gather_attr_t){mote_tfl_int(m, 0, 0), batch};
  return MOTE_OK;
}

static int give_gather(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  (void)f;
  const mote_gather_attr_t *a = n->attr;
  mote_tfl_option(o, 0, (uint32_t)a->axis);
  mote_tfl_option(o, 1, (uint32_t)a->batch_dims);
  return MOTE_OK;
}

static const mote_tfl_row_t rows[] = {
    {126, 101, "batch_matmul", 2, {1, 4, 4}, take_matmul, give_matmul},
    {67, 49, "transpose_conv2d", 4, {1, 3, 3}, take_transpose_conv, give_transpose_conv},
    {97, 74, "resize_nearest", 1, {1, 2, 3}, take_nearest, give_nearest},
    {23, 15, "resize_bilinear", 1, {1, 2, 3}, take_bilinear, give_bilinear},
    {36, 23, "gather", 2, {1, 2, 4}, take_gather, give_gather}};
MOTE_TFL_FAMILY(products, rows);
