/* SPDX-License-Identifier: Apache-2.0
 * What functions of one value share; the clamps, logistic and tanh. */
#include "model/ops/unary.h"

#include <math.h>

#include "base/fixed_exp.h"
#include "nn/clamp.h"
#include "nn/lut.h"

MOTE_WRAP1(mote_lut_s8, mote_lut_s8_t)
MOTE_WRAP1(mote_clamp_f32, mote_clamp_f32_t)

static const mote_field_t lut_fields[] = {MOTE_FIELD(mote_lut_s8_t, n, I32),
                                          MOTE_FIELD(mote_lut_s8_t, table, I8S)};
static const mote_struct_t lut_struct =
    MOTE_STRUCT(mote_lut_s8_t, "nn/lut.h", lut_fields);
static const mote_kernel_t lut_kernel = {
    "mote_lut_s8", &lut_struct, run_mote_lut_s8, "nn/lut_s8.c", "b", "b", 0, 1};

static const mote_field_t clamp_fields[] = {MOTE_FIELD(mote_clamp_f32_t, n, I32),
                                            MOTE_FIELD(mote_clamp_f32_t, min, F32),
                                            MOTE_FIELD(mote_clamp_f32_t, max, F32)};
static const mote_struct_t clamp_struct =
    MOTE_STRUCT(mote_clamp_f32_t, "nn/clamp.h", clamp_fields);
static const mote_kernel_t clamp_kernel = {"mote_clamp_f32",
                                           &clamp_struct,
                                           run_mote_clamp_f32,
                                           "nn/clamp_f32.c",
                                           "f",
                                           "f",
                                           0,
                                           1};

static const mote_field_t unary_fields[] = {MOTE_FIELD(mote_unary_t, n, I32)};
const mote_struct_t mote_struct_unary =
    MOTE_STRUCT(mote_unary_t, "nn/unary.h", unary_fields);
static const mote_field_t alpha_fields[] = {MOTE_FIELD(mote_alpha_f32_t, n, I32),
                                            MOTE_FIELD(mote_alpha_f32_t, alpha, F32)};
const mote_struct_t mote_struct_alpha =
    MOTE_STRUCT(mote_alpha_f32_t, "nn/unary.h", alpha_fields);
MOTE_UNARY_KERNEL(logistic)
MOTE_UNARY_KERNEL(tanh)

int mote_lower_table(mote_program_t *prog, int32_t node, const int8_t *table) {
  mote_step_t *s = mote_simple_step(prog, node, &lut_kernel, 1);
  if (!s) return MOTE_ERR_NOMEM;
  int32_t count = mote_count(mote_node_out(prog->graph, &prog->graph->nodes[node]));
  *(mote_lut_s8_t *)s->params = (mote_lut_s8_t){count, {table, 256}};
  return MOTE_OK;
}

int mote_lower_lut(mote_program_t *prog, int32_t node, mote_lut_fn fn) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  int8_t *table = mote_arena_take(prog->arena, 256, 1);
  if (!table) return MOTE_ERR_NOMEM;
  MOTE_TRY(fn(mote_node_in(g, n, 0), mote_node_out(g, n), n->attr, table));
  return mote_lower_table(prog, node, table);
}

int mote_lut_clamp(const mote_tensor_t *in, const mote_tensor_t *out, int32_t act,
                   double ratio, int8_t table[256]) {
  int32_t multiplier, shift, lo, hi;
  MOTE_TRY(mote_quantise_multiplier(ratio, &multiplier, &shift));
  mote_activation_s8(act, out, &lo, &hi);
  for (int32_t x = -128; x < 128; x++) {
    int32_t y = mote_requantise(x - mote_zero_of(in), multiplier, shift);
    y = mote_add_wrap(y, mote_zero_of(out));
    table[x + 128] = (int8_t)mote_clamp(y, lo, hi);
  }
  return MOTE_OK;
}

static int8_t nearest(float y, float inverse, int32_t zero) {
  float q = roundf(y * inverse) + (float)zero;
  return (int8_t)(q > 127.0f ? 127 : q >= -128.0f ? (int32_t)q : -128);
}

int mote_lut_real(const mote_tensor_t *in, const mote_tensor_t *out,
                  double (*fn)(double x), int8_t table[256]) {
  float inverse = 1.0f / mote_scale_of(out);
  for (int32_t i = -128; i < 128; i++) {
    float x = mote_scale_of(in) * (float)(i - mote_zero_of(in));
    table[i + 128] = nearest((float)fn((double)x), inverse, mote_zero_of(out));
  }
  return MOTE_OK;
}

#define CLAMP_LUT(id, act)                                                               \
  static int lut_##id(const mote_tensor_t *in, const mote_tensor_t *out,                 \
                      const void *attr, int8_t *table) {                                 \
    (void)attr;                                                                          \
    double ratio = (double)(mote_scale_of(in) / mote_scale_of(out));                     \
    return mote_lut_clamp(in, out, act, ratio, table);                                   \
  }
CLAMP_LUT(relu, MOTE_ACT_RELU)
CLAMP_LUT(relu6, MOTE_ACT_RELU6)
CLAMP_LUT(relu_n1_to_1, MOTE_ACT_RELU_N1_TO_1)

/* The input with 4 integer bits; where it saturates, so does the function. */
typedef struct { int32_t multiplier, shift, radius; } q4_t;

static int q4_of(const mote_tensor_t *in, q4_t *q) {
  MOTE_TRY(mote_quantise_multiplier((double)mote_scale_of(in) * (1 << 27), &q->multiplier,
                                    &q->shift));
  double radius =
      q->shift < 0 ? 1e9 : 15.0 * (1 << 27) / (double)((int64_t)1 << q->shift);
  q->radius = radius > 1e9 ? 1000000000 : (int32_t)floor(radius);
  return MOTE_OK;
}

static int32_t sigmoid_s8(int32_t x_q4) {
  return mote_round_shift(mote_logistic_q4(x_q4), 23) - 128;
}

static int32_t tanh_s8(int32_t x_q4) { return mote_round_shift(mote_tanh_q4(x_q4), 24); }

static int lut_curve(const mote_tensor_t *in, int32_t (*fn)(int32_t), int8_t *table) {
  q4_t q;
  MOTE_TRY(q4_of(in, &q));
  for (int32_t i = -128; i < 128; i++) {
    int32_t x = i - mote_zero_of(in), y;
    if (x <= -q.radius) y = -128;
    else if (x >= q.radius) y = 127;
    else y = fn(mote_requantise(x, q.multiplier, q.shift));
    table[i + 128] = (int8_t)mote_clamp(y, -128, 127);
  }
  return MOTE_OK;
}

#define CURVE_LUT(id, fn)                                                                \
  static int lut_##id(const mote_tensor_t *in, const mote_tensor_t *out,                 \
                      const void *attr, int8_t *table) {                                 \
    (void)out, (void)attr;                                                               \
    return lut_curve(in, fn, table);                                                     \
  }
CURVE_LUT(logistic, sigmoid_s8)
CURVE_LUT(tanh, tanh_s8)

int mote_unary_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  MOTE_TRY(mote_want_uniform(g, n, 1));
  *out = mote_node_in(g, n, 0)->dims;
  const mote_tensor_t *y = mote_node_out(g, n);
  if (y->dtype == MOTE_F32 || n->op->quant == MOTE_QUANT_FREE) return MOTE_OK;
  if (y->dtype == MOTE_I16)
    return mote_scale_of(y) == 1.0f / 32768
               ? MOTE_OK
               : mote_fail(MOTE_ERR_UNSUPPORTED, "the output must have scale 1/32768");
  int unit = n->op->quant == MOTE_QUANT_UNIT;
  if (mote_scale_of(y) == (unit ? 1.0f / 256 : 1.0f / 128) &&
      mote_zero_of(y) == (unit ? -128 : 0))
    return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "the output must have scale 1/%d, zero point %d",
                   unit ? 256 : 128, unit ? -128 : 0);
}

static mote_dtype_t type_of(const mote_program_t *prog, int32_t node) {
  return mote_node_out(prog->graph, &prog->graph->nodes[node])->dtype;
}

static int is_f32(const mote_program_t *prog, int32_t node) {
  return type_of(prog, node) == MOTE_F32;
}

static int lower_clamp(mote_program_t *prog, int32_t node, int32_t act) {
  mote_step_t *s = mote_simple_step(prog, node, &clamp_kernel, 1);
  if (!s) return MOTE_ERR_NOMEM;
  mote_clamp_f32_t *p = s->params;
  p->n = mote_count(mote_node_out(prog->graph, &prog->graph->nodes[node]));
  mote_activation_f32(act, &p->min, &p->max);
  return MOTE_OK;
}

int mote_unary_lower(mote_program_t *prog, int32_t node, const mote_kernel_t *k,
                     mote_lut_fn fn) {
  if (!is_f32(prog, node)) return mote_lower_lut(prog, node, fn);
  mote_step_t *s = mote_simple_step(prog, node, k, 1);
  if (!s) return MOTE_ERR_NOMEM;
  mote_unary_t *p = s->params;
  p->n = mote_count(mote_node_out(prog->graph, &prog->graph->nodes[node]));
  return MOTE_OK;
}

int mote_alpha_lower(mote_program_t *prog, int32_t node, const mote_kernel_t *k,
                     mote_lut_fn fn) {
  const mote_alpha_attr_t *a = prog->graph->nodes[node].attr;
  if (!is_f32(prog, node)) return mote_lower_lut(prog, node, fn);
  MOTE_TRY(mote_unary_lower(prog, node, k, fn));
  ((mote_alpha_f32_t *)prog->steps[prog->n_steps - 1].params)->alpha = a->alpha;
  return MOTE_OK;
}

#define CLAMP(id, text, act)                                                             \
  static int id##_lower(mote_program_t *prog, int32_t node) {                            \
    const mote_sides_t sides = {1.0f, 0, act};                                           \
    if (type_of(prog, node) == MOTE_I16)                                                 \
      return mote_lower_sides_s16(prog, node, &sides);                                   \
    return is_f32(prog, node) ? lower_clamp(prog, node, act)                             \
                              : mote_lower_lut(prog, node, lut_##id);                    \
  }                                                                                      \
  MOTE_UNARY_OP(id, text, .types = MOTE_TYPES_F32_I8_I16, .traits = mote_traits_rising)
CLAMP(relu, "max(x, 0).", MOTE_ACT_RELU);
CLAMP(relu6, "x limited to 0..6.", MOTE_ACT_RELU6);
CLAMP(relu_n1_to_1, "x limited to -1..1.", MOTE_ACT_RELU_N1_TO_1);

#define CURVE(id, text, rule, tanh)                                                      \
  static int id##_lower(mote_program_t *prog, int32_t node) {                            \
    if (type_of(prog, node) == MOTE_I16) return mote_lower_curve_s16(prog, node, tanh);  \
    return mote_unary_lower(prog, node, &kernel_##id, lut_##id);                         \
  }                                                                                      \
  MOTE_UNARY_OP(id, text, .types = MOTE_TYPES_F32_I8_I16, .quant = rule,                 \
                .traits = mote_traits_rising)
CURVE(logistic, "1 / (1 + exp(-x)).", MOTE_QUANT_UNIT, 0);
CURVE(tanh, "Hyperbolic tangent.", MOTE_QUANT_SIGNED_UNIT, 1);
