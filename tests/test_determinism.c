/* SPDX-License-Identifier: Apache-2.0
 * Same data, seed and version: the same model bytes with any number of threads and any
 * vector width. (Compilers: test_determinism_compilers.sh.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/par.h"
#include "train/isa/isa.h"
#include "train_scenario.h"

static void same_hash(const scenario_t *s, const char *want, const char *what) {
  char hex[65];
  scenario_hash(s, hex);
  if (strcmp(hex, want) != 0)
    fail_msg("%s, %s: %s instead of %s", s->name, what, hex, want);
}

static void threads_change_nothing(void **state) {
  char want[65], what[32];
  (void)state;
  for (size_t i = 0; i < N_SCENARIOS; i++) {
    mote_threads_set(1);
    scenario_hash(&scenarios[i], want);
    for (int n = 2; n <= 4; n++) {
      mote_threads_set(n);
      snprintf(what, sizeof what, "%d threads", n);
      same_hash(&scenarios[i], want, what);
    }
  }
  mote_threads_set(0);
}

static void vector_width_changes_nothing(void **state) {
  static const char *const sets[] = {"avx2", "avx512", "neon"};
  char want[65];
  (void)state;
  for (size_t i = 0; i < N_SCENARIOS; i++) {
    assert_int_equal(mote_train_isa_set("generic"), 0);
    scenario_hash(&scenarios[i], want);
    for (size_t k = 0; k < sizeof sets / sizeof sets[0]; k++) {
      if (mote_train_isa_set(sets[k]) < 0) {
        if (i == 0)
          print_message("note: this processor has no %s, not compared\n", sets[k]);
        continue;
      }
      same_hash(&scenarios[i], want, sets[k]);
    }
  }
  assert_int_equal(mote_train_isa_set("auto"), 0);
}

/* The product of every tile shape, with every tail: not one bit differs. */
static void every_product_shape(void **state) {
  enum { MAX = 70 };
  static float a[MAX * MAX], b[MAX * MAX], want[MAX * MAX], got[MAX * MAX];
  mote_rng_t rng = mote_rng(3, 3);
  (void)state;
  for (size_t i = 0; i < MAX * MAX; i++) {
    a[i] = mote_rng_range(&rng, -1, 1);
    b[i] = mote_rng_range(&rng, -1, 1);
  }
  for (size_t n = 1; n <= MAX; n++) {
    mote_gemm_t p = {.a = a,
                     .a_row = 1,
                     .a_col = MAX,
                     .b = b,
                     .ldb = n,
                     .c = want,
                     .ldc = n,
                     .m = 1 + n * 7 % 20,
                     .n = n,
                     .k = 1 + n * 5 % 23,
                     .bias = b};
    assert_int_equal(mote_train_isa_set("generic"), 0);
    mote_kernels()->gemm(&p);
    assert_int_equal(mote_train_isa_set("auto"), 0);
    p.c = got;
    mote_kernels()->gemm(&p);
    assert_memory_equal(got, want, p.m * n * sizeof(float));
  }
}

static void seeds_matter(void **state) {
  scenario_t other = scenarios[0];
  char a[65], b[65];
  (void)state;
  scenario_hash(&other, a);
  other.train = "{'epochs':3,'class_weights':true,'clip_norm':0.5,'warmup':1,'seed':2}";
  scenario_hash(&other, b);
  assert_string_not_equal(a, b);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(threads_change_nothing),
                                     cmocka_unit_test(vector_width_changes_nothing),
                                     cmocka_unit_test(every_product_shape),
                                     cmocka_unit_test(seeds_matter)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
