/* SPDX-License-Identifier: Apache-2.0
 * Learners: a design and a feature matrix become graphs. One learner = one file
 * engine/learn/<type>.c + a row in engine/learn/learners.def. */
#ifndef MOTE_LEARN_H
#define MOTE_LEARN_H

#include "features/features.h"
#include "impulse/impulse.h"

/* What a learner is given. Matrices hold the concatenated features of its input blocks.
 */
typedef struct {
  const mote_impulse_t *impulse;
  const mote_learner_t *learner;
  const float *train, *valid;        /* [n][d] raw features */
  size_t n_train, n_valid, d;
  const int32_t *train_label, *valid_label;  /* index into labels, or MOTE_NO_LABEL */
  const float *train_target, *valid_target;  /* regression */
  const char *const *labels; size_t n_labels;
  const float *mean, *scale; size_t n_norm;  /* the normaliser: period n_norm divides d */
  uint64_t seed;
  const char *run_dir;               /* for curves and logs; NULL: none */
  /* one line per epoch or phase, already formatted; may be NULL */
  void (*log)(void *ctx, const char *line);
  void *ctx;
} mote_learn_job_t;

typedef struct {
  mote_graph_t *f32, *i8; /* raw features → scores; i8 may be NULL */
  json_t *report; /* curves, layers, quantisation report ... : goes to metrics.json */
} mote_learn_result_t;

typedef struct {
  const char *type, *help;
  int needs_labels;                /* classifier */
  const mote_param_t *params;      /* "params" of the learner; may be NULL */
  size_t n_params;
  int (*train)(const mote_learn_job_t *job, mote_learn_result_t *out);
} mote_learner_kind_t;

extern const mote_learner_kind_t *const mote_learner_kinds[]; /* NULL-terminated */
const mote_learner_kind_t *mote_learner_kind_find(const char *type);

/* ---- the whole of `mote train` ---- */

typedef struct {
  const char *project;
  uint64_t seed;
  int no_quantise;
  void (*log)(void *ctx, const char *line);
  void *ctx;
} mote_learn_options_t;

/* Trains every learner of the project's impulse.json and freezes runs/<n>: returns n
 * >= 1. `summary` (may be NULL) gets a new reference to what metrics.json says. */
int mote_learn_run(const mote_learn_options_t *opt, json_t **summary);

/* ---- helpers shared by the learners ---- */

/* A graph whose first node normalises the raw features, with tensor `features` as input
 * of dims [1, rows, 1, cols] ([1, cols] when flat); returns the normalised tensor's
 * index. */
int mote_learn_front(const mote_learn_job_t *job, mote_graph_t *g);

#endif
