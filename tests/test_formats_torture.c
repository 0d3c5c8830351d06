/* SPDX-License-Identifier: Apache-2.0
 * Every seed and past finding of the harnesses through its parser: as it is, cut at every
 * length, and with the n-th allocation refused, once and from then on. A parser that
 * crashes, leaks (under the sanitizers) or breaks a promise fails here. */
#include "base/file.h"
#include "formats/manifest.h"
#include "import.h"
#include "../fuzz/known_leaks.h"

typedef struct {
  const char *folder;
  mote_parse_options_t opt;
  int files;
} room_t;

static int run(const char *folder, const uint8_t *p, size_t n,
               const mote_parse_options_t *opt) {
  if (!strcmp(folder, "manifest")) {
    mote_manifest_t m;
    mote_manifest_options_t list = {.path = "x"};
    mote_arena_t *a = mote_arena_new();
    int rc = a ? mote_manifest_parse(p, n, &list, a, &m) : MOTE_ERR_NOMEM;
    mote_arena_free(a);
    return rc;
  }
  for (const mote_format_t *const *f = mote_formats; *f; f++)
    if (!strcmp((*f)->name, folder)) return check_parse(*f, p, n, opt);
  fail_msg("no format %s", folder);
  return 0;
}

static int refuse_memory(const room_t *room, const mote_buf_t *b, int sticky) {
  for (long n = 1; n < 100000; n++) {
    mote_alloc_fail_at(n, sticky);
    int rc = run(room->folder, b->p, b->n, &room->opt);
    mote_alloc_fail_at(0, 0);
    if (rc != MOTE_ERR_NOMEM) return rc;
  }
  fail_msg("allocations without end");
  return 0;
}

static int torture(void *ctx, const char *path) {
  room_t *room = ctx;
  mote_buf_t b = {0};
  assert_int_equal(mote_file_read(path, 1 << 20, &b), 0);
  int rc = run(room->folder, b.p, b.n, &room->opt);
  for (size_t n = b.n < 600 ? 0 : b.n - 600; n < b.n; n++) {
    uint8_t *cut = malloc(n ? n : 1); /* exact size, so that an overread is seen */
    assert_non_null(cut);
    memcpy(cut, b.p, n);
    run(room->folder, cut, n, &room->opt);
    free(cut);
  }
  assert_int_equal(refuse_memory(room, &b, 0), rc);
  assert_int_equal(refuse_memory(room, &b, 1), rc);
  room->files++;
  mote_buf_free(&b);
  return 0;
}

static void walk(const char *folder, mote_parse_options_t opt) {
  room_t room = {folder, opt, 0};
  char path[MOTE_PATH_MAX];
  snprintf(path, sizeof path, "%s/fuzz/seeds/%s", MOTE_SOURCE, folder);
  assert_int_equal(mote_walk(path, torture, &room), 0);
  assert_true(room.files >= 3);
}

static const mote_parse_options_t series = {
    .path = "d/x.csv", .hz = 10, .max_bytes = 1 << 24};
static const mote_parse_options_t rows = {
    .path = "d/x.csv", .rows_are_samples = 1, .max_bytes = 1 << 24};

static void wav(void **s) { (void)s, walk("wav", series); }
static void audio(void **s) { (void)s, walk("audio", series); }
static void image(void **s) { (void)s, walk("image", series); }
static void csv(void **s) { (void)s, walk("csv", series); }
static void csv_rows(void **s) { (void)s, walk("csv", rows); }
static void manifest(void **s) { (void)s, walk("manifest", series); }

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(wav), cmocka_unit_test(audio),    cmocka_unit_test(image),
      cmocka_unit_test(csv), cmocka_unit_test(csv_rows), cmocka_unit_test(manifest)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
