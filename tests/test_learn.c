/* SPDX-License-Identifier: Apache-2.0
 * The learners on data whose answer is known, and `mote train` from recordings to a run.
 */
#include "dataset_fixture.h"

#include <math.h>

#include "base/par.h"
#include "base/rng.h"
#include "evaluate/test.h"
#include "learn/learn.h"
#include "model/op.h"

/* ---- anomaly learners ---- */

enum { TRAIN = 600, VALID = 500, TEST = 400, D = 2 };

typedef struct {
  float train[TRAIN][D], valid[VALID][D], test[TEST][D];
  uint8_t anomalous[TEST];
} points_t;

/* Normal: two long clusters that cross no axis squarely. Anomalies: the empty quarter. */
static void normal_point(mote_rng_t *r, float out[D]) {
  float along = mote_rng_normal(r), across = 0.2f * mote_rng_normal(r);
  float side = mote_rng_unit(r) < 0.5f ? 4.0f : -4.0f;
  out[0] = side + along + across;
  out[1] = side + along - across;
}

static void make_points(points_t *p) {
  mote_rng_t r = mote_rng(11, 0);
  for (size_t i = 0; i < TRAIN; i++) normal_point(&r, p->train[i]);
  for (size_t i = 0; i < VALID; i++) normal_point(&r, p->valid[i]);
  for (size_t i = 0; i < TEST; i++) {
    normal_point(&r, p->test[i]);
    p->anomalous[i] = i % 4 == 0;
    if (!p->anomalous[i]) continue;
    p->test[i][0] = 4 + 0.5f * mote_rng_normal(&r);
    p->test[i][1] = -4 + 0.5f * mote_rng_normal(&r);
  }
}

static mote_learn_result_t learn(const points_t *p, const char *type,
                                 const char *params) {
  static const char *const labels[] = {"normal"};
  static int32_t label[TRAIN + VALID];
  char text[400];
  snprintf(text, sizeof text, "{\"type\":\"%s\",\"params\":{%s}}", type, params);
  for (char *c = text; *c; c++)
    if (*c == '\'') *c = '"';
  mote_learner_t l = {.name = "a", .type = type, .rows = 1, .cols = D};
  l.spec = json_loads(text, 0, NULL);
  mote_learn_job_t job = {.learner = &l,
                          .train = p->train[0],
                          .valid = p->valid[0],
                          .n_train = TRAIN,
                          .n_valid = VALID,
                          .d = D,
                          .train_label = label,
                          .valid_label = label,
                          .labels = labels,
                          .n_labels = 1,
                          .seed = 3};
  mote_learn_result_t out = {0};
  if (mote_learner_kind_find(type)->train(&job, &out) < 0) fail_msg("%s", mote_errmsg());
  json_decref(l.spec);
  return out;
}

static void forget(mote_learn_result_t *r) {
  mote_graph_free(r->f32);
  mote_graph_free(r->i8);
  json_decref(r->report);
}

static void score(const mote_learn_result_t *r, const float *x, size_t n, float *out) {
  mote_program_t *prog;
  mote_exec_t *e;
  assert_int_equal(mote_lower(r->f32, &prog), 0);
  assert_int_equal(mote_exec_new(prog, &e), 0);
  for (size_t i = 0; i < n; i++) {
    const void *in = x + i * D;
    void *to = out + i;
    assert_int_equal(mote_exec_run(e, &in, &to), 0);
  }
  mote_exec_free(e);
  mote_program_free(prog);
}

static void anomalies_are_found(void **state) {
  static const char *const cases[][2] = {{"kmeans", "'clusters':8"},
                                         {"gmm", ""},
                                         {"gmm", "'covariance':'diag'"},
                                         {"gmm", "'components':2,'covariance':'full'"}};
  static points_t p;
  float s[TEST];
  (void)state;
  make_points(&p);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mote_learn_result_t r = learn(&p, cases[i][0], cases[i][1]);
    score(&r, p.test[0], TEST, s);
    double auc = mote_metrics_auc(s, p.anomalous, TEST);
    if (!(auc > 0.99)) fail_msg("%s {%s}: AUC %g", cases[i][0], cases[i][1], auc);
    forget(&r);
  }
}

/* The threshold leaves the wanted share of the validation rows above it. */
static void threshold_gives_the_false_alarms(void **state) {
  static const double shares[] = {0.01, 0.05, 0.2};
  static points_t p;
  float s[VALID];
  (void)state;
  make_points(&p);
  for (int k = 0; k < 6; k++) {
    char params[80];
    snprintf(params, sizeof params, "'false_alarm':%g", shares[k / 2]);
    mote_learn_result_t r = learn(&p, k % 2 ? "gmm" : "kmeans", params);
    double t = json_number_value(json_object_get(r.f32->meta, "threshold"));
    size_t above = 0;
    score(&r, p.valid[0], VALID, s);
    for (size_t i = 0; i < VALID; i++) above += (double)s[i] > t;
    assert_float_equal((double)above / VALID, shares[k / 2], 1.5 / VALID);
    forget(&r);
  }
}

static const float *constant(const mote_graph_t *g, const char *name) {
  for (int i = 0; i < g->n_tensors; i++)
    if (g->tensors[i].name && !strcmp(g->tensors[i].name, name))
      return g->tensors[i].data;
  fail_msg("the graph has no constant %s", name);
  return NULL;
}

/* One Gaussian, fitted and evaluated by the textbook: score = (nll - mean) / deviation.
 */
static void gmm_equals_the_formula(void **state) {
  static points_t p;
  float s[TEST];
  (void)state;
  make_points(&p);
  mote_learn_result_t r =
      learn(&p, "gmm", "'components':1,'covariance':'full','shrinkage':0");
  const float *nll = constant(r.f32, "nll");
  double m[D] = {0}, c[3] = {0}; /* of standardised rows: mean 0, variance 1 */
  const float *mean = constant(r.f32, "mean"), *scale = constant(r.f32, "scale");
  for (size_t i = 0; i < TRAIN; i++) {
    double u = (double)(p.train[i][0] - mean[0]) * (double)scale[0];
    double v = (double)(p.train[i][1] - mean[1]) * (double)scale[1];
    m[0] += u / TRAIN, m[1] += v / TRAIN;
    c[0] += u * u / TRAIN, c[1] += u * v / TRAIN, c[2] += v * v / TRAIN;
  }
  c[0] += 1e-3 - m[0] * m[0], c[1] -= m[0] * m[1], c[2] += 1e-3 - m[1] * m[1];
  double det = c[0] * c[2] - c[1] * c[1];
  score(&r, p.test[0], TEST, s);
  for (size_t i = 0; i < TEST; i++) {
    double u = (double)((p.test[i][0] - mean[0]) * scale[0]) - m[0];
    double v = (double)((p.test[i][1] - mean[1]) * scale[1]) - m[1];
    double q = (c[2] * u * u - 2 * c[1] * u * v + c[0] * v * v) / det;
    double want = q / 2 + log(det) / 2 + log(2 * 3.14159265358979);
    want = (want - (double)nll[0]) * (double)nll[1];
    assert_float_equal((double)s[i], want, 1e-3 * (1 + fabs(want)));
  }
  forget(&r);
}

/* ---- mote train ---- */

static const char impulse_text[] =
    "{\"mote\":1,\"input\":{\"window_ms\":500,\"stride_ms\":250},"
    "\"dsp\":[{\"id\":2,\"type\":\"flatten\"},{\"id\":3,\"type\":\"raw\"}],"
    "\"learn\":[{\"type\":\"classifier\",\"name\":\"nn\",\"inputs\":[2,3],\"train\":"
    "{\"epochs\":12},\"augment\":{\"copies\":1,\"jitter\":0.05}},"
    "{\"type\":\"kmeans\",\"name\":\"km\",\"inputs\":[2],\"params\":{\"clusters\":6}},"
    "{\"type\":\"gmm\",\"name\":\"gm\",\"inputs\":[2]}]}";

/* Three kinds of movement, 24 recordings of 2 s each; a third of them for testing. */
static void add_movements(fixture_t *f) {
  static const float hz[] = {1, 3, 7};
  mote_rng_t rng = mote_rng(5, 5);
  for (int i = 0; i < 72; i++) {
    mote_buf_t b = {0};
    char name[60], dir[MOTE_PATH_MAX];
    float phase = mote_rng_range(&rng, 0, 6), loud = mote_rng_range(&rng, 1, 2);
    (void)mote_buf_printf(&b, "timestamp,x,y\n");
    for (int t = 0; t < 100; t++) {
      float a = phase + 6.2831853f * hz[i % 3] * (float)t / 50;
      (void)mote_buf_printf(&b, "%d,%.4f,%.4f\n", 20 * t,
                            (double)(loud * sinf(a) + 0.1f * mote_rng_normal(&rng)),
                            (double)((float)(i % 3) + 0.3f * mote_rng_normal(&rng)));
    }
    snprintf(name, sizeof name, "m%d.%d.csv", i % 3, i);
    assert_int_equal(mote_path_join(dir, f->root, i / 3 % 3 ? "train" : "test"), 0);
    write_text(dir, name, (const char *)b.p);
    mote_buf_free(&b);
  }
  for (int k = 0; k < 2; k++) {
    char dir[MOTE_PATH_MAX];
    mote_add_t what = {.split = k ? "training" : "testing"};
    mote_add_result_t r;
    assert_int_equal(mote_path_join(dir, f->root, k ? "train" : "test"), 0);
    assert_int_equal(add_path(f, dir, &what, &r), 0);
    assert_int_equal(r.added, k ? 48 : 24);
  }
  write_text(f->project, "impulse.json", impulse_text);
}

static int train(fixture_t *f, uint64_t seed, int threads) {
  mote_learn_options_t opt = {.project = f->project, .seed = seed};
  mote_threads_set(threads);
  int n = mote_learn_run(&opt, NULL);
  mote_threads_set(0);
  if (n < 0) fail_msg("%s", mote_errmsg());
  return n;
}

static void read_run_file(fixture_t *f, int run, const char *name, mote_buf_t *out) {
  char dir[MOTE_PATH_MAX], path[MOTE_PATH_MAX];
  assert_int_equal(mote_run_path(f->project, run, dir), 0);
  assert_int_equal(mote_path_join(path, dir, name), 0);
  if (mote_file_read(path, 1 << 24, out) < 0) fail_msg("%s", mote_errmsg());
}

static int same_file(fixture_t *f, int run_a, int run_b, const char *name) {
  mote_buf_t a = {0}, b = {0};
  read_run_file(f, run_a, name, &a);
  read_run_file(f, run_b, name, &b);
  int same = a.n == b.n && !memcmp(a.p, b.p, a.n);
  mote_buf_free(&a);
  mote_buf_free(&b);
  return same;
}

static void a_run_is_good_and_repeatable(void **state) {
  static const char *const files[] = {"impulse.json", "nn.f32.mote", "nn.i8.mote",
                                      "km.f32.mote",  "gm.f32.mote", "metrics.json"};
  fixture_t *f = *state;
  mote_test_t *t;
  add_movements(f);
  int first = train(f, 1, 1);
  mote_test_options_t opt = {.project = f->project, .run = first,
                             .split = MOTE_SPLIT_TESTING};
  if (mote_test_run(&opt, &t) < 0) fail_msg("%s", mote_errmsg());
  double f32 = t->learn[0].cls[0].accuracy, i8 = t->learn[0].cls[1].accuracy;
  assert_true(f32 > 0.95);
  assert_true(i8 > f32 - 0.01);
  mote_test_free(t);
  int second = train(f, 1, 2), other = train(f, 2, 2);
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (!same_file(f, first, second, files[i]))
      fail_msg("%s differs between 1 and 2 threads", files[i]);
  assert_false(same_file(f, first, other, "nn.f32.mote"));
}

static void nothing_to_learn_from_is_said(void **state) {
  fixture_t *f = *state;
  mote_learn_options_t opt = {.project = f->project, .seed = 1};
  assert_int_equal(mote_learn_run(&opt, NULL), MOTE_ERR_USAGE);
  assert_non_null(strstr(mote_errmsg(), "mote add"));
  write_text(f->files, "one.csv", "timestamp,x,y\n0,1,2\n10,2,3\n20,2,1\n");
  mote_add_t what = {.split = "training", .label = "idle"};
  mote_add_result_t r;
  assert_int_equal(add_path(f, f->files, &what, &r), 0);
  write_text(f->project, "impulse.json", impulse_text);
  assert_int_equal(mote_learn_run(&opt, NULL), MOTE_ERR_USAGE);
  assert_non_null(strstr(mote_errmsg(), "at least 2 labels"));
  assert_int_equal(mote_run_latest(f->project, NULL), 0); /* no half run */
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(anomalies_are_found),
      cmocka_unit_test(threshold_gives_the_false_alarms),
      cmocka_unit_test(gmm_equals_the_formula),
      cmocka_unit_test_setup_teardown(a_run_is_good_and_repeatable, setup, teardown),
      cmocka_unit_test_setup_teardown(nothing_to_learn_from_is_said, setup, teardown),
  };
  mote_quiet_set(1);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
