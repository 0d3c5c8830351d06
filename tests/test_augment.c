/* SPDX-License-Identifier: Apache-2.0
 * Augmentation: repeatable, and each kind does what its name says, no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "features/signal_augment.h"

#define HZ 8000
enum { N = 4000 };

static void tone(float *x, size_t n, uint32_t axes) {
  for (size_t i = 0; i < n; i++)
    for (uint32_t k = 0; k < axes; k++)
      x[i * axes + k] = 1000 * sinf(0.2f * (float)i + (float)k) + 100 * (float)k;
}

typedef struct { float x[3 * N]; mote_signal_view_t s; mote_arena_t *a; } case_t;

static void start(case_t *c, uint32_t axes) {
  tone(c->x, N, axes);
  c->s = (mote_signal_view_t){c->x, N, axes, HZ};
  c->a = mote_arena_new();
}

static void run(case_t *c, const mote_signal_augment_t *cfg, uint64_t seed) {
  mote_rng_t rng = mote_rng(seed, 1);
  assert_int_equal(mote_augment_shape(cfg, &c->s, &rng, c->a), 0);
  assert_int_equal(mote_augment_place(cfg, &c->s, NULL, 0, &rng, c->a), 0);
  for (size_t i = 0; i < c->s.n * c->s.axes; i++) assert_true(isfinite(c->s.x[i]));
}

static double energy(const float *x, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)x[i] * (double)x[i];
  return sum / (double)n;
}

static void off_changes_nothing(void **state) {
  static case_t c;
  mote_signal_augment_t cfg;
  (void)state;
  mote_params_default(mote_signal_augment_params, mote_signal_augment_n_params, &cfg);
  start(&c, 1);
  run(&c, &cfg, 1);
  assert_ptr_equal(c.s.x, c.x);
  assert_int_equal(c.s.n, N);
  mote_arena_free(c.a);
}

static void same_seed_same_bytes(void **state) {
  static case_t a, b, other;
  mote_signal_augment_t cfg = {.noise = 1, .snr_low = 5, .snr_high = 20, .gain_db = 6,
                               .shift = 0.1f, .speed = 0.1f, .tempo = 0.1f, .room = 1,
                               .scale = 0.1f, .jitter = 0.1f, .warp = 0.1f};
  (void)state;
  start(&a, 1);
  start(&b, 1);
  start(&other, 1);
  run(&a, &cfg, 7);
  run(&b, &cfg, 7);
  run(&other, &cfg, 8);
  assert_int_equal(a.s.n, b.s.n);
  assert_memory_equal(a.s.x, b.s.x, a.s.n * sizeof(float));
  assert_true(other.s.n != a.s.n || memcmp(a.s.x, other.s.x, a.s.n * sizeof(float)));
  mote_arena_free(a.a);
  mote_arena_free(b.a);
  mote_arena_free(other.a);
}

/* Length after a change of speed or tempo stays within the wanted share. */
static void lengths_follow_speed_and_tempo(void **state) {
  static case_t c;
  static const mote_signal_augment_t cfgs[] = {{.speed = 0.2f}, {.tempo = 0.2f}};
  (void)state;
  for (size_t k = 0; k < 2; k++) {
    size_t least = 2 * N, most = 0;
    for (uint64_t seed = 0; seed < 40; seed++) {
      start(&c, 1);
      run(&c, &cfgs[k], seed);
      if (c.s.n < least) least = c.s.n;
      if (c.s.n > most) most = c.s.n;
      mote_arena_free(c.a);
    }
    assert_in_range(least, (size_t)(N / 1.26), (size_t)(N * 0.95));
    assert_in_range(most, (size_t)(N * 1.05), (size_t)(N * 1.26));
  }
}

/* Tempo keeps the pitch: the tone crosses zero as often per second as before. */
static void tempo_keeps_the_pitch(void **state) {
  static case_t c;
  mote_signal_augment_t cfg = {.tempo = 0.2f};
  (void)state;
  start(&c, 1);
  run(&c, &cfg, 3);
  size_t from = 400, to = 2800, crossings = 0;
  for (size_t i = from; i < to; i++) crossings += (c.s.x[i - 1] < 0) != (c.s.x[i] < 0);
  double want = (double)(to - from) * 0.2 / 3.14159265;
  assert_float_equal((double)crossings, want, 0.04 * want);
  mote_arena_free(c.a);
}

static void noise_reaches_the_wanted_ratio(void **state) {
  static case_t c;
  static float d[N];
  (void)state;
  for (uint64_t seed = 0; seed < 10; seed++)
    for (float snr = 0; snr <= 30; snr += 10) {
      mote_signal_augment_t cfg = {.noise = 1, .snr_low = snr, .snr_high = snr};
      start(&c, 1);
      run(&c, &cfg, seed);
      for (size_t i = 0; i < N; i++) d[i] = c.s.x[i] - c.x[i];
      double got = 10 * log10(energy(c.x, N) / energy(d, N));
      assert_float_equal(got, (double)snr, 0.1);
      mote_arena_free(c.a);
    }
}

/* Recorded background is used as well, at the same ratio. */
static void recorded_noise_is_mixed(void **state) {
  static case_t c;
  static float background[500], d[N];
  mote_signal_augment_t cfg = {.noise = 1, .snr_low = 10, .snr_high = 10};
  size_t recorded = 0;
  (void)state;
  for (size_t i = 0; i < 500; i++) background[i] = i % 2 ? 1.0f : -1.0f;
  mote_signal_view_t bank = {background, 500, 1, HZ};
  for (uint64_t seed = 0; seed < 40; seed++) {
    mote_rng_t rng = mote_rng(seed, 1);
    start(&c, 1);
    assert_int_equal(mote_augment_place(&cfg, &c.s, &bank, 1, &rng, c.a), 0);
    size_t turns = 0;
    for (size_t i = 0; i < N; i++) d[i] = c.s.x[i] - c.x[i];
    for (size_t i = 1; i < N; i++) turns += (d[i] < 0) != (d[i - 1] < 0);
    recorded += turns == N - 1;
    assert_float_equal(10 * log10(energy(c.x, N) / energy(d, N)), 10, 0.1);
    mote_arena_free(c.a);
  }
  assert_in_range(recorded, 10, 30); /* about half */
}

static void rotation_keeps_norms_and_angles(void **state) {
  static case_t c;
  mote_signal_augment_t cfg = {.rotate_deg = 180};
  (void)state;
  start(&c, 3);
  run(&c, &cfg, 5);
  double moved = 0;
  for (size_t i = 0; i < N; i++) {
    const float *u = c.x + 3 * i, *v = c.s.x + 3 * i;
    double before = energy(u, 3), after = energy(v, 3);
    assert_float_equal(after, before, 1e-4 * before);
    moved += fabs((double)(u[0] - v[0]));
  }
  assert_true(moved / N > 1);
  double dot = 0, want = 0;
  for (int k = 0; k < 3; k++) {
    dot += (double)c.s.x[k] * (double)c.s.x[300 + k];
    want += (double)c.x[k] * (double)c.x[300 + k];
  }
  assert_float_equal(dot, want, 1e-3 * fabs(want) + 10);
  mote_arena_free(c.a);
}

/* A shift joins the ends: the same values, elsewhere; gain within its bounds. */
static void shift_and_gain_are_bounded(void **state) {
  static case_t c;
  mote_signal_augment_t shift = {.shift = 0.2f}, gain = {.gain_db = 6};
  (void)state;
  for (uint64_t seed = 0; seed < 20; seed++) {
    start(&c, 1);
    run(&c, &shift, seed);
    assert_float_equal(energy(c.s.x, N), energy(c.x, N), 1e-3 * energy(c.x, N));
    size_t at = 0;
    while (at < N && c.s.x[at] != c.x[0]) at++;
    assert_true(at <= 800 || at >= N - 800);
    mote_arena_free(c.a);
    start(&c, 1);
    run(&c, &gain, seed);
    double db = 10 * log10(energy(c.s.x, N) / energy(c.x, N));
    assert_true(fabs(db) <= 6.001);
    mote_arena_free(c.a);
  }
}

/* Nothing and next to nothing are not a reason to fall over. */
static void tiny_signals_survive(void **state) {
  static case_t c;
  mote_signal_augment_t cfg = {.noise = 1,
                               .snr_low = 5,
                               .snr_high = 20,
                               .gain_db = 6,
                               .shift = 1,
                               .speed = 0.5f,
                               .tempo = 0.5f,
                               .room = 1,
                               .rotate_deg = 180,
                               .scale = 0.9f,
                               .jitter = 10,
                               .warp = 0.9f};
  (void)state;
  for (size_t n = 0; n < 40; n++) {
    start(&c, 1 + n % 3);
    c.s.n = n;
    run(&c, &cfg, n);
    mote_arena_free(c.a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(off_changes_nothing),
      cmocka_unit_test(same_seed_same_bytes),
      cmocka_unit_test(lengths_follow_speed_and_tempo),
      cmocka_unit_test(tempo_keeps_the_pitch),
      cmocka_unit_test(noise_reaches_the_wanted_ratio),
      cmocka_unit_test(recorded_noise_is_mixed),
      cmocka_unit_test(rotation_keeps_norms_and_angles),
      cmocka_unit_test(shift_and_gain_are_bounded),
      cmocka_unit_test(tiny_signals_survive),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
