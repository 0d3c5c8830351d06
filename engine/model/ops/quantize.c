/* SPDX-License-Identifier: Apache-2.0
 * quantize: f32 -> i8, or i8 -> i8 with another scale; dequantize: i8 -> f32. */
#include "model/ops/unary.h"
#include "nn/quantize.h"

MOTE_WRAP1(mote_quantize_s8, mote_quantize_t)
MOTE_WRAP1(mote_dequantize_s8, mote_quantize_t)

static const mote_field_t fields[] = {MOTE_FIELD(mote_quantize_t, n, I32),
                                      MOTE_FIELD(mote_quantize_t, scale, F32),
                                      MOTE_FIELD(mote_quantize_t, zero, I32)};
static const mote_struct_t quantize_struct =
    MOTE_STRUCT(mote_quantize_t, "nn/quantize.h", fields);
static const mote_kernel_t quantize_kernel = {"mote_quantize_s8",
                                              &quantize_struct,
                                              run_mote_quantize_s8,
                                              "nn/quantize_s8.c",
                                              "f",
                                              "b",
                                              0,
                                              0};
static const mote_kernel_t dequantize_kernel = {"mote_dequantize_s8", &quantize_struct,
                                                run_mote_dequantize_s8,
                                                "nn/dequantize_s8.c", "b", "f", 0, 0};

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out,
                 mote_dtype_t to) {
  const mote_tensor_t *in = mote_node_in(g, n, 0), *y = mote_node_out(g, n);
  MOTE_TRY(mote_want_real(in, "input"));
  MOTE_TRY(mote_want_real(y, "output"));
  if (y->dtype != to || (to == MOTE_F32 && in->dtype != MOTE_I8))
    return mote_fail(MOTE_ERR_UNSUPPORTED, "from %s to %s", mote_dtype_name(in->dtype),
                     mote_dtype_name(y->dtype));
  *out = in->dims;
  return MOTE_OK;
}

static int quantize_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  return shape(g, n, out, MOTE_I8);
}
static int dequantize_shape(const mote_graph_t *g, const mote_node_t *n,
                            mote_dims_t *out) {
  return shape(g, n, out, MOTE_F32);
}

static int lut_rescale(const mote_tensor_t *in, const mote_tensor_t *out, int8_t *table) {
  double ratio = (double)mote_scale_of(in) / (double)mote_scale_of(out);
  return mote_lut_clamp(in, out, MOTE_ACT_NONE, ratio, table);
}

static int lower(mote_program_t *prog, int32_t node, const mote_kernel_t *k,
                 const mote_tensor_t *quantised) {
  mote_step_t *s = mote_simple_step(prog, node, k, 1);
  if (!s) return MOTE_ERR_NOMEM;
  *(mote_quantize_t *)s->params = (mote_quantize_t){
      mote_count(quantised), mote_scale_of(quantised), mote_zero_of(quantised)};
  return MOTE_OK;
}

static int quantize_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  if (mote_node_in(g, n, 0)->dtype == MOTE_I8)
    return mote_lower_lut(prog, node, lut_rescale);
  return lower(prog, node, &quantize_kernel, mote_node_out(g, n));
}

static int dequantize_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  return lower(prog, node, &dequantize_kernel, mote_node_in(g, &g->nodes[node], 0));
}

const mote_op_t mote_op_quantize = {
    .name = "quantize", .help = "To int8, from float or from another scale.", .min_in = 1,
    .max_in = 1, .n_out = 1, .weights_axis = -1, .shape = quantize_shape,
    .lower = quantize_lower, .traits = mote_traits_rising};
const mote_op_t mote_op_dequantize = {
    .name = "dequantize", .help = "From int8 to float.", .min_in = 1, .max_in = 1,
    .n_out = 1, .weights_axis = -1, .shape = dequantize_shape, .lower = dequantize_lower,
    .traits = mote_traits_rising};
