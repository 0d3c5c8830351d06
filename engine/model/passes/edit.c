/* SPDX-License-Identifier: Apache-2.0
 * Questions about a graph under edit, its edits, and its copy. */
#include <string.h>

#include "model/passes/pass.h"

static int among(const int32_t *v, int32_t n, int32_t x) {
  int32_t found = 0;
  for (int32_t i = 0; i < n; i++) found += v[i] == x;
  return found;
}

int mote_pass_is_input(const mote_graph_t *g, int32_t tensor) {
  return among(g->inputs, g->n_inputs, tensor) > 0;
}

int mote_pass_is_output(const mote_graph_t *g, int32_t tensor) {
  return among(g->outputs, g->n_outputs, tensor) > 0;
}

int32_t mote_pass_producer(const mote_graph_t *g, int32_t tensor) {
  for (int32_t i = 0; i < g->n_nodes; i++)
    if (g->nodes[i].op && among(g->nodes[i].out, g->nodes[i].n_out, tensor)) return i;
  return -1;
}

int32_t mote_pass_uses(const mote_graph_t *g, int32_t tensor) {
  int32_t n = among(g->outputs, g->n_outputs, tensor);
  for (int32_t i = 0; i < g->n_nodes; i++)
    if (g->nodes[i].op) n += among(g->nodes[i].in, g->nodes[i].n_in, tensor);
  return n;
}

static int state_among(const mote_graph_t *g, const int32_t *v, int32_t n) {
  for (int32_t i = 0; i < n; i++)
    if (v[i] >= 0 && g->tensors[v[i]].role == MOTE_ROLE_STATE) return 1;
  return 0;
}

int mote_pass_has_state(const mote_graph_t *g, const mote_node_t *n) {
  return state_among(g, n->in, n->n_in) || state_among(g, n->out, n->n_out);
}

int mote_pass_same_type(const mote_graph_t *g, int32_t a, int32_t b) {
  const mote_tensor_t *x = &g->tensors[a], *y = &g->tensors[b];
  const mote_quant_t *p = &x->quant, *q = &y->quant;
  size_t n = (size_t)p->n;
  return x->dtype == y->dtype && p->n == q->n && (n < 2 || p->axis == q->axis) &&
         (!n || (!memcmp(p->scale, q->scale, n * sizeof *p->scale) &&
                 !memcmp(p->zero, q->zero, n * sizeof *p->zero)));
}

/* ---- edits ---- */

void mote_pass_replace(mote_graph_t *g, int32_t from, int32_t to) {
  for (int32_t i = 0; i < g->n_nodes; i++)
    for (int32_t k = 0; g->nodes[i].op && k < g->nodes[i].n_in; k++)
      if (g->nodes[i].in[k] == from) g->nodes[i].in[k] = to;
}

int mote_pass_bypass(mote_graph_t *g, int32_t node, int32_t source) {
  mote_node_t *n = &g->nodes[node];
  int32_t t = n->out[0], from = mote_pass_producer(g, source);
  if (g->tensors[source].role != MOTE_ROLE_VALUE) return 0;
  if (!mote_pass_is_output(g, t)) {
    mote_pass_replace(g, t, source);
    mote_pass_drop(n);
    return 1;
  }
  if (from < 0 || mote_pass_is_output(g, source)) return 0;
  mote_pass_drop(n);
  mote_pass_replace(g, source, t);
  for (int32_t i = 0; i < g->nodes[from].n_out; i++)
    if (g->nodes[from].out[i] == source) g->nodes[from].out[i] = t;
  return 1;
}

void mote_pass_sweep(mote_graph_t *g) {
  int32_t n = 0;
  for (int32_t i = 0; i < g->n_nodes; i++)
    if (g->nodes[i].op) g->nodes[n++] = g->nodes[i];
  g->n_nodes = n;
}

/* ---- the activation that a node ends with ---- */

int32_t *mote_pass_activation(const mote_op_t *op, void *attr) {
  for (size_t i = 0; attr && i < op->n_attrs; i++)
    if (op->attrs[i].kind == MOTE_P_CHOICE && !strcmp(op->attrs[i].name, "activation") &&
        !strcmp(op->attrs[i].choices, "none|relu|relu6|relu_n1_to_1"))
      return (int32_t *)(void *)((uint8_t *)attr + op->attrs[i].offset);
  return NULL;
}

int mote_pass_set_activation(mote_graph_t *g, mote_node_t *n, int32_t activation) {
  void *attr = mote_arena_take(g->arena, 1, n->op->attr_bytes);
  if (!attr) return MOTE_ERR_NOMEM;
  memcpy(attr, n->attr, n->op->attr_bytes);
  *mote_pass_activation(n->op, attr) = activation;
  n->attr = attr;
  return MOTE_OK;
}

/* ---- run ---- */

int mote_pass_run(const mote_graph_t *g, const void *const *in, void *const *out) {
  mote_program_t *prog;
  mote_exec_t *e;
  MOTE_TRY(mote_lower(g, &prog));
  int rc = mote_exec_new(prog, &e);
  if (rc >= 0) {
    rc = mote_exec_run(e, in, out);
    mote_exec_free(e);
  }
  mote_program_free(prog);
  return rc;
}

/* ---- copy ---- */

/* to[] holds the new index of each old tensor, -1 while it has none. */
static int copy_tensor(const mote_graph_t *from, int32_t i, mote_graph_t *g,
                       int32_t *to) {
  const mote_tensor_t *t = &from->tensors[i];
  const mote_quant_t *q = &t->quant;
  if (to[i] >= 0) return MOTE_OK;
  to[i] = mote_graph_tensor(g, t->name, t->dtype, &t->dims, t->data);
  if (to[i] < 0) return to[i];
  g->tensors[to[i]].role = t->role;
  return q->n ? mote_graph_quant(g, to[i], q->n, q->axis, q->scale, q->zero) : MOTE_OK;
}

static int copy_list(const mote_graph_t *from, const int32_t *list, int32_t n,
                     mote_graph_t *g, int32_t *to) {
  for (int32_t i = 0; i < n; i++)
    if (list[i] >= 0) MOTE_TRY(copy_tensor(from, list[i], g, to));
  return MOTE_OK;
}

static void renumber(const int32_t *list, int32_t n, const int32_t *to, int32_t *out) {
  for (int32_t i = 0; i < n; i++) out[i] = list[i] < 0 ? -1 : to[list[i]];
}

static int copy_node(const mote_graph_t *from, const mote_node_t *n, mote_graph_t *g,
                     int32_t *to) {
  int32_t in[MOTE_NODE_IO_MAX], out[MOTE_NODE_IO_MAX];
  MOTE_TRY(copy_list(from, n->in, n->n_in, g, to));
  MOTE_TRY(copy_list(from, n->out, n->n_out, g, to));
  renumber(n->in, n->n_in, to, in);
  renumber(n->out, n->n_out, to, out);
  mote_node_spec_t spec = {n->op->name, n->name, in, n->n_in, out, n->n_out, n->attr};
  return mote_graph_node(g, &spec);
}

static int copy_into(const mote_graph_t *from, mote_graph_t *g, int32_t *to) {
  for (int32_t i = 0; i < from->n_tensors; i++) to[i] = -1;
  MOTE_TRY(copy_list(from, from->inputs, from->n_inputs, g, to));
  for (int32_t i = 0; i < from->n_nodes; i++)
    if (from->nodes[i].op) MOTE_TRY(copy_node(from, &from->nodes[i], g, to));
  MOTE_TRY(copy_list(from, from->outputs, from->n_outputs, g, to));
  g->n_inputs = from->n_inputs, g->n_outputs = from->n_outputs;
  renumber(from->inputs, from->n_inputs, to, g->inputs);
  renumber(from->outputs, from->n_outputs, to, g->outputs);
  if (from->meta && !(g->meta = json_deep_copy(from->meta))) return MOTE_ERR_NOMEM;
  return MOTE_OK;
}

int mote_pass_copy(const mote_graph_t *g, mote_graph_t **out) {
  *out = NULL;
  mote_graph_t *copy = mote_graph_new();
  int32_t *to = mote_alloc((size_t)g->n_tensors + 1, sizeof *to);
  int rc = copy && to ? copy_into(g, copy, to) : MOTE_ERR_NOMEM;
  mote_free(to);
  if (rc < 0)
    mote_graph_free(copy);
  else
    *out = copy;
  return rc < 0 ? rc : MOTE_OK;
}
