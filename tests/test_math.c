/* SPDX-License-Identifier: Apache-2.0
 * Elementary functions against libm in double precision, over every binade; products in
 * 16-bit pieces against those of 64 bits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "dsp/level.h"
#include "math/math.h"

static float from_bits(uint32_t u) {
  float x;
  memcpy(&x, &u, sizeof x);
  return x;
}

static uint32_t to_bits(float x) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  return u;
}

/* Distance in units of the last place of the exact value. */
static double ulps(float got, double want) {
  if (fabs(want) > 3.40282356779733661e38) return isinf(got) ? 0 : 1e9;
  int e;
  frexp(want, &e);
  return fabs(got - want) / ldexp(1, (e < -125 ? -125 : e) - 24);
}

typedef struct {
  const char *name;
  float (*fn)(float);
  double (*exact)(double);
  float low, high; /* of |x| */
  int both_signs;
  double limit;
} case_t;

static double logistic(double x) { return 1 / (1 + exp(-x)); }

static void accuracy(void **state) {
  (void)state;
  const case_t cases[] = {
      {"sin", mote_sinf, sin, 1e-30f, 3e38f, 1, 2},
      {"cos", mote_cosf, cos, 1e-30f, 3e38f, 1, 2},
      {"exp", mote_expf, exp, 1e-30f, 103.9f, 1, 1},
      {"log", mote_logf, log, 1.5e-45f, 3.4e38f, 0, 1},
      {"log near 1", mote_logf, log, 0.5f, 2, 0, 1},
      {"log2", mote_log2f, log2, 1.5e-45f, 3.4e38f, 0, 2},
      {"log2 near 1", mote_log2f, log2, 0.5f, 2, 0, 2},
      {"log10", mote_log10f, log10, 1.5e-45f, 3.4e38f, 0, 2},
      {"log10 near 1", mote_log10f, log10, 0.5f, 2, 0, 2},
      {"tanh", mote_tanhf, tanh, 1e-30f, 100, 1, 2},
      {"logistic", mote_logisticf, logistic, 1e-30f, 87, 1, 3},
      {"erf", mote_erff, erf, 1e-30f, 10, 1, 4},
      {"floor", mote_floorf, floor, 1e-3f, 3e38f, 1, 0},
      {"sqrt", mote_sqrtf, sqrt, 1.5e-45f, 3.4e38f, 0, 0.5},
      {"sqrt by bits", mote_sqrtf_bits, sqrt, 1.5e-45f, 3.4e38f, 0, 0.5},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const case_t *c = &cases[i];
    uint32_t from = to_bits(c->low), to = to_bits(c->high);
    uint32_t step = (to - from) / 300000 | 1;
    double worst = 0;
    float at = 0;
    for (uint32_t u = from; u < to; u += step) {
      for (int sign = 0; sign <= c->both_signs; sign++) {
        float x = sign ? -from_bits(u) : from_bits(u);
        double e = ulps(c->fn(x), c->exact(x));
        if (!(e <= worst)) worst = e, at = x;
      }
    }
    printf("%-14s %.3f ulp at %.9g\n", c->name, worst, (double)at);
    assert_true(worst <= c->limit);
  }
}

static void square_roots_agree(void **state) {
  (void)state;
  for (uint64_t u = 0; u <= 0xffffffffu; u += 4099) {
    float x = from_bits((uint32_t)u), a = mote_sqrtf(x), b = mote_sqrtf_bits(x);
    if (a != a && b != b) continue;
    assert_int_equal(to_bits(a), to_bits(b));
  }
}

static void powers(void **state) {
  (void)state;
  for (int i = -500; i < 500; i++)
    for (int j = -100; j <= 100; j++) {
      float x = expf((float)i / 30), y = (float)j / 20;
      double want = pow((double)x, (double)y), size = fabs(y * log2((double)x));
      if (want < 1e-37 || want > 1e38) continue;
      assert_true(fabs(mote_powf(x, y) / want - 1) <= (2 + size) * 1.1920929e-7);
    }
}

/* The logarithm over lanes, whole groups and the odd end, is mote_logf to the bit. */
static void logarithms_agree(void **state) {
  (void)state;
  float x[7], y[7];
  for (uint32_t u = to_bits(1e-30f); u < to_bits(3.4e38f) - 7000; u += 7001) {
    for (uint32_t i = 0; i < 7; i++) x[i] = y[i] = from_bits(u + 1000 * i);
    mote_ln_energies(y, 7);
    for (uint32_t i = 0; i < 7; i++)
      assert_int_equal(to_bits(mote_logf(x[i])), to_bits(y[i]));
  }
  float edge[] = {0, 1e-40f, INFINITY, NAN};
  mote_ln_energies(edge, 4);
  assert_true(edge[0] == mote_logf(1e-10f) && edge[1] == mote_logf(1e-30f));
  assert_true(edge[2] == mote_logf(3.40282347e38f) && edge[3] == edge[2]);
}

static void edges(void **state) {
  (void)state;
  assert_true(isinf(mote_logf(0)) && mote_logf(0) < 0);
  assert_true(isnan(mote_logf(-1)) && isnan(mote_log2f(-1)) && isnan(mote_log10f(NAN)));
  assert_true(isinf(mote_logf(INFINITY)));
  assert_true(mote_logf(1) == 0 && mote_log10f(1) == 0 && mote_log2f(8) == 3);
  assert_true(mote_expf(0) == 1 && mote_expf(-105) == 0 && isinf(mote_expf(89)));
  assert_true(isnan(mote_expf(NAN)) && isnan(mote_tanhf(NAN)) &&
              isnan(mote_sinf(INFINITY)));
  assert_int_equal(to_bits(mote_sinf(-0.0f)), 0x80000000u);
  assert_int_equal(to_bits(mote_sqrtf(-0.0f)), 0x80000000u);
  assert_true(mote_cosf(0) == 1 && mote_tanhf(50) == 1 && mote_tanhf(-50) == -1);
  assert_true(mote_logisticf(0) == 0.5f && mote_logisticf(-200) == 0);
  assert_int_equal(mote_roundf(0.5f), 1);
  assert_int_equal(mote_roundf(-0.5f), -1);
  assert_int_equal(mote_roundf(0.49999997f), 0);
  assert_int_equal(mote_roundf(-8388607.5f), -8388608);
}

static void products_in_pieces_agree(void **state) {
  const int32_t ends[] = {INT32_MIN, INT32_MIN + 1, -0x7fff0001, -0x10000, -0x8001, -1, 0,
                          1, 0x7fff, 0x8000, 0xffff, 1 << 30, 0x7fffc000, INT32_MAX};
  const uint32_t n = sizeof ends / sizeof *ends;
  uint32_t random = 1;
  (void)state;
  for (uint32_t i = 0; i < 2000000; i++) {
    int32_t v[2] = {ends[i % n], ends[i / n % n]};
    for (uint32_t k = 0; k < 2 && i >= n * n; k++) {
      random = random * 1664525u + 1013904223u;
      v[k] = (int32_t)random >> (k ? i % 31 : i / 31 % 31);
    }
    if (v[0] == INT32_MIN && v[1] == INT32_MIN) continue;
    int32_t want = (int32_t)(((int64_t)v[0] * v[1] + ((int64_t)1 << 30)) >> 31);
    int32_t got = mote_scale_q31_pieces(v[0], v[1]);
    if (got != want) fail_msg("%d * %d: %d, not %d", v[0], v[1], got, want);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(accuracy), cmocka_unit_test(square_roots_agree),
      cmocka_unit_test(powers),   cmocka_unit_test(logarithms_agree),
      cmocka_unit_test(edges),    cmocka_unit_test(products_in_pieces_agree),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
