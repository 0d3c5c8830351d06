/* SPDX-License-Identifier: Apache-2.0
 * A function of one value that only limits it joins the limits of the node before: relu
 * and its relatives behind a convolution, an add, a pool ... Kept only where no bit
 * changes; for int8 that is tried for every value that can come. */
#include "base/fixed.h"
#include "model/ops/util.h"
#include "model/passes/lowered.h"
#include "model/passes/pass.h"
#include "nn/clamp.h"

#define N_ACTIVATIONS 4

/* table(limits of `first`) and limits of `both` agree on everything, also beyond int8. */
static int same_limits(const int8_t *table, const mote_tensor_t *t, int32_t first,
                       int32_t both) {
  int32_t lo, hi, low, high;
  mote_activation_s8(first, t, &lo, &hi);
  mote_activation_s8(both, t, &low, &high);
  for (int32_t x = -129; x <= 128; x++)
    if (table[mote_clamp(x, lo, hi) + 128] != mote_clamp(x, low, high)) return 0;
  return 1;
}

static int same_clamp(const mote_clamp_f32_t *p, int32_t first, int32_t both) {
  float lo, hi, low, high;
  mote_activation_f32(first, &lo, &hi);
  mote_activation_f32(both, &low, &high);
  if (p->min > hi || p->max < lo) return 0;
  return low == (p->min > lo ? p->min : lo) && high == (p->max < hi ? p->max : hi);
}

/* The activation that does what `first` and then the node do; -1: there is none. */
static int32_t joined(const mote_lowered_t *l, int32_t node, int32_t first) {
  const mote_node_t *n = &l->g->nodes[node];
  const int8_t *table = mote_lowered_table(l, node);
  const mote_step_t *clamp = mote_lowered_only(l, node, "mote_clamp_f32");
  if (n->n_out != 1 || !mote_pass_same_type(l->g, n->in[0], n->out[0])) return -1;
  for (int32_t both = 0; both < N_ACTIVATIONS; both++) {
    if (table && same_limits(table, mote_node_out(l->g, n), first, both)) return both;
    if (clamp && same_clamp(clamp->params, first, both)) return both;
  }
  return -1;
}

static int fuse(mote_graph_t *g, const mote_lowered_t *l, int32_t node) {
  mote_node_t *n = &g->nodes[node];
  int32_t from = mote_pass_producer(g, n->in[0]);
  if (from < 0 || mote_pass_uses(g, n->in[0]) != 1 || mote_pass_has_state(g, n)) return 0;
  mote_node_t *p = &g->nodes[from];
  const int32_t *first = mote_pass_activation(p->op, p->attr);
  int32_t both = first && p->n_out == 1 ? joined(l, node, *first) : -1;
  if (both < 0) return 0;
  MOTE_TRY(mote_pass_set_activation(g, p, both));
  p->out[0] = n->out[0];
  mote_pass_drop(n);
  return 1;
}

int mote_pass_fuse_activation(mote_graph_t *g, const mote_optimise_options_t *options) {
  (void)options;
  mote_lowered_t l;
  int times = 0, rc = 0;
  MOTE_TRY(mote_lowered_new(g, &l));
  for (int32_t i = 0; rc >= 0 && i < g->n_nodes; i++) {
    if (!g->nodes[i].op || g->nodes[i].n_in < 1) continue;
    rc = fuse(g, &l, i);
    times += rc > 0;
  }
  mote_lowered_free(&l);
  return rc < 0 ? rc : times;
}
