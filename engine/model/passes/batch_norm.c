/* SPDX-License-Identifier: Apache-2.0
 * Float graphs as they are imported: a product or sum with one constant per channel
 * behind a convolution or dense layer joins its weights and bias. The bits change in the
 * last place, as they would have if the exporter had folded them. */
#include <string.h>

#include "model/ops/util.h"
#include "model/passes/pass.h"

/* The constant of a binary node: one float, or one per channel. NULL: it has none. */
static const mote_tensor_t *constant_of(const mote_graph_t *g, const mote_node_t *n,
                                        int32_t other, int32_t channels) {
  if (n->n_in != 2) return NULL;
  const mote_tensor_t *t = &g->tensors[n->in[n->in[0] == other]];
  int64_t count = mote_dims_count(&t->dims);
  int last = t->dims.rank > 0 && t->dims.d[t->dims.rank - 1] == count;
  if (t->role != MOTE_ROLE_CONST || t->dtype != MOTE_F32) return NULL;
  return count == 1 || (count == channels && last) ? t : NULL;
}

typedef struct {
  mote_node_t *layer;
  mote_tensor_t w, bias; /* as they are; bias.data NULL: none */
  int32_t channels;
} layer_t;

/* A float layer without activation whose result only this node reads. */
static int layer_before(mote_graph_t *g, int32_t tensor, layer_t *l) {
  int32_t from = mote_pass_producer(g, tensor);
  if (from < 0 || mote_pass_uses(g, tensor) != 1) return 0;
  mote_node_t *p = &g->nodes[from];
  const int32_t *act = mote_pass_activation(p->op, p->attr);
  if (p->op->weights_axis < 0 || !act || *act != MOTE_ACT_NONE || p->n_in < 2) return 0;
  *l = (layer_t){.layer = p, .w = g->tensors[p->in[1]]};
  if (p->n_in > 2 && p->in[2] >= 0) l->bias = g->tensors[p->in[2]];
  l->channels = l->w.dims.d[p->op->weights_axis];
  return l->w.dtype == MOTE_F32 && l->w.role == MOTE_ROLE_CONST;
}

/* Weights and bias times m[c], then the bias plus a[c]; either may be NULL. */
static int scale_layer(mote_graph_t *g, const layer_t *l, const mote_tensor_t *m,
                       const mote_tensor_t *a) {
  int64_t count = mote_dims_count(&l->w.dims), inner = 1;
  for (int32_t i = l->layer->op->weights_axis + 1; i < l->w.dims.rank; i++)
    inner *= l->w.dims.d[i];
  float *w = mote_arena_take(g->arena, (size_t)count, sizeof *w);
  float *b = mote_arena_take(g->arena, (size_t)l->channels, sizeof *b);
  if (!w || !b) return MOTE_ERR_NOMEM;
  int one_m = m && mote_dims_count(&m->dims) == 1;
  int one_a = a && mote_dims_count(&a->dims) == 1;
  for (int64_t i = 0; i < count; i++) {
    int64_t c = i / inner % l->channels;
    w[i] = ((float *)l->w.data)[i] * (m ? ((float *)m->data)[one_m ? 0 : c] : 1.0f);
  }
  for (int64_t c = 0; c < l->channels; c++) {
    float old = l->bias.data ? ((float *)l->bias.data)[c] : 0.0f;
    b[c] = old * (m ? ((float *)m->data)[one_m ? 0 : c] : 1.0f) +
           (a ? ((float *)a->data)[one_a ? 0 : c] : 0.0f);
  }
  const char *name = l->bias.data ? l->bias.name : l->layer->name;
  int32_t weights = mote_graph_tensor(g, l->w.name, MOTE_F32, &l->w.dims, w);
  if (weights < 0) return weights;
  int32_t bias = mote_graph_tensor(g, name, MOTE_F32, &MOTE_DIMS(l->channels), b);
  if (bias < 0) return bias;
  l->layer->in[1] = weights, l->layer->in[2] = bias, l->layer->n_in = 3;
  return MOTE_OK;
}

/* The node's result becomes the layer's, its clamp too. */
static int take_over(mote_graph_t *g, mote_node_t *layer, mote_node_t *n) {
  const int32_t *act = mote_pass_activation(n->op, n->attr);
  if (act) MOTE_TRY(mote_pass_set_activation(g, layer, *act));
  layer->out[0] = n->out[0];
  mote_pass_drop(n);
  return 1;
}

static int fold_binary(mote_graph_t *g, mote_node_t *n, int is_mul) {
  layer_t l;
  for (int32_t k = 0; k < 2; k++) {
    if (!layer_before(g, n->in[k], &l)) continue;
    const mote_tensor_t *c = constant_of(g, n, n->in[k], l.channels);
    if (!c || !mote_dims_equal(&g->tensors[n->in[k]].dims, &g->tensors[n->out[0]].dims))
      continue;
    const mote_tensor_t value = *c;
    MOTE_TRY(scale_layer(g, &l, is_mul ? &value : NULL, is_mul ? NULL : &value));
    return take_over(g, l.layer, n);
  }
  return 0;
}

static int fold_norm(mote_graph_t *g, mote_node_t *n) {
  layer_t l;
  if (!layer_before(g, n->in[0], &l)) return 0;
  const mote_tensor_t scale = g->tensors[n->in[1]], offset = g->tensors[n->in[2]];
  if (mote_dims_count(&scale.dims) != l.channels) return 0;
  MOTE_TRY(scale_layer(g, &l, &scale, &offset));
  return take_over(g, l.layer, n);
}

static int fold(mote_graph_t *g, mote_node_t *n) {
  if (!strcmp(n->op->name, "mul")) return fold_binary(g, n, 1);
  if (!strcmp(n->op->name, "add")) return fold_binary(g, n, 0);
  return strcmp(n->op->name, "batch_norm") ? 0 : fold_norm(g, n);
}

int mote_pass_batch_norm(mote_graph_t *g, const mote_optimise_options_t *options) {
  (void)options;
  int times = 0;
  for (int32_t i = 0; i < g->n_nodes; i++) {
    int rc = g->nodes[i].op ? fold(g, &g->nodes[i]) : 0;
    if (rc < 0) return rc;
    times += rc;
  }
  return times;
}
