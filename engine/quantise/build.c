/* SPDX-License-Identifier: Apache-2.0
 * Writes the int8 graph. An operator without an int8 form stays in float, between a
 * dequantize and a quantize; neighbours that both stay exchange floats. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "quantise/internal.h"

static int is_f32(const mote_graph_t *g, int32_t t) {
  return g->tensors[t].dtype == MOTE_F32;
}

static int is_role(const mote_graph_t *g, int32_t t, mote_role_t role) {
  return t >= 0 && g->tensors[t].role == role;
}

/* ---- values ---- */

/* A new tensor for value t of the float graph; the first one keeps the name. */
static int new_twin(mote_build_t *b, int32_t t, int int8) {
  const mote_tensor_t *x = &b->f32->tensors[t];
  const mote_range_t *r = &b->ranges[t];
  const mote_twin_t *have = &b->twin[t];
  char name[256];
  snprintf(name, sizeof name, "%s%s", x->name,
           have->int8 >= 0 ? "/float" : have->plain >= 0 ? "/int8" : "");
  int at = mote_graph_tensor(b->g, name, int8 ? MOTE_I8 : x->dtype, &x->dims, x->data);
  if (at < 0) return at;
  b->g->tensors[at].role = x->role;
  if (int8) MOTE_TRY(mote_graph_quant(b->g, at, 1, 0, &r->scale, &r->zero));
  return at;
}

static int convert(mote_build_t *b, const char *op, int32_t from, int32_t to) {
  mote_node_spec_t spec = {op, b->g->tensors[to].name, &from, 1, &to, 1, NULL};
  return mote_graph_node(b->g, &spec);
}

/* Value t as int8 or as it was, converted where only the other one exists. */
static int value(mote_build_t *b, int32_t t, int int8) {
  mote_twin_t *twin = &b->twin[t];
  int32_t *want = int8 ? &twin->int8 : &twin->plain;
  int32_t other = int8 ? twin->plain : twin->int8;
  if (*want >= 0) return *want;
  int at = new_twin(b, t, int8);
  if (at < 0) return at;
  *want = at;
  if (twin->first < 0) twin->first = at;
  if (other >= 0) MOTE_TRY(convert(b, int8 ? "quantize" : "dequantize", other, at));
  return at;
}

/* Constant input i of an operator of values: on the output's scale where all share one,
 * else on a scale of its own. */
static int constant(mote_build_t *b, const mote_node_t *node, int32_t input) {
  const mote_tensor_t *x = &b->f32->tensors[node->in[input]];
  const float *v = x->data;
  int64_t n = mote_dims_count(&x->dims);
  mote_range_t r = {0};
  for (int64_t i = 0; i < n; i++) {
    if (!isfinite(v[i]))
      return mote_fail(MOTE_ERR_NUMERIC, "\"%s\" is not finite", x->name);
    r.lo = fminf(r.lo, v[i]), r.hi = fmaxf(r.hi, v[i]);
  }
  mote_range_finish(&r);
  if (node->op->quant == MOTE_QUANT_SAME) r = b->ranges[node->out[0]];
  int8_t *q = mote_arena_take(b->g->arena, (size_t)n, 1);
  if (!q) return MOTE_ERR_NOMEM;
  for (int64_t i = 0; i < n; i++)
    q[i] = mote_to_s8((double)v[i] / (double)r.scale + r.zero, -128);
  int at = mote_graph_tensor(b->g, x->name, MOTE_I8, &x->dims, q);
  if (at < 0) return at;
  MOTE_TRY(mote_graph_quant(b->g, at, 1, 0, &r.scale, &r.zero));
  return at;
}

/* An operator that keeps the scale needs its input on the output's: a quantize before it.
 */
static int matched(mote_build_t *b, const mote_node_t *n, int32_t from, int32_t out) {
  const mote_range_t *have = &b->ranges[from], *want = &b->ranges[n->out[0]];
  if (n->op->quant != MOTE_QUANT_SAME ||
      (have->scale == want->scale && have->zero == want->zero))
    return out;
  char name[256];
  snprintf(name, sizeof name, "%s/rescaled", b->f32->tensors[from].name);
  int32_t in = out;
  int32_t y = mote_graph_tensor(b->g, name, MOTE_I8, &b->f32->tensors[from].dims, NULL);
  if (y < 0) return y;
  MOTE_TRY(mote_graph_quant(b->g, y, 1, 0, &want->scale, &want->zero));
  mote_node_spec_t spec = {"quantize", name, &in, 1, &y, 1, NULL};
  MOTE_TRY(mote_graph_node(b->g, &spec));
  return y;
}

/* ---- nodes ---- */

static int weighted(const mote_node_t *n) { return n->op->weights_axis >= 0; }

/* Whether node n works on int8: its operator does, and nothing that it reads or makes
 * asks for more. */
static int takes_int8(const mote_graph_t *g, const mote_node_t *n) {
  if (!mote_op_takes(n->op, MOTE_I8) || n->op->quant == MOTE_QUANT_KEEPS) return 0;
  if (!is_f32(g, n->in[0])) return 0;
  if (n->op->quant != MOTE_QUANT_NONE && !is_f32(g, n->out[0])) return 0;
  for (int32_t i = 0; i < n->n_in; i++)
    if (is_role(g, n->in[i], MOTE_ROLE_STATE)) return 0;
  for (int32_t i = 0; i < n->n_out; i++)
    if (is_role(g, n->out[i], MOTE_ROLE_STATE)) return 0;
  for (int32_t i = 1; weighted(n) && i < n->n_in; i++)
    if (n->in[i] >= 0 && !is_role(g, n->in[i], MOTE_ROLE_CONST)) return 0;
  return 1;
}

static int input(mote_build_t *b, const mote_node_t *n, int32_t i, int int8) {
  int32_t t = n->in[i];
  if (!int8 || !is_f32(b->f32, t) || n->op->float_in >> i & 1) return value(b, t, 0);
  if (is_role(b->f32, t, MOTE_ROLE_CONST)) return constant(b, n, i);
  int at = value(b, t, 1);
  return at < 0 ? at : matched(b, n, t, at);
}

static int build_form(mote_build_t *b, const mote_node_t *n, int int8) {
  int32_t in[MOTE_NODE_IO_MAX], out[MOTE_NODE_IO_MAX], n_in = n->n_in;
  int weights = int8 && weighted(n);
  for (int32_t i = 0; i < (weights ? 1 : n_in); i++) {
    in[i] = n->in[i];
    if (in[i] >= 0 && (in[i] = input(b, n, i, int8)) < 0) return in[i];
  }
  if (weights) {
    MOTE_TRY(mote_build_weights(b, n, in));
    n_in = 3;
  }
  for (int32_t i = 0; i < n->n_out; i++)
    if ((out[i] = value(b, n->out[i], int8 && is_f32(b->f32, n->out[i]))) < 0)
      return out[i];
  mote_node_spec_t spec = {n->op->name, n->name, in, n_in, out, n->n_out, n->attr};
  return mote_graph_node(b->g, &spec);
}

/* Takes back the tensors and nodes from these on. */
static void roll_back(mote_build_t *b, int32_t tensors, int32_t nodes) {
  b->g->n_tensors = tensors, b->g->n_nodes = nodes;
  for (int32_t t = 0; t < b->f32->n_tensors; t++) {
    mote_twin_t *w = &b->twin[t];
    if (w->int8 >= tensors) w->int8 = -1;
    if (w->plain >= tensors) w->plain = -1;
    if (w->first >= tensors) w->first = -1;
  }
}

static int build_node(mote_build_t *b, const mote_node_t *n) {
  int32_t tensors = b->g->n_tensors, nodes = b->g->n_nodes;
  if (takes_int8(b->f32, n)) {
    int rc = build_form(b, n, 1);
    if (rc != MOTE_ERR_UNSUPPORTED) return rc;
    roll_back(b, tensors, nodes); /* some attributes have no int8 form */
  }
  return build_form(b, n, 0);
}

/* Inputs and outputs of the graph: int8, or as they are. */
static int end(mote_build_t *b, int32_t t) {
  return value(b, t, is_f32(b->f32, t) && !b->opt->float_ends);
}

static int build_all(mote_build_t *b) {
  const mote_graph_t *f = b->f32;
  for (int32_t t = 0; t < f->n_tensors; t++) b->twin[t] = (mote_twin_t){-1, -1, -1};
  b->g->n_inputs = f->n_inputs, b->g->n_outputs = f->n_outputs;
  for (int32_t i = 0; i < f->n_inputs; i++)
    if ((b->g->inputs[i] = end(b, f->inputs[i])) < 0) return b->g->inputs[i];
  for (int32_t i = 0; i < f->n_nodes; i++) {
    int rc = build_node(b, &f->nodes[i]);
    if (rc < 0) return mote_context(rc, "quantising \"%s\"", f->nodes[i].name);
  }
  for (int32_t i = 0; i < f->n_outputs; i++)
    if ((b->g->outputs[i] = end(b, f->outputs[i])) < 0) return b->g->outputs[i];
  if (f->meta) b->g->meta = json_deep_copy(f->meta);
  return mote_graph_check(b->g);
}

int mote_build_int8(mote_build_t *b) {
  if (!(b->g = mote_graph_new())) return MOTE_ERR_NOMEM;
  int rc = build_all(b);
  if (rc >= 0) return MOTE_OK;
  mote_graph_free(b->g);
  b->g = NULL;
  return rc;
}
