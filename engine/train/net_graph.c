/* SPDX-License-Identifier: Apache-2.0
 * The float32 inference graph of a network: fold, then each layer adds its nodes. */
#include <stdio.h>
#include <string.h>

#include "train/emit.h"
#include "train/qat.h"

/* The inner batch of one: [1][h][w][c], or [1][c] for what has one row. */
static mote_dims_t dims_of(mote_shape_t s) {
  if (s.h == 1 && s.w == 1) return (mote_dims_t){2, {1, (int32_t)s.c}};
  return mote_dims4(1, s.h, s.w, s.c);
}

static int add_tensor(mote_emit_t *e, const char *name, const mote_dims_t *dims,
                      const float *data) {
  return mote_graph_tensor(e->g, name, MOTE_F32, dims, data);
}

static int reshape(mote_emit_t *e, const char *name, int32_t from,
                   const mote_dims_t *dims) {
  int32_t out = add_tensor(e, name, dims, NULL);
  MOTE_TRY(out);
  mote_node_spec_t spec = {"reshape", name, &from, 1, &out, 1, NULL};
  MOTE_TRY(mote_graph_node(e->g, &spec));
  return out;
}

int mote_emit_in(mote_emit_t *e, const mote_layer_t *l, int k, int rank4) {
  int32_t t = e->tensor[l->in[k]];
  mote_shape_t s = l->in_shape[k];
  char name[MOTE_LAYER_NAME + 16];
  if (!rank4 || e->g->tensors[t].dims.rank == 4) return t;
  mote_dims_t dims = mote_dims4(1, s.h, s.w, s.c);
  snprintf(name, sizeof name, "%s.in", l->name);
  return reshape(e, name, t, &dims);
}

int mote_emit_const(mote_emit_t *e, const mote_layer_t *l, const char *suffix,
                    mote_dims_t dims, const float *data) {
  char name[MOTE_LAYER_NAME + 32];
  snprintf(name, sizeof name, "%s/%s", l->name, suffix);
  return add_tensor(e, name, &dims, data);
}

int mote_emit_kernel(mote_emit_t *e, const mote_layer_t *l, mote_dims_t dims,
                     const float *w) {
  size_t c = l->channels, rows = l->n_kernel / c;
  float *turned = mote_alloc(l->n_kernel, sizeof *turned);
  if (!turned) return MOTE_ERR_NOMEM;
  for (size_t j = 0; j < c; j++)
    for (size_t i = 0; i < rows; i++) turned[j * rows + i] = w[i * c + j];
  int t = mote_emit_const(e, l, "weights", dims, turned);
  mote_free(turned);
  return t;
}

/* Layers without a bias get zeros: kernels then need no second form. */
int mote_emit_bias(mote_emit_t *e, const mote_layer_t *l, const float *w) {
  mote_dims_t dims = {1, {(int32_t)l->channels}};
  if (l->n_bias) return mote_emit_const(e, l, "bias", dims, w + l->n_kernel);
  float *zeros = mote_alloc(l->channels, sizeof *zeros);
  if (!zeros) return MOTE_ERR_NOMEM;
  int t = mote_emit_const(e, l, "bias", dims, zeros);
  mote_free(zeros);
  return t;
}

static const mote_layer_t *fused_relu(const mote_net_t *net, const mote_layer_t *l) {
  for (int32_t i = l->index + 1; l->users == 1 && i < net->n_layers; i++) {
    const mote_layer_t *r = &net->layers[i];
    if (r->in[0] != l->index || r->n_in != 1) continue;
    if (!strcmp(r->kind->type, "relu") || !strcmp(r->kind->type, "relu6")) return r;
  }
  return NULL;
}

int32_t mote_emit_activation(const mote_emit_t *e, const mote_layer_t *l) {
  const mote_layer_t *r = fused_relu(e->net, l);
  if (!r) return MOTE_ACT_NONE;
  return r->kind->type[4] == '6' ? MOTE_ACT_RELU6 : MOTE_ACT_RELU;
}

int mote_emit_node(mote_emit_t *e, const mote_layer_t *l, const mote_emit_node_t *n) {
  const mote_layer_t *named = n->fused ? fused_relu(e->net, l) : l;
  mote_dims_t dims = dims_of(l->out);
  int32_t out = add_tensor(e, named->name, &dims, NULL);
  MOTE_TRY(out);
  mote_node_spec_t spec = {n->op, named->name, n->in, n->n_in, &out, 1, n->attr};
  MOTE_TRY(mote_graph_node(e->g, &spec));
  e->tensor[l->index] = e->tensor[named->index] = out;
  return MOTE_OK;
}

int mote_emit_same(mote_emit_t *e, const mote_layer_t *l) {
  e->tensor[l->index] = e->tensor[l->in[0]];
  return MOTE_OK;
}

int mote_emit_reshape(mote_emit_t *e, const mote_layer_t *l) {
  mote_dims_t dims = dims_of(l->out);
  int32_t t = e->tensor[l->in[0]];
  const mote_dims_t *in = &e->g->tensors[t].dims;
  if (in->rank == dims.rank &&
      !memcmp(in->d, dims.d, (size_t)dims.rank * sizeof dims.d[0]))
    return mote_emit_same(e, l);
  int32_t out = reshape(e, l->name, t, &dims);
  MOTE_TRY(out);
  e->tensor[l->index] = out;
  return MOTE_OK;
}

static int emit_layers(mote_emit_t *e) {
  const mote_net_t *net = e->net;
  mote_dims_t in = dims_of(net->spec.in);
  for (int32_t i = 0; i < net->n_layers; i++) e->tensor[i] = -1;
  MOTE_TRY(e->tensor[0] = add_tensor(e, "input", &in, NULL));
  e->g->inputs[e->g->n_inputs++] = e->tensor[0];
  for (int32_t i = 1; i < net->n_layers; i++) {
    const mote_layer_t *l = &net->layers[i];
    MOTE_TRY(l->kind->emit(l, e, net->weights + l->w_at, net->state + l->state_at));
  }
  e->g->outputs[e->g->n_outputs++] = e->tensor[net->n_layers - 1];
  return mote_graph_check(e->g);
}

static int emit_net(const mote_net_t *net, mote_graph_t **out) {
  mote_emit_t e = {.g = mote_graph_new(), .net = net};
  e.tensor = mote_alloc((size_t)net->n_layers, sizeof *e.tensor);
  int rc = e.g && e.tensor ? emit_layers(&e) : MOTE_ERR_NOMEM;
  mote_free(e.tensor);
  if (rc < 0) mote_graph_free(e.g);
  else *out = e.g;
  return rc;
}

int mote_net_to_graph(const mote_net_t *net, mote_graph_t **out) {
  mote_net_t *copy;
  MOTE_TRY(mote_net_clone(net, &copy));
  int rc = mote_net_fold(copy);
  if (rc == 0) rc = emit_net(copy, out);
  mote_net_free(copy);
  return rc;
}
