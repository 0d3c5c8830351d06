/* SPDX-License-Identifier: Apache-2.0
 * Rate conversion against scipy's, and what must hold for any input. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/rng.h"
#include "features/resample.h"

static float *noise(size_t n) {
  float *x = mote_alloc(n, sizeof *x);
  mote_rng_t rng = mote_rng(3, n);
  assert_non_null(x);
  for (size_t i = 0; i < n; i++) x[i] = mote_rng_range(&rng, -1, 1);
  return x;
}

/* One line: from, to, n, inputs, outputs. */
static void check_line(char *line) {
  double from = strtod(line, &line), to = strtod(line + 1, &line);
  size_t n = strtoul(line + 1, &line, 10), m;
  mote_arena_t *a = mote_arena_new();
  float *x = mote_arena_take(a, n, sizeof *x), *y;
  for (size_t i = 0; i < n; i++) x[i] = strtof(line + 1, &line);
  assert_int_equal(mote_resample(x, n, 1, from, to, a, &y, &m), MOTE_OK);
  for (size_t i = 0; i < m; i++) {
    assert_int_equal(*line, ',');
    assert_true(fabs(strtod(line + 1, &line) - (double)y[i]) < 1e-6);
  }
  assert_true(*line == '\n' || *line == 0);
  mote_arena_free(a);
}

static void as_scipy(void **state) {
  mote_buf_t text = {0};
  int lines = 0;
  (void)state;
  assert_int_equal(
      mote_file_read(MOTE_SOURCE "/tests/vectors/resample/scipy.csv", 1 << 20, &text), 0);
  for (char *p = strtok((char *)text.p, "\n"); p; p = strtok(NULL, "\n"), lines++)
    check_line(p);
  assert_int_equal(lines, 8);
  mote_buf_free(&text);
}

static void equal_rates_copy(void **state) {
  float *x = noise(300), *y;
  size_t m;
  (void)state;
  mote_arena_t *a = mote_arena_new();
  assert_int_equal(mote_resample(x, 100, 3, 99.995, 100, a, &y, &m), MOTE_OK);
  assert_int_equal(m, 100);
  assert_memory_equal(x, y, 300 * sizeof *x);
  assert_int_equal(mote_resample(x, 0, 3, 50, 100, a, &y, &m), MOTE_OK);
  assert_int_equal(m, 0);
  mote_arena_free(a), mote_free(x);
}

/* A sine below both Nyquist rates stays that sine, away from the ends. */
static void sine_survives(void **state) {
  static const double rates[][2] = {
      {16000, 44100}, {44100, 16000}, {62.5, 100}, {48, 31.7}};
  (void)state;
  for (int r = 0; r < 4; r++) {
    double from = rates[r][0], to = rates[r][1], hz = 0.13 * (from < to ? from : to);
    mote_arena_t *a = mote_arena_new();
    float *x = mote_arena_take(a, 4000, sizeof *x), *y;
    size_t m;
    for (int i = 0; i < 4000; i++) x[i] = (float)sin(2 * M_PI * hz * i / from);
    assert_int_equal(mote_resample(x, 4000, 1, from, to, a, &y, &m), MOTE_OK);
    assert_int_equal(m, (size_t)ceil(4000 * to / from - 1e-9));
    for (size_t i = m / 8; i < m - m / 8; i++)
      assert_true(fabs((double)y[i] - sin(2 * M_PI * hz * (double)i / to)) <
                  2e-3); /* the ripple of beta 5 */
    mote_arena_free(a);
  }
}

static void axes_are_independent(void **state) {
  enum { N = 200 };
  float *x = noise(3 * N), one[N], *all, *single;
  size_t m, k;
  (void)state;
  mote_arena_t *a = mote_arena_new();
  assert_int_equal(mote_resample(x, N, 3, 100, 62.5, a, &all, &m), MOTE_OK);
  for (int axis = 0; axis < 3; axis++) {
    for (int i = 0; i < N; i++) one[i] = x[3 * i + axis];
    assert_int_equal(mote_resample(one, N, 1, 100, 62.5, a, &single, &k), MOTE_OK);
    assert_int_equal(k, m);
    for (size_t i = 0; i < m; i++) assert_true(single[i] == all[3 * i + (size_t)axis]);
  }
  mote_arena_free(a), mote_free(x);
}

/* Filter and output, to the bit, for ratios that no table foresees. A host or compiler
 * that fails here breaks the promise that features are the same everywhere. */
static void same_bits_everywhere(void **state) {
  static const double rates[6][2] = {{44100, 16000}, {62.5, 100}, {48, 31.7},
                                     {16000, 44100}, {100, 99.7}, {3.14159, 2.71828}};
  float x[3000], *y;
  uint32_t seed = 1, hash = 2166136261u;
  size_t m;
  (void)state;
  for (int i = 0; i < 3000; i++) {
    seed = seed * 1664525u + 1013904223u;
    x[i] = (float)(seed >> 8) / 8388608.0f - 1.0f;
  }
  for (int r = 0; r < 6; r++) {
    mote_arena_t *a = mote_arena_new();
    assert_int_equal(mote_resample(x, 1000, 3, rates[r][0], rates[r][1], a, &y, &m), 0);
    for (size_t i = 0; i < m * 3 * sizeof *y; i++)
      hash = (hash ^ ((const uint8_t *)y)[i]) * 16777619u;
    mote_arena_free(a);
  }
  assert_int_equal(hash, 0x7e5f31d3);
}

static void refusals(void **state) {
  float x[4] = {0}, *y;
  size_t m;
  (void)state;
  mote_arena_t *a = mote_arena_new();
  assert_int_equal(mote_resample(x, 4, 1, 0, 100, a, &y, &m), MOTE_ERR_PARAM);
  assert_int_equal(mote_resample(x, 4, 1, 100, -1, a, &y, &m), MOTE_ERR_PARAM);
  assert_int_equal(mote_resample(x, 4, 1, NAN, 100, a, &y, &m), MOTE_ERR_PARAM);
  assert_int_equal(mote_resample(x, 4, 1, 0.001, 1e6, a, &y, &m), MOTE_ERR_PARAM);
  assert_non_null(strstr(mote_errmsg(), "samples/s"));
  mote_alloc_fail_at(1, 1);
  assert_int_equal(mote_resample(x, 4, 1, 100, 62.5, a, &y, &m), MOTE_ERR_NOMEM);
  mote_alloc_fail_at(0, 0);
  mote_arena_free(a);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(as_scipy),
      cmocka_unit_test(equal_rates_copy),
      cmocka_unit_test(sine_survives),
      cmocka_unit_test(axes_are_independent),
      cmocka_unit_test(same_bits_everywhere),
      cmocka_unit_test(refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
