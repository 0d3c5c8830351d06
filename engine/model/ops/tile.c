/* SPDX-License-Identifier: Apache-2.0
 * Repetition: the input is laid into the first tile of the output, then the output
 * repeats itself axis by axis, the innermost first. */
#include "model/ops/move.h"

static const mote_param_t rows[] = {
    {"multiples", MOTE_P_INTS, offsetof(mote_tile_attr_t, multiples), 1,
     MOTE_TENSOR_LIMIT, 0, NULL, "",
     "How often each axis repeats; entries before those of the input make new axes."}};

/* Size of axis i of the output's rank before it repeats. */
static int32_t size_of(const mote_dims_t *in, int32_t rank, int32_t i) {
  int32_t at = i - (rank - in->rank);
  return at < 0 ? 1 : in->d[at];
}

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_tile_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims;
  MOTE_TRY(mote_want_moved(g, n, 1));
  if (a->multiples.n < in->rank || a->multiples.n > MOTE_RANK_MAX)
    return mote_fail(MOTE_ERR_PARAM, "\"multiples\" has %d entries for %d axes",
                     (int)a->multiples.n, (int)in->rank);
  out->rank = a->multiples.n;
  for (int32_t i = 0; i < out->rank; i++) {
    int64_t d = (int64_t)a->multiples.v[i] * size_of(in, out->rank, i);
    out->d[i] = d > MOTE_TENSOR_LIMIT ? 0 : (int32_t)d;
  }
  return MOTE_OK;
}

/* Loops over the axes before `end`, each as long as the input's, on the output. */
static void outer_loops(const mote_graph_t *g, const mote_node_t *n, int32_t end,
                        mote_move_t *m) {
  const mote_tensor_t *out = mote_node_out(g, n);
  for (int32_t i = 0; i < end; i++) {
    int32_t step = mote_axis_bytes(out, i);
    mote_move_loop(m, size_of(&mote_node_in(g, n, 0)->dims, out->dims.rank, i), step,
                   step);
  }
}

static int first_tile(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *in = mote_node_in(g, n, 0), *out = mote_node_out(g, n);
  mote_move_t m = mote_move(g, n->in[0], n->out[0]);
  int32_t more = out->dims.rank - in->dims.rank;
  for (int32_t i = 0; i < in->dims.rank; i++)
    mote_move_loop(&m, in->dims.d[i], mote_axis_bytes(in, i),
                   mote_axis_bytes(out, i + more));
  return mote_move_step(prog, node, &m);
}

static int lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tile_attr_t *a = n->attr;
  const mote_tensor_t *out = mote_node_out(g, n);
  MOTE_TRY(first_tile(prog, node));
  for (int32_t i = out->dims.rank - 1; i >= 0; i--) {
    int32_t many = a->multiples.v[i];
    if (many == 1) continue;
    mote_move_t m = mote_move(g, n->out[0], n->out[0]);
    m.out_shift = m.block = out->dims.d[i] / many * mote_axis_bytes(out, i);
    outer_loops(g, n, i, &m);
    mote_move_loop(&m, many - 1, 0, m.block);
    MOTE_TRY(mote_move_step(prog, node, &m));
  }
  return MOTE_OK;
}

const mote_op_t mote_op_tile = {
    .name = "tile", .help = "The values repeated along the axes; broadcasting, too.",
    .attrs = rows, .n_attrs = 1, .attr_bytes = sizeof(mote_tile_attr_t), .min_in = 1,
    .max_in = 1, .n_out = 1, .const_in = 1, .quant = MOTE_QUANT_SAME,
    .weights_axis = -1, .shape = shape, .lower = lower, .traits = mote_traits_moves};
