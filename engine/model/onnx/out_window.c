/* SPDX-License-Identifier: Apache-2.0
 * Rows of the exporter: convolutions and pools, which have channels second. */
#include <stdlib.h>

#include "model/onnx/export.h"
#include "model/ops/util.h"

/* ---- weights ---- */

typedef enum { CONV, DEPTHWISE, TRANSPOSED } filter_t;

/* Places of [O][I][h][w] in [O][h][w][I]; of [O][1][h][w] in [1][h][w][O] when the
 * weights are depthwise; of [I][O][h][w] when they are transposed. */
static int32_t *filter_order(mote_export_t *e, const mote_dims_t *w, filter_t kind) {
  int32_t *order = mote_arena_take(e->a, (size_t)mote_dims_count(w), sizeof *order);
  int32_t out = kind == DEPTHWISE ? w->d[3] : w->d[0];
  int32_t in = kind == DEPTHWISE ? 1 : w->d[3], k = 0, taps = w->d[1] * w->d[2];
  int32_t first = kind == TRANSPOSED ? in : out, second = kind == TRANSPOSED ? out : in;
  for (int32_t a = 0; order && a < first; a++)
    for (int32_t b = 0; b < second; b++)
      for (int32_t t = 0; t < taps; t++)
        order[k++] = kind == CONV        ? (a * taps + t) * in + b
                     : kind == DEPTHWISE ? t * out + a
                                         : (b * taps + t) * in + a;
  return order;
}

/* Inputs 1 and 2 of the node. */
static int add_filter(mote_out_t *x, mote_export_node_t *o, filter_t kind) {
  const mote_dims_t *k = &mote_out_in(x, 1)->dims;
  int32_t *order = filter_order(x->e, k, kind);
  if (!order) return MOTE_ERR_NOMEM;
  mote_dims_t d = kind == CONV        ? MOTE_DIMS(k->d[0], k->d[3], k->d[1], k->d[2])
                  : kind == DEPTHWISE ? MOTE_DIMS(k->d[3], 1, k->d[1], k->d[2])
                                      : MOTE_DIMS(k->d[3], k->d[0], k->d[1], k->d[2]);
  o->in[o->n_in++] =
      mote_export_weights(x->e, x->n->in[1], &d, order, kind == TRANSPOSED);
  if (x->n->n_in > 2 && x->n->in[2] >= 0)
    o->in[o->n_in++] =
        mote_export_weights(x->e, x->n->in[2], &mote_out_in(x, 2)->dims, NULL, 0);
  return MOTE_OK;
}

/* ---- nodes ---- */

static mote_export_node_t image_node(mote_out_t *x) {
  const char *in = mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_NCHW);
  return mote_export_node(x->name, in,
                          mote_export_out(x->e, x->n->out[0], MOTE_EXPORT_NCHW));
}

static int image_emit(mote_out_t *x, mote_export_node_t *o, int32_t activation) {
  mote_export_emit_act(x->e, o, activation);
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_NCHW);
  return MOTE_OK;
}

/* The window with the steps that the node names: those never made are shorter in it. */
static int window_of(const mote_window_attr_t *a, const mote_dims_t *in, int32_t k_h,
                     int32_t k_w, mote_window_t *w) {
  MOTE_TRY(mote_window_make(a, in, k_h, k_w, w));
  w->stride_h = a->stride_h, w->stride_w = a->stride_w;
  return MOTE_OK;
}

static void size_attrs(mote_export_node_t *o, const mote_window_t *w) {
  mote_export_attr_ints(o, "kernel_shape", (int64_t[]){w->k_h, w->k_w}, 2);
  mote_export_attr_ints(o, "strides", (int64_t[]){w->stride_h, w->stride_w}, 2);
}

/* What the window reaches over the far side of n values. */
static int64_t beyond(int32_t n, int32_t out, int32_t stride, int32_t reach,
                      int32_t before) {
  return (int64_t)(out - 1) * stride + reach - n - before;
}

static void window_attrs(mote_export_node_t *o, const mote_window_attr_t *a,
                         const mote_window_t *w) {
  int64_t bottom = beyond(w->in_h, w->out_h, w->stride_h,
                          (w->k_h - 1) * w->dilation_h + 1, w->pad_top);
  int64_t right = beyond(w->in_w, w->out_w, w->stride_w,
                         (w->k_w - 1) * w->dilation_w + 1, w->pad_left);
  int64_t pads[4] = {w->pad_top, w->pad_left, bottom < 0 ? 0 : bottom,
                     right < 0 ? 0 : right};
  if (a->padding == MOTE_PAD_EXPLICIT) pads[2] = a->pad_bottom, pads[3] = a->pad_right;
  size_attrs(o, w);
  mote_export_attr_ints(o, "pads", pads, 4);
}

int mote_out_conv(mote_out_t *x) {
  const mote_window_attr_t *a = x->n->attr;
  const mote_dims_t *k = &mote_out_in(x, 1)->dims;
  int depthwise = x->n->op->weights_axis == 3;
  mote_window_t w;
  MOTE_TRY(window_of(a, &mote_out_in(x, 0)->dims, k->d[1], k->d[2], &w));
  mote_export_node_t o = image_node(x);
  MOTE_TRY(add_filter(x, &o, depthwise ? DEPTHWISE : CONV));
  window_attrs(&o, a, &w);
  mote_export_attr_ints(&o, "dilations", (int64_t[]){a->dilation_h, a->dilation_w}, 2);
  if (depthwise) mote_export_attr_int(&o, "group", w.in_c);
  return image_emit(x, &o, a->activation);
}

int mote_out_pool(mote_out_t *x) {
  const mote_window_attr_t *a = x->n->attr;
  mote_window_t w;
  MOTE_TRY(window_of(a, &mote_out_in(x, 0)->dims, a->kernel_h, a->kernel_w, &w));
  mote_export_node_t o = image_node(x);
  window_attrs(&o, a, &w);
  return image_emit(x, &o, a->activation);
}

/* The window is that of the convolution from our output back to our input. */
int mote_out_transpose_conv(mote_out_t *x) {
  const mote_transpose_conv_attr_t *a = x->n->attr;
  const mote_dims_t *k = &mote_out_in(x, 1)->dims;
  mote_window_attr_t forward = {.stride_h = a->stride_h, .stride_w = a->stride_w,
                                .dilation_h = 1, .dilation_w = 1, .padding = a->padding};
  mote_window_t w;
  MOTE_TRY(window_of(&forward, &mote_out_of(x)->dims, k->d[1], k->d[2], &w));
  int64_t far[2] = {beyond(w.in_h, w.out_h, w.stride_h, w.k_h, w.pad_top),
                    beyond(w.in_w, w.out_w, w.stride_w, w.k_w, w.pad_left)};
  int64_t pads[4] = {w.pad_top, w.pad_left}, more[2] = {0};
  for (int i = 0; i < 2; i++) *(far[i] < 0 ? &more[i] : &pads[2 + i]) = llabs(far[i]);
  mote_export_node_t o = image_node(x);
  MOTE_TRY(add_filter(x, &o, TRANSPOSED));
  size_attrs(&o, &w);
  mote_export_attr_ints(&o, "pads", pads, 4);
  mote_export_attr_ints(&o, "output_padding", more, 2);
  return image_emit(x, &o, a->activation);
}

/* ---- images of another size ---- */

/* SpaceToDepth with the channels outside the places of a block, which .onnx cannot say:
 * [h][b][w][b][c] -> [h][w][c][b][b]. */
static int channels_first(mote_out_t *x, int32_t b) {
  static const int64_t perm[] = {0, 2, 4, 1, 3};
  int32_t y = x->n->out[0];
  const int32_t *d = mote_out_of(x)->dims.d;
  mote_dims_t parts = MOTE_DIMS(d[0] * d[1], b, d[2], b, d[3] / (b * b));
  const char *in = mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_OWN);
  in = mote_export_reshape(x->e, in, mote_out_between(x, "blocks"), &parts);
  mote_export_node_t o = mote_export_node("Transpose", in, mote_out_between(x, "deep"));
  mote_export_attr_ints(&o, "perm", perm, 5);
  mote_export_emit(x->e, &o);
  mote_export_reshape(x->e, o.out, mote_export_out(x->e, y, MOTE_EXPORT_OWN),
                      &mote_out_of(x)->dims);
  mote_export_done(x->e, y, MOTE_EXPORT_OWN);
  return MOTE_OK;
}

int mote_out_blocks(mote_out_t *x) {
  const mote_block_attr_t *a = x->n->attr;
  int crd = a->order == MOTE_BLOCK_CRD, to_depth = x->name[0] == 'S';
  if (crd && to_depth) return channels_first(x, a->block);
  mote_export_node_t o = image_node(x);
  mote_export_attr_int(&o, "blocksize", a->block);
  if (!to_depth) mote_export_attr_text(&o, "mode", crd ? "CRD" : "DCR");
  return image_emit(x, &o, MOTE_ACT_NONE);
}
