/* SPDX-License-Identifier: Apache-2.0
 * Hostile and damaged archives: each is refused by name or as a whole within 1 s and 64
 * MB, the harmless files beside it still come out, and nothing is written to disk. */
#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <cmocka.h>
#include "base/file.h"
#include "base/progress.h"
#include "formats/bundle.h"

static char dir[] = "/tmp/mote-archive-XXXXXX", path[64];

/* ---- what came out ---- */

typedef struct {
  char log[4096]; /* "+name=bytes " and "-name " */
  char why[4096];
} seen_t;

static int note(void *ctx, const mote_archive_entry_t *e) {
  seen_t *s = ctx;
  size_t n = strlen(s->log), w = strlen(s->why);
  if (e->status < 0) {
    snprintf(s->log + n, sizeof s->log - n, "-%s ", e->name);
    snprintf(s->why + w, sizeof s->why - w, "%s; ", mote_errmsg());
  } else
    snprintf(s->log + n, sizeof s->log - n, "+%s=%zu ", e->name, e->n);
  return 0;
}

static int walk(const mote_archive_limits_t *limits, seen_t *s) {
  memset(s, 0, sizeof *s);
  return mote_archive_each(path, limits, note, s);
}

#if defined(__SANITIZE_ADDRESS__)
#define MEASURED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MEASURED 0
#endif
#endif
#ifndef MEASURED
#define MEASURED 1
#endif

/* Walks in a child; it must return `code` (a status, or the number refused) in time. */
static void expect_cheap(int code) {
  double t0 = mote_now();
  pid_t pid = fork();
  if (pid == 0) {
    static seen_t s;
    int rc = walk(NULL, &s);
    if (rc != code)
      fprintf(stderr, "got %d, want %d: %s | %s\n", rc, code, mote_errmsg(), s.log);
    _exit(rc == code ? 0 : 1);
  }
  int status;
  struct rusage used;
  assert_int_equal(wait4(pid, &status, 0, &used), pid);
  assert_int_equal(status, 0);
  assert_true(mote_now() - t0 < (MEASURED ? 1.0 : 10.0));
  if (MEASURED) assert_true(used.ru_maxrss < 64 * 1024);
  struct dirent **names = NULL;
  int n = scandir(dir, &names, NULL, NULL);
  assert_int_equal(n, 3); /* . .. and the archive */
  while (n-- > 0) free(names[n]);
  free(names);
}

/* ---- makers ---- */

static mote_buf_t file;

static void save(void) {
  FILE *f = fopen(path, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(file.p, 1, file.n, f), file.n);
  assert_int_equal(fclose(f), 0);
}

static void add(const void *p, size_t n) {
  assert_int_equal(mote_buf_add(&file, p, n), 0);
}
static void put(uint64_t v, int n) {
  for (; n-- > 0; v >>= 8) add(&(uint8_t){(uint8_t)v}, 1);
}

typedef struct {
  const char *name, *data;                  /* data NULL: `n` zeros */
  size_t n, claim;                          /* claim: the size it says, when not n */
  int stored, flags, symlink, spoil, share; /* share: the place of the entry before */
} zip_entry_t;

typedef struct {
  uint32_t at, packed, size, crc;
} placed_t;

static void add_zeros(z_stream *z, size_t n, placed_t *p) {
  static uint8_t zeros[1 << 16];
  uint8_t out[1 << 12];
  for (int end = 0; !end;) {
    size_t take = n < sizeof zeros ? n : sizeof zeros;
    z->next_in = zeros;
    z->avail_in = (uInt)take;
    p->crc = (uint32_t)crc32(p->crc, zeros, (uInt)take);
    n -= take;
    end = n == 0;
    do {
      z->next_out = out;
      z->avail_out = sizeof out;
      deflate(z, end ? Z_FINISH : Z_NO_FLUSH);
      add(out, sizeof out - z->avail_out);
    } while (z->avail_out == 0);
  }
}

static void zip_data(const zip_entry_t *e, placed_t *p) {
  size_t start = file.n;
  z_stream z = {0};
  if (e->data) {
    add(e->data, e->n);
    p->crc = (uint32_t)crc32(0, (const Bytef *)e->data, (uInt)e->n);
  } else {
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    add_zeros(&z, e->n, p);
    deflateEnd(&z);
  }
  if (e->spoil) memset(file.p + start, 0xFF, 3);
  p->packed = (uint32_t)(file.n - start);
}

static void zip_sizes(const zip_entry_t *e, const placed_t *p) {
  put(p->crc, 4), put(p->packed, 4), put(e->claim ? e->claim : e->n, 4);
}

static void make_zip(const zip_entry_t *e, size_t n, uint64_t claimed) {
  placed_t placed[32] = {{0}};
  file.n = 0;
  for (size_t i = 0; i < n; i++) {
    placed_t *p = &placed[i];
    if (e[i].share) {
      *p = placed[i - 1];
      continue;
    }
    p->at = (uint32_t)file.n;
    put(0x04034b50, 4), put(20, 2), put((uint64_t)e[i].flags, 2),
        put(e[i].data ? 0 : 8, 2);
    put(0, 4);
    size_t sizes = file.n;
    put(0, 12), put(strlen(e[i].name), 2), put(0, 2), add(e[i].name, strlen(e[i].name));
    zip_data(&e[i], p);
    size_t end = file.n;
    file.n = sizes;
    uint8_t keep = file.p[sizes + 12];
    zip_sizes(&e[i], p);
    file.n = end;
    file.p[sizes + 12] = keep;
  }
  size_t at = file.n;
  for (size_t i = 0; i < n; i++) {
    put(0x02014b50, 4), put(0x0314, 2), put(20, 2), put((uint64_t)e[i].flags, 2);
    put(e[i].data ? 0 : 8, 2), put(0, 4), zip_sizes(&e[i], &placed[i]);
    put(strlen(e[i].name), 2), put(0, 8);
    put((e[i].symlink ? 0120777u : 0100644u) << 16, 4), put(placed[i].at, 4);
    add(e[i].name, strlen(e[i].name));
  }
  size_t bytes = file.n - at, end64 = file.n;
  if (claimed) { /* zip64 end and locator */
    put(0x06064b50, 4), put(44, 8), put(45, 2), put(45, 2), put(0, 8);
    put(claimed, 8), put(claimed, 8), put(bytes, 8), put(at, 8);
    put(0x07064b50, 4), put(0, 4), put(end64, 8), put(1, 4);
  }
  put(0x06054b50, 4), put(0, 4), put(n, 2), put(n, 2), put(bytes, 4), put(at, 4),
      put(0, 2);
  save();
}

/* A tar of `count` files of `bytes` zeros (n_real of which are there) through a filter.
 */
static struct archive *tar_open(int (*filter)(struct archive *)) {
  struct archive *w = archive_write_new();
  archive_write_set_format_gnutar(w);
  if (filter) filter(w);
  assert_int_equal(archive_write_open_filename(w, path), ARCHIVE_OK);
  return w;
}

static void tar_add(struct archive *w, const char *name, int type, const char *link,
                    const char *data) {
  struct archive_entry *e = archive_entry_new();
  archive_entry_set_pathname(e, name);
  archive_entry_set_filetype(e, type ? (unsigned)type : AE_IFREG);
  archive_entry_set_perm(e, 0644);
  if (type == AE_IFLNK)
    archive_entry_set_symlink(e, link);
  else if (link)
    archive_entry_set_hardlink(e, link);
  archive_entry_set_size(e, data ? (la_int64_t)strlen(data) : 0);
  assert_int_equal(archive_write_header(w, e), ARCHIVE_OK);
  if (data) archive_write_data(w, data, strlen(data));
  archive_entry_free(e);
}

static void tar_close(struct archive *w) { assert_int_equal(archive_write_free(w), 0); }

static void tar_zeros(int (*filter)(struct archive *), size_t n) {
  static char zeros[1 << 16];
  struct archive *w = tar_open(filter);
  struct archive_entry *e = archive_entry_new();
  archive_entry_set_pathname(e, "zeros");
  archive_entry_set_filetype(e, AE_IFREG);
  archive_entry_set_size(e, (la_int64_t)n);
  archive_write_header(w, e);
  for (; n; n -= sizeof zeros) archive_write_data(w, zeros, sizeof zeros);
  archive_entry_free(e);
  tar_close(w);
}

/* ---- names and kinds ---- */

static void test_zip_names(void **state) {
  (void)state;
  static const zip_entry_t e[] = {
      {.name = "ok/a.csv", .data = "1\n", .n = 2},
      {.name = "../evil", .data = "x", .n = 1},
      {.name = "a/../../evil", .data = "x", .n = 1},
      {.name = "/etc/passwd", .data = "x", .n = 1},
      {.name = "C:\\evil", .data = "x", .n = 1},
      {.name = "a\\..\\evil", .data = "x", .n = 1},
      {.name = "bell\a", .data = "x", .n = 1},
      {.name = "ok/a.csv", .data = "2\n", .n = 2},
      {.name = "ok/./a.csv", .data = "2\n", .n = 2},
      {.name = "link", .data = "/etc", .n = 4, .symlink = 1},
      {.name = "secret", .data = "x", .n = 1, .flags = 1},
      {.name = "folder/", .data = "", .n = 0},
      {.name = ".DS_Store", .data = "x", .n = 1},
      {.name = "__MACOSX/._a", .data = "x", .n = 1},
      {.name = "caf\xE9.csv", .data = "3\n", .n = 2},
      {.name = "caf\xC3\xA9.csv", .data = "3\n", .n = 2, .flags = 0x800},
      {.name = "win\\b.csv", .data = "4\n", .n = 2},
  };
  seen_t s;
  make_zip(e, sizeof e / sizeof *e, 0);
  assert_int_equal(walk(NULL, &s), 10);
  assert_string_equal(
      s.log, "+ok/a.csv=2 -../evil -a/../../evil -/etc/passwd -C:/evil -a/../evil "
             "-bell? -ok/a.csv -ok/a.csv -link -secret +caf%E9.csv=2 "
             "+caf\xC3\xA9.csv=2 +win/b.csv=2 ");
  assert_non_null(strstr(s.why, "'../evil' refused: it would leave its folder"));
  assert_non_null(strstr(s.why, "'link' refused: a link"));
  assert_non_null(strstr(s.why, "'secret' refused: encrypted"));
  expect_cheap(10);
}

static void test_tar_names(void **state) {
  (void)state;
  int (*const filters[])(struct archive *) = {NULL, archive_write_add_filter_gzip,
                                              archive_write_add_filter_zstd,
                                              archive_write_add_filter_xz};
  for (size_t i = 0; i < 4; i++) {
    struct archive *w = tar_open(filters[i]);
    tar_add(w, "a.csv", 0, NULL, "1\n");
    tar_add(w, "../evil", 0, NULL, "x");
    tar_add(w, "/etc/passwd", 0, NULL, "x");
    tar_add(w, "soft", AE_IFLNK, "/etc/passwd", NULL);
    tar_add(w, "hard", 0, "a.csv", NULL);
    tar_add(w, "device", AE_IFCHR, NULL, NULL);
    tar_add(w, "pipe", AE_IFIFO, NULL, NULL);
    tar_add(w, "a.csv", 0, NULL, "2\n");
    tar_add(w, "folder", AE_IFDIR, NULL, NULL);
    tar_add(w, "b.csv", 0, NULL, "22\n");
    tar_close(w);
    seen_t s;
    assert_int_equal(walk(NULL, &s), 7);
    assert_string_equal(s.log, "+a.csv=2 -../evil -/etc/passwd -soft -hard -device -pipe "
                               "-a.csv +b.csv=3 ");
    expect_cheap(7);
  }
}

/* ---- bombs ---- */

static void test_zip_bombs(void **state) {
  (void)state;
  seen_t s;
  static const zip_entry_t ratio[] = {{.name = "a", .data = "1", .n = 1},
                                      {.name = "zeros", .n = 64 << 20},
                                      {.name = "b", .data = "22", .n = 2}};
  make_zip(ratio, 3, 0);
  assert_int_equal(walk(NULL, &s), 1);
  assert_string_equal(s.log, "+a=1 -zeros +b=2 ");
  expect_cheap(1);

  static const zip_entry_t large[] = {
      {.name = "a", .data = "1", .n = 1},
      {.name = "large", .n = 3 << 20, .claim = 0x7FFFFFFF}};
  make_zip(large, 2, 0);
  assert_int_equal(walk(NULL, &s), 1);
  assert_string_equal(s.log, "+a=1 -large ");
  assert_non_null(strstr(s.why, "larger than the limit"));

  static const zip_entry_t small[] = {{.name = "lie", .n = 1 << 20, .claim = 10},
                                      {.name = "b", .data = "22", .n = 2}};
  make_zip(small, 2, 0);
  assert_int_equal(walk(NULL, &s), 1);
  assert_string_equal(s.log, "-lie +b=2 ");

  static const zip_entry_t shared[] = {{.name = "a", .n = 1 << 20},
                                       {.name = "b", .n = 1 << 20, .share = 1}};
  make_zip(shared, 2, 0);
  expect_cheap(MOTE_ERR_FORMAT);
  walk(NULL, &s);
  assert_non_null(strstr(mote_errmsg(), "share bytes"));
}

static void test_directory_lies(void **state) {
  (void)state;
  seen_t s;
  static const zip_entry_t e[] = {{.name = "a", .data = "1", .n = 1},
                                  {.name = "b", .data = "1", .n = 1}};
  make_zip(e, 2, 10 * 1000 * 1000);
  expect_cheap(MOTE_ERR_LIMIT);
  make_zip(e, 2, 3);
  expect_cheap(MOTE_ERR_FORMAT);
  make_zip(e, 2, 1);
  expect_cheap(MOTE_ERR_FORMAT);
  make_zip(e, 2, 2);
  assert_int_equal(walk(NULL, &s), 0);
  make_zip(e, 2, UINT64_MAX);
  expect_cheap(MOTE_ERR_LIMIT);
  make_zip(e, 2, 0);
  assert_int_equal(walk(&(mote_archive_limits_t){.max_entries = 1}, &s), MOTE_ERR_LIMIT);
  assert_int_equal(walk(&(mote_archive_limits_t){.max_total_bytes = 1}, &s),
                   MOTE_ERR_LIMIT);
  size_t whole = file.n;
  for (file.n = 0; file.n < whole; file.n++) { /* every truncation */
    save();
    assert_true(walk(NULL, &s) < 0);
  }
}

/* Any single byte of a zip changed: refused or read, within the limits. */
static void test_every_byte(void **state) {
  (void)state;
  seen_t s;
  static const zip_entry_t e[] = {{.name = "a", .data = "1", .n = 1},
                                  {.name = "b", .n = 100}};
  const uint8_t values[] = {0, 1, 0x7F, 0x80, 0xFF};
  make_zip(e, 2, 2);
  for (size_t i = 0; i < file.n; i++) {
    uint8_t was = file.p[i];
    for (size_t k = 0; k < sizeof values; k++) {
      file.p[i] = values[k];
      save();
      int rc = walk(NULL, &s);
      assert_true(rc < 0 || rc <= 2);
    }
    file.p[i] = was;
  }
}

static void test_tar_bombs(void **state) {
  (void)state;
  tar_zeros(archive_write_add_filter_gzip, 32 << 20);
  expect_cheap(MOTE_ERR_LIMIT);
  tar_zeros(archive_write_add_filter_zstd, 32 << 20);
  expect_cheap(MOTE_ERR_LIMIT);
  tar_zeros(archive_write_add_filter_xz, 32 << 20);
  expect_cheap(MOTE_ERR_LIMIT);
  struct archive *w = archive_write_new(); /* gzip in gzip: 10^6 to 1 */
  archive_write_set_format_gnutar(w);
  archive_write_add_filter_gzip(w);
  archive_write_add_filter_gzip(w);
  archive_write_open_filename(w, path);
  tar_add(w, "a", 0, NULL, "1");
  tar_close(w);
  expect_cheap(MOTE_ERR_FORMAT);
  w = tar_open(archive_write_add_filter_gzip); /* nothing but headers */
  for (int i = 0; i < 5000; i++) {
    char name[16];
    snprintf(name, sizeof name, "%d", i);
    tar_add(w, name, AE_IFDIR, NULL, NULL);
  }
  tar_close(w);
  seen_t s;
  assert_int_equal(walk(&(mote_archive_limits_t){.max_entries = 1000}, &s),
                   MOTE_ERR_LIMIT);
}

/* Broken data in a zip: the files behind it still come out. */
static void test_damage(void **state) {
  (void)state;
  seen_t s;
  static const zip_entry_t e[] = {{.name = "a", .data = "1", .n = 1},
                                  {.name = "bad1", .n = 5000, .spoil = 1},
                                  {.name = "b", .n = 5000},
                                  {.name = "bad2", .data = "123456", .n = 6, .spoil = 1},
                                  {.name = "c", .data = "1", .n = 1}};
  make_zip(e, 5, 0);
  assert_int_equal(walk(NULL, &s), 2);
  assert_string_equal(s.log, "+a=1 -bad1 +b=5000 -bad2 +c=1 ");
  file.n = 0;
  add("hello, I am no archive", 22);
  save();
  assert_int_equal(walk(NULL, &s), MOTE_ERR_FORMAT);
  file.n = 0;
  save();
  assert_int_equal(walk(NULL, &s), MOTE_ERR_FORMAT);
  unlink(path);
  assert_int_equal(walk(NULL, &s), MOTE_ERR_NOTFOUND);
}

/* ---- bundles ---- */

static const char labels[] =
    "{\"version\":1,\"files\":["
    "{\"path\":\"training/one.csv\",\"name\":\"one\",\"category\":\"training\",\"label\":"
    "{\"type\":\"label\",\"label\":\"idle\"},\"metadata\":{\"who\":\"me\"}},"
    "{\"path\":\"two.csv\",\"category\":\"testing\",\"label\":{\"type\":\"multi-label\","
    "\"labels\":[{\"startIndex\":0,\"endIndex\":1,\"label\":\"p\"}]}},"
    "{\"path\":\"gone.csv\",\"category\":\"testing\",\"label\":{\"type\":\"unlabeled\"}},"
    "{\"path\":\"s.csv\",\"category\":\"split\",\"label\":{\"type\":\"unlabeled\"}}]}";

static int note_item(void *ctx, const mote_bundle_item_t *i) {
  seen_t *s = ctx;
  size_t n = strlen(s->log);
  snprintf(s->log + n, sizeof s->log - n, "%c%s:%s:%s:%s:%zu:%zu ",
           i->status < 0 ? '-' : '+', i->path, i->name ? i->name : "",
           i->split ? i->split : "", i->label ? i->label : "", i->n_ranges, i->n_meta);
  return 0;
}

static void test_bundle_zip(void **state) {
  (void)state;
  const zip_entry_t e[] = {
      {.name = "x/training/one.csv", .data = "1\n", .n = 2},
      {.name = "x/two.csv", .data = "1\n2\n3\n", .n = 6},
      {.name = "x/s.csv", .data = "hello", .n = 5},
      {.name = "x/README.txt", .data = "hi", .n = 2},
      {.name = "x/info.labels", .data = labels, .n = sizeof labels - 1},
      {.name = "y/test/three.csv", .data = "7\n", .n = 2},
      {.name = "../evil", .data = "7\n", .n = 2}};
  seen_t s = {{0}, {0}};
  make_zip(e, 7, 0);
  assert_int_equal(mote_bundle_is(path), 1);
  assert_int_equal(mote_bundle_read(path, NULL, note_item, &s), 2);
  assert_string_equal(s.log, "+x/training/one.csv:one:training:idle:0:1 "
                             "+x/two.csv::testing::1:0 +x/s.csv::training::0:0 "
                             "+y/test/three.csv::testing::0:0 -../evil::::0:0 "
                             "-x/gone.csv::::0:0 ");
}

static void write_in(const char *name, const char *text) {
  char full[128];
  snprintf(full, sizeof full, "%s/f/%s", dir, name);
  assert_int_equal(mote_file_write(full, text, strlen(text)), 0);
}

static void test_bundle_folder(void **state) {
  (void)state;
  char root[64], sub[96];
  seen_t s = {{0}, {0}};
  unlink(path);
  snprintf(root, sizeof root, "%s/f", dir);
  snprintf(sub, sizeof sub, "%s/f/training", dir);
  assert_int_equal(mote_dir_make(sub), 0);
  assert_int_equal(mote_bundle_is(root), 0);
  write_in("info.labels", labels);
  write_in("training/one.csv", "1\n");
  write_in("two.csv", "1\n2\n");
  write_in("s.csv", "hello");
  write_in("README.txt", "hi");
  write_in(
      "structured_labels.labels",
      "{\"version\":1,\"structuredLabels\":{\"s.csv\":[{\"startIndex\":0,\"endIndex\":0,"
      "\"label\":\"q\"}]}}");
  assert_int_equal(mote_bundle_is(root), 1);
  assert_int_equal(mote_bundle_read(root, NULL, note_item, &s), 1);
  assert_string_equal(s.log,
                      "+s.csv::training::1:0 +training/one.csv:one:training:idle:0:1 "
                      "+two.csv::testing::1:0 -gone.csv::::0:0 ");
  for (int sticky = 0; sticky < 2; sticky++) {
    int rc = MOTE_ERR_NOMEM;
    for (long k = 1; rc == MOTE_ERR_NOMEM; k++) {
      mote_alloc_fail_at(k, sticky);
      rc = mote_bundle_read(root, NULL, note_item, &(seen_t){{0}, {0}});
      mote_alloc_fail_at(0, 0);
    }
    assert_int_equal(rc, 1);
  }
  assert_int_equal(mote_path_remove(root), 0);
}

static void test_apply(void **state) {
  (void)state;
  mote_arena_t *a = mote_arena_new();
  const mote_range_t range = {1, 3, "p"};
  const mote_pair_t meta = {"k", "v"}, own = {"o", "w"};
  mote_recording_t rec[2] = {
      {.name = "f", .label = "old", .n = 4, .meta = &own, .n_meta = 1},
      {.name = "g", .n = 4}};
  mote_recordings_t one = {rec, 1}, two = {rec, 2};
  mote_bundle_item_t item = {.path = "f",
                             .name = "n",
                             .split = "testing",
                             .ranges = &range,
                             .n_ranges = 1,
                             .meta = &meta,
                             .n_meta = 1};
  assert_int_equal(mote_bundle_apply(&item, a, &one), 0);
  assert_string_equal(rec->name, "n");
  assert_string_equal(rec->split, "testing");
  assert_null(rec->label);
  assert_int_equal(rec->n_ranges, 3);
  assert_string_equal(rec->ranges[0].label, "");
  assert_int_equal(rec->n_meta, 2);
  assert_string_equal(rec->meta[1].value, "v");
  assert_int_equal(mote_bundle_apply(&item, a, &two), MOTE_ERR_FORMAT);
  item.n_ranges = 0;
  item.label = "L";
  assert_int_equal(mote_bundle_apply(&item, a, &two), 0);
  assert_string_equal(rec[1].name, "n.1");
  assert_string_equal(rec[1].label, "L");
  mote_arena_free(a);
}

static void test_out_of_memory(void **state) {
  (void)state;
  const zip_entry_t e[] = {
      {.name = "info.labels", .data = labels, .n = sizeof labels - 1},
      {.name = "two.csv", .data = "1\n", .n = 2}};
  make_zip(e, 2, 0);
  for (int sticky = 0; sticky < 2; sticky++) {
    int rc = MOTE_ERR_NOMEM;
    for (long k = 1; rc == MOTE_ERR_NOMEM; k++) {
      mote_alloc_fail_at(k, sticky);
      rc = mote_bundle_read(path, NULL, note_item, &(seen_t){{0}, {0}});
      mote_alloc_fail_at(0, 0);
    }
    assert_int_equal(rc, 3);
  }
}

static int setup(void **state) {
  (void)state;
  if (!mkdtemp(dir)) return -1;
  snprintf(path, sizeof path, "%s/x.bin", dir);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  mote_buf_free(&file);
  return mote_path_remove(dir);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_zip_names),     cmocka_unit_test(test_tar_names),
      cmocka_unit_test(test_zip_bombs),     cmocka_unit_test(test_directory_lies),
      cmocka_unit_test(test_tar_bombs),     cmocka_unit_test(test_every_byte),
      cmocka_unit_test(test_damage),        cmocka_unit_test(test_bundle_zip),
      cmocka_unit_test(test_bundle_folder), cmocka_unit_test(test_apply),
      cmocka_unit_test(test_out_of_memory),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
