/* SPDX-License-Identifier: Apache-2.0
 * Layer, instance and batch normalisation; rows divided by their length. TFLite has no
 * int8 form of the first two: ours takes the real numbers that the bytes stand for
 * (nn/norm.h). */
#include "model/ops/util.h"
#include "nn/l2_norm.h"
#include "nn/norm.h"

MOTE_WRAP1(mote_norm_f32, mote_norm_f32_t)
MOTE_WRAP1(mote_norm_s8, mote_norm_s8_t)
MOTE_WRAP1(mote_batch_norm_f32, mote_batch_norm_f32_t)
MOTE_WRAP1(mote_l2_norm_f32, mote_l2_norm_f32_t)
MOTE_WRAP1(mote_l2_norm_s8, mote_l2_norm_s8_t)

#define N(m, k) MOTE_FIELD(mote_norm_f32_t, m, k)
static const mote_field_t norm_f32_fields[] = {N(outer, I32),  N(count, I32),
                                               N(inner, I32),  N(epsilon, F32),
                                               N(scale, F32S), N(offset, F32S)};
#undef N
static const mote_struct_t norm_f32_struct =
    MOTE_STRUCT(mote_norm_f32_t, "nn/norm.h", norm_f32_fields);
static const mote_kernel_t norm_f32 = {
    "mote_norm_f32", &norm_f32_struct, run_mote_norm_f32, "nn/norm_f32.c",
    "f", "f", 0, 0};

static const mote_field_t norm_s8_fields[] = {
    MOTE_FIELD_STRUCT(mote_norm_s8_t, norm, &norm_f32_struct),
    MOTE_FIELD(mote_norm_s8_t, in_scale, F32), MOTE_FIELD(mote_norm_s8_t, inverse, F32),
    MOTE_FIELD(mote_norm_s8_t, in_zero, I32), MOTE_FIELD(mote_norm_s8_t, out_zero, I32)};
static const mote_struct_t norm_s8_struct =
    MOTE_STRUCT(mote_norm_s8_t, "nn/norm.h", norm_s8_fields);
static const mote_kernel_t norm_s8 = {
    "mote_norm_s8", &norm_s8_struct, run_mote_norm_s8, "nn/norm_s8.c", "b", "b", 0, 0};

static const mote_field_t batch_fields[] = {
    MOTE_FIELD(mote_batch_norm_f32_t, n, I32),
    MOTE_FIELD(mote_batch_norm_f32_t, scale, F32S),
    MOTE_FIELD(mote_batch_norm_f32_t, offset, F32S)};
static const mote_struct_t batch_struct =
    MOTE_STRUCT(mote_batch_norm_f32_t, "nn/norm.h", batch_fields);
static const mote_kernel_t batch_f32 = {"mote_batch_norm_f32", &batch_struct,
                                        run_mote_batch_norm_f32, "nn/batch_norm_f32.c",
                                        "f", "f", 0, 1};

static const mote_field_t l2_s8_fields[] = {
    MOTE_FIELD(mote_l2_norm_s8_t, rows, I32), MOTE_FIELD(mote_l2_norm_s8_t, n, I32),
    MOTE_FIELD(mote_l2_norm_s8_t, in_offset, I32)};
static const mote_struct_t l2_s8_struct =
    MOTE_STRUCT(mote_l2_norm_s8_t, "nn/l2_norm.h", l2_s8_fields);
static const mote_kernel_t l2_s8 = {"mote_l2_norm_s8", &l2_s8_struct,
                                    run_mote_l2_norm_s8, "nn/l2_norm_s8.c",
                                    "b", "b", 0, 1};
static const mote_field_t l2_f32_fields[] = {MOTE_FIELD(mote_l2_norm_f32_t, rows, I32),
                                             MOTE_FIELD(mote_l2_norm_f32_t, n, I32)};
static const mote_struct_t l2_f32_struct =
    MOTE_STRUCT(mote_l2_norm_f32_t, "nn/l2_norm.h", l2_f32_fields);
static const mote_kernel_t l2_f32 = {"mote_l2_norm_f32", &l2_f32_struct,
                                     run_mote_l2_norm_f32, "nn/l2_norm_f32.c",
                                     "f", "f", 0, 1};

#define EPSILON                                                                          \
  { "epsilon", MOTE_P_FLOAT, offsetof(mote_norm_attr_t, epsilon), 0, 1, 1e-5, NULL, "",  \
    "Added to the variance." }
static const mote_param_t rows[] = {
    EPSILON,
    {"axes", MOTE_P_INT, offsetof(mote_norm_attr_t, axes), 1, MOTE_RANK_MAX, 1, NULL, "",
     "So many last axes are normalised together."}};

/* ---- layer and instance norm ---- */

/* Input `i`, a float constant of n values, or none. */
static int want_table(const mote_graph_t *g, const mote_node_t *n, int32_t i,
                      int64_t count) {
  if (i >= n->n_in || n->in[i] < 0) return MOTE_OK;
  const mote_tensor_t *t = mote_node_in(g, n, i);
  if (t->role == MOTE_ROLE_CONST && t->dtype == MOTE_F32 && mote_count(t) == count)
    return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" must hold %d constants of type f32",
                   t->name, (int)count);
}

/* [outer][count][inner] of the node; inner 1: layer norm. */
static int split_of(const mote_graph_t *g, const mote_node_t *n, mote_norm_f32_t *p) {
  const mote_norm_attr_t *a = n->attr;
  const mote_dims_t *d = &mote_node_in(g, n, 0)->dims;
  int instance = n->op->name[0] == 'i';
  if (instance ? d->rank < 3 : a->axes > d->rank)
    return mote_fail(MOTE_ERR_SIZE, "the input has %d axes", (int)d->rank);
  int32_t first = instance ? 1 : d->rank - a->axes, last = d->rank - instance;
  *p = (mote_norm_f32_t){1, 1, 1, a->epsilon, {NULL, 0}, {NULL, 0}};
  for (int32_t i = 0; i < d->rank; i++)
    *(i < first ? &p->outer : i < last ? &p->count : &p->inner) *= d->d[i];
  return MOTE_OK;
}

static int norm_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  mote_norm_f32_t p;
  MOTE_TRY(mote_want_uniform(g, n, 1));
  MOTE_TRY(split_of(g, n, &p));
  if (p.count > MOTE_TAPS_LIMIT)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d values in one sum", MOTE_TAPS_LIMIT);
  int64_t many = n->op->name[0] == 'i' ? p.inner : p.count;
  MOTE_TRY(want_table(g, n, 1, many));
  MOTE_TRY(want_table(g, n, 2, many));
  *out = mote_node_in(g, n, 0)->dims;
  return MOTE_OK;
}

/* The constant input `i`, or one value for all. */
static int table(mote_program_t *prog, const mote_node_t *n, int32_t i, float absent,
                 mote_f32s_t *out) {
  const mote_graph_t *g = prog->graph;
  if (i < n->n_in && n->in[i] >= 0) {
    const mote_tensor_t *t = mote_node_in(g, n, i);
    *out = (mote_f32s_t){t->data, (uint32_t)mote_count(t)};
    return MOTE_OK;
  }
  const mote_dims_t *d = &mote_node_in(g, n, 0)->dims;
  mote_norm_f32_t p;
  MOTE_TRY(split_of(g, n, &p));
  uint32_t many = (uint32_t)(n->op->name[0] == 'i' ? d->d[d->rank - 1] : p.count);
  float *v = mote_arena_take(prog->arena, many, sizeof *v);
  if (!v) return MOTE_ERR_NOMEM;
  for (uint32_t k = 0; k < many; k++) v[k] = absent;
  *out = (mote_f32s_t){v, many};
  return MOTE_OK;
}

static int norm_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *in = mote_node_in(g, n, 0), *out = mote_node_out(g, n);
  int f32 = in->dtype == MOTE_F32;
  mote_norm_f32_t p;
  mote_step_t *s = mote_simple_step(prog, node, f32 ? &norm_f32 : &norm_s8, 1);
  if (!s) return MOTE_ERR_NOMEM;
  MOTE_TRY(split_of(g, n, &p));
  MOTE_TRY(table(prog, n, 1, 1.0f, &p.scale));
  MOTE_TRY(table(prog, n, 2, 0.0f, &p.offset));
  if (f32) *(mote_norm_f32_t *)s->params = p;
  else
    *(mote_norm_s8_t *)s->params =
        (mote_norm_s8_t){p, mote_scale_of(in), 1.0f / mote_scale_of(out),
                         mote_zero_of(in), mote_zero_of(out)};
  return MOTE_OK;
}

const mote_op_t mote_op_layer_norm = {
    .name = "layer_norm",
    .help = "Mean 0 and variance 1 over the last axes, times a scale plus an offset.",
    .attrs = rows, .n_attrs = 2, .attr_bytes = sizeof(mote_norm_attr_t),
    .min_in = 1, .max_in = 3, .n_out = 1, .const_in = 6, .float_in = 6,
    .weights_axis = -1, .shape = norm_shape, .lower = norm_lower};
const mote_op_t mote_op_instance_norm = {
    .name = "instance_norm",
    .help = "Mean 0 and variance 1 of each channel, times a scale plus an offset.",
    .attrs = rows, .n_attrs = 1, .attr_bytes = sizeof(mote_norm_attr_t),
    .min_in = 1, .max_in = 3, .n_out = 1, .const_in = 6, .float_in = 6,
    .weights_axis = -1, .shape = norm_shape, .lower = norm_lower};

/* ---- batch norm ---- */

static int batch_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  MOTE_TRY(mote_want_uniform(g, n, 1));
  *out = mote_node_in(g, n, 0)->dims;
  if (out->rank < 1) return mote_fail(MOTE_ERR_SIZE, "the input has no axis");
  MOTE_TRY(want_table(g, n, 1, out->d[out->rank - 1]));
  return want_table(g, n, 2, out->d[out->rank - 1]);
}

static int batch_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *scale = mote_node_in(g, n, 1), *offset = mote_node_in(g, n, 2);
  mote_step_t *s = mote_simple_step(prog, node, &batch_f32, 1);
  if (!s) return MOTE_ERR_NOMEM;
  uint32_t c = (uint32_t)mote_count(scale);
  *(mote_batch_norm_f32_t *)s->params = (mote_batch_norm_f32_t){
      mote_count(mote_node_out(g, n)), {scale->data, c}, {offset->data, c}};
  return MOTE_OK;
}

const mote_op_t mote_op_batch_norm = {
    .name = "batch_norm", .help = "x times a scale plus an offset, per channel.",
    .min_in = 3, .max_in = 3, .n_out = 1, .const_in = 6,
    .types = MOTE_TYPE_BIT(MOTE_F32), .weights_axis = -1, .shape = batch_shape,
    .lower = batch_lower, .traits = mote_traits_value};

/* ---- l2 norm ---- */

static int l2_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_tensor_t *y = mote_node_out(g, n);
  MOTE_TRY(mote_want_uniform(g, n, 1));
  *out = mote_node_in(g, n, 0)->dims;
  if (out->rank < 1) return mote_fail(MOTE_ERR_SIZE, "the input has no axis");
  if (y->dtype == MOTE_F32) return MOTE_OK;
  if (out->d[out->rank - 1] > 32768)
    return mote_fail(MOTE_ERR_LIMIT, "more than 32768 values in one row");
  if (mote_scale_of(y) == 1.0f / 128 && mote_zero_of(y) == 0) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "the output must have scale 1/128, zero 0");
}

static int l2_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_tensor_t *in = mote_node_in(g, &g->nodes[node], 0);
  int f32 = in->dtype == MOTE_F32;
  mote_step_t *s = mote_simple_step(prog, node, f32 ? &l2_f32 : &l2_s8, 1);
  if (!s) return MOTE_ERR_NOMEM;
  int32_t n = in->dims.d[in->dims.rank - 1], n_rows = mote_count(in) / n;
  if (f32) *(mote_l2_norm_f32_t *)s->params = (mote_l2_norm_f32_t){n_rows, n};
  else
    *(mote_l2_norm_s8_t *)s->params = (mote_l2_norm_s8_t){n_rows, n, -mote_zero_of(in)};
  return MOTE_OK;
}

const mote_op_t mote_op_l2_norm = {
    .name = "l2_norm", .help = "Rows of the last axis divided by their length.",
    .min_in = 1, .max_in = 1, .n_out = 1, .quant = MOTE_QUANT_SIGNED_UNIT,
    .weights_axis = -1, .shape = l2_shape, .lower = l2_lower};
