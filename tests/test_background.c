/* SPDX-License-Identifier: Apache-2.0
 * Backgrounds: mean power 1, repeatable, their spectra as named; mixing and rounding. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "synth/clip.h"

#define N  16000
#define HZ 16000

static float x[N], y[N];

static const mote_background_t *named(const char *name) {
  for (size_t i = 0; i < mote_n_backgrounds; i++)
    if (!strcmp(mote_backgrounds[i].name, name)) return &mote_backgrounds[i];
  fail();
  return NULL;
}

static void make(const mote_background_t *k, uint64_t seed, float *to) {
  static float voice[5000];
  float *track = voice;
  size_t length = 5000;
  mote_babble_t b = {&track, &length, 1};
  mote_rng_t r = mote_rng(seed, 0);
  for (int i = 0; i < 5000; i++) voice[i] = (float)(i % 100) / 50 - 1;
  mote_background_make(k, &r, &b, HZ, to, N);
}

static void power_is_one_and_repeats(void **state) {
  (void)state;
  for (size_t k = 0; k < mote_n_backgrounds; k++)
    for (uint64_t seed = 0; seed < 20; seed++) {
      make(&mote_backgrounds[k], seed, x);
      make(&mote_backgrounds[k], seed, y);
      assert_memory_equal(x, y, sizeof x);
      double sum = 0;
      for (int i = 0; i < N; i++) sum += (double)x[i] * (double)x[i];
      assert_true(fabs(sum / N - 1) < 1e-3);
      make(&mote_backgrounds[k], seed + 100, y);
      assert_memory_not_equal(x, y, sizeof x);
    }
}

/* Power of x between two frequencies, by correlation at every 20 Hz. */
static double band(double from, double to) {
  double all = 0;
  for (double f = from; f < to; f += 20) {
    double c = 0, s = 0;
    for (int i = 0; i < N; i++) {
      c += (double)x[i] * cos(2 * M_PI * f * i / HZ);
      s += (double)x[i] * sin(2 * M_PI * f * i / HZ);
    }
    all += c * c + s * s;
  }
  return all;
}

/* An octave of white noise has twice the power of the one below, of pink noise as much,
 * of brown noise half as much: 3, 0 and -3 dB an octave, over four octaves. */
static void slopes_are_as_named(void **state) {
  (void)state;
  const struct {
    const char *name;
    double db;
  } want[] = {{"white", 3}, {"pink", 0}, {"brown", -3}};
  for (size_t k = 0; k < 3; k++) {
    double low = 0, high = 0;
    for (uint64_t seed = 0; seed < 4; seed++) {
      make(named(want[k].name), seed, x);
      low += band(200, 400);
      high += band(3200, 6400);
    }
    double slope = 10 * log10(high / low) / 4;
    if (fabs(slope - want[k].db) > 1)
      fail_msg("%s: %g dB an octave", want[k].name, slope);
  }
}

static void mixes_at_any_place(void **state) {
  (void)state;
  const float word[3] = {1, 2, 3};
  float at[4] = {0};
  mote_mix(at, 4, -2, word, 3, 1);
  mote_mix(at, 4, 3, word, 3, 10);
  mote_mix(at, 4, 9, word, 3, 1);
  assert_true(at[0] == 3 && at[1] == 0 && at[2] == 0 && at[3] == 10);
}

static void rounds_and_keeps_peaks(void **state) {
  (void)state;
  float quiet[3] = {0.4f, -0.6f, 1.5f}, loud[2] = {64000, -32000};
  mote_mix_round(quiet, 3);
  assert_true(quiet[0] == 0 && quiet[1] == -1 && quiet[2] == 2);
  mote_mix_round(loud, 2);
  assert_true(loud[0] == 32000 && loud[1] == -16000);
}

static void levels_in_db(void **state) {
  (void)state;
  assert_true(fabs(mote_gain_db(20, 0) - 10) < 1e-4);
  assert_true(fabs(mote_gain_db(-6.0206f, 1) - 16384) < 0.1);
  memset(x, 0, sizeof x);
  mote_background_level(x, N, 5); /* silence stays silence */
  assert_true(x[0] == 0 && mote_background_rms(x, 0) == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(power_is_one_and_repeats),
      cmocka_unit_test(slopes_are_as_named),
      cmocka_unit_test(mixes_at_any_place),
      cmocka_unit_test(rounds_and_keeps_peaks),
      cmocka_unit_test(levels_in_db),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
