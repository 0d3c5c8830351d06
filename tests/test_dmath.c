/* SPDX-License-Identifier: Apache-2.0
 * The host's own double functions against libm: they design filters, so an error here
 * would be an error of every table. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/dmath.h"
#include "base/rng.h"

static double worst(double (*ours)(double), double (*theirs)(double), float low,
                    float high, int relative) {
  mote_rng_t rng = mote_rng(7, 0);
  double top = 0;
  for (int i = 0; i < 20000; i++) {
    double x = (double)mote_rng_range(&rng, low, high), want = theirs(x);
    double d = fabs(ours(x) - want) / (relative ? fabs(want) : 1);
    if (!(d <= top)) top = d;
  }
  return top;
}

static void close_to_libm(void **state) {
  (void)state;
  assert_true(worst(mote_dsin, sin, -1000, 1000, 0) < 5e-16);
  assert_true(worst(mote_dcos, cos, -1000, 1000, 0) < 5e-16);
  assert_true(worst(mote_dtan, tan, 1e-6f, 1.5f, 1) < 1e-15);
  assert_true(worst(mote_dexp, exp, -700, 700, 1) < 1e-15);
  assert_true(worst(mote_dlog, log, 1e-30f, 1e30f, 1) < 1e-15);
  assert_true(worst(mote_dlog, log, 0.5f, 0.999f, 1) < 1e-15);
  assert_true(worst(mote_dsinh, sinh, 0.1f, 20, 1) < 1e-14);
  assert_true(worst(mote_dcosh, cosh, 0, 20, 1) < 1e-15);
  assert_true(worst(mote_dasinh, asinh, 0.1f, 1000, 1) < 1e-14);
}

static void bessel(void **state) {
  (void)state; /* Abramowitz and Stegun, table 9.8 */
  assert_true(mote_dbessel_i0(0) == 1);
  assert_true(fabs(mote_dbessel_i0(1) - 1.2660658777520084) < 1e-15);
  assert_true(fabs(mote_dbessel_i0(5) - 27.239871823604442) < 1e-13);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(close_to_libm),
                                     cmocka_unit_test(bessel)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
