/* SPDX-License-Identifier: Apache-2.0
 * Product and quotient. */
#include "model/ops/binary.h"
#include "nn/div.h"
#include "nn/mul.h"

#define FIELDS(T)                                                                        \
  {MOTE_FIELD(T, n, I32), MOTE_FIELD(T, a_n, I32), MOTE_FIELD(T, b_n, I32),              \
   MOTE_FIELD(T, a_offset, I32), MOTE_FIELD(T, b_offset, I32),                           \
   MOTE_FIELD(T, out_offset, I32), MOTE_FIELD(T, out_multiplier, I32),                   \
   MOTE_FIELD(T, out_shift, I32), MOTE_FIELD(T, min, I32), MOTE_FIELD(T, max, I32)}
static const mote_field_t mul_fields[] = FIELDS(mote_mul_s8_t);
static const mote_field_t div_fields[] = FIELDS(mote_div_s8_t);
#undef FIELDS
const mote_struct_t mote_struct_mul_s8 =
    MOTE_STRUCT(mote_mul_s8_t, "nn/mul.h", mul_fields);
static const mote_struct_t div_struct =
    MOTE_STRUCT(mote_div_s8_t, "nn/div.h", div_fields);
static const mote_field_t mul_broadcast_fields[] =
    MOTE_BROADCAST_FIELDS(mote_mul_broadcast_t, &mote_struct_mul_s8);
static const mote_struct_t mul_broadcast =
    MOTE_STRUCT(mote_mul_broadcast_t, "nn/mul.h", mul_broadcast_fields);
static const mote_field_t div_broadcast_fields[] =
    MOTE_BROADCAST_FIELDS(mote_div_broadcast_t, &div_struct);
static const mote_struct_t div_broadcast =
    MOTE_STRUCT(mote_div_broadcast_t, "nn/div.h", div_broadcast_fields);

MOTE_BINARY_PAIR_F32(mul)
MOTE_BINARY_PAIR(mul, s8, mote_mul_s8_t, &mote_struct_mul_s8, mote_mul_broadcast_t,
                 &mul_broadcast, "b")
MOTE_BINARY_PAIR(mul, s16, mote_mul_s8_t, &mote_struct_mul_s8, mote_mul_broadcast_t,
                 &mul_broadcast, "h")
MOTE_BINARY_PAIR_F32(div)
MOTE_BINARY_PAIR(div, s8, mote_div_s8_t, &div_struct, mote_div_broadcast_t,
                 &div_broadcast, "b")

static int fill_mul(const mote_operands_t *o, void *params) {
  mote_mul_s8_t *p = params;
  p->a_offset = -mote_zero_of(o->a);
  p->b_offset = -mote_zero_of(o->b);
  p->out_offset = mote_zero_of(o->out);
  mote_activation_s8(o->activation, o->out, &p->min, &p->max);
  double product = (double)mote_scale_of(o->a) * (double)mote_scale_of(o->b);
  return mote_quantise_multiplier(product / (double)mote_scale_of(o->out),
                                  &p->out_multiplier, &p->out_shift);
}

static int fill_div(const mote_operands_t *o, void *params) {
  mote_div_s8_t *p = params;
  p->a_offset = -mote_zero_of(o->a);
  p->b_offset = -mote_zero_of(o->b);
  p->out_offset = mote_zero_of(o->out);
  mote_activation_s8(o->activation, o->out, &p->min, &p->max);
  float ratio = mote_scale_of(o->a) / (mote_scale_of(o->b) * mote_scale_of(o->out));
  return mote_quantise_multiplier((double)ratio, &p->out_multiplier, &p->out_shift);
}

static int mul_lower(mote_program_t *prog, int32_t node) {
  static const mote_binary_kernels_t k = {MOTE_PAIR(mul, f32), MOTE_PAIR(mul, s8),
                                          MOTE_PAIR(mul, s16), fill_mul};
  return mote_binary_lower(prog, node, &k);
}

static int div_lower(mote_program_t *prog, int32_t node) {
  static const mote_binary_kernels_t k = {
      MOTE_PAIR(div, f32), MOTE_PAIR(div, s8), {NULL, NULL}, fill_div};
  return mote_binary_lower(prog, node, &k);
}

const mote_op_t mote_op_mul = {.name = "mul",
                               .help = "Product of two tensors.",
                               .attrs = mote_binary_rows,
                               .n_attrs = 1,
                               .attr_bytes = sizeof(mote_activation_attr_t),
                               .min_in = 2,
                               .max_in = 2,
                               .n_out = 1,
                               .const_in = 3,
                               .types = MOTE_TYPES_F32_I8_I16,
                               .weights_axis = -1,
                               .shape = mote_binary_shape,
                               .lower = mul_lower,
                               .traits = mote_traits_value};
const mote_op_t mote_op_div = {.name = "div",
                               .help = "Quotient of two tensors.",
                               .attrs = mote_binary_rows,
                               .n_attrs = 1,
                               .attr_bytes = sizeof(mote_activation_attr_t),
                               .min_in = 2,
                               .max_in = 2,
                               .n_out = 1,
                               .const_in = 3,
                               .weights_axis = -1,
                               .shape = mote_binary_shape,
                               .lower = div_lower,
                               .traits = mote_traits_value};
