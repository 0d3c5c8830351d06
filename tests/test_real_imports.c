/* SPDX-License-Identifier: Apache-2.0
 * The shared data sets come in as they are: every file of a kind is parsed, counted, and
 * looked at for the rate, size and labels it is known to have. Data: the folder MOTE_DATA
 * with unpacked sets, or the archives in ../shared/data; without them the test is
 * skipped. */
#include "import.h"

#include <archive.h>
#include <archive_entry.h>
#include "base/file.h"
#include "formats/manifest.h"

typedef struct {
  const char *set, *tail; /* files whose path ends so */
  mote_parse_options_t opt;
  double hz; /* what every recording must have; 0: any */
  uint32_t axes;
  size_t files, recordings, labelled, ranged; /* what must come out */
} want_t;

static const want_t wants[] = {
    {"ai-nose", ".csv", {0}, 4, 9, 739, 739, 0, 0},
    {"ceiling-fan", ".csv", {.hz = 200}, 200, 3, 2915, 2915, 0, 0},
    {"sp-sw-har", "_sp.csv", {0}, 100, 6, 155, 155, 0, 155},
    {"sp-sw-har", "_sw.csv", {0}, 100, 6, 155, 155, 0, 155},
    {"nab", ".csv", {0}, 0, 1, 18, 18, 0, 0},
    {"skab", ".csv", {0}, 1, 0, 17, 17, 0, 0},
    {"skab", "valve1/0.csv", {.label_column = "anomaly"}, 1, 9, 1, 1, 0, 1},
    {"pump-pipeline", ".csv", {0}, 10, 8, 5, 5, 0, 0},
    {"penguins",
     "guins.csv",
     {.rows_are_samples = 1, .label_column = "species"},
     0,
     5,
     1,
     344,
     344,
     0},
    {"penguins",
     "raw.csv",
     {.rows_are_samples = 1, .label_column = "Species"},
     0,
     7,
     1,
     344,
     344,
     0},
    {"mit-bih-excerpt", "_ecg.csv", {.hz = 360}, 360, 1, 6, 6, 0, 0},
    {"mit-bih-excerpt", "_all.csv", {.hz = 360}, 360, 1, 6, 6, 0, 0},
    {"heartpy-samples", ".csv", {.hz = 100}, 0, 1, 16, 16, 0, 0},
    {"heartpy-samples", "data3.csv", {0}, 100, 1, 1, 1, 0, 0},
    {"etth1", ".csv", {0}, 1.0 / 3600, 7, 1, 1, 0, 0},
    {"fsdd", ".wav", {0}, 8000, 1, 2000, 2000, 0, 0},
    {"speech-commands-mini", ".wav", {0}, 16000, 1, 300, 300, 0, 0},
    {"esc10", ".ogg", {0}, 44100, 1, 240, 240, 0, 0},
    {"sign-digits", ".JPG", {0}, 0, 3, 1242, 1242, 0, 0},
    {"bccd", ".jpg", {0}, 0, 3, 292, 292, 0, 0}};

/* Rows of each NAME.split.csv. */
static const struct {
  const char *set;
  size_t rows;
} lists[] = {{"ai-nose", 739},
             {"bccd", 292},
             {"ceiling-fan", 2915},
             {"ei-export-xiao-gestures", 96},
             {"ei-python-sdk-samples", 47},
             {"esc10", 240},
             {"fsdd", 2000},
             {"magic-wand-digits", 10},
             {"mit-bih-excerpt", 6},
             {"nab", 18},
             {"penguins", 344},
             {"pump-pipeline", 5},
             {"raccoon", 200},
             {"sign-digits", 1242},
             {"skab", 17},
             {"sp-sw-har", 310},
             {"speech-commands-mini", 300}};

typedef struct {
  want_t want, got;
  int wrong;
} tally_t;

static int ends_with(const char *s, const char *tail) {
  size_t n = strlen(s), k = strlen(tail);
  return n >= k && !strcmp(s + n - k, tail);
}

static void complain(tally_t *t, const char *path, const char *what) {
  if (t->wrong++ < 5) print_message("%s: %s\n", path, what);
}

static void look_at(tally_t *t, const char *path, const mote_recording_t *r) {
  if (t->want.hz && fabs(r->hz / t->want.hz - 1) > 1e-9) complain(t, path, "the rate");
  if (t->want.axes && r->axes != t->want.axes) complain(t, path, "the axes");
  t->got.labelled += r->label != NULL;
  t->got.ranged += r->n_ranges >= 2;
}

static void take(tally_t *t, const char *path, const uint8_t *p, size_t n) {
  mote_parse_options_t opt = t->want.opt;
  opt.path = path;
  const mote_format_t *f = mote_format_find(p, n, path);
  if (!f) {
    complain(t, path, "no format");
    return;
  }
  import_t i = import_bytes(f, p, n, &opt);
  if (i.rc) complain(t, path, mote_errmsg());
  for (size_t k = 0; !i.rc && k < i.all.n; k++) look_at(t, path, &i.all.item[k]);
  t->got.files++;
  t->got.recordings += i.rc ? 0 : i.all.n;
  import_free(&i);
}

/* ---- where the data are ---- */

static int take_file(void *ctx, const char *path) {
  tally_t *t = ctx;
  mote_buf_t b = {0};
  if (!ends_with(path, t->want.tail)) return 0;
  assert_int_equal(mote_file_read(path, 1u << 30, &b), 0);
  take(t, path, b.p, b.n);
  mote_buf_free(&b);
  return 0;
}

static void take_member(tally_t *t, struct archive *a, struct archive_entry *e) {
  size_t n = (size_t)archive_entry_size(e);
  uint8_t *p = malloc(n + 1);
  assert_non_null(p);
  assert_int_equal(archive_read_data(a, p, n), n);
  take(t, archive_entry_pathname(e), p, n);
  free(p);
}

static void take_archive(tally_t *t, const char *path) {
  struct archive *a = archive_read_new();
  struct archive_entry *e;
  archive_read_support_filter_all(a);
  archive_read_support_format_all(a);
  assert_int_equal(archive_read_open_filename(a, path, 1 << 16), ARCHIVE_OK);
  while (archive_read_next_header(a, &e) == ARCHIVE_OK)
    if (ends_with(archive_entry_pathname(e), t->want.tail)) take_member(t, a, e);
  archive_read_free(a);
}

/* 0 when the set is nowhere. */
static int take_set(tally_t *t) {
  char path[MOTE_PATH_MAX];
  const char *unpacked = getenv("MOTE_DATA");
  snprintf(path, sizeof path, "%s/%s", unpacked ? unpacked : "", t->want.set);
  if (unpacked && mote_dir_exists(path)) return mote_walk(path, take_file, t) == 0;
  snprintf(path, sizeof path, "../shared/data/%s.tar.zst", t->want.set);
  if (!mote_file_exists(path)) return 0;
  take_archive(t, path);
  return 1;
}

static int sets_found;

static void all_files_come_in(void **state) {
  (void)state;
  int wrong = 0;
  for (size_t k = 0; k < sizeof wants / sizeof *wants; k++) {
    const want_t *w = &wants[k];
    tally_t t = {.want = *w};
    if (!take_set(&t)) {
      print_message("no data for %s\n", w->set);
      continue;
    }
    sets_found++;
    int fine = !t.wrong && t.got.files == w->files && t.got.recordings == w->recordings &&
               t.got.labelled == w->labelled && t.got.ranged == w->ranged;
    print_message(
        "%-22s *%-12s %5zu files %5zu recordings %4zu labels %4zu multi-label %s\n",
        w->set, w->tail, t.got.files, t.got.recordings, t.got.labelled, t.got.ranged,
        fine ? "ok" : "WRONG");
    wrong += !fine;
  }
  if (!sets_found) skip();
  assert_int_equal(wrong, 0);
}

static void all_lists_parse(void **state) {
  (void)state;
  size_t found = 0;
  for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
    char path[MOTE_PATH_MAX];
    mote_buf_t b = {0};
    mote_manifest_t m;
    snprintf(path, sizeof path, "../shared/data/%s.split.csv", lists[k].set);
    if (!mote_file_exists(path)) continue;
    mote_manifest_options_t opt = {.path = path};
    mote_arena_t *a = mote_arena_new();
    assert_int_equal(mote_file_read(path, 1 << 24, &b), 0);
    int rc = mote_manifest_parse(b.p, b.n, &opt, a, &m);
    if (rc) fail_msg("%s", mote_errmsg());
    assert_int_equal(m.n, lists[k].rows);
    mote_arena_free(a);
    mote_buf_free(&b);
    found++;
  }
  if (!found) skip();
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_files_come_in),
                                     cmocka_unit_test(all_lists_parse)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (failed || sets_found) return failed;
  print_message("SKIPPED: no data sets (set MOTE_DATA, or put them in ../shared/data)\n");
  return 77;
}
