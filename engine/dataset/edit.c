/* SPDX-License-Identifier: Apache-2.0
 * Changes of samples: one transaction over all that match. Originals stay as they are. */
#include "dataset/query.h"

typedef struct {
  mote_dataset_t *ds;
  const mote_filter_t *filter;
  const mote_edit_t *edit;
  mote_stage_t stage; /* when samples are deleted */
  int64_t *ids;
  size_t n;
} editor_t;

/* Binds `first` (NULL: skipped) and the id, and runs the statement for every sample. */
typedef void (*bind_fn)(sqlite3_stmt *st, const mote_edit_t *e);

static int for_each(editor_t *ed, const char *sql, bind_fn bind) {
  sqlite3_stmt *st;
  MOTE_TRY(mote_sql_prepare(ed->ds, sql, &st));
  int rc = MOTE_OK;
  for (size_t i = 0; rc == MOTE_OK && i < ed->n; i++) {
    sqlite3_bind_int64(st, 1, ed->ids[i]);
    if (bind) bind(st, ed->edit);
    rc = mote_sql_run(ed->ds, st);
  }
  sqlite3_finalize(st);
  return rc;
}

static void bind_label(sqlite3_stmt *st, const mote_edit_t *e) {
  mote_sql_text(st, 2, e->label);
}
static void bind_name(sqlite3_stmt *st, const mote_edit_t *e) {
  mote_sql_text(st, 2, e->name);
}

static void bind_split(sqlite3_stmt *st, const mote_edit_t *e) {
  sqlite3_bind_int(st, 2, (int)e->split);
}

static void bind_enabled(sqlite3_stmt *st, const mote_edit_t *e) {
  sqlite3_bind_int(st, 2, e->enabled != 0);
}

static void bind_crop(sqlite3_stmt *st, const mote_edit_t *e) {
  int whole = e->crop_start == 0 && e->crop_end == 0;
  sqlite3_bind_int64(st, 2, (int64_t)e->crop_start);
  if (whole)
    sqlite3_bind_null(st, 3);
  else
    sqlite3_bind_int64(st, 3, (int64_t)e->crop_end);
}

/* A crop must lie inside every sample it is for. */
static int check_crop(editor_t *ed) {
  const mote_edit_t *e = ed->edit;
  sqlite3_stmt *st;
  int rc = MOTE_OK;
  if (e->crop_start == 0 && e->crop_end == 0) return MOTE_OK;
  if (e->crop_start >= e->crop_end)
    return mote_fail(MOTE_ERR_USAGE,
                     "crop from row %llu to %llu: the end must lie behind the "
                     "start",
                     (unsigned long long)e->crop_start, (unsigned long long)e->crop_end);
  MOTE_TRY(mote_sql_prepare(ed->ds, "SELECT n,kind FROM sample WHERE id=?", &st));
  for (size_t i = 0; rc >= 0 && i < ed->n; i++) {
    sqlite3_bind_int64(st, 1, ed->ids[i]);
    rc = mote_sql_step(ed->ds, st);
    if (rc == 1 && sqlite3_column_int(st, 1) != MOTE_KIND_SERIES)
      rc = mote_fail(MOTE_ERR_USAGE, "sample %lld: only time series can be cropped",
                     (long long)ed->ids[i]);
    else if (rc == 1 && (uint64_t)sqlite3_column_int64(st, 0) < e->crop_end)
      rc = mote_fail(MOTE_ERR_USAGE, "sample %lld: has %lld rows, the crop ends at %llu",
                     (long long)ed->ids[i], (long long)sqlite3_column_int64(st, 0),
                     (unsigned long long)e->crop_end);
    sqlite3_reset(st);
  }
  sqlite3_finalize(st);
  return rc < 0 ? rc : MOTE_OK;
}

static int edit_meta(editor_t *ed) {
  const mote_edit_t *e = ed->edit;
  sqlite3_stmt *set = NULL, *unset = NULL;
  int rc = mote_sql_prepare(ed->ds, "INSERT OR REPLACE INTO meta VALUES(?,?,?)", &set);
  if (rc == MOTE_OK)
    rc = mote_sql_prepare(ed->ds, "DELETE FROM meta WHERE sample=? AND key=?", &unset);
  for (size_t i = 0; rc == MOTE_OK && i < ed->n * e->n_meta; i++) {
    const mote_pair_t *p = &e->meta[i % e->n_meta];
    sqlite3_stmt *st = p->value ? set : unset;
    sqlite3_bind_int64(st, 1, ed->ids[i / e->n_meta]);
    mote_sql_text(st, 2, p->key);
    if (p->value) mote_sql_text(st, 3, p->value);
    rc = mote_sql_run(ed->ds, st);
  }
  sqlite3_finalize(set);
  sqlite3_finalize(unset);
  return rc;
}

/* ---- deleting ---- */

/* Markers first: a kill behind the commit leaves the sweeper enough to go by. */
static int mark_parts(editor_t *ed) {
  sqlite3_stmt *st;
  MOTE_TRY(mote_sql_prepare(ed->ds, "SELECT sha FROM part WHERE sample=?", &st));
  int rc = 0;
  for (size_t i = 0; rc >= 0 && i < ed->n; i++) {
    sqlite3_bind_int64(st, 1, ed->ids[i]);
    while (rc >= 0 && (rc = mote_sql_step(ed->ds, st)) == 1) {
      const char *sha = (const char *)sqlite3_column_text(st, 0);
      rc = sha ? mote_stage_mark(&ed->stage, sha)
               : mote_sql_fail(ed->ds, "read the index");
    }
    sqlite3_reset(st);
  }
  sqlite3_finalize(st);
  return rc < 0 ? rc : MOTE_OK;
}

static int apply(editor_t *ed) {
  unsigned what = ed->edit->what;
  if (what & MOTE_EDIT_DELETE) {
    MOTE_TRY(mark_parts(ed));
    return for_each(ed, "DELETE FROM sample WHERE id=?1", NULL);
  }
  if (what & MOTE_EDIT_LABEL) {
    MOTE_TRY(for_each(ed, "UPDATE sample SET label=?2 WHERE id=?1", bind_label));
    MOTE_TRY(for_each(ed, "DELETE FROM span WHERE sample=?1", NULL));
  }
  if (what & MOTE_EDIT_SPLIT)
    MOTE_TRY(for_each(ed, "UPDATE sample SET split=?2 WHERE id=?1", bind_split));
  if (what & MOTE_EDIT_ENABLED)
    MOTE_TRY(for_each(ed, "UPDATE sample SET enabled=?2 WHERE id=?1", bind_enabled));
  if (what & MOTE_EDIT_NAME)
    MOTE_TRY(for_each(ed, "UPDATE sample SET name=?2 WHERE id=?1", bind_name));
  if (what & MOTE_EDIT_CROP) {
    MOTE_TRY(check_crop(ed));
    MOTE_TRY(for_each(ed,
                      "UPDATE sample SET crop_start=?2, crop_end=COALESCE(?3,n) "
                      "WHERE id=?1",
                      bind_crop));
  }
  return what & MOTE_EDIT_META ? edit_meta(ed) : MOTE_OK;
}

static int in_transaction(editor_t *ed, mote_arena_t *a) {
  MOTE_TRY(mote_sql_begin(ed->ds));
  int rc = mote_query_ids(ed->ds, ed->filter, a, &ed->ids, &ed->n);
  if (rc == MOTE_OK) rc = apply(ed);
  return mote_sql_finish(ed->ds, rc);
}

static int check_edit(const mote_edit_t *e) {
  if (e->what & MOTE_EDIT_NAME && (!e->name || !*e->name))
    return mote_fail(MOTE_ERR_USAGE, "the new name is empty");
  if (e->what & MOTE_EDIT_LABEL && e->label && !*e->label)
    return mote_fail(MOTE_ERR_USAGE, "the new label is empty");
  for (size_t i = 0; e->what & MOTE_EDIT_META && i < e->n_meta; i++)
    if (!e->meta[i].key || !*e->meta[i].key)
      return mote_fail(MOTE_ERR_USAGE, "metadata without a key");
  return MOTE_OK;
}

int mote_dataset_edit(mote_dataset_t *ds, const mote_filter_t *f, const mote_edit_t *edit,
                      size_t *changed) {
  editor_t ed = {.ds = ds, .filter = f, .edit = edit};
  int deletes = (edit->what & MOTE_EDIT_DELETE) != 0;
  if (changed) *changed = 0;
  MOTE_TRY(check_edit(edit));
  mote_arena_t *a = mote_arena_new();
  int rc = a ? MOTE_OK : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK && deletes) rc = mote_stage_begin(&ds->store, &ed.stage);
  if (rc == MOTE_OK) rc = in_transaction(&ed, a);
  mote_stage_end(&ed.stage);
  mote_arena_free(a);
  if (rc < 0) return rc; /* an unused marker is swept at the next open */
  if (deletes) (void)mote_store_sweep(&ds->store, mote_index_used, ds);
  if (changed) *changed = ed.n;
  return MOTE_OK;
}
