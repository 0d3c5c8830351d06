/* SPDX-License-Identifier: Apache-2.0
 * int16 forms of functions of one value: parameters of nn/unary_s16.h. */
#include "model/ops/unary.h"

#include <math.h>

#include "base/dmath.h"
#include "nn/unary_s16.h"

MOTE_WRAP1(mote_sides_s16, mote_sides_s16_t)
MOTE_WRAP1(mote_logistic_s16, mote_curve_s16_t)
MOTE_WRAP1(mote_tanh_s16, mote_curve_s16_t)

#define S(m) MOTE_FIELD(mote_sides_s16_t, m, I32)
static const mote_field_t sides_fields[] = {
    S(n),           S(multiplier), S(shift), S(below_multiplier),
    S(below_shift), S(before),     S(after), S(min), S(max)};
#undef S
static const mote_struct_t sides_struct =
    MOTE_STRUCT(mote_sides_s16_t, "nn/unary_s16.h", sides_fields);
static const mote_kernel_t sides_kernel = {
    "mote_sides_s16", &sides_struct, run_mote_sides_s16, "nn/sides_s16.c",
    "h", "h", 0, 1};

static const mote_field_t curve_fields[] = {MOTE_FIELD(mote_curve_s16_t, n, I32),
                                            MOTE_FIELD(mote_curve_s16_t, multiplier, I32),
                                            MOTE_FIELD(mote_curve_s16_t, shift, I32),
                                            MOTE_FIELD(mote_curve_s16_t, table, U16S)};
static const mote_struct_t curve_struct =
    MOTE_STRUCT(mote_curve_s16_t, "nn/unary_s16.h", curve_fields);
static const mote_kernel_t logistic_kernel = {"mote_logistic_s16", &curve_struct,
                                              run_mote_logistic_s16, "nn/logistic_s16.c",
                                              "h", "h", 0, 1};
static const mote_kernel_t tanh_kernel = {"mote_tanh_s16", &curve_struct,
                                          run_mote_tanh_s16, "nn/tanh_s16.c",
                                          "h", "h", 0, 1};

int mote_lower_sides_s16(mote_program_t *prog, int32_t node, const mote_sides_t *f) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *in = mote_node_in(g, n, 0), *out = mote_node_out(g, n);
  mote_step_t *s = mote_simple_step(prog, node, &sides_kernel, 1);
  if (!s) return MOTE_ERR_NOMEM;
  mote_sides_s16_t *p = s->params;
  p->n = mote_count(out);
  p->before = f->flip ? -1 : 1;
  p->after = f->below < 0 ? -1 : 1;
  mote_activation_s8(f->activation, out, &p->min, &p->max);
  double ratio = (double)(mote_scale_of(in) / mote_scale_of(out));
  double below = fabs((double)(mote_scale_of(in) * f->below / mote_scale_of(out)));
  if (below > 0)
    MOTE_TRY(mote_quantise_multiplier(below, &p->below_multiplier, &p->below_shift));
  return mote_quantise_multiplier(ratio, &p->multiplier, &p->shift);
}

/* An entry is moved by half of what a line to the next one misses in the middle. */
const uint16_t *mote_logistic_table(mote_program_t *prog) {
  uint16_t *t = mote_arena_take(prog->arena, 256, sizeof *t);
  for (int i = 0; t && i < 256; i++) {
    double y[3]; /* here, half way, next */
    for (int k = 0; k < 3; k++)
      y[k] = 65536.0 / (1.0 + mote_dexp(-(i + 0.5 * k) / 24.0));
    double missed = (y[0] + y[2]) / 2 - y[1];
    t[i] = (uint16_t)(i == 255 ? 65535 : floor(y[0] - missed / 2 + 0.5));
  }
  return t;
}

/* The factor onto the table's grid: 3 where the scale is its power of two, else as many
 * bits as fit into 15. */
static int grid(const mote_tensor_t *in, int tanh, mote_curve_s16_t *p) {
  int exponent;
  float mantissa = frexpf(mote_scale_of(in), &exponent);
  int left = 12 + exponent - 1;
  if (mantissa == 0.5f && (left == 0 || (tanh && left == 1))) {
    p->multiplier = 3 << left;
    return MOTE_OK;
  }
  double m = (double)mote_scale_of(in) * 4096.0 * 3.0;
  for (; m <= 32767.0 / 2.0 && p->shift <= 30; p->shift++) m *= 2.0;
  if (m > 32767.0)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "the input's scale is too large");
  p->multiplier = (int32_t)m;
  return MOTE_OK;
}

int mote_lower_curve_s16(mote_program_t *prog, int32_t node, int tanh) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  mote_step_t *s =
      mote_simple_step(prog, node, tanh ? &tanh_kernel : &logistic_kernel, 1);
  if (!s) return MOTE_ERR_NOMEM;
  mote_curve_s16_t *p = s->params;
  const uint16_t *table = mote_logistic_table(prog);
  if (!table) return MOTE_ERR_NOMEM;
  p->n = mote_count(mote_node_out(g, n));
  p->table = (mote_u16s_t){table, 256};
  return grid(mote_node_in(g, n, 0), tanh, p);
}
