/* SPDX-License-Identifier: Apache-2.0
 * "test": what `mote test` says, and beside it the scores that its figures condense:
 * histograms of anomaly scores, answers of a regression against the truth. */
#include <math.h>
#include <string.h>

#include "report/gather.h"

#define BINS  48
#define PAIRS 1000

static int ends_of(const mote_learner_test_t *l, double threshold, double *lo,
                   double *hi) {
  *lo = INFINITY, *hi = -INFINITY;
  for (size_t r = 0; r < l->n_rows; r++) {
    double v = (double)l->score[0][l->row[r]];
    if (!isfinite(v)) continue;
    if (v < *lo) *lo = v;
    if (v > *hi) *hi = v;
  }
  if (isfinite(threshold) && threshold < *lo) *lo = threshold;
  if (isfinite(threshold) && threshold > *hi) *hi = threshold;
  /* far outliers are gathered in the last bin, so that the threshold stays visible */
  if (threshold > *lo && *hi > threshold + 6 * (threshold - *lo))
    *hi = threshold + 6 * (threshold - *lo);
  return *hi > *lo;
}

static json_t *histogram(const mote_learner_test_t *l, double threshold) {
  uint64_t count[2][BINS] = {{0}};
  double lo, hi;
  if (!ends_of(l, threshold, &lo, &hi)) return NULL;
  for (size_t r = 0; r < l->n_rows; r++) {
    double at = ((double)l->score[0][l->row[r]] - lo) / (hi - lo) * BINS;
    size_t bin = at >= 0 ? at < BINS ? (size_t)at : BINS - 1 : 0;
    count[l->anomalous[l->row[r]] != 0][bin]++;
  }
  json_t *bins[2] = {json_array(), json_array()};
  for (int k = 0; k < 2; k++)
    for (size_t b = 0; b < BINS; b++)
      json_array_append_new(bins[k], json_integer((json_int_t)count[k][b]));
  return json_pack("{s:f, s:f, s:f, s:o, s:o}", "low", lo, "high", hi, "threshold",
                   threshold, "normal", bins[0], "anomalous", bins[1]);
}

static json_t *pairs(const mote_test_t *t, const mote_learner_test_t *l) {
  json_t *truth = json_array(), *answer = json_array();
  const float *y = l->score[1] ? l->score[1] : l->score[0];
  size_t n = l->n_rows < PAIRS ? l->n_rows : PAIRS;
  for (size_t i = 0; i < n; i++) {
    size_t row = l->row[i * l->n_rows / n];
    (void)mote_gather_real(truth, (double)t->set->windows[row].target);
    (void)mote_gather_real(answer, (double)y[row * l->outputs]);
  }
  return json_pack("{s:o, s:o}", "truth", truth, "answer", answer);
}

int mote_gather_scores(mote_gather_t *g) {
  json_t *j = mote_test_json(g->test), *all = json_object_get(j, "learners");
  MOTE_TRY(mote_gather_set(g->out, "test", j));
  for (int i = 0; i < g->test->trained->impulse->n_learn; i++) {
    const mote_learner_test_t *l = &g->test->learn[i];
    json_t *one = json_object_get(all, l->learner->name);
    if (!strcmp(l->learner->type, "classifier")) continue;
    int regress = !strcmp(l->learner->type, "regression");
    json_t *v =
        regress ? pairs(g->test, l) : histogram(l, g->test->trained->learn[i].threshold);
    if (v) MOTE_TRY(mote_gather_set(one, regress ? "pairs" : "histogram", v));
  }
  return MOTE_OK;
}
