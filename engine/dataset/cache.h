/* SPDX-License-Identifier: Apache-2.0
 * Decoded values in cache/decoded: float32, one file per original and way of decoding it.
 * May be deleted at any time; a damaged entry is a miss. Layout in cache.c. */
#ifndef MOTE_DATASET_CACHE_H
#define MOTE_DATASET_CACHE_H

#include "base/file.h"
#include "formats/recording.h"

/* key: 64 hex digits, from content and parse options. Failure to write is no error. */
void mote_cache_put(const char *project, const char *key, const mote_recordings_t *recs);
/* Values of recording `item`, which must have `count` of them; 1 hit, 0 miss, negative.
 */
int mote_cache_get(const char *project, const char *key, uint32_t item, uint64_t count,
                   mote_arena_t *a, float **values);
/* 1 the file is whole, 0 it is damaged. */
int mote_cache_verify(const char *path);

#endif
