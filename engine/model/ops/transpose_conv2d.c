/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/util.h"
#include "nn/transpose_conv2d.h"

MOTE_WRAP1(mote_transpose_conv2d_s8, mote_transpose_conv2d_s8_t)
MOTE_WRAP1(mote_transpose_conv2d_s16, mote_transpose_conv2d_s16_t)
MOTE_WRAP1(mote_transpose_conv2d_f32, mote_transpose_conv2d_f32_t)

static const mote_field_t fields_s8[] = {
    MOTE_FIELD_STRUCT(mote_transpose_conv2d_s8_t, filter, &mote_struct_filter_s8),
    MOTE_FIELD_STRUCT(mote_transpose_conv2d_s8_t, win, &mote_struct_window)};
static const mote_struct_t struct_s8 =
    MOTE_STRUCT(mote_transpose_conv2d_s8_t, "nn/transpose_conv2d.h", fields_s8);
static const mote_kernel_t kernel_s8 = {
    "mote_transpose_conv2d_s8", &struct_s8, run_mote_transpose_conv2d_s8,
    "nn/transpose_conv2d_s8.c", "b", "b", 0, 0};
static const mote_field_t fields_s16[] = {
    MOTE_FIELD_STRUCT(mote_transpose_conv2d_s16_t, filter, &mote_struct_filter_s16),
    MOTE_FIELD_STRUCT(mote_transpose_conv2d_s16_t, win, &mote_struct_window)};
static const mote_struct_t struct_s16 =
    MOTE_STRUCT(mote_transpose_conv2d_s16_t, "nn/transpose_conv2d.h", fields_s16);
static const mote_kernel_t kernel_s16 = {
    "mote_transpose_conv2d_s16", &struct_s16, run_mote_transpose_conv2d_s16,
    "nn/transpose_conv2d_s16.c", "h", "h", 0, 0};
static const mote_field_t fields_f32[] = {
    MOTE_FIELD_STRUCT(mote_transpose_conv2d_f32_t, filter, &mote_struct_filter_f32),
    MOTE_FIELD_STRUCT(mote_transpose_conv2d_f32_t, win, &mote_struct_window)};
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_transpose_conv2d_f32_t, "nn/transpose_conv2d.h", fields_f32);
static const mote_kernel_t kernel_f32 = {
    "mote_transpose_conv2d_f32", &struct_f32, run_mote_transpose_conv2d_f32,
    "nn/transpose_conv2d_f32.c", "f", "f", 0, 0};

#define ROW(m, lo, hi, d, text)                                                          \
  {#m, MOTE_P_INT, offsetof(mote_transpose_conv_attr_t, m), lo, hi, d, NULL, "", text}
static const mote_param_t rows[] = {
    ROW(stride_h, 1, 4096, 1, "Output rows per input row."),
    ROW(stride_w, 1, 4096, 1, "Output columns per input column."),
    {"padding", MOTE_P_CHOICE, offsetof(mote_transpose_conv_attr_t, padding), 0, 1,
     MOTE_PAD_SAME, "same|valid", "", "Of the convolution that this one turns back."},
    ROW(height, 1, 65536, 1, "Rows of the output."),
    ROW(width, 1, 65536, 1, "Columns of the output."),
    MOTE_ACTIVATION_ROW(mote_transpose_conv_attr_t)};

/* The convolution from our output to our input. */
static int window_of(const mote_graph_t *g, const mote_node_t *n, mote_window_t *w) {
  const mote_transpose_conv_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims, *k = &mote_node_in(g, n, 1)->dims;
  mote_window_attr_t forward = {.stride_h = a->stride_h, .stride_w = a->stride_w,
                                .dilation_h = 1, .dilation_w = 1, .padding = a->padding};
  if (k->rank != 4 || in->rank != 4 || in->d[0] != 1 || k->d[3] != in->d[3])
    return mote_fail(MOTE_ERR_SIZE, "weights must be [out][kernel_h][kernel_w][in], with "
                     "the input's channels");
  mote_dims_t out = MOTE_DIMS(1, a->height, a->width, k->d[0]);
  MOTE_TRY(mote_window_make(&forward, &out, k->d[1], k->d[2], w));
  w->out_c = k->d[3];
  if (w->out_h == in->d[1] && w->out_w == in->d[2]) return MOTE_OK;
  return mote_fail(MOTE_ERR_SIZE, "a convolution of %d x %d to the input's %d x %d has "
                   "another stride, kernel or padding", (int)a->height, (int)a->width,
                   (int)in->d[1], (int)in->d[2]);
}

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  mote_window_t w;
  MOTE_TRY(window_of(g, n, &w));
  *out = MOTE_DIMS(1, w.in_h, w.in_w, w.in_c);
  return mote_want_filter(g, n, w.in_c, (int64_t)w.k_h * w.k_w * w.out_c);
}

static int lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_transpose_conv_attr_t *a = n->attr;
  mote_dtype_t t = mote_node_out(g, n)->dtype;
  mote_step_t *s = mote_simple_step(prog, node, t == MOTE_F32  ? &kernel_f32
                                                : t == MOTE_I8 ? &kernel_s8
                                                               : &kernel_s16, 1);
  mote_window_t w;
  if (!s) return MOTE_ERR_NOMEM;
  MOTE_TRY(window_of(g, n, &w));
  s->macs = (int64_t)w.out_h * w.out_w * w.out_c * w.k_h * w.k_w * w.in_c;
  if (t == MOTE_F32) {
    mote_transpose_conv2d_f32_t *p = s->params;
    p->win = w;
    return mote_fill_filter_f32(prog, node, a->activation, &p->filter);
  }
  if (t == MOTE_I16) {
    mote_transpose_conv2d_s16_t *p = s->params;
    p->win = w;
    MOTE_TRY(mote_fill_filter_s16(prog, node, a->activation, &p->filter));
    p->filter.wide = 1; /* the reference widens an int32 bias here */
    return MOTE_OK;
  }
  mote_transpose_conv2d_s8_t *p = s->params;
  p->win = w;
  return mote_fill_filter_s8(prog, node, a->activation, &p->filter);
}

const mote_op_t mote_op_transpose_conv2d = {
    .name = "transpose_conv2d", .help = "Transposed 2-D convolution.", .attrs = rows,
    .n_attrs = 6, .attr_bytes = sizeof(mote_transpose_conv_attr_t),
    .types = MOTE_TYPES_F32_I8_I16, .min_in = 2,
    .max_in = 3, .n_out = 1, .const_in = 6, .weights_axis = 0, .shape = shape,
    .lower = lower};
