/* SPDX-License-Identifier: Apache-2.0
 * The larger or the smaller of two values; prelu. */
#include "model/ops/binary.h"
#include "nn/prelu.h"

#define PAIRS(op)                                                                        \
  MOTE_BINARY_PAIR_F32(op)                                                               \
  MOTE_BINARY_PAIR(op, s8, mote_binary_t, &mote_struct_binary, mote_binary_broadcast_t,  \
                   &mote_struct_binary_broadcast, "b")                                   \
  MOTE_BINARY_PAIR(op, s16, mote_binary_t, &mote_struct_binary, mote_binary_broadcast_t, \
                   &mote_struct_binary_broadcast, "h")
PAIRS(maximum)
PAIRS(minimum)

#define P(m) MOTE_FIELD(mote_prelu_s8_t, m, I32)
static const mote_field_t prelu_fields[] = {
    P(n),          P(a_n),   P(b_n),              P(a_offset),    P(b_offset),
    P(multiplier), P(shift), P(alpha_multiplier), P(alpha_shift), P(out_offset)};
#undef P
static const mote_struct_t prelu_struct =
    MOTE_STRUCT(mote_prelu_s8_t, "nn/prelu.h", prelu_fields);
static const mote_field_t prelu_broadcast_fields[] =
    MOTE_BROADCAST_FIELDS(mote_prelu_broadcast_t, &prelu_struct);
static const mote_struct_t prelu_broadcast =
    MOTE_STRUCT(mote_prelu_broadcast_t, "nn/prelu.h", prelu_broadcast_fields);
MOTE_BINARY_PAIR_F32(prelu)
MOTE_BINARY_PAIR(prelu, s8, mote_prelu_s8_t, &prelu_struct, mote_prelu_broadcast_t,
                 &prelu_broadcast, "b")
MOTE_BINARY_PAIR_OF(prelu, s16, mote_prelu_s8_t, &prelu_struct, mote_prelu_broadcast_t,
                    &prelu_broadcast, "hb", "h")

static int fill_prelu(const mote_operands_t *o, void *params) {
  mote_prelu_s8_t *p = params;
  double in = (double)mote_scale_of(o->a), out = (double)mote_scale_of(o->out);
  p->a_offset = -mote_zero_of(o->a);
  p->b_offset = -mote_zero_of(o->b);
  p->out_offset = mote_zero_of(o->out);
  MOTE_TRY(mote_quantise_multiplier(in / out, &p->multiplier, &p->shift));
  return mote_quantise_multiplier(in * (double)mote_scale_of(o->b) / out,
                                  &p->alpha_multiplier, &p->alpha_shift);
}

/* Alpha of an int16 input is int8. */
static int want_alpha(const mote_graph_t *g, const mote_node_t *n) {
  const mote_tensor_t *alpha = mote_node_in(g, n, 1);
  if (mote_node_in(g, n, 0)->dtype != MOTE_I16) return mote_want_uniform(g, n, 2);
  MOTE_TRY(mote_want_uniform(g, n, 1));
  if (alpha->dtype == MOTE_I8 && alpha->quant.n == 1) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "alpha \"%s\" must be i8 with one scale",
                   alpha->name);
}

/* Alpha may repeat, the input may not: the output has its shape. */
static int prelu_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  MOTE_TRY(want_alpha(g, n));
  MOTE_TRY(mote_broadcast_shape(g, n, out));
  if (mote_dims_equal(out, &mote_node_in(g, n, 0)->dims)) return MOTE_OK;
  return mote_fail(MOTE_ERR_SIZE, "alpha \"%s\" is larger than the input",
                   mote_node_in(g, n, 1)->name);
}

#define LOWER(id, s16, fill)                                                             \
  static int id##_lower(mote_program_t *prog, int32_t node) {                            \
    static const mote_binary_kernels_t k = {MOTE_PAIR(id, f32), MOTE_PAIR(id, s8), s16,  \
                                            fill};                                       \
    return mote_binary_lower(prog, node, &k);                                            \
  }
LOWER(maximum, MOTE_PAIR(maximum, s16), NULL)
LOWER(minimum, MOTE_PAIR(minimum, s16), NULL)
LOWER(prelu, MOTE_PAIR(prelu, s16), fill_prelu)

#define EXTREMUM(id, text)                                                               \
  const mote_op_t mote_op_##id = {.name = #id, .help = text, .min_in = 2, .max_in = 2,   \
                                  .n_out = 1, .const_in = 3,                             \
                                  .types = MOTE_TYPES_F32_I8_I16,                        \
                                  .quant = MOTE_QUANT_SAME, .weights_axis = -1,          \
                                  .shape = mote_binary_shape_same, .lower = id##_lower,  \
                                  .traits = mote_traits_rising}
EXTREMUM(maximum, "The larger of two values.");
EXTREMUM(minimum, "The smaller of two values.");
const mote_op_t mote_op_prelu = {
    .name = "prelu", .help = "x where it is not negative, else x times alpha.",
    .min_in = 2, .max_in = 2, .n_out = 1, .types = MOTE_TYPES_F32_I8_I16, .const_in = 2,
    .weights_axis = -1, .shape = prelu_shape, .lower = prelu_lower,
    .traits = mote_traits_value};
