/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "learn/learn.h"
#include "verb.h"

/* The epoch line is redrawn on a terminal; a log keeps the lines of new best epochs. */
static void log_line(void *ctx, const char *line) {
  const mote_args_t *args = ctx;
  if (mote_flag(args, "quiet")) return;
  int epoch = strstr(line, "  epoch ") != NULL, best = strchr(line, '*') != NULL;
  if (!epoch) fprintf(stderr, "%s\n", line);
  else if (isatty(STDERR_FILENO)) fprintf(stderr, "\r%s\033[K%s", line, best ? "\n" : "");
  else if (best) fprintf(stderr, "%s\n", line);
}

static void tell_network(const mote_args_t *args, const char *name, json_t *one) {
  json_t *q = json_object_get(one, "int8");
  mote_say(
      args,
      "  %-14s %lld weights, %lld multiply-accumulates per window; best epoch %lld\n",
      name, (long long)json_integer_value(json_object_get(one, "params")),
      (long long)json_integer_value(json_object_get(one, "macs")),
      (long long)json_integer_value(json_object_get(one, "best_epoch")));
  int classes =
      strcmp(json_string_value(json_object_get(one, "type")), "regression") != 0;
  double f32 = json_real_value(json_object_get(q, "float32"));
  double i8 = json_real_value(json_object_get(q, "int8"));
  if (classes)
    mote_say(args, "  %-14s validation accuracy %.2f %% float32, %.2f %% int8 (%s)\n", "",
             f32, i8, json_string_value(json_object_get(q, "method")));
  else
    mote_say(args, "  %-14s validation error %.4g float32, %.4g int8 (%s)\n", "", -f32,
             -i8, json_string_value(json_object_get(q, "method")));
}

static void tell(const mote_args_t *args, int n, json_t *m) {
  json_t *w = json_object_get(m, "windows"), *one;
  const char *name;
  mote_say(args,
           "run %d: %lld training windows, %lld validation windows, %lld features\n", n,
           (long long)json_integer_value(json_object_get(w, "training")),
           (long long)json_integer_value(json_object_get(w, "validation")),
           (long long)json_integer_value(json_object_get(m, "features")));
  json_object_foreach(json_object_get(m, "learners"), name, one) {
    if (json_object_get(one, "int8")) tell_network(args, name, one);
    else
      mote_say(args, "  %-14s threshold %.4g for %.2g %% false alarms\n", name,
               json_real_value(json_object_get(one, "threshold")),
               100 * json_real_value(json_object_get(one, "false_alarm")));
  }
  mote_say(args, "next: mote test, or mote report\n");
}

static int run(const mote_args_t *args) {
  double seed = 1;
  MOTE_TRY(mote_flag_number(args, "seed", 0, 1e9, &seed));
  mote_learn_options_t opt = {.project = mote_project_dir(args), .seed = (uint64_t)seed,
                              .log = log_line, .ctx = (void *)args};
  json_t *metrics = NULL;
  int n = mote_learn_run(&opt, &metrics);
  if (n < 0) return n;
  json_object_set_new(metrics, "run", json_integer(n));
  int rc = MOTE_OK;
  if (mote_json_wanted(args)) rc = mote_print_json(json_incref(metrics));
  else tell(args, n, metrics);
  json_decref(metrics);
  return rc;
}

static const mote_flag_t flags[] = {
    {"seed", 0, "N", "Seed of every random choice (default 1); same seed, same bytes.",
     0},
    {NULL, 0, NULL, NULL, 0},
};

const mote_verb_t mote_verb_train = {
    .name = "train",
    .usage = "",
    .summary = "Train the learners of impulse.json and freeze the run.",
    .details =
        "Holds out validation recordings (by recording, or by validation.group),\n"
        "computes features, trains every learner, makes int8 models and writes runs/N:\n"
        "the design, the models and metrics.json. Same data, design and seed give the\n"
        "same bytes on any machine with any number of threads.",
    .flags = flags,
    .run = run};
