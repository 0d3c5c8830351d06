/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/binary.h"
#include "nn/mul.h"

MOTE_WRAP2(mote_mul_s8, mote_mul_s8_t)
MOTE_WRAP1(mote_mul_const_s8, mote_mul_s8_t)
MOTE_WRAP2(mote_mul_f32, mote_mul_f32_t)
MOTE_WRAP1(mote_mul_const_f32, mote_mul_f32_t)

#define S(m) MOTE_FIELD(mote_mul_s8_t, m, I32)
static const mote_field_t fields_s8[] = {
    S(n),          S(a_n),            S(b_n),       S(a_offset), S(b_offset),
    S(out_offset), S(out_multiplier), S(out_shift), S(min),      S(max),
    MOTE_FIELD(mote_mul_s8_t, constant, I8S)};
#undef S
static const mote_struct_t struct_s8 = MOTE_STRUCT(mote_mul_s8_t, "nn/mul.h", fields_s8);

#define F(m, k) MOTE_FIELD(mote_mul_f32_t, m, k)
static const mote_field_t fields_f32[] = {F(n, I32),   F(a_n, I32), F(b_n, I32),
                                          F(min, F32), F(max, F32), F(constant, F32S)};
#undef F
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_mul_f32_t, "nn/mul.h", fields_f32);

static const mote_binary_kernels_t kernels = {
    {"mote_mul_s8", &struct_s8, run_mote_mul_s8, "nn/mul_s8.c", "bb", "b", 0, 0},
    {"mote_mul_const_s8", &struct_s8, run_mote_mul_const_s8, "nn/mul_s8.c", "b", "b", 0,
     0},
    {"mote_mul_f32", &struct_f32, run_mote_mul_f32, "nn/mul_f32.c", "ff", "f", 0, 0},
    {"mote_mul_const_f32", &struct_f32, run_mote_mul_const_f32, "nn/mul_f32.c", "f", "f",
     0, 0}};

static int mul_lower(mote_program_t *prog, int32_t node) {
  const mote_activation_attr_t *attr = prog->graph->nodes[node].attr;
  mote_binary_t o = mote_binary_step(prog, node, &kernels);
  if (!o.step) return MOTE_ERR_NOMEM;
  int32_t n = mote_count(o.out), na = mote_count(o.a), nb = mote_count(o.b);
  if (o.f32) {
    mote_mul_f32_t *p = o.step->params;
    p->n = n, p->a_n = na, p->b_n = nb;
    if (o.constant) p->constant = (mote_f32s_t){o.b->data, (uint32_t)nb};
    mote_activation_f32(attr->activation, &p->min, &p->max);
    return MOTE_OK;
  }
  mote_mul_s8_t *p = o.step->params;
  p->n = n, p->a_n = na, p->b_n = nb;
  if (o.constant) p->constant = (mote_i8s_t){o.b->data, (uint32_t)nb};
  p->a_offset = -mote_zero_of(o.a);
  p->b_offset = -mote_zero_of(o.b);
  p->out_offset = mote_zero_of(o.out);
  mote_activation_s8(attr->activation, o.out, &p->min, &p->max);
  double product = (double)mote_scale_of(o.a) * (double)mote_scale_of(o.b);
  return mote_quantise_multiplier(product / (double)mote_scale_of(o.out),
                                  &p->out_multiplier, &p->out_shift);
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
                               .weights_axis = -1,
                               .shape = mote_binary_shape,
                               .lower = mul_lower,
                               .traits = mote_traits_value};
