/* SPDX-License-Identifier: Apache-2.0
 * Taking apart along an axis; along the outermost one the parts are views. */
#include "model/ops/move.h"

static const mote_param_t split_rows[] = {
    {"axis", MOTE_P_INT, offsetof(mote_split_attr_t, axis), -MOTE_RANK_MAX,
     MOTE_RANK_MAX - 1, -1, NULL, "", "Axis that is cut."},
    {"sizes", MOTE_P_INTS, offsetof(mote_split_attr_t, sizes), -1, MOTE_TENSOR_LIMIT, 0,
     NULL, "", "Of the parts along the axis; -1: what is left; none: equal parts."}};
static const mote_param_t unpack_rows[] = {
    {"axis", MOTE_P_INT, offsetof(mote_axis_attr_t, axis), -MOTE_RANK_MAX,
     MOTE_RANK_MAX - 1, 0, NULL, "", "The axis that the outputs lose."}};

/* Sizes of the parts of `whole`. */
static int parts(const mote_split_attr_t *a, int32_t n, int32_t whole, int32_t *size) {
  int64_t sum = 0;
  int32_t open = -1;
  if (!a->sizes.n && whole % n)
    return mote_fail(MOTE_ERR_SIZE, "%d values do not fall into %d equal parts",
                     (int)whole, (int)n);
  if (a->sizes.n) MOTE_TRY(mote_want_entries(&a->sizes, n, "\"sizes\""));
  for (int32_t i = 0; i < n; i++) {
    size[i] = a->sizes.n ? a->sizes.v[i] : whole / n;
    if (size[i] == -1 && open < 0) open = i, size[i] = 0;
    else if (size[i] < 1) return mote_fail(MOTE_ERR_PARAM, "a part without values");
    sum += size[i];
  }
  if (open >= 0 && sum < whole) size[open] = (int32_t)(whole - sum), sum = whole;
  if (sum == whole) return MOTE_OK;
  return mote_fail(MOTE_ERR_SIZE, "the parts have %lld of the axis's %d values",
                   (long long)sum, (int)whole);
}

static int split_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_split_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims;
  int32_t size[MOTE_NODE_IO_MAX], axis = mote_resolve_axis(a->axis, in->rank);
  if (axis < 0) return axis;
  MOTE_TRY(mote_want_moved(g, n, 1));
  MOTE_TRY(parts(a, n->n_out, in->d[axis], size));
  for (int32_t i = 0; i < n->n_out; i++) out[i] = *in, out[i].d[axis] = size[i];
  return MOTE_OK;
}

static int unpack_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_axis_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims;
  int32_t axis = mote_resolve_axis(a->axis, in->rank);
  if (axis < 0) return axis;
  MOTE_TRY(mote_want_moved(g, n, 1));
  if (in->d[axis] != n->n_out)
    return mote_fail(MOTE_ERR_SIZE, "%d outputs for an axis of %d", (int)n->n_out,
                     (int)in->d[axis]);
  for (int32_t i = 0; i < n->n_out; i++) {
    out[i] = (mote_dims_t){0};
    for (int32_t k = 0; k < in->rank; k++)
      if (k != axis) out[i].d[out[i].rank++] = in->d[k];
  }
  return MOTE_OK;
}

/* Everything from `axis` on is one block, in the input as in the outputs. */
static int part_lower(mote_program_t *prog, int32_t node, int32_t axis) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *in = mote_node_in(g, n, 0);
  axis = mote_resolve_axis(axis, in->dims.rank);
  int32_t at = 0, row = mote_axis_bytes(in, axis - 1);
  int32_t rows = mote_axis_bytes(in, -1) / row;
  for (int32_t i = 0; i < n->n_out; i++) {
    mote_move_t m = mote_move(g, n->in[0], n->out[i]);
    m.block = mote_axis_bytes(&g->tensors[n->out[i]], -1) / rows;
    m.in_shift = at;
    mote_move_loop(&m, rows, row, m.block);
    at += m.block;
    MOTE_TRY(mote_move_step(prog, node, &m));
  }
  return MOTE_OK;
}

static int split_lower(mote_program_t *prog, int32_t node) {
  const mote_split_attr_t *a = prog->graph->nodes[node].attr;
  return part_lower(prog, node, a->axis);
}
static int unpack_lower(mote_program_t *prog, int32_t node) {
  const mote_axis_attr_t *a = prog->graph->nodes[node].attr;
  return part_lower(prog, node, a->axis);
}

const mote_op_t mote_op_split = {
    .name = "split", .help = "Parts of a tensor along an axis.", .attrs = split_rows,
    .n_attrs = 2, .attr_bytes = sizeof(mote_split_attr_t), .min_in = 1, .max_in = 1,
    .const_in = 1, .quant = MOTE_QUANT_SAME, .weights_axis = -1, .shape = split_shape,
    .lower = split_lower, .traits = mote_traits_moves};
const mote_op_t mote_op_unpack = {
    .name = "unpack", .help = "One tensor per index of an axis.", .attrs = unpack_rows,
    .n_attrs = 1, .attr_bytes = sizeof(mote_axis_attr_t), .min_in = 1, .max_in = 1,
    .const_in = 1, .quant = MOTE_QUANT_SAME, .weights_axis = -1, .shape = unpack_shape,
    .lower = unpack_lower, .traits = mote_traits_moves};
