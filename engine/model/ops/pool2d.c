/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/util.h"
#include "nn/pool2d.h"

MOTE_WRAP1(mote_max_pool2d_s8, mote_pool2d_s8_t)
MOTE_WRAP1(mote_max_pool2d_s16, mote_pool2d_s8_t)
MOTE_WRAP1(mote_average_pool2d_s16, mote_pool2d_s8_t)
MOTE_WRAP1(mote_max_pool2d_f32, mote_pool2d_f32_t)
MOTE_WRAP1(mote_average_pool2d_s8, mote_pool2d_s8_t)
MOTE_WRAP1(mote_average_pool2d_f32, mote_pool2d_f32_t)

static const mote_field_t fields_s8[] = {
    MOTE_FIELD_STRUCT(mote_pool2d_s8_t, win, &mote_struct_window),
    MOTE_FIELD(mote_pool2d_s8_t, min, I32), MOTE_FIELD(mote_pool2d_s8_t, max, I32)};
const mote_struct_t mote_struct_pool2d_s8 =
    MOTE_STRUCT(mote_pool2d_s8_t, "nn/pool2d.h", fields_s8);

static const mote_field_t fields_f32[] = {
    MOTE_FIELD_STRUCT(mote_pool2d_f32_t, win, &mote_struct_window),
    MOTE_FIELD(mote_pool2d_f32_t, min, F32), MOTE_FIELD(mote_pool2d_f32_t, max, F32)};
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_pool2d_f32_t, "nn/pool2d.h", fields_f32);

typedef struct { mote_kernel_t s8, f32, s16; } kernels_t;
static const kernels_t max_kernels = {
    {"mote_max_pool2d_s8", &mote_struct_pool2d_s8, run_mote_max_pool2d_s8,
     "nn/max_pool2d_s8.c", "b", "b", 0, 0},
    {"mote_max_pool2d_f32", &struct_f32, run_mote_max_pool2d_f32, "nn/max_pool2d_f32.c",
     "f", "f", 0, 0},
    {"mote_max_pool2d_s16", &mote_struct_pool2d_s8, run_mote_max_pool2d_s16,
     "nn/max_pool2d_s16.c", "h", "h", 0, 0}};
static const kernels_t average_kernels = {
    {"mote_average_pool2d_s8", &mote_struct_pool2d_s8, run_mote_average_pool2d_s8,
     "nn/average_pool2d_s8.c", "b", "b", 0, 0},
    {"mote_average_pool2d_f32", &struct_f32, run_mote_average_pool2d_f32,
     "nn/average_pool2d_f32.c", "f", "f", 0, 0},
    {"mote_average_pool2d_s16", &mote_struct_pool2d_s8, run_mote_average_pool2d_s16,
     "nn/average_pool2d_s16.c", "h", "h", 0, 0}};

static int pool_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_window_attr_t *a = n->attr;
  mote_window_t w;
  MOTE_TRY(mote_want_uniform(g, n, 1));
  MOTE_TRY(mote_want_same_scale(g, n, 0));
  MOTE_TRY(
      mote_window_make(a, &mote_node_in(g, n, 0)->dims, a->kernel_h, a->kernel_w, &w));
  if (a->dilation_h != 1 || a->dilation_w != 1)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "pools have no dilation");
  if ((int64_t)w.k_h * w.k_w > MOTE_TAPS_LIMIT)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d values in a window", MOTE_TAPS_LIMIT);
  *out = MOTE_DIMS(1, w.out_h, w.out_w, w.out_c);
  return MOTE_OK;
}

static int pool_lower(mote_program_t *prog, int32_t node, const kernels_t *kernels) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_window_attr_t *a = n->attr;
  const mote_tensor_t *in = mote_node_in(g, n, 0), *out = mote_node_out(g, n);
  int f32 = in->dtype == MOTE_F32;
  const mote_kernel_t *k = f32                       ? &kernels->f32
                           : in->dtype == MOTE_I8 ? &kernels->s8
                                                  : &kernels->s16;
  mote_step_t *s = mote_simple_step(prog, node, k, 1);
  mote_window_t w;
  if (!s) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_window_make(a, &in->dims, a->kernel_h, a->kernel_w, &w));
  if (f32) {
    mote_pool2d_f32_t *p = s->params;
    p->win = w;
    mote_activation_f32(a->activation, &p->min, &p->max);
  } else {
    mote_pool2d_s8_t *p = s->params;
    p->win = w;
    mote_activation_s8(a->activation, out, &p->min, &p->max);
  }
  return MOTE_OK;
}

static int max_lower(mote_program_t *prog, int32_t node) {
  return pool_lower(prog, node, &max_kernels);
}
static int average_lower(mote_program_t *prog, int32_t node) {
  return pool_lower(prog, node, &average_kernels);
}

const mote_op_t mote_op_max_pool2d = {.name = "max_pool2d",
                                      .help = "Largest value under the window.",
                                      .attrs = mote_window_rows,
                                      .n_attrs = MOTE_POOL_ROWS,
                                      .attr_bytes = sizeof(mote_window_attr_t),
                                      .min_in = 1,
                                      .max_in = 1,
                                      .n_out = 1,
                                      .types = MOTE_TYPES_F32_I8_I16,
                                      .quant = MOTE_QUANT_SAME,
                                      .weights_axis = -1,
                                      .shape = pool_shape,
                                      .lower = max_lower,
                                      .traits = mote_traits_window};

const mote_op_t mote_op_average_pool2d = {
    .name = "average_pool2d", .help = "Average under the window; padding does not count.",
    .attrs = mote_window_rows, .n_attrs = MOTE_POOL_ROWS,
    .attr_bytes = sizeof(mote_window_attr_t), .min_in = 1, .max_in = 1, .n_out = 1,
    .types = MOTE_TYPES_F32_I8_I16, .quant = MOTE_QUANT_SAME, .weights_axis = -1,
    .shape = pool_shape,
    .lower = average_lower, .traits = mote_traits_window};
