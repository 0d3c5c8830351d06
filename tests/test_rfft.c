/* SPDX-License-Identifier: Apache-2.0
 * Real FFT of every size against the definition in double precision. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/status.h"
#include "dsp/rfft.h"

#define MOST 4096

typedef struct {
  uint32_t n;
  mote_rfft_t fft;
  double tables[MOST / 8 + 2];
  float x[MOST], spectrum[MOST], work[MOST], power[MOST / 2 + 1];
  double re[MOST / 2 + 1], im[MOST / 2 + 1], mean_power;
} bench_t;

static void definition(bench_t *b) {
  b->mean_power = 0;
  for (uint32_t k = 0; k <= b->n / 2; k++) {
    b->re[k] = b->im[k] = 0;
    for (uint32_t i = 0; i < b->n; i++) {
      double turn = 6.283185307179586 * ((uint64_t)k * i % b->n) / b->n;
      b->re[k] += b->x[i] * cos(turn);
      b->im[k] -= b->x[i] * sin(turn);
    }
    b->mean_power += b->re[k] * b->re[k] + b->im[k] * b->im[k];
  }
  b->mean_power /= b->n / 2 + 1;
}

static bench_t *prepared(uint32_t n) {
  bench_t *b = calloc(1, sizeof *b);
  assert_non_null(b);
  b->n = n;
  mote_pool_t pool = {0};
  assert_int_equal(mote_rfft_prepare(&b->fft, n, &pool), MOTE_OK);
  assert_true(pool.used <= sizeof b->tables);
  pool = (mote_pool_t){(uint8_t *)b->tables, sizeof b->tables, 0};
  assert_int_equal(mote_rfft_prepare(&b->fft, n, &pool), MOTE_OK);
  mote_rng_t rng = mote_rng(n, 1);
  for (uint32_t i = 0; i < n; i++) b->x[i] = mote_rng_range(&rng, -1, 1);
  definition(b);
  return b;
}

static void spectra(void **state) {
  (void)state;
  for (uint32_t n = 4; n <= MOST; n *= 2) {
    bench_t *b = prepared(n);
    double unit = sqrt(b->mean_power) * 1.2e-6;
    memcpy(b->spectrum, b->x, sizeof b->x);
    mote_rfft_run(&b->fft, b->spectrum);
    for (uint32_t k = 0; k <= n / 2; k++) {
      assert_true(fabs(b->spectrum[k] - b->re[k]) < unit);
      if (k > 0 && k < n / 2) assert_true(fabs(b->spectrum[n / 2 + k] - b->im[k]) < unit);
    }
    free(b);
  }
}

static void powers(void **state) {
  (void)state;
  for (uint32_t n = 4; n <= MOST; n *= 2) {
    bench_t *b = prepared(n);
    memcpy(b->work, b->x, sizeof b->x);
    mote_rfft_power(&b->fft, b->work, 0.5f, b->power);
    for (uint32_t k = 0; k <= n / 2; k++) {
      double want = 0.5 * (b->re[k] * b->re[k] + b->im[k] * b->im[k]);
      assert_true(fabs(b->power[k] - want) < 5e-6 * (want + b->mean_power));
    }
    free(b);
  }
}

static void largest_powers(void **state) {
  (void)state;
  for (uint32_t n = 4; n <= MOST; n *= 2) {
    bench_t *b = prepared(n);
    float largest[MOST / 2 + 1];
    for (uint32_t k = 0; k <= n / 2; k++) largest[k] = k & 1 ? 1e9f : 0;
    memcpy(b->work, b->x, sizeof b->x);
    mote_rfft_max_power(&b->fft, b->work, largest);
    memcpy(b->work, b->x, sizeof b->x);
    mote_rfft_power(&b->fft, b->work, 4.0f, b->power);
    for (uint32_t k = 0; k <= n / 2; k++)
      assert_true(largest[k] == (k & 1 ? 1e9f : b->power[k]));
    free(b);
  }
}

static void wrong_sizes(void **state) {
  (void)state;
  const uint32_t sizes[] = {0, 1, 2, 3, 6, 100, 8192};
  mote_rfft_t f;
  mote_pool_t pool = {0};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
    assert_int_equal(mote_rfft_prepare(&f, sizes[i], &pool), MOTE_ERR_PARAM);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spectra),
      cmocka_unit_test(powers),
      cmocka_unit_test(largest_powers),
      cmocka_unit_test(wrong_sizes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
