/* SPDX-License-Identifier: Apache-2.0
 * `mote train`: split, features, normaliser, learners, and the frozen run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "dataset/project.h"
#include "learn/learn.h"
#include "math/math.h"

typedef struct {
  const mote_learn_options_t *opt;
  mote_arena_t *arena;
  mote_dataset_t *ds;
  mote_impulse_t *impulse;
  mote_signal_augment_t augment;
  int64_t *train_id, *valid_id; /* samples */
  size_t n_train_id, n_valid_id;
  mote_feature_set_t *train, *valid;
  json_t *metrics;
  char dir[MOTE_PATH_MAX];
} run_t;

/* ---- who validates ---- */

static const char *meta_value(const mote_sample_t *s, const char *key) {
  for (size_t i = 0; i < s->n_meta; i++)
    if (!strcmp(s->meta[i].key, key)) return s->meta[i].value;
  return NULL;
}

static int list_split(run_t *r, mote_split_t split, mote_samples_t *out) {
  mote_filter_t f = {.split = &split, .state = MOTE_ONLY_ENABLED};
  return mote_dataset_list(r->ds, &f, r->arena, out);
}

static int take_ids(run_t *r, const mote_samples_t *all, const uint8_t *to_valid) {
  for (size_t i = 0; i < all->n; i++) {
    if (to_valid && to_valid[i]) r->valid_id[r->n_valid_id++] = all->item[i].id;
    else r->train_id[r->n_train_id++] = all->item[i].id;
  }
  return MOTE_OK;
}

/* A named group, or the recording's own content: copies of one file stay together, the
 * rows of a table do not. */
static const char *group_of(run_t *r, const mote_sample_t *s) {
  const char *key = r->impulse->validation_group;
  if (*key) return meta_value(s, key);
  return mote_arena_printf(r->arena, "%s %u", s->sha, s->item);
}

static int hold_out(run_t *r, const mote_samples_t *all, uint8_t *in) {
  mote_split_item_t *items = mote_arena_take(r->arena, all->n + 1, sizeof *items);
  if (!items) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < all->n; i++)
    items[i] = (mote_split_item_t){all->item[i].label, group_of(r, &all->item[i])};
  int rc = mote_split_grouped(items, all->n, r->impulse->validation_fraction,
                              r->opt->seed, in);
  return rc < 0 ? rc : MOTE_OK;
}

/* A long multi-label recording alone cannot be split by recording: then nothing
 * validates. */
static int choose_validation(run_t *r) {
  mote_samples_t train, valid;
  MOTE_TRY(list_split(r, MOTE_SPLIT_TRAINING, &train));
  MOTE_TRY(list_split(r, MOTE_SPLIT_VALIDATION, &valid));
  if (!train.n)
    return mote_fail(MOTE_ERR_USAGE, "no training samples: `mote add PATH`, or move some "
                     "with `mote data split`");
  r->train_id = mote_arena_take(r->arena, train.n + 1, sizeof *r->train_id);
  r->valid_id = mote_arena_take(r->arena, train.n + valid.n + 1, sizeof *r->valid_id);
  uint8_t *in = mote_arena_take(r->arena, train.n + 1, 1);
  if (!r->train_id || !r->valid_id || !in) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < valid.n; i++) r->valid_id[r->n_valid_id++] = valid.item[i].id;
  if (valid.n || r->impulse->validation_fraction <= 0) return take_ids(r, &train, NULL);
  MOTE_TRY(hold_out(r, &train, in));
  return take_ids(r, &train, in);
}

/* ---- features ---- */

static int read_augment(run_t *r) {
  mote_params_default(mote_signal_augment_params, mote_signal_augment_n_params,
                      &r->augment);
  for (int i = 0; i < r->impulse->n_learn; i++) {
    json_t *o = json_object_get(r->impulse->learn[i].spec, "augment");
    if (!o) continue;
    return mote_params_read(mote_signal_augment_params, mote_signal_augment_n_params, o,
                            &r->augment, r->impulse->learn[i].name);
  }
  return MOTE_OK;
}

static int features_of(run_t *r, const int64_t *ids, size_t n,
                       const mote_signal_augment_t *augment,
                       const mote_feature_set_t *like, mote_feature_set_t **out) {
  static const int64_t none = -1; /* an empty list of ids would mean "all" */
  mote_feature_options_t opt = {.filter = {.ids = n ? ids : &none, .n_ids = n ? n : 1},
                                .project = r->opt->project, .augment = augment,
                                .seed = r->opt->seed};
  if (like) opt.labels = (const char *const *)like->labels, opt.n_labels = like->n_labels;
  return mote_features_compute(r->ds, r->impulse, &opt, out);
}

static int compute_features(run_t *r) {
  MOTE_TRY(read_augment(r));
  const mote_signal_augment_t *aug = r->augment.copies ? &r->augment : NULL;
  MOTE_TRY(features_of(r, r->train_id, r->n_train_id, aug, NULL, &r->train));
  MOTE_TRY(features_of(r, r->valid_id, r->n_valid_id, NULL, r->train, &r->valid));
  if (!r->train->n)
    return mote_fail(MOTE_ERR_USAGE,
                     "the training recordings give no window: input.window_ms "
                     "is %g ms; shorten it or set zero_pad",
                     r->impulse->input.window_ms);
  return MOTE_OK;
}

/* ---- one learner ---- */

/* Columns of the learner's input blocks, side by side. */
static float *gather(const run_t *r, const mote_learner_t *l,
                     const mote_feature_set_t *set, size_t d) {
  float *x = mote_alloc(set->n * d + 1, sizeof *x);
  if (!x) return NULL;
  for (size_t i = 0; i < set->n; i++) {
    float *to = x + i * d;
    for (int b = 0; b < l->n_inputs; b++) {
      size_t from = 0;
      for (int k = 0; k < l->inputs[b]; k++) from += r->impulse->dsp[k].features;
      size_t n = r->impulse->dsp[l->inputs[b]].features;
      memcpy(to, set->x + i * set->d + from, n * sizeof *to);
      to += n;
    }
  }
  return x;
}

/* Mean and 1/deviation per column of period p over all rows. */
static void fit_normaliser(const float *x, size_t n, size_t d, size_t p, float *mean,
                           float *scale) {
  for (size_t c = 0; c < p; c++) {
    double sum = 0, sq = 0, count = (double)n * (double)(d / p);
    for (size_t i = 0; i < n; i++)
      for (size_t k = c; k < d; k += p) sum += (double)x[i * d + k];
    double m = sum / count;
    for (size_t i = 0; i < n; i++)
      for (size_t k = c; k < d; k += p) {
        double v = (double)x[i * d + k] - m;
        sq += v * v;
      }
    float dev = mote_sqrtf((float)(sq / count));
    mean[c] = (float)m;
    scale[c] = dev > 1e-10f ? 1.0f / dev : 0.0f;
  }
}

static int normaliser(run_t *r, const mote_learner_t *l, mote_learn_job_t *job) {
  size_t p = l->rows > 1 ? l->cols : job->d, at = 0;
  float *mean = mote_arena_take(r->arena, p, sizeof *mean);
  float *scale = mote_arena_take(r->arena, p, sizeof *scale);
  if (!mean || !scale) return MOTE_ERR_NOMEM;
  fit_normaliser(job->train, job->n_train, job->d, p, mean, scale);
  for (int b = 0; b < l->n_inputs; b++) {
    const mote_dsp_t *block = &r->impulse->dsp[l->inputs[b]];
    size_t n = l->rows > 1 ? p : block->features;
    for (size_t k = 0; !block->normalize && k < n; k++)
      mean[at + k] = 0, scale[at + k] = 1;
    at += n;
  }
  job->mean = mean;
  job->scale = scale;
  job->n_norm = p;
  return MOTE_OK;
}

static int columns_of(run_t *r, const mote_feature_set_t *set, int32_t **label,
                      float **target) {
  *label = mote_arena_take(r->arena, set->n + 1, sizeof **label);
  *target = mote_arena_take(r->arena, set->n + 1, sizeof **target);
  if (!*label || !*target) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < set->n; i++) {
    (*label)[i] = set->windows[i].label;
    (*target)[i] = set->windows[i].target;
  }
  return MOTE_OK;
}

static int save_graph(const run_t *r, const mote_learner_t *l, const mote_graph_t *g,
                      const char *kind) {
  char name[256], path[MOTE_PATH_MAX];
  if (!g) return MOTE_OK;
  snprintf(name, sizeof name, "%.200s.%s.mote", l->name, kind);
  MOTE_TRY(mote_path_join(path, r->dir, name));
  return mote_graph_save(g, path);
}

static int keep(run_t *r, const mote_learner_t *l, mote_learn_result_t *res) {
  MOTE_TRY(save_graph(r, l, res->f32, "f32"));
  MOTE_TRY(save_graph(r, l, res->i8, "i8"));
  json_t *all = json_object_get(r->metrics, "learners");
  json_t *one = res->report ? json_incref(res->report) : json_object();
  json_object_set_new(one, "type", json_string(l->type));
  return json_object_set_new(all, l->name, one) ? MOTE_ERR_NOMEM : MOTE_OK;
}

static int train_learner(run_t *r, const mote_learner_t *l, mote_learn_job_t *job) {
  const mote_learner_kind_t *kind = mote_learner_kind_find(l->type);
  if (!kind)
    return mote_fail(MOTE_ERR_USAGE, "learner \"%s\": there is no type \"%s\"; known: "
                     "classifier, regression, kmeans, gmm", l->name, l->type);
  int32_t *tl, *vl;
  float *tt, *vt;
  MOTE_TRY(columns_of(r, r->train, &tl, &tt));
  MOTE_TRY(columns_of(r, r->valid, &vl, &vt));
  job->train_label = tl, job->train_target = tt;
  job->valid_label = vl, job->valid_target = vt;
  MOTE_TRY(normaliser(r, l, job));
  mote_learn_result_t res = {0};
  int rc = kind->train(job, &res);
  if (rc == MOTE_OK) rc = keep(r, l, &res);
  mote_graph_free(res.f32);
  mote_graph_free(res.i8);
  json_decref(res.report);
  return rc < 0 ? mote_context(rc, "learner \"%s\"", l->name) : MOTE_OK;
}

static int one_learner(run_t *r, int i) {
  const mote_learner_t *l = &r->impulse->learn[i];
  size_t d = (size_t)l->rows * l->cols;
  float *train = gather(r, l, r->train, d), *valid = gather(r, l, r->valid, d);
  mote_learn_job_t job = {.impulse = r->impulse, .learner = l, .train = train,
                          .valid = valid, .n_train = r->train->n, .n_valid = r->valid->n,
                          .d = d, .labels = (const char *const *)r->train->labels,
                          .n_labels = r->train->n_labels, .seed = r->opt->seed,
                          .run_dir = r->dir, .log = r->opt->log, .ctx = r->opt->ctx};
  int rc = train && valid ? train_learner(r, l, &job) : MOTE_ERR_NOMEM;
  mote_free(train);
  mote_free(valid);
  return rc;
}

/* ---- the frozen run ---- */

static int write_json(const run_t *r, const char *name, json_t *j) {
  char path[MOTE_PATH_MAX];
  char *text = j ? json_dumps(j, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) : NULL;
  if (!text) return mote_fail(MOTE_ERR_NOMEM, "out of memory while writing %s", name);
  int rc = mote_path_join(path, r->dir, name);
  if (rc == MOTE_OK) rc = mote_file_write(path, text, strlen(text));
  free(text);
  return rc;
}

/* The design with axes and rate as they were resolved. */
static int freeze_design(const run_t *r) {
  json_t *doc = json_deep_copy(r->impulse->json), *axes = json_array();
  for (uint32_t i = 0; i < r->impulse->input.n_axes; i++)
    json_array_append_new(axes, json_string(r->impulse->input.axes[i]));
  json_t *input = json_object_get(doc, "input");
  json_object_set_new(input, "axes", axes);
  json_object_set_new(input, "frequency_hz", json_real(r->impulse->input.hz));
  int rc = write_json(r, "impulse.json", doc);
  json_decref(doc);
  return rc;
}

static int describe(run_t *r) {
  mote_sha_t version;
  MOTE_TRY(mote_dataset_version(r->ds, &version));
  r->metrics =
      json_pack("{s:s, s:i, s:{s:i, s:i, s:i, s:i}, s:i, s:{}}", "dataset", version.hex,
                "seed", (int)r->opt->seed, "windows", "training", (int)r->train->n,
                "validation", (int)r->valid->n, "training_recordings", (int)r->n_train_id,
                "validation_recordings", (int)r->n_valid_id, "features", (int)r->train->d,
                "learners");
  return r->metrics ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int train_all(run_t *r) {
  char path[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(path, r->opt->project, "impulse.json"));
  MOTE_TRY(mote_impulse_load(path, &r->impulse));
  if (!r->impulse->n_learn)
    return mote_fail(MOTE_ERR_USAGE, "%s: \"learn\" lists no learner", path);
  MOTE_TRY(mote_dataset_open(r->opt->project, 0, &r->ds));
  MOTE_TRY(mote_features_resolve(r->ds, r->impulse));
  MOTE_TRY(choose_validation(r));
  MOTE_TRY(compute_features(r));
  MOTE_TRY(describe(r));
  MOTE_TRY(mote_run_new(r->opt->project, r->dir));
  MOTE_TRY(freeze_design(r));
  for (int i = 0; i < r->impulse->n_learn; i++) MOTE_TRY(one_learner(r, i));
  MOTE_TRY(write_json(r, "metrics.json", r->metrics));
  return mote_run_commit(r->opt->project, r->dir);
}

int mote_learn_run(const mote_learn_options_t *opt, json_t **summary) {
  run_t r = {.opt = opt, .arena = mote_arena_new()};
  if (!r.arena) return MOTE_ERR_NOMEM;
  int rc = train_all(&r);
  if (rc < 0 && r.dir[0]) mote_run_abort(r.dir);
  if (rc >= 0 && summary) *summary = json_incref(r.metrics);
  json_decref(r.metrics);
  mote_features_free(r.train);
  mote_features_free(r.valid);
  if (r.ds) mote_dataset_close(r.ds);
  mote_impulse_free(r.impulse);
  mote_arena_free(r.arena);
  return rc;
}
