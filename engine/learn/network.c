/* SPDX-License-Identifier: Apache-2.0
 * Classifier and regression: a network trained on normalised features, in float32 and
 * int8. The graphs take raw features and give float32 scores; the normaliser is their
 * first node. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "learn/int8.h"
#include "learn/learn.h"
#include "train/train.h"

typedef struct {
  float *x;         /* [n][d] normalised rows that have a label */
  int32_t *label;
  float *target;
  size_t n;
} rows_t;

typedef struct {
  const mote_learn_job_t *job;
  json_t *curve;
} log_t;

static void free_rows(rows_t *r) {
  mote_free(r->x);
  mote_free(r->label);
  mote_free(r->target);
}

static int take_rows(const mote_learn_job_t *job, const float *x, const int32_t *label,
                     const float *target, size_t n, rows_t *out) {
  size_t d = job->d;
  out->x = mote_alloc(n * d + 1, sizeof *out->x);
  out->label = mote_alloc(n + 1, sizeof *out->label);
  out->target = mote_alloc(n + 1, sizeof *out->target);
  if (!out->x || !out->label || !out->target) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) {
    if (label[i] < 0) continue;
    float *to = out->x + out->n * d;
    for (size_t k = 0; k < d; k++)
      to[k] = (x[i * d + k] - job->mean[k % job->n_norm]) * job->scale[k % job->n_norm];
    out->label[out->n] = label[i];
    out->target[out->n++] = target[i];
  }
  return MOTE_OK;
}

static int on_epoch(void *ctx, const mote_epoch_t *e) {
  log_t *log = ctx;
  char line[256];
  snprintf(line, sizeof line,
           "%s  epoch %3d/%d  loss %.4f  acc %.3f   val loss %.4f  acc %.3f%s  %.1f s",
           log->job->learner->name, e->epoch, e->epochs, (double)e->loss,
           (double)e->accuracy, (double)e->val_loss, (double)e->val_accuracy,
           e->is_best ? " *" : "  ", e->seconds);
  if (log->job->log) log->job->log(log->job->ctx, line);
  json_t *row = json_pack("{s:i}", "epoch", e->epoch);
  const struct { const char *name; float v;
  } cell[] = {{"lr", e->lr},
              {"loss", e->loss},
              {"accuracy", e->accuracy},
              {"val_loss", e->val_loss},
              {"val_accuracy", e->val_accuracy},
              {"val_f1", e->val_f1},
              {"val_mae", e->val_mae}};
  for (size_t i = 0; i < sizeof cell / sizeof *cell; i++)
    if (isfinite(cell[i].v))
      json_object_set_new(row, cell[i].name, json_real((double)cell[i].v));
  json_array_append_new(log->curve, row);
  return 0;
}

/* Dense 20-10 when the design lists no layers. */
static json_t *layers_of(const mote_learner_t *l) {
  json_t *own = json_object_get(l->spec, "layers");
  if (json_array_size(own)) return json_incref(own);
  return json_pack("[{s:s,s:i,s:s},{s:s,s:i,s:s},{s:s}]", "type", "dense", "units", 20,
                   "activation", "relu", "type", "dense", "units", 10, "activation",
                   "relu", "type", "dense");
}

static int new_net(const mote_learn_job_t *job, uint32_t outputs, mote_task_t task,
                   mote_net_t **net) {
  const mote_learner_t *l = job->learner;
  mote_net_spec_t spec = {.outputs = outputs, .task = task, .seed = job->seed,
                          .where = l->name};
  spec.in = l->rows > 1 ? (mote_input_shape_t){l->rows, 1, l->cols}
                        : (mote_input_shape_t){1, 1, l->cols};
  json_t *layers = layers_of(l);
  if (!layers) return MOTE_ERR_NOMEM;
  int rc = mote_net_from_json(layers, &spec, net);
  json_decref(layers);
  return rc;
}

static int set_meta(const mote_learn_job_t *job, mote_graph_t *g) {
  json_t *labels = json_array();
  for (size_t i = 0; i < job->n_labels; i++)
    json_array_append_new(labels, json_string(job->labels[i]));
  json_decref(g->meta);
  g->meta = json_pack("{s:s, s:s, s:o}", "type", job->learner->type, "name",
                      job->learner->name, "labels", labels);
  return g->meta ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int finish_graphs(const mote_learn_job_t *job, const mote_net_t *net,
                         mote_learn_result_t *out) {
  MOTE_TRY(mote_net_to_graph(net, &out->f32));
  MOTE_TRY(mote_learn_front(job, out->f32));
  return set_meta(job, out->f32);
}

static int fit(const mote_learn_job_t *job, mote_task_t task, const rows_t *train,
               const rows_t *valid, mote_learn_result_t *out) {
  uint32_t outputs = task == MOTE_TASK_CLASSIFY ? (uint32_t)job->n_labels : 1;
  mote_train_config_t cfg;
  mote_train_config_default(&cfg);
  MOTE_TRY(mote_train_config_read(json_object_get(job->learner->spec, "train"), &cfg,
                                  job->learner->name));
  mote_net_t *net = NULL;
  MOTE_TRY(new_net(job, outputs, task, &net));
  mote_train_data_t t = {.x = train->x, .n = train->n, .d = job->d}, v = t;
  v.x = valid->x, v.n = valid->n;
  if (task == MOTE_TASK_CLASSIFY) t.label = train->label, v.label = valid->label;
  else t.target = train->target, v.target = valid->target;
  out->report = json_pack("{s:[], s:o?}", "curve", "layers", mote_net_describe(net));
  log_t log = {job, json_object_get(out->report, "curve")};
  mote_train_hooks_t hooks = {&log, on_epoch};
  mote_train_result_t r;
  int rc = out->report ? mote_train(net, &t, v.n ? &v : NULL, &cfg, &hooks, &r)
                       : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK) {
    json_object_set_new(out->report, "best_epoch", json_integer(r.best_epoch));
    json_object_set_new(out->report, "params",
                        json_integer((json_int_t)mote_net_params(net)));
    json_object_set_new(out->report, "macs", json_integer(mote_net_macs(net)));
    rc = finish_graphs(job, net, out);
  }
  if (rc == MOTE_OK) {
    mote_int8_job_t q = {.job = job, .net = net, .task = task, .train = t, .valid = v,
                         .train_config = &cfg};
    rc = mote_learn_int8(&q, out);
  }
  mote_net_free(net);
  return rc;
}

static int enough(const mote_learn_job_t *job, const rows_t *train, int classify) {
  if (classify && job->n_labels < 2)
    return mote_fail(
        MOTE_ERR_USAGE,
        "a classifier needs at least 2 labels in the training set, found %zu; "
        "add recordings or set labels with `mote data relabel`",
        job->n_labels);
  if (train->n < 2)
    return mote_fail(MOTE_ERR_USAGE,
                     "only %zu labelled training windows; add recordings, or "
                     "shorten input.window_ms",
                     train->n);
  return MOTE_OK;
}

static int train_task(const mote_learn_job_t *job, mote_task_t task,
                      mote_learn_result_t *out) {
  rows_t train = {0}, valid = {0};
  int rc = take_rows(job, job->train, job->train_label, job->train_target, job->n_train,
                     &train);
  if (rc == MOTE_OK)
    rc = take_rows(job, job->valid, job->valid_label, job->valid_target, job->n_valid,
                   &valid);
  if (rc == MOTE_OK) rc = enough(job, &train, task == MOTE_TASK_CLASSIFY);
  if (rc == MOTE_OK) rc = fit(job, task, &train, &valid, out);
  free_rows(&train);
  free_rows(&valid);
  return rc;
}

static int train_classifier(const mote_learn_job_t *job, mote_learn_result_t *out) {
  return train_task(job, MOTE_TASK_CLASSIFY, out);
}

static int train_regression(const mote_learn_job_t *job, mote_learn_result_t *out) {
  return train_task(job, MOTE_TASK_REGRESS, out);
}

const mote_learner_kind_t mote_learner_classifier = {
    .type = "classifier",
    .help = "A network with one score per label.",
    .needs_labels = 1,
    .train = train_classifier,
};
const mote_learner_kind_t mote_learner_regression = {
    .type = "regression",
    .help = "A network that estimates the number the label says.",
    .needs_labels = 1,
    .train = train_regression,
};
