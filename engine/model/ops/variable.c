/* SPDX-License-Identifier: Apache-2.0
 * States that are read and written by operators of their own, as copies: what was read
 * stays as it is when the state changes. */
#include "model/ops/move.h"

/* `t` begins as the real value 0, which is bytes of one kind. */
static int want_state(const mote_tensor_t *t) {
  int is_byte = t->dtype == MOTE_I8 || t->dtype == MOTE_U8;
  if (t->role == MOTE_ROLE_STATE && (is_byte || !t->quant.n || !t->quant.zero[0]))
    return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" must be a variable%s", t->name,
                   t->role == MOTE_ROLE_STATE ? " of zero point 0" : "");
}

static int read_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  MOTE_TRY(mote_want_moved(g, n, 1));
  *out = mote_node_in(g, n, 0)->dims;
  if (mote_node_out(g, n)->role == MOTE_ROLE_VALUE)
    return want_state(mote_node_in(g, n, 0));
  return mote_fail(MOTE_ERR_UNSUPPORTED, "the output must be no variable");
}

static int assign_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_tensor_t *in = mote_node_in(g, n, 0), *state = mote_node_out(g, n);
  MOTE_TRY(mote_want_moved(g, n, 1));
  *out = state->dims;
  if (mote_count(in) != mote_count(state) || in->role == MOTE_ROLE_STATE)
    return mote_fail(MOTE_ERR_SIZE, "\"%s\" must have the %d values of \"%s\", and be no "
                     "variable", in->name, (int)mote_count(state), state->name);
  return want_state(state);
}

static int lower(mote_program_t *prog, int32_t node) {
  const mote_node_t *n = &prog->graph->nodes[node];
  return mote_copy_step(prog, node, n->in[0], n->out[0]);
}

const mote_op_t mote_op_read_variable = {
    .name = "read_variable", .help = "A copy of a state.", .min_in = 1, .max_in = 1,
    .n_out = 1, .quant = MOTE_QUANT_SAME, .weights_axis = -1, .shape = read_shape,
    .lower = lower};
const mote_op_t mote_op_assign_variable = {
    .name = "assign_variable", .help = "Copies a value to a state.", .min_in = 1,
    .max_in = 1, .n_out = 1, .const_in = 1, .quant = MOTE_QUANT_SAME,
    .weights_axis = -1, .shape = assign_shape, .lower = lower};
