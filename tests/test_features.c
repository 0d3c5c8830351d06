/* SPDX-License-Identifier: Apache-2.0
 * Recordings → windows → features: counts, labels, what stands before a window, padding,
 * and the cache, which must never be seen but in the time it saves. */
#include "dataset_fixture.h"

#include <math.h>

#include "base/par.h"
#include "base/rng.h"
#include "features/features.h"

static mote_impulse_t *design(const char *input, const char *dsp, const char *const *axes,
                              uint32_t n_axes, double hz) {
  char text[1024];
  snprintf(text, sizeof text, "{'mote':1,'input':{%s},'dsp':[%s]}", input, dsp);
  for (char *c = text; *c; c++)
    if (*c == '\'') *c = '"';
  json_t *j = json_loads(text, 0, NULL);
  mote_impulse_t *m = NULL;
  if (mote_impulse_parse(j, "test", &m) < 0) fail_msg("%s", mote_errmsg());
  json_decref(j);
  if (axes && mote_impulse_resolve(m, axes, n_axes, hz) < 0)
    fail_msg("%s", mote_errmsg());
  return m;
}

static const char *const xy[] = {"x", "y"}, *const sound[] = {"audio"};

static void window_counts(void **state) {
  static const struct { uint64_t n, want; } cases[] = {
      {0, 0}, {19, 0}, {20, 1}, {24, 1}, {25, 2}, {29, 2}, {30, 3}, {1000, 197}};
  mote_impulse_t *m =
      design("'window_ms':200,'stride_ms':50", "{'type':'raw'}", xy, 2, 100);
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(mote_features_count(m, cases[i].n), cases[i].want);
  mote_impulse_free(m);
}

/* ---- labels: windows of 10 samples over a 0..14, b 14..20, c 20..100 ---- */

static const mote_range_t ranges[] = {{0, 14, "a"}, {14, 20, "b"}, {20, 100, "c"}};

static void check_label(const char *rule, uint64_t start, const char *want) {
  char input[200];
  snprintf(input, sizeof input, "'window_ms':100,'stride_ms':10,'labeling':{%s}", rule);
  mote_impulse_t *m = design(input, "{'type':'raw'}", xy, 2, 100);
  const char *got = mote_features_label(m, ranges, 3, start);
  if (!got != !want || (got && strcmp(got, want)))
    fail_msg("%s at %d: %s instead of %s", rule, (int)start, got ? got : "none",
             want ? want : "none");
  mote_impulse_free(m);
}

static void label_rules(void **state) {
  (void)state;
  check_label("'rule':'majority'", 0, "a");
  check_label("'rule':'majority'", 9, "a");   /* 5 a, 5 b: the first met */
  check_label("'rule':'majority'", 10, "b");  /* 4 a, 6 b */
  check_label("'rule':'majority','percent':70", 10, NULL);
  check_label("'rule':'majority','percent':60", 10, "b");
  check_label("'rule':'end'", 4, "a");
  check_label("'rule':'end'", 5, "b"); /* the last sample is 14 */
  check_label("'rule':'end'", 95, NULL); /* beyond the last label */
  check_label("'rule':'anywhere','labels':['b']", 5, "b"); /* one sample is enough */
  check_label("'rule':'anywhere','labels':['b']", 4, "a"); /* else the end decides */
  check_label("'rule':'anywhere_percent','labels':['b'],'percent':40", 16, "b");
  check_label("'rule':'anywhere_percent','labels':['b'],'percent':40", 17, "c");
}

/* ---- what stands before a window ---- */

/* As a device sees it: every window straight from the stream, with the sample before it.
 */
static void windows_equal_streaming(void **state) {
  enum { N = 8000 };
  static float x[N];
  mote_impulse_t *m = design("'window_ms':250,'stride_ms':70",
                             "{'type':'mfcc','params':{'num_filters':20,"
                             "'win_size':0}}",
                             sound, 1, 8000);
  mote_rng_t rng = mote_rng(1, 1);
  size_t bytes = m->features * sizeof(float);
  float *a = mote_alloc(m->features, sizeof *a), *b = mote_alloc(m->features, sizeof *b);
  void *scratch = mote_alloc(1, mote_impulse_scratch(m));
  (void)state;
  for (size_t i = 0; i < N; i++) x[i] = floorf(1000 * mote_rng_normal(&rng));
  for (uint64_t w = 0; w < mote_features_count(m, N); w++) {
    const float *at = x + w * m->input.stride;
    assert_int_equal(mote_features_window(m, x, w, a, scratch, NULL), 0);
    assert_int_equal(mote_impulse_features(m, at, w ? at - 1 : NULL, b, scratch, NULL),
                     0);
    assert_memory_equal(a, b, bytes);
    if (!w) continue;
    assert_int_equal(mote_impulse_features(m, at, NULL, b, scratch, NULL), 0);
    assert_memory_not_equal(a, b, bytes); /* the sample before does count */
  }
  mote_free(a);
  mote_free(b);
  mote_free(scratch);
  mote_impulse_free(m);
}

/* ---- padding ---- */

static void padding(void **state) {
  static const float soft[6] = {1, -1, 1, -1, 1, -1};
  mote_arena_t *a = mote_arena_new();
  float *x = (float *)soft, *again = (float *)soft;
  uint64_t n = 6, n2 = 6;
  (void)state;
  mote_impulse_t *zero = design("'window_ms':1000", "{'type':'raw'}", sound, 1, 10);
  assert_int_equal(mote_features_pad(zero, a, &x, &n), 0);
  const float want[10] = {1, -1, 1, -1, 1, -1, 0, 0, 0, 0};
  assert_int_equal(n, 10);
  assert_memory_equal(x, want, sizeof want);
  x = (float *)soft, n = 6;
  mote_impulse_t *none =
      design("'window_ms':1000,'zero_pad':false", "{'type':'raw'}", sound, 1, 10);
  assert_int_equal(mote_features_pad(none, a, &x, &n), 0);
  assert_int_equal(n, 6);
  mote_impulse_free(none);
  mote_impulse_free(zero);

  enum { HAVE = 4000, WINDOW = 8000 };
  static float long_one[HAVE];
  for (size_t i = 0; i < HAVE; i++) /* 20 ms pieces: the first half soft, then loud */
    long_one[i] = (i < HAVE / 2 ? 10.0f : 1000.0f) * (i % 2 ? 1.0f : -1.0f);
  mote_impulse_t *floor_pad =
      design("'window_ms':1000,'pad':'floor'", "{'type':'raw'}", sound, 1, WINDOW);
  x = again = long_one, n = n2 = HAVE;
  assert_int_equal(mote_features_pad(floor_pad, a, &x, &n), 0);
  assert_int_equal(mote_features_pad(floor_pad, a, &again, &n2), 0);
  assert_int_equal(n, WINDOW);
  assert_memory_equal(x, again, WINDOW * sizeof *x);
  assert_memory_equal(x + 2000, long_one, sizeof long_one); /* in the middle */
  double sum = 0;
  for (size_t i = 0; i < 2000; i++) sum += (double)x[i] * (double)x[i];
  assert_float_equal(sqrt(sum / 2000), 10, 1); /* as soft as the quiet parts */
  mote_impulse_free(floor_pad);
  mote_arena_free(a);
}

/* ---- the whole way, and the cache ---- */

static mote_feature_set_t *compute(fixture_t *f, const mote_impulse_t *m, int cached) {
  mote_feature_options_t opt = {.project = cached ? f->project : NULL};
  mote_feature_set_t *set;
  if (mote_features_compute(f->ds, m, &opt, &set) < 0) fail_msg("%s", mote_errmsg());
  return set;
}

static void assert_same(const mote_feature_set_t *a, const mote_feature_set_t *b) {
  assert_int_equal(a->n, b->n);
  assert_int_equal(a->d, b->d);
  assert_memory_equal(a->x, b->x, a->n * a->d * sizeof *a->x);
  for (size_t i = 0; i < a->n; i++) {
    assert_int_equal(a->windows[i].label, b->windows[i].label);
    assert_int_equal(a->windows[i].start, b->windows[i].start);
  }
}

static mote_impulse_t *project_design(fixture_t *f) {
  mote_impulse_t *m =
      design("'window_ms':200,'stride_ms':100", "{'type':'flatten'}", NULL, 0, 0);
  assert_int_equal(mote_features_resolve(f->ds, m), 0);
  return m;
}

/* 6 recordings of 50 samples: 4 windows each. */
static void rows_are_by_sample_and_start(void **state) {
  fixture_t *f = *state;
  add_files(f);
  mote_impulse_t *m = project_design(f);
  mote_feature_set_t *set = compute(f, m, 0);
  assert_int_equal(set->n, 24);
  assert_int_equal(set->n_labels, 2);
  assert_string_equal(set->labels[0], "idle");
  for (size_t i = 0; i < set->n; i++) {
    const mote_window_t *w = &set->windows[i];
    assert_int_equal(w->sample, i / 4);
    assert_int_equal(w->start, 10 * (i % 4));
    assert_string_equal(set->labels[w->label], set->samples.item[i / 4].label);
  }
  assert_int_equal(set->computed, 6);
  assert_false(mote_dir_exists("cache"));
  mote_features_free(set);
  mote_impulse_free(m);
}

static int damage(void *ctx, const char *path) {
  mote_buf_t b = {0};
  assert_int_equal(mote_file_read(path, 1 << 20, &b), 0);
  switch ((*(int *)ctx)++ % 3) {
  case 0: b.p[b.n - 1] ^= 1; break; /* a bit of the values */
  case 1: b.n -= 3; break;          /* torn */
  default: b.p[16] ^= 0xff;         /* the number of rows */
  }
  assert_int_equal(mote_file_write(path, b.p, b.n), 0);
  mote_buf_free(&b);
  return 0;
}

static void the_cache_changes_nothing(void **state) {
  fixture_t *f = *state;
  char dir[MOTE_PATH_MAX];
  int count = 0;
  add_files(f);
  mote_impulse_t *m = project_design(f);
  mote_feature_set_t *plain = compute(f, m, 0), *first = compute(f, m, 1);
  mote_feature_set_t *hit = compute(f, m, 1);
  assert_int_equal(first->computed, 6);
  assert_int_equal(hit->from_cache, 6);
  assert_int_equal(hit->computed, 0);
  assert_same(plain, first);
  assert_same(plain, hit);
  assert_int_equal(mote_path_join(dir, f->project, "cache/features"), 0);
  assert_int_equal(mote_walk(dir, damage, &count), 0);
  assert_int_equal(count, 6);
  mote_feature_set_t *mended = compute(f, m, 1), *again = compute(f, m, 1);
  assert_int_equal(mended->computed, 6);
  assert_same(plain, mended);
  assert_int_equal(again->from_cache, 6);
  mote_feature_set_t *sets[] = {plain, first, hit, mended, again};
  for (size_t i = 0; i < 5; i++) mote_features_free(sets[i]);
  mote_impulse_free(m);
}

static void threads_change_nothing(void **state) {
  fixture_t *f = *state;
  add_files(f);
  mote_impulse_t *m = project_design(f);
  mote_threads_set(1);
  mote_feature_set_t *one = compute(f, m, 0);
  mote_threads_set(3);
  mote_feature_set_t *three = compute(f, m, 0);
  mote_threads_set(0);
  assert_same(one, three);
  mote_features_free(one);
  mote_features_free(three);
  mote_impulse_free(m);
}

/* Copies hold background that was recorded elsewhere: when that changes, so do they. */
static void copies_know_their_noise(void **state) {
  fixture_t *f = *state;
  const char *const one_axis = "timestamp,x\n0,%d\n10,5\n20,-3\n30,9\n40,-1\n";
  mote_add_t what = {.split = "training"};
  mote_add_result_t r;
  mote_signal_augment_t aug = {.copies = 2, .noise = 1, .snr_low = 0, .snr_high = 0};
  mote_feature_options_t opt = {.augment = &aug};
  mote_feature_set_t *cached, *fresh;
  char text[200], dir[MOTE_PATH_MAX];
  for (int round = 0; round < 2; round++) {
    assert_int_equal(mote_path_join(dir, f->root, round ? "two" : "one"), 0);
    for (int i = 0; i < 4; i++) {
      char name[40];
      snprintf(name, sizeof name, "%s.%d.csv", i ? "word" : "noise", 10 * round + i);
      snprintf(text, sizeof text, one_axis, 100 * round + 7 * i);
      write_text(dir, name, text);
    }
    assert_int_equal(add_path(f, dir, &what, &r), 0);
    mote_impulse_t *m = design("'window_ms':50", "{'type':'raw'}", NULL, 0, 0);
    assert_int_equal(mote_features_resolve(f->ds, m), 0);
    opt.project = f->project;
    assert_int_equal(mote_features_compute(f->ds, m, &opt, &cached), 0);
    opt.project = NULL;
    assert_int_equal(mote_features_compute(f->ds, m, &opt, &fresh), 0);
    assert_same(fresh, cached);
    mote_features_free(cached);
    mote_features_free(fresh);
    mote_impulse_free(m);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(window_counts),
      cmocka_unit_test(label_rules),
      cmocka_unit_test(windows_equal_streaming),
      cmocka_unit_test(padding),
      cmocka_unit_test_setup_teardown(rows_are_by_sample_and_start, setup, teardown),
      cmocka_unit_test_setup_teardown(the_cache_changes_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(threads_change_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(copies_know_their_noise, setup, teardown),
  };
  mote_quiet_set(1);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
