/* SPDX-License-Identifier: Apache-2.0
 * Metrics against figures worked out by hand, and gates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evaluate/test.h"

#define NEAR(a, b) assert_float_equal(a, b, 1e-9)

/* Five windows of classes 0 0 1 1 2; the fourth is taken for 2, the last is unsure. */
static const float scores[5][3] = {
    {0.8f, 0.1f, 0.1f}, {0.7f, 0.2f, 0.1f}, {0.1f, 0.8f, 0.1f}, {0.1f, 0.2f, 0.7f},
    {0.3f, 0.2f, 0.5f}};
static const int32_t truth[5] = {0, 0, 1, 1, 2};

static void classes_by_hand(void **state) {
  mote_arena_t *a = mote_arena_new();
  mote_class_report_t r;
  (void)state;
  assert_int_equal(mote_metrics_classes(scores[0], truth, 5, 3, 0.6, a, &r), 0);
  NEAR(r.accuracy, 0.8);
  NEAR(r.uncertain, 0.2);
  NEAR(r.cls[0].f1, 1);
  NEAR(r.cls[1].precision, 1);
  NEAR(r.cls[1].recall, 0.5);
  NEAR(r.cls[1].f1, 2.0 / 3);
  NEAR(r.cls[2].precision, 0.5);
  NEAR(r.cls[2].recall, 1);
  NEAR(r.cls[2].f1, 2.0 / 3);
  NEAR(r.macro_f1, (1 + 2.0 / 3 + 2.0 / 3) / 3);
  NEAR(r.weighted_f1, (2 * 1 + 2 * 2.0 / 3 + 2.0 / 3) / 5);
  double loss = -(log(0.8) + log(0.7) + log(0.8) + log(0.2) + log(0.5)) / 5;
  assert_float_equal(r.log_loss, loss, 1e-6);
  /* class 1: 0.8 and 0.2 against 0.1 0.2 0.2: 3 + (1 + 0.5 + 0.5) of 6 pairs */
  NEAR(r.cls[1].auc, 5.0 / 6);
  /* class 2: 0.5 against 0.1 0.1 0.1 0.7: 3 of 4 pairs */
  NEAR(r.cls[2].auc, 0.75);
  NEAR(r.auc, (1 + 5.0 / 6 + 0.75) / 3);
  const uint64_t confusion[3][4] = {{2, 0, 0, 0}, {0, 1, 1, 0}, {0, 0, 0, 1}};
  assert_memory_equal(r.confusion, confusion, sizeof confusion);
  mote_arena_free(a);
}

/* A class that never occurs has no AUC and does not pull the averages down. */
static void absent_classes_do_not_count(void **state) {
  static const float s[2][3] = {{0.9f, 0.1f, 0}, {0.2f, 0.8f, 0}};
  static const int32_t label[2] = {0, 1};
  mote_arena_t *a = mote_arena_new();
  mote_class_report_t r;
  (void)state;
  assert_int_equal(mote_metrics_classes(s[0], label, 2, 3, 0, a, &r), 0);
  NEAR(r.macro_f1, 1);
  NEAR(r.auc, 1);
  assert_true(isnan(r.cls[2].auc));
  assert_int_equal(mote_metrics_classes(s[0], label, 0, 3, 0, a, &r), 0);
  NEAR(r.accuracy, 0);
  mote_arena_free(a);
}

/* An impossible probability costs log(1e-7), not infinity. */
static void log_loss_is_clipped(void **state) {
  static const float s[2] = {0, 1};
  static const int32_t label[1] = {0};
  mote_arena_t *a = mote_arena_new();
  mote_class_report_t r;
  (void)state;
  assert_int_equal(mote_metrics_classes(s, label, 1, 2, 0, a, &r), 0);
  assert_float_equal(r.log_loss, -log(1e-7), 1e-6);
  mote_arena_free(a);
}

static void regression_by_hand(void **state) {
  static const float y[4] = {1, 2, 3, 6}, t[4] = {1, 3, 3, 5};
  mote_regress_report_t r;
  (void)state;
  mote_metrics_regress(y, t, 4, &r);
  NEAR(r.mse, 0.5);
  NEAR(r.rmse, sqrt(0.5));
  NEAR(r.mae, 0.5);
  NEAR(r.bias, 0);
  NEAR(r.max_error, 1);
  NEAR(r.r2, 1 - 2.0 / 8);
}

static void anomaly_by_hand(void **state) {
  static const float s[6] = {0.1f, 0.4f, 0.35f, 0.8f, 0.4f, 0.9f};
  static const uint8_t p[6] = {0, 0, 1, 1, 1, 0};
  mote_arena_t *a = mote_arena_new();
  mote_anomaly_report_t r;
  (void)state;
  /* positives 0.35 0.8 0.4 against 0.1 0.4 0.9: 1 + 2 + 1.5 of 9 */
  NEAR(mote_metrics_auc(s, p, 6), 4.5 / 9);
  assert_true(isnan(mote_metrics_auc(s, p, 2)));
  assert_int_equal(mote_metrics_anomaly(s, p, 6, 0.5, a, &r), 0);
  NEAR(r.auc, 0.5);
  NEAR(r.precision, 0.5);
  NEAR(r.recall, 1.0 / 3);
  NEAR(r.f1, 0.4);
  NEAR(r.false_alarm, 1.0 / 3);
  NEAR(r.best_f1, 0.75); /* all but 0.1 */
  assert_true(r.best_threshold > 0.1 && r.best_threshold < 0.35);
  /* (0,0) (1/3,0) (1/3,1/3) (2/3,2/3) (2/3,1) (1,1): the tie at 0.4 is one step */
  const double fpr[] = {0, 1.0 / 3, 1.0 / 3, 2.0 / 3, 2.0 / 3, 1};
  const double tpr[] = {0, 0, 1.0 / 3, 2.0 / 3, 1, 1};
  assert_int_equal(r.n_curve, 6);
  for (size_t i = 0; i < 6; i++) {
    NEAR(r.fpr[i], fpr[i]);
    NEAR(r.tpr[i], tpr[i]);
  }
  mote_arena_free(a);
}

/* Many scores: at most 201 points, both ends, never falling. */
static void long_curves_are_thinned(void **state) {
  enum { N = 5000 };
  static float s[N];
  static uint8_t p[N];
  mote_arena_t *a = mote_arena_new();
  mote_anomaly_report_t r;
  (void)state;
  for (size_t i = 0; i < N; i++) s[i] = (float)(i * 7919 % 1000), p[i] = i % 3 == 0;
  assert_int_equal(mote_metrics_anomaly(s, p, N, 500, a, &r), 0);
  assert_in_range(r.n_curve, 100, 201);
  NEAR(r.fpr[0] + r.tpr[0], 0);
  NEAR(r.fpr[r.n_curve - 1] + r.tpr[r.n_curve - 1], 2);
  for (size_t i = 1; i < r.n_curve; i++)
    assert_true(r.fpr[i] >= r.fpr[i - 1] && r.tpr[i] >= r.tpr[i - 1]);
  mote_arena_free(a);
}

static const char result[] =
    "{\"int8\":{\"accuracy\":0.9,\"per_class\":{\"a.b\":{\"recall\":0.95},"
    "\"c\":{\"recall\":0.7}}},\"none\":null}";

static int gate(const char *text, size_t *rows) {
  json_t *g = json_loads(text, JSON_DECODE_ANY, NULL), *t = json_loads(result, 0, NULL);
  json_t *report = NULL;
  assert_non_null(g);
  int rc = mote_gate_check(g, t, &report);
  *rows = json_array_size(report);
  json_decref(g);
  json_decref(t);
  json_decref(report);
  return rc;
}

static void gates_hold_or_say_what_broke(void **state) {
  size_t n;
  (void)state;
  assert_int_equal(gate("{\"int8.accuracy\":{\"min\":0.9,\"max\":0.9}}", &n), 0);
  assert_int_equal(n, 1);
  assert_int_equal(gate("{\"int8.per_class.*.recall\":{\"min\":0.5}}", &n), 0);
  assert_int_equal(n, 2);
  assert_int_equal(gate("{\"int8.per_class.*.recall\":{\"min\":0.8}}", &n),
                   MOTE_ERR_GATE);
  assert_non_null(strstr(mote_errmsg(), "int8.per_class.c.recall is 0.7"));
  assert_non_null(strstr(mote_errmsg(), "at least 0.8"));
  assert_int_equal(gate("{\"int8.accuracy\":{\"max\":0.5}}", &n), MOTE_ERR_GATE);
  assert_non_null(strstr(mote_errmsg(), "at most 0.5"));
  assert_int_equal(gate("{\"none\":{\"min\":0}}", &n), MOTE_ERR_GATE); /* not a number */
}

static void gates_that_check_nothing_are_refused(void **state) {
  size_t n;
  (void)state;
  assert_int_equal(gate("{\"int8.acuracy\":{\"min\":0.9}}", &n), MOTE_ERR_USAGE);
  assert_non_null(strstr(mote_errmsg(), "int8.acuracy"));
  assert_int_equal(gate("{\"int8.accuracy\":0.9}", &n), MOTE_ERR_USAGE);
  assert_non_null(strstr(mote_errmsg(), "{\"min\": x}"));
  assert_int_equal(gate("[]", &n), MOTE_ERR_USAGE);
}

static void gates_survive_long_labels(void **state) {
  char label[3000], *text;
  json_t *report = NULL;
  (void)state;
  memset(label, 'x', sizeof label - 1);
  label[sizeof label - 1] = 0;
  json_t *t = json_pack("{s:{s:{s:f}}}", "p", label, "recall", 0.5);
  json_t *g = json_pack("{s:{s:f}}", "p.*.recall", "min", 0.9);
  assert_true(mote_gate_check(g, t, &report) < 0);
  text = report ? json_dumps(report, 0) : NULL;
  free(text);
  json_decref(report);
  json_decref(t);
  json_decref(g);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(classes_by_hand),
      cmocka_unit_test(absent_classes_do_not_count),
      cmocka_unit_test(log_loss_is_clipped),
      cmocka_unit_test(regression_by_hand),
      cmocka_unit_test(anomaly_by_hand),
      cmocka_unit_test(long_curves_are_thinned),
      cmocka_unit_test(gates_hold_or_say_what_broke),
      cmocka_unit_test(gates_that_check_nothing_are_refused),
      cmocka_unit_test(gates_survive_long_labels),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
