/* SPDX-License-Identifier: Apache-2.0
 * What passes share. A pass edits the working copy in place and leaves a graph that
 * mote_graph_check accepts. Nodes that it drops (op NULL) are swept when it returns. */
#ifndef MOTE_MODEL_PASS_H
#define MOTE_MODEL_PASS_H

#include "model/op.h"
#include "model/optimise.h"

#define PASS(name, class, help) int mote_pass_##name(mote_graph_t *g);
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

static inline void mote_pass_drop(mote_node_t *n) { n->op = NULL; }
/* A copy with only the tensors that nodes, inputs and outputs name. */
int mote_pass_copy(const mote_graph_t *g, mote_graph_t **out);

#endif
