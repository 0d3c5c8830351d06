/* SPDX-License-Identifier: Apache-2.0
 * The data set: what goes in comes out, edits touch the index only, the cache may vanish,
 * splits keep groups together, runs appear whole. */
#include <jansson.h>

#include "base/rng.h"
#include "dataset_fixture.h"
#include "impulse/impulse.h"

/* ---- in and out ---- */

static void comes_out_as_it_went_in(void **state) {
  fixture_t *f = *state;
  mote_recording_t r;
  add_files(f);
  mote_samples_t s = list(f, NULL);
  assert_int_equal(s.n, 6);
  assert_string_equal(s.item[0].name, "idle.0");
  assert_string_equal(s.item[0].label, "idle");
  assert_string_equal(s.item[5].label, "wave");
  assert_int_equal(s.item[0].split, MOTE_SPLIT_TRAINING);
  assert_int_equal(s.item[0].axes, 2);
  assert_string_equal(s.item[0].axis_names[1], "y");
  assert_int_equal(s.item[0].n, 50);
  for (size_t i = 0; i < s.n; i++) {
    assert_int_equal(mote_dataset_read(f->ds, &s.item[i], f->a, &r), 0);
    assert_true(r.hz == 100);
    for (size_t k = 0; k < 50; k++) {
      assert_true(r.values[2 * k] == (float)(1000 * i + k));
      assert_true(r.values[2 * k + 1] == (float)(1000 * i + k) * 0.5f);
    }
  }
  assert_clean(f);
}

static void survives_reopening(void **state) {
  fixture_t *f = *state;
  mote_sha_t before, after;
  add_files(f);
  assert_int_equal(mote_dataset_version(f->ds, &before), 0);
  mote_dataset_close(f->ds);
  assert_int_equal(mote_dataset_open(f->project, 0, &f->ds), 0);
  assert_int_equal(mote_dataset_version(f->ds, &after), 0);
  assert_string_equal(before.hex, after.hex);
}

static void duplicates_are_named(void **state) {
  fixture_t *f = *state;
  mote_add_t what = {.split = "testing"};
  mote_add_result_t r;
  add_files(f);
  write_csv(f->files, "new.csv", 77, 20);
  assert_int_equal(add_path(f, f->files, &what, &r), 0);
  assert_int_equal(r.added, 1);
  assert_int_equal(r.duplicates, 6);
  assert_int_equal(r.refused, 6);
  what.allow_duplicates = 1;
  assert_int_equal(add_path(f, f->files, &what, &r), 0);
  assert_int_equal(r.added, 7);
  assert_int_equal(list(f, NULL).n, 14);
  assert_int_equal(objects(f), 7);
}

static void twins_in_one_batch(void **state) {
  fixture_t *f = *state;
  mote_add_t what = {0};
  mote_add_result_t r;
  write_csv(f->files, "twin.csv", 0, 50); /* the bytes of idle.0.csv */
  assert_int_equal(add_path(f, f->files, &what, &r), 0);
  assert_int_equal(r.added, 6);
  assert_int_equal(r.duplicates, 1);
  assert_clean(f);
}

static void bad_files_do_not_stop_good_ones(void **state) {
  fixture_t *f = *state;
  mote_add_t what = {0};
  mote_add_result_t r;
  write_text(f->files, "a-broken.csv", "timestamp,x\n0,1\n10,\"2\n");
  write_text(f->files, "b-empty.wav", "");
  write_text(f->files, "c.wav", "RIFF\x10\x00\x00\x00WAVE");
  write_text(f->files, "README.txt", "words, words\nand more words\n");
  write_text(f->files, "plot.svgz", "nothing we read");
  assert_int_equal(add_path(f, f->files, &what, &r), 0);
  assert_int_equal(r.added, 6);
  assert_int_equal(r.refused, 3);
  assert_int_equal(r.skipped, 2);
  assert_clean(f);
}

static void rows_are_samples(void **state) {
  fixture_t *f = *state;
  mote_pair_t column = {"label", "kind"};
  mote_add_t what = {.rows = 1, .columns = &column, .n_columns = 1};
  mote_add_result_t r;
  mote_recording_t rec;
  char path[MOTE_PATH_MAX];
  write_text(f->root, "table.csv", "kind,w,h\na,1,2\nb,3,4\na,5,6\n");
  assert_int_equal(mote_path_join(path, f->root, "table.csv"), 0);
  assert_int_equal(add_path(f, path, &what, &r), 0);
  assert_int_equal(r.added, 3);
  mote_samples_t s = list(f, &(mote_filter_t){.label = "a"});
  assert_int_equal(s.n, 2);
  assert_int_equal(s.item[1].kind, MOTE_KIND_TABULAR);
  assert_int_equal(mote_dataset_read(f->ds, &s.item[1], f->a, &rec), 0);
  assert_true(rec.values[0] == 5 && rec.values[1] == 6);
  assert_int_equal(objects(f), 1);
}

static void lists_name_files_labels_and_splits(void **state) {
  fixture_t *f = *state;
  char path[MOTE_PATH_MAX];
  mote_pair_t where = {"device", "a"}, column = {"label", "what"};
  mote_add_t what = {
      .list = path, .where = &where, .n_where = 1, .columns = &column, .n_columns = 1};
  mote_add_result_t r;
  write_text(f->root, "list.csv",
             "path,what,split,device\nidle.0.csv,still,train,a\n"
             "idle.1.csv,still,test,a\nwave.3.csv,moving,train,b\n"
             "gone.csv,still,train,a\n");
  assert_int_equal(mote_path_join(path, f->root, "list.csv"), 0);
  assert_int_equal(add_path(f, f->files, &what, &r), 0);
  assert_int_equal(r.added, 2);
  assert_int_equal(r.refused, 1);
  mote_samples_t s = list(f, NULL);
  assert_string_equal(s.item[1].label, "still");
  assert_int_equal(s.item[1].split, MOTE_SPLIT_TESTING);
  assert_string_equal(s.item[1].meta[0].key, "device");
}

static void list_of_rows(void **state) {
  fixture_t *f = *state;
  char path[MOTE_PATH_MAX], table[MOTE_PATH_MAX];
  mote_add_t what = {.list = path};
  mote_add_result_t r;
  write_text(f->root, "table.csv", "w,h\n1,2\n3,4\n5,6\n");
  write_text(f->root, "list.csv", "row,label,split\n3,c,test\n1,a,train\n");
  assert_int_equal(mote_path_join(path, f->root, "list.csv"), 0);
  assert_int_equal(mote_path_join(table, f->root, "table.csv"), 0);
  assert_int_equal(add_path(f, table, &what, &r), 0);
  assert_int_equal(r.added, 2);
  mote_samples_t s = list(f, NULL);
  mote_recording_t rec;
  assert_string_equal(s.item[1].label, "c");
  assert_int_equal(s.item[1].split, MOTE_SPLIT_TESTING);
  assert_int_equal(mote_dataset_read(f->ds, &s.item[1], f->a, &rec), 0);
  assert_true(rec.values[0] == 5);
  write_text(f->root, "list.csv", "row,label,split\n4,c,test\n");
  assert_int_equal(add_path(f, table, &what, &r), 0);
  assert_int_equal(r.refused, 1);
}

/* ---- labels and splits by name ---- */

static void labels_come_from_folders_when_names_do_not_repeat(void **state) {
  fixture_t *f = *state;
  char dir[MOTE_PATH_MAX];
  mote_add_t what = {0};
  mote_add_result_t r;
  assert_int_equal(mote_path_join(dir, f->root, "set"), 0);
  write_csv(dir, "train/cat/a1.csv", 1, 20);
  write_csv(dir, "train/cat/a2.csv", 2, 20);
  write_csv(dir, "test/dog/b1.csv", 3, 20);
  write_csv(dir, "test/unlabeled/b2.csv", 4, 20);
  assert_int_equal(add_path(f, dir, &what, &r), 0);
  assert_int_equal(r.rule, MOTE_LABEL_FOLDER);
  mote_samples_t s = list(f, &(mote_filter_t){.label = "cat"});
  assert_int_equal(s.n, 2);
  assert_int_equal(s.item[0].split, MOTE_SPLIT_TRAINING);
  s = list(f, &(mote_filter_t){.label = "dog"});
  assert_int_equal(s.item[0].split, MOTE_SPLIT_TESTING);
  assert_int_equal(list(f, &(mote_filter_t){.label = ""}).n, 1);
}

/* The second file begins 30 ms later by its clock, and is newest first. */
static void merging_follows_the_clock(void **state) {
  fixture_t *f = *state;
  char dir[MOTE_PATH_MAX];
  mote_add_t what = {.merge_folders = 1, .label = "run"};
  mote_add_result_t r;
  mote_recording_t rec;
  assert_int_equal(mote_path_join(dir, f->root, "set"), 0);
  write_text(dir, "r/a.csv",
             "timestamp,a\n1657533977000,0\n1657533977010,1\n"
             "1657533977020,2\n1657533977030,3\n1657533977040,4\n"
             "1657533977050,5\n");
  write_text(dir, "r/b.csv",
             "timestamp,b\n1657533977060,9\n1657533977050,8\n"
             "1657533977040,7\n1657533977030,6\n");
  assert_int_equal(add_path(f, dir, &what, &r), 0);
  assert_int_equal(r.added, 1);
  mote_samples_t s = list(f, NULL);
  assert_int_equal(mote_dataset_read(f->ds, &s.item[0], f->a, &rec), 0);
  assert_int_equal(rec.n, 3);
  assert_true(rec.values[0] == 3 && rec.values[1] == 6);
  assert_true(rec.values[4] == 5 && rec.values[5] == 8);
}

static void folders_merge_on_time(void **state) {
  fixture_t *f = *state;
  char dir[MOTE_PATH_MAX];
  mote_add_t what = {.merge_folders = 1, .label = "run"};
  mote_add_result_t r;
  mote_recording_t rec;
  assert_int_equal(mote_path_join(dir, f->root, "set"), 0);
  write_csv(dir, "r1/acc.csv", 0, 50);
  write_text(dir, "r1/temp.csv", "timestamp,t\n0,10\n20,12\n40,14\n60,16\n80,18\n");
  write_csv(dir, "r2/acc.csv", 500, 50);
  write_csv(dir, "r2/gyro.csv", 700, 50);
  assert_int_equal(add_path(f, dir, &what, &r), 0);
  assert_int_equal(r.added, 2);
  mote_samples_t s = list(f, NULL);
  assert_string_equal(s.item[0].name, "r1");
  assert_int_equal(s.item[0].axes, 3);
  assert_string_equal(s.item[0].axis_names[0], "x");
  assert_string_equal(s.item[1].axis_names[2], "gyro.x");
  assert_int_equal(mote_dataset_read(f->ds, &s.item[0], f->a, &rec), 0);
  assert_int_equal(rec.n, 9); /* 80 ms are common */
  assert_true(rec.values[0] == 0 && rec.values[2] == 10);
  assert_true(rec.values[3 * 1 + 0] == 1 && rec.values[3 * 1 + 2] == 11); /* between */
  assert_clean(f);
}

/* ---- edits ---- */

static void edits_touch_the_index_only(void **state) {
  fixture_t *f = *state;
  mote_filter_t one, idle = {.label = "idle"};
  mote_recording_t r;
  mote_pair_t meta[] = {{"subject", "s1"}, {"place", "lab"}};
  size_t n;
  add_files(f);
  mote_samples_t s = list(f, NULL);
  one = (mote_filter_t){.ids = &s.item[2].id, .n_ids = 1};
  mote_edit_t e = {.what = MOTE_EDIT_LABEL | MOTE_EDIT_SPLIT | MOTE_EDIT_NAME |
                           MOTE_EDIT_ENABLED | MOTE_EDIT_CROP | MOTE_EDIT_META,
                   .label = "other",
                   .split = MOTE_SPLIT_TESTING,
                   .name = "n",
                   .enabled = 0,
                   .crop_start = 10,
                   .crop_end = 30,
                   .meta = meta,
                   .n_meta = 2};
  assert_int_equal(mote_dataset_edit(f->ds, &one, &e, &n), 0);
  assert_int_equal(n, 1);
  s = list(f, &one);
  assert_string_equal(s.item[0].label, "other");
  assert_string_equal(s.item[0].name, "n");
  assert_int_equal(s.item[0].enabled, 0);
  assert_int_equal(s.item[0].n, 20);
  assert_int_equal(s.item[0].n_meta, 2);
  assert_int_equal(mote_dataset_read(f->ds, &s.item[0], f->a, &r), 0);
  assert_int_equal(r.n, 20);
  assert_true(r.values[0] == 2010);
  assert_int_equal(list(f, &idle).n, 2);
  assert_int_equal(list(f, &(mote_filter_t){.meta = meta, .n_meta = 2}).n, 1);
  assert_int_equal(list(f, &(mote_filter_t){.name = "wave*"}).n, 3);
  assert_int_equal(list(f, &(mote_filter_t){.state = MOTE_ONLY_DISABLED}).n, 1);
  e = (mote_edit_t){.what = MOTE_EDIT_CROP}; /* undone */
  assert_int_equal(mote_dataset_edit(f->ds, &one, &e, &n), 0);
  assert_int_equal(list(f, &one).item[0].n, 50);
  e = (mote_edit_t){.what = MOTE_EDIT_CROP, .crop_start = 10, .crop_end = 51};
  assert_int_equal(mote_dataset_edit(f->ds, &one, &e, &n), MOTE_ERR_USAGE);
  assert_clean(f);
}

static void deleting_frees_the_original(void **state) {
  fixture_t *f = *state;
  mote_add_t what = {.allow_duplicates = 1};
  mote_add_result_t r;
  mote_edit_t del = {.what = MOTE_EDIT_DELETE};
  size_t n;
  add_files(f);
  assert_int_equal(add_path(f, f->files, &what, &r), 0);
  mote_filter_t first = {.ids = (int64_t[]){1}, .n_ids = 1};
  assert_int_equal(mote_dataset_edit(f->ds, &first, &del, &n), 0);
  assert_int_equal(objects(f), 6); /* its copy still uses it */
  assert_int_equal(mote_dataset_edit(f->ds, NULL, &del, &n), 0);
  assert_int_equal(n, 11);
  assert_int_equal(objects(f), 0);
  add_files(f);
  assert_true(list(f, NULL).item[0].id > 12); /* ids are not reused */
}

static void label_ranges_follow_the_crop(void **state) {
  fixture_t *f = *state;
  char path[MOTE_PATH_MAX];
  mote_add_t what = {0};
  mote_add_result_t r;
  mote_buf_t b = {0};
  assert_int_equal(mote_buf_printf(&b, "timestamp,x,label\n"), 0);
  for (int i = 0; i < 40; i++)
    assert_int_equal(
        mote_buf_printf(&b, "%d,%d,%s\n", 10 * i, i, i < 25 ? "sit" : "walk"), 0);
  write_text(f->root, "multi.csv", (const char *)b.p);
  mote_buf_free(&b);
  assert_int_equal(mote_path_join(path, f->root, "multi.csv"), 0);
  assert_int_equal(add_path(f, path, &what, &r), 0);
  mote_edit_t e = {.what = MOTE_EDIT_CROP, .crop_start = 20, .crop_end = 40};
  assert_int_equal(mote_dataset_edit(f->ds, NULL, &e, NULL), 0);
  mote_samples_t s = list(f, &(mote_filter_t){.label = "walk"});
  assert_int_equal(s.n, 1);
  assert_int_equal(s.item[0].n_ranges, 2);
  assert_int_equal(s.item[0].ranges[0].end, 5);
  assert_int_equal(s.item[0].ranges[1].end, 20);
  mote_stats_t st;
  assert_int_equal(mote_dataset_stats(f->ds, f->a, &st), 0);
  assert_int_equal(st.n_labels, 2);
  assert_string_equal(st.label[0].label, "sit");
}

static void version_follows_what_matters(void **state) {
  fixture_t *f = *state;
  mote_sha_t a, b, c;
  mote_filter_t one = {.ids = (int64_t[]){1}, .n_ids = 1};
  mote_edit_t off = {.what = MOTE_EDIT_LABEL, .label = "z"},
              name = {.what = MOTE_EDIT_NAME, .name = "q"};
  add_files(f);
  assert_int_equal(mote_dataset_version(f->ds, &a), 0);
  assert_int_equal(mote_dataset_edit(f->ds, &one, &name, NULL), 0);
  assert_int_equal(mote_dataset_version(f->ds, &b), 0);
  assert_string_equal(a.hex, b.hex);
  assert_int_equal(mote_dataset_edit(f->ds, &one, &off, NULL), 0);
  assert_int_equal(mote_dataset_version(f->ds, &c), 0);
  assert_string_not_equal(a.hex, c.hex);
}

/* ---- damage ---- */

static int spoil(void *ctx, const char *path) {
  mote_buf_t b = {0};
  (void)ctx;
  assert_int_equal(mote_file_read(path, 1 << 20, &b), 0);
  b.p[b.n / 2] ^= 0x40;
  assert_int_equal(mote_file_write(path, b.p, b.n), 0);
  mote_buf_free(&b);
  return 0;
}

static void a_damaged_or_missing_cache_is_only_slow(void **state) {
  fixture_t *f = *state;
  char cache[MOTE_PATH_MAX];
  mote_recording_t r;
  add_files(f);
  mote_samples_t s = list(f, NULL);
  assert_int_equal(mote_path_join(cache, f->project, "cache/decoded"), 0);
  assert_int_equal(count_files(cache), 6);
  assert_int_equal(mote_walk(cache, spoil, NULL), 0);
  assert_int_equal(mote_dataset_read(f->ds, &s.item[3], f->a, &r), 0);
  assert_true(r.values[2 * 49] == 3049);
  assert_int_equal(mote_path_remove(cache), 0);
  assert_int_equal(mote_dataset_read(f->ds, &s.item[4], f->a, &r), 0);
  assert_true(r.values[0] == 4000);
  assert_int_equal(count_files(cache), 1);
}

static void a_damaged_original_is_never_used(void **state) {
  fixture_t *f = *state;
  char cache[MOTE_PATH_MAX], data[MOTE_PATH_MAX];
  mote_recording_t r;
  mote_check_t c;
  add_files(f);
  mote_samples_t s = list(f, NULL);
  (void)mote_path_join(cache, f->project, "cache");
  (void)mote_path_join(data, f->project, "data/objects");
  assert_int_equal(mote_path_remove(cache), 0);
  assert_int_equal(mote_walk(data, spoil, NULL), 0);
  assert_int_equal(mote_dataset_read(f->ds, &s.item[0], f->a, &r), MOTE_ERR_CORRUPT);
  assert_int_equal(mote_dataset_check(f->ds, NULL, NULL, &c), 0);
  assert_int_equal(c.damaged, 6);
  assert_int_equal(objects(f), 6); /* told, not deleted */
}

/* ---- export ---- */

static void round_trip(fixture_t *f, mote_export_t as, const char *name) {
  char out[MOTE_PATH_MAX], back[300];
  fixture_t g = *f;
  mote_add_t what = {0};
  mote_add_result_t r;
  size_t n;
  (void)mote_path_join(out, f->root, name);
  assert_int_equal(mote_dataset_export(f->ds, NULL, as, out, &n), 0);
  assert_int_equal(n, 6);
  snprintf(back, sizeof back, "%s/back-%s", f->root, name);
  assert_int_equal(mote_project_create(back, mote_template_find("motion")), 0);
  assert_int_equal(mote_dataset_open(back, MOTE_DATASET_CREATE, &g.ds), 0);
  assert_int_equal(add_path(&g, out, &what, &r), 0);
  assert_int_equal(r.added, 6);
  assert_int_equal(r.refused, 0);
  mote_samples_t before = list(f, NULL), after = list(&g, NULL);
  for (size_t i = 0; i < after.n; i++) {
    mote_recording_t x, y;
    size_t k = 0; /* the walk sorts by path: find the twin by name */
    while (k < before.n && strcmp(before.item[k].name, after.item[i].name)) k++;
    assert_true(k < before.n);
    assert_int_equal(before.item[k].split, after.item[i].split);
    assert_string_equal(before.item[k].label, after.item[i].label);
    assert_int_equal(mote_dataset_read(f->ds, &before.item[k], f->a, &x), 0);
    assert_int_equal(mote_dataset_read(g.ds, &after.item[i], f->a, &y), 0);
    assert_true(x.n == y.n && x.axes == y.axes && x.hz == y.hz);
    assert_memory_equal(x.values, y.values, x.n * x.axes * sizeof(float));
  }
  mote_dataset_close(g.ds);
}

static void exports_come_back(void **state) {
  fixture_t *f = *state;
  mote_filter_t one = {.ids = (int64_t[]){2}, .n_ids = 1};
  mote_edit_t e = {.what = MOTE_EDIT_CROP | MOTE_EDIT_SPLIT,
                   .crop_start = 5,
                   .crop_end = 45,
                   .split = MOTE_SPLIT_TESTING};
  add_files(f);
  assert_int_equal(mote_dataset_edit(f->ds, &one, &e, NULL), 0);
  round_trip(f, MOTE_EXPORT_ORIGINAL, "original");
  round_trip(f, MOTE_EXPORT_WAV, "wav");
  round_trip(f, MOTE_EXPORT_CSV, "csv");
}

/* ---- splits ---- */

static void groups_stay_together(void **state) {
  enum { N = 1200 };
  static char group[N][8];
  static const char *const labels[] = {"a", "b", "c"};
  mote_split_item_t items[N];
  uint8_t in[N], again[N];
  (void)state;
  mote_rng_t rng = mote_rng(7, 0);
  for (int i = 0; i < N; i++) {
    snprintf(group[i], sizeof group[i], "g%u", mote_rng_below(&rng, 40));
    items[i] = (mote_split_item_t){labels[mote_rng_below(&rng, 3)], group[i]};
  }
  int n = mote_split_grouped(items, N, 0.2, 3, in);
  assert_in_range(n, N * 0.18, N * 0.22);
  for (int i = 0; i < N; i++)
    for (int k = 0; k < i; k++)
      if (!strcmp(group[i], group[k])) assert_int_equal(in[i], in[k]);
  for (int l = 0; l < 3; l++) {
    int all = 0, marked = 0;
    for (int i = 0; i < N; i++)
      if (items[i].label == labels[l]) all++, marked += in[i];
    assert_in_range(marked, all * 0.15, all * 0.25);
  }
  mote_split_item_t turned[N];
  for (int i = 0; i < N; i++) turned[i] = items[N - 1 - i];
  assert_int_equal(mote_split_grouped(turned, N, 0.2, 3, again), n);
  for (int i = 0; i < N; i++) assert_int_equal(in[i], again[N - 1 - i]);
  assert_true(mote_split_grouped(items, N, 0.2, 4, again) > 0);
  assert_memory_not_equal(in, again, N);
}

static void every_label_gets_its_share(void **state) {
  mote_split_item_t items[110];
  uint8_t in[110];
  (void)state;
  for (int i = 0; i < 110; i++) /* 100 of one, 10 of the other, no groups */
    items[i] = (mote_split_item_t){i < 100 ? "many" : "few", NULL};
  assert_int_equal(mote_split_grouped(items, 110, 0.2, 1, in), 22);
  int few = 0;
  for (int i = 100; i < 110; i++) few += in[i];
  assert_int_equal(few, 2);
}

static void small_splits(void **state) {
  mote_split_item_t two[] = {{"a", "g"}, {"a", "h"}}, one[] = {{"a", "g"}, {"b", "g"}};
  uint8_t in[2];
  (void)state;
  assert_int_equal(mote_split_grouped(two, 2, 0.1, 1, in), 1);
  assert_int_equal(mote_split_grouped(one, 2, 0.5, 1, in),
                   0); /* one group: no other side */
  assert_int_equal(mote_split_grouped(NULL, 0, 0.5, 1, in), 0);
  assert_int_equal(mote_split_grouped(two, 2, 0, 1, in), MOTE_ERR_USAGE);
}

static void resplit_by_key_and_share(void **state) {
  fixture_t *f = *state;
  add_files(f);
  for (int64_t id = 1; id <= 6; id++) {
    char value[8];
    snprintf(value, sizeof value, "%d", (int)(id % 3));
    mote_pair_t p = {"fold", value};
    mote_filter_t one = {.ids = &id, .n_ids = 1};
    mote_edit_t e = {.what = MOTE_EDIT_META, .meta = &p, .n_meta = 1};
    assert_int_equal(mote_dataset_edit(f->ds, &one, &e, NULL), 0);
  }
  const char *test[] = {"2"}, *none[] = {"9"};
  mote_split_t testing = MOTE_SPLIT_TESTING;
  mote_resplit_t how = {.by_key = "fold", .testing = test, .n_testing = 1};
  assert_int_equal(mote_dataset_resplit(f->ds, &how), 0);
  mote_samples_t s = list(f, &(mote_filter_t){.split = &testing});
  assert_int_equal(s.n, 2);
  assert_int_equal(s.item[0].id, 2);
  assert_int_equal(s.item[1].id, 5);
  how.testing = none;
  assert_int_equal(mote_dataset_resplit(f->ds, &how), MOTE_ERR_USAGE);
  assert_non_null(strstr(mote_errmsg(), "0"));
  how = (mote_resplit_t){.ratio = 0.34, .group = "fold", .seed = 1};
  assert_int_equal(mote_dataset_resplit(f->ds, &how), 0);
  s = list(f, &(mote_filter_t){.split = &testing});
  assert_int_equal(s.n, 2);
  assert_int_equal((s.item[1].id - s.item[0].id) % 3, 0); /* the same fold */
}

/* ---- project ---- */

static void templates_are_good_designs(void **state) {
  (void)state;
  for (size_t i = 0; mote_templates[i]; i++) {
    json_error_t err;
    mote_impulse_t *m = NULL;
    json_t *doc = json_loads(mote_templates[i]->json, JSON_REJECT_DUPLICATES, &err);
    if (!doc) fail_msg("%s: %s", mote_templates[i]->name, err.text);
    (void)json_object_set_new(doc, "name", json_string("t"));
    if (mote_impulse_parse(doc, mote_templates[i]->name, &m) != 0)
      fail_msg("%s: %s", mote_templates[i]->name, mote_errmsg());
    mote_impulse_free(m);
    json_decref(doc);
  }
}

static void runs_appear_whole(void **state) {
  fixture_t *f = *state;
  char tmp[MOTE_PATH_MAX], path[MOTE_PATH_MAX];
  assert_int_equal(mote_run_latest(f->project, NULL), 0);
  for (int n = 1; n <= 2; n++) {
    assert_int_equal(mote_run_new(f->project, tmp), 0);
    assert_int_equal(mote_run_latest(f->project, NULL), n - 1);
    write_text(tmp, "metrics.json", "{}");
    assert_int_equal(mote_run_commit(f->project, tmp), n);
  }
  assert_int_equal(mote_run_new(f->project, tmp), 0);
  mote_run_abort(tmp);
  assert_int_equal(mote_run_latest(f->project, path), 2);
  (void)mote_path_join(tmp, path, "metrics.json");
  assert_true(mote_file_exists(tmp));
  assert_int_equal(mote_run_path(f->project, 3, path), MOTE_ERR_NOTFOUND);
  (void)mote_path_join(path, f->project,
                       "runs/.new-999999999-abcdef"); /* of a dead one */
  assert_int_equal(mote_dir_make(path), 0);
  assert_int_equal(mote_run_new(f->project, tmp), 0);
  assert_false(mote_dir_exists(path));
}

static void new_refuses_a_used_folder(void **state) {
  fixture_t *f = *state;
  assert_int_equal(mote_project_create(f->files, mote_template_find("audio")),
                   MOTE_ERR_EXISTS);
  assert_int_equal(mote_project_check(f->files), MOTE_ERR_USAGE);
}

/* ---- all ---- */

int main(void) {
  mote_quiet_set(1);
#define CASE(x) cmocka_unit_test_setup_teardown(x, setup, teardown)
  const struct CMUnitTest tests[] = {
      CASE(comes_out_as_it_went_in),
      CASE(survives_reopening),
      CASE(duplicates_are_named),
      CASE(twins_in_one_batch),
      CASE(bad_files_do_not_stop_good_ones),
      CASE(rows_are_samples),
      CASE(lists_name_files_labels_and_splits),
      CASE(list_of_rows),
      CASE(labels_come_from_folders_when_names_do_not_repeat),
      CASE(folders_merge_on_time),
      CASE(merging_follows_the_clock),
      CASE(edits_touch_the_index_only),
      CASE(deleting_frees_the_original),
      CASE(label_ranges_follow_the_crop),
      CASE(version_follows_what_matters),
      CASE(a_damaged_or_missing_cache_is_only_slow),
      CASE(a_damaged_original_is_never_used),
      CASE(exports_come_back),
      cmocka_unit_test(groups_stay_together),
      cmocka_unit_test(every_label_gets_its_share),
      cmocka_unit_test(small_splits),
      CASE(resplit_by_key_and_share),
      cmocka_unit_test(templates_are_good_designs),
      CASE(runs_appear_whole),
      CASE(new_refuses_a_used_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
