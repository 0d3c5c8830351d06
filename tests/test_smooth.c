/* SPDX-License-Identifier: Apache-2.0
 * Decisions and events: averages, the threshold, one event per word, no word swallowed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "stream/smooth.h"

/* 'a', 'b': class 0, 1 is certain; '.': nobody is. Events come out as capitals, decisions
 * as letters, uncertain as '.'. */
static const char *decide(mote_smooth_t c, const char *results) {
  static char out[64];
  float history[2 * 8];
  mote_smooth_state_t s = {0};
  size_t n = strlen(results);
  for (size_t i = 0; i < n; i++) {
    float score[2] = {results[i] == 'a', results[i] == 'b'};
    mote_decision_t d = mote_smooth_add(&c, &s, history, score);
    out[i] = d.decision < 0 ? '.' : (char)((d.event ? 'A' : 'a') + d.decision);
  }
  out[n] = 0;
  return out;
}

static void one_event_per_change(void **state) {
  (void)state;
  mote_smooth_t c = {2, 1, 0.6f, 0};
  assert_string_equal(decide(c, "aaabbba.a"), "AaaBbbA.A");
}

static void same_class_keeps_quiet(void **state) {
  (void)state;
  mote_smooth_t c = {2, 1, 0.6f, 3};
  assert_string_equal(decide(c, "a.a.a"), "A.a.A"); /* quiet for three results */
  assert_string_equal(decide(c, "a.aaaaa"), "A.aaaaa");
}

static void other_class_is_not_swallowed(void **state) {
  (void)state;
  mote_smooth_t c = {2, 1, 0.6f, 10};
  assert_string_equal(decide(c, "abbb"), "ABbb");
}

static void scores_are_averaged(void **state) {
  (void)state;
  mote_smooth_t c = {2, 3, 0.6f, 0};
  assert_string_equal(decide(c, "aa...bbb"), "Aaa...Bb");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_event_per_change),
      cmocka_unit_test(same_class_keeps_quiet),
      cmocka_unit_test(other_class_is_not_swallowed),
      cmocka_unit_test(scores_are_averaged),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
