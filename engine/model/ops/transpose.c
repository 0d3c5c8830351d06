/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/move.h"

static const mote_param_t rows[] = {
    {"perm", MOTE_P_INTS, offsetof(mote_transpose_attr_t, perm), 0, MOTE_RANK_MAX - 1, 0,
     NULL, "", "Axis of the input that becomes axis 0, 1, ...; none: reversed."}};

static int perm_of(const mote_node_t *n, int32_t rank, int32_t *perm) {
  const mote_transpose_attr_t *a = n->attr;
  uint32_t seen = 0;
  if (a->perm.n) MOTE_TRY(mote_want_entries(&a->perm, rank, "\"perm\""));
  for (int32_t i = 0; i < rank; i++) {
    perm[i] = a->perm.n ? a->perm.v[i] : rank - 1 - i;
    if (perm[i] >= 0 && perm[i] < rank) seen |= 1u << perm[i];
  }
  if (seen == (1u << rank) - 1) return MOTE_OK;
  return mote_fail(MOTE_ERR_PARAM, "\"perm\" does not name every axis once");
}

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims;
  int32_t perm[MOTE_RANK_MAX];
  MOTE_TRY(mote_want_moved(g, n, 1));
  MOTE_TRY(perm_of(n, in->rank, perm));
  out->rank = in->rank;
  for (int32_t i = 0; i < in->rank; i++) out->d[i] = in->d[perm[i]];
  return MOTE_OK;
}

static int lower(mote_program_t *prog, int32_t node) {
  const mote_node_t *n = &prog->graph->nodes[node];
  const mote_tensor_t *in = mote_node_in(prog->graph, n, 0);
  const mote_tensor_t *out = mote_node_out(prog->graph, n);
  mote_move_t m = mote_move(prog->graph, n->in[0], n->out[0]);
  int32_t perm[MOTE_RANK_MAX];
  MOTE_TRY(perm_of(n, in->dims.rank, perm));
  for (int32_t i = 0; i < in->dims.rank; i++)
    mote_move_loop(&m, out->dims.d[i], mote_axis_bytes(in, perm[i]),
                   mote_axis_bytes(out, i));
  return mote_move_step(prog, node, &m);
}

const mote_op_t mote_op_transpose = {
    .name = "transpose", .help = "The axes in another order.", .attrs = rows,
    .n_attrs = 1, .attr_bytes = sizeof(mote_transpose_attr_t), .min_in = 1, .max_in = 1,
    .n_out = 1, .const_in = 1, .quant = MOTE_QUANT_SAME, .weights_axis = -1,
    .shape = shape, .lower = lower, .traits = mote_traits_moves};
