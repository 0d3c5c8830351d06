/* SPDX-License-Identifier: Apache-2.0
 * Principal components against a covariance that is known; neighbour embedding: clusters
 * stay apart, equal rows and tiny sets are no trouble, and threads change no bit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/par.h"
#include "base/rng.h"
#include "report/pca.h"
#include "report/tsne.h"

static mote_arena_t *arena;

static void near(double got, double want, double tolerance) {
  if (!(fabs(got - want) <= tolerance)) fail_msg("%.17g, not %.17g", got, want);
}

static int setup(void **state) {
  (void)state;
  arena = mote_arena_new();
  return arena ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  mote_arena_free(arena);
  mote_threads_set(0);
  return 0;
}

/* Columns: 5 a + 1, a - along (3, 4)/5 - and b across it, with exact sums: a and b take
 * the values of a full factorial, so that their covariance is the identity times a
 * constant. */
static double *factorial(size_t side, double *spread) {
  size_t n = side * side;
  double *x = mote_arena_take(arena, n * 3, sizeof *x), sq = 0;
  assert_non_null(x);
  for (size_t i = 0; i < n; i++) {
    double a = (double)(i / side) - (double)(side - 1) / 2;
    double b = (double)(i % side) - (double)(side - 1) / 2;
    x[i * 3] = 7 + 4 * a * 0.6 - b * 0.8;
    x[i * 3 + 1] = -2 + 4 * a * 0.8 + b * 0.6;
    x[i * 3 + 2] = 11;
    sq += a * a / (double)n;
  }
  *spread = sq;
  return x;
}

static void components_of_known_covariance(void **state) {
  mote_pca_t pca;
  double v;
  double *x = factorial(9, &v);
  (void)state;
  assert_int_equal(mote_pca(x, 81, 3, 3, arena, &pca), 0);
  assert_int_equal(pca.k, 3);
  near(pca.total, 17 * v, 1e-9);
  near(pca.variance[0], 16 * v, 1e-9);
  near(pca.variance[1], v, 1e-9);
  near(pca.variance[2], 0, 1e-9);
  for (size_t i = 0; i < 81; i++) {
    double a = (double)(i / 9) - 4, b = (double)(i % 9) - 4;
    near(fabs(pca.y[i * 3]), fabs(4 * a), 1e-8);
    near(fabs(pca.y[i * 3 + 1]), fabs(b), 1e-8);
  }
}

/* The same rows with many more columns than rows take the other route to the same answer.
 */
static void wide_and_tall_agree(void **state) {
  enum { N = 12, D = 40 };
  mote_rng_t rng = mote_rng(5, 0);
  double *wide = mote_arena_take(arena, N * D, sizeof *wide);
  double *tall = mote_arena_take(arena, 4 * N * D, sizeof *tall);
  mote_pca_t a, b;
  (void)state;
  for (size_t i = 0; i < N * D; i++)
    wide[i] = (double)mote_rng_normal(&rng) * (1 + (double)(i % D));
  for (size_t k = 0; k < 4; k++) memcpy(tall + k * N * D, wide, N * D * sizeof *wide);
  assert_int_equal(mote_pca(wide, N, D, 4, arena, &a), 0);
  assert_int_equal(mote_pca(tall, 4 * N, D, 4, arena, &b), 0);
  near(a.total, b.total, 1e-9 * a.total);
  for (size_t c = 0; c < 4; c++) {
    near(a.variance[c], b.variance[c], 1e-6 * a.total);
    for (size_t i = 0; i < N; i++)
      near(a.y[i * 4 + c], b.y[i * 4 + c], 1e-3 * sqrt(a.total));
  }
}

static void small_and_constant(void **state) {
  double x[4] = {3, 3, 3, 3};
  mote_pca_t pca;
  (void)state;
  assert_int_equal(mote_pca(x, 1, 4, 2, arena, &pca), 0);
  assert_int_equal(pca.k, 1);
  near(pca.y[0], 0, 0);
  assert_int_equal(mote_pca(x, 4, 1, 2, arena, &pca), 0);
  near(pca.total, 0, 0);
  for (size_t i = 0; i < 4; i++) near(pca.y[i], 0, 0);
  assert_int_equal(mote_pca(x, 0, 4, 2, arena, &pca), MOTE_ERR_PARAM);
}

/* ---- neighbours ---- */

enum { CLUSTERS = 4, EACH = 50, ROWS = CLUSTERS * EACH, COLS = 6 };

static double *clusters(void) {
  mote_rng_t rng = mote_rng(11, 0);
  double *x = mote_arena_take(arena, ROWS * COLS, sizeof *x);
  assert_non_null(x);
  for (size_t i = 0; i < ROWS; i++)
    for (size_t c = 0; c < COLS; c++)
      x[i * COLS + c] =
          (double)mote_rng_normal(&rng) + 8 * (double)(i / EACH == c) - (c == 0 ? 2 : 0);
  return x;
}

static double gap2(const double *y, size_t a, size_t b) {
  double dx = y[2 * a] - y[2 * b], dy = y[2 * a + 1] - y[2 * b + 1];
  return dx * dx + dy * dy;
}

static void clusters_stay_apart(void **state) {
  double y[2 * ROWS], *x = clusters();
  mote_tsne_options_t opt = {.seed = 1};
  (void)state;
  assert_int_equal(mote_tsne(x, ROWS, COLS, &opt, y), 0);
  size_t strangers = 0;
  for (size_t i = 0; i < ROWS; i++) {
    size_t nearest = i ? 0 : 1;
    for (size_t k = 0; k < ROWS; k++)
      if (k != i && gap2(y, i, k) < gap2(y, i, nearest)) nearest = k;
    assert_true(isfinite(y[2 * i]) && isfinite(y[2 * i + 1]));
    strangers += nearest / EACH != i / EACH;
  }
  assert_in_range(strangers, 0, 2);
}

static void threads_change_nothing(void **state) {
  double one[2 * ROWS], two[2 * ROWS], *x = clusters();
  mote_tsne_options_t opt = {.seed = 3, .iterations = 120};
  mote_pca_t a, b;
  (void)state;
  mote_threads_set(1);
  assert_int_equal(mote_tsne(x, ROWS, COLS, &opt, one), 0);
  assert_int_equal(mote_pca(x, ROWS, COLS, 3, arena, &a), 0);
  mote_threads_set(2);
  assert_int_equal(mote_tsne(x, ROWS, COLS, &opt, two), 0);
  assert_int_equal(mote_pca(x, ROWS, COLS, 3, arena, &b), 0);
  assert_memory_equal(one, two, sizeof one);
  assert_memory_equal(a.y, b.y, ROWS * 3 * sizeof *a.y);
}

/* The bits of one host and compiler, held for all. */
static void bits_are_fixed(void **state) {
  double y[2 * ROWS], *x = clusters();
  mote_tsne_options_t opt = {.seed = 1, .iterations = 90};
  (void)state;
  assert_int_equal(mote_tsne(x, ROWS, COLS, &opt, y), 0);
  assert_int_equal(mote_crc32(0, y, sizeof y), 0xcd3434b1);
}

static void equal_rows_and_few_rows(void **state) {
  double x[40] = {0}, y[80];
  mote_tsne_options_t opt = {.seed = 1, .iterations = 50};
  (void)state;
  assert_int_equal(mote_tsne(x, 40, 1, &opt, y), 0);
  for (size_t i = 0; i < 80; i++) assert_true(isfinite(y[i]));
  for (size_t n = 0; n < 6; n++) {
    for (size_t i = 0; i < n; i++) x[i] = (double)(i * i);
    assert_int_equal(mote_tsne(x, n, 1, &opt, y), 0);
    for (size_t i = 0; i < 2 * n; i++) assert_true(isfinite(y[i]));
  }
  assert_int_equal(mote_tsne(x, MOTE_TSNE_ROWS_MAX + 1, 1, &opt, y), MOTE_ERR_LIMIT);
}

static void memory_runs_out(void **state) {
  double x[36], y[24];
  mote_tsne_options_t opt = {.seed = 1, .iterations = 3};
  (void)state;
  for (size_t i = 0; i < 36; i++) x[i] = (double)(i * 7 % 11);
  for (long at = 1; at < 40; at++) {
    mote_arena_t *a = mote_arena_new();
    mote_pca_t pca;
    mote_alloc_fail_at(at, 1);
    int rc = a ? mote_pca(x, 12, 3, 2, a, &pca) : 0, rt = mote_tsne(x, 12, 3, &opt, y);
    mote_alloc_fail_at(0, 0);
    assert_true(rc == 0 || rc == MOTE_ERR_NOMEM);
    assert_true(rt == 0 || rt == MOTE_ERR_NOMEM);
    mote_arena_free(a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(components_of_known_covariance, setup, teardown),
      cmocka_unit_test_setup_teardown(wide_and_tall_agree, setup, teardown),
      cmocka_unit_test_setup_teardown(small_and_constant, setup, teardown),
      cmocka_unit_test_setup_teardown(clusters_stay_apart, setup, teardown),
      cmocka_unit_test_setup_teardown(threads_change_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(bits_are_fixed, setup, teardown),
      cmocka_unit_test_setup_teardown(equal_rows_and_few_rows, setup, teardown),
      cmocka_unit_test_setup_teardown(memory_runs_out, setup, teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
