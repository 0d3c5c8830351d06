/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include <stdlib.h>

#include "dataset/project.h"
#include "evaluate/test.h"
#include "project.h"
#include "verb.h"

static void say_number(const mote_args_t *args, double v) {
  if (isfinite(v)) mote_say(args, "  %9.4f", v);
  else mote_say(args, "  %9s", "-");
}

static void tell_classes(const mote_args_t *args, const mote_test_t *t, int i) {
  const mote_learner_test_t *o = &t->learn[i];
  const char **labels = t->trained->learn[i].labels;
  mote_say(args, "%-24s  %9s  %9s\n", "", "float32", o->score[1] ? "int8" : "");
  const struct { const char *name; double v[2]; } row[] = {
      {"accuracy (windows)", {o->cls[0].accuracy, o->cls[1].accuracy}},
      {"accuracy (recordings)", {o->recording[0].accuracy, o->recording[1].accuracy}},
      {"macro F1", {o->cls[0].macro_f1, o->cls[1].macro_f1}},
      {"AUC", {o->cls[0].auc, o->cls[1].auc}},
      {"log loss", {o->cls[0].log_loss, o->cls[1].log_loss}},
      {"uncertain", {o->cls[0].uncertain, o->cls[1].uncertain}}};
  for (size_t r = 0; r < sizeof row / sizeof *row; r++) {
    mote_say(args, "  %-22s", row[r].name);
    say_number(args, row[r].v[0]);
    if (o->score[1]) say_number(args, row[r].v[1]);
    mote_say(args, "\n");
  }
  const mote_class_report_t *c = &o->cls[o->score[1] ? 1 : 0];
  mote_say(args, "\n%-16s %9s %9s %9s %8s   confusion (%s)\n", "", "precision", "recall",
           "F1", "windows", o->score[1] ? "int8" : "float32");
  for (size_t k = 0; k < c->k; k++) {
    mote_say(args, "  %-14.14s %9.3f %9.3f %9.3f %8llu  ", labels[k], c->cls[k].precision,
             c->cls[k].recall, c->cls[k].f1, (unsigned long long)c->cls[k].support);
    for (size_t p = 0; p <= c->k && c->k <= 16; p++)
      mote_say(args, " %5llu", (unsigned long long)c->confusion[k * (c->k + 1) + p]);
    mote_say(args, "\n");
  }
  if (c->k <= 16)
    mote_say(args, "  (columns in the same order, the last one is \"uncertain\")\n");
}

static void tell_regress(const mote_args_t *args, const mote_learner_test_t *o) {
  static const char *const name[2] = {"float32", "int8"};
  for (int v = 0; v < 2; v++)
    if (o->score[v])
      mote_say(args, "  %-8s MAE %.4g  RMSE %.4g  R2 %.4f  largest error %.4g\n", name[v],
               o->regress[v].mae, o->regress[v].rmse, o->regress[v].r2,
               o->regress[v].max_error);
}

static void tell_anomaly(const mote_args_t *args, const mote_anomaly_report_t *r) {
  if (!r->positives) {
    mote_say(args,
             "  no window carries a label that training did not know: %.2f %% of %zu "
             "normal windows are flagged\n",
             100 * r->false_alarm, r->n);
    return;
  }
  mote_say(args,
           "  AUC %.4f; at the threshold %.4g: F1 %.4f, precision %.4f, recall %.4f, "
           "false alarms %.2f %%\n",
           r->auc, r->threshold, r->f1, r->precision, r->recall, 100 * r->false_alarm);
}

static void tell(const mote_args_t *args, const mote_test_t *t) {
  mote_say(args, "run %d on %zu windows of %zu recordings\n", t->run, t->set->n,
           t->set->samples.n);
  for (int i = 0; i < t->trained->impulse->n_learn; i++) {
    const mote_learner_test_t *o = &t->learn[i];
    mote_say(args, "\n%s (%s)", o->learner->name, o->learner->type);
    if (o->n_rows < t->set->n)
      mote_say(args, ", %zu windows with labels it does not know left out",
               t->set->n - o->n_rows);
    mote_say(args, "\n");
    if (!strcmp(o->learner->type, "classifier")) tell_classes(args, t, i);
    else if (!strcmp(o->learner->type, "regression")) tell_regress(args, o);
    else tell_anomaly(args, &o->anomaly);
    if (t->trained->learn[i].prefer_f32)
      mote_say(
          args,
          "  warning: int8 costs more than 1 point here; compile --variant float32\n");
  }
}

static int check_gate(const mote_args_t *args, json_t *result) {
  const char *path = mote_flag(args, "gate");
  if (!path) return MOTE_OK;
  json_error_t e;
  json_t *gate = json_load_file(path, 0, &e), *report = NULL;
  if (!gate) return mote_fail(MOTE_ERR_USAGE, "%s:%d: %s", path, e.line, e.text);
  int rc = mote_gate_check(gate, result, &report);
  if (rc == MOTE_OK)
    mote_say(args, "\ngate: all %zu rules hold\n", json_array_size(report));
  if (report) json_object_set_new(result, "gate", report);
  json_decref(gate);
  return rc;
}

static int save(const char *project, int run, json_t *j) {
  char dir[MOTE_PATH_MAX], path[MOTE_PATH_MAX];
  MOTE_TRY(mote_run_path(project, run, dir));
  MOTE_TRY(mote_path_join(path, dir, "test.json"));
  char *text = json_dumps(j, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
  int rc = text ? mote_file_write(path, text, strlen(text)) : MOTE_ERR_NOMEM;
  free(text);
  return rc;
}

static int run(const mote_args_t *args) {
  mote_test_options_t opt = {.project = mote_project_dir(args),
                             .split = MOTE_SPLIT_TESTING};
  MOTE_TRY(mote_run_wanted(args, &opt.run));
  MOTE_TRY(mote_flag_number(args, "confidence", 0, 1, &opt.confidence));
  if (mote_flag(args, "split"))
    MOTE_TRY(mote_split_parse(mote_flag(args, "split"), &opt.split));
  mote_test_t *t = NULL;
  MOTE_TRY(mote_test_run(&opt, &t));
  tell(args, t);
  json_t *j = mote_test_json(t);
  int rc = j ? save(opt.project, t->run, j) : MOTE_ERR_NOMEM;
  int gate = rc == MOTE_OK ? check_gate(args, j) : rc;
  if (rc == MOTE_OK && mote_json_wanted(args)) rc = mote_print_json(json_incref(j));
  json_decref(j);
  mote_test_free(t);
  return gate < 0 ? gate : rc;
}

static const mote_flag_t flags[] = {
    {"gate", 0, "FILE", "Fail (exit code 4) when a rule of FILE does not hold.", 0},
    {"run", 0, "N", "Test runs/N instead of the latest.", 0},
    {"split", 0, "NAME", "Test on another split (default testing).", 0},
    {"confidence", 0, "P", "Scores below P count as uncertain (default 0.6).", 0},
    {NULL, 0, NULL, NULL, 0},
};

const mote_verb_t mote_verb_test = {
    .name = "test",
    .usage = "",
    .summary = "Run the float32 and int8 models on the testing samples.",
    .details = "Uses the kernels that are exported, so these are the device's answers.\n"
               "A gate file is JSON: {\"int8.accuracy\": {\"min\": 0.9},\n"
               "\"int8.per_class.*.recall\": {\"min\": 0.8}, \"int8_drop_points\": "
               "{\"max\": 1}}.\n"
               "Paths are those of `mote test --json`; '*' stands for every member.",
    .flags = flags,
    .run = run};
