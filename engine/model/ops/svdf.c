/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/svdf.h"
#include "model/ops/state.h"

enum { IN, FEATURE, TIME, STATE, BIAS }; /* inputs */

MOTE_WRAP_STATE(mote_svdf_s8, mote_svdf_s8_t)
MOTE_WRAP_STATE(mote_svdf_s8_state8, mote_svdf_s8_state8_t)
MOTE_WRAP_STATE(mote_svdf_f32, mote_svdf_f32_t)

#define S(m) MOTE_FIELD(mote_svdf_size_t, m, I32)
static const mote_field_t size_fields[] = {S(batch), S(in_n), S(filters), S(rank),
                                           S(memory)};
#undef S
static const mote_struct_t size_struct =
    MOTE_STRUCT(mote_svdf_size_t, "nn/svdf.h", size_fields);
#define I(m, k) MOTE_FIELD(mote_svdf_int_t, m, k)
static const mote_field_t int_fields[] = {
    MOTE_FIELD_STRUCT(mote_svdf_int_t, size, &size_struct),
    I(in_offset, I32), I(multiplier, I32), I(shift, I32), I(state_zero, I32),
    I(out_multiplier, I32), I(out_shift, I32), I(out_offset, I32), I(min, I32),
    I(max, I32), I(feature, I8S), I(bias, I32S)};
#undef I
static const mote_struct_t int_struct =
    MOTE_STRUCT(mote_svdf_int_t, "nn/svdf.h", int_fields);
static const mote_field_t fields_s8[] = {
    MOTE_FIELD_STRUCT(mote_svdf_s8_t, ints, &int_struct),
    MOTE_FIELD(mote_svdf_s8_t, time, I16S)};
static const mote_struct_t struct_s8 =
    MOTE_STRUCT(mote_svdf_s8_t, "nn/svdf.h", fields_s8);
static const mote_field_t fields_s8_state8[] = {
    MOTE_FIELD_STRUCT(mote_svdf_s8_state8_t, ints, &int_struct),
    MOTE_FIELD(mote_svdf_s8_state8_t, time, I8S)};
static const mote_struct_t struct_s8_state8 =
    MOTE_STRUCT(mote_svdf_s8_state8_t, "nn/svdf.h", fields_s8_state8);
#define F(m, k) MOTE_FIELD(mote_svdf_f32_t, m, k)
static const mote_field_t fields_f32[] = {
    MOTE_FIELD_STRUCT(mote_svdf_f32_t, size, &size_struct),
    F(min, F32), F(max, F32), F(feature, F32S), F(time, F32S), F(bias, F32S)};
#undef F
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_svdf_f32_t, "nn/svdf.h", fields_f32);
static const mote_kernel_t kernel_s8 = {
    "mote_svdf_s8", &struct_s8, run_mote_svdf_s8, "nn/svdf_s8.c", "b", "bh", 0, 0};
static const mote_kernel_t kernel_s8_state8 = {
    "mote_svdf_s8_state8", &struct_s8_state8, run_mote_svdf_s8_state8,
    "nn/svdf_s8_state8.c", "b", "bb", 0, 0};
static const mote_kernel_t kernel_f32 = {
    "mote_svdf_f32", &struct_f32, run_mote_svdf_f32, "nn/svdf_f32.c", "f", "ff", 0, 0};

static const mote_param_t rows[] = {
    {"rank", MOTE_P_INT, offsetof(mote_svdf_attr_t, rank), 1, 65536, 1, NULL, "",
     "Filters that are added up to a unit."},
    MOTE_ACTIVATION_ROW(mote_svdf_attr_t)};

static int want_size(const mote_graph_t *g, const mote_node_t *n) {
  const mote_svdf_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_node_in(g, n, IN)->dims;
  const mote_dims_t *feature = &mote_node_in(g, n, FEATURE)->dims;
  const mote_dims_t *time = &mote_node_in(g, n, TIME)->dims;
  if (in->rank != 2 || feature->rank != 2 || time->rank != 2)
    return mote_fail(MOTE_ERR_SIZE, "input, weights_feature and weights_time must be "
                     "matrices");
  if (a->rank < 1 || feature->d[0] % a->rank)
    return mote_fail(MOTE_ERR_SIZE, "%d filters are no multiple of rank %d",
                     (int)feature->d[0], (int)a->rank);
  if (in->d[1] > MOTE_TAPS_LIMIT)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d products in one sum",
                     MOTE_TAPS_LIMIT);
  return MOTE_OK;
}

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  MOTE_TRY(mote_want_uniform(g, n, 1));
  MOTE_TRY(want_size(g, n));
  const mote_svdf_attr_t *a = n->attr;
  const mote_tensor_t *in = mote_node_in(g, n, IN), *state = mote_node_in(g, n, STATE);
  int32_t batch = in->dims.d[0], filters = mote_node_in(g, n, FEATURE)->dims.d[0];
  int32_t memory = mote_node_in(g, n, TIME)->dims.d[1], units = filters / a->rank;
  mote_dtype_t t = in->dtype, kept = t == MOTE_F32 || state->dtype == MOTE_I8 ? t
                                                                              : MOTE_I16;
  MOTE_TRY(
      mote_want_table(g, n, FEATURE, t, (mote_table_size_t){filters, in->dims.d[1]}));
  MOTE_TRY(mote_want_table(g, n, TIME, kept, (mote_table_size_t){filters, memory}));
  if (mote_has_in(n, BIAS))
    MOTE_TRY(mote_want_table(g, n, BIAS, t == MOTE_F32 ? MOTE_F32 : MOTE_I32,
                             (mote_table_size_t){units, 0}));
  MOTE_TRY(mote_want_state(g, n, &(mote_state_rule_t){
                                     STATE, 1, kept, (int64_t)batch * filters * memory}));
  out[0] = MOTE_DIMS(batch, units);
  out[1] = state->dims;
  return MOTE_OK;
}

/* TFLite computes both ratios as floats. */
static int fill_ints(const mote_graph_t *g, const mote_node_t *n, mote_svdf_int_t *p) {
  const mote_svdf_attr_t *a = n->attr;
  const mote_tensor_t *in = mote_node_in(g, n, IN), *out = mote_node_out(g, n);
  const mote_tensor_t *feature = mote_node_in(g, n, FEATURE);
  const mote_tensor_t *time = mote_node_in(g, n, TIME);
  const mote_tensor_t *state = mote_node_in(g, n, STATE);
  p->in_offset = -mote_zero_of(in);
  p->state_zero = mote_zero_of(state);
  p->out_offset = mote_zero_of(out);
  p->feature = (mote_i8s_t){feature->data, (uint32_t)mote_count(feature)};
  mote_activation_s8(a->activation, out, &p->min, &p->max);
  float first = mote_scale_of(in) * mote_scale_of(feature) / mote_scale_of(state);
  float second = mote_scale_of(state) * mote_scale_of(time) / mote_scale_of(out);
  MOTE_TRY(mote_quantise_multiplier((double)first, &p->multiplier, &p->shift));
  return mote_quantise_multiplier((double)second, &p->out_multiplier, &p->out_shift);
}

static int lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_svdf_attr_t *a = n->attr;
  const mote_tensor_t *in = mote_node_in(g, n, IN), *time = mote_node_in(g, n, TIME);
  const mote_tensor_t *feature = mote_node_in(g, n, FEATURE);
  mote_dtype_t t = time->dtype;
  mote_step_t *s = mote_state_step(prog, node, t == MOTE_F32   ? &kernel_f32
                                               : t == MOTE_I16 ? &kernel_s8
                                                               : &kernel_s8_state8);
  if (!s) return MOTE_ERR_NOMEM;
  mote_svdf_size_t size = {in->dims.d[0], in->dims.d[1], feature->dims.d[0], a->rank,
                           time->dims.d[1]};
  uint32_t taps = (uint32_t)mote_count(time), units = (uint32_t)(size.filters / a->rank);
  s->macs = (int64_t)size.batch * (mote_count(feature) + mote_count(time));
  const void *bias = mote_table_or_zeros(prog, node, BIAS, (int32_t)units);
  if (!bias) return MOTE_ERR_NOMEM;
  if (t == MOTE_F32) {
    mote_svdf_f32_t *p = s->params;
    *p = (mote_svdf_f32_t){.size = size, .time = {time->data, taps},
                           .feature = {feature->data, (uint32_t)mote_count(feature)},
                           .bias = {bias, units}};
    mote_activation_f32(a->activation, &p->min, &p->max);
    return MOTE_OK;
  }
  mote_svdf_int_t ints = {.size = size, .bias = {bias, units}};
  MOTE_TRY(fill_ints(g, n, &ints));
  if (t == MOTE_I16)
    *(mote_svdf_s8_t *)s->params = (mote_svdf_s8_t){ints, {time->data, taps}};
  else
    *(mote_svdf_s8_state8_t *)s->params =
        (mote_svdf_s8_state8_t){ints, {time->data, taps}};
  return MOTE_OK;
}

const mote_op_t mote_op_svdf = {
    .name = "svdf", .help = "Dense layer over a window of time, of low rank; keeps a "
    "state.", .attrs = rows, .n_attrs = 2, .attr_bytes = sizeof(mote_svdf_attr_t),
    .min_in = 4, .max_in = 5, .n_out = 2, .const_in = 22, .weights_axis = -1,
    .shape = shape, .lower = lower};
