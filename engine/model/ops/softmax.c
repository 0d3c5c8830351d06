/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/util.h"

#include <math.h>

#include "nn/softmax.h"

MOTE_WRAP1(mote_softmax_s8, mote_softmax_s8_t)
MOTE_WRAP1(mote_softmax_s8_s16, mote_softmax_s8_t)
MOTE_WRAP1(mote_softmax_f32, mote_softmax_f32_t)
MOTE_WRAP1(mote_log_softmax_s8, mote_log_softmax_s8_t)
MOTE_WRAP1(mote_log_softmax_f32, mote_log_softmax_f32_t)

#define S(m) MOTE_FIELD(mote_softmax_s8_t, m, I32)
static const mote_field_t fields_s8[] = {S(rows), S(n), S(multiplier), S(shift),
                                         S(diff_min)};
#undef S
static const mote_struct_t struct_s8 =
    MOTE_STRUCT(mote_softmax_s8_t, "nn/softmax.h", fields_s8);
static const mote_kernel_t kernel_s8 = {"mote_softmax_s8",
                                        &struct_s8,
                                        run_mote_softmax_s8,
                                        "nn/softmax_s8.c",
                                        "b",
                                        "b",
                                        0,
                                        1};

static const mote_kernel_t kernel_s8_s16 = {"mote_softmax_s8_s16", &struct_s8,
                                            run_mote_softmax_s8_s16,
                                            "nn/softmax_s8_s16.c", "b", "h", 0, 0};

static const mote_field_t fields_f32[] = {MOTE_FIELD(mote_softmax_f32_t, rows, I32),
                                          MOTE_FIELD(mote_softmax_f32_t, n, I32),
                                          MOTE_FIELD(mote_softmax_f32_t, beta, F32)};
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_softmax_f32_t, "nn/softmax.h", fields_f32);
static const mote_kernel_t kernel_f32 = {"mote_softmax_f32", &struct_f32,
                                         run_mote_softmax_f32, "nn/softmax_f32.c",
                                         "f", "f", 0, 1};

static const mote_field_t log_fields_s8[] = {
    MOTE_FIELD_STRUCT(mote_log_softmax_s8_t, soft, &struct_s8),
    MOTE_FIELD(mote_log_softmax_s8_t, back_multiplier, I32),
    MOTE_FIELD(mote_log_softmax_s8_t, back_shift, I32)};
static const mote_struct_t log_struct_s8 =
    MOTE_STRUCT(mote_log_softmax_s8_t, "nn/softmax.h", log_fields_s8);
static const mote_kernel_t log_kernel_s8 = {"mote_log_softmax_s8", &log_struct_s8,
                                            run_mote_log_softmax_s8,
                                            "nn/log_softmax_s8.c", "b", "b", 0, 1};

static const mote_field_t log_fields_f32[] = {
    MOTE_FIELD(mote_log_softmax_f32_t, rows, I32),
    MOTE_FIELD(mote_log_softmax_f32_t, n, I32)};
static const mote_struct_t log_struct_f32 =
    MOTE_STRUCT(mote_log_softmax_f32_t, "nn/softmax.h", log_fields_f32);
static const mote_kernel_t log_kernel_f32 = {"mote_log_softmax_f32", &log_struct_f32,
                                             run_mote_log_softmax_f32,
                                             "nn/log_softmax_f32.c", "f", "f", 0, 1};

static const mote_param_t rows[] = {{"beta", MOTE_P_FLOAT,
                                     offsetof(mote_softmax_attr_t, beta), 1e-6, 1e6, 1.0,
                                     NULL, "", "Factor on the inputs."}};

/* int8 scores to int16 shares. */
static int widens(const mote_tensor_t *in, const mote_tensor_t *out) {
  return in->dtype == MOTE_I8 && in->quant.n == 1 && out->dtype == MOTE_I16 &&
         out->quant.n == 1;
}

static int want_classes(const mote_tensor_t *in, mote_dims_t *out) {
  if (in->dims.rank < 1) return mote_fail(MOTE_ERR_SIZE, "the input has no axis");
  *out = in->dims;
  if (in->dtype == MOTE_F32 || in->dims.d[in->dims.rank - 1] <= 4095) return MOTE_OK;
  return mote_fail(MOTE_ERR_LIMIT, "more than 4095 classes");
}

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out,
                 float scale, int32_t zero) {
  const mote_tensor_t *in = mote_node_in(g, n, 0), *y = mote_node_out(g, n);
  MOTE_TRY(mote_want_uniform(g, n, 1));
  MOTE_TRY(want_classes(in, out));
  if (in->dtype == MOTE_F32) return MOTE_OK;
  if (in->dtype == MOTE_I16)
    return mote_scale_of(y) == 1.0f / 32768
               ? MOTE_OK
               : mote_fail(MOTE_ERR_UNSUPPORTED, "the output must have scale 1/32768");
  if (mote_scale_of(y) != scale || mote_zero_of(y) != zero)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "the output must have scale 1/%d, zero %d",
                     (int)(1 / scale), (int)zero);
  return MOTE_OK;
}

static int softmax_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_tensor_t *in = mote_node_in(g, n, 0), *y = mote_node_out(g, n);
  if (widens(in, y)) {
    if (mote_scale_of(y) == 1.0f / 65536 && mote_zero_of(y) == -32768)
      return want_classes(in, out);
    return mote_fail(MOTE_ERR_UNSUPPORTED, "the output must have scale 1/65536, zero "
                     "-32768");
  }
  return shape(g, n, out, 1.0f / 256, -128);
}
static int log_softmax_shape(const mote_graph_t *g, const mote_node_t *n,
                             mote_dims_t *out) {
  return shape(g, n, out, 1.0f / 16, 127);
}

/* beta * scale as a factor onto 5 integer bits; the largest difference that still fits.
 */
static int scale_s8(const mote_tensor_t *in, float beta, mote_softmax_s8_t *p) {
  double m = fmin((double)beta * (double)mote_scale_of(in) * (1 << 26), 2147483647.0);
  if (m <= 1.0) return mote_fail(MOTE_ERR_UNSUPPORTED, "the input's scale is too small");
  int exponent;
  int64_t q = (int64_t)round(frexp(m, &exponent) * 2147483648.0);
  if (q == (int64_t)1 << 31) q /= 2, exponent++;
  p->multiplier = (int32_t)q;
  p->shift = exponent;
  p->diff_min = -(int32_t)floor(31.0 * (1 << 26) / (double)((int64_t)1 << exponent));
  return MOTE_OK;
}

static int softmax_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_softmax_attr_t *a = n->attr;
  const mote_tensor_t *in = mote_node_in(g, n, 0);
  int f32 = in->dtype == MOTE_F32;
  if (in->dtype == MOTE_I16) return mote_lower_softmax_s16(prog, node);
  mote_step_t *s =
      mote_simple_step(prog, node, f32                                   ? &kernel_f32
                                   : widens(in, mote_node_out(g, n)) ? &kernel_s8_s16
                                                                     : &kernel_s8, 1);
  if (!s) return MOTE_ERR_NOMEM;
  int32_t classes = in->dims.d[in->dims.rank - 1], n_rows = mote_count(in) / classes;
  if (f32) {
    *(mote_softmax_f32_t *)s->params = (mote_softmax_f32_t){n_rows, classes, a->beta};
    return MOTE_OK;
  }
  mote_softmax_s8_t *p = s->params;
  p->rows = n_rows, p->n = classes;
  return scale_s8(in, a->beta, p);
}

const mote_op_t mote_op_softmax = {
    .name = "softmax", .help = "Softmax over the last axis.", .attrs = rows, .n_attrs = 1,
    .attr_bytes = sizeof(mote_softmax_attr_t), .min_in = 1, .max_in = 1, .n_out = 1,
    .types = MOTE_TYPES_F32_I8_I16, .quant = MOTE_QUANT_UNIT, .weights_axis = -1,
    .shape = softmax_shape,
    .lower = softmax_lower};

static int log_softmax_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_tensor_t *in = mote_node_in(g, &g->nodes[node], 0);
  int32_t classes = in->dims.d[in->dims.rank - 1], n_rows = mote_count(in) / classes;
  int f32 = in->dtype == MOTE_F32;
  mote_step_t *s =
      mote_simple_step(prog, node, f32 ? &log_kernel_f32 : &log_kernel_s8, 1);
  if (!s) return MOTE_ERR_NOMEM;
  if (f32) {
    *(mote_log_softmax_f32_t *)s->params = (mote_log_softmax_f32_t){n_rows, classes};
    return MOTE_OK;
  }
  mote_log_softmax_s8_t *p = s->params;
  p->soft.rows = n_rows, p->soft.n = classes;
  MOTE_TRY(scale_s8(in, 1.0f, &p->soft));
  double back = ldexp(1.0, 31 - p->soft.shift) / (double)p->soft.multiplier;
  return mote_quantise_multiplier(back, &p->back_multiplier, &p->back_shift);
}

const mote_op_t mote_op_log_softmax = {
    .name = "log_softmax", .help = "Logarithm of the softmax over the last axis.",
    .min_in = 1, .max_in = 1, .n_out = 1, .quant = MOTE_QUANT_LOG, .weights_axis = -1,
    .shape = log_softmax_shape, .lower = log_softmax_lower};
