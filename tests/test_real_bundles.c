/* SPDX-License-Identifier: Apache-2.0
 * The real exports and sets of these formats come in as they are, from the archive and
 * from the unpacked folder, with exactly the samples, labels and ranges they are known to
 * have. Data: the folder MOTE_DATA (unpacked sets) and ../shared/data (archives). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/file.h"
#include "formats/bundle.h"

typedef struct {
  size_t recordings, training, testing, labelled; /* of the three formats below */
  size_t multi, ranges, unchecked;
  uint64_t rows;
  size_t others, boxes; /* files of other formats; items with bounding boxes */
} tally_t;

typedef struct {
  const char *set, *archive; /* the archive's name without its folder */
  tally_t want;
} row_t;

static const row_t rows[] = {
    {"ei-export-xiao-gestures",
     "ei-export-xiao-gestures.zip",
     {96, 72, 24, 96, 0, 0, 96, 99840, 0, 0}},
    {"ei-python-sdk-samples",
     "ei-python-sdk-samples.tar.zst",
     {40, 19, 19, 0, 11, 121, 29, 130224, 19, 2}},
    {"magic-wand-digits",
     "magic-wand-digits.tar.zst",
     {1000, 0, 0, 1000, 0, 0, 0, 94526, 1, 0}},
};

static int is_ours(const mote_format_t *f) {
  return f && (!strcmp(f->name, "acq_json") || !strcmp(f->name, "acq_cbor") ||
               !strcmp(f->name, "strokes"));
}

static void count(tally_t *t, const mote_recording_t *rec) {
  t->recordings++;
  t->rows += rec->n;
  t->training += rec->split && !strcmp(rec->split, "training");
  t->testing += rec->split && !strcmp(rec->split, "testing");
  t->labelled += rec->label != NULL;
  t->multi += rec->n_ranges != 0;
  t->ranges += rec->n_ranges;
  t->unchecked += rec->signature == MOTE_SIGNATURE_UNCHECKED;
  assert_true(rec->hz > 0);
}

static int take(void *ctx, const mote_bundle_item_t *item) {
  tally_t *t = ctx;
  if (item->status < 0) fail_msg("%s: %s", item->path, mote_errmsg());
  const mote_format_t *f = mote_format_find(item->bytes, item->n, item->path);
  for (size_t i = 0; i < item->n_meta; i++)
    t->boxes += !strcmp(item->meta[i].key, "bounding_boxes");
  if (!is_ours(f)) {
    t->others++;
    return 0;
  }
  mote_arena_t *a = mote_arena_new();
  mote_recordings_t recs;
  mote_parse_options_t opt = {.path = item->path};
  int rc = f->parse(item->bytes, item->n, &opt, a, &recs);
  if (rc >= 0) rc = mote_bundle_apply(item, a, &recs);
  if (rc < 0) fail_msg("%s", mote_errmsg());
  for (size_t i = 0; i < recs.n; i++) count(t, &recs.item[i]);
  mote_arena_free(a);
  return 0;
}

static int compare(const row_t *row, const char *path) {
  tally_t t = {0};
  int rc = mote_bundle_read(path, NULL, take, &t);
  if (rc != 0) fail_msg("%s: %d %s", path, rc, mote_errmsg());
  int same = memcmp(&t, &row->want, sizeof t) == 0;
  print_message(
      "%-24s %zu recordings (%zu + %zu), %zu labels, %zu multi, %zu ranges, %zu "
      "signed, %llu rows, %zu others, %zu boxes: %s\n",
      row->set, t.recordings, t.training, t.testing, t.labelled, t.multi, t.ranges,
      t.unchecked, (unsigned long long)t.rows, t.others, t.boxes, same ? "ok" : "WRONG");
  return same ? 0 : 1;
}

static int found;

static void test_sets(void **state) {
  (void)state;
  int wrong = 0;
  const char *unpacked = getenv("MOTE_DATA");
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char path[MOTE_PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", unpacked ? unpacked : "", rows[i].set);
    if (unpacked && mote_dir_exists(path)) found++, wrong += compare(&rows[i], path);
    snprintf(path, sizeof path, "../shared/data/%s", rows[i].archive);
    if (mote_file_exists(path)) found++, wrong += compare(&rows[i], path);
  }
  if (!found) skip();
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_sets)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (failed || found) return failed;
  print_message("SKIPPED: no data sets (set MOTE_DATA, or put them in ../shared/data)\n");
  return 77;
}
