/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/binary.h"
#include "nn/batch_matmul.h"

MOTE_WRAP2(mote_batch_matmul_s8, mote_batch_matmul_s8_t)
MOTE_WRAP2(mote_batch_matmul_s16, mote_batch_matmul_s8_t)
MOTE_WRAP2(mote_batch_matmul_f32, mote_batch_matmul_f32_t)

#define M(m) MOTE_FIELD(mote_matrices_t, m, I32)
static const mote_field_t size_fields[] = {M(m),      M(k),      M(n),       M(a_row),
                                           M(a_step), M(b_step), M(b_column)};
#undef M
static const mote_struct_t size_struct =
    MOTE_STRUCT(mote_matrices_t, "nn/batch_matmul.h", size_fields);
#define S(m) MOTE_FIELD(mote_batch_matmul_s8_t, m, I32)
static const mote_field_t fields_s8[] = {
    MOTE_FIELD_STRUCT(mote_batch_matmul_s8_t, size, &size_struct),
    MOTE_FIELD_STRUCT(mote_batch_matmul_s8_t, outer, &mote_struct_outer),
    S(a_offset), S(b_offset), S(multiplier), S(shift), S(out_offset)};
#undef S
static const mote_struct_t struct_s8 =
    MOTE_STRUCT(mote_batch_matmul_s8_t, "nn/batch_matmul.h", fields_s8);
static const mote_field_t fields_f32[] = {
    MOTE_FIELD_STRUCT(mote_batch_matmul_f32_t, size, &size_struct),
    MOTE_FIELD_STRUCT(mote_batch_matmul_f32_t, outer, &mote_struct_outer)};
static const mote_struct_t struct_f32 =
    MOTE_STRUCT(mote_batch_matmul_f32_t, "nn/batch_matmul.h", fields_f32);
static const mote_kernel_t kernel_s8 = {"mote_batch_matmul_s8", &struct_s8,
                                        run_mote_batch_matmul_s8,
                                        "nn/batch_matmul_s8.c", "bb", "b", 0, 0};
static const mote_kernel_t kernel_s16 = {"mote_batch_matmul_s16", &struct_s8,
                                         run_mote_batch_matmul_s16,
                                         "nn/batch_matmul_s16.c", "hh", "h", 0, 0};
static const mote_kernel_t kernel_f32 = {"mote_batch_matmul_f32", &struct_f32,
                                         run_mote_batch_matmul_f32,
                                         "nn/batch_matmul_f32.c", "ff", "f", 0, 0};

#define ADJ(m) #m, MOTE_P_BOOL, offsetof(mote_batch_matmul_attr_t, m), 0, 1, 0, NULL, ""
static const mote_param_t rows[] = {
    {ADJ(adj_x), "The first operand's last two axes are the other way."},
    {ADJ(adj_y), "The second operand's last two axes are the other way."}};

/* Axis i from the end, 1 where there is none. */
static int32_t axis(const mote_dims_t *d, int32_t i) {
  return i < d->rank ? d->d[d->rank - 1 - i] : 1;
}

static void matrices(const mote_graph_t *g, const mote_node_t *n, mote_matrices_t *s) {
  const mote_batch_matmul_attr_t *t = n->attr;
  const mote_dims_t *a = &mote_node_in(g, n, 0)->dims, *b = &mote_node_in(g, n, 1)->dims;
  int32_t ax = !!t->adj_x, by = !!t->adj_y;
  *s = (mote_matrices_t){.m = axis(a, 1 - ax), .k = axis(a, ax), .n = axis(b, by),
                         .a_row = ax ? 1 : axis(a, 0), .a_step = ax ? axis(a, 0) : 1,
                         .b_step = by ? 1 : axis(b, 0),
                         .b_column = by ? axis(b, 0) : 1};
}

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_batch_matmul_attr_t *t = n->attr;
  const mote_tensor_t *a = mote_node_in(g, n, 0), *b = mote_node_in(g, n, 1);
  mote_matrices_t s;
  MOTE_TRY(mote_want_uniform(g, n, 2));
  if (a->dims.rank < 2 || b->dims.rank < 2 ||
      (a->role == MOTE_ROLE_CONST && b->role == MOTE_ROLE_CONST))
    return mote_fail(MOTE_ERR_UNSUPPORTED, "both operands must be matrices, and one no "
                                           "constant");
  matrices(g, n, &s);
  if (s.k != axis(&b->dims, 1 - !!t->adj_y))
    return mote_fail(MOTE_ERR_SIZE, "\"%s\" and \"%s\" do not fit: the sums have %d and "
                     "%d terms", a->name, b->name, (int)s.k,
                     (int)axis(&b->dims, 1 - !!t->adj_y));
  if (s.k > MOTE_TAPS_LIMIT / 2)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d terms", MOTE_TAPS_LIMIT / 2);
  out->rank = a->dims.rank > b->dims.rank ? a->dims.rank : b->dims.rank;
  out->d[out->rank - 1] = s.n, out->d[out->rank - 2] = s.m;
  for (int32_t i = 2; i < out->rank; i++) {
    int32_t da = axis(&a->dims, i), db = axis(&b->dims, i);
    if (da != db && da != 1 && db != 1)
      return mote_fail(MOTE_ERR_SIZE, "axis %d from the end has %d and %d", (int)i + 1,
                       (int)da, (int)db);
    out->d[out->rank - 1 - i] = da > db ? da : db;
  }
  return MOTE_OK;
}

/* Loops over the axes before the matrices, the innermost first. */
static void loops(const mote_graph_t *g, const mote_node_t *n, mote_outer_t *o) {
  const mote_dims_t *a = &mote_node_in(g, n, 0)->dims, *b = &mote_node_in(g, n, 1)->dims;
  const mote_dims_t *out = &mote_node_out(g, n)->dims;
  int32_t a_step = axis(a, 0) * axis(a, 1), b_step = axis(b, 0) * axis(b, 1);
  for (int32_t i = 2; i < out->rank; i++) {
    int32_t da = axis(a, i), db = axis(b, i), k = o->rank++;
    o->n[k] = da > db ? da : db;
    o->a[k] = da > 1 ? a_step : 0, o->b[k] = db > 1 ? b_step : 0;
    a_step *= da, b_step *= db;
  }
}

static int lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *a = mote_node_in(g, n, 0), *b = mote_node_in(g, n, 1);
  const mote_tensor_t *out = mote_node_out(g, n);
  int f32 = a->dtype == MOTE_F32;
  mote_step_t *s = mote_simple_step(prog, node, f32                     ? &kernel_f32
                                                : a->dtype == MOTE_I8 ? &kernel_s8
                                                                      : &kernel_s16, 2);
  if (!s) return MOTE_ERR_NOMEM;
  if (f32) {
    mote_batch_matmul_f32_t *p = s->params;
    matrices(g, n, &p->size);
    loops(g, n, &p->outer);
    s->macs = (int64_t)mote_count(out) * p->size.k;
    return MOTE_OK;
  }
  mote_batch_matmul_s8_t *p = s->params;
  matrices(g, n, &p->size);
  loops(g, n, &p->outer);
  s->macs = (int64_t)mote_count(out) * p->size.k;
  p->a_offset = -mote_zero_of(a), p->b_offset = -mote_zero_of(b);
  p->out_offset = mote_zero_of(out);
  /* TFLite multiplies the scales as floats. */
  double scale = (double)(mote_scale_of(a) * mote_scale_of(b));
  MOTE_TRY(mote_quantise_multiplier(scale / (double)mote_scale_of(out), &p->multiplier,
                                    &p->shift));
  if (a->dtype == MOTE_I8 || p->shift <= 7) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "the ratio of input and output scales is out of "
                   "range");
}

const mote_op_t mote_op_batch_matmul = {
    .name = "batch_matmul", .help = "Matrix product of two tensors.", .attrs = rows,
    .n_attrs = 2, .attr_bytes = sizeof(mote_batch_matmul_attr_t), .min_in = 2,
    .max_in = 2, .n_out = 1, .types = MOTE_TYPES_F32_I8_I16, .const_in = 3,
    .weights_axis = -1, .shape = shape,
    .lower = lower};
