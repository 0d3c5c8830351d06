/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset/index.h"

#include <stdio.h>
#include <string.h>

#define BUSY_MS        20000
#define SCHEMA_VERSION 1
#define APPLICATION_ID 0x6d6f7465 /* "mote" */

/* content: SHA-256 of the original, or of the list of originals when several were merged.
 * copy: 0, or the number of an allowed duplicate; the UNIQUE row makes two processes that
 * add the same file at the same time agree on who was first. parse: options that decode
 * the original to the same values again. axes and notes are JSON, ranges are rows of the
 * whole original. AUTOINCREMENT: an id is never given twice. */
static const char schema_1[] =
    "CREATE TABLE sample("
    " id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, label TEXT,"
    " split INTEGER NOT NULL, enabled INTEGER NOT NULL DEFAULT 1, kind INTEGER NOT NULL,"
    " hz REAL NOT NULL, axes TEXT NOT NULL, n INTEGER NOT NULL,"
    " width INTEGER NOT NULL, height INTEGER NOT NULL,"
    " crop_start INTEGER NOT NULL, crop_end INTEGER NOT NULL, notes TEXT NOT NULL,"
    " signature INTEGER NOT NULL, source TEXT NOT NULL, added INTEGER NOT NULL,"
    " content TEXT NOT NULL, item INTEGER NOT NULL, copy INTEGER NOT NULL DEFAULT 0,"
    " parse TEXT NOT NULL, UNIQUE(content, item, copy));"
    "CREATE TABLE part("
    " sample INTEGER NOT NULL REFERENCES sample ON DELETE CASCADE, ord INTEGER NOT NULL,"
    " sha TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY(sample, ord)) WITHOUT ROWID;"
    "CREATE INDEX part_sha ON part(sha);"
    "CREATE TABLE span("
    " sample INTEGER NOT NULL REFERENCES sample ON DELETE CASCADE, start INTEGER NOT "
    "NULL,"
    " stop INTEGER NOT NULL, label TEXT NOT NULL, PRIMARY KEY(sample, start)) WITHOUT "
    "ROWID;"
    "CREATE TABLE meta("
    " sample INTEGER NOT NULL REFERENCES sample ON DELETE CASCADE, key TEXT NOT NULL,"
    " value TEXT NOT NULL, PRIMARY KEY(sample, key)) WITHOUT ROWID;"
    "CREATE INDEX meta_key ON meta(key, value);";

/* migrations[v] turns schema v into v+1. */
static const char *const migrations[SCHEMA_VERSION] = {schema_1};

int mote_sql_fail(mote_dataset_t *ds, const char *what) {
  const char *path = ds->path;
  switch (sqlite3_errcode(ds->db) & 0xff) { /* of NULL: out of memory */
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return mote_fail(MOTE_ERR_IO,
                     "%s: another mote is writing to this project; wait until it has "
                     "finished and try again",
                     path);
  case SQLITE_NOMEM:
    return mote_fail(MOTE_ERR_NOMEM, "%s: out of memory (%s)", path, what);
  case SQLITE_FULL:
    return mote_fail(MOTE_ERR_IO, "%s: the disk is full (%s)", path, what);
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return mote_fail(
        MOTE_ERR_CORRUPT,
        "%s: the index is damaged (%s); restore it from a backup, the originals "
        "in data/objects are untouched",
        path, sqlite3_errmsg(ds->db));
  case SQLITE_READONLY:
    return mote_fail(MOTE_ERR_IO, "%s: cannot be written; check its permissions", path);
  default:
    return mote_fail(MOTE_ERR_IO, "%s: cannot %s: %s", path, what,
                     sqlite3_errmsg(ds->db));
  }
}

int mote_sql(mote_dataset_t *ds, const char *sql) {
  return sqlite3_exec(ds->db, sql, NULL, NULL, NULL) == SQLITE_OK
             ? MOTE_OK
             : mote_sql_fail(ds, "update the index");
}

int mote_sql_prepare(mote_dataset_t *ds, const char *sql, sqlite3_stmt **st) {
  *st = NULL;
  return sqlite3_prepare_v2(ds->db, sql, -1, st, NULL) == SQLITE_OK
             ? MOTE_OK
             : mote_sql_fail(ds, "read the index");
}

int mote_sql_step(mote_dataset_t *ds, sqlite3_stmt *st) {
  int rc = sqlite3_step(st);
  if (rc == SQLITE_ROW) return 1;
  return rc == SQLITE_DONE ? 0 : mote_sql_fail(ds, "use the index");
}

int mote_sql_run(mote_dataset_t *ds, sqlite3_stmt *st) {
  int rc = mote_sql_step(ds, st);
  sqlite3_reset(st);
  return rc < 0 ? rc : MOTE_OK;
}

int mote_sql_begin(mote_dataset_t *ds) { return mote_sql(ds, "BEGIN IMMEDIATE"); }
int mote_sql_commit(mote_dataset_t *ds) { return mote_sql(ds, "COMMIT"); }

void mote_sql_rollback(mote_dataset_t *ds) {
  if (!sqlite3_get_autocommit(ds->db))
    (void)sqlite3_exec(ds->db, "ROLLBACK", NULL, NULL, NULL);
}

int mote_sql_finish(mote_dataset_t *ds, int rc) {
  int done = rc < 0 ? rc : mote_sql_commit(ds);
  if (done < 0) mote_sql_rollback(ds);
  return done < 0 ? done : rc;
}

void mote_sql_text(sqlite3_stmt *st, int at, const char *text) {
  if (text)
    sqlite3_bind_text(st, at, text, -1, SQLITE_TRANSIENT);
  else
    sqlite3_bind_null(st, at);
}

const char *mote_sql_str(sqlite3_stmt *st, int col, mote_arena_t *a, int *failed) {
  if (sqlite3_column_type(st, col) == SQLITE_NULL) return NULL;
  const char *text = (const char *)sqlite3_column_text(st, col);
  const char *copy = text ? mote_arena_str(a, text) : NULL;
  if (!copy) *failed = 1;
  return copy;
}

static int get_int(mote_dataset_t *ds, const char *sql, int *out) {
  sqlite3_stmt *st;
  MOTE_TRY(mote_sql_prepare(ds, sql, &st));
  int rc = mote_sql_step(ds, st);
  if (rc == 1) *out = sqlite3_column_int(st, 0);
  sqlite3_finalize(st);
  return rc < 0 ? rc : MOTE_OK;
}

/* Inside the write lock, so that two processes do not migrate twice. */
static int migrate_locked(mote_dataset_t *ds) {
  int version = 0;
  char pragma[64];
  MOTE_TRY(get_int(ds, "PRAGMA user_version", &version));
  for (; version < SCHEMA_VERSION; version++) MOTE_TRY(mote_sql(ds, migrations[version]));
  snprintf(pragma, sizeof pragma, "PRAGMA user_version=%d", SCHEMA_VERSION);
  return mote_sql(ds, pragma);
}

static int migrate(mote_dataset_t *ds) {
  int version = 0, id = 0;
  char pragma[64];
  MOTE_TRY(get_int(ds, "PRAGMA user_version", &version));
  MOTE_TRY(get_int(ds, "PRAGMA application_id", &id));
  if (version > SCHEMA_VERSION)
    return mote_fail(
        MOTE_ERR_UNSUPPORTED,
        "%s: the data set was written by a newer mote (schema %d, this one knows "
        "%d); update mote",
        ds->project, version, SCHEMA_VERSION);
  if (version > 0 && id != APPLICATION_ID)
    return mote_fail(MOTE_ERR_CORRUPT, "%s: is not a mote index", ds->path);
  if (version == SCHEMA_VERSION) return MOTE_OK;
  snprintf(pragma, sizeof pragma, "PRAGMA application_id=%d", APPLICATION_ID);
  MOTE_TRY(mote_sql_begin(ds));
  int rc = mote_sql(ds, pragma);
  return mote_sql_finish(ds, rc < 0 ? rc : migrate_locked(ds));
}

int mote_index_open(mote_dataset_t *ds, const char *path) {
  snprintf(ds->path, sizeof ds->path, "%s", path);
  int readonly = ds->flags & MOTE_DATASET_READONLY;
  int how = readonly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  /* Full mutex: any thread may decode samples through one handle. */
  if (sqlite3_open_v2(path, &ds->db, how | SQLITE_OPEN_FULLMUTEX, NULL) != SQLITE_OK)
    return mote_sql_fail(ds, "open the index");
  sqlite3_busy_timeout(ds->db, BUSY_MS);
  MOTE_TRY(mote_sql(ds, "PRAGMA foreign_keys=ON"));
  if (readonly) return MOTE_OK;
  /* FULL: a commit is on the disk when it returns. */
  MOTE_TRY(mote_sql(ds, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"));
  return migrate(ds);
}

int mote_index_used(void *ctx, const char *sha) {
  mote_dataset_t *ds = ctx;
  sqlite3_stmt *st;
  MOTE_TRY(mote_sql_prepare(ds, "SELECT 1 FROM part WHERE sha=? LIMIT 1", &st));
  mote_sql_text(st, 1, sha);
  int rc = mote_sql_step(ds, st);
  sqlite3_finalize(st);
  return rc;
}
