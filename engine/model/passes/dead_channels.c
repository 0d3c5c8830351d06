/* SPDX-License-Identifier: Apache-2.0
 * Which channels must stay. A channel of one tensor is a cell; cells that only go
 * together (a depthwise filter's input and output, both operands of an add ...) are
 * joined. Outputs of the graph need their cells; a convolution needs the input cells that
 * it weighs and that do not hold one value for it. What nobody needs is cut out, and the
 * value it held, times its weights, joins the biases of those who read it. */
#include <string.h>

#include "model/attrs.h"
#include "model/passes/channels.h"
#include "model/passes/pass.h"

typedef struct {
  mote_channels_t ch;
  int32_t *first;  /* [n_tensors] first cell */
  int32_t *parent; /* [cells] union-find */
  uint8_t *needed; /* [cells] by root */
  int32_t multiple;
} cells_t;

static int32_t root_of(const cells_t *k, int32_t cell) {
  while (k->parent[cell] != cell) cell = k->parent[cell] = k->parent[k->parent[cell]];
  return cell;
}

static int is_needed(const cells_t *k, int32_t tensor, int32_t channel) {
  return k->needed[root_of(k, k->first[tensor] + channel)];
}

static int need(cells_t *k, int32_t tensor, int32_t channel) {
  uint8_t *flag = &k->needed[root_of(k, k->first[tensor] + channel)];
  int is_new = !*flag;
  *flag = 1;
  return is_new;
}

static void need_all(cells_t *k, int32_t tensor) {
  if (tensor < 0) return;
  for (int32_t i = 0; i < k->ch.count[tensor]; i++) need(k, tensor, i);
}

static void join(cells_t *k, int32_t ta, int32_t ca, int32_t tb, int32_t cb) {
  int32_t a = root_of(k, k->first[ta] + ca), b = root_of(k, k->first[tb] + cb);
  if (a == b) return;
  k->parent[b] = a;
  k->needed[a] |= k->needed[b];
}

/* ---- what a node ties together ---- */

/* One of the two counts is a multiple of the other. */
static void join_repeating(cells_t *k, int32_t in, int32_t out) {
  int32_t a = k->ch.count[in], b = k->ch.count[out], most = a > b ? a : b;
  for (int32_t i = 0; i < most; i++) join(k, in, i % a, out, i % b);
}

static int repeats(int32_t a, int32_t b) { return a && b && (a % b == 0 || b % a == 0); }

static void tie_each(cells_t *k, const mote_node_t *n) {
  for (int32_t i = 0; i < n->n_in; i++)
    if (n->in[i] >= 0 && k->ch.count[n->in[i]]) join_repeating(k, n->in[i], n->out[0]);
}

static int tie_weighted(cells_t *k, const mote_node_t *n, const mote_weighted_t *w) {
  int32_t in = k->ch.count[n->in[0]];
  if (w->kind == MOTE_WEIGHTED_NOT || !in || n->op->n_out != 1) return 0;
  if (w->kind == MOTE_WEIGHTED_DENSE) return w->win.in_c % in == 0;
  for (int32_t o = 0; w->kind == MOTE_WEIGHTED_DEPTHWISE && o < w->win.out_c; o++)
    join(k, n->in[0], o / w->multiplier, n->out[0], o);
  return 1;
}

static int joins_last_axis(const mote_node_t *n, int32_t rank) {
  const mote_concat_attr_t *a = n->attr;
  return a->axis == -1 || a->axis == rank - 1;
}

/* Concatenation; along the last axis each part is a range of the output's channels. */
static int tie_concat(cells_t *k, const mote_node_t *n) {
  int32_t at = 0, wide = k->ch.count[n->out[0]];
  if (strcmp(n->op->name, "concat") || !wide) return 0;
  for (int32_t i = 0; i < n->n_in; i++)
    if (!k->ch.count[n->in[i]]) return 0;
  int last = joins_last_axis(n, k->ch.low.g->tensors[n->out[0]].dims.rank);
  for (int32_t i = 0; i < n->n_in; i++) {
    int32_t count = k->ch.count[n->in[i]];
    for (int32_t c = 0; c < count; c++) join(k, n->in[i], c, n->out[0], at + c);
    if (last) at += count;
  }
  return 1;
}

static void tie(cells_t *k, int32_t node) {
  const mote_node_t *n = &k->ch.low.g->nodes[node];
  if (tie_weighted(k, n, &k->ch.weighted[node]) || tie_concat(k, n)) return;
  int32_t in = n->n_in ? n->in[0] : -1, out = n->out[0];
  if (mote_lowered_is_view(&k->ch.low, node) &&
      repeats(k->ch.count[in], k->ch.count[out]))
    join_repeating(k, in, out);
  else if (mote_channels_is_each(&k->ch, node))
    tie_each(k, n);
  else {
    for (int32_t i = 0; i < n->n_in; i++) need_all(k, n->in[i]);
    for (int32_t i = 0; i < n->n_out; i++) need_all(k, n->out[i]);
  }
}

/* ---- what convolutions and dense layers need ---- */

/* Does input channel c hold one value, the same for every window? */
static int folds(const cells_t *k, const mote_node_t *n, const mote_weighted_t *w,
                 int32_t c) {
  mote_range_t r = k->ch.range[n->in[0]][c];
  return r.lo == r.hi && (!w->border || r.lo == -w->filter->in_offset);
}

static int weighs(const cells_t *k, const mote_node_t *n, const mote_weighted_t *w,
                  int32_t c) {
  int32_t channels = k->ch.count[n->in[0]], taps = w->win.k_h * w->win.k_w;
  for (int32_t o = 0; o < w->win.out_c; o++) {
    if (!is_needed(k, n->out[0], o)) continue;
    for (int32_t t = 0; t < taps; t++)
      for (int32_t i = c; i < w->win.in_c; i += channels)
        if (mote_weight_at(w, o, t, i)) return 1;
  }
  return 0;
}

static int need_inputs(cells_t *k, int32_t node) {
  const mote_node_t *n = &k->ch.low.g->nodes[node];
  const mote_weighted_t *w = &k->ch.weighted[node];
  int changed = 0;
  if (w->kind != MOTE_WEIGHTED_CONV && w->kind != MOTE_WEIGHTED_DENSE) return 0;
  for (int32_t c = 0; c < k->ch.count[n->in[0]]; c++)
    if (!is_needed(k, n->in[0], c) && !folds(k, n, w, c) && weighs(k, n, w, c))
      changed |= need(k, n->in[0], c);
  return changed;
}

static void settle(cells_t *k) {
  int changed = 1;
  while (changed) {
    changed = 0;
    for (int32_t i = k->ch.low.g->n_nodes - 1; i >= 0; i--) changed |= need_inputs(k, i);
  }
}

/* How many stay at least. No tensor may vanish; a dense layer with one output is rounded
 * in another way when its weights have one scale, so those with several keep two. */
static int32_t least_of(const cells_t *k, int32_t tensor, int32_t kept) {
  const mote_graph_t *g = k->ch.low.g;
  int32_t least = 1, rest = kept % k->multiple;
  for (int32_t i = 0; i < g->n_nodes; i++)
    if (k->ch.weighted[i].kind == MOTE_WEIGHTED_DENSE && g->nodes[i].out[0] == tensor &&
        g->tensors[g->nodes[i].in[1]].quant.n > 1)
      least = 2;
  if (k->ch.count[tensor] % k->multiple == 0 && rest) return kept + k->multiple - rest;
  return kept > least ? kept : least;
}

static int need_least(cells_t *k) {
  int changed = 0;
  for (int32_t t = 0; t < k->ch.low.g->n_tensors; t++) {
    int32_t count = k->ch.count[t], kept = 0;
    for (int32_t c = 0; c < count; c++) kept += is_needed(k, t, c);
    if (kept == count) continue;
    int32_t least = least_of(k, t, kept);
    for (int32_t c = 0; c < count && kept < least; c++)
      if (need(k, t, c)) kept++, changed = 1;
  }
  return changed;
}

/* ---- the whole ---- */

static int take_cells(cells_t *k) {
  const mote_graph_t *g = k->ch.low.g;
  int32_t n = 0;
  if (!(k->first = mote_arena_take(k->ch.arena, (size_t)g->n_tensors + 1, 4)))
    return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < g->n_tensors; i++) {
    k->first[i] = n;
    if (k->ch.count[i] > MOTE_TENSOR_LIMIT - n) return MOTE_ERR_NOMEM;
    n += k->ch.count[i];
  }
  k->parent = mote_arena_take(k->ch.arena, (size_t)n + 1, sizeof *k->parent);
  k->needed = mote_arena_take(k->ch.arena, (size_t)n + 1, 1);
  for (int32_t i = 0; k->parent && i < n; i++) k->parent[i] = i;
  return k->parent && k->needed ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int find_needed(cells_t *k) {
  const mote_graph_t *g = k->ch.low.g;
  MOTE_TRY(take_cells(k));
  for (int32_t i = 0; i < g->n_inputs; i++) need_all(k, g->inputs[i]);
  for (int32_t i = 0; i < g->n_outputs; i++) need_all(k, g->outputs[i]);
  for (int32_t i = 0; i < g->n_nodes; i++) tie(k, i);
  do settle(k);
  while (need_least(k));
  return MOTE_OK;
}

static int keep_of(cells_t *k, uint8_t ***keep) {
  int32_t n = k->ch.low.g->n_tensors;
  uint8_t **rows = mote_arena_take(k->ch.arena, (size_t)n + 1, sizeof *rows);
  if (!rows) return MOTE_ERR_NOMEM;
  for (int32_t t = 0; t < n; t++) {
    if (!(rows[t] = mote_arena_take(k->ch.arena, (size_t)k->ch.count[t] + 1, 1)))
      return MOTE_ERR_NOMEM;
    for (int32_t c = 0; c < k->ch.count[t]; c++) rows[t][c] = (uint8_t)is_needed(k, t, c);
  }
  *keep = rows;
  return MOTE_OK;
}

int mote_pass_dead_channels(mote_graph_t *g, const mote_optimise_options_t *options) {
  cells_t k = {.multiple = options->multiple > 1 ? options->multiple : 1};
  uint8_t **keep;
  MOTE_TRY(mote_channels_new(g, &k.ch));
  int rc = find_needed(&k);
  if (rc >= 0) rc = keep_of(&k, &keep);
  if (rc >= 0) rc = mote_channels_cut(g, &k.ch, keep);
  mote_channels_free(&k.ch);
  return rc;
}
