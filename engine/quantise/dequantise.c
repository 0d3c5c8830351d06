/* SPDX-License-Identifier: Apache-2.0
 * The float twin of a quantised graph, tensor by tensor and node by node in their order.
 * What only converts between two tensors that are both float now goes away. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/attrs.h"
#include "model/passes/pass.h"
#include "model/real.h"
#include "quantise/quantise.h"

/* [tensors of q] each. */
typedef struct {
  const mote_graph_t *q;
  mote_graph_t *g;
  int32_t *source; /* the tensor whose twin serves for this one too; itself: it has one */
  int32_t *name;   /* the tensor whose name the twin gets */
  int32_t *sums;   /* a bias: the node to whose sums it is added; else -1 */
  int32_t *twin;   /* index in g */
} job_t;

static int is_state(const mote_graph_t *g, int32_t t) {
  return g->tensors[t].role == MOTE_ROLE_STATE;
}

static int converts(const mote_node_t *n) {
  return !strcmp(n->op->name, "quantize") || !strcmp(n->op->name, "dequantize");
}

/* Is input 2 a bias in whole numbers? */
static int has_bias(const mote_graph_t *g, const mote_node_t *n) {
  return n->op->weights_axis >= 0 && n->n_in > 2 && n->in[2] >= 0 &&
         g->tensors[n->in[2]].dtype != MOTE_F32;
}

/* ---- what goes away ---- */

/* An output of the graph keeps its name: its source takes it, unless that one's own name
 * is to be kept as well. */
static int name_kept(job_t *j, int32_t t, int32_t source) {
  if (!mote_pass_is_output(j->q, t)) return 1;
  if (mote_pass_is_input(j->q, source) || mote_pass_is_output(j->q, source) ||
      j->name[source] != source)
    return 0;
  j->name[source] = t;
  return 1;
}

/* What was read of a state must outlive its next change, so such a copy stays. */
static void find_sources(job_t *j) {
  for (int32_t t = 0; t < j->q->n_tensors; t++)
    j->source[t] = j->name[t] = t, j->sums[t] = -1;
  for (int32_t i = 0; i < j->q->n_nodes; i++) {
    const mote_node_t *n = &j->q->nodes[i];
    if (has_bias(j->q, n) && j->sums[n->in[2]] < 0) j->sums[n->in[2]] = i;
    if (!converts(n) || is_state(j->q, n->in[0]) || is_state(j->q, n->out[0])) continue;
    int32_t source = j->source[n->in[0]];
    if (name_kept(j, n->out[0], source)) j->source[n->out[0]] = source;
  }
}

/* ---- tensors ---- */

/* The real values of a constant under `quant`; free with mote_free. */
static int real_values(const mote_tensor_t *x, const mote_quant_t *quant, float **out) {
  mote_tensor_t t = *x;
  size_t n = (size_t)mote_dims_count(&x->dims);
  float *v = *out = mote_alloc(n, sizeof *v);
  if (!v) return MOTE_ERR_NOMEM;
  t.quant = *quant;
  mote_real_from(&t, x->data, v);
  for (size_t i = 0; i < n; i++)
    if (!isfinite(v[i]))
      return mote_fail(MOTE_ERR_NUMERIC, "\"%s\" is not finite as float32", x->name);
  return MOTE_OK;
}

/* A new tensor of g for x; whole numbers that have no scale stay what they are. */
static int new_twin(job_t *j, const mote_tensor_t *x, const mote_quant_t *quant,
                    const char *name) {
  float *real = NULL;
  int rc = quant->n && x->data ? real_values(x, quant, &real) : MOTE_OK;
  if (rc >= 0)
    rc = mote_graph_tensor(j->g, name, quant->n ? MOTE_F32 : x->dtype, &x->dims,
                           real ? real : x->data);
  mote_free(real);
  if (rc >= 0) j->g->tensors[rc].role = x->role;
  return rc;
}

/* The kernels add a bias on the scale of their sums, whatever scale it says it has. */
static int scale_of_sums(job_t *j, const mote_node_t *n, mote_quant_t *out) {
  const mote_quant_t *in = &j->q->tensors[n->in[0]].quant;
  const mote_quant_t *w = &j->q->tensors[n->in[1]].quant;
  *out = (mote_quant_t){w->n, 0, mote_arena_take(j->g->arena, (size_t)w->n, 4),
                        mote_arena_take(j->g->arena, (size_t)w->n, 4)};
  if (!out->scale || !out->zero) return MOTE_ERR_NOMEM;
  for (int32_t k = 0; k < w->n; k++) out->scale[k] = in->scale[0] * w->scale[k];
  return MOTE_OK;
}

static int new_bias(job_t *j, const mote_node_t *n, const char *name) {
  mote_quant_t quant;
  MOTE_TRY(scale_of_sums(j, n, &quant));
  return new_twin(j, &j->q->tensors[n->in[2]], &quant, name);
}

static int add_tensor(job_t *j, int32_t t) {
  const mote_tensor_t *x = &j->q->tensors[t];
  const char *name = j->q->tensors[j->name[t]].name;
  if (j->source[t] != t) return MOTE_OK;
  j->twin[t] = j->sums[t] < 0 ? new_twin(j, x, &x->quant, name)
                              : new_bias(j, &j->q->nodes[j->sums[t]], name);
  return j->twin[t];
}

/* ---- nodes ---- */

static int32_t twin_of(const job_t *j, int32_t t) {
  return t < 0 ? t : j->twin[j->source[t]];
}

/* A bias that another node adds to sums on another scale is another constant here. */
static int own_bias(job_t *j, int32_t node) {
  const mote_node_t *n = &j->q->nodes[node];
  char name[256];
  if (j->sums[n->in[2]] == node) return j->twin[n->in[2]];
  snprintf(name, sizeof name, "%s/bias", n->name);
  return new_bias(j, n, name);
}

/* The clamp that the output's range is: quantisers drop a ReLU when int8 ends at 0. */
static int32_t clamp_of(const mote_tensor_t *out) {
  const mote_quant_t *q = &out->quant;
  if (out->dtype != MOTE_I8 || q->n != 1 || q->zero[0] != -128) return MOTE_ACT_NONE;
  return fabsf(255 * q->scale[0] - 6) < 1e-5f ? MOTE_ACT_RELU6 : MOTE_ACT_RELU;
}

/* The attributes of n, with that clamp where they name none. */
static int attributes(job_t *j, const mote_node_t *n, void **out) {
  const int32_t *old = mote_pass_activation(n->op, n->attr);
  *out = n->attr;
  if (!old || *old != MOTE_ACT_NONE) return MOTE_OK;
  if (!(*out = mote_arena_take(j->g->arena, 1, n->op->attr_bytes))) return MOTE_ERR_NOMEM;
  memcpy(*out, n->attr, n->op->attr_bytes);
  *mote_pass_activation(n->op, *out) = clamp_of(&j->q->tensors[n->out[0]]);
  return MOTE_OK;
}

/* What casts to or from numbers that have a scale means these, which no float is. */
static int want_plain(const mote_graph_t *g, const mote_node_t *n) {
  const mote_tensor_t *in = &g->tensors[n->in[0]], *out = &g->tensors[n->out[0]];
  const mote_tensor_t *t = in->quant.n ? in : out;
  if (n->op->quant != MOTE_QUANT_KEEPS || converts(n) || !t->quant.n) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "node \"%s\" (%s): it works on the numbers of "
                   "\"%s\" without their scale", n->name, n->op->name, t->name);
}

/* A conversion that stays copies floats. */
static const char *op_of(const mote_graph_t *g, const mote_node_t *n) {
  if (!converts(n)) return n->op->name;
  return is_state(g, n->in[0])    ? "read_variable"
         : is_state(g, n->out[0]) ? "assign_variable"
                                  : "reshape";
}

static int add_node(job_t *j, int32_t node) {
  const mote_node_t *n = &j->q->nodes[node];
  int32_t in[MOTE_NODE_IO_MAX], out[MOTE_NODE_IO_MAX];
  if (converts(n) && j->source[n->out[0]] != n->out[0]) return MOTE_OK;
  MOTE_TRY(want_plain(j->q, n));
  for (int32_t i = 0; i < n->n_in; i++) in[i] = twin_of(j, n->in[i]);
  for (int32_t i = 0; i < n->n_out; i++) out[i] = twin_of(j, n->out[i]);
  if (has_bias(j->q, n)) MOTE_TRY(in[2] = own_bias(j, node));
  mote_node_spec_t spec = {op_of(j->q, n), n->name, in, n->n_in, out, n->n_out, NULL};
  void *attr;
  MOTE_TRY(attributes(j, n, &attr));
  spec.attr = attr;
  return mote_graph_node(j->g, &spec);
}

static int build(job_t *j) {
  const mote_graph_t *q = j->q;
  mote_graph_t *g = j->g;
  find_sources(j);
  for (int32_t t = 0; t < q->n_tensors; t++) MOTE_TRY(add_tensor(j, t));
  for (int32_t i = 0; i < q->n_nodes; i++) MOTE_TRY(add_node(j, i));
  g->n_inputs = q->n_inputs, g->n_outputs = q->n_outputs;
  for (int32_t i = 0; i < q->n_inputs; i++) g->inputs[i] = twin_of(j, q->inputs[i]);
  for (int32_t i = 0; i < q->n_outputs; i++) g->outputs[i] = twin_of(j, q->outputs[i]);
  if (q->meta && !(g->meta = json_deep_copy(q->meta))) return MOTE_ERR_NOMEM;
  return mote_graph_check(g);
}

int mote_dequantise(const mote_graph_t *q, mote_graph_t **out) {
  size_t n = (size_t)q->n_tensors;
  int32_t *all = mote_alloc(4 * n, sizeof *all);
  job_t j = {.q = q, .g = mote_graph_new()};
  int rc = MOTE_ERR_NOMEM;
  if (all && j.g) {
    j.source = all, j.name = all + n, j.sums = all + 2 * n, j.twin = all + 3 * n;
    rc = build(&j);
  }
  mote_free(all);
  if (rc < 0) mote_graph_free(j.g);
  else *out = j.g;
  return rc < 0 ? rc : MOTE_OK;
}
