/* SPDX-License-Identifier: Apache-2.0
 * Filters as SQL, for the files of this folder. */
#ifndef MOTE_DATASET_QUERY_H
#define MOTE_DATASET_QUERY_H

#include "dataset/index.h"

/* Prepares "<head> WHERE <filter> <tail>" over the table sample, all values bound. */
int mote_query_prepare(mote_dataset_t *ds, const char *head, const mote_filter_t *f,
                       const char *tail, sqlite3_stmt **st);
/* Ids of the matching samples, ascending, in the arena. */
int mote_query_ids(mote_dataset_t *ds, const mote_filter_t *f, mote_arena_t *a,
                   int64_t **ids, size_t *n);

#endif
