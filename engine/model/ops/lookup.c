/* SPDX-License-Identifier: Apache-2.0
 * Any function of one int8 value, as a table. The passes make it of chains of functions;
 * nothing imports it. */
#include "model/ops/unary.h"

static int lookup_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_tensor_t *table = mote_node_in(g, n, 1);
  MOTE_TRY(mote_want_uniform(g, n, 1));
  if (mote_node_out(g, n)->dtype != MOTE_I8 || table->dtype != MOTE_I8 ||
      table->role != MOTE_ROLE_CONST || mote_dims_count(&table->dims) != 256)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "needs int8 and a table of 256 constants");
  *out = mote_node_in(g, n, 0)->dims;
  return MOTE_OK;
}

static int lookup_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  return mote_lower_table(prog, node, mote_node_in(g, &g->nodes[node], 1)->data);
}

const mote_op_t mote_op_lookup = {
    .name = "lookup",
    .help = "A table of 256 values for an int8 function of one.",
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .const_in = 2,
    .weights_axis = -1,
    .shape = lookup_shape,
    .lower = lookup_lower,
    .traits = mote_traits_value};
