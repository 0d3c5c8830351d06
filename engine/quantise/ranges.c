/* SPDX-License-Identifier: Apache-2.0
 * Which interval of reals each int8 activation covers. Tensors that an operator ties
 * together (pools, concat, reshape, pad) share one. */
#include <math.h>
#include <string.h>

#include "quantise/internal.h"

void mote_range_finish(mote_range_t *r) {
  if (r->fixed) return;
  double lo = fmin((double)r->lo, 0.0), hi = fmax((double)r->hi, 0.0);
  double step = (hi - lo) / 255.0;
  r->scale =
      step > 1e-12 ? (float)step : 1.0f; /* nothing ever comes: any scale will do */
  double zero = floor(-128.0 - lo / (double)r->scale + 0.5);
  r->zero = zero < -128 ? -128 : zero > 127 ? 127 : (int32_t)zero;
  r->lo = r->scale * (float)(-128 - r->zero);
  r->hi = r->scale * (float)(127 - r->zero);
}

/* Expected squared error of clipping to [lo, hi] and rounding to 255 steps. */
static double cost(const mote_stat_t *s, double lo, double hi) {
  double width = ((double)s->hi - (double)s->lo) / MOTE_BINS, sum = 0;
  double step = (fmax(hi, 0) - fmin(lo, 0)) / 255.0, rounding = step * step / 12.0;
  for (int b = 0; b < MOTE_BINS; b++) {
    if (!s->bins[b]) continue;
    double x = (double)s->lo + (b + 0.5) * width;
    double out = x > hi ? x - hi : x < lo ? lo - x : 0;
    sum += (double)s->bins[b] * (rounding + out * out);
  }
  return sum;
}

/* Shrinks one end as long as the cost falls: *end * (1 - k / 64). */
static void shrink(const mote_stat_t *s, double *lo, double *hi, int upper) {
  double full = upper ? *hi : *lo, best = cost(s, *lo, *hi), keep = full;
  for (int k = 1; k < 56; k++) {
    double end = full * (1.0 - k / 64.0);
    double c = upper ? cost(s, *lo, end) : cost(s, end, *hi);
    if (c < best) best = c, keep = end;
  }
  *(upper ? hi : lo) = keep;
}

static void best_range(const mote_stat_t *s, mote_range_t *r) {
  double lo = fmin((double)s->lo, 0), hi = fmax((double)s->hi, 0);
  for (int round = 0; round < 2; round++) {
    if (hi > 0) shrink(s, &lo, &hi, 1);
    if (lo < 0) shrink(s, &lo, &hi, 0);
  }
  r->lo = (float)lo, r->hi = (float)hi;
}

static void percentile_range(const mote_stat_t *s, mote_range_t *r) {
  double width = ((double)s->hi - (double)s->lo) / MOTE_BINS;
  uint64_t total = 0, tail, seen = 0;
  for (int b = 0; b < MOTE_BINS; b++) total += s->bins[b];
  tail = total / 10000;
  int first = 0, last = MOTE_BINS - 1;
  while (first < last && seen + s->bins[first] <= tail) seen += s->bins[first++];
  seen = 0;
  while (last > first && seen + s->bins[last] <= tail) seen += s->bins[last--];
  r->lo = (float)((double)s->lo + first * width);
  r->hi = (float)((double)s->lo + (last + 1) * width);
}

static void measured(const mote_stat_t *s, int method, mote_range_t *r) {
  r->lo = s->lo, r->hi = s->hi;
  if (method == MOTE_RANGE_BEST) best_range(s, r);
  if (method == MOTE_RANGE_PERCENTILE) percentile_range(s, r);
}

static int32_t root_of(int32_t *group, int32_t t) {
  while (group[t] != t) t = group[t] = group[group[t]];
  return t;
}

/* Within a group, ranges that were given outweigh measured ones. */
static void widen(mote_range_t *r, const mote_range_t *by) {
  if (by->given < r->given) return;
  if (by->given > r->given) *r = *by;
  if (by->lo < r->lo) r->lo = by->lo;
  if (by->hi > r->hi) r->hi = by->hi;
}

/* Ties the outputs of MOTE_QUANT_SAME operators to their inputs. A fixed scale travels
 * along one input; a concatenation gets its own and its fixed inputs are requantised. */
static void tie(const mote_graph_t *g, mote_range_t *r, int32_t *group) {
  for (int32_t i = 0; i < g->n_nodes; i++) {
    const mote_node_t *n = &g->nodes[i];
    if (n->op->quant != MOTE_QUANT_SAME) continue;
    for (int32_t o = 0; o < n->n_out; o++) {
      if (n->n_in == 1 && r[n->in[0]].fixed) r[n->out[o]] = r[n->in[0]];
      for (int32_t k = 0; k < n->n_in; k++)
        if (n->in[k] >= 0 && !r[n->in[k]].fixed && !r[n->out[o]].fixed)
          group[root_of(group, n->in[k])] = root_of(group, n->out[o]);
    }
  }
}

/* Operators that cannot make much less of what they read. */
static void coarsen(const mote_graph_t *g, mote_range_t *r, int32_t *group) {
  for (int32_t i = 0; i < g->n_nodes; i++) {
    const mote_node_t *n = &g->nodes[i];
    if (n->op->finest <= 0) continue;
    const mote_range_t *in = &r[root_of(group, n->in[0])];
    mote_range_t *out = &r[root_of(group, n->out[0])];
    float width = fmaxf(in->hi, 0) - fminf(in->lo, 0);
    out->hi = fmaxf(out->hi, fminf(out->lo, 0) + width * n->op->finest);
  }
}

static void share(const mote_graph_t *g, mote_range_t *r, int32_t *group) {
  for (int32_t t = 0; t < g->n_tensors; t++) widen(&r[root_of(group, t)], &r[t]);
  coarsen(g, r, group);
  for (int32_t t = 0; t < g->n_tensors; t++)
    if (!r[t].fixed) r[t] = r[root_of(group, t)];
}

static void fix(const mote_graph_t *g, mote_range_t *r) {
  static const mote_range_t unit = {0.0f, 255.0f / 256, 1.0f / 256, -128, 1, 0};
  static const mote_range_t signed_unit = {-1.0f, 127.0f / 128, 1.0f / 128, 0, 1, 0};
  static const mote_range_t logarithm = {-255.0f / 16, 0.0f, 1.0f / 16, 127, 1, 0};
  for (int32_t i = 0; i < g->n_nodes; i++) {
    const mote_node_t *n = &g->nodes[i];
    if (n->op->quant == MOTE_QUANT_LOG) r[n->out[0]] = logarithm;
    if (n->op->quant == MOTE_QUANT_UNIT) r[n->out[0]] = unit;
    if (n->op->quant == MOTE_QUANT_SIGNED_UNIT) r[n->out[0]] = signed_unit;
  }
}

static int32_t value_named(const mote_graph_t *g, const char *name) {
  for (int32_t i = 0; i < g->n_tensors; i++)
    if (g->tensors[i].role == MOTE_ROLE_VALUE && !strcmp(g->tensors[i].name, name))
      return i;
  return -1;
}

static int give(const mote_graph_t *g, const mote_ptq_options_t *opt, mote_range_t *r) {
  for (size_t k = 0; k < opt->n_ranges; k++) {
    const mote_range_given_t *given = &opt->ranges[k];
    int32_t t = value_named(g, given->tensor);
    if (t < 0) continue; /* a layer that the export has folded away */
    if (!(given->lo <= given->hi) || !isfinite(given->lo) || !isfinite(given->hi))
      return mote_fail(MOTE_ERR_PARAM, "the range given for \"%s\" is empty",
                       given->tensor);
    r[t].lo = given->lo, r[t].hi = given->hi, r[t].given = 1;
  }
  return MOTE_OK;
}

int mote_choose_ranges(const mote_graph_t *g, const mote_stat_t *stats,
                       const mote_ptq_options_t *opt, mote_range_t *out) {
  int32_t *group = mote_alloc((size_t)g->n_tensors, sizeof *group);
  if (!group) return MOTE_ERR_NOMEM;
  for (int32_t t = 0; t < g->n_tensors; t++) {
    group[t] = t;
    out[t] = (mote_range_t){0};
    if (stats[t].bins) measured(&stats[t], opt->method, &out[t]);
  }
  int rc = give(g, opt, out);
  if (rc >= 0) {
    fix(g, out);
    tie(g, out, group);
    share(g, out, group);
    for (int32_t t = 0; t < g->n_tensors; t++) mote_range_finish(&out[t]);
  }
  mote_free(group);
  return rc;
}
