/* SPDX-License-Identifier: Apache-2.0
 * Ranges of channels, node by node. Weighted nodes: interval arithmetic over their sums,
 * for every way in which the window can hang over the border. Functions of one value: the
 * range through the table. Other channel-wise nodes: their own kernels on tensors that
 * hold the lowest, then the highest value of each channel. */
#include "model/passes/channels.h"

static const mote_range_t anything = {-128, 127};

static mote_range_t hull(mote_range_t a, mote_range_t b) {
  return (mote_range_t){a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi};
}

static int32_t last_axis(const mote_tensor_t *t) {
  return t->dims.rank ? t->dims.d[t->dims.rank - 1] : 1;
}

/* ---- which node is what ---- */

static int hangs_over(const mote_window_t *w) {
  int over = 0;
  for (int32_t y = 0; y < w->out_h; y++) {
    mote_taps_t t = mote_taps_y(w, y);
    over |= t.first > 0 || t.last < w->k_h;
  }
  for (int32_t x = 0; x < w->out_w; x++) {
    mote_taps_t t = mote_taps_x(w, x);
    over |= t.first > 0 || t.last < w->k_w;
  }
  return over;
}

static mote_weighted_t weighted_of(const mote_channels_t *c, int32_t node) {
  const mote_step_t *s;
  const mote_op_t *op = c->low.g->nodes[node].op;
  if (op->weights_axis < 0) return (mote_weighted_t){0};
  if ((s = mote_lowered_only(&c->low, node, "mote_conv2d_s8"))) {
    const mote_conv2d_s8_t *p = s->params;
    return (mote_weighted_t){MOTE_WEIGHTED_CONV, p->win, 1, &p->filter,
                             hangs_over(&p->win)};
  }
  if ((s = mote_lowered_only(&c->low, node, "mote_depthwise_conv2d_s8"))) {
    const mote_depthwise_conv2d_s8_t *p = s->params;
    return (mote_weighted_t){MOTE_WEIGHTED_DEPTHWISE, p->win, p->multiplier, &p->filter,
                             hangs_over(&p->win)};
  }
  if ((s = mote_lowered_only(&c->low, node, "mote_dense_s8"))) {
    const mote_dense_s8_t *p = s->params;
    mote_window_t win = {1, 1, p->in_n, 1, 1, p->out_n, 1, 1, 1, 1, 1, 1, 0, 0};
    return (mote_weighted_t){MOTE_WEIGHTED_DENSE, win, 1, &p->filter, 0};
  }
  return (mote_weighted_t){0};
}

int mote_channels_is_each(const mote_channels_t *c, int32_t node) {
  const mote_graph_t *g = c->low.g;
  const mote_node_t *n = &g->nodes[node];
  if (n->n_out != 1 || !c->count[n->out[0]] ||
      !(mote_lowered_traits(&c->low, node) & MOTE_EACH_CHANNEL))
    return 0;
  int32_t wide = c->count[n->out[0]];
  for (int32_t i = 0; i < n->n_in; i++) {
    const mote_tensor_t *t = &g->tensors[n->in[i] < 0 ? n->out[0] : n->in[i]];
    int constant = t->role == MOTE_ROLE_CONST;
    if (t->dtype != MOTE_I8 || t->role == MOTE_ROLE_STATE) return 0;
    if (last_axis(t) != wide && !(constant && mote_dims_count(&t->dims) == 1)) return 0;
  }
  return 1;
}

/* ---- weighted nodes ---- */

typedef struct {
  int64_t lo, hi;
} sum_t;

/* Columns of the input may repeat its channels (flattened), or the reverse. */
static mote_range_t column_range(const mote_range_t *r, int32_t n, int32_t column,
                                 int32_t columns) {
  if (n <= columns && columns % n == 0) return r[column % n];
  int32_t step = n % columns ? 1 : columns;
  mote_range_t all = r[step == 1 ? 0 : column];
  for (int32_t i = step == 1 ? 0 : column; i < n; i += step) all = hull(all, r[i]);
  return all;
}

static void add_product(sum_t *sum, int32_t w, mote_range_t x, int32_t offset) {
  sum->lo += (int64_t)w * ((w < 0 ? x.hi : x.lo) + offset);
  sum->hi += (int64_t)w * ((w < 0 ? x.lo : x.hi) + offset);
}

/* The output of one sum, unless the device's 32 bits would wrap: then anything. */
static int output_of(const mote_filter_s8_t *f, int32_t o, int64_t sum, int32_t *y) {
  int32_t shift = f->shift.p[o] > 0 ? f->shift.p[o] : 0;
  int64_t biased = sum + f->bias.p[o], limit = (int64_t)1 << (30 - shift);
  if (sum < INT32_MIN || sum > INT32_MAX || biased < -limit || biased > limit) return 0;
  *y = mote_filter_out(f, o, (int32_t)sum);
  return 1;
}

/* Requantisation and clamp never fall, so the ends suffice. */
static mote_range_t range_of_sum(const mote_filter_s8_t *f, int32_t o, sum_t sum) {
  mote_range_t r;
  if (output_of(f, o, sum.lo, &r.lo) && output_of(f, o, sum.hi, &r.hi)) return r;
  return (mote_range_t){f->min, f->max};
}

/* Different pairs (first, last) of taps inside the input along one axis. */
typedef struct {
  int32_t n;
  mote_taps_t *taps;
} borders_t;

static void add_border(borders_t *b, mote_taps_t t) {
  for (int32_t i = 0; i < b->n; i++)
    if (b->taps[i].first == t.first && b->taps[i].last == t.last) return;
  b->taps[b->n++] = t;
}

/* While a window moves on, `first` and `last` only fall. */
static mote_taps_t *border_room(const mote_channels_t *c, int32_t out, int32_t k) {
  int64_t most = 2 * (int64_t)k + 2;
  return mote_arena_take(c->arena, (size_t)(out < most ? out : most),
                         sizeof(mote_taps_t));
}

static int borders_of(const mote_channels_t *c, const mote_window_t *w, borders_t *y,
                      borders_t *x) {
  *y = (borders_t){0, border_room(c, w->out_h, w->k_h)};
  *x = (borders_t){0, border_room(c, w->out_w, w->k_w)};
  if (!y->taps || !x->taps) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < w->out_h; i++) add_border(y, mote_taps_y(w, i));
  for (int32_t i = 0; i < w->out_w; i++) add_border(x, mote_taps_x(w, i));
  return MOTE_OK;
}

static sum_t border_sum(const mote_window_t *w, const sum_t *tap, mote_taps_t y,
                        mote_taps_t x) {
  sum_t sum = {0, 0};
  for (int32_t ky = y.first; ky < y.last; ky++)
    for (int32_t kx = x.first; kx < x.last; kx++) {
      sum.lo += tap[ky * w->k_w + kx].lo;
      sum.hi += tap[ky * w->k_w + kx].hi;
    }
  return sum;
}

/* The sums of each tap of output channel o. */
static void tap_sums(const mote_weighted_t *w, const mote_range_t *column, int32_t o,
                     sum_t *tap) {
  int32_t taps = w->win.k_h * w->win.k_w;
  int depthwise = w->kind == MOTE_WEIGHTED_DEPTHWISE;
  const mote_range_t *x = depthwise ? &column[o / w->multiplier] : column;
  for (int32_t t = 0; t < taps; t++) {
    tap[t] = (sum_t){0, 0};
    for (int32_t i = 0; i < (depthwise ? 1 : w->win.in_c); i++)
      add_product(&tap[t], mote_weight_at(w, o, t, i), x[i], w->filter->in_offset);
  }
}

static int weighted_range(mote_channels_t *c, const mote_node_t *n,
                          const mote_weighted_t *w) {
  borders_t y, x;
  int32_t channels = c->count[n->in[0]], columns = w->win.in_c;
  size_t n_taps = (size_t)w->win.k_h * (size_t)w->win.k_w;
  mote_range_t *column = mote_arena_take(c->arena, (size_t)columns, sizeof *column);
  sum_t *tap = mote_arena_take(c->arena, n_taps, sizeof *tap);
  MOTE_TRY(borders_of(c, &w->win, &y, &x));
  if (!column || !tap) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < columns; i++)
    column[i] =
        channels ? column_range(c->range[n->in[0]], channels, i, columns) : anything;
  for (int32_t o = 0; o < w->win.out_c; o++) {
    mote_range_t *r = &c->range[n->out[0]][o];
    tap_sums(w, column, o, tap);
    for (int32_t i = 0; i < y.n * x.n; i++) {
      sum_t sum = border_sum(&w->win, tap, y.taps[i / x.n], x.taps[i % x.n]);
      mote_range_t one = range_of_sum(w->filter, o, sum);
      *r = i ? hull(*r, one) : one;
    }
  }
  return MOTE_OK;
}

/* ---- other nodes ---- */

static void table_range(mote_channels_t *c, const mote_node_t *n, const int8_t *table) {
  for (int32_t i = 0; i < c->count[n->out[0]]; i++) {
    mote_range_t in = c->range[n->in[0]][i];
    mote_range_t r = {table[in.lo + 128], table[in.lo + 128]};
    for (int32_t x = in.lo; x <= in.hi; x++)
      r = hull(r, (mote_range_t){table[x + 128], table[x + 128]});
    c->range[n->out[0]][i] = r;
  }
}

static void view_range(mote_channels_t *c, const mote_node_t *n) {
  int32_t columns = c->count[n->out[0]];
  for (int32_t i = 0; i < columns; i++)
    c->range[n->out[0]][i] =
        column_range(c->range[n->in[0]], c->count[n->in[0]], i, columns);
}

/* An input with one end of its channels' ranges everywhere; constants as they are. */
static void *filled(const mote_channels_t *c, mote_arena_t *room, int32_t tensor,
                    int high) {
  const mote_tensor_t *t = &c->low.g->tensors[tensor];
  size_t n = mote_tensor_bytes(t), channels = (size_t)c->count[tensor];
  if (t->role == MOTE_ROLE_CONST) return t->data;
  int8_t *x = mote_arena_take(room, n, 1);
  for (size_t i = 0; x && i < n; i++) {
    mote_range_t r = c->range[tensor][i % channels];
    x[i] = (int8_t)(high ? r.hi : r.lo);
  }
  return x;
}

/* The node's output for inputs at one end. */
static int run_end(const mote_channels_t *c, mote_arena_t *room, int32_t node, int high,
                   int8_t **result) {
  const mote_node_t *n = &c->low.g->nodes[node];
  const void *in[MOTE_NODE_IO_MAX] = {0};
  for (int32_t k = 0; k < n->n_in; k++)
    if (n->in[k] >= 0 && !(in[k] = filled(c, room, n->in[k], high)))
      return MOTE_ERR_NOMEM;
  size_t bytes = mote_tensor_bytes(&c->low.g->tensors[n->out[0]]);
  if (!(*result = mote_arena_take(room, bytes, 1))) return MOTE_ERR_NOMEM;
  return mote_lowered_run(&c->low, node, in, *result);
}

static int inputs_hold_still(const mote_channels_t *c, const mote_node_t *n,
                             int32_t channel) {
  for (int32_t k = 0; k < n->n_in; k++) {
    if (n->in[k] < 0 || c->low.g->tensors[n->in[k]].role == MOTE_ROLE_CONST) continue;
    mote_range_t r = c->range[n->in[k]][channel];
    if (r.lo != r.hi) return 0;
  }
  return 1;
}

static int run_ends(const mote_channels_t *c, mote_arena_t *room, int32_t node) {
  const mote_node_t *n = &c->low.g->nodes[node];
  int rising = (mote_lowered_traits(&c->low, node) & MOTE_RISING) != 0;
  int32_t channels = c->count[n->out[0]];
  mote_range_t *r = c->range[n->out[0]];
  int8_t *low, *high;
  MOTE_TRY(run_end(c, room, node, 0, &low));
  MOTE_TRY(run_end(c, room, node, 1, &high));
  int64_t count = mote_dims_count(&c->low.g->tensors[n->out[0]].dims);
  for (int64_t i = 0; i < count; i++) {
    mote_range_t one = {low[i], high[i]};
    r[i % channels] = i < channels ? one : hull(r[i % channels], one);
  }
  for (int32_t i = 0; i < channels && !rising; i++)
    if (!inputs_hold_still(c, n, i)) r[i] = anything;
  return MOTE_OK;
}

static int each_range(const mote_channels_t *c, int32_t node) {
  mote_arena_t *room = mote_arena_new();
  int rc = room ? run_ends(c, room, node) : MOTE_ERR_NOMEM;
  mote_arena_free(room);
  return rc;
}

static int node_range(mote_channels_t *c, int32_t node) {
  const mote_node_t *n = &c->low.g->nodes[node];
  int known = n->n_in > 0 && n->in[0] >= 0 && c->count[n->in[0]] > 0;
  if (n->n_out != 1 || !c->count[n->out[0]]) return MOTE_OK;
  if (c->weighted[node].kind) return weighted_range(c, n, &c->weighted[node]);
  const int8_t *table = mote_lowered_table(&c->low, node);
  if (known && table)
    table_range(c, n, table);
  else if (known && mote_lowered_is_view(&c->low, node))
    view_range(c, n);
  else if (mote_channels_is_each(c, node) && mote_lowered_is_plain(&c->low, node))
    return each_range(c, node);
  return MOTE_OK;
}

/* ---- the whole ---- */

static int take_tensors(mote_channels_t *c) {
  const mote_graph_t *g = c->low.g;
  c->count = mote_arena_take(c->arena, (size_t)g->n_tensors + 1, sizeof *c->count);
  c->range = mote_arena_take(c->arena, (size_t)g->n_tensors + 1, sizeof *c->range);
  if (!c->count || !c->range) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < g->n_tensors; i++) {
    const mote_tensor_t *t = &g->tensors[i];
    if (t->dtype != MOTE_I8 || t->role != MOTE_ROLE_VALUE) continue;
    c->count[i] = last_axis(t);
    c->range[i] = mote_arena_take(c->arena, (size_t)c->count[i], sizeof **c->range);
    if (!c->range[i]) return MOTE_ERR_NOMEM;
    for (int32_t k = 0; k < c->count[i]; k++) c->range[i][k] = anything;
  }
  return MOTE_OK;
}

static int analyse(mote_channels_t *c) {
  MOTE_TRY(take_tensors(c));
  for (int32_t i = 0; i < c->low.g->n_nodes; i++) {
    c->weighted[i] = weighted_of(c, i);
    MOTE_TRY(node_range(c, i));
  }
  return MOTE_OK;
}

int mote_channels_new(const mote_graph_t *g, mote_channels_t *c) {
  *c = (mote_channels_t){0};
  MOTE_TRY(mote_lowered_new(g, &c->low));
  if ((c->arena = mote_arena_new()))
    c->weighted = mote_arena_take(c->arena, (size_t)g->n_nodes + 1, sizeof *c->weighted);
  int rc = c->weighted ? analyse(c) : MOTE_ERR_NOMEM;
  if (rc < 0) mote_channels_free(c);
  return rc;
}

void mote_channels_free(mote_channels_t *c) {
  mote_lowered_free(&c->low);
  mote_arena_free(c->arena);
}
