/* SPDX-License-Identifier: Apache-2.0
 * Blocks of pixels become channels, and back: one copy each. */
#include "model/ops/move.h"

static const mote_param_t rows[] = {
    {"block", MOTE_P_INT, offsetof(mote_block_attr_t, block), 1, 1 << 14, 2, NULL, "",
     "Height and width of a block."},
    {"order", MOTE_P_CHOICE, offsetof(mote_block_attr_t, order), 0, 1, MOTE_BLOCK_DCR,
     "dcr|crd", "", "The deep channels count places of the block first (dcr), or the "
                    "shallow channels (crd)."}};

static int want(const mote_graph_t *g, const mote_node_t *n, int32_t *block) {
  const mote_block_attr_t *a = n->attr;
  MOTE_TRY(mote_want_moved(g, n, 1));
  *block = a->block;
  if (mote_node_in(g, n, 0)->dims.rank != 4)
    return mote_fail(MOTE_ERR_SIZE, "the input must have 4 axes");
  if (*block < 1 || *block > 1 << 14) return mote_fail(MOTE_ERR_PARAM, "block size");
  return MOTE_OK;
}

static int depth_to_space_shape(const mote_graph_t *g, const mote_node_t *n,
                                mote_dims_t *out) {
  int32_t b;
  MOTE_TRY(want(g, n, &b));
  const int32_t *d = mote_node_in(g, n, 0)->dims.d;
  int64_t h = (int64_t)d[1] * b, w = (int64_t)d[2] * b;
  if (d[3] % (b * b))
    return mote_fail(MOTE_ERR_SIZE, "%d channels do not fall into blocks of %d x %d",
                     (int)d[3], (int)b, (int)b);
  if (h > MOTE_TENSOR_LIMIT || w > MOTE_TENSOR_LIMIT) h = w = 0;
  *out = MOTE_DIMS(d[0], (int32_t)h, (int32_t)w, d[3] / (b * b));
  return MOTE_OK;
}

static int space_to_depth_shape(const mote_graph_t *g, const mote_node_t *n,
                                mote_dims_t *out) {
  int32_t b;
  MOTE_TRY(want(g, n, &b));
  const int32_t *d = mote_node_in(g, n, 0)->dims.d;
  int64_t c = (int64_t)d[3] * b * b;
  if (d[1] % b || d[2] % b)
    return mote_fail(MOTE_ERR_SIZE, "%d x %d pixels do not fall into blocks of %d x %d",
                     (int)d[1], (int)d[2], (int)b, (int)b);
  *out = MOTE_DIMS(d[0], d[1] / b, d[2] / b, c > MOTE_TENSOR_LIMIT ? 0 : (int32_t)c);
  return MOTE_OK;
}

/* The same loops in both directions: rows of blocks, rows, blocks, columns, channels. */
static int lower(mote_program_t *prog, int32_t node, int32_t deep) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_block_attr_t *a = n->attr;
  const int32_t *d = g->tensors[deep].dims.d, b = a->block;
  int32_t unit = (int32_t)mote_dtype_bytes(g->tensors[deep].dtype), c = d[3] / (b * b);
  int32_t pixel = d[3] * unit, row = d[2] * pixel; /* deep */
  int32_t x = c * unit, y = d[2] * b * x;          /* flat */
  int32_t place = a->order == MOTE_BLOCK_DCR ? x : unit;
  int32_t channel = a->order == MOTE_BLOCK_DCR ? unit : b * b * unit;
  const int32_t loops[5][3] = {{d[0] * d[1], row, b * y}, {b, b * place, y},
                               {d[2], pixel, b * x}, {b, place, x}, {c, channel, unit}};
  mote_move_t m = mote_move(g, n->in[0], n->out[0]);
  int from = n->in[0] == deep ? 1 : 2;
  for (int i = 0; i < 5; i++)
    mote_move_loop(&m, loops[i][0], loops[i][from], loops[i][3 - from]);
  return mote_move_step(prog, node, &m);
}

static int depth_to_space_lower(mote_program_t *prog, int32_t node) {
  const mote_node_t *n = &prog->graph->nodes[node];
  return lower(prog, node, n->in[0]);
}
static int space_to_depth_lower(mote_program_t *prog, int32_t node) {
  const mote_node_t *n = &prog->graph->nodes[node];
  return lower(prog, node, n->out[0]);
}

#define BLOCKS(id, text)                                                                 \
  const mote_op_t mote_op_##id = {.name = #id, .help = text, .attrs = rows,              \
                                  .n_attrs = 2,                                          \
                                  .attr_bytes = sizeof(mote_block_attr_t), .min_in = 1,  \
                                  .max_in = 1, .n_out = 1, .const_in = 1,                \
                                  .quant = MOTE_QUANT_SAME, .weights_axis = -1,          \
                                  .shape = id##_shape, .lower = id##_lower, \
                                  .traits = mote_traits_moves}
BLOCKS(depth_to_space, "Groups of channels become blocks of pixels.");
BLOCKS(space_to_depth, "Blocks of pixels become groups of channels.");
