/* SPDX-License-Identifier: Apache-2.0
 * The device's stream parts against plain loops over the whole recording. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "mote.h"
#include "stream/hops.h"
#include "stream/slide.h"

#define SAMPLES 400

static void crc_known_answer(void **state) {
  (void)state;
  assert_int_equal(mote_crc32_of(0, "123456789", 9), 0xCBF43926u);
  assert_int_equal(mote_crc32_of(mote_crc32_of(0, "1234", 4), "56789", 5), 0xCBF43926u);
}

/* Frames of any length and hop, also with gaps, fed in random pieces of int16 or float.
 */
static void frames_case(mote_rng_t *r, const mote_hops_t *c, int integer) {
  float buffer[64];
  mote_hops_state_t s = {0};
  float x[2 * SAMPLES];
  int16_t q[2 * SAMPLES];
  for (int i = 0; i < 2 * SAMPLES; i++)
    x[i] = q[i] = (int16_t)mote_rng_below(r, 60000) - 30000;
  uint32_t row = 0;
  for (uint32_t at = 0; at < SAMPLES;) {
    uint32_t n = 1 + mote_rng_below(r, 40);
    if (n > SAMPLES - at) n = SAMPLES - at;
    n = mote_hops_limit(c, &s, n);
    int full = integer ? mote_hops_put_s16(c, &s, buffer, q + 2 * at + 1, 2, n)
                       : mote_hops_put_f32(c, &s, buffer, x + 2 * at + 1, 2, n);
    at += n;
    if (!full) continue;
    assert_int_equal(at, row * c->hop + c->frame);
    for (uint32_t k = 0; k < c->frame; k++)
      assert_true(buffer[k] == x[2 * (row * c->hop + k) + 1]);
    assert_true(s.prev == x[2 * (row ? row * c->hop - 1 : 0) + 1]);
    assert_int_equal(s.row, row % c->ring);
    mote_hops_next(c, &s, buffer);
    row++;
  }
  assert_int_equal(row, (SAMPLES - c->frame) / c->hop + 1);
}

static void frames_follow_the_stream(void **state) {
  (void)state;
  mote_rng_t r = mote_rng(3, 1);
  for (int t = 0; t < 500; t++) {
    mote_hops_t c = {.frame = 1 + mote_rng_below(&r, 60),
                     .hop = 1 + mote_rng_below(&r, 90),
                     .rows = 3,
                     .cols = 1,
                     .ring = 4};
    frames_case(&r, &c, t & 1);
  }
}

static void ring_gives_rows_in_order(void **state) {
  (void)state;
  const mote_hops_t c = {.frame = 1, .hop = 1, .rows = 3, .cols = 2, .ring = 4};
  const float ring[8] = {40, 41, 10, 11, 20, 21, 30, 31}; /* slot 0 is the newest */
  const float want[6] = {10, 11, 20, 21, 30, 31};
  float out[6];
  mote_hops_state_t s = {.row = 1};
  mote_hops_copy(&c, &s, ring, out);
  assert_memory_equal(out, want, sizeof want);
  const float turned[6] = {30, 31, 40, 41, 10, 11};
  s.row = 3;
  mote_hops_copy(&c, &s, ring, out);
  assert_memory_equal(out, turned, sizeof turned);
}

static void windows_slide(void **state) {
  (void)state;
  mote_rng_t r = mote_rng(4, 1);
  for (int t = 0; t < 300; t++) {
    mote_slide_t c = {1 + mote_rng_below(&r, 50), 1 + mote_rng_below(&r, 80), 2};
    mote_slide_state_t s = {0};
    float window[100], x[2 * SAMPLES];
    int16_t q[2 * SAMPLES];
    for (int i = 0; i < 2 * SAMPLES; i++) x[i] = q[i] = (int16_t)i;
    uint32_t results = 0;
    for (uint32_t at = 0; at < SAMPLES;) {
      uint32_t n = mote_slide_limit(&c, &s, 1 + mote_rng_below(&r, SAMPLES - at));
      if (t & 1) mote_slide_put_s16(&c, &s, window, q + 2 * at, n);
      else mote_slide_put_f32(&c, &s, window, x + 2 * at, n);
      at += n;
      if (s.have < c.window) continue;
      assert_int_equal(at, results * c.stride + c.window);
      assert_memory_equal(window, x + 2 * results * c.stride, 2 * c.window * sizeof *x);
      mote_slide_next(&c, &s, window);
      results++;
    }
    if (c.window <= SAMPLES)
      assert_int_equal(results, (SAMPLES - c.window) / c.stride + 1);
  }
}

static void decisions_over_time(void **state) {
  (void)state;
  const mote_smooth_t c = {.classes = 2, .average = 2, .threshold = 0.6f, .suppress = 2};
  mote_smooth_state_t s = {0};
  float history[4];
  /* score of class 1 (averaged over two), decision, event */
  const struct { float p; int decision, event; } steps[] = {
      {0.5f, MOTE_UNCERTAIN, 0}, {0.8f, 1, 1}, {0.9f, 1, 0}, {0.1f, MOTE_UNCERTAIN, 0},
      {0.9f, MOTE_UNCERTAIN, 0}, {0.9f, 1, 1}, {0.25f, MOTE_UNCERTAIN, 0},
      {1.0f, 1, 0}, /* again, but within the suppression time */
      {0.0f, MOTE_UNCERTAIN, 0}, {0.0f, 0, 1}};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    float scores[2] = {1 - steps[i].p, steps[i].p};
    mote_decision_t d = mote_smooth_add(&c, &s, history, scores);
    assert_int_equal(d.decision, steps[i].decision);
    assert_int_equal(d.event, steps[i].event);
  }
}

static void stack_paint(void **state) {
  (void)state;
  uint8_t stack[64];
  mote_stack_paint(stack, stack + 64);
  assert_int_equal(mote_stack_used(stack, stack + 64), 0);
  stack[40] = 0;
  assert_int_equal(mote_stack_used(stack, stack + 64), 24);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(crc_known_answer),
                                     cmocka_unit_test(frames_follow_the_stream),
                                     cmocka_unit_test(ring_gives_rows_in_order),
                                     cmocka_unit_test(windows_slide),
                                     cmocka_unit_test(decisions_over_time),
                                     cmocka_unit_test(stack_paint)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
