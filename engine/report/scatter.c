/* SPDX-License-Identifier: Apache-2.0
 * "features": every window a point, by principal components and by neighbour embedding.
 */
#include <math.h>
#include <string.h>

#include "report/gather.h"
#include "report/pca.h"
#include "report/tsne.h"

#define POINTS      1000
#define TESTING_MIN 300
#define COMPONENTS  30 /* what the neighbour embedding is given */

typedef struct {
  const mote_feature_set_t *set;
  size_t row;
  mote_split_t split;
} point_t;

typedef struct {
  mote_gather_t *g;
  mote_feature_set_t *made[MOTE_SPLITS]; /* computed here */
  const mote_feature_set_t *set[MOTE_SPLITS];
  point_t *point;
  size_t n, d, windows;
  json_t *labels;
} cloud_t;

/* The testing windows are there already when the run was tested. */
static int compute(cloud_t *c) {
  mote_gather_t *g = c->g;
  for (int s = 0; s < MOTE_SPLITS; s++) {
    mote_split_t split = (mote_split_t)s;
    mote_feature_options_t opt = {.filter = {.split = &split},
                                  .project = g->opt->project};
    if (s == MOTE_SPLIT_TESTING && g->test)
      c->set[s] = g->test->set;
    else
      MOTE_TRY(mote_features_compute(g->ds, g->impulse, &opt, &c->made[s]));
    if (!c->set[s]) c->set[s] = c->made[s];
    c->windows += c->set[s]->n;
  }
  c->d = g->impulse->features;
  return MOTE_OK;
}

static size_t limit(const mote_gather_t *g) {
  size_t n = g->opt->points ? g->opt->points : POINTS;
  return n < MOTE_TSNE_ROWS_MAX ? n : MOTE_TSNE_ROWS_MAX;
}

/* A part of every split in proportion, evenly spread, but enough of testing to see. */
static int choose(cloud_t *c) {
  size_t most = limit(c->g), testing = c->set[MOTE_SPLIT_TESTING]->n, want = testing;
  c->point = mote_arena_take(c->g->arena, most + MOTE_SPLITS, sizeof *c->point);
  if (!c->point) return MOTE_ERR_NOMEM;
  if (c->windows > most) {
    want = testing * most / c->windows;
    if (want < TESTING_MIN) want = TESTING_MIN;
    if (want > most / 2 && want > testing * most / c->windows) want = most / 2;
    if (want > testing) want = testing;
  }
  for (int s = 0; s < MOTE_SPLITS; s++) {
    size_t all = c->set[s]->n, others = c->windows - testing, take = all;
    if (s == MOTE_SPLIT_TESTING)
      take = want;
    else if (c->windows > most && others)
      take = all * (most - want) / others;
    if (take > all) take = all;
    for (size_t i = 0; i < take; i++)
      c->point[c->n++] = (point_t){c->set[s], i * all / take, (mote_split_t)s};
  }
  return MOTE_OK;
}

/* Columns of mean 0 and deviation 1: a block of loud features must not hide the others.
 */
static double *matrix(const cloud_t *c) {
  double *x = mote_arena_take(c->g->arena, c->n * c->d, sizeof *x);
  if (!x) return NULL;
  for (size_t i = 0; i < c->n; i++)
    for (size_t k = 0; k < c->d; k++) {
      double v = (double)c->point[i].set->x[c->point[i].row * c->d + k];
      x[i * c->d + k] = isfinite(v) ? v : 0;
    }
  for (size_t k = 0; k < c->d; k++) {
    double mean = 0, sq = 0;
    for (size_t i = 0; i < c->n; i++) mean += x[i * c->d + k] / (double)c->n;
    for (size_t i = 0; i < c->n; i++) {
      double v = x[i * c->d + k] - mean;
      sq += v * v;
    }
    double dev = sqrt(sq / (double)c->n), f = dev > 1e-12 ? 1 / dev : 0;
    for (size_t i = 0; i < c->n; i++) x[i * c->d + k] = (x[i * c->d + k] - mean) * f;
  }
  return x;
}

static const char *label_text(const point_t *p) {
  const mote_window_t *w = &p->set->windows[p->row];
  const char *own = p->set->samples.item[w->sample].label;
  return w->label >= 0 ? p->set->labels[w->label] : own ? own : "";
}

/* Index of a label in the list, which grows. */
static int label_index(json_t *list, const char *text) {
  size_t n = json_array_size(list);
  for (size_t i = 0; i < n; i++)
    if (!strcmp(json_string_value(json_array_get(list, i)), text)) return (int)i;
  json_array_append_new(list, json_string(text));
  return (int)n;
}

/* What the run says of a testing window. */
typedef struct {
  const char *answer;
  double score;
  int right;
} verdict_t;

static void judge_class(const mote_gather_t *g, int i, const point_t *p, verdict_t *out) {
  const mote_learner_test_t *l = &g->test->learn[i];
  int f32 = !l->score[1] || g->test->trained->learn[i].prefer_f32;
  const float *s = l->score[f32 ? 0 : 1] + p->row * l->outputs;
  size_t best = 0;
  for (size_t k = 1; k < l->outputs; k++)
    if (s[k] > s[best]) best = k;
  out->answer = g->test->trained->learn[i].labels[best];
  out->score = (double)s[best];
  out->right = !strcmp(out->answer, label_text(p));
}

static void judge_anomaly(const mote_gather_t *g, int i, const point_t *p,
                          verdict_t *out) {
  const mote_learner_test_t *l = &g->test->learn[i];
  out->score = (double)l->score[0][p->row * l->outputs];
  int strange = out->score > g->test->trained->learn[i].threshold;
  out->answer = strange ? "anomaly" : "normal";
  out->right = strange == l->anomalous[p->row];
}

/* By the first classifier, as the device would run it; without one by the first anomaly
 * score. `answer` is NULL where nobody was asked. */
static verdict_t verdict(const mote_gather_t *g, const point_t *p) {
  verdict_t v = {0};
  if (p->split != MOTE_SPLIT_TESTING || !g->test) return v;
  for (int pass = 0; pass < 2 && !v.answer; pass++)
    for (int i = 0; i < g->test->trained->impulse->n_learn && !v.answer; i++) {
      const char *type = g->test->learn[i].learner->type;
      int classify = !strcmp(type, "classifier");
      if (!pass && classify)
        judge_class(g, i, p, &v);
      else if (pass && !classify && strcmp(type, "regression"))
        judge_anomaly(g, i, p, &v);
    }
  return v;
}

static json_t *points_json(cloud_t *c, const mote_pca_t *pca, const double *tsne) {
  json_t *list = json_array();
  for (size_t i = 0; i < c->n; i++) {
    const point_t *p = &c->point[i];
    const mote_window_t *w = &p->set->windows[p->row];
    double hz = p->set->impulse->input.hz;
    verdict_t v = verdict(c->g, p);
    json_t *o = json_pack(
        "{s:i, s:s, s:s, s:f, s:[ff], s:[ff]}", "label",
        label_index(c->labels, label_text(p)), "split", mote_split_names[p->split],
        "name", p->set->samples.item[w->sample].name, "start",
        hz > 0 ? (double)w->start / hz : 0.0, "pca", pca->y[i * pca->k],
        pca->k > 1 ? pca->y[i * pca->k + 1] : 0.0, "tsne", tsne[2 * i], tsne[2 * i + 1]);
    if (o && v.answer) {
      json_object_set_new(o, "answer", json_string(v.answer));
      json_object_set_new(o, "score",
                          isfinite(v.score) ? json_real(v.score) : json_null());
      json_object_set_new(o, "right", json_boolean(v.right));
    }
    json_array_append_new(list, o);
  }
  return list;
}

static int embed(cloud_t *c) {
  double *x = matrix(c), *tsne = mote_arena_take(c->g->arena, 2 * c->n + 1, sizeof *tsne);
  mote_pca_t pca;
  if (!x || !tsne) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_pca(x, c->n, c->d, COMPONENTS, c->g->arena, &pca));
  mote_tsne_options_t opt = {.seed = 1};
  MOTE_TRY(mote_tsne(pca.y, c->n, pca.k, &opt, tsne));
  json_t *share = json_array();
  for (size_t i = 0; i < 2 && i < pca.k; i++)
    (void)mote_gather_real(share, pca.total > 0 ? pca.variance[i] / pca.total : 0);
  json_t *points = points_json(c, &pca, tsne);
  return mote_gather_set(c->g->out, "features",
                         json_pack("{s:I, s:I, s:O, s:o, s:o}", "windows",
                                   (json_int_t)c->windows, "columns", (json_int_t)c->d,
                                   "labels", c->labels, "pca_share", share, "points",
                                   points));
}

int mote_gather_scatter(mote_gather_t *g) {
  cloud_t c = {.g = g, .labels = json_array()};
  int rc = c.labels ? compute(&c) : MOTE_ERR_NOMEM;
  /* labels in the order of the training set, so that colours stay the same */
  for (size_t i = 0; rc == MOTE_OK && i < c.set[0]->n_labels; i++)
    (void)label_index(c.labels, c.set[0]->labels[i]);
  if (rc == MOTE_OK) rc = choose(&c);
  if (rc == MOTE_OK && c.n > 1 && c.d) rc = embed(&c);
  for (int s = 0; s < MOTE_SPLITS; s++) mote_features_free(c.made[s]);
  json_decref(c.labels);
  return rc < 0 ? mote_context(rc, "feature scatter") : rc;
}
