/* SPDX-License-Identifier: Apache-2.0
 * A chain of functions of one value that begins and ends in int8 has 256 results: it
 * becomes a table. So do an add or product with one constant, and float functions between
 * dequantize and quantize. */
#include <string.h>

#include "model/passes/lowered.h"
#include "model/passes/pass.h"

#define CHAIN_MAX 16

/* The one input of a function of one value whose other inputs are single constants; -1:
 * the node is none. */
static int32_t argument_of(const mote_lowered_t *l, int32_t node) {
  const mote_graph_t *g = l->g;
  if (node < 0 || !g->nodes[node].op) return -1;
  const mote_node_t *n = &g->nodes[node];
  int32_t found = -1;
  if (!(mote_lowered_traits(l, node) & MOTE_EACH_VALUE) || n->n_out != 1 ||
      mote_pass_has_state(g, n))
    return -1;
  for (int32_t i = 0; i < n->n_in; i++) {
    if (n->in[i] < 0) return -1;
    const mote_tensor_t *t = &g->tensors[n->in[i]];
    int single = t->role == MOTE_ROLE_CONST && mote_dims_count(&t->dims) == 1;
    int table = t->role == MOTE_ROLE_CONST && mote_lowered_table(l, node);
    if (single || table) continue;
    if (t->role == MOTE_ROLE_CONST || found >= 0) return -1;
    found = n->in[i];
  }
  return found >= 0 &&
                 mote_dims_equal(&g->tensors[found].dims, &g->tensors[n->out[0]].dims)
             ? found
             : -1;
}

typedef struct {
  int32_t n, node[CHAIN_MAX]; /* the last runs first */
  int32_t from;               /* int8 tensor that it begins with */
} chain_t;

/* As far up as there is an int8 tensor to begin with. */
static chain_t chain_of(const mote_lowered_t *l, int32_t node) {
  const mote_graph_t *g = l->g;
  chain_t c = {.from = -1};
  int32_t n = 0, at;
  while (n < CHAIN_MAX && (at = argument_of(l, node)) >= 0) {
    c.node[n++] = node;
    if (g->tensors[at].dtype == MOTE_I8) c.n = n, c.from = at;
    if (mote_pass_uses(g, at) != 1) break;
    node = mote_pass_producer(g, at);
  }
  return c;
}

/* ---- the table ---- */

static int add_like(mote_graph_t *g, const mote_tensor_t *t, const mote_dims_t *dims) {
  int32_t to = mote_graph_tensor(g, t->name, t->dtype, dims, t->data);
  if (to < 0 || !t->quant.n) return to;
  MOTE_TRY(mote_graph_quant(g, to, t->quant.n, 0, t->quant.scale, t->quant.zero));
  return to;
}

/* All values of a chain, each a row of one channel. */
#define ALL MOTE_DIMS(256, 1)

/* One node of the chain over them; *x is their tensor before and after. */
static int add_node(mote_graph_t *g, const mote_graph_t *from, const mote_node_t *n,
                    int32_t *x) {
  int32_t in[MOTE_NODE_IO_MAX];
  for (int32_t i = 0; i < n->n_in; i++) {
    const mote_tensor_t *t = &from->tensors[n->in[i]];
    in[i] = t->role == MOTE_ROLE_CONST ? add_like(g, t, &t->dims) : *x;
    if (in[i] < 0) return in[i];
  }
  *x = add_like(g, &from->tensors[n->out[0]], &ALL);
  if (*x < 0) return *x;
  mote_node_spec_t spec = {n->op->name, n->name, in, n->n_in, x, 1, n->attr};
  return mote_graph_node(g, &spec);
}

static int build(mote_graph_t *g, const mote_graph_t *from, const chain_t *c) {
  int32_t x = add_like(g, &from->tensors[c->from], &ALL);
  if (x < 0) return x;
  g->inputs[g->n_inputs++] = x;
  for (int32_t i = c->n - 1; i >= 0; i--)
    MOTE_TRY(add_node(g, from, &from->nodes[c->node[i]], &x));
  g->outputs[g->n_outputs++] = x;
  return MOTE_OK;
}

static int table_of(const mote_graph_t *from, const chain_t *c, int8_t table[256]) {
  int8_t x[256];
  const void *in[1] = {x};
  void *out[1] = {table};
  mote_graph_t *g = mote_graph_new();
  int rc = g ? build(g, from, c) : MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < 256; i++) x[i] = (int8_t)(i - 128);
  if (rc >= 0) rc = mote_pass_run(g, in, out);
  mote_graph_free(g);
  return rc;
}

/* ---- the pass ---- */

static int fuse(mote_graph_t *g, const mote_lowered_t *l, int32_t node) {
  mote_node_t *n = &g->nodes[node];
  int8_t table[256];
  if (!n->op || n->n_out != 1 || g->tensors[n->out[0]].dtype != MOTE_I8) return 0;
  chain_t c = chain_of(l, node);
  if (c.n < 1 || (c.n == 1 && mote_lowered_table(l, node))) return 0;
  MOTE_TRY(table_of(g, &c, table));
  int32_t t = mote_graph_tensor(g, n->name, MOTE_I8, &MOTE_DIMS(256), table);
  if (t < 0) return t;
  for (int32_t i = 1; i < c.n; i++) mote_pass_drop(&g->nodes[c.node[i]]);
  n = &g->nodes[node];
  *n = (mote_node_t){.op = mote_op_find("lookup"),
                     .name = n->name,
                     .n_in = 2,
                     .in = {c.from, t},
                     .n_out = 1,
                     .out = {n->out[0]}};
  return c.n;
}

int mote_pass_fuse_lookup(mote_graph_t *g, const mote_optimise_options_t *options) {
  (void)options;
  mote_lowered_t l;
  int times = 0, rc = 0;
  MOTE_TRY(mote_lowered_new(g, &l));
  for (int32_t i = g->n_nodes - 1; rc >= 0 && i >= 0; i--) {
    rc = fuse(g, &l, i);
    times += rc > 0 ? rc : 0;
  }
  mote_lowered_free(&l);
  return rc < 0 ? rc : times;
}
