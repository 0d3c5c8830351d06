/* SPDX-License-Identifier: Apache-2.0
 * Mean, sum, maximum and minimum over a set of axes. */
#include "model/ops/util.h"
#include "nn/mean.h"
#include "nn/reduce.h"

MOTE_WRAP1(mote_mean_s8, mote_mean_s8_t)
MOTE_WRAP1(mote_mean_f32, mote_mean_f32_t)

#define S(m) MOTE_FIELD(mote_mean_s8_t, m, I32)
static const mote_field_t fields_s8[] = {
    S(outer), S(count), S(inner), S(in_offset), S(multiplier), S(shift), S(out_offset)};
#undef S
const mote_struct_t mote_struct_mean_s8 =
    MOTE_STRUCT(mote_mean_s8_t, "nn/mean.h", fields_s8);
static const mote_kernel_t kernel_s8 = {
    "mote_mean_s8", &mote_struct_mean_s8, run_mote_mean_s8, "nn/mean_s8.c", "b", "b", 0,
    0};

#define F(m) MOTE_FIELD(mote_mean_f32_t, m, I32)
static const mote_field_t fields_f32[] = {F(outer), F(count), F(inner)};
#undef F
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_mean_f32_t, "nn/mean.h", fields_f32);
static const mote_kernel_t kernel_f32 = {
    "mote_mean_f32", &struct_f32, run_mote_mean_f32, "nn/mean_f32.c", "f", "f", 0, 0};

#define A(m) MOTE_FIELD_ARRAY(mote_axes_t, m, I32, 3)
static const mote_field_t axes_fields[] = {A(keep_n), A(keep_step), A(cut_n),
                                           A(cut_step)};
#undef A
static const mote_struct_t axes_struct =
    MOTE_STRUCT(mote_axes_t, "nn/reduce.h", axes_fields);

static const mote_field_t sum_fields[] = {
    MOTE_FIELD_STRUCT(mote_sum_s8_t, axes, &axes_struct),
    MOTE_FIELD(mote_sum_s8_t, in_offset, I32), MOTE_FIELD(mote_sum_s8_t, multiplier, I32),
    MOTE_FIELD(mote_sum_s8_t, shift, I32), MOTE_FIELD(mote_sum_s8_t, out_offset, I32)};
static const mote_struct_t sum_struct =
    MOTE_STRUCT(mote_sum_s8_t, "nn/reduce.h", sum_fields);
static const mote_field_t sum_f32_fields[] = {
    MOTE_FIELD_STRUCT(mote_sum_f32_t, axes, &axes_struct),
    MOTE_FIELD(mote_sum_f32_t, divisor, F32)};
static const mote_struct_t sum_f32_struct =
    MOTE_STRUCT(mote_sum_f32_t, "nn/reduce.h", sum_f32_fields);
static const mote_field_t extremum_fields[] = {
    MOTE_FIELD_STRUCT(mote_extremum_t, axes, &axes_struct)};
static const mote_struct_t extremum_struct =
    MOTE_STRUCT(mote_extremum_t, "nn/reduce.h", extremum_fields);

#define KERNEL(id, P, st, c)                                                             \
  MOTE_WRAP1(mote_##id, P)                                                               \
  static const mote_kernel_t kernel_##id = {                                             \
      "mote_" #id, &st, run_mote_##id, "nn/" #id ".c", c, c, 0, 0};
KERNEL(sum_s8, mote_sum_s8_t, sum_struct, "b")
KERNEL(sum_s16, mote_sum_s8_t, sum_struct, "h")
KERNEL(sum_f32, mote_sum_f32_t, sum_f32_struct, "f")
KERNEL(reduce_max_s8, mote_extremum_t, extremum_struct, "b")
KERNEL(reduce_max_f32, mote_extremum_t, extremum_struct, "f")
KERNEL(reduce_min_s8, mote_extremum_t, extremum_struct, "b")
KERNEL(reduce_min_f32, mote_extremum_t, extremum_struct, "f")

static const mote_param_t rows[] = {
    {"axes", MOTE_P_INT, offsetof(mote_reduce_attr_t, axes), 1, (1 << MOTE_RANK_MAX) - 1,
     6, NULL, "", "What is reduced: 1 for axis 0, 2 for axis 1, 4 for axis 2 ..., added; "
     "6 is global pooling."},
    {"keep_dims", MOTE_P_BOOL, offsetof(mote_reduce_attr_t, keep_dims), 0, 1, 0, NULL, "",
     "Keep the reduced axes with size 1."}};

static int is_cut(const mote_reduce_attr_t *a, int32_t axis) {
  return a->axes >> axis & 1;
}

static int64_t cut_count(const mote_dims_t *d, const mote_reduce_attr_t *a) {
  int64_t n = 1;
  for (int32_t i = 0; i < d->rank; i++)
    if (is_cut(a, i)) n *= d->d[i];
  return n;
}

/* Axes of size 1 are nowhere; neighbours of one kind become one. */
static mote_axes_t axes_of(const mote_dims_t *d, const mote_reduce_attr_t *a) {
  mote_axes_t x = {{1, 1, 1}, {0}, {1, 1, 1}, {0}};
  int32_t keep = 3, cut = 3, step = 1, before = -1;
  for (int32_t i = d->rank - 1; i >= 0; step *= d->d[i], i--) {
    int is = is_cut(a, i);
    if (d->d[i] == 1) continue;
    int32_t *at = is ? &cut : &keep, *n = is ? x.cut_n : x.keep_n;
    if (is != before) {
      before = is;
      (is ? x.cut_step : x.keep_step)[--*at] = step;
    }
    n[*at] *= d->d[i];
  }
  return x;
}

static int reduce_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_reduce_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims;
  MOTE_TRY(mote_want_uniform(g, n, 1));
  if (a->axes <= 0 || a->axes >> in->rank)
    return mote_fail(MOTE_ERR_PARAM, "axes %d of a tensor of rank %d", (int)a->axes,
                     (int)in->rank);
  if (cut_count(in, a) > MOTE_TAPS_LIMIT)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d values in one sum", MOTE_TAPS_LIMIT);
  *out = (mote_dims_t){0};
  for (int32_t i = 0; i < in->rank; i++)
    if (!is_cut(a, i) || a->keep_dims) out->d[out->rank++] = is_cut(a, i) ? 1 : in->d[i];
  return n->op->quant == MOTE_QUANT_SAME ? mote_want_same_scale(g, n, 0) : MOTE_OK;
}

/* The factor 1 / count joins the multiplier, with as many bits as fit (TFLite's reduce).
 */
static void divide(int64_t count, int32_t *multiplier, int32_t *shift) {
  int32_t bits = 0;
  while (count >> (bits + 1)) bits++;
  if (bits > 31 + *shift) bits = 31 + *shift;
  *multiplier = (int32_t)(((int64_t)*multiplier << bits) / count);
  *shift -= bits;
}

static int fill_sum(const mote_graph_t *g, const mote_node_t *n, int mean, void *params) {
  const mote_tensor_t *in = mote_node_in(g, n, 0), *out = mote_node_out(g, n);
  mote_axes_t axes = axes_of(&in->dims, n->attr);
  int32_t count = (int32_t)cut_count(&in->dims, n->attr);
  if (out->dtype == MOTE_F32) {
    *(mote_sum_f32_t *)params = (mote_sum_f32_t){axes, mean ? (float)count : 1.0f};
    return MOTE_OK;
  }
  mote_sum_s8_t *p = params;
  *p = (mote_sum_s8_t){.axes = axes, .in_offset = -count * mote_zero_of(in),
                       .out_offset = mote_zero_of(out)};
  MOTE_TRY(mote_quantise_multiplier(
      (double)mote_scale_of(in) / (double)mote_scale_of(out), &p->multiplier, &p->shift));
  if (mean) divide(count, &p->multiplier, &p->shift);
  return MOTE_OK;
}

static int lower_sum(mote_program_t *prog, int32_t node, int mean) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  mote_dtype_t t = mote_node_out(g, n)->dtype;
  mote_step_t *s = mote_simple_step(prog, node, t == MOTE_F32  ? &kernel_sum_f32
                                                : t == MOTE_I8 ? &kernel_sum_s8
                                                               : &kernel_sum_s16, 1);
  return s ? fill_sum(g, n, mean, s->params) : MOTE_ERR_NOMEM;
}

static int sum_lower(mote_program_t *prog, int32_t node) {
  return lower_sum(prog, node, 0);
}

/* Neighbouring axes have a kernel of their own: [outer][count][inner]. */
static int mean_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *in = mote_node_in(g, n, 0);
  mote_axes_t x = axes_of(&in->dims, n->attr);
  int f32 = in->dtype == MOTE_F32;
  if (x.cut_n[1] > 1 || in->dtype == MOTE_I16) return lower_sum(prog, node, 1);
  mote_step_t *s = mote_simple_step(prog, node, f32 ? &kernel_f32 : &kernel_s8, 1);
  if (!s) return MOTE_ERR_NOMEM;
  int32_t count = x.cut_n[2], inner = count > 1 ? x.cut_step[2] : 1;
  int32_t outer = mote_count(in) / count / inner;
  if (f32) {
    *(mote_mean_f32_t *)s->params = (mote_mean_f32_t){outer, count, inner};
    return MOTE_OK;
  }
  mote_sum_s8_t p;
  MOTE_TRY(fill_sum(g, n, 1, &p));
  *(mote_mean_s8_t *)s->params = (mote_mean_s8_t){
      outer, count, inner, p.in_offset, p.multiplier, p.shift, p.out_offset};
  return MOTE_OK;
}

static int lower_extremum(mote_program_t *prog, int32_t node, const mote_kernel_t *f32,
                          const mote_kernel_t *s8) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *in = mote_node_in(g, n, 0);
  mote_step_t *s = mote_simple_step(prog, node, in->dtype == MOTE_F32 ? f32 : s8, 1);
  if (!s) return MOTE_ERR_NOMEM;
  ((mote_extremum_t *)s->params)->axes = axes_of(&in->dims, n->attr);
  return MOTE_OK;
}

static int reduce_max_lower(mote_program_t *prog, int32_t node) {
  return lower_extremum(prog, node, &kernel_reduce_max_f32, &kernel_reduce_max_s8);
}
static int reduce_min_lower(mote_program_t *prog, int32_t node) {
  return lower_extremum(prog, node, &kernel_reduce_min_f32, &kernel_reduce_min_s8);
}

static uint32_t reduce_traits(const mote_graph_t *g, const mote_node_t *n) {
  const mote_reduce_attr_t *a = n->attr;
  int over_channels = is_cut(a, mote_node_in(g, n, 0)->dims.rank - 1);
  return over_channels ? 0 : MOTE_EACH_CHANNEL | mote_traits_rise(g, n);
}

#define REDUCE(id, text, ...)                                                            \
  const mote_op_t mote_op_##id = {.name = #id, .help = text, .attrs = rows,              \
                                  .n_attrs = 2,                                          \
                                  .attr_bytes = sizeof(mote_reduce_attr_t),              \
                                  .min_in = 1, .max_in = 1, .n_out = 1,                  \
                                  .weights_axis = -1, .shape = reduce_shape,             \
                                  .lower = id##_lower, .traits = reduce_traits,          \
                                  __VA_ARGS__}
REDUCE(mean, "Average over a set of axes.", .types = MOTE_TYPES_F32_I8_I16);
REDUCE(sum, "Sum over a set of axes.", .types = MOTE_TYPES_F32_I8_I16);
REDUCE(reduce_max, "Largest value over a set of axes.", .quant = MOTE_QUANT_SAME);
REDUCE(reduce_min, "Smallest value over a set of axes.", .quant = MOTE_QUANT_SAME);
