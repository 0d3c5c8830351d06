/* SPDX-License-Identifier: Apache-2.0
 * Takes channels out of a graph: dimensions, weights, biases, scales per channel and
 * constant operands. */
#include <string.h>

#include "model/passes/channels.h"
#include "model/passes/pass.h"

typedef struct {
  mote_graph_t *g;
  const mote_channels_t *ch;
  uint8_t *const *keep;
} cut_t;

static int kept(const cut_t *k, int32_t tensor, int32_t i) {
  int32_t n = k->ch->count[tensor];
  return n == 0 || k->keep[tensor][i % n];
}

/* How many of n slices stay when they repeat the tensor's channels. */
static int32_t kept_of(const cut_t *k, int32_t tensor, int32_t n) {
  int32_t left = 0;
  for (int32_t i = 0; i < n; i++) left += kept(k, tensor, i);
  return left;
}

/* The new tensor `to` has the quantisation of `from`, without the scales of channels of
 * `like` that went. */
static int cut_quant(const cut_t *k, int32_t from, int32_t like, int32_t to) {
  mote_quant_t q = k->g->tensors[from].quant;
  int32_t n = 0;
  float *scale = mote_arena_take(k->ch->arena, (size_t)q.n + 1, sizeof *scale);
  int32_t *zero = mote_arena_take(k->ch->arena, (size_t)q.n + 1, sizeof *zero);
  if (!scale || !zero) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < q.n; i++)
    if (q.n == 1 || kept(k, like, i)) scale[n] = q.scale[i], zero[n++] = q.zero[i];
  return mote_graph_quant(k->g, to, n, q.axis, scale, zero);
}

/* ---- weighted nodes ---- */

/* What the columns that go have always added to the sum of output o. */
static int32_t constant_part(const cut_t *k, int32_t in, const mote_weighted_t *w,
                             int32_t o) {
  int32_t channels = k->ch->count[in], taps = w->win.k_h * w->win.k_w;
  uint32_t sum = 0;
  if (w->kind == MOTE_WEIGHTED_DEPTHWISE || !channels) return 0;
  for (int32_t i = 0; i < w->win.in_c; i++) {
    if (kept(k, in, i)) continue;
    int32_t value = k->ch->range[in][i % channels].lo + w->filter->in_offset;
    for (int32_t t = 0; t < taps; t++)
      sum += (uint32_t)(mote_weight_at(w, o, t, i) * value);
  }
  return (int32_t)sum;
}

static int cut_bias(const cut_t *k, mote_node_t *n, const mote_weighted_t *w) {
  int32_t out_c = w->win.out_c, left = 0, in = n->in[0], out = n->out[0];
  int32_t old = n->n_in > 2 ? n->in[2] : -1;
  /* The graph's own biases: lowering settles those of empty channels with their scale. */
  const int32_t *was = old < 0 ? NULL : k->g->tensors[old].data;
  int32_t *bias = mote_arena_take(k->ch->arena, (size_t)out_c, sizeof *bias);
  if (!bias) return MOTE_ERR_NOMEM;
  for (int32_t o = 0; o < out_c; o++)
    if (kept(k, out, o))
      bias[left++] = mote_add_wrap(was ? was[o] : 0, constant_part(k, in, w, o));
  const char *name = old < 0 ? n->name : k->g->tensors[old].name;
  int32_t t = mote_graph_tensor(k->g, name, MOTE_I32, &MOTE_DIMS(left), bias);
  if (t < 0) return t;
  n->in[2] = t, n->n_in = 3;
  return old < 0 ? MOTE_OK : cut_quant(k, old, out, t);
}

static int cut_weights(const cut_t *k, mote_node_t *n, const mote_weighted_t *w) {
  int32_t taps = w->win.k_h * w->win.k_w, out_c = w->win.out_c, in_c = w->win.in_c;
  int32_t in = n->in[0], out = n->out[0], old = n->in[1];
  int depthwise = w->kind == MOTE_WEIGHTED_DEPTHWISE;
  mote_dims_t dims = k->g->tensors[old].dims;
  int8_t *weights = mote_arena_take(k->ch->arena, w->filter->weights.n, 1), *p = weights;
  if (!weights) return MOTE_ERR_NOMEM;
  for (int32_t t = 0; depthwise && t < taps; t++)
    for (int32_t o = 0; o < out_c; o++)
      if (kept(k, out, o)) *p++ = (int8_t)mote_weight_at(w, o, t, 0);
  for (int32_t o = 0; !depthwise && o < out_c; o++)
    for (int32_t t = 0; kept(k, out, o) && t < taps; t++)
      for (int32_t i = 0; i < in_c; i++)
        if (kept(k, in, i)) *p++ = (int8_t)mote_weight_at(w, o, t, i);
  if (!depthwise) dims.d[dims.rank - 1] = kept_of(k, in, in_c);
  dims.d[n->op->weights_axis] = kept_of(k, out, out_c);
  int32_t t = mote_graph_tensor(k->g, k->g->tensors[old].name, MOTE_I8, &dims, weights);
  if (t < 0) return t;
  n->in[1] = t;
  return cut_quant(k, old, out, t);
}

static int cut_weighted(const cut_t *k, mote_node_t *n, const mote_weighted_t *w) {
  int32_t gone = w->win.out_c - kept_of(k, n->out[0], w->win.out_c);
  if (!gone && kept_of(k, n->in[0], w->win.in_c) == w->win.in_c) return 0;
  MOTE_TRY(cut_bias(k, n, w));
  MOTE_TRY(cut_weights(k, n, w));
  return gone;
}

/* ---- constant operands ---- */

static int cut_operand(const cut_t *k, mote_node_t *n, int32_t at) {
  mote_tensor_t t = k->g->tensors[n->in[at]];
  int32_t out = n->out[0], wide = k->ch->count[out], left = kept_of(k, out, wide);
  if (t.role != MOTE_ROLE_CONST || mote_dims_count(&t.dims) == 1 || left == wide)
    return MOTE_OK;
  int32_t count = (int32_t)mote_dims_count(&t.dims);
  const int8_t *from = t.data;
  int8_t *values = mote_arena_take(k->ch->arena, (size_t)count, 1), *p = values;
  if (!values) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < count; i++)
    if (kept(k, out, i)) *p++ = from[i];
  t.dims.d[t.dims.rank - 1] = left;
  int32_t to = mote_graph_tensor(k->g, t.name, MOTE_I8, &t.dims, values);
  if (to < 0) return to;
  MOTE_TRY(cut_quant(k, n->in[at], out, to));
  n->in[at] = to;
  return MOTE_OK;
}

/* ---- the whole ---- */

static int cut_node(const cut_t *k, int32_t node) {
  mote_node_t *n = &k->g->nodes[node];
  if (k->ch->weighted[node].kind) return cut_weighted(k, n, &k->ch->weighted[node]);
  if (!mote_channels_is_each(k->ch, node)) return 0;
  for (int32_t i = 0; i < n->n_in; i++)
    if (n->in[i] >= 0) MOTE_TRY(cut_operand(k, n, i));
  return 0;
}

int mote_channels_cut(mote_graph_t *g, const mote_channels_t *c, uint8_t *const *keep) {
  cut_t k = {g, c, keep};
  int32_t n_tensors = g->n_tensors, gone = 0;
  for (int32_t i = 0; i < g->n_nodes; i++) {
    int rc = cut_node(&k, i);
    if (rc < 0) return rc;
    gone += rc;
  }
  for (int32_t t = 0; t < n_tensors; t++) {
    if (!c->count[t]) continue;
    mote_dims_t *d = &g->tensors[t].dims;
    if (d->rank) d->d[d->rank - 1] = kept_of(&k, t, c->count[t]);
  }
  return gone;
}
