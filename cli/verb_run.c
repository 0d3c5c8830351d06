/* SPDX-License-Identifier: Apache-2.0
 * `mote run`: recordings from outside the project through a trained impulse, window by
 * window as the device would see them, smoothing included. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "dataset/project.h"
#include "features/features.h"
#include "formats/recording.h"
#include "impulse/infer.h"
#include "impulse/smoothing.h"
#include "project.h"
#include "verb.h"

#define FILE_BYTES_MAX ((size_t)1 << 30)

typedef struct {
  const mote_args_t *args;
  mote_trained_t *t;
  mote_variant_t variant;
  int main;               /* the learner whose scores are smoothed, or -1 */
  mote_smooth_t smooth;
  json_t *files;
} runner_t;

typedef struct {
  mote_arena_t *arena;
  uint64_t n;             /* windows */
  float *x;               /* [n][features] */
  float *score[MOTE_LEARNERS_MAX];
} windows_t;

static int compute(const runner_t *r, const mote_recording_t *rec, windows_t *w) {
  const mote_impulse_t *m = r->t->impulse;
  float *x;
  uint64_t n;
  MOTE_TRY(mote_features_signal(m, rec, w->arena, &x, &n));
  MOTE_TRY(mote_features_pad(m, w->arena, &x, &n));
  w->n = mote_features_count(m, n);
  w->x = mote_arena_take(w->arena, (size_t)w->n * m->features + 1, sizeof *w->x);
  void *scratch = mote_arena_take(w->arena, 1, mote_impulse_scratch(m));
  void *states[MOTE_BLOCKS_MAX];
  for (int i = 0; i < m->n_dsp; i++)
    if (!(states[i] = mote_arena_take(w->arena, 1, m->dsp[i].shape.state_bytes + 16)))
      return MOTE_ERR_NOMEM;
  if (!w->x || !scratch) return MOTE_ERR_NOMEM;
  for (uint64_t i = 0; i < w->n; i++)
    MOTE_TRY(mote_features_window(m, x, i, w->x + i * m->features, scratch, states));
  for (int i = 0; i < m->n_learn; i++) {
    size_t k = mote_infer_outputs(r->t, i);
    w->score[i] = mote_arena_take(w->arena, (size_t)w->n * k + 1, sizeof(float));
    if (!w->score[i]) return MOTE_ERR_NOMEM;
    MOTE_TRY(mote_infer_rows(r->t, i, r->variant, w->x, (size_t)w->n, w->score[i]));
  }
  return MOTE_OK;
}

static json_t *scores_json(const runner_t *r, const windows_t *w, uint64_t i) {
  json_t *all = json_object();
  for (int l = 0; l < r->t->impulse->n_learn; l++) {
    const mote_learner_t *one = &r->t->impulse->learn[l];
    size_t k = mote_infer_outputs(r->t, l);
    const float *v = w->score[l] + i * k;
    if (strcmp(one->type, "classifier")) {
      json_object_set_new(all, one->name, json_real((double)v[0]));
      continue;
    }
    json_t *named = json_object();
    for (size_t c = 0; c < k; c++)
      json_object_set_new(named, r->t->learn[l].labels[c], json_real((double)v[c]));
    json_object_set_new(all, one->name, named);
  }
  return all;
}

static const char *decided(const runner_t *r, const mote_decision_t *d) {
  return d->decision < 0 ? "uncertain" : r->t->learn[r->main].labels[d->decision];
}

static void tell_window(const runner_t *r, const windows_t *w, uint64_t i, double from,
                        double to, const mote_decision_t *d) {
  mote_say(r->args, "%8.3f - %8.3f s", from, to);
  if (r->main >= 0)
    mote_say(r->args, "  %-16s %.2f %c", decided(r, d), (double)d->score,
             d->event ? '*' : ' ');
  for (int l = 0; l < r->t->impulse->n_learn; l++) {
    const mote_learner_t *one = &r->t->impulse->learn[l];
    if (!strcmp(one->type, "classifier")) continue;
    double v = (double)w->score[l][i];
    mote_say(r->args, "  %s %.3f", one->name, v);
    if (strcmp(one->type, "regression"))
      mote_say(r->args, "%s", v > r->t->learn[l].threshold ? " ANOMALY" : "");
  }
  mote_say(r->args, "\n");
}

static int decide_all(const runner_t *r, const windows_t *w, json_t *rows) {
  const mote_impulse_t *m = r->t->impulse;
  size_t k = r->main >= 0 ? mote_infer_outputs(r->t, r->main) : 1;
  float *history = mote_arena_take(w->arena, r->smooth.average * k + 1, sizeof *history);
  mote_smooth_state_t state = {0};
  if (!history) return MOTE_ERR_NOMEM;
  for (uint64_t i = 0; i < w->n; i++) {
    mote_decision_t d = {MOTE_UNCERTAIN, 0, 0};
    if (r->main >= 0)
      d = mote_smooth_add(&r->smooth, &state, history, w->score[r->main] + i * k);
    double hz = m->input.hz > 0 ? m->input.hz : 1;
    double from = (double)(i * m->input.stride) / hz;
    double to = from + (double)m->input.window / hz;
    tell_window(r, w, i, from, to, &d);
    json_t *row = json_pack("{s:f, s:f, s:o}", "from_s", from, "to_s", to, "scores",
                            scores_json(r, w, i));
    if (r->main >= 0) {
      json_object_set_new(row, "decision", json_string(decided(r, &d)));
      json_object_set_new(row, "event", json_boolean(d.event));
    }
    json_array_append_new(rows, row);
  }
  return MOTE_OK;
}

static int one_recording(runner_t *r, const char *path, const mote_recording_t *rec) {
  windows_t w = {.arena = mote_arena_new()};
  json_t *rows = json_array();
  if (!w.arena || !rows) return MOTE_ERR_NOMEM;
  mote_say(r->args, "%s%s%s\n", path, strcmp(mote_path_name(path), rec->name) ? ": " : "",
           strcmp(mote_path_name(path), rec->name) ? rec->name : "");
  int rc = compute(r, rec, &w);
  if (rc == MOTE_OK && !w.n)
    rc = mote_fail(MOTE_ERR_USAGE,
                   "%s: shorter than one window of %g ms, and zero_pad is off", path,
                   r->t->impulse->input.window_ms);
  if (rc == MOTE_OK) rc = decide_all(r, &w, rows);
  json_array_append_new(r->files, json_pack("{s:s, s:s, s:o}", "path", path, "name",
                                            rec->name, "windows", rows));
  mote_arena_free(w.arena);
  return rc;
}

static int one_file(void *ctx, const char *path) {
  runner_t *r = ctx;
  mote_buf_t bytes = {0};
  mote_arena_t *a = mote_arena_new();
  mote_recordings_t all = {0};
  mote_parse_options_t opt = {.path = path, .hz = r->t->impulse->input.hz};
  int rc = a ? mote_file_read(path, FILE_BYTES_MAX, &bytes) : MOTE_ERR_NOMEM;
  const mote_format_t *f =
      rc == MOTE_OK ? mote_format_find(bytes.p, bytes.n, path) : NULL;
  if (rc == MOTE_OK && !f)
    rc = mote_fail(MOTE_ERR_FORMAT, "%s: not a recording mote can read", path);
  if (rc == MOTE_OK) rc = f->parse(bytes.p, bytes.n, &opt, a, &all);
  for (size_t i = 0; rc == MOTE_OK && i < all.n; i++)
    rc = one_recording(r, path, &all.item[i]);
  mote_buf_free(&bytes);
  mote_arena_free(a);
  return rc;
}

static int prepare(const mote_args_t *args, runner_t *r) {
  char dir[MOTE_PATH_MAX];
  int n = 0;
  MOTE_TRY(mote_run_wanted(args, &n));
  if (!n) n = mote_run_latest(mote_project_dir(args), NULL);
  if (n <= 0)
    return n < 0 ? n
                 : mote_fail(MOTE_ERR_USAGE, "nothing is trained yet: run `mote train`");
  MOTE_TRY(mote_run_path(mote_project_dir(args), n, dir));
  MOTE_TRY(mote_trained_load(dir, &r->t));
  const char *v = mote_flag(args, "variant");
  if (v && strcmp(v, "int8") && strcmp(v, "float32"))
    return mote_fail(MOTE_ERR_USAGE, "--variant: \"%s\"; choose int8 or float32", v);
  r->variant = v && !strcmp(v, "float32") ? MOTE_VARIANT_F32 : MOTE_VARIANT_I8;
  const mote_impulse_t *m = r->t->impulse;
  r->main = -1;
  for (int i = m->n_learn; i-- > 0;)
    if (!strcmp(m->learn[i].type, "classifier")) r->main = i;
  mote_smoothing_t cfg;
  uint32_t classes = r->main >= 0 ? (uint32_t)mote_infer_outputs(r->t, r->main) : 1;
  return mote_smoothing_read(m, classes, &cfg, &r->smooth);
}

static int run(const mote_args_t *args) {
  if (!mote_arg_count(args))
    return mote_fail(MOTE_ERR_USAGE, "give the files to run: mote run FILE...");
  runner_t r = {.args = args, .files = json_array()};
  int rc = r.files ? prepare(args, &r) : MOTE_ERR_NOMEM;
  for (size_t i = 0; rc == MOTE_OK && i < mote_arg_count(args); i++)
    rc = mote_walk(mote_arg(args, i), one_file, &r);
  if (rc == MOTE_OK && mote_json_wanted(args))
    rc = mote_print_json(json_pack("{s:O}", "files", r.files));
  json_decref(r.files);
  mote_trained_free(r.t);
  return rc;
}

static const mote_flag_t flags[] = {
    {"run", 0, "N", "Use runs/N instead of the latest.", 0},
    {"variant", 0, "V", "int8 (default) or float32.", 0},
    {NULL, 0, NULL, NULL, 0},
};

const mote_verb_t mote_verb_run = {
    .name = "run",
    .usage = "FILE...",
    .summary = "Classify recordings window by window, as the device would.",
    .details =
        "A '*' marks an event: a decision that is new after smoothing and suppression\n"
        "(impulse.json, \"smoothing\").",
    .flags = flags,
    .run = run};
