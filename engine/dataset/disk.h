/* SPDX-License-Identifier: Apache-2.0
 * What must reach the disk, and the lock that keeps the sweeper away from writers. */
#ifndef MOTE_DATASET_DISK_H
#define MOTE_DATASET_DISK_H

#include "base/file.h"

/* fsync of a file or folder by name. */
int mote_disk_sync(const char *path);
/* Exclusive new file, all bytes, fsync. On failure nothing is left. */
int mote_disk_write_new(const char *path, const void *p, size_t n);

#endif
