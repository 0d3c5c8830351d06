/* SPDX-License-Identifier: Apache-2.0
 * What passes share. A pass edits the working copy in place and leaves a graph that
 * mote_graph_check accepts. Nodes that it drops (op NULL) are swept when it returns, or
 * by itself. */
#ifndef MOTE_MODEL_PASS_H
#define MOTE_MODEL_PASS_H

#include "model/op.h"
#include "model/optimise.h"

#define PASS(name, class, help)                                                          \
  int mote_pass_##name(mote_graph_t *g, const mote_optimise_options_t *options);
#include "model/passes/passes.def"
#undef PASS

int mote_pass_is_input(const mote_graph_t *g, int32_t tensor);
int mote_pass_is_output(const mote_graph_t *g, int32_t tensor);
/* The node that writes it; -1: none. */
int32_t mote_pass_producer(const mote_graph_t *g, int32_t tensor);
/* How often nodes read it, and once more for each output of the graph that it is. */
int32_t mote_pass_uses(const mote_graph_t *g, int32_t tensor);
/* Does the node read or write a state? Then its place in the order matters. */
int mote_pass_has_state(const mote_graph_t *g, const mote_node_t *n);

/* Same element type, scales and zero points? */
int mote_pass_same_type(const mote_graph_t *g, int32_t a, int32_t b);

/* Whoever reads `from` reads `to`. */
void mote_pass_replace(mote_graph_t *g, int32_t from, int32_t to);
/* The node gives what `source` holds already: 1 when it could be taken out. */
int mote_pass_bypass(mote_graph_t *g, int32_t node, int32_t source);
/* The clamp that a node ends with, in its attributes; NULL: it has none. */
int32_t *mote_pass_activation(const mote_op_t *op, void *attr);
int mote_pass_set_activation(mote_graph_t *g, mote_node_t *n, int32_t activation);
static inline void mote_pass_drop(mote_node_t *n) { n->op = NULL; }
void mote_pass_sweep(mote_graph_t *g);
/* Lowers and runs a graph once. */
int mote_pass_run(const mote_graph_t *g, const void *const *in, void *const *out);
/* A copy with only the tensors that nodes, inputs and outputs name. */
int mote_pass_copy(const mote_graph_t *g, mote_graph_t **out);

#endif
