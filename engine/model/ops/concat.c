/* SPDX-License-Identifier: Apache-2.0
 * Concatenation: one copying step per input, all into the same output. */
#include "model/ops/util.h"
#include "nn/copy.h"

MOTE_WRAP1(mote_copy_rows, mote_copy_rows_t)

static const mote_field_t fields[] = {MOTE_FIELD(mote_copy_rows_t, rows, I32),
                                      MOTE_FIELD(mote_copy_rows_t, bytes, I32),
                                      MOTE_FIELD(mote_copy_rows_t, stride, I32)};
static const mote_struct_t copy_struct =
    MOTE_STRUCT(mote_copy_rows_t, "nn/copy.h", fields);
static const mote_kernel_t kernel = {
    "mote_copy_rows", &copy_struct, run_mote_copy_rows, "nn/copy.c", "v", "v", 0, 0};

static const mote_param_t rows[] = {
    {"axis", MOTE_P_INT, offsetof(mote_concat_attr_t, axis), -MOTE_RANK_MAX,
     MOTE_RANK_MAX - 1, -1, NULL, "", "Axis along which the inputs follow each other."}};

static int joins(const mote_dims_t *a, const mote_dims_t *b, int32_t axis) {
  int same = a->rank == b->rank;
  for (int32_t i = 0; same && i < a->rank; i++) same = i == axis || a->d[i] == b->d[i];
  return same;
}

static int concat_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  for (int32_t i = 0; i < n->n_in; i++)
    if (n->in[i] < 0) return mote_fail(MOTE_ERR_FORMAT, "an input is left out");
  MOTE_TRY(mote_want_uniform(g, n, n->n_in));
  const mote_concat_attr_t *a = n->attr;
  *out = mote_node_in(g, n, 0)->dims;
  int32_t axis = mote_resolve_axis(a->axis, out->rank);
  if (axis < 0) return axis;
  int64_t total = 0;
  for (int32_t i = 0; i < n->n_in; i++) {
    const mote_tensor_t *t = mote_node_in(g, n, i);
    if (!joins(&t->dims, out, axis))
      return mote_fail(MOTE_ERR_SIZE, "\"%s\" does not fit the first input in all axes "
                       "but %d", t->name, (int)axis);
    MOTE_TRY(mote_want_same_scale(g, n, i));
    total += t->dims.d[axis];
  }
  out->d[axis] = total > MOTE_TENSOR_LIMIT ? 0 : (int32_t)total;
  return MOTE_OK;
}

/* Bytes from one index of `axis - 1` to the next. */
static int64_t row_bytes(const mote_tensor_t *t, int32_t axis) {
  int64_t n = (int64_t)mote_dtype_bytes(t->dtype);
  for (int32_t i = axis; i < t->dims.rank; i++) n *= t->dims.d[i];
  return n;
}

static int concat_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_concat_attr_t *a = n->attr;
  const mote_tensor_t *out = mote_node_out(g, n);
  int32_t axis = mote_resolve_axis(a->axis, out->dims.rank), at = 0;
  for (int32_t i = 0; i < n->n_in; i++) {
    const mote_tensor_t *t = mote_node_in(g, n, i);
    mote_step_t *s = mote_program_step(prog, node, &kernel);
    if (!s) return MOTE_ERR_NOMEM;
    int32_t bytes = (int32_t)row_bytes(t, axis), stride = (int32_t)row_bytes(out, axis);
    s->n_in = s->n_out = 1;
    s->in[0] = n->in[i];
    s->out[0] = n->out[0];
    s->out_shift = at;
    *(mote_copy_rows_t *)s->params = (mote_copy_rows_t){
        (int32_t)(mote_count(t) * (int64_t)mote_dtype_bytes(t->dtype) / bytes), bytes,
        stride};
    at += bytes;
  }
  return MOTE_OK;
}

const mote_op_t mote_op_concat = {
    .name = "concat", .help = "Tensors one after another along an axis.", .attrs = rows,
    .n_attrs = 1, .attr_bytes = sizeof(mote_concat_attr_t), .min_in = 1,
    .max_in = MOTE_NODE_IO_MAX, .n_out = 1, .quant = MOTE_QUANT_SAME, .weights_axis = -1,
    .shape = concat_shape, .lower = concat_lower,
    .traits = mote_traits_moves};
