/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/util.h"
#include "nn/mean.h"

MOTE_WRAP1(mote_mean_s8, mote_mean_s8_t)
MOTE_WRAP1(mote_mean_f32, mote_mean_f32_t)

#define S(m) MOTE_FIELD(mote_mean_s8_t, m, I32)
static const mote_field_t fields_s8[] = {
    S(outer), S(count), S(inner), S(in_offset), S(multiplier), S(shift), S(out_offset)};
#undef S
static const mote_struct_t struct_s8 =
    MOTE_STRUCT(mote_mean_s8_t, "nn/mean.h", fields_s8);
static const mote_kernel_t kernel_s8 = {
    "mote_mean_s8", &struct_s8, run_mote_mean_s8, "nn/mean_s8.c", "b", "b", 0, 0};

#define F(m) MOTE_FIELD(mote_mean_f32_t, m, I32)
static const mote_field_t fields_f32[] = {F(outer), F(count), F(inner)};
#undef F
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_mean_f32_t, "nn/mean.h", fields_f32);
static const mote_kernel_t kernel_f32 = {
    "mote_mean_f32", &struct_f32, run_mote_mean_f32, "nn/mean_f32.c", "f", "f", 0, 0};

#define ROW(m)                                                                           \
  MOTE_P_INT, offsetof(mote_mean_attr_t, m), -MOTE_RANK_MAX, MOTE_RANK_MAX - 1
static const mote_param_t rows[] = {
    {"first", ROW(first), 1, NULL, "", "First axis that is averaged; < 0 from the end."},
    {"last", ROW(last), 2, NULL, "", "Last axis that is averaged; < 0 from the end."},
    {"keep_dims", MOTE_P_BOOL, offsetof(mote_mean_attr_t, keep_dims), 0, 1, 0, NULL, "",
     "Keep the averaged axes with size 1."}};

/* [outer][count][inner] of the axes first..last. */
typedef struct { int32_t first, last, outer, count, inner; } split_t;

static int split_of(const mote_dims_t *d, const mote_mean_attr_t *a, split_t *s) {
  *s = (split_t){mote_resolve_axis(a->first, d->rank),
                 mote_resolve_axis(a->last, d->rank), 1, 1, 1};
  if (s->first < 0) return s->first;
  if (s->last < 0) return s->last;
  if (s->first > s->last) return mote_fail(MOTE_ERR_PARAM, "first axis behind the last");
  for (int32_t i = 0; i < d->rank; i++)
    *(i < s->first ? &s->outer : i <= s->last ? &s->count : &s->inner) *= d->d[i];
  return MOTE_OK;
}

static int mean_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_mean_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims;
  split_t s;
  MOTE_TRY(mote_want_uniform(g, n, 1));
  MOTE_TRY(split_of(in, a, &s));
  if (s.count > MOTE_TAPS_LIMIT)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d values in one sum", MOTE_TAPS_LIMIT);
  *out = (mote_dims_t){0};
  for (int32_t i = 0; i < in->rank; i++) {
    int reduced = i >= s.first && i <= s.last;
    if (!reduced || a->keep_dims) out->d[out->rank++] = reduced ? 1 : in->d[i];
  }
  return MOTE_OK;
}

/* The factor 1 / count joins the multiplier, with as many bits as fit (TFLite's reduce).
 */
static int divide(int32_t count, mote_mean_s8_t *p) {
  int32_t bits = 0;
  while (count >> (bits + 1)) bits++;
  if (bits > 31 + p->shift) bits = 31 + p->shift;
  p->multiplier = (int32_t)(((int64_t)p->multiplier << bits) / count);
  p->shift -= bits;
  return MOTE_OK;
}

static int mean_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *in = mote_node_in(g, n, 0), *out = mote_node_out(g, n);
  int f32 = in->dtype == MOTE_F32;
  mote_step_t *s = mote_simple_step(prog, node, f32 ? &kernel_f32 : &kernel_s8, 1);
  split_t split;
  if (!s) return MOTE_ERR_NOMEM;
  MOTE_TRY(split_of(&in->dims, n->attr, &split));
  if (f32) {
    *(mote_mean_f32_t *)s->params =
        (mote_mean_f32_t){split.outer, split.count, split.inner};
    return MOTE_OK;
  }
  mote_mean_s8_t *p = s->params;
  *p = (mote_mean_s8_t){.outer = split.outer, .count = split.count, .inner = split.inner,
                        .in_offset = -split.count * mote_zero_of(in),
                        .out_offset = mote_zero_of(out)};
  MOTE_TRY(mote_quantise_multiplier(
      (double)mote_scale_of(in) / (double)mote_scale_of(out), &p->multiplier, &p->shift));
  return divide(split.count, p);
}

static uint32_t mean_traits(const mote_graph_t *g, const mote_node_t *n) {
  const mote_mean_attr_t *a = n->attr;
  int32_t rank = mote_node_in(g, n, 0)->dims.rank;
  int over_channels = mote_resolve_axis(a->last, rank) == rank - 1;
  return over_channels ? 0 : MOTE_EACH_CHANNEL | MOTE_RISING;
}

const mote_op_t mote_op_mean = {
    .name = "mean",
    .help = "Average over neighbouring axes; over 1..2: global pooling.",
    .attrs = rows,
    .n_attrs = 3,
    .attr_bytes = sizeof(mote_mean_attr_t),
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .weights_axis = -1,
    .shape = mean_shape,
    .lower = mean_lower,
    .traits = mean_traits};
