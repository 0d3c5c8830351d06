/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/util.h"
#include "nn/dense.h"

MOTE_WRAP1(mote_dense_s8, mote_dense_s8_t)
MOTE_WRAP1(mote_dense_f32, mote_dense_f32_t)
MOTE_WRAP1(mote_dense_s16, mote_dense_s16_t)

static const mote_field_t fields_s8[] = {
    MOTE_FIELD(mote_dense_s8_t, rows, I32), MOTE_FIELD(mote_dense_s8_t, in_n, I32),
    MOTE_FIELD(mote_dense_s8_t, out_n, I32),
    MOTE_FIELD_STRUCT(mote_dense_s8_t, filter, &mote_struct_filter_s8)};
static const mote_struct_t struct_s8 =
    MOTE_STRUCT(mote_dense_s8_t, "nn/dense.h", fields_s8);
static const mote_kernel_t kernel_s8 = {
    "mote_dense_s8", &struct_s8, run_mote_dense_s8, "nn/dense_s8.c", "b", "b", 0, 0};

static const mote_field_t fields_s16[] = {
    MOTE_FIELD(mote_dense_s16_t, rows, I32), MOTE_FIELD(mote_dense_s16_t, in_n, I32),
    MOTE_FIELD(mote_dense_s16_t, out_n, I32),
    MOTE_FIELD_STRUCT(mote_dense_s16_t, filter, &mote_struct_filter_s16)};
static const mote_struct_t struct_s16 =
    MOTE_STRUCT(mote_dense_s16_t, "nn/dense.h", fields_s16);
static const mote_kernel_t kernel_s16 = {
    "mote_dense_s16", &struct_s16, run_mote_dense_s16,
    "nn/dense_s16.c", "h", "h", 0, 0};

static const mote_field_t fields_f32[] = {
    MOTE_FIELD(mote_dense_f32_t, rows, I32), MOTE_FIELD(mote_dense_f32_t, in_n, I32),
    MOTE_FIELD(mote_dense_f32_t, out_n, I32),
    MOTE_FIELD_STRUCT(mote_dense_f32_t, filter, &mote_struct_filter_f32)};
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_dense_f32_t, "nn/dense.h", fields_f32);
static const mote_kernel_t kernel_f32 = {
    "mote_dense_f32", &struct_f32, run_mote_dense_f32, "nn/dense_f32.c", "f", "f", 0, 0};

static const mote_param_t rows[] = {
    MOTE_ACTIVATION_ROW(mote_dense_attr_t),
    {"keep_dims", MOTE_P_BOOL, offsetof(mote_dense_attr_t, keep_dims), 0, 1, 1, NULL, "",
     "Keep the leading axes; false makes [rows][out]."}};

static int dense_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_dense_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims, *w = &mote_node_in(g, n, 1)->dims;
  int64_t count = mote_dims_count(in);
  if (w->rank != 2 || count % w->d[1])
    return mote_fail(MOTE_ERR_SIZE,
                     "weights must be [out][in]; the input has %lld values",
                     (long long)count);
  *out = MOTE_DIMS((int32_t)(count / w->d[1]), w->d[0]);
  if (a->keep_dims && in->rank > 0 && in->d[in->rank - 1] == w->d[1]) {
    *out = *in;
    out->d[in->rank - 1] = w->d[0];
  }
  return mote_want_filter(g, n, w->d[0], w->d[1]);
}

static int dense_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_dense_attr_t *a = n->attr;
  const mote_tensor_t *in = mote_node_in(g, n, 0), *w = mote_node_in(g, n, 1);
  mote_dtype_t t = mote_node_out(g, n)->dtype;
  mote_step_t *s = mote_simple_step(prog, node, t == MOTE_F32  ? &kernel_f32
                                                : t == MOTE_I8 ? &kernel_s8
                                                               : &kernel_s16, 1);
  if (!s) return MOTE_ERR_NOMEM;
  int32_t n_rows = mote_count(in) / w->dims.d[1];
  s->macs = (int64_t)n_rows * mote_count(w);
  if (t == MOTE_F32) {
    mote_dense_f32_t *p = s->params;
    p->rows = n_rows, p->in_n = w->dims.d[1], p->out_n = w->dims.d[0];
    return mote_fill_filter_f32(prog, node, a->activation, &p->filter);
  }
  if (t == MOTE_I16) {
    mote_dense_s16_t *p = s->params;
    p->rows = n_rows, p->in_n = w->dims.d[1], p->out_n = w->dims.d[0];
    return mote_fill_filter_s16(prog, node, a->activation, &p->filter);
  }
  mote_dense_s8_t *p = s->params;
  p->rows = n_rows, p->in_n = w->dims.d[1], p->out_n = w->dims.d[0];
  return mote_fill_filter_s8(prog, node, a->activation, &p->filter);
}

const mote_op_t mote_op_dense = {
    .name = "dense", .help = "Fully connected layer.", .attrs = rows, .n_attrs = 2,
    .attr_bytes = sizeof(mote_dense_attr_t), .min_in = 2, .max_in = 3, .n_out = 1,
    .const_in = 6,
    .types = MOTE_TYPES_F32_I8_I16,
    .weights_axis = 0, .shape = dense_shape, .lower = dense_lower};
