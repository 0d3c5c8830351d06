/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/anomaly.h"

#include <stdlib.h>
#include <string.h>

#include "math/math.h"
#include "model/op.h"

#define VALIDATION_ROWS_MIN 20

static int parse_axes(const char *text, size_t d, mote_anomaly_data_t *out) {
  out->axes = mote_arena_take(out->arena, d, sizeof *out->axes);
  if (!out->axes) return MOTE_ERR_NOMEM;
  if (!*text) {
    for (size_t i = 0; i < d; i++) out->axes[i] = (int32_t)i;
    out->d = (uint32_t)d;
    return MOTE_OK;
  }
  for (const char *p = text; *p;) {
    char *end;
    long v = strtol(p, &end, 10);
    if (end == p || v < 0 || (size_t)v >= d || out->d == d)
      return mote_fail(MOTE_ERR_USAGE,
                       "axes: \"%s\" must list feature indices 0 to %zu, as "
                       "\"0,11,22\"",
                       text, d - 1);
    out->axes[out->d++] = (int32_t)v;
    p = end + strspn(end, ", ");
  }
  return MOTE_OK;
}

static int is_normal(const mote_learn_job_t *job, const int32_t *label, size_t i,
                     const char *normal) {
  if (!*normal || !label) return 1;
  return label[i] >= 0 && !strcmp(job->labels[label[i]], normal);
}

static int standardise(mote_anomaly_data_t *o, const float *x, const int32_t *label,
                       size_t n, const mote_learn_job_t *job, const char *normal,
                       float **rows, size_t *n_rows) {
  *rows = mote_arena_take(o->arena, n * o->d + 1, sizeof **rows);
  if (!*rows) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) {
    if (!is_normal(job, label, i, normal)) continue;
    float *to = *rows + (*n_rows)++ * o->d;
    for (uint32_t k = 0; k < o->d; k++)
      to[k] = (x[i * job->d + (size_t)o->axes[k]] - o->mean[k]) * o->scale[k];
  }
  return MOTE_OK;
}

static void column_stats(const mote_learn_job_t *job, const char *normal,
                         mote_anomaly_data_t *o) {
  for (uint32_t k = 0; k < o->d; k++) {
    double sum = 0, sq = 0;
    size_t n = 0;
    for (size_t i = 0; i < job->n_train; i++) {
      if (!is_normal(job, job->train_label, i, normal)) continue;
      sum += (double)job->train[i * job->d + (size_t)o->axes[k]];
      n++;
    }
    double mean = n ? sum / (double)n : 0;
    for (size_t i = 0; i < job->n_train; i++) {
      if (!is_normal(job, job->train_label, i, normal)) continue;
      double v = (double)job->train[i * job->d + (size_t)o->axes[k]] - mean;
      sq += v * v;
    }
    float dev = n ? mote_sqrtf((float)(sq / (double)n)) : 0;
    o->mean[k] = (float)mean;
    o->scale[k] = dev > 1e-12f ? 1.0f / dev : 0.0f;
  }
}

static int take_data(const mote_learn_job_t *job, const char *axes, const char *normal,
                     mote_anomaly_data_t *out) {
  memset(out, 0, sizeof *out);
  out->normal = normal;
  if (!(out->arena = mote_arena_new())) return MOTE_ERR_NOMEM;
  MOTE_TRY(parse_axes(axes, job->d, out));
  out->mean = mote_arena_take(out->arena, out->d, sizeof *out->mean);
  out->scale = mote_arena_take(out->arena, out->d, sizeof *out->scale);
  if (!out->mean || !out->scale) return MOTE_ERR_NOMEM;
  column_stats(job, normal, out);
  MOTE_TRY(standardise(out, job->train, job->train_label, job->n_train, job, normal,
                       &out->train, &out->n_train));
  MOTE_TRY(standardise(out, job->valid, job->valid_label, job->n_valid, job, normal,
                       &out->valid, &out->n_valid));
  if (out->n_train < 2)
    return mote_fail(MOTE_ERR_USAGE,
                     "an anomaly learner needs at least 2 training windows%s%s",
                     *normal ? " labelled " : "", normal);
  return MOTE_OK;
}

static int add_consts(mote_graph_t *g, const mote_anomaly_const_t *c, int n,
                      int32_t *in) {
  for (int i = 0; i < n; i++) {
    mote_dims_t dims = {c[i].d1 ? 2 : 1, {c[i].d0, c[i].d1}};
    int t = mote_graph_tensor(g, c[i].name, c[i].dtype, &dims, c[i].data);
    if (t < 0) return t;
    in[1 + i] = t;
  }
  return MOTE_OK;
}

static int set_meta(const mote_learn_job_t *job, const char *normal, const char *op,
                    mote_graph_t *g) {
  json_t *list = json_array();
  for (size_t i = 0; i < job->n_labels; i++)
    if (!*normal || !strcmp(job->labels[i], normal))
      json_array_append_new(list, json_string(job->labels[i]));
  g->meta = json_pack("{s:s, s:s, s:o}", "type", op, "name", job->learner->name, "normal",
                      list);
  return g->meta ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int build(mote_graph_t *g, const mote_learn_job_t *job, const char *op,
                 const mote_anomaly_const_t *consts, int n) {
  mote_dims_t all = {2, {1, (int32_t)job->d}}, one = {2, {1, 1}};
  int32_t in[MOTE_NODE_IO_MAX];
  int x = mote_graph_tensor(g, "features", MOTE_F32, &all, NULL);
  int y = mote_graph_tensor(g, "score", MOTE_F32, &one, NULL);
  if (x < 0 || y < 0) return x < 0 ? x : y;
  in[0] = x;
  MOTE_TRY(add_consts(g, consts, n, in));
  int32_t out = y;
  mote_node_spec_t spec = {op, op, in, n + 1, &out, 1, NULL};
  int node = mote_graph_node(g, &spec);
  if (node < 0) return node;
  g->inputs[g->n_inputs++] = x;
  g->outputs[g->n_outputs++] = y;
  return MOTE_OK;
}

int mote_anomaly_graph(const mote_learn_job_t *job, const mote_anomaly_data_t *data,
                       const char *op, const mote_anomaly_const_t *consts, int n,
                       mote_graph_t **out) {
  mote_graph_t *g = mote_graph_new();
  if (!g) return MOTE_ERR_NOMEM;
  int rc = build(g, job, op, consts, n);
  if (rc == MOTE_OK) rc = set_meta(job, data->normal, op, g);
  if (rc < 0) mote_graph_free(g);
  else *out = g;
  return rc;
}

static int scores(const mote_graph_t *g, const float *x, const int32_t *label, size_t n,
                  const mote_learn_job_t *job, const char *normal, float *out,
                  size_t *n_out) {
  mote_program_t *prog = NULL;
  mote_exec_t *e = NULL;
  int rc = mote_lower(g, &prog);
  if (rc == MOTE_OK) rc = mote_exec_new(prog, &e);
  for (size_t i = 0; rc == MOTE_OK && i < n; i++) {
    if (!is_normal(job, label, i, normal)) continue;
    const void *in = x + i * job->d;
    void *to = &out[(*n_out)++];
    rc = mote_exec_run(e, &in, &to);
  }
  mote_exec_free(e);
  mote_program_free(prog);
  return rc;
}

static int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static double quantile(const float *v, size_t n, double q) {
  double at = q * (double)(n - 1);
  size_t i = (size_t)at;
  double f = at - (double)i, hi = (double)v[i + 1 < n ? i + 1 : i];
  return (double)v[i] * (1 - f) + hi * f;
}

static int set_threshold(const mote_learn_job_t *job, const char *normal,
                         double false_alarm, mote_learn_result_t *r) {
  size_t cap = job->n_train + job->n_valid, n = 0;
  float *s = mote_alloc(cap + 1, sizeof *s);
  if (!s) return MOTE_ERR_NOMEM;
  int rc = scores(r->f32, job->valid, job->valid_label, job->n_valid, job, normal, s, &n);
  const char *from = "validation";
  if (rc == MOTE_OK && n < VALIDATION_ROWS_MIN) {
    from = "validation and training";
    rc = scores(r->f32, job->train, job->train_label, job->n_train, job, normal, s, &n);
  }
  if (rc == MOTE_OK) {
    qsort(s, n, sizeof *s, ascending);
    double t = quantile(s, n, 1 - false_alarm);
    json_object_set_new(r->f32->meta, "threshold", json_real(t));
    if (!r->report) r->report = json_object();
    json_t *told = json_pack("{s:f, s:f, s:s, s:i, s:f, s:f}", "threshold", t,
                             "false_alarm", false_alarm, "threshold_from", from, "rows",
                             (int)n, "median", quantile(s, n, 0.5), "highest",
                             (double)s[n - 1]);
    if (json_object_update_new(r->report, told)) rc = MOTE_ERR_NOMEM;
  }
  mote_free(s);
  return rc;
}

int mote_anomaly_train(const mote_learn_job_t *job, void *cfg, mote_anomaly_fit_fn fit,
                       mote_learn_result_t *out) {
  const mote_learner_kind_t *kind = mote_learner_kind_find(job->learner->type);
  const mote_anomaly_cfg_t *common = cfg;
  mote_anomaly_data_t data;
  mote_params_default(kind->params, kind->n_params, cfg);
  MOTE_TRY(mote_params_read(kind->params, kind->n_params,
                            json_object_get(job->learner->spec, "params"), cfg,
                            job->learner->name));
  int rc = take_data(job, common->axes, common->normal_label, &data);
  if (rc == MOTE_OK) rc = fit(job, cfg, &data, out);
  if (rc == MOTE_OK)
    rc = set_threshold(job, common->normal_label, (double)common->false_alarm, out);
  mote_arena_free(data.arena);
  return rc;
}
