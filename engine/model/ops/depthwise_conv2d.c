/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/util.h"
#include "nn/depthwise_conv2d.h"

MOTE_WRAP1(mote_depthwise_conv2d_s8, mote_depthwise_conv2d_s8_t)
MOTE_WRAP1(mote_depthwise_conv2d_f32, mote_depthwise_conv2d_f32_t)
MOTE_WRAP1(mote_depthwise_conv2d_s16, mote_depthwise_conv2d_s16_t)

static const mote_field_t fields_s8[] = {
    MOTE_FIELD_STRUCT(mote_depthwise_conv2d_s8_t, win, &mote_struct_window),
    MOTE_FIELD(mote_depthwise_conv2d_s8_t, multiplier, I32),
    MOTE_FIELD_STRUCT(mote_depthwise_conv2d_s8_t, filter, &mote_struct_filter_s8)};
const mote_struct_t mote_struct_depthwise_conv2d_s8 =
    MOTE_STRUCT(mote_depthwise_conv2d_s8_t, "nn/depthwise_conv2d.h", fields_s8);
static const mote_kernel_t kernel_s8 = {
    "mote_depthwise_conv2d_s8", &mote_struct_depthwise_conv2d_s8,
    run_mote_depthwise_conv2d_s8, "nn/depthwise_conv2d_s8.c", "b", "b", 0, 0};

static const mote_field_t fields_s16[] = {
    MOTE_FIELD_STRUCT(mote_depthwise_conv2d_s16_t, win, &mote_struct_window),
    MOTE_FIELD(mote_depthwise_conv2d_s16_t, multiplier, I32),
    MOTE_FIELD_STRUCT(mote_depthwise_conv2d_s16_t, filter, &mote_struct_filter_s16)};
static const mote_struct_t struct_s16 =
    MOTE_STRUCT(mote_depthwise_conv2d_s16_t, "nn/depthwise_conv2d.h", fields_s16);
static const mote_kernel_t kernel_s16 = {
    "mote_depthwise_conv2d_s16", &struct_s16, run_mote_depthwise_conv2d_s16,
    "nn/depthwise_conv2d_s16.c", "h", "h", 0, 0};

static const mote_field_t fields_f32[] = {
    MOTE_FIELD_STRUCT(mote_depthwise_conv2d_f32_t, win, &mote_struct_window),
    MOTE_FIELD(mote_depthwise_conv2d_f32_t, multiplier, I32),
    MOTE_FIELD_STRUCT(mote_depthwise_conv2d_f32_t, filter, &mote_struct_filter_f32)};
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_depthwise_conv2d_f32_t, "nn/depthwise_conv2d.h", fields_f32);
static const mote_kernel_t kernel_f32 = {
    "mote_depthwise_conv2d_f32", &struct_f32, run_mote_depthwise_conv2d_f32,
    "nn/depthwise_conv2d_f32.c", "f", "f", 0, 0};

static int window_of(const mote_graph_t *g, const mote_node_t *n, mote_window_t *w) {
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims, *k = &mote_node_in(g, n, 1)->dims;
  if (k->rank != 4 || in->rank != 4 || k->d[0] != 1 || k->d[3] % in->d[3])
    return mote_fail(MOTE_ERR_SIZE, "weights must be [1][kernel_h][kernel_w][out], out a "
                     "multiple of the input's channels");
  MOTE_TRY(mote_window_make(n->attr, in, k->d[1], k->d[2], w));
  w->out_c = k->d[3];
  return MOTE_OK;
}

static int depthwise_shape(const mote_graph_t *g, const mote_node_t *n,
                           mote_dims_t *out) {
  mote_window_t w;
  MOTE_TRY(window_of(g, n, &w));
  *out = MOTE_DIMS(1, w.out_h, w.out_w, w.out_c);
  return mote_want_filter(g, n, w.out_c, (int64_t)w.k_h * w.k_w);
}

static int depthwise_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_window_attr_t *a = n->attr;
  mote_dtype_t t = mote_node_out(g, n)->dtype;
  mote_step_t *s = mote_simple_step(prog, node, t == MOTE_F32  ? &kernel_f32
                                                : t == MOTE_I8 ? &kernel_s8
                                                               : &kernel_s16, 1);
  mote_window_t w;
  if (!s) return MOTE_ERR_NOMEM;
  MOTE_TRY(window_of(g, n, &w));
  s->macs = (int64_t)w.out_h * w.out_w * w.out_c * w.k_h * w.k_w;
  if (t == MOTE_F32) {
    mote_depthwise_conv2d_f32_t *p = s->params;
    p->win = w, p->multiplier = w.out_c / w.in_c;
    return mote_fill_filter_f32(prog, node, a->activation, &p->filter);
  }
  if (t == MOTE_I16) {
    mote_depthwise_conv2d_s16_t *p = s->params;
    p->win = w, p->multiplier = w.out_c / w.in_c;
    return mote_fill_filter_s16(prog, node, a->activation, &p->filter);
  }
  mote_depthwise_conv2d_s8_t *p = s->params;
  p->win = w, p->multiplier = w.out_c / w.in_c;
  return mote_fill_filter_s8(prog, node, a->activation, &p->filter);
}

const mote_op_t mote_op_depthwise_conv2d = {
    .name = "depthwise_conv2d", .help = "Each input channel with its own filters.",
    .attrs = mote_window_rows, .n_attrs = MOTE_CONV_ROWS,
    .attr_bytes = sizeof(mote_window_attr_t), .min_in = 2, .max_in = 3, .n_out = 1,
    .const_in = 6,
    .types = MOTE_TYPES_F32_I8_I16,
    .weights_axis = 3, .shape = depthwise_shape, .lower = depthwise_lower};
