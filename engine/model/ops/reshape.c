/* SPDX-License-Identifier: Apache-2.0
 * Reshape, flatten, squeeze, new axes: another view of the same values. The output
 * tensor's own dimensions say what it becomes. */
#include "model/ops/move.h"

static int reshape_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_tensor_t *in = mote_node_in(g, n, 0), *y = mote_node_out(g, n);
  MOTE_TRY(mote_want_moved(g, n, 1));
  *out = y->dims;
  if (mote_dims_count(&in->dims) == mote_dims_count(out)) return MOTE_OK;
  return mote_fail(MOTE_ERR_SIZE, "%lld values cannot become %lld",
                   (long long)mote_dims_count(&in->dims),
                   (long long)mote_dims_count(out));
}

static int reshape_lower(mote_program_t *prog, int32_t node) {
  const mote_node_t *n = &prog->graph->nodes[node];
  mote_move_t m = mote_move(prog->graph, n->in[0], n->out[0]);
  m.block = mote_axis_bytes(mote_node_out(prog->graph, n), -1);
  return mote_move_step(prog, node, &m);
}

const mote_op_t mote_op_reshape = {
    .name = "reshape", .help = "The same values with other dimensions.", .min_in = 1,
    .max_in = 1, .n_out = 1, .const_in = 1, .quant = MOTE_QUANT_SAME,
    .weights_axis = -1, .shape = reshape_shape, .lower = reshape_lower,
    .traits = mote_traits_moves};
