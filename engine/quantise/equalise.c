/* SPDX-License-Identifier: Apache-2.0
 * Cross-layer equalisation (Nagel et al., arXiv 1906.04721), on activations: channel c of
 * the tensor between two layers is divided by 2^k, the weights that read it are
 * multiplied. With one scale per activation tensor, quiet channels gain steps. Factors
 * are powers of two, so that the float network computes the same bits as before. */
#include <math.h>

#include "base/dmath.h"
#include "model/attrs.h"
#include "quantise/internal.h"

#define LN_2 0.69314718055994530942
#define EXPONENT_MAX 6

/* Activation of a weighted node; equalisation passes through none and relu. */
static int32_t activation_of(const mote_node_t *n) {
  for (size_t i = 0; i < n->op->n_attrs; i++)
    if (n->op->attrs[i].kind == MOTE_P_CHOICE && n->op->attrs[i].name[0] == 'a')
      return *(const int32_t *)((const char *)n->attr + n->op->attrs[i].offset);
  return MOTE_ACT_NONE;
}

static int weighted(const mote_graph_t *g, const mote_node_t *n) {
  if (n->op->weights_axis < 0 || !g->tensors[n->in[1]].data) return 0;
  return n->n_in < 3 || n->in[2] < 0 || g->tensors[n->in[2]].data;
}

/* The only reader of tensor t, NULL when there are several or t is an output. */
static mote_node_t *only_reader(mote_graph_t *g, int32_t t) {
  mote_node_t *found = NULL;
  for (int32_t i = 0; i < g->n_outputs; i++)
    if (g->outputs[i] == t) return NULL;
  for (int32_t i = 0; i < g->n_nodes; i++)
    for (int32_t k = 0; k < g->nodes[i].n_in; k++) {
      if (g->nodes[i].in[k] != t) continue;
      if (found) return NULL;
      found = &g->nodes[i];
    }
  return found;
}

static int32_t readers(const mote_graph_t *g, int32_t t) {
  int32_t n = 0;
  for (int32_t i = 0; i < g->n_nodes; i++)
    for (int32_t k = 0; k < g->nodes[i].n_in; k++) n += g->nodes[i].in[k] == t;
  return n;
}

/* Weight i of the reader belongs to input channel ... */
static int32_t input_channel(const mote_node_t *n, const mote_tensor_t *w, int64_t i,
                             int32_t channels) {
  int32_t last = w->dims.d[w->dims.rank - 1];
  if (n->op->weights_axis == w->dims.rank - 1) /* depthwise: outputs are innermost */
    return (int32_t)(i % last) / (last / channels);
  return (int32_t)(i % last);
}

static int exponent(double peak, double weight, double peak_top, double weight_top) {
  if (!(peak > 0) || !(weight > 0)) return 0;
  double k = 0.5 / LN_2 * (mote_dlog(peak / peak_top) - mote_dlog(weight / weight_top));
  int e = (int)floor(k + 0.5);
  return e < -EXPONENT_MAX ? -EXPONENT_MAX : e > EXPONENT_MAX ? EXPONENT_MAX : e;
}

static void scale_writer(mote_graph_t *g, const mote_node_t *n, const int *k) {
  const mote_tensor_t *w = &g->tensors[n->in[1]];
  int32_t axis = n->op->weights_axis;
  int64_t inner = 1, count = mote_dims_count(&w->dims);
  for (int32_t i = axis + 1; i < w->dims.rank; i++) inner *= w->dims.d[i];
  float *v = w->data;
  for (int64_t i = 0; i < count; i++) {
    int32_t c = (int32_t)(i / inner % w->dims.d[axis]);
    v[i] = ldexpf(v[i], -k[c]);
  }
  if (n->n_in < 3 || n->in[2] < 0) return;
  float *b = g->tensors[n->in[2]].data;
  for (int32_t c = 0; c < w->dims.d[axis]; c++) b[c] = ldexpf(b[c], -k[c]);
}

static int equalise_pair(mote_graph_t *g, const mote_node_t *from, const mote_node_t *to,
                         const mote_stat_t *s) {
  mote_tensor_t *w = &g->tensors[to->in[1]];
  int32_t channels = s->channels;
  int64_t count = mote_dims_count(&w->dims);
  double peak_top = 0, weight_top = 0, *top = mote_alloc((size_t)channels, sizeof *top);
  int *k = mote_alloc((size_t)channels, sizeof *k), changed = 0;
  float *v = w->data;
  for (int64_t i = 0; top && k && i < count; i++) {
    double *at = &top[input_channel(to, w, i, channels)];
    *at = fmax(*at, fabs((double)v[i]));
  }
  for (int32_t c = 0; top && c < channels; c++) {
    peak_top = fmax(peak_top, (double)s->peak[c]);
    weight_top = fmax(weight_top, top[c]);
  }
  for (int32_t c = 0; top && k && c < channels; c++) {
    k[c] = exponent((double)s->peak[c], top[c], peak_top, weight_top);
    changed |= k[c] != 0;
  }
  if (changed) {
    scale_writer(g, from, k);
    for (int64_t i = 0; i < count; i++)
      v[i] = ldexpf(v[i], k[input_channel(to, w, i, channels)]);
  }
  int ok = top && k;
  mote_free(top), mote_free(k);
  return ok ? changed : MOTE_ERR_NOMEM;
}

/* Both layers weighted, nothing else reads between them, and no weights are shared. */
static int is_pair(mote_graph_t *g, const mote_node_t *from, const mote_node_t *to,
                   const mote_stat_t *s) {
  if (!to || !weighted(g, to) || to->in[0] != from->out[0]) return 0;
  int32_t act = activation_of(from), last = s->channels;
  const mote_tensor_t *w = &g->tensors[from->in[1]], *v = &g->tensors[to->in[1]];
  if (act != MOTE_ACT_NONE && act != MOTE_ACT_RELU) return 0;
  if (readers(g, from->in[1]) != 1 || readers(g, to->in[1]) != 1) return 0;
  if (from->n_in > 2 && from->in[2] >= 0 && readers(g, from->in[2]) != 1) return 0;
  if (w->dims.d[from->op->weights_axis] != last) return 0;
  int depthwise = to->op->weights_axis == v->dims.rank - 1;
  return depthwise || v->dims.d[v->dims.rank - 1] == last;
}

int mote_equalise(mote_graph_t *g, const mote_stat_t *stats) {
  int pairs = 0;
  for (int32_t i = 0; i < g->n_nodes; i++) {
    mote_node_t *from = &g->nodes[i];
    if (!weighted(g, from)) continue;
    const mote_stat_t *s = &stats[from->out[0]];
    mote_node_t *to = only_reader(g, from->out[0]);
    if (!is_pair(g, from, to, s)) continue;
    int rc = equalise_pair(g, from, to, s);
    if (rc < 0) return rc;
    pairs += rc;
  }
  return pairs;
}
