/* SPDX-License-Identifier: Apache-2.0
 * The figures: what there is of a project, part by part. A part that cannot be made yet
 * is left out and says what it waits for. */
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "dataset/project.h"
#include "report/gather.h"

int mote_gather_set(json_t *o, const char *key, json_t *v) {
  if (v && json_object_set_new(o, key, v) == 0) return MOTE_OK;
  return mote_fail(MOTE_ERR_NOMEM, "no memory for the report's \"%s\"", key);
}

int mote_gather_real(json_t *list, double v) {
  json_t *j = isfinite(v) ? json_real(v) : json_null();
  return json_array_append_new(list, j) ? MOTE_ERR_NOMEM : MOTE_OK;
}

int mote_gather_next(mote_gather_t *g, const char *text) {
  json_t *list = json_object_get(g->out, "next");
  return json_array_append_new(list, json_string(text)) ? MOTE_ERR_NOMEM : MOTE_OK;
}

/* A part that the user has to do something about first; other failures are failures. */
static int waits(mote_gather_t *g, int rc) {
  if (rc != MOTE_ERR_USAGE && rc != MOTE_ERR_NOTFOUND && rc != MOTE_ERR_PARAM) return rc;
  return mote_gather_next(g, mote_errmsg());
}

static int open_design(mote_gather_t *g) {
  char path[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(path, g->opt->project, "impulse.json"));
  MOTE_TRY(mote_impulse_load(path, &g->own));
  g->impulse = g->own;
  if (!g->samples.n) return MOTE_OK;
  return mote_gather_next(g, "Nothing is trained yet: mote train does it, and the report "
                             "then shows curves, tests and costs.");
}

/* The day it was frozen, by its metrics' time. */
static int read_metrics(mote_gather_t *g, const char *dir) {
  char path[MOTE_PATH_MAX], day[32];
  json_error_t e;
  struct stat st;
  struct tm tm;
  MOTE_TRY(mote_path_join(path, dir, "metrics.json"));
  json_t *m = json_load_file(path, 0, &e);
  if (!m) return mote_fail(MOTE_ERR_CORRUPT, "%s:%d: %s", path, e.line, e.text);
  MOTE_TRY(mote_gather_set(g->out, "training", m));
  if (stat(path, &st) || !gmtime_r(&st.st_mtime, &tm)) return MOTE_OK;
  strftime(day, sizeof day, "%Y-%m-%d %H:%M UTC", &tm);
  return mote_gather_set(g->out, "trained", json_string(day));
}

static int open_run(mote_gather_t *g, int run) {
  char dir[MOTE_PATH_MAX];
  MOTE_TRY(mote_run_path(g->opt->project, run, dir));
  MOTE_TRY(mote_trained_load(dir, &g->trained));
  g->impulse = g->trained->impulse;
  MOTE_TRY(read_metrics(g, dir));
  mote_test_options_t opt = {.project = g->opt->project,
                             .run = run,
                             .split = MOTE_SPLIT_TESTING,
                             .confidence = g->opt->confidence};
  int rc = mote_test_run(&opt, &g->test);
  return rc == MOTE_OK ? mote_gather_scores(g) : waits(g, rc);
}

static int gather_all(mote_gather_t *g) {
  int run = g->opt->run ? g->opt->run : mote_run_latest(g->opt->project, NULL);
  if (run < 0) return run;
  MOTE_TRY(mote_project_check(g->opt->project));
  MOTE_TRY(mote_dataset_open(g->opt->project, MOTE_DATASET_CREATE, &g->ds));
  mote_filter_t f = {.state = MOTE_ONLY_ENABLED};
  MOTE_TRY(mote_dataset_list(g->ds, &f, g->arena, &g->samples));
  MOTE_TRY(mote_gather_data(g));
  MOTE_TRY(run ? open_run(g, run) : open_design(g));
  MOTE_TRY(mote_gather_set(g->out, "run", json_integer(run)));
  MOTE_TRY(mote_gather_set(g->out, "project", json_string(g->impulse->name)));
  MOTE_TRY(mote_gather_set(g->out, "design", json_incref(g->impulse->json)));
  MOTE_TRY(mote_gather_examples(g));
  if (!g->samples.n) return MOTE_OK;
  int rc = g->own ? mote_features_resolve(g->ds, g->own) : MOTE_OK;
  if (rc == MOTE_OK) rc = mote_gather_scatter(g);
  return rc < 0 ? waits(g, rc) : MOTE_OK;
}

int mote_report_figures(const mote_report_options_t *opt, json_t **out) {
  mote_gather_t g = {.opt = opt, .arena = mote_arena_new()};
  *out = NULL;
  g.out = json_pack("{s:i, s:[]}", "mote_report", 1, "next");
  int rc = g.arena && g.out ? gather_all(&g) : MOTE_ERR_NOMEM;
  mote_test_free(g.test);
  mote_trained_free(g.trained);
  mote_impulse_free(g.own);
  if (g.ds) mote_dataset_close(g.ds);
  mote_arena_free(g.arena);
  if (rc == MOTE_OK)
    *out = g.out;
  else
    json_decref(g.out);
  return rc;
}
