/* SPDX-License-Identifier: Apache-2.0
 * Functions of one value whose int8 tables come from the real function. */
#include "model/ops/unary.h"

#include <math.h>

#include "base/dmath.h"

/* dmath's exponential has a range. */
static double exponential(double x) {
  return mote_dexp(x > 700 ? 700 : x < -700 ? -700 : x);
}

static double real_log(double x) {
  return x > 0 ? mote_dlog(x) : x < 0 ? (double)NAN : -INFINITY;
}
static double real_square(double x) { return x * x; }
static double real_neg(double x) { return -x; }
static double real_floor(double x) { return floor(x); }
static double real_ceil(double x) { return ceil(x); }
static double real_round(double x) { /* halves to even */
  double low = floor(x), rest = x - low;
  return rest < 0.5 || (rest == 0.5 && fmod(low, 2.0) == 0) ? low : low + 1;
}
static double real_silu(double x) { return x / (1 + exponential(-x)); }
static double real_gelu(double x) {
  return 0.5 * x * (1 + mote_derf(x * 0.70710678118654752440));
}
static double real_gelu_tanh(double x) {
  return 0.5 * x * (1 + mote_dtanh(0.79788456080286535588 * (x + 0.044715 * x * x * x)));
}
/* As TFLite: e^x in float, then minus one in float. */
static double real_elu(double x) {
  return x < 0 ? (double)((float)exponential(x) - 1.0f) : x;
}

#define LUT(id, fn)                                                                      \
  static int lut_##id(const mote_tensor_t *in, const mote_tensor_t *out,                 \
                      const void *attr, int8_t *table) {                                 \
    (void)attr;                                                                          \
    return mote_lut_real(in, out, fn, table);                                            \
  }
#define CURVE(id, text, fn, tr)                                                          \
  MOTE_UNARY_KERNEL(id)                                                                  \
  LUT(id, fn)                                                                            \
  static int id##_lower(mote_program_t *prog, int32_t node) {                            \
    return mote_unary_lower(prog, node, &kernel_##id, lut_##id);                         \
  }                                                                                      \
  MOTE_UNARY_OP(id, text, .traits = mote_traits_##tr)
CURVE(exp, "e to the power of x.", exponential, rising);
CURVE(log, "Natural logarithm; int8: the lowest value for x <= 0.", real_log, value);
CURVE(sqrt, "Square root.", sqrt, value);
CURVE(square, "x times x.", real_square, value);
CURVE(neg, "-x.", real_neg, value);
CURVE(sin, "Sine.", mote_dsin, value);
CURVE(cos, "Cosine.", mote_dcos, value);
CURVE(floor, "The next whole number below.", real_floor, rising);
CURVE(ceil, "The next whole number above.", real_ceil, rising);
CURVE(round, "The nearest whole number, halves to even.", real_round, rising);
CURVE(silu, "x / (1 + exp(-x)): swish.", real_silu, value);

/* ---- gelu ---- */

MOTE_UNARY_KERNEL(gelu)
MOTE_UNARY_KERNEL(gelu_tanh)
static const mote_param_t gelu_rows[] = {
    {"approximate", MOTE_P_BOOL, offsetof(mote_gelu_attr_t, approximate), 0, 1, 0, NULL,
     "", "The tanh form instead of the error function."}};

static int lut_gelu(const mote_tensor_t *in, const mote_tensor_t *out, const void *attr,
                    int8_t *table) {
  const mote_gelu_attr_t *a = attr;
  return mote_lut_real(in, out, a->approximate ? real_gelu_tanh : real_gelu, table);
}

static int gelu_lower(mote_program_t *prog, int32_t node) {
  const mote_gelu_attr_t *a = prog->graph->nodes[node].attr;
  return mote_unary_lower(prog, node, a->approximate ? &kernel_gelu_tanh : &kernel_gelu,
                          lut_gelu);
}
MOTE_UNARY_OP(gelu, "x times the normal distribution function.", .attrs = gelu_rows,
              .n_attrs = 1, .attr_bytes = sizeof(mote_gelu_attr_t),
              .traits = mote_traits_value);

/* ---- elu ---- */

MOTE_WRAP1(mote_elu_f32, mote_alpha_f32_t)
static const mote_kernel_t kernel_elu = {"mote_elu_f32", &mote_struct_alpha,
                                         run_mote_elu_f32, "nn/elu_f32.c",
                                         "f", "f", 0, 1};
static const mote_param_t elu_rows[] = {
    {"alpha", MOTE_P_FLOAT, offsetof(mote_alpha_attr_t, alpha), -1e6, 1e6, 1, NULL, "",
     "Factor of the negative side; int8 knows 1 only."}};

static int elu_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_alpha_attr_t *a = n->attr;
  if (a->alpha != 1.0f && mote_node_out(g, n)->dtype != MOTE_F32)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "int8 with alpha %g; only 1 is covered",
                     (double)a->alpha);
  return mote_unary_shape(g, n, out);
}

LUT(elu, real_elu)
static int elu_lower(mote_program_t *prog, int32_t node) {
  return mote_alpha_lower(prog, node, &kernel_elu, lut_elu);
}
const mote_op_t mote_op_elu = {
    .name = "elu", .help = "x, below zero alpha (exp(x) - 1).", .attrs = elu_rows,
    .n_attrs = 1, .attr_bytes = sizeof(mote_alpha_attr_t), .min_in = 1, .max_in = 1,
    .n_out = 1, .weights_axis = -1, .shape = elu_shape, .lower = elu_lower,
    .traits = mote_traits_value};
