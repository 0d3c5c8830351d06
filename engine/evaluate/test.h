/* SPDX-License-Identifier: Apache-2.0
 * `mote test`: a run against the testing split, float32 and int8, with the device
 * kernels. */
#ifndef MOTE_EVALUATE_TEST_H
#define MOTE_EVALUATE_TEST_H

#include "evaluate/metrics.h"
#include "features/features.h"
#include "impulse/infer.h"

typedef struct {
  const char *project;
  int run;                  /* 0: the latest */
  mote_split_t split;       /* testing by default */
  double confidence;        /* classifier windows below it are "uncertain"; 0: 0.6 */
} mote_test_options_t;

/* One learner on all windows. Scores are kept for reports: [n][outputs] per variant. */
typedef struct {
  const mote_learner_t *learner;
  size_t outputs;
  float *score[2];          /* by mote_variant_t; [1] NULL without int8 */
  mote_class_report_t cls[2];
  mote_class_report_t recording[2]; /* mean score over a recording's windows */
  mote_regress_report_t regress[2];
  mote_anomaly_report_t anomaly;
  int32_t *label;           /* [n] index into its labels, MOTE_NO_LABEL: unknown to it */
  uint8_t *anomalous;       /* [n] anomaly learners: label not among the normal ones */
  uint32_t *row; size_t n_rows; /* windows that count for the metrics */
} mote_learner_test_t;

typedef struct {
  mote_arena_t *arena;
  mote_trained_t *trained;
  mote_dataset_t *ds;
  mote_feature_set_t *set;
  int run;
  double confidence;
  mote_learner_test_t learn[MOTE_LEARNERS_MAX];
} mote_test_t;

int mote_test_run(const mote_test_options_t *opt, mote_test_t **out);
void mote_test_free(mote_test_t *t);
/* {"float32": {...}, "int8": {...}, "learners": {name: {...}}, "run": n, ...} */
json_t *mote_test_json(const mote_test_t *t);

/* Rules of a gate file against the JSON of a test: every top-level member is a path into
 * it
 * ("int8.accuracy") with {"min": x} and/or {"max": x}; a '*' stands for every member.
 * MOTE_ERR_GATE names the first rule that broke; `report` gets one row per rule. */
int mote_gate_check(json_t *gate, json_t *test, json_t **report);

#endif
