/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/test.h"

#include <string.h>

#include "dataset/project.h"

#define CONFIDENCE 0.6

static int is_anomaly(const mote_learner_t *l) {
  return strcmp(l->type, "classifier") && strcmp(l->type, "regression");
}

/* Labels of the first classifier: they fix the order of set->labels. */
static const mote_learner_t *labels_from(const mote_trained_t *t,
                                         mote_feature_options_t *o) {
  for (int i = 0; i < t->impulse->n_learn; i++) {
    if (!t->learn[i].n_labels || strcmp(t->impulse->learn[i].type, "classifier"))
      continue;
    o->labels = (const char *const *)t->learn[i].labels;
    o->n_labels = t->learn[i].n_labels;
    return &t->impulse->learn[i];
  }
  return NULL;
}

/* The label a window carries, also when no learner knows it. */
static const char *label_text(const mote_feature_set_t *set, size_t i) {
  const mote_window_t *w = &set->windows[i];
  return w->label >= 0 ? set->labels[w->label] : set->samples.item[w->sample].label;
}

static int listed(json_t *list, const char *text) {
  size_t i;
  json_t *v;
  json_array_foreach(list, i, v) if (!strcmp(json_string_value(v), text)) return 1;
  return 0;
}

static int32_t index_in(const mote_trained_t *t, int i, const char *label) {
  for (size_t k = 0; label && k < t->learn[i].n_labels; k++)
    if (!strcmp(t->learn[i].labels[k], label)) return (int32_t)k;
  return MOTE_NO_LABEL;
}

static int pick_rows(mote_test_t *t, int i) {
  mote_learner_test_t *o = &t->learn[i];
  size_t n = t->set->n;
  int anomaly = is_anomaly(o->learner);
  o->label = mote_arena_take(t->arena, n + 1, sizeof *o->label);
  o->anomalous = mote_arena_take(t->arena, n + 1, 1);
  o->row = mote_arena_take(t->arena, n + 1, sizeof *o->row);
  if (!o->label || !o->anomalous || !o->row) return MOTE_ERR_NOMEM;
  const mote_graph_t *g = mote_infer_graph(t->trained, i, MOTE_VARIANT_F32);
  json_t *normal = json_object_get(g->meta, "normal");
  int regress = !strcmp(o->learner->type, "regression");
  for (size_t k = 0; k < n; k++) {
    const char *text = label_text(t->set, k);
    o->label[k] = index_in(t->trained, i, text);
    o->anomalous[k] = text && !listed(normal, text);
    if (anomaly || regress ? text != NULL : o->label[k] >= 0)
      o->row[o->n_rows++] = (uint32_t)k;
  }
  return MOTE_OK;
}

static int score(mote_test_t *t, int i) {
  mote_learner_test_t *o = &t->learn[i];
  o->outputs = mote_infer_outputs(t->trained, i);
  for (int v = 0; v < 2; v++) {
    if (v == MOTE_VARIANT_I8 && !t->trained->learn[i].i8) continue;
    o->score[v] = mote_arena_take(t->arena, t->set->n * o->outputs + 1, sizeof(float));
    if (!o->score[v]) return MOTE_ERR_NOMEM;
    MOTE_TRY(mote_infer_rows(t->trained, i, (mote_variant_t)v, t->set->x, t->set->n,
                             o->score[v]));
  }
  return MOTE_OK;
}

/* Rows that count, packed. */
static int packed(mote_test_t *t, const mote_learner_test_t *o, int v, float **scores,
                  int32_t **label) {
  *scores = mote_arena_take(t->arena, o->n_rows * o->outputs + 1, sizeof **scores);
  *label = mote_arena_take(t->arena, o->n_rows + 1, sizeof **label);
  if (!*scores || !*label) return MOTE_ERR_NOMEM;
  for (size_t r = 0; r < o->n_rows; r++) {
    memcpy(*scores + r * o->outputs, o->score[v] + (size_t)o->row[r] * o->outputs,
           o->outputs * sizeof **scores);
    (*label)[r] = o->label[o->row[r]];
  }
  return MOTE_OK;
}

/* Mean score per single-label recording. */
static int by_recording(mote_test_t *t, const mote_learner_test_t *o, const float *scores,
                        const int32_t *label, mote_class_report_t *out) {
  float *mean = mote_arena_take(t->arena, o->n_rows * o->outputs + 1, sizeof *mean);
  int32_t *truth = mote_arena_take(t->arena, o->n_rows + 1, sizeof *truth);
  size_t n = 0;
  if (!mean || !truth) return MOTE_ERR_NOMEM;
  for (size_t r = 0; r < o->n_rows;) {
    uint32_t sample = t->set->windows[o->row[r]].sample;
    size_t from = r;
    float *to = mean + n * o->outputs;
    for (; r < o->n_rows && t->set->windows[o->row[r]].sample == sample; r++)
      for (size_t c = 0; c < o->outputs; c++) to[c] += scores[r * o->outputs + c];
    for (size_t c = 0; c < o->outputs; c++) to[c] /= (float)(r - from);
    truth[n] = label[from];
    if (t->set->samples.item[sample].n_ranges == 0) n++;
    else memset(to, 0, o->outputs * sizeof *to);
  }
  return mote_metrics_classes(mean, truth, n, o->outputs, t->confidence, t->arena, out);
}

static int measure_classes(mote_test_t *t, mote_learner_test_t *o, int v) {
  float *scores;
  int32_t *label;
  MOTE_TRY(packed(t, o, v, &scores, &label));
  MOTE_TRY(mote_metrics_classes(scores, label, o->n_rows, o->outputs, t->confidence,
                                t->arena, &o->cls[v]));
  return by_recording(t, o, scores, label, &o->recording[v]);
}

static int measure_regress(mote_test_t *t, mote_learner_test_t *o, int v) {
  float *y, *target = mote_arena_take(t->arena, o->n_rows + 1, sizeof *target);
  int32_t *label;
  if (!target) return MOTE_ERR_NOMEM;
  MOTE_TRY(packed(t, o, v, &y, &label));
  for (size_t r = 0; r < o->n_rows; r++) target[r] = t->set->windows[o->row[r]].target;
  mote_metrics_regress(y, target, o->n_rows, &o->regress[v]);
  return MOTE_OK;
}

static int measure_anomaly(mote_test_t *t, int i) {
  mote_learner_test_t *o = &t->learn[i];
  float *scores;
  int32_t *label;
  uint8_t *positive = mote_arena_take(t->arena, o->n_rows + 1, 1);
  if (!positive) return MOTE_ERR_NOMEM;
  MOTE_TRY(packed(t, o, 0, &scores, &label));
  for (size_t r = 0; r < o->n_rows; r++) positive[r] = o->anomalous[o->row[r]];
  return mote_metrics_anomaly(scores, positive, o->n_rows, t->trained->learn[i].threshold,
                              t->arena, &o->anomaly);
}

static int test_learner(mote_test_t *t, int i) {
  mote_learner_test_t *o = &t->learn[i];
  o->learner = &t->trained->impulse->learn[i];
  MOTE_TRY(score(t, i));
  MOTE_TRY(pick_rows(t, i));
  if (is_anomaly(o->learner)) return measure_anomaly(t, i);
  int regress = !strcmp(o->learner->type, "regression");
  for (int v = 0; v < 2; v++) {
    if (!o->score[v]) continue;
    MOTE_TRY(regress ? measure_regress(t, o, v) : measure_classes(t, o, v));
  }
  return MOTE_OK;
}

static int open_run(const mote_test_options_t *opt, mote_test_t *t) {
  char dir[MOTE_PATH_MAX];
  t->run = opt->run ? opt->run : mote_run_latest(opt->project, NULL);
  if (t->run < 0) return t->run;
  if (!t->run)
    return mote_fail(MOTE_ERR_USAGE, "nothing is trained yet: run `mote train`");
  MOTE_TRY(mote_run_path(opt->project, t->run, dir));
  MOTE_TRY(mote_trained_load(dir, &t->trained));
  return mote_dataset_open(opt->project, 0, &t->ds);
}

static int run_all(const mote_test_options_t *opt, mote_test_t *t) {
  MOTE_TRY(open_run(opt, t));
  mote_feature_options_t fo = {.filter = {.split = &opt->split}, .project = opt->project};
  (void)labels_from(t->trained, &fo);
  MOTE_TRY(mote_features_compute(t->ds, t->trained->impulse, &fo, &t->set));
  if (!t->set->n)
    return mote_fail(MOTE_ERR_USAGE, "no %s windows: move samples with `mote data split`",
                     mote_split_names[opt->split]);
  for (int i = 0; i < t->trained->impulse->n_learn; i++) {
    int rc = test_learner(t, i);
    if (rc < 0)
      return mote_context(rc, "learner \"%s\"", t->trained->impulse->learn[i].name);
  }
  return MOTE_OK;
}

int mote_test_run(const mote_test_options_t *opt, mote_test_t **out) {
  *out = NULL;
  mote_arena_t *a = mote_arena_new();
  mote_test_t *t = a ? mote_arena_take(a, 1, sizeof *t) : NULL;
  if (!t) {
    mote_arena_free(a);
    return MOTE_ERR_NOMEM;
  }
  t->arena = a;
  t->confidence = opt->confidence > 0 ? opt->confidence : CONFIDENCE;
  int rc = run_all(opt, t);
  if (rc < 0) mote_test_free(t);
  else *out = t;
  return rc;
}

void mote_test_free(mote_test_t *t) {
  if (!t) return;
  mote_features_free(t->set);
  if (t->ds) mote_dataset_close(t->ds);
  mote_trained_free(t->trained);
  mote_arena_free(t->arena);
}
