/* SPDX-License-Identifier: Apache-2.0
 * Every original is hashed again; what nobody uses is swept, what is broken is told. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "dataset/cache.h"
#include "dataset/decode.h"
#include "dataset/index.h"

#define OBJECT_LIMIT ((size_t)4 << 30)

typedef struct {
  mote_dataset_t *ds;
  void (*say)(void *ctx, const char *line);
  void *ctx;
  mote_check_t *out;
  mote_buf_t bytes;
  char **key; /* of cache entries that belong to a sample, sorted */
  size_t n_keys;
  mote_progress_t *progress;
} checker_t;

static void say(checker_t *c, const char *fmt, ...) MOTE_PRINTF(2, 3);
static void say(checker_t *c, const char *fmt, ...) {
  char line[MOTE_PATH_MAX + 512];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(line, sizeof line, fmt, ap);
  va_end(ap);
  if (c->say) c->say(c->ctx, line);
}

/* ---- originals ---- */

/* Names the samples that rest on the object. */
static int say_users(checker_t *c, const char *sha, const char *what) {
  sqlite3_stmt *st;
  MOTE_TRY(mote_sql_prepare(c->ds,
                            "SELECT id,sample.name FROM sample JOIN part ON "
                            "part.sample=id WHERE sha=? ORDER BY id LIMIT 5",
                            &st));
  mote_sql_text(st, 1, sha);
  int rc;
  while ((rc = mote_sql_step(c->ds, st)) == 1) {
    const char *name = (const char *)sqlite3_column_text(st, 1);
    say(c, "sample %lld \"%s\": its original is %s",
        (long long)sqlite3_column_int64(st, 0), name ? name : "", what);
  }
  sqlite3_finalize(st);
  return rc;
}

static int check_object(void *ctx, const char *path, const char *sha) {
  checker_t *c = ctx;
  mote_progress_add(c->progress, 1);
  if (mote_interrupted()) return mote_fail(MOTE_ERR_INTERRUPTED, "interrupted");
  if (!sha) {
    say(c, "%s: not an original of this data set; left alone", path);
    return MOTE_OK;
  }
  int used = mote_index_used(c->ds, sha);
  if (used < 0) return used;
  if (!used) {
    say(c, "%s: left over, removed", path);
    c->out->orphans++;
    return mote_path_remove(path);
  }
  c->out->objects++;
  int rc = mote_file_read(path, OBJECT_LIMIT, &c->bytes);
  if (rc == MOTE_ERR_NOMEM) return rc;
  if (rc == MOTE_OK && !strcmp(mote_sha256(c->bytes.p, c->bytes.n).hex, sha))
    return MOTE_OK;
  c->out->damaged++;
  say(c, "%s: damaged", path);
  return say_users(c, sha, "damaged");
}

static int find_missing(checker_t *c) {
  sqlite3_stmt *st;
  char path[MOTE_PATH_MAX];
  MOTE_TRY(mote_sql_prepare(c->ds, "SELECT DISTINCT sha FROM part ORDER BY sha", &st));
  int rc;
  while ((rc = mote_sql_step(c->ds, st)) == 1) {
    const char *sha = (const char *)sqlite3_column_text(st, 0);
    rc = sha ? mote_store_path(&c->ds->store, sha, path) : MOTE_ERR_NOMEM;
    if (rc < 0) break;
    if (mote_file_exists(path)) continue;
    c->out->missing++;
    if ((rc = say_users(c, sha, "missing")) < 0) break;
  }
  sqlite3_finalize(st);
  return rc;
}

/* ---- cache ---- */

static int by_text(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static int collect_keys(checker_t *c, mote_arena_t *a) {
  sqlite3_stmt *st;
  mote_buf_t keys = {0};
  MOTE_TRY(mote_sql_prepare(c->ds, "SELECT DISTINCT content,parse FROM sample", &st));
  int rc;
  while ((rc = mote_sql_step(c->ds, st)) == 1) {
    const char *content = (const char *)sqlite3_column_text(st, 0);
    const char *parse = (const char *)sqlite3_column_text(st, 1);
    char *key =
        content && parse ? mote_arena_str(a, mote_decode_key(content, parse).hex) : NULL;
    rc = key ? mote_buf_add(&keys, &key, sizeof key) : MOTE_ERR_NOMEM;
    if (rc < 0) break;
  }
  sqlite3_finalize(st);
  c->n_keys = keys.n / sizeof(char *);
  c->key = rc < 0 ? NULL : mote_arena_take(a, keys.n + 1, 1);
  if (c->key && keys.n) memcpy(c->key, keys.p, keys.n);
  if (c->key && c->n_keys) qsort(c->key, c->n_keys, sizeof *c->key, by_text);
  mote_buf_free(&keys);
  return rc < 0 ? rc : c->key ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int check_cache_file(void *ctx, const char *path) {
  checker_t *c = ctx;
  char key[80] = "", *at = key;
  const char *name = mote_path_name(path);
  if (name - path > 3 && strlen(name) == 62)
    snprintf(key, sizeof key, "%.2s%s", name - 3, name);
  if (c->n_keys && bsearch(&at, c->key, c->n_keys, sizeof *c->key, by_text) &&
      mote_cache_verify(path))
    return MOTE_OK;
  c->out->cache_dropped++;
  return mote_path_remove(path);
}

static int check_cache(checker_t *c) {
  char path[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(path, c->ds->project, "cache/decoded"));
  if (!mote_dir_exists(path)) return MOTE_OK;
  mote_arena_t *a = mote_arena_new();
  int rc = a ? collect_keys(c, a) : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK) rc = mote_walk(path, check_cache_file, c);
  mote_arena_free(a);
  return rc;
}

/* ---- index ---- */

static int check_index(checker_t *c) {
  sqlite3_stmt *st;
  MOTE_TRY(mote_sql_prepare(c->ds, "PRAGMA integrity_check(3)", &st));
  int rc, bad = 0;
  while ((rc = mote_sql_step(c->ds, st)) == 1) {
    const char *text = (const char *)sqlite3_column_text(st, 0);
    if (!text || !strcmp(text, "ok")) continue;
    say(c, "index: %s", text);
    bad = 1;
  }
  sqlite3_finalize(st);
  if (rc < 0) return rc;
  if (bad)
    return mote_fail(MOTE_ERR_CORRUPT,
                     "%s: data/index.sqlite is damaged; restore it from a "
                     "backup",
                     c->ds->project);
  MOTE_TRY(mote_sql_prepare(c->ds, "SELECT COUNT(*) FROM sample", &st));
  rc = mote_sql_step(c->ds, st);
  if (rc == 1) c->out->samples = (size_t)sqlite3_column_int64(st, 0);
  sqlite3_finalize(st);
  return rc < 0 ? rc : MOTE_OK;
}

static int check_all(checker_t *c) {
  MOTE_TRY(check_index(c));
  MOTE_TRY(mote_store_sweep(&c->ds->store, mote_index_used, c->ds));
  MOTE_TRY(mote_store_each(&c->ds->store, check_object, c));
  MOTE_TRY(find_missing(c));
  return check_cache(c);
}

int mote_dataset_check(mote_dataset_t *ds, void (*say_line)(void *ctx, const char *line),
                       void *ctx, mote_check_t *out) {
  checker_t c = {.ds = ds, .say = say_line, .ctx = ctx, .out = out};
  *out = (mote_check_t){0};
  c.progress = mote_progress_new("check", "originals", 0);
  int rc = check_all(&c);
  mote_progress_end(c.progress);
  mote_buf_free(&c.bytes);
  return rc;
}
