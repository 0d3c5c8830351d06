/* SPDX-License-Identifier: Apache-2.0
 * Original bytes -> recordings, the same way when they are added and whenever they are
 * decoded again. */
#ifndef MOTE_DATASET_DECODE_H
#define MOTE_DATASET_DECODE_H

#include "base/hash.h"
#include "formats/recording.h"

/* What changes the values; stored with the sample as JSON. */
typedef struct {
  double hz;
  const char *label_column;
  int rows, merge;
} mote_decode_t;

/* {"hz":100,"rows":true}; members at rest are left out. In the arena. */
const char *mote_decode_write(const mote_decode_t *d, mote_arena_t *a);
int mote_decode_read(const char *json, mote_arena_t *a, mote_decode_t *d);
/* Name of the decoded values in the cache. */
mote_sha_t mote_decode_key(const char *content, const char *parse);

typedef struct {
  const char *name; /* file name, or path for messages */
  const uint8_t *p;
  size_t n;
} mote_part_t;

/* One part: by its format. Several, or merge: all axes of a folder in one recording.
 * Every recording has a name, at least one row and axis, and finite values. */
int mote_decode_parts(const mote_part_t *part, size_t n, const mote_decode_t *d,
                      const char *const *hmac_keys, size_t n_keys, mote_arena_t *a,
                      mote_recordings_t *out);

/* Axes of several recordings on one clock: each begins at its `start` (all at 0 where
 * files have no clock); the fastest rate and the common stretch of time are kept. */
int mote_merge(const mote_recording_t *rec, const char *const *files, size_t n,
               mote_arena_t *a, mote_recording_t *out);

#endif
