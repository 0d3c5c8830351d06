/* SPDX-License-Identifier: Apache-2.0
 * Originals by content: data/objects/ab/cdef..., written once, never altered.
 *
 * A writer holds the shared lock and leaves a marker data/staging/<own>/<sha> for every
 * object it creates or is about to release. The sweeper takes the lock alone, so no
 * writer is alive, and removes what a marker names and no sample uses: the same few lines
 * clean up after a kill, after a failed commit and after a delete. */
#ifndef MOTE_DATASET_STORE_H
#define MOTE_DATASET_STORE_H

#include <pthread.h>

#include "base/file.h"
#include "base/hash.h"

typedef struct {
  char data[MOTE_PATH_MAX]; /* the data/ folder */
  int lock_fd;              /* data/.lock */
} mote_store_t;

/* Readers need no lock, and may stand on a disk that cannot be written. */
int mote_store_open(mote_store_t *s, const char *data_dir, int writable);
void mote_store_close(mote_store_t *s);

/* One writer's session: from the first put to behind the commit. */
typedef struct {
  mote_store_t *store;
  char dir[MOTE_PATH_MAX]; /* data/staging/<own> */
  int held;
  pthread_mutex_t lock;
  mote_arena_t *names; /* of what waits for mote_stage_sync */
  mote_buf_t waiting;  /* pairs of const char *: temporary file, object */
  unsigned serial;
  uint8_t touched[256]; /* folders of objects/ to sync before the commit */
} mote_stage_t;

int mote_stage_begin(mote_store_t *s, mote_stage_t *st);
/* Writes bytes that mote_stage_sync will store under their SHA-256. Any thread. */
int mote_stage_put(mote_stage_t *st, const char *sha, const void *p, size_t n);
/* Names an object that may lose its last user in the coming commit. */
int mote_stage_mark(mote_stage_t *st, const char *sha);
/* Before the commit: what was put is in objects/ and survives a power cut. */
int mote_stage_sync(mote_stage_t *st);
/* Gives the lock back; the markers stay for the sweeper. */
void mote_stage_end(mote_stage_t *st);

/* 1 used, 0 unused, negative on error. */
typedef int (*mote_store_used_fn)(void *ctx, const char *sha);
/* Works through all markers; does nothing while another writer is alive. */
int mote_store_sweep(mote_store_t *s, mote_store_used_fn used, void *ctx);

int mote_store_path(const mote_store_t *s, const char *sha, char *out);
/* The original, verified against its name: MOTE_ERR_CORRUPT when it was altered. */
int mote_store_read(const mote_store_t *s, const char *sha, mote_buf_t *out);

/* Calls fn for every file below objects/, with the SHA-256 that its name claims, or NULL
 * when the name is none. Alone: waits until no writer is alive. */
typedef int (*mote_store_object_fn)(void *ctx, const char *path, const char *sha);
int mote_store_each(mote_store_t *s, mote_store_object_fn fn, void *ctx);

#endif
