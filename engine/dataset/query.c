/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset/query.h"

static int add_ids(mote_buf_t *sql, const mote_filter_t *f) {
  MOTE_TRY(mote_buf_printf(sql, " AND id IN ("));
  for (size_t i = 0; i < f->n_ids; i++)
    MOTE_TRY(mote_buf_printf(sql, "%s%lld", i ? "," : "", (long long)f->ids[i]));
  return mote_buf_printf(sql, ")");
}

static int write_sql(mote_buf_t *sql, const char *head, const mote_filter_t *f,
                     const char *tail) {
  MOTE_TRY(mote_buf_printf(sql, "%s WHERE 1", head));
  if (f->ids) MOTE_TRY(add_ids(sql, f));
  if (f->split) MOTE_TRY(mote_buf_printf(sql, " AND split=%d", (int)*f->split));
  if (f->state)
    MOTE_TRY(mote_buf_printf(sql, " AND enabled=%d", f->state == MOTE_ONLY_ENABLED));
  if (f->label && !*f->label)
    MOTE_TRY(mote_buf_printf(sql, " AND label IS NULL AND NOT EXISTS("
                                  "SELECT 1 FROM span WHERE span.sample=id)"));
  else if (f->label)
    MOTE_TRY(mote_buf_printf(sql, " AND (label=?1 OR EXISTS(SELECT 1 FROM span WHERE "
                                  "span.sample=id AND span.label=?1))"));
  if (f->name) MOTE_TRY(mote_buf_printf(sql, " AND name GLOB ?2"));
  for (size_t i = 0; i < f->n_meta; i++)
    MOTE_TRY(mote_buf_printf(sql,
                             " AND EXISTS(SELECT 1 FROM meta WHERE meta.sample=id AND "
                             "meta.key=?%zu AND meta.value=?%zu)",
                             2 * i + 3, 2 * i + 4));
  return mote_buf_printf(sql, " %s", tail);
}

int mote_query_prepare(mote_dataset_t *ds, const char *head, const mote_filter_t *f,
                       const char *tail, sqlite3_stmt **st) {
  static const mote_filter_t all;
  mote_buf_t sql = {0};
  *st = NULL;
  if (!f) f = &all;
  int rc = write_sql(&sql, head, f, tail);
  if (rc == MOTE_OK) rc = mote_sql_prepare(ds, (const char *)sql.p, st);
  mote_buf_free(&sql);
  if (rc != MOTE_OK) return rc;
  if (f->label && *f->label) mote_sql_text(*st, 1, f->label);
  if (f->name) mote_sql_text(*st, 2, f->name);
  for (size_t i = 0; i < f->n_meta; i++) {
    mote_sql_text(*st, (int)(2 * i + 3), f->meta[i].key);
    mote_sql_text(*st, (int)(2 * i + 4), f->meta[i].value);
  }
  return MOTE_OK;
}

int mote_query_ids(mote_dataset_t *ds, const mote_filter_t *f, mote_arena_t *a,
                   int64_t **ids, size_t *n) {
  sqlite3_stmt *st;
  mote_buf_t found = {0};
  MOTE_TRY(mote_query_prepare(ds, "SELECT id FROM sample", f, "ORDER BY id", &st));
  int rc = 0;
  while (rc >= 0 && (rc = mote_sql_step(ds, st)) == 1) {
    int64_t id = sqlite3_column_int64(st, 0);
    rc = mote_buf_add(&found, &id, sizeof id);
  }
  sqlite3_finalize(st);
  *n = found.n / sizeof **ids;
  *ids = rc < 0 ? NULL : mote_arena_take(a, *n + 1, sizeof **ids);
  if (rc >= 0 && !*ids) rc = MOTE_ERR_NOMEM;
  for (size_t i = 0; rc >= 0 && i < *n; i++) (*ids)[i] = ((int64_t *)(void *)found.p)[i];
  mote_buf_free(&found);
  return rc < 0 ? rc : MOTE_OK;
}
