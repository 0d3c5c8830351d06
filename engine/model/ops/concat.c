/* SPDX-License-Identifier: Apache-2.0
 * Joining: one copying step per input, all into the same output. */
#include "model/ops/move.h"

static const mote_param_t concat_rows[] = {
    {"axis", MOTE_P_INT, offsetof(mote_concat_attr_t, axis), -MOTE_RANK_MAX,
     MOTE_RANK_MAX - 1, -1, NULL, "", "Axis along which the inputs follow each other."}};
static const mote_param_t pack_rows[] = {
    {"axis", MOTE_P_INT, offsetof(mote_axis_attr_t, axis), -MOTE_RANK_MAX,
     MOTE_RANK_MAX - 1, 0, NULL, "", "The new axis of the output."}};

static int joins(const mote_dims_t *a, const mote_dims_t *b, int32_t axis) {
  int same = a->rank == b->rank;
  for (int32_t i = 0; same && i < a->rank; i++) same = i == axis || a->d[i] == b->d[i];
  return same;
}

/* All inputs have the dimensions of the first but for `axis` (-1: for none); the sum
 * along it. */
static int64_t total(const mote_graph_t *g, const mote_node_t *n, int32_t axis) {
  const mote_dims_t *first = &mote_node_in(g, n, 0)->dims;
  int64_t sum = 0;
  for (int32_t i = 0; i < n->n_in; i++) {
    const mote_tensor_t *t = mote_node_in(g, n, i);
    if (!joins(&t->dims, first, axis))
      return mote_fail(MOTE_ERR_SIZE, "\"%s\" does not fit the first input", t->name);
    sum += axis < 0 ? 1 : t->dims.d[axis];
  }
  return sum > MOTE_TENSOR_LIMIT ? 0 : sum;
}

static int concat_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_concat_attr_t *a = n->attr;
  MOTE_TRY(mote_want_moved(g, n, n->n_in));
  *out = mote_node_in(g, n, 0)->dims;
  int32_t axis = mote_resolve_axis(a->axis, out->rank);
  if (axis < 0) return axis;
  int64_t sum = total(g, n, axis);
  out->d[axis] = (int32_t)sum;
  return sum < 0 ? (int)sum : MOTE_OK;
}

static int pack_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_axis_attr_t *a = n->attr;
  MOTE_TRY(mote_want_moved(g, n, n->n_in));
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims;
  int32_t axis = mote_resolve_axis(a->axis, in->rank + 1);
  if (axis < 0) return axis;
  if (in->rank == MOTE_RANK_MAX) return mote_fail(MOTE_ERR_LIMIT, "too many axes");
  int64_t sum = total(g, n, -1);
  out->rank = in->rank + 1;
  for (int32_t i = 0; i < out->rank; i++)
    out->d[i] = i == axis ? n->n_in : in->d[i - (i > axis)];
  return sum < 0 ? (int)sum : MOTE_OK;
}

/* Everything from `axis` on is one block, in the inputs as in the output. */
static int join_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_axis_attr_t *a = n->attr;
  const mote_tensor_t *out = mote_node_out(g, n);
  int32_t axis = mote_resolve_axis(a->axis, out->dims.rank), at = 0;
  int32_t row = mote_axis_bytes(out, axis - 1);
  int32_t rows = mote_axis_bytes(out, -1) / row;
  for (int32_t i = 0; i < n->n_in; i++) {
    mote_move_t m = mote_move(g, n->in[i], n->out[0]);
    m.block = mote_axis_bytes(mote_node_in(g, n, i), -1) / rows;
    m.out_shift = at;
    mote_move_loop(&m, rows, m.block, row);
    at += m.block;
    MOTE_TRY(mote_move_step(prog, node, &m));
  }
  return MOTE_OK;
}

const mote_op_t mote_op_concat = {
    .name = "concat", .help = "Tensors one after another along an axis.",
    .attrs = concat_rows, .n_attrs = 1, .attr_bytes = sizeof(mote_concat_attr_t),
    .min_in = 1, .max_in = MOTE_NODE_IO_MAX, .n_out = 1, .const_in = UINT32_MAX,
    .quant = MOTE_QUANT_SAME, .weights_axis = -1, .shape = concat_shape,
    .lower = join_lower, .traits = mote_traits_moves};
const mote_op_t mote_op_pack = {
    .name = "pack", .help = "Equal tensors stacked along a new axis.",
    .attrs = pack_rows, .n_attrs = 1, .attr_bytes = sizeof(mote_axis_attr_t),
    .min_in = 1, .max_in = MOTE_NODE_IO_MAX, .n_out = 1, .const_in = UINT32_MAX,
    .quant = MOTE_QUANT_SAME, .weights_axis = -1, .shape = pack_shape,
    .lower = join_lower, .traits = mote_traits_moves};
