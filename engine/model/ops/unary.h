/* SPDX-License-Identifier: Apache-2.0
 * Functions of one value: float32 kernels, and int8 tables of 256 entries that hold what
 * the reference kernels compute. */
#ifndef MOTE_MODEL_OPS_UNARY_H
#define MOTE_MODEL_OPS_UNARY_H

#include "model/ops/util.h"
#include "nn/unary.h"

/* Fills table[x + 128] = f(x) for the scales of `in` and `out`. */
typedef int (*mote_lut_fn)(const mote_tensor_t *in, const mote_tensor_t *out,
                           const void *attr, int8_t table[256]);
int mote_lower_lut(mote_program_t *prog, int32_t node, mote_lut_fn fn);
/* The same with the values that `table` holds as long as the program lives. */
int mote_lower_table(mote_program_t *prog, int32_t node, const int8_t *table);

/* Rescales by `ratio` = in / out and clamps as the activation says. */
int mote_lut_clamp(const mote_tensor_t *in, const mote_tensor_t *out, int32_t act,
                   double ratio, int8_t table[256]);
/* TFLite's way where it has no integer formula: fn of the real value, rounded to float,
 * times 1 / scale, halves away from zero. NaN becomes the lowest value. */
int mote_lut_real(const mote_tensor_t *in, const mote_tensor_t *out,
                  double (*fn)(double x), int8_t table[256]);

/* The output has the input's shape; fixed scales are checked by op->quant. */
int mote_unary_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out);
/* float32: k, whose parameters are a mote_unary_t; int8: the table. */
int mote_unary_lower(mote_program_t *prog, int32_t node, const mote_kernel_t *k,
                     mote_lut_fn fn);

/* The same where the parameters are a mote_alpha_f32_t. */
int mote_alpha_lower(mote_program_t *prog, int32_t node, const mote_kernel_t *k,
                     mote_lut_fn fn);

/* int16: x at or above zero keeps its value; below, it is multiplied with `below` (of
 * -x when `flip`). Then the activation. */
typedef struct {
  float below;
  int flip;
  int32_t activation;
} mote_sides_t;
int mote_lower_sides_s16(mote_program_t *prog, int32_t node, const mote_sides_t *f);
int mote_lower_curve_s16(mote_program_t *prog, int32_t node, int tanh);
/* [256] of mote_curve_s16_t, in the arena of the program; NULL: out of memory. */
const uint16_t *mote_logistic_table(mote_program_t *prog);

extern const mote_struct_t mote_struct_unary, mote_struct_alpha;
/* kernel_<id>: mote_<id>_f32 of a mote_unary_t. */
#define MOTE_UNARY_KERNEL(id)                                                            \
  MOTE_WRAP1(mote_##id##_f32, mote_unary_t)                                              \
  static const mote_kernel_t kernel_##id = {                                             \
      "mote_" #id "_f32", &mote_struct_unary, run_mote_##id##_f32, "nn/" #id "_f32.c",   \
      "f", "f", 0, 1};

/* The row of an operator <id> with the function <id>_lower. */
#define MOTE_UNARY_OP(id, text, ...)                                                     \
  const mote_op_t mote_op_##id = {.name = #id, .help = text, .min_in = 1, .max_in = 1,   \
                                  .n_out = 1, .weights_axis = -1,                        \
                                  .shape = mote_unary_shape, .lower = id##_lower,        \
                                  __VA_ARGS__}

#endif
