/* SPDX-License-Identifier: Apache-2.0
 * Sum, difference, squared difference. */
#include "model/ops/binary.h"
#include "nn/add.h"

#define S(m) MOTE_FIELD(mote_add_s8_t, m, I32)
static const mote_field_t fields[] = {
    S(n),        S(a_n),          S(b_n),     S(a_offset),   S(a_multiplier),
    S(a_shift),  S(b_offset),     S(b_multiplier), S(b_shift), S(out_offset),
    S(out_multiplier), S(out_shift), S(min),  S(max)};
#undef S
const mote_struct_t mote_struct_add_s8 =
    MOTE_STRUCT(mote_add_s8_t, "nn/add.h", fields);
static const mote_field_t broadcast_fields[] =
    MOTE_BROADCAST_FIELDS(mote_add_broadcast_t, &mote_struct_add_s8);
static const mote_struct_t broadcast_struct =
    MOTE_STRUCT(mote_add_broadcast_t, "nn/add.h", broadcast_fields);

#define PAIRS(op)                                                                        \
  MOTE_BINARY_PAIR_F32(op)                                                               \
  MOTE_BINARY_PAIR(op, s8, mote_add_s8_t, &mote_struct_add_s8, mote_add_broadcast_t,     \
                   &broadcast_struct, "b")                                               \
  MOTE_BINARY_PAIR(op, s16, mote_add_s8_t, &mote_struct_add_s8, mote_add_broadcast_t,    \
                   &broadcast_struct, "h")
PAIRS(add)
PAIRS(sub)
PAIRS(squared_difference)

/* Factors onto the common scale, and from `back` to the output. */
static int scale(const mote_operands_t *o, double a, double b, double back,
                 mote_add_s8_t *p) {
  p->a_offset = -mote_zero_of(o->a);
  p->b_offset = -mote_zero_of(o->b);
  p->out_offset = mote_zero_of(o->out);
  mote_activation_s8(o->activation, o->out, &p->min, &p->max);
  MOTE_TRY(mote_quantise_multiplier(a, &p->a_multiplier, &p->a_shift));
  MOTE_TRY(mote_quantise_multiplier(b, &p->b_multiplier, &p->b_shift));
  return mote_quantise_multiplier(back, &p->out_multiplier, &p->out_shift);
}

static float larger(const mote_operands_t *o) {
  float a = mote_scale_of(o->a), b = mote_scale_of(o->b);
  return a > b ? a : b;
}

static int32_t widened(const mote_operands_t *o) {
  return 1 << (o->out->dtype == MOTE_I16 ? 15 : 20);
}

static int fill_add(const mote_operands_t *o, void *p) {
  double common = 2.0 * (double)larger(o);
  return scale(o, (double)mote_scale_of(o->a) / common,
               (double)mote_scale_of(o->b) / common,
               common / ((double)widened(o) * (double)mote_scale_of(o->out)), p);
}

/* As in TFLite, in float where add is in double: the last bits of the factors differ. */
static int fill_sub(const mote_operands_t *o, void *p) {
  float common = 2.0f * larger(o);
  return scale(o, (double)(mote_scale_of(o->a) / common),
               (double)(mote_scale_of(o->b) / common),
               (double)(common / ((float)widened(o) * mote_scale_of(o->out))), p);
}

static int fill_squared(const mote_operands_t *o, void *p) {
  double common = 2.0 * (double)larger(o);
  float grid = (float)(o->out->dtype == MOTE_I16 ? 1 : 1 << 14) * mote_scale_of(o->out);
  return scale(o, (double)mote_scale_of(o->a) / common,
               (double)mote_scale_of(o->b) / common, common * common / (double)grid, p);
}

#define OP(id, text, rows, n_rows, bytes, fill, tr)                                      \
  static int id##_lower(mote_program_t *prog, int32_t node) {                            \
    static const mote_binary_kernels_t k = {MOTE_PAIR(id, f32), MOTE_PAIR(id, s8),       \
                                            MOTE_PAIR(id, s16), fill};                   \
    return mote_binary_lower(prog, node, &k);                                            \
  }                                                                                      \
  const mote_op_t mote_op_##id = {.name = #id, .help = text, .attrs = rows,              \
                                  .n_attrs = n_rows, .attr_bytes = bytes, .min_in = 2,   \
                                  .max_in = 2, .n_out = 1, .const_in = 3,                \
                                  .types = MOTE_TYPES_F32_I8_I16, .weights_axis = -1,    \
                                  .shape = mote_binary_shape, .lower = id##_lower,       \
                                  .traits = mote_traits_##tr}
OP(add, "Sum of two tensors.", mote_binary_rows, 1, sizeof(mote_activation_attr_t),
   fill_add, rising);
OP(sub, "Difference of two tensors.", mote_binary_rows, 1,
   sizeof(mote_activation_attr_t), fill_sub, value);
OP(squared_difference, "(a - b) squared.", NULL, 0, 0, fill_squared, value);
