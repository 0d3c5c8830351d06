/* SPDX-License-Identifier: Apache-2.0
 * The SQLite index of a data set, for the files of this folder only: schema, migrations
 * and short calls that turn SQLite results into ours. */
#ifndef MOTE_DATASET_INDEX_H
#define MOTE_DATASET_INDEX_H

#include <sqlite3.h>

#include "dataset/dataset.h"
#include "dataset/store.h"

struct mote_dataset {
  sqlite3 *db;
  mote_store_t store;
  char project[MOTE_PATH_MAX], path[MOTE_PATH_MAX]; /* path: of the index */
  unsigned flags;
};

/* Opens or creates, and brings an older schema up to date. */
int mote_index_open(mote_dataset_t *ds, const char *path);

/* Result code of SQLite -> ours, with the index and what was tried in the message. */
int mote_sql_fail(mote_dataset_t *ds, const char *what);
int mote_sql(mote_dataset_t *ds, const char *sql);
int mote_sql_prepare(mote_dataset_t *ds, const char *sql, sqlite3_stmt **st);
/* 1 a row, 0 the end, negative an error. */
int mote_sql_step(mote_dataset_t *ds, sqlite3_stmt *st);
/* Steps a statement that returns no rows, and resets it. */
int mote_sql_run(mote_dataset_t *ds, sqlite3_stmt *st);

int mote_sql_begin(mote_dataset_t *ds); /* takes the write lock at once */
int mote_sql_commit(mote_dataset_t *ds);
void mote_sql_rollback(mote_dataset_t *ds);
/* Commits when rc >= 0, else rolls back; returns rc or the commit's error. */
int mote_sql_finish(mote_dataset_t *ds, int rc);

/* Binding that treats NULL text as NULL. Positions count from 1. */
void mote_sql_text(sqlite3_stmt *st, int at, const char *text);
/* Column as arena string; NULL for NULL. *failed is set when memory ran out. */
const char *mote_sql_str(sqlite3_stmt *st, int col, mote_arena_t *a, int *failed);

/* Is the object of any sample? For the sweeper. ctx is the data set. */
int mote_index_used(void *ctx, const char *sha);

#endif
