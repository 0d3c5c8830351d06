/* SPDX-License-Identifier: Apache-2.0
 * Backwards from the outputs: a node stays when somebody reads one of its results, or
 * when it changes a state. */
#include "model/passes/pass.h"

int mote_pass_dead_nodes(mote_graph_t *g, const mote_optimise_options_t *options) {
  (void)options;
  int times = 0;
  for (int32_t i = g->n_nodes - 1; i >= 0; i--) {
    mote_node_t *n = &g->nodes[i];
    int wanted = 0;
    for (int32_t k = 0; k < n->n_out && !wanted; k++)
      wanted = g->tensors[n->out[k]].role == MOTE_ROLE_STATE ||
               mote_pass_uses(g, n->out[k]) > 0;
    if (wanted) continue;
    mote_pass_drop(n);
    times++;
  }
  return times;
}
