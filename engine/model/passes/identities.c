/* SPDX-License-Identifier: Apache-2.0
 * Nodes that change nothing: tables that give back their argument, and chains of nodes
 * that only move values and bring each back to its place (a transpose and its inverse, a
 * pad by nothing, views of views, a concat of one). Where the values go is found by
 * moving their numbers. */
#include <string.h>

#include "model/passes/lowered.h"
#include "model/passes/pass.h"

#define CHAIN_MAX 8
#define COUNT_MAX ((int64_t)1 << 24) /* numbers that a float holds */

static int is_identity(const mote_lowered_t *l, int32_t node) {
  const mote_node_t *n = &l->g->nodes[node];
  const int8_t *table = mote_lowered_table(l, node);
  for (int32_t i = 0; table && i < 256; i++)
    if (table[i] != i - 128) return 0;
  return table && mote_pass_same_type(l->g, n->in[0], n->out[0]);
}

/* ---- where a chain moves values ---- */

typedef struct {
  int32_t n, node[CHAIN_MAX]; /* the last runs first */
} chain_t;

/* Digit `digit` to base 128 of each number, or the number itself as a float. */
static void number(const mote_tensor_t *t, int64_t count, int32_t digit, void *to) {
  for (int64_t i = 0; i < count; i++) {
    if (t->dtype == MOTE_F32)
      ((float *)to)[i] = (float)i;
    else
      ((int8_t *)to)[i] = (int8_t)(i >> 7 * digit & 127);
  }
}

/* Runs the chain over `a`, back and forth between the two buffers. */
static int run_chain(const mote_lowered_t *l, const chain_t *c, void *a, void *b,
                     void **result) {
  for (int32_t i = c->n - 1; i >= 0; i--) {
    const void *in[1] = {a};
    MOTE_TRY(mote_lowered_run(l, c->node[i], in, b));
    void *swap = a;
    a = b, b = swap;
  }
  *result = a;
  return MOTE_OK;
}

static size_t room_of(const mote_lowered_t *l, const chain_t *c) {
  size_t room = 0;
  for (int32_t i = 0; i < c->n; i++) {
    const mote_node_t *n = &l->g->nodes[c->node[i]];
    size_t in = mote_tensor_bytes(&l->g->tensors[n->in[0]]);
    size_t out = mote_tensor_bytes(&l->g->tensors[n->out[0]]);
    room = in > room ? in : room;
    room = out > room ? out : room;
  }
  return room;
}

/* 1 when every value comes back to its place. */
static int stays(const mote_lowered_t *l, const chain_t *c) {
  const mote_node_t *first = &l->g->nodes[c->node[c->n - 1]];
  const mote_tensor_t *t = &l->g->tensors[first->in[0]];
  int64_t count = mote_dims_count(&t->dims);
  size_t bytes = mote_tensor_bytes(t), room = room_of(l, c);
  void *a = mote_alloc(room, 1), *b = mote_alloc(room, 1), *want = mote_alloc(bytes, 1);
  void *got;
  int rc = a && b && want ? 1 : MOTE_ERR_NOMEM;
  int32_t digits = t->dtype == MOTE_F32 ? 1 : 4;
  for (int32_t d = 0; rc > 0 && d < digits && (d == 0 || count >> 7 * d); d++) {
    number(t, count, d, a);
    memcpy(want, a, bytes);
    rc = run_chain(l, c, a, b, &got);
    if (rc == MOTE_OK) rc = !memcmp(got, want, bytes);
  }
  mote_free(a), mote_free(b), mote_free(want);
  return rc;
}

/* ---- the pass ---- */

static int only_moves(const mote_lowered_t *l, int32_t node) {
  if (node < 0) return 0;
  const mote_node_t *n = &l->g->nodes[node];
  return n->op && n->n_in == 1 && n->n_out == 1 && !mote_pass_has_state(l->g, n) &&
         mote_lowered_traits(l, node) & MOTE_MOVES && mote_lowered_is_plain(l, node);
}

/* The tensor furthest up that the end of the chain is equal to, or -1. */
static int source_of(const mote_lowered_t *l, int32_t node, int32_t *source) {
  const mote_graph_t *g = l->g;
  const mote_tensor_t *end = &g->tensors[g->nodes[node].out[0]];
  chain_t c = {0};
  *source = -1;
  while (c.n < CHAIN_MAX && only_moves(l, node)) {
    int32_t in = g->nodes[node].in[0];
    c.node[c.n++] = node;
    node = mote_pass_producer(g, in);
    int64_t count = mote_dims_count(&g->tensors[in].dims);
    int known = end->dtype == MOTE_F32 || end->dtype == MOTE_I8;
    if (!known || count > COUNT_MAX || count != mote_dims_count(&end->dims) ||
        !mote_pass_same_type(g, in, g->nodes[c.node[0]].out[0]))
      continue;
    int rc = stays(l, &c);
    if (rc < 0) return rc;
    if (rc) *source = in;
  }
  return MOTE_OK;
}

static int simplify(mote_graph_t *g, const mote_lowered_t *l, int32_t node) {
  mote_node_t *n = &g->nodes[node];
  int32_t source;
  if (is_identity(l, node)) return mote_pass_bypass(g, node, n->in[0]);
  if (!only_moves(l, node)) return 0;
  MOTE_TRY(source_of(l, node, &source));
  if (source < 0) return 0;
  if (mote_dims_equal(&g->tensors[source].dims, &g->tensors[n->out[0]].dims))
    return mote_pass_bypass(g, node, source);
  if (n->in[0] == source && mote_lowered_is_view(l, node)) return 0;
  *n = (mote_node_t){.op = mote_op_find("reshape"),
                     .name = n->name,
                     .n_in = 1,
                     .in = {source},
                     .n_out = 1,
                     .out = {n->out[0]}};
  return 1;
}

int mote_pass_identities(mote_graph_t *g, const mote_optimise_options_t *options) {
  (void)options;
  mote_lowered_t l;
  int times = 0, rc = 0;
  do {
    MOTE_TRY(mote_lowered_new(g, &l));
    rc = 0;
    for (int32_t i = 0; rc == 0 && i < g->n_nodes; i++) rc = simplify(g, &l, i);
    mote_lowered_free(&l);
    mote_pass_sweep(g);
    times += rc;
  } while (rc > 0);
  return rc < 0 ? rc : times;
}
