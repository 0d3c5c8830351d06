/* SPDX-License-Identifier: Apache-2.0
 * Between float and integers, and between integer scales. int8 has kernels of its own;
 * the other types share one each (nn/convert.h). */
#include "model/ops/unary.h"
#include "nn/convert.h"
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

MOTE_WRAP1(mote_cast, mote_cast_t)
MOTE_WRAP1(mote_rescale, mote_rescale_t)
MOTE_WRAP1(mote_to_integer, mote_real_t)
MOTE_WRAP1(mote_to_real, mote_real_t)

#define C(T, m, k) MOTE_FIELD(T, m, k)
static const mote_field_t cast_fields[] = {
    C(mote_cast_t, n, I32), C(mote_cast_t, from, I32), C(mote_cast_t, to, I32)};
static const mote_struct_t cast_struct =
    MOTE_STRUCT(mote_cast_t, "nn/convert.h", cast_fields);
static const mote_kernel_t cast_kernel = {
    "mote_cast", &cast_struct, run_mote_cast, "nn/cast.c", "v", "v", 0, 0};
static const mote_field_t rescale_fields[] = {
    C(mote_rescale_t, n, I32),         C(mote_rescale_t, from, I32),
    C(mote_rescale_t, to, I32),        C(mote_rescale_t, in_offset, I32),
    C(mote_rescale_t, multiplier, I32), C(mote_rescale_t, shift, I32),
    C(mote_rescale_t, out_offset, I32)};
static const mote_struct_t rescale_struct =
    MOTE_STRUCT(mote_rescale_t, "nn/convert.h", rescale_fields);
static const mote_kernel_t rescale_kernel = {
    "mote_rescale", &rescale_struct, run_mote_rescale, "nn/rescale.c", "v", "v", 0, 0};
static const mote_field_t real_fields[] = {
    C(mote_real_t, n, I32), C(mote_real_t, type, I32), C(mote_real_t, scale, F32),
    C(mote_real_t, zero, I32)};
#undef C
static const mote_struct_t real_struct =
    MOTE_STRUCT(mote_real_t, "nn/convert.h", real_fields);
static const mote_kernel_t to_integer_kernel = {
    "mote_to_integer", &real_struct, run_mote_to_integer, "nn/real.c", "f", "v", 0, 0};
static const mote_kernel_t to_real_kernel = {
    "mote_to_real", &real_struct, run_mote_to_real, "nn/real.c", "v", "f", 0, 0};

#define INTEGERS                                                                         \
  (MOTE_TYPE_BIT(MOTE_I8) | MOTE_TYPE_BIT(MOTE_U8) | MOTE_TYPE_BIT(MOTE_I16) |           \
   MOTE_TYPE_BIT(MOTE_I32))
#define ALL (INTEGERS | MOTE_TYPE_BIT(MOTE_F32))

static int32_t element(mote_dtype_t t) {
  return t == MOTE_I8                     ? MOTE_EL_I8
         : t == MOTE_U8 || t == MOTE_BOOL ? MOTE_EL_U8
         : t == MOTE_I16 ? MOTE_EL_I16
         : t == MOTE_I32 ? MOTE_EL_I32
                         : MOTE_EL_F32;
}

/* One of `types`; integers with one scale. */
static int want(const mote_tensor_t *t, uint32_t types, const char *what) {
  if ((types >> t->dtype & 1) && (t->dtype == MOTE_F32 || t->quant.n == 1))
    return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "%s \"%s\" is %s with %d scales", what, t->name,
                   mote_dtype_name(t->dtype), (int)t->quant.n);
}

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out,
                 uint32_t from, uint32_t to) {
  const mote_tensor_t *in = mote_node_in(g, n, 0), *y = mote_node_out(g, n);
  MOTE_TRY(want(in, from, "input"));
  MOTE_TRY(want(y, to, "output"));
  *out = in->dims;
  if (in->dtype != MOTE_F32 || y->dtype != MOTE_I32) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "from f32 to i32; use cast");
}

static int quantize_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  return shape(g, n, out, ALL, INTEGERS);
}
static int dequantize_shape(const mote_graph_t *g, const mote_node_t *n,
                            mote_dims_t *out) {
  return shape(g, n, out, INTEGERS, MOTE_TYPE_BIT(MOTE_F32));
}

static int cast_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_tensor_t *in = mote_node_in(g, n, 0), *y = mote_node_out(g, n);
  *out = in->dims;
  if (mote_op_takes(n->op, in->dtype) && mote_op_takes(n->op, y->dtype) &&
      y->dtype != MOTE_BOOL)
    return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "from %s to %s", mote_dtype_name(in->dtype),
                   mote_dtype_name(y->dtype));
}

static int lut_rescale(const mote_tensor_t *in, const mote_tensor_t *out,
                       const void *attr, int8_t *table) {
  (void)attr;
  double ratio = (double)mote_scale_of(in) / (double)mote_scale_of(out);
  return mote_lut_clamp(in, out, MOTE_ACT_NONE, ratio, table);
}

/* `own` is int8's kernel, `any` the other types'. */
static int lower_real(mote_program_t *prog, int32_t node, const mote_tensor_t *quantised,
                      const mote_kernel_t *own, const mote_kernel_t *any) {
  int i8 = quantised->dtype == MOTE_I8;
  int32_t n = mote_count(quantised), zero = mote_zero_of(quantised);
  float scale = mote_scale_of(quantised);
  mote_step_t *s = mote_simple_step(prog, node, i8 ? own : any, 1);
  if (!s) return MOTE_ERR_NOMEM;
  if (i8) *(mote_quantize_t *)s->params = (mote_quantize_t){n, scale, zero};
  else
    *(mote_real_t *)s->params = (mote_real_t){n, element(quantised->dtype), scale, zero};
  return MOTE_OK;
}

static int quantize_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *in = mote_node_in(g, n, 0), *out = mote_node_out(g, n);
  if (in->dtype == MOTE_F32)
    return lower_real(prog, node, out, &quantize_kernel, &to_integer_kernel);
  if (in->dtype == MOTE_I8 && out->dtype == MOTE_I8)
    return mote_lower_lut(prog, node, lut_rescale);
  mote_step_t *s = mote_simple_step(prog, node, &rescale_kernel, 1);
  if (!s) return MOTE_ERR_NOMEM;
  mote_rescale_t *p = s->params;
  *p = (mote_rescale_t){.n = mote_count(in), .from = element(in->dtype),
                        .to = element(out->dtype), .in_offset = -mote_zero_of(in),
                        .out_offset = mote_zero_of(out)};
  return mote_quantise_multiplier(
      (double)mote_scale_of(in) / (double)mote_scale_of(out), &p->multiplier, &p->shift);
}

static int dequantize_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  return lower_real(prog, node, mote_node_in(g, &g->nodes[node], 0), &dequantize_kernel,
                    &to_real_kernel);
}

static int cast_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *in = mote_node_in(g, n, 0);
  mote_step_t *s = mote_simple_step(prog, node, &cast_kernel, 1);
  if (!s) return MOTE_ERR_NOMEM;
  *(mote_cast_t *)s->params = (mote_cast_t){mote_count(in), element(in->dtype),
                                            element(mote_node_out(g, n)->dtype)};
  return MOTE_OK;
}

const mote_op_t mote_op_quantize = {
    .name = "quantize", .help = "To an integer type, from float or from another scale.",
    .min_in = 1, .max_in = 1, .n_out = 1, .types = ALL, .quant = MOTE_QUANT_KEEPS,
    .weights_axis = -1, .shape = quantize_shape, .lower = quantize_lower,
    .traits = mote_traits_rising};
const mote_op_t mote_op_dequantize = {
    .name = "dequantize", .help = "From an integer type to float.", .min_in = 1,
    .max_in = 1, .n_out = 1, .types = ALL, .quant = MOTE_QUANT_KEEPS, .weights_axis = -1,
    .shape = dequantize_shape, .lower = dequantize_lower, .traits = mote_traits_rising};
const mote_op_t mote_op_cast = {
    .name = "cast", .help = "The same numbers in another type; scales do not count.",
    .min_in = 1, .max_in = 1, .n_out = 1, .types = ALL | MOTE_TYPE_BIT(MOTE_BOOL),
    .quant = MOTE_QUANT_KEEPS,
    .weights_axis = -1, .shape = cast_shape, .lower = cast_lower};
