/* SPDX-License-Identifier: Apache-2.0
 * Inputs: values f32, mean f32 [cols], scale f32 [cols]; output f32, or i8 with one scale
 * (normalised and quantised in one pass). */
#include "nn/normalise.h"

#include "model/ops/util.h"

MOTE_WRAP1(mote_normalise_s8, mote_normalise_s8_t)
MOTE_WRAP1(mote_normalise_f32, mote_normalise_f32_t)

static const mote_field_t fields_s8[] = {
    MOTE_FIELD(mote_normalise_s8_t, n, I32), MOTE_FIELD(mote_normalise_s8_t, mean, F32S),
    MOTE_FIELD(mote_normalise_s8_t, scale, F32S),
    MOTE_FIELD(mote_normalise_s8_t, inv_step, F32),
    MOTE_FIELD(mote_normalise_s8_t, zero, I32)};
static const mote_struct_t struct_s8 =
    MOTE_STRUCT(mote_normalise_s8_t, "nn/normalise.h", fields_s8);
static const mote_kernel_t kernel_s8 = {
    "mote_normalise_s8", &struct_s8, run_mote_normalise_s8, "nn/normalise_s8.c", "f", "b",
    0, 1};

static const mote_field_t fields_f32[] = {MOTE_FIELD(mote_normalise_f32_t, n, I32),
                                          MOTE_FIELD(mote_normalise_f32_t, mean, F32S),
                                          MOTE_FIELD(mote_normalise_f32_t, scale, F32S)};
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_normalise_f32_t, "nn/normalise.h", fields_f32);
static const mote_kernel_t kernel_f32 = {
    "mote_normalise_f32", &struct_f32, run_mote_normalise_f32, "nn/normalise_f32.c", "f",
    "f", 0, 1};

static int is_const_f32(const mote_tensor_t *t) {
  return t->role == MOTE_ROLE_CONST && t->dtype == MOTE_F32;
}

static int normalise_shape(const mote_graph_t *g, const mote_node_t *n,
                           mote_dims_t *out) {
  const mote_tensor_t *in = mote_node_in(g, n, 0), *mean = mote_node_in(g, n, 1);
  const mote_tensor_t *scale = mote_node_in(g, n, 2);
  if (in->dtype != MOTE_F32)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "the input must be f32");
  if (!is_const_f32(mean) || !is_const_f32(scale))
    return mote_fail(MOTE_ERR_UNSUPPORTED, "mean and scale must be f32 constants");
  int64_t cols = mote_dims_count(&mean->dims);
  if (cols < 1 || mote_dims_count(&scale->dims) != cols ||
      mote_dims_count(&in->dims) % cols)
    return mote_fail(MOTE_ERR_SIZE, "mean and scale must have one value per column");
  MOTE_TRY(mote_want_real(mote_node_out(g, n), "output"));
  *out = in->dims;
  return MOTE_OK;
}

static mote_f32s_t span(const mote_tensor_t *t) {
  return (mote_f32s_t){t->data, (uint32_t)mote_count(t)};
}

static int normalise_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *in = mote_node_in(g, n, 0), *out = mote_node_out(g, n);
  mote_f32s_t mean = span(mote_node_in(g, n, 1)), scale = span(mote_node_in(g, n, 2));
  int f32 = out->dtype == MOTE_F32;
  mote_step_t *s = mote_simple_step(prog, node, f32 ? &kernel_f32 : &kernel_s8, 1);
  if (!s) return MOTE_ERR_NOMEM;
  s->macs = mote_count(in);
  if (f32) {
    *(mote_normalise_f32_t *)s->params =
        (mote_normalise_f32_t){mote_count(in), mean, scale};
    return MOTE_OK;
  }
  *(mote_normalise_s8_t *)s->params = (mote_normalise_s8_t){
      mote_count(in), mean, scale, 1.0f / mote_scale_of(out), mote_zero_of(out)};
  return MOTE_OK;
}

const mote_op_t mote_op_normalise = {
    .name = "normalise",
    .help = "(x - mean) * scale per column: the folded normaliser.",
    .min_in = 3,
    .max_in = 3,
    .n_out = 1,
    .const_in = 6,
    .weights_axis = -1,
    .shape = normalise_shape,
    .lower = normalise_lower};
