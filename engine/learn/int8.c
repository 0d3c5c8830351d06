/* SPDX-License-Identifier: Apache-2.0 */
#include "learn/int8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/fast.h"
#include "quantise/quantise.h"
#include "train/qat.h"

#define CALIBRATION_ROWS 512
#define QAT_POINTS       0.5  /* fine-tune when int8 costs more points than this */
#define QAT_EPOCHS_MAX   20
#define QAT_RATE         0.1f /* of the learning rate */

typedef struct { const mote_train_data_t *data; size_t n; } calib_t;

/* Evenly spread over the training rows. */
static int next_row(void *ctx, size_t i, const void **in) {
  const calib_t *c = ctx;
  size_t row = (size_t)(((unsigned long long)i * c->data->n) / c->n);
  in[0] = c->data->x + row * c->data->d;
  return MOTE_OK;
}

/* ---- how good: accuracy in percent, or minus the mean absolute error ---- */

typedef struct {
  const mote_int8_job_t *q;
  const mote_graph_t *g; /* NULL: the float network */
  size_t outputs;
} judge_t;

static int predict(const judge_t *j, const mote_train_data_t *data, float *out) {
  if (!j->g) return mote_net_predict(j->q->net, data->x, data->n, out);
  mote_program_t *prog = NULL;
  mote_exec_t *e = NULL;
  int rc = mote_lower(j->g, &prog);
  if (rc == MOTE_OK) rc = mote_select_host(prog);
  if (rc == MOTE_OK) rc = mote_exec_new(prog, &e);
  for (size_t i = 0; rc == MOTE_OK && i < data->n; i++)
    rc = mote_quantised_run(e, j->g, data->x + i * data->d, out + i * j->outputs);
  mote_exec_free(e);
  mote_program_free(prog);
  return rc;
}

static double quality(const judge_t *j, const mote_train_data_t *data, const float *y) {
  double sum = 0;
  for (size_t i = 0; i < data->n; i++) {
    const float *v = y + i * j->outputs;
    if (!data->label) {
      sum -= fabs((double)v[0] - (double)data->target[i]);
      continue;
    }
    size_t best = 0;
    for (size_t c = 1; c < j->outputs; c++)
      if (v[c] > v[best]) best = c;
    sum += best == (size_t)data->label[i] ? 100 : 0;
  }
  return data->n ? sum / (double)data->n : 0;
}

/* On the validation rows; on the training rows when there are none. */
static int judge(const mote_int8_job_t *q, const mote_graph_t *g, double *out) {
  const mote_train_data_t *data = q->valid.n ? &q->valid : &q->train;
  judge_t j = {q, g, mote_net_outputs(q->net)};
  float *y = mote_alloc(data->n * j.outputs + 1, sizeof *y);
  if (!y) return MOTE_ERR_NOMEM;
  int rc = predict(&j, data, y);
  *out = quality(&j, data, y);
  mote_free(y);
  return rc;
}

/* Points lost: percent of accuracy; for regression, percent of the float error. */
static double points(const mote_int8_job_t *q, double f32, double i8) {
  if (q->task == MOTE_TASK_CLASSIFY) return f32 - i8;
  return f32 < 0 ? 100 * (f32 - i8) / -f32 : 0;
}

/* ---- making it ---- */

static int quantise_net(const mote_int8_job_t *q, const mote_net_t *net,
                        const mote_ptq_options_t *opt, mote_graph_t **out,
                        mote_quant_report_t *report) {
  mote_graph_t *f32 = NULL;
  MOTE_TRY(mote_net_to_graph(net, &f32));
  calib_t c = {&q->train, q->train.n < CALIBRATION_ROWS ? q->train.n : CALIBRATION_ROWS};
  mote_calib_t calib = {next_row, &c, c.n};
  int rc = mote_quantise(f32, &calib, opt, out, report);
  mote_graph_free(f32);
  return rc;
}

/* Ranges of the first attempt, clipped as the quantiser clipped them. */
static mote_qat_range_t *ranges_of(const mote_quant_report_t *r) {
  mote_qat_range_t *v = mote_alloc(r->n_rows + 1, sizeof *v);
  for (size_t i = 0; v && i < r->n_rows; i++)
    v[i] = (mote_qat_range_t){r->rows[i].tensor, r->rows[i].lo, r->rows[i].hi};
  return v;
}

static int fine_tune(const mote_int8_job_t *q, const mote_quant_report_t *first,
                     mote_graph_t **out, mote_quant_report_t *report) {
  mote_train_config_t cfg = *q->train_config;
  cfg.learning_rate *= QAT_RATE;
  cfg.warmup = 0;
  cfg.min_steps /= 5;
  cfg.epochs = cfg.epochs / 5 < QAT_EPOCHS_MAX ? cfg.epochs / 5 + 1 : QAT_EPOCHS_MAX;
  mote_net_t *net = NULL;
  MOTE_TRY(mote_net_clone(q->net, &net));
  mote_qat_range_t *ranges = ranges_of(first);
  mote_qat_t qat = {ranges, first->n_rows};
  mote_train_result_t r;
  int rc = ranges ? mote_train_qat(net, &q->train, q->valid.n ? &q->valid : NULL, &cfg,
                                   NULL, &qat, &r)
                  : MOTE_ERR_NOMEM;
  mote_ptq_options_t opt = mote_ptq_defaults();
  opt.equalise = 0; /* it would move the grids the weights were tuned on */
  if (rc == MOTE_OK) rc = quantise_net(q, net, &opt, out, report);
  mote_free(ranges);
  mote_net_free(net);
  return rc;
}

typedef struct { mote_graph_t *g; mote_quant_report_t report; double score; } attempt_t;

static void drop(attempt_t *a) {
  mote_graph_free(a->g);
  mote_quant_report_free(&a->report);
}

/* Post-training first; the tuned one only replaces it when it is better. */
static int best_attempt(const mote_int8_job_t *q, double f32, attempt_t *best,
                        const char **method) {
  mote_ptq_options_t opt = mote_ptq_defaults();
  *method = "post-training";
  MOTE_TRY(quantise_net(q, q->net, &opt, &best->g, &best->report));
  MOTE_TRY(judge(q, best->g, &best->score));
  if (points(q, f32, best->score) <= QAT_POINTS) return MOTE_OK;
  attempt_t tuned = {0};
  int rc = fine_tune(q, &best->report, &tuned.g, &tuned.report);
  if (rc == MOTE_OK) rc = judge(q, tuned.g, &tuned.score);
  if (rc == MOTE_OK && tuned.score > best->score) {
    attempt_t worse = *best;
    *best = tuned;
    tuned = worse;
    *method = "quantisation-aware fine-tuning";
  }
  drop(&tuned);
  return rc;
}

/* Raw features in front, float scores behind. */
static int wrap(const mote_learn_job_t *job, mote_graph_t *g) {
  int32_t y = g->outputs[0];
  mote_dims_t dims = g->tensors[y].dims;
  int out = mote_graph_tensor(g, "scores", MOTE_F32, &dims, NULL);
  if (out < 0) return out;
  int32_t to = out;
  mote_node_spec_t spec = {"dequantize", "dequantize", &y, 1, &to, 1, NULL};
  int node = mote_graph_node(g, &spec);
  if (node < 0) return node;
  g->outputs[0] = to;
  return mote_learn_front(job, g);
}

static int report_int8(const mote_int8_job_t *q, const attempt_t *a, const char *method,
                       double f32, mote_learn_result_t *out) {
  double lost = points(q, f32, a->score);
  int prefer = lost > MOTE_INT8_POINTS_MAX;
  json_t *meta = json_deep_copy(out->f32->meta);
  if (!meta) return MOTE_ERR_NOMEM;
  if (prefer) {
    json_object_set_new(out->f32->meta, "prefer_f32", json_true());
    json_object_set_new(meta, "prefer_f32", json_true());
    if (q->job->log) {
      char line[256];
      snprintf(line, sizeof line,
               "%s: warning: int8 costs %.2f points on validation data; "
               "the float32 model is advised",
               q->job->learner->name, lost);
      q->job->log(q->job->ctx, line);
    }
  }
  json_decref(a->g->meta);
  a->g->meta = meta;
  json_t *j = json_pack("{s:s, s:f, s:f, s:f, s:f, s:b, s:o?}", "method", method,
                        "float32", f32, "int8", a->score, "points_lost", lost,
                        "output_snr_db", a->report.out_snr_db, "prefer_float32", prefer,
                        "layers", mote_quant_report_json(&a->report));
  return j && !json_object_set_new(out->report, "int8", j) ? MOTE_OK : MOTE_ERR_NOMEM;
}

int mote_learn_int8(const mote_int8_job_t *q, mote_learn_result_t *out) {
  double f32 = 0;
  attempt_t best = {0};
  const char *method = "";
  int rc = judge(q, NULL, &f32);
  if (rc == MOTE_OK) rc = best_attempt(q, f32, &best, &method);
  if (rc == MOTE_OK) rc = report_int8(q, &best, method, f32, out);
  if (rc == MOTE_OK) rc = wrap(q->job, best.g);
  if (rc == MOTE_OK) {
    out->i8 = best.g;
    best.g = NULL;
  }
  drop(&best);
  return rc < 0 ? mote_context(rc, "int8") : rc;
}
