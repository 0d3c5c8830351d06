/* SPDX-License-Identifier: Apache-2.0
 * Two passes over the data: ranges and channel peaks first, then histograms and sums on
 * the grid the ranges define. Minima, maxima and integer counts commute, so each thread
 * has its own and they are merged at the end. */
#include <math.h>
#include <string.h>

#include "base/par.h"
#include "quantise/internal.h"

#define SUM_BITS 24 /* a value is at most 2^24 units: 2^39 values fit into a sum */

typedef struct {
  const mote_graph_t *g;
  const mote_program_t *prog;
  const mote_calib_t *data;
  mote_exec_t **exec;    /* [workers] */
  mote_stat_t **worker;  /* [workers][n_tensors] */
  const mote_stat_t *grid; /* second pass: the ranges of the first */
  mote_arena_t **arena;  /* [workers] */
} job_t;

static int is_value(const mote_graph_t *g, int32_t t) {
  return g->tensors[t].role == MOTE_ROLE_VALUE && g->tensors[t].dtype == MOTE_F32;
}

/* A dense layer reads single elements; convolutions read channels. */
static int32_t slots_of(const mote_graph_t *g, int32_t t) {
  const mote_dims_t *d = &g->tensors[t].dims;
  for (int32_t i = 0; i < g->n_nodes; i++) {
    const mote_node_t *n = &g->nodes[i];
    if (n->n_in > 1 && n->in[0] == t && n->op->weights_axis >= 0 && n->in[1] >= 0 &&
        g->tensors[n->in[1]].dims.rank == 2)
      return (int32_t)mote_dims_count(d);
  }
  return d->rank ? d->d[d->rank - 1] : 1;
}

static int stats_new(const mote_graph_t *g, mote_arena_t *a, mote_stat_t **out) {
  mote_stat_t *s = mote_arena_take(a, (size_t)g->n_tensors, sizeof *s);
  if (!s) return MOTE_ERR_NOMEM;
  for (int32_t t = 0; t < g->n_tensors; t++) {
    if (!is_value(g, t)) continue;
    const mote_dims_t *d = &g->tensors[t].dims;
    s[t].channels = d->rank ? d->d[d->rank - 1] : 1;
    s[t].slots = slots_of(g, t);
    s[t].bins = mote_arena_take(a, MOTE_BINS, sizeof *s[t].bins);
    s[t].peak = mote_arena_take(a, (size_t)s[t].channels, sizeof *s[t].peak);
    s[t].sum = mote_arena_take(a, (size_t)s[t].slots, sizeof *s[t].sum);
    if (!s[t].bins || !s[t].peak || !s[t].sum) return MOTE_ERR_NOMEM;
  }
  *out = s;
  return MOTE_OK;
}

static int first_pass(const mote_tensor_t *t, const float *x, mote_stat_t *s) {
  int64_t n = mote_dims_count(&t->dims);
  for (int64_t i = 0; i < n; i++) {
    if (!isfinite(x[i]))
      return mote_fail(MOTE_ERR_NUMERIC, "calibration: tensor \"%s\" is not finite",
                       t->name);
    if (x[i] < s->lo) s->lo = x[i];
    if (x[i] > s->hi) s->hi = x[i];
    float size = fabsf(x[i]), *peak = &s->peak[i % s->channels];
    if (size > *peak) *peak = size;
  }
  return MOTE_OK;
}

/* Largest magnitude = 2^SUM_BITS units. */
static double unit_of(const mote_stat_t *s) {
  double top = fmax(-(double)s->lo, (double)s->hi);
  return (top > 0 ? top : 1.0) / (1 << SUM_BITS);
}

static int second_pass(const mote_tensor_t *t, const float *x, const mote_stat_t *grid,
                       mote_stat_t *s) {
  int64_t n = mote_dims_count(&t->dims);
  double unit = unit_of(grid), width = ((double)grid->hi - (double)grid->lo) / MOTE_BINS;
  for (int64_t i = 0; i < n; i++) {
    int bin = width > 0 ? (int)(((double)x[i] - (double)grid->lo) / width) : 0;
    s->bins[bin < 0 ? 0 : bin < MOTE_BINS ? bin : MOTE_BINS - 1]++;
    s->sum[i % s->slots] += (int64_t)floor((double)x[i] / unit + 0.5);
  }
  s->per_slot += (uint64_t)(n / s->slots);
  return MOTE_OK;
}

static int prepare(job_t *j, int worker) {
  if (j->exec[worker]) return MOTE_OK;
  if (!(j->arena[worker] = mote_arena_new())) return MOTE_ERR_NOMEM;
  MOTE_TRY(stats_new(j->g, j->arena[worker], &j->worker[worker]));
  return mote_exec_new(j->prog, &j->exec[worker]);
}

static int one_input(void *ctx, size_t i, int worker) {
  job_t *j = ctx;
  const void *in[MOTE_NODE_IO_MAX];
  MOTE_TRY(prepare(j, worker));
  MOTE_TRY(j->data->next(j->data->ctx, i, in));
  mote_exec_reset(j->exec[worker]); /* whatever ran here before */
  MOTE_TRY(mote_exec_run(j->exec[worker], in, NULL));
  for (int32_t t = 0; t < j->g->n_tensors; t++) {
    if (!is_value(j->g, t)) continue;
    const float *x = mote_exec_tensor(j->exec[worker], t);
    mote_stat_t *s = &j->worker[worker][t];
    MOTE_TRY(j->grid ? second_pass(&j->g->tensors[t], x, &j->grid[t], s)
                     : first_pass(&j->g->tensors[t], x, s));
  }
  return MOTE_OK;
}

static void merge_ranges(const mote_stat_t *from, mote_stat_t *to) {
  if (from->lo < to->lo) to->lo = from->lo;
  if (from->hi > to->hi) to->hi = from->hi;
  for (int32_t c = 0; c < to->channels; c++)
    if (from->peak[c] > to->peak[c]) to->peak[c] = from->peak[c];
}

static void merge_counts(const mote_stat_t *from, mote_stat_t *to) {
  for (int b = 0; b < MOTE_BINS; b++) to->bins[b] += from->bins[b];
  for (int32_t k = 0; k < to->slots; k++) to->sum[k] += from->sum[k];
  to->per_slot += from->per_slot;
}

static void merge(const job_t *j, mote_stat_t *out) {
  for (int w = 0; w < mote_threads(); w++)
    for (int32_t t = 0; j->worker[w] && t < j->g->n_tensors; t++) {
      if (!is_value(j->g, t)) continue;
      if (j->grid) merge_counts(&j->worker[w][t], &out[t]);
      else merge_ranges(&j->worker[w][t], &out[t]);
    }
}

static int both_passes(job_t *j, mote_stat_t *out) {
  MOTE_TRY(mote_parallel(j->data->n, one_input, j));
  merge(j, out);
  for (int32_t t = 0; t < j->g->n_tensors; t++)
    if (is_value(j->g, t)) out[t].unit = unit_of(&out[t]);
  j->grid = out;
  MOTE_TRY(mote_parallel(j->data->n, one_input, j));
  merge(j, out);
  return MOTE_OK;
}

static int run_job(job_t *j, mote_stat_t *out) {
  size_t n = (size_t)mote_threads();
  j->exec = mote_alloc(n, sizeof *j->exec);
  j->worker = mote_alloc(n, sizeof *j->worker);
  j->arena = mote_alloc(n, sizeof *j->arena);
  int rc = j->exec && j->worker && j->arena ? both_passes(j, out) : MOTE_ERR_NOMEM;
  for (size_t w = 0; w < n; w++) {
    if (j->exec) mote_exec_free(j->exec[w]);
    if (j->arena && j->arena[w]) mote_arena_free(j->arena[w]);
  }
  mote_free(j->exec), mote_free(j->worker), mote_free(j->arena);
  return rc;
}

int mote_calibrate(const mote_graph_t *g, const mote_calib_t *data, mote_arena_t *a,
                   mote_stat_t **out) {
  if (data->n == 0)
    return mote_fail(MOTE_ERR_PARAM,
                     "quantisation needs calibration inputs; there are none");
  mote_program_t *prog;
  MOTE_TRY(stats_new(g, a, out));
  MOTE_TRY(mote_lower(g, &prog));
  job_t job = {.g = g, .prog = prog, .data = data};
  int rc = run_job(&job, *out);
  mote_program_free(prog);
  return rc;
}
