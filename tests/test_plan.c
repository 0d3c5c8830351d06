/* SPDX-License-Identifier: Apache-2.0
 * The memory planner against brute force over all offsets, and the verifier against
 * broken plans. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "plan/plan.h"

#define A MOTE_PLAN_ALIGN

/* Every offset for every buffer, in units of the alignment: nothing is assumed. */
static int clash(const mote_buffer_t *b, int i, int j) {
  if (b[i].first > b[j].last || b[j].first > b[i].last) return 0;
  if (b[i].offset >= b[j].offset + b[j].bytes || b[j].offset >= b[i].offset + b[i].bytes)
    return 0;
  return !(b[i].share == j && b[i].offset == b[j].offset && b[j].last == b[i].first) &&
         !(b[j].share == i && b[i].offset == b[j].offset && b[i].last == b[j].first);
}

static int fits(mote_buffer_t *b, int n, int i, size_t total) {
  if (i == n) return 1;
  for (b[i].offset = 0; b[i].offset + b[i].bytes <= total; b[i].offset += A) {
    int ok = 1;
    for (int j = 0; j < i && ok; j++) ok = !clash(b, i, j);
    if (ok && fits(b, n, i + 1, total)) return 1;
  }
  return 0;
}

static size_t brute_force(const mote_buffer_t *b, int n) {
  mote_buffer_t copy[8];
  memcpy(copy, b, sizeof *b * (size_t)n);
  for (size_t total = 0;; total += A)
    if (fits(copy, n, 0, total)) return total;
}

static int random_case(mote_rng_t *r, mote_buffer_t *b) {
  int n = 2 + (int)mote_rng_below(r, 5);
  for (int i = 0; i < n; i++) {
    int first = (int)mote_rng_below(r, 6);
    b[i] = (mote_buffer_t){.bytes = 1 + mote_rng_below(r, 6 * A), .first = first,
                           .last = first + (int)mote_rng_below(r, 4), .share = -1};
    if (i && mote_rng_below(r, 2)) { /* an in-place heir */
      int from = (int)mote_rng_below(r, (uint32_t)i);
      b[i].first = b[from].last;
      b[i].last = b[i].first + (int)mote_rng_below(r, 4);
      b[i].share = from;
      if (b[from].first == b[from].last) b[i].share = -1;
      for (int j = 0; j < i; j++)
        if (b[j].share == from) b[i].share = -1; /* one heir each */
    }
  }
  return n;
}

static void finds_the_optimum(void **state) {
  (void)state;
  mote_rng_t r = mote_rng(7, 0);
  for (int t = 0; t < 3000; t++) {
    mote_buffer_t b[8];
    int n = random_case(&r, b);
    size_t total = 0, best = brute_force(b, n);
    assert_int_equal(mote_plan(b, n, &total), 0);
    assert_int_equal(mote_plan_verify(b, n, total), 0);
    assert_int_equal(total, best);
    assert_true(mote_plan_bound(b, n) <= total);
  }
}

/* Many buffers: valid, and near the lower bound (chains as networks have them). */
static void plans_long_chains(void **state) {
  (void)state;
  mote_rng_t r = mote_rng(8, 0);
  for (int t = 0; t < 20; t++) {
    mote_buffer_t b[80];
    int n = 60;
    for (int i = 0; i < n; i++)
      b[i] = (mote_buffer_t){.bytes = 64 + mote_rng_below(&r, 4000), .first = i,
                             .last = i + 1 + (int)mote_rng_below(&r, 3), .share = -1};
    size_t total = 0, bound = mote_plan_bound(b, n);
    assert_int_equal(mote_plan(b, n, &total), 0);
    assert_int_equal(mote_plan_verify(b, n, total), 0);
    assert_true((double)total <= 1.10 * (double)bound);
  }
}

static void in_place_costs_nothing(void **state) {
  (void)state;
  mote_buffer_t b[3] = {{.bytes = 100, .first = 0, .last = 1, .share = -1},
                        {.bytes = 100, .first = 1, .last = 2, .share = 0},
                        {.bytes = 25, .first = 2, .last = 3, .share = 1}};
  size_t total = 0;
  assert_int_equal(mote_plan(b, 3, &total), 0);
  assert_int_equal(total, 104);
}

static void verifier_sees_overlap(void **state) {
  (void)state;
  mote_buffer_t b[2] = {{.bytes = 16, .first = 0, .last = 2, .share = -1, .offset = 0},
                        {.bytes = 16, .first = 1, .last = 2, .share = -1, .offset = 8}};
  assert_int_equal(mote_plan_verify(b, 2, 32), MOTE_ERR_CORRUPT);
  b[1].offset = 16;
  assert_int_equal(mote_plan_verify(b, 2, 32), 0);
  assert_int_equal(mote_plan_verify(b, 2, 24), MOTE_ERR_CORRUPT); /* outside */
  b[1].offset = 12;
  assert_int_equal(mote_plan_verify(b, 2, 32), MOTE_ERR_CORRUPT); /* not aligned */
  /* an heir may only take over in the very step in which the other one dies */
  b[1] = (mote_buffer_t){.bytes = 16, .first = 1, .last = 2, .share = 0, .offset = 0};
  assert_int_equal(mote_plan_verify(b, 2, 32), MOTE_ERR_CORRUPT);
  b[0].last = 1;
  assert_int_equal(mote_plan_verify(b, 2, 32), 0);
}

static void refuses_nonsense(void **state) {
  (void)state;
  size_t total;
  mote_buffer_t back = {.bytes = 8, .first = 2, .last = 1, .share = -1};
  assert_int_equal(mote_plan(&back, 1, &total), MOTE_ERR_PARAM);
  mote_buffer_t self = {.bytes = 8, .first = 0, .last = 1, .share = 0};
  assert_int_equal(mote_plan(&self, 1, &total), MOTE_ERR_PARAM);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_the_optimum), cmocka_unit_test(plans_long_chains),
      cmocka_unit_test(in_place_costs_nothing), cmocka_unit_test(verifier_sees_overlap),
      cmocka_unit_test(refuses_nonsense)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
