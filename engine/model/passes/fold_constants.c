/* SPDX-License-Identifier: Apache-2.0
 * Constants in, constants out: nodes of constants alone are run once, here; and a tensor
 * that holds one value per channel whatever the inputs are becomes the constant operand
 * of the adds and products that read it. */
#include <string.h>

#include "model/passes/channels.h"
#include "model/passes/pass.h"

/* ---- nodes of constants ---- */

static int of_constants(const mote_graph_t *g, const mote_node_spec_t *s) {
  int some = 0;
  for (int32_t i = 0; i < s->n_in; i++) {
    if (s->in[i] < 0) continue;
    if (g->tensors[s->in[i]].role != MOTE_ROLE_CONST) return 0;
    some = 1;
  }
  for (int32_t i = 0; i < s->n_out; i++)
    if (g->tensors[s->out[i]].role != MOTE_ROLE_VALUE) return 0;
  return some && s->n_out > 0;
}

static int add_copy(mote_graph_t *to, const mote_tensor_t *t, int constant) {
  int32_t i =
      mote_graph_tensor(to, t->name, t->dtype, &t->dims, constant ? t->data : NULL);
  const mote_quant_t *q = &t->quant;
  if (i < 0 || !q->n) return i;
  MOTE_TRY(mote_graph_quant(to, i, q->n, q->axis, q->scale, q->zero));
  return i;
}

/* The node alone. What it does not take as a constant is an input; at least the first. */
static int build(mote_graph_t *to, const mote_graph_t *g, const mote_node_spec_t *s,
                 const void **values) {
  const mote_op_t *op = mote_op_find(s->op);
  int32_t in[MOTE_NODE_IO_MAX], out[MOTE_NODE_IO_MAX];
  for (int32_t i = 0; i < s->n_in; i++) {
    if ((in[i] = s->in[i]) < 0) continue;
    const mote_tensor_t *t = &g->tensors[s->in[i]];
    int constant = i > 0 && op && op->const_in >> i & 1;
    if ((in[i] = add_copy(to, t, constant)) < 0) return in[i];
    if (constant) continue;
    values[to->n_inputs] = t->data;
    to->inputs[to->n_inputs++] = in[i];
  }
  for (int32_t i = 0; i < s->n_out; i++) {
    if ((out[i] = add_copy(to, &g->tensors[s->out[i]], 0)) < 0) return out[i];
    to->outputs[to->n_outputs++] = out[i];
  }
  mote_node_spec_t alone = {s->op, s->name, in, s->n_in, out, s->n_out, s->attr};
  return mote_graph_node(to, &alone);
}

static int run_alone(mote_graph_t *g, const mote_node_spec_t *s, mote_graph_t *alone) {
  const void *in[MOTE_NODE_IO_MAX];
  void *out[MOTE_NODE_IO_MAX];
  MOTE_TRY(build(alone, g, s, in));
  for (int32_t i = 0; i < s->n_out; i++) {
    size_t bytes = mote_tensor_bytes(&alone->tensors[alone->outputs[i]]);
    if (!(out[i] = mote_arena_take(g->arena, bytes, 1))) return MOTE_ERR_NOMEM;
  }
  MOTE_TRY(mote_pass_run(alone, in, out));
  for (int32_t i = 0; i < s->n_out; i++) {
    mote_tensor_t *t = &g->tensors[s->out[i]];
    t->role = MOTE_ROLE_CONST;
    t->data = out[i];
    t->dims = alone->tensors[alone->outputs[i]].dims;
  }
  return 1;
}

int mote_fold_node(mote_graph_t *g, const mote_node_spec_t *s) {
  if (!of_constants(g, s)) return 0;
  mote_graph_t *alone = mote_graph_new();
  int rc = alone ? run_alone(g, s, alone) : MOTE_ERR_NOMEM;
  mote_graph_free(alone);
  return rc;
}

/* Every reader takes it as a constant, beside another that is none. */
static int wanted_constant(const mote_graph_t *g, int32_t tensor) {
  for (int32_t i = 0; i < g->n_nodes; i++) {
    const mote_node_t *n = &g->nodes[i];
    int others = 0, reads = 0, takes = 1;
    for (int32_t k = 0; n->op && k < n->n_in; k++) {
      if (n->in[k] == tensor)
        reads = 1, takes &= n->op->const_in >> k & 1;
      else if (n->in[k] >= 0)
        others |= g->tensors[n->in[k]].role != MOTE_ROLE_CONST;
    }
    if (reads && !(takes && others)) return 0;
  }
  return !mote_pass_is_output(g, tensor);
}

static int fold_nodes(mote_graph_t *g) {
  int times = 0;
  for (int32_t i = 0; i < g->n_nodes; i++) {
    mote_node_t *n = &g->nodes[i];
    mote_node_spec_t s = {n->op->name, n->name,  n->in,  n->n_in,
                          n->out,      n->n_out, n->attr};
    int wanted = 1;
    for (int32_t k = 0; k < n->n_out; k++) wanted &= wanted_constant(g, n->out[k]);
    int rc = wanted ? mote_fold_node(g, &s) : 0;
    if (rc == MOTE_ERR_NOMEM) return rc;
    if (rc > 0) mote_pass_drop(n), times++;
  }
  return times;
}

/* ---- tensors that hold still ---- */

static int holds_still(const mote_channels_t *c, int32_t tensor) {
  for (int32_t i = 0; i < c->count[tensor]; i++)
    if (c->range[tensor][i].lo != c->range[tensor][i].hi) return 0;
  return c->count[tensor] > 0;
}

/* Can every reader take it as a constant beside an operand that is none? */
static int readers_take(const mote_channels_t *c, int32_t tensor) {
  const mote_graph_t *g = c->low.g;
  int some = 0;
  for (int32_t i = 0; i < g->n_nodes; i++) {
    const mote_node_t *n = &g->nodes[i];
    for (int32_t k = 0; k < n->n_in; k++) {
      if (n->in[k] != tensor) continue;
      int32_t other = n->n_in == 2 ? n->in[1 - k] : -1;
      some = 1;
      if (!(n->op->const_in >> k & 1) || !mote_channels_is_each(c, i) || other < 0 ||
          other == tensor || g->tensors[other].role != MOTE_ROLE_VALUE ||
          !(mote_lowered_traits(&c->low, i) & MOTE_EACH_VALUE) ||
          mote_dims_count(&g->tensors[other].dims) !=
              mote_dims_count(&g->tensors[n->out[0]].dims))
        return 0;
    }
  }
  return some && !mote_pass_is_output(g, tensor) && !mote_pass_is_input(g, tensor);
}

static int make_constant(mote_graph_t *g, const mote_channels_t *c, int32_t tensor) {
  mote_tensor_t *t = &g->tensors[tensor];
  int8_t *values = mote_arena_take(g->arena, (size_t)c->count[tensor], 1);
  if (!values) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < c->count[tensor]; i++)
    values[i] = (int8_t)c->range[tensor][i].lo;
  mote_pass_drop(&g->nodes[mote_pass_producer(g, tensor)]);
  t->role = MOTE_ROLE_CONST;
  t->data = values;
  t->dims = MOTE_DIMS(c->count[tensor]);
  return 1;
}

/* One at a time: a reader needs an operand that is no constant. */
static int fold_still(mote_graph_t *g) {
  mote_channels_t c;
  int rc = 0;
  MOTE_TRY(mote_channels_new(g, &c));
  for (int32_t t = 0; rc == 0 && t < g->n_tensors; t++) {
    int32_t from =
        holds_still(&c, t) && readers_take(&c, t) ? mote_pass_producer(g, t) : -1;
    if (from >= 0 && g->nodes[from].n_out == 1) rc = make_constant(g, &c, t);
  }
  mote_channels_free(&c);
  return rc;
}

int mote_pass_fold_constants(mote_graph_t *g, const mote_optimise_options_t *options) {
  (void)options;
  int times = fold_nodes(g), rc = times;
  if (rc < 0) return rc;
  mote_pass_sweep(g);
  while ((rc = fold_still(g)) > 0) {
    mote_pass_sweep(g);
    times += rc;
  }
  return rc < 0 ? rc : times;
}
