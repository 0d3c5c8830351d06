/* SPDX-License-Identifier: Apache-2.0
 * Building and checking graphs. Every shape rule runs twice: when a node is added, and
 * again in mote_graph_check, where its answer must be what the tensors say. */
#include "model/graph.h"

#include <math.h>
#include <string.h>

#include "model/op.h"

static const struct { const char *name; size_t bytes; } dtypes[] = {
    [MOTE_F32] = {"f32", 4}, [MOTE_I8] = {"i8", 1},   [MOTE_I16] = {"i16", 2},
    [MOTE_I32] = {"i32", 4}, [MOTE_U8] = {"u8", 1},   [MOTE_I64] = {"i64", 8},
    [MOTE_BOOL] = {"bool", 1}, [MOTE_F16] = {"f16", 2}};

static int dtype_known(mote_dtype_t t) { return t >= MOTE_F32 && t <= MOTE_F16; }

size_t mote_dtype_bytes(mote_dtype_t t) { return dtype_known(t) ? dtypes[t].bytes : 0; }

const char *mote_dtype_name(mote_dtype_t t) {
  return dtype_known(t) ? dtypes[t].name : "?";
}

int64_t mote_dims_count(const mote_dims_t *d) {
  int64_t n = 1;
  for (int32_t i = 0; i < d->rank; i++) n *= d->d[i];
  return n;
}

int mote_dims_equal(const mote_dims_t *a, const mote_dims_t *b) {
  return a->rank == b->rank && !memcmp(a->d, b->d, (size_t)a->rank * sizeof a->d[0]);
}

size_t mote_tensor_bytes(const mote_tensor_t *t) {
  return (size_t)mote_dims_count(&t->dims) * mote_dtype_bytes(t->dtype);
}

int mote_state_fill(const mote_tensor_t *t) {
  int is_byte = t->dtype == MOTE_I8 || t->dtype == MOTE_U8;
  return is_byte && t->quant.n ? t->quant.zero[0] & 0xFF : 0;
}

/* Rank, every size and the product, in this order: no product can overflow. */
static int dims_fit(const mote_dims_t *d) {
  if (d->rank < 0 || d->rank > MOTE_RANK_MAX) return 0;
  int64_t n = 1;
  for (int32_t i = 0; i < d->rank; i++) {
    if (d->d[i] < 1 || d->d[i] > MOTE_TENSOR_LIMIT) return 0;
    n *= d->d[i];
    if (n > MOTE_TENSOR_LIMIT) return 0;
  }
  return 1;
}

mote_graph_t *mote_graph_new(void) {
  mote_arena_t *arena = mote_arena_new();
  mote_graph_t *g = arena ? mote_arena_take(arena, 1, sizeof *g) : NULL;
  if (!g) {
    mote_arena_free(arena);
    return NULL;
  }
  g->arena = arena;
  return g;
}

void mote_graph_free(mote_graph_t *g) {
  if (!g) return;
  json_decref(g->meta);
  mote_arena_free(g->arena);
}

/* Room for one more: the array doubles in the arena whenever the count is a power of two.
 */
static void *grown(mote_arena_t *a, void *old, int32_t n, size_t size) {
  if (n & (n - 1)) return old;
  void *p = mote_arena_take(a, n ? 2 * (size_t)n : 1, size);
  if (p && n) memcpy(p, old, (size_t)n * size);
  return p;
}

int mote_graph_tensor(mote_graph_t *g, const char *name, mote_dtype_t t,
                      const mote_dims_t *dims, const void *data) {
  if (!dtype_known(t) || !dims_fit(dims))
    return mote_fail(MOTE_ERR_FORMAT, "tensor \"%s\": type or size out of range", name);
  mote_tensor_t *all = grown(g->arena, g->tensors, g->n_tensors, sizeof *all);
  if (!all) return MOTE_ERR_NOMEM;
  g->tensors = all;
  mote_tensor_t *x = &all[g->n_tensors];
  *x = (mote_tensor_t){.dtype = t, .dims = *dims};
  if (!(x->name = mote_arena_str(g->arena, name))) return MOTE_ERR_NOMEM;
  if (data) {
    size_t bytes = (size_t)mote_dims_count(dims) * mote_dtype_bytes(t);
    if (!(x->data = mote_arena_take(g->arena, bytes, 1))) return MOTE_ERR_NOMEM;
    memcpy(x->data, data, bytes);
    x->role = MOTE_ROLE_CONST;
  }
  return g->n_tensors++;
}

int mote_graph_quant(mote_graph_t *g, int32_t i, int32_t n, int32_t axis,
                     const float *scale, const int32_t *zero) {
  if (i < 0 || i >= g->n_tensors || n < 0 || n > MOTE_TENSOR_LIMIT)
    return mote_fail(MOTE_ERR_PARAM, "quantisation of tensor %d: out of range", (int)i);
  mote_quant_t q = {.n = n, .axis = axis};
  if (n > 0) {
    q.scale = mote_arena_take(g->arena, (size_t)n, sizeof *q.scale);
    q.zero = mote_arena_take(g->arena, (size_t)n, sizeof *q.zero);
    if (!q.scale || !q.zero) return MOTE_ERR_NOMEM;
    memcpy(q.scale, scale, (size_t)n * sizeof *scale);
    if (zero) memcpy(q.zero, zero, (size_t)n * sizeof *zero);
  }
  g->tensors[i].quant = q;
  return MOTE_OK;
}

static int indices_fit(const mote_graph_t *g, const int32_t *at, int32_t n,
                       int32_t least) {
  if (n < 0 || n > MOTE_NODE_IO_MAX) return 0;
  for (int32_t i = 0; i < n; i++)
    if (at[i] < least || at[i] >= g->n_tensors) return 0;
  return 1;
}

/* Counts and indices of a node, then its op's own rule. */
static int node_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_op_t *op = n->op;
  int ok = n->n_in >= op->min_in && n->n_in <= op->max_in &&
           (op->n_out ? n->n_out == op->n_out : n->n_out >= 1) &&
           indices_fit(g, n->in, n->n_in, -1) && indices_fit(g, n->out, n->n_out, 0);
  for (int32_t i = 0; ok && i < op->min_in; i++) ok = n->in[i] >= 0;
  for (int32_t i = 0; ok && i < n->n_out; i++)
    ok = g->tensors[n->out[i]].role != MOTE_ROLE_CONST;
  int rc = ok ? op->shape(g, n, out)
              : mote_fail(MOTE_ERR_FORMAT, "wrong number of inputs or outputs");
  for (int32_t i = 0; rc >= 0 && i < n->n_in; i++)
    if (n->in[i] >= 0 && g->tensors[n->in[i]].role == MOTE_ROLE_CONST &&
        !(op->const_in >> i & 1))
      rc = mote_fail(MOTE_ERR_UNSUPPORTED, "input %d is a constant; fold it", (int)i);
  for (int32_t i = 0; rc >= 0 && i < n->n_out; i++)
    if (!dims_fit(&out[i]))
      rc = mote_fail(MOTE_ERR_LIMIT, "output is empty or too large");
  return rc < 0 ? mote_context(rc, "node \"%s\" (%s)", n->name, op->name) : MOTE_OK;
}

static int fill_node(mote_graph_t *g, const mote_node_spec_t *s, mote_node_t *n) {
  const mote_op_t *op = n->op;
  if (s->n_in < 0 || s->n_in > MOTE_NODE_IO_MAX || s->n_out < 0 ||
      s->n_out > MOTE_NODE_IO_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "node \"%s\": more than %d inputs or outputs",
                     s->name, MOTE_NODE_IO_MAX);
  if (!(n->name = mote_arena_str(g->arena, s->name ? s->name : op->name)))
    return MOTE_ERR_NOMEM;
  n->n_in = s->n_in, n->n_out = s->n_out;
  for (int32_t i = 0; i < s->n_in; i++) n->in[i] = s->in[i];
  for (int32_t i = 0; i < s->n_out; i++) n->out[i] = s->out[i];
  if (op->attr_bytes) {
    if (!(n->attr = mote_arena_take(g->arena, 1, op->attr_bytes))) return MOTE_ERR_NOMEM;
    if (s->attr) memcpy(n->attr, s->attr, op->attr_bytes);
    else mote_params_default(op->attrs, op->n_attrs, n->attr);
  }
  return MOTE_OK;
}

int mote_graph_node(mote_graph_t *g, const mote_node_spec_t *s) {
  mote_node_t n = {.op = mote_op_find(s->op)};
  if (!n.op)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "node \"%s\": there is no operator \"%s\"",
                     s->name ? s->name : "?", s->op);
  MOTE_TRY(fill_node(g, s, &n));
  mote_dims_t dims[MOTE_NODE_IO_MAX];
  MOTE_TRY(node_shape(g, &n, dims));
  mote_node_t *all = grown(g->arena, g->nodes, g->n_nodes, sizeof *all);
  if (!all) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < n.n_out; i++) g->tensors[n.out[i]].dims = dims[i];
  g->nodes = all;
  all[g->n_nodes] = n;
  return g->n_nodes++;
}

static int check_quant(const mote_tensor_t *t) {
  const mote_quant_t *q = &t->quant;
  if (q->n == 0) return 1;
  if (q->n > 1 &&
      (q->axis < 0 || q->axis >= t->dims.rank || t->dims.d[q->axis] != q->n))
    return 0;
  for (int32_t i = 0; i < q->n; i++) {
    int32_t lo = t->dtype == MOTE_I8 ? -128 : t->dtype == MOTE_U8 ? 0 : INT16_MIN;
    int32_t hi = t->dtype == MOTE_I8 ? 127 : t->dtype == MOTE_U8 ? 255 : INT16_MAX;
    if (!(q->scale[i] > 0.0f && isfinite(q->scale[i]))) return 0;
    if (q->zero[i] < lo || q->zero[i] > hi) return 0;
  }
  return q->n > 0;
}

static int check_tensor(const mote_tensor_t *t) {
  if (!dtype_known(t->dtype) || !dims_fit(&t->dims))
    return mote_fail(MOTE_ERR_FORMAT, "tensor \"%s\": type or size out of range",
                     t->name);
  if (t->role > MOTE_ROLE_STATE || (t->role == MOTE_ROLE_CONST) != (t->data != NULL))
    return mote_fail(MOTE_ERR_FORMAT,
                     "tensor \"%s\": a constant without values, or values "
                     "without being one",
                     t->name);
  if (!check_quant(t))
    return mote_fail(MOTE_ERR_FORMAT, "tensor \"%s\": scale, zero point or axis of its "
                     "quantisation is out of range", t->name);
  return MOTE_OK;
}

/* A tensor is readable once something has written it; only a state is written twice. */
static int check_node(const mote_graph_t *g, const mote_node_t *n, uint8_t *written) {
  mote_dims_t dims[MOTE_NODE_IO_MAX];
  MOTE_TRY(node_shape(g, n, dims));
  for (int32_t i = 0; i < n->n_in; i++)
    if (n->in[i] >= 0 && !written[n->in[i]])
      return mote_fail(MOTE_ERR_FORMAT, "node \"%s\": reads \"%s\" before it is written",
                       n->name, g->tensors[n->in[i]].name);
  for (int32_t i = 0; i < n->n_out; i++) {
    const mote_tensor_t *t = &g->tensors[n->out[i]];
    if (written[n->out[i]] && t->role != MOTE_ROLE_STATE)
      return mote_fail(MOTE_ERR_FORMAT, "node \"%s\": \"%s\" is written twice", n->name,
                       t->name);
    written[n->out[i]] = 1;
    if (!mote_dims_equal(&t->dims, &dims[i]))
      return mote_fail(MOTE_ERR_FORMAT,
                       "node \"%s\": \"%s\" has other dimensions than the operator makes",
                       n->name, t->name);
  }
  return MOTE_OK;
}

static int check_flow(const mote_graph_t *g, uint8_t *written) {
  for (int32_t i = 0; i < g->n_tensors; i++)
    written[i] = g->tensors[i].role != MOTE_ROLE_VALUE;
  for (int32_t i = 0; i < g->n_inputs; i++)
    if (written[g->inputs[i]]++)
      return mote_fail(MOTE_ERR_FORMAT, "input %d is listed twice or is a constant",
                       (int)i);
  for (int32_t i = 0; i < g->n_nodes; i++) MOTE_TRY(check_node(g, &g->nodes[i], written));
  for (int32_t i = 0; i < g->n_outputs; i++)
    if (!written[g->outputs[i]])
      return mote_fail(MOTE_ERR_FORMAT, "output %d is never written", (int)i);
  return MOTE_OK;
}

int mote_graph_check(const mote_graph_t *g) {
  if (!indices_fit(g, g->inputs, g->n_inputs, 0) ||
      !indices_fit(g, g->outputs, g->n_outputs, 0) || g->n_inputs < 1 || g->n_outputs < 1)
    return mote_fail(MOTE_ERR_FORMAT,
                     "the graph needs 1 to %d inputs and outputs, each a tensor of it",
                     MOTE_NODE_IO_MAX);
  int64_t bytes = 0;
  for (int32_t i = 0; i < g->n_tensors; i++) {
    MOTE_TRY(check_tensor(&g->tensors[i]));
    bytes += (int64_t)mote_tensor_bytes(&g->tensors[i]);
    if (bytes > MOTE_VALUES_LIMIT)
      return mote_fail(MOTE_ERR_LIMIT, "the tensors up to \"%s\" take more than "
                       "%lld bytes", g->tensors[i].name, (long long)MOTE_VALUES_LIMIT);
  }
  uint8_t *written = mote_alloc((size_t)g->n_tensors, 1);
  if (!written) return MOTE_ERR_NOMEM;
  int rc = check_flow(g, written);
  mote_free(written);
  return rc;
}
