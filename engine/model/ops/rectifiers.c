/* SPDX-License-Identifier: Apache-2.0
 * Functions of one value whose int8 tables come from the integer formulas of the TFLite
 * reference kernels: leaky relu, abs, rsqrt, hard swish. */
#include "model/ops/unary.h"

#include <math.h>
#include <stdlib.h>

#include "base/fixed_exp.h"

static int8_t saturate(int32_t y) { return (int8_t)mote_clamp(y, -128, 127); }

/* m may be 0. */
static int multiplier_of(double m, int32_t *multiplier, int32_t *shift) {
  *multiplier = *shift = 0;
  return m == 0 ? MOTE_OK : mote_quantise_multiplier(m, multiplier, shift);
}

/* ---- leaky relu ---- */

MOTE_WRAP1(mote_leaky_relu_f32, mote_alpha_f32_t)
static const mote_kernel_t kernel_leaky_relu = {"mote_leaky_relu_f32", &mote_struct_alpha,
                                                run_mote_leaky_relu_f32,
                                                "nn/leaky_relu_f32.c", "f", "f", 0, 1};
static const mote_param_t leaky_rows[] = {
    {"alpha", MOTE_P_FLOAT, offsetof(mote_alpha_attr_t, alpha), -1e6, 1e6, 0.01, NULL, "",
     "Factor of the negative side."}};

static int lut_leaky(const mote_tensor_t *in, const mote_tensor_t *out, const void *attr,
                     int8_t *table) {
  const mote_alpha_attr_t *a = attr;
  float below = mote_scale_of(in) * a->alpha / mote_scale_of(out);
  int32_t m, s, alpha_m, alpha_s;
  MOTE_TRY(multiplier_of((double)(mote_scale_of(in) / mote_scale_of(out)), &m, &s));
  MOTE_TRY(multiplier_of(fabs((double)below), &alpha_m, &alpha_s));
  for (int32_t i = -128; i < 128; i++) {
    int32_t x = i - mote_zero_of(in), y;
    if (x >= 0) y = mote_requantise(x, m, s);
    else {
      y = mote_requantise(x, alpha_m, alpha_s);
      if (below < 0) y = -y;
    }
    table[i + 128] = saturate(mote_add_wrap(y, mote_zero_of(out)));
  }
  return MOTE_OK;
}

static int is_s16(const mote_program_t *prog, int32_t node) {
  return mote_node_out(prog->graph, &prog->graph->nodes[node])->dtype == MOTE_I16;
}

static int leaky_relu_lower(mote_program_t *prog, int32_t node) {
  const mote_alpha_attr_t *a = prog->graph->nodes[node].attr;
  const mote_sides_t sides = {a->alpha, 0, MOTE_ACT_NONE};
  if (is_s16(prog, node)) return mote_lower_sides_s16(prog, node, &sides);
  return mote_alpha_lower(prog, node, &kernel_leaky_relu, lut_leaky);
}
MOTE_UNARY_OP(leaky_relu, "x, below zero alpha x.", .attrs = leaky_rows, .n_attrs = 1,
              .attr_bytes = sizeof(mote_alpha_attr_t), .types = MOTE_TYPES_F32_I8_I16,
              .traits = mote_traits_value);

/* ---- abs ---- */

MOTE_UNARY_KERNEL(abs)

static int lut_abs(const mote_tensor_t *in, const mote_tensor_t *out, const void *attr,
                   int8_t *table) {
  int32_t m, s;
  (void)attr;
  MOTE_TRY(multiplier_of((double)(mote_scale_of(in) / mote_scale_of(out)), &m, &s));
  for (int32_t i = -128; i < 128; i++) {
    int32_t y = abs(i - mote_zero_of(in));
    if (mote_scale_of(in) != mote_scale_of(out)) y = mote_requantise(y, m, s);
    table[i + 128] = saturate(mote_add_wrap(y, mote_zero_of(out)));
  }
  return MOTE_OK;
}

static int abs_lower(mote_program_t *prog, int32_t node) {
  const mote_sides_t sides = {1.0f, 1, MOTE_ACT_NONE};
  if (is_s16(prog, node)) return mote_lower_sides_s16(prog, node, &sides);
  return mote_unary_lower(prog, node, &kernel_abs, lut_abs);
}
MOTE_UNARY_OP(abs, "Absolute value.", .types = MOTE_TYPES_F32_I8_I16,
              .traits = mote_traits_value);

/* ---- rsqrt ---- */

MOTE_UNARY_KERNEL(rsqrt)
#define WIDER 20 /* bits that keep the root an integer */

static int lut_rsqrt(const mote_tensor_t *in, const mote_tensor_t *out, const void *attr,
                     int8_t *table) {
  int32_t m, s;
  (void)attr;
  double ratio = 1.0 / (double)(sqrtf(mote_scale_of(in)) * mote_scale_of(out));
  MOTE_TRY(mote_quantise_multiplier(ratio, &m, &s));
  if (s < WIDER - 31) m = 0, s = WIDER;
  for (int32_t i = -128; i < 128; i++) {
    int32_t x = i - mote_zero_of(in), shift, y = 127;
    if (x > 0) {
      int32_t root = mote_inverse_sqrt(x, &shift);
      root = mote_requantise(1, root, shift + WIDER);
      y = mote_add_wrap(mote_requantise(root, m, s - WIDER), mote_zero_of(out));
    }
    table[i + 128] = saturate(y);
  }
  return MOTE_OK;
}

static int rsqrt_lower(mote_program_t *prog, int32_t node) {
  return mote_unary_lower(prog, node, &kernel_rsqrt, lut_rsqrt);
}
MOTE_UNARY_OP(rsqrt, "1 / sqrt(x); int8: the highest value for x <= 0.",
              .traits = mote_traits_value);

/* ---- hard swish ---- */

MOTE_UNARY_KERNEL(hard_swish)

/* A factor with 15 bits. */
typedef struct { int32_t multiplier, shift; } short_t;

static int short_of(double m, short_t *out) {
  int32_t wide;
  MOTE_TRY(mote_quantise_multiplier(m, &wide, &out->shift));
  out->multiplier = wide >= INT32_MAX - (1 << 15) ? INT16_MAX : (wide + (1 << 15)) >> 16;
  return MOTE_OK;
}

static int32_t short_sat(int32_t x) { return mote_clamp(x, INT16_MIN, INT16_MAX); }

/* round(a b / 2^15), halves up. */
static int32_t short_mul(int32_t a, int32_t b) {
  return short_sat((a * b + (1 << 14)) >> 15);
}

static int32_t short_left(int32_t x, int32_t n) {
  return x == 0 ? 0 : short_sat(mote_shift_sat(x, n > 16 ? 16 : n));
}

/* (x + 3) / 6 limited to 0..1, 15 bits; x on 1/128 of the input's scale. */
static int32_t gate(int32_t x, short_t k) {
  int32_t y = x;
  if (k.shift > 0) y = short_left(y, k.shift - 1);
  y = short_mul(y, k.multiplier);
  if (k.shift > 0) y = short_left(y, 1);
  if (k.shift < 0) y = mote_round_shift(y, -k.shift);
  return (y + (1 << 15)) >> 1;
}

static int lut_hard_swish(const mote_tensor_t *in, const mote_tensor_t *out,
                          const void *attr, int8_t *table) {
  float fine = (1.0f / 128.0f) * mote_scale_of(in);
  short_t to_out, to_gate;
  (void)attr;
  MOTE_TRY(short_of((double)(fine / mote_scale_of(out)), &to_out));
  MOTE_TRY(short_of((double)(fine / (3.0f / 32768.0f)), &to_gate));
  if (to_out.shift > 0)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "the output's scale is below 1/128 of the "
                     "input's");
  for (int32_t i = -128; i < 128; i++) {
    int32_t x = (i - mote_zero_of(in)) * 128;
    int32_t y = gate(x, to_gate) * short_mul(x, to_out.multiplier) / (1 << 15);
    y = mote_round_shift(y, -to_out.shift) + mote_zero_of(out);
    table[i + 128] = saturate(y);
  }
  return MOTE_OK;
}

static int hard_swish_lower(mote_program_t *prog, int32_t node) {
  return mote_unary_lower(prog, node, &kernel_hard_swish, lut_hard_swish);
}
MOTE_UNARY_OP(hard_swish, "x times (x + 3) / 6 limited to 0..1.",
              .traits = mote_traits_value, .finest = 1.0f / 64);
