/* SPDX-License-Identifier: Apache-2.0
 * Every DSP case of a folder against its expected features, at the tolerance the case
 * states: our own vectors (tests/vectors/dsp) always, and the golden set of the reference
 * implementations when it is there (MOTE_GOLDEN, or ../shared/golden/dsp). Advisory cases
 * are reported only. Prints one line per failure and a total. */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "features/dsp_case.h"

typedef struct {
  int cases, failed, advisory;
} tally_t;

typedef struct {
  size_t outside;
  double worst; /* largest excess over the tolerance, in units of it */
} excess_t;

static excess_t compare(json_t *root, const mote_case_out_t *got) {
  json_t *expected = json_object_get(root, "expected");
  json_t *tolerance = json_object_get(root, "tolerance_suggested");
  double absolute = json_number_value(json_object_get(tolerance, "abs"));
  double relative = json_number_value(json_object_get(tolerance, "rel"));
  excess_t e = {0, 0};
  for (size_t i = 0; i < got->n; i++) {
    double want = json_number_value(json_array_get(expected, i));
    double d = fabs(got->p[i] - want), limit = absolute + relative * fabs(want);
    if (!(d <= limit)) e.outside++;
    double ratio = d / (limit > 0 ? limit : 1e-30);
    if (!(ratio <= e.worst)) e.worst = ratio;
  }
  return e;
}

static int check(const char *path, json_t *root) {
  mote_case_out_t got;
  size_t n = json_array_size(json_object_get(root, "expected"));
  if (mote_dsp_case_run(root, &got) < 0) {
    printf("FAIL %s: %s\n", mote_path_name(path), mote_errmsg());
    return 0;
  }
  int ok = got.n == n && n > 0;
  excess_t e = {0, 0};
  if (ok) {
    json_t *t = json_object_get(root, "tolerance_suggested");
    double share = json_number_value(json_object_get(t, "max_fraction_outside"));
    e = compare(root, &got);
    ok = (double)e.outside <= share * (double)n;
  }
  if (!ok)
    printf("%s %s: %zu values, %zu expected, %zu outside, worst %.3g tolerances\n",
           json_is_true(json_object_get(root, "advisory")) ? "advisory" : "FAIL",
           mote_path_name(path), got.n, n, e.outside, e.worst);
  else if (getenv("MOTE_VERBOSE"))
    printf("ok   %s: worst %.3g tolerances\n", mote_path_name(path), e.worst);
  mote_free(got.p);
  return ok;
}

static int one(void *ctx, const char *path) {
  tally_t *t = ctx;
  json_error_t e;
  size_t n = strlen(path);
  if (n < 5 || strcmp(path + n - 5, ".json")) return MOTE_OK;
  json_t *root = json_load_file(path, 0, &e);
  assert_non_null(root);
  int advisory = json_is_true(json_object_get(root, "advisory"));
  int ok = check(path, root);
  t->cases++;
  t->advisory += !ok && advisory;
  t->failed += !ok && !advisory;
  json_decref(root);
  return MOTE_OK;
}

static int folder(const char *path) {
  tally_t t = {0, 0, 0};
  assert_int_equal(mote_walk(path, one, &t), MOTE_OK);
  printf("%s: %d cases, %d failed, %d advisory differ\n", path, t.cases, t.failed,
         t.advisory);
  assert_true(t.cases > 0);
  return t.failed;
}

static void own_vectors(void **state) {
  (void)state;
  assert_int_equal(folder(MOTE_SOURCE "/tests/vectors/dsp"), 0);
}

static void golden_vectors(void **state) {
  (void)state;
  const char *path = getenv("MOTE_GOLDEN");
  if (!path) path = MOTE_SOURCE "/../shared/golden/dsp";
  if (!mote_dir_exists(path)) {
    printf("SKIPPED: no golden vectors at %s; set MOTE_GOLDEN to their folder\n", path);
    skip();
  }
  assert_int_equal(folder(path), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(own_vectors),
      cmocka_unit_test(golden_vectors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
