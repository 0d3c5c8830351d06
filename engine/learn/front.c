/* SPDX-License-Identifier: Apache-2.0
 * The normaliser as first node of a learner's graph. */
#include <string.h>

#include "learn/learn.h"

/* The newest node becomes the first: it only reads the new graph input. */
static void move_to_front(mote_graph_t *g) {
  mote_node_t last = g->nodes[g->n_nodes - 1];
  memmove(g->nodes + 1, g->nodes, (size_t)(g->n_nodes - 1) * sizeof *g->nodes);
  g->nodes[0] = last;
}

int mote_learn_front(const mote_learn_job_t *job, mote_graph_t *g) {
  int32_t x = g->inputs[0];
  mote_dims_t dims = g->tensors[x].dims, cols = {1, {(int32_t)job->n_norm}};
  int in[3] = {mote_graph_tensor(g, "features", MOTE_F32, &dims, NULL),
               mote_graph_tensor(g, "mean", MOTE_F32, &cols, job->mean),
               mote_graph_tensor(g, "scale", MOTE_F32, &cols, job->scale)};
  for (int i = 0; i < 3; i++)
    if (in[i] < 0) return in[i];
  mote_node_spec_t spec = {"normalise", "normalise", in, 3, &x, 1, NULL};
  int node = mote_graph_node(g, &spec);
  if (node < 0) return node;
  move_to_front(g);
  g->inputs[0] = in[0];
  return mote_graph_check(g);
}
