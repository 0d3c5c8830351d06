/* SPDX-License-Identifier: Apache-2.0
 * Common subexpressions: equal constants become one, then nodes that do the same with the
 * same become one. */
#include <string.h>

#include "model/passes/pass.h"

static int same_constant(const mote_graph_t *g, int32_t a, int32_t b) {
  const mote_tensor_t *x = &g->tensors[a], *y = &g->tensors[b];
  return x->role == MOTE_ROLE_CONST && y->role == MOTE_ROLE_CONST &&
         mote_pass_same_type(g, a, b) && mote_dims_equal(&x->dims, &y->dims) &&
         !memcmp(x->data, y->data, mote_tensor_bytes(x));
}

static int merge_constants(mote_graph_t *g) {
  int times = 0;
  for (int32_t a = 0; a < g->n_tensors; a++) {
    if (g->tensors[a].role != MOTE_ROLE_CONST || !mote_pass_uses(g, a)) continue;
    for (int32_t b = a + 1; b < g->n_tensors; b++) {
      if (!same_constant(g, a, b) || !mote_pass_uses(g, b) || mote_pass_is_output(g, b))
        continue;
      mote_pass_replace(g, b, a);
      times++;
    }
  }
  return times;
}

static int same_outputs(const mote_graph_t *g, const mote_node_t *x,
                        const mote_node_t *y) {
  for (int32_t i = 0; i < x->n_out; i++)
    if (!mote_pass_same_type(g, x->out[i], y->out[i]) ||
        !mote_dims_equal(&g->tensors[x->out[i]].dims, &g->tensors[y->out[i]].dims))
      return 0;
  return 1;
}

static int same_node(const mote_graph_t *g, const mote_node_t *x, const mote_node_t *y) {
  return x->op == y->op && x->n_in == y->n_in && x->n_out == y->n_out &&
         !memcmp(x->in, y->in, (size_t)x->n_in * sizeof *x->in) &&
         (!x->op->attr_bytes || !memcmp(x->attr, y->attr, x->op->attr_bytes)) &&
         same_outputs(g, x, y) && !mote_pass_has_state(g, x);
}

/* y's outputs become x's, unless the graph shows one of them. */
static int merge(mote_graph_t *g, const mote_node_t *x, mote_node_t *y) {
  for (int32_t i = 0; i < y->n_out; i++)
    if (mote_pass_is_output(g, y->out[i])) return 0;
  for (int32_t i = 0; i < y->n_out; i++) mote_pass_replace(g, y->out[i], x->out[i]);
  mote_pass_drop(y);
  return 1;
}

int mote_pass_common(mote_graph_t *g, const mote_optimise_options_t *options) {
  (void)options;
  int times = merge_constants(g);
  for (int32_t i = 0; i < g->n_nodes; i++)
    for (int32_t k = i + 1; g->nodes[i].op && k < g->n_nodes; k++)
      if (g->nodes[k].op && same_node(g, &g->nodes[i], &g->nodes[k]))
        times += merge(g, &g->nodes[i], &g->nodes[k]);
  return times;
}
