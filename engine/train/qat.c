/* SPDX-License-Identifier: Apache-2.0
 * Fine-tuning with quantisation in the loop: a second network with a fake_quant layer
 * behind every tensor that will be int8 is trained in the ordinary way, kernels being
 * rounded too (net->fake_weights); then the weights go back. */
#include "train/qat.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "train/layers/fake_quant.h"
#include "train/loss.h"
#include "train/work.h"

#define OBSERVED_SAMPLES 2000u

static int is_type(const mote_layer_t *l, const char *type) {
  return !strcmp(l->kind->type, type);
}

/* The one reader of l that is a relu: both become one operator. */
static int relu_follows(const mote_net_t *net, const mote_layer_t *l) {
  for (int32_t i = l->index + 1; l->users == 1 && i < net->n_layers; i++) {
    const mote_layer_t *r = &net->layers[i];
    if (r->in[0] == l->index && (is_type(r, "relu") || is_type(r, "relu6"))) return 1;
  }
  return 0;
}

/* Has this layer's output a grid of its own? The rest passes on the grid of its input,
 * and the last softmax or sigmoid has a fixed one. */
static int has_grid(const mote_net_t *net, const mote_layer_t *l) {
  static const char *const passes[] = {"dropout",    "flatten",    "reshape",
                                       "max_pool1d", "max_pool2d", "global_max_pool"};
  for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++)
    if (is_type(l, passes[i])) return 0;
  int last = l->index == net->n_layers - 1;
  if (last && (is_type(l, "softmax") || is_type(l, "sigmoid"))) return 0;
  return !relu_follows(net, l);
}

/* "input" cannot be renamed: its readers are. */
static void read_quantised_input(json_t *o) {
  json_t *from = json_object_get(o, "from");
  for (size_t i = 0; i < json_array_size(from); i++)
    if (!strcmp(json_string_value(json_array_get(from, i)), "input"))
      json_array_set_new(from, i, json_string("input.int8"));
}

static json_t *fake_layer(const char *name, const char *from) {
  return json_pack("{s:s, s:s, s:[s], s:i}", "type", "fake_quant", "name", name, "from",
                   from, "at", 0);
}

/* The list with a fake_quant layer behind every grid; it takes the tensor's name. */
static json_t *quantised_list(const mote_net_t *net) {
  json_t *list = json_deep_copy(net->plain), *out = json_array();
  json_array_append_new(out, fake_layer("input.int8", "input"));
  for (int32_t i = 1; list && out && i < net->n_layers; i++) {
    const mote_layer_t *l = &net->layers[i];
    json_t *o = json_array_get(list, (size_t)i - 1);
    char inner[MOTE_LAYER_NAME + 8];
    read_quantised_input(o);
    json_array_append(out, o);
    if (!has_grid(net, l)) continue;
    snprintf(inner, sizeof inner, "%.56s.float", l->name);
    json_object_set_new(o, "name", json_string(inner));
    json_array_append_new(out, fake_layer(l->name, inner));
  }
  json_decref(list);
  return out;
}

/* ---- Ranges
 * -------------------------------------------------------------------------------- */

static void set_observing(mote_net_t *q, int32_t on) {
  for (int32_t i = 1; i < q->n_layers; i++)
    if (is_type(&q->layers[i], "fake_quant"))
      ((mote_fake_quant_t *)q->layers[i].cfg)->observing = on;
}

/* One thread: the ranges are shared by all slices. */
static int observe(mote_net_t *q, const mote_train_data_t *train) {
  size_t n = train->n < OBSERVED_SAMPLES ? train->n : OBSERVED_SAMPLES;
  mote_work_spec_t spec = {.net = q, .batch = (uint32_t)n, .threads = 1};
  float *out = mote_alloc(n * mote_net_outputs(q), sizeof *out);
  mote_work_t *w = NULL;
  int rc = out ? mote_work_new(&spec, &w) : MOTE_ERR_NOMEM;
  if (rc == 0) {
    set_observing(q, 1);
    mote_work_refresh(w);
    mote_work_predict(w, train->x, n, out);
    set_observing(q, 0);
  }
  mote_work_free(w);
  mote_free(out);
  return rc;
}

/* The quantiser's ranges where it names one. */
static int take_ranges(mote_net_t *q, const mote_qat_t *qat) {
  for (size_t r = 0; qat && r < qat->n_ranges; r++) {
    const mote_qat_range_t *range = &qat->ranges[r];
    if (!isfinite(range->lo) || !isfinite(range->hi) || range->lo > range->hi)
      return mote_fail(MOTE_ERR_PARAM, "range of \"%s\": %g to %g is no range",
                       range->tensor, (double)range->lo, (double)range->hi);
    int input = !strcmp(range->tensor, "input");
    for (int32_t i = 1; i < q->n_layers; i++) {
      const mote_layer_t *l = &q->layers[i];
      if (!is_type(l, "fake_quant")) continue;
      if (strcmp(l->name, input ? "input.int8" : range->tensor) != 0) continue;
      q->state[l->state_at] = range->lo;
      q->state[l->state_at + 1] = range->hi;
    }
  }
  return MOTE_OK;
}

/* ---- Fine-tuning
 * ----------------------------------------------------------------------------- */

/* Weights have the same order in both nets; statistics of frozen norms go by order too.
 */
static void copy_in(const mote_net_t *net, mote_net_t *q) {
  int32_t at = 1;
  memcpy(q->weights, net->weights, net->n_weights * sizeof(float));
  for (int32_t i = 1; i < net->n_layers; i++) {
    const mote_layer_t *l = &net->layers[i];
    if (!is_type(l, "batch_norm")) continue;
    while (!is_type(&q->layers[at], "batch_norm")) at++;
    memcpy(q->state + q->layers[at].state_at, net->state + l->state_at,
           l->n_state * sizeof(float));
    q->layers[at++].frozen = 1;
  }
}

/* `qat` as the caller gave it, and what else it trains with. */
typedef struct {
  const mote_train_data_t *train, *valid;
  const mote_train_config_t *cfg;
  const mote_train_hooks_t *hooks;
  const mote_qat_t *qat;
} job_t;

static int fine_tune(mote_net_t *net, mote_net_t *q, const job_t *j,
                     mote_train_result_t *out) {
  copy_in(net, q);
  MOTE_TRY(observe(q, j->train));
  MOTE_TRY(take_ranges(q, j->qat));
  q->fake_weights = 1;
  int rc = mote_train(q, j->train, j->valid, j->cfg, j->hooks, out);
  memcpy(net->weights, q->weights, net->n_weights * sizeof(float));
  return rc;
}

int mote_train_qat(mote_net_t *net, const mote_train_data_t *train,
                   const mote_train_data_t *valid, const mote_train_config_t *cfg,
                   const mote_train_hooks_t *hooks, const mote_qat_t *qat,
                   mote_train_result_t *out) {
  job_t job = {train, valid, cfg, hooks, qat};
  mote_net_t *q = NULL;
  MOTE_TRY(mote_train_data_check(net, train, "training data"));
  MOTE_TRY(mote_net_fold(net));
  json_t *list = quantised_list(net);
  if (!list) return mote_fail(MOTE_ERR_NOMEM, "network: out of memory");
  int rc = mote_net_build(list, &net->spec, &q);
  json_decref(list);
  if (rc == 0) rc = fine_tune(net, q, &job, out);
  mote_net_free(q);
  return rc;
}
