/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

int mote_disk_sync(const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return mote_fail(MOTE_ERR_IO, "%s: cannot open: %s", path, strerror(errno));
  int bad = fsync(fd) != 0 && errno != EINVAL; /* some file systems sync no folders */
  if (bad) mote_fail(MOTE_ERR_IO, "%s: cannot sync: %s", path, strerror(errno));
  close(fd);
  return bad ? MOTE_ERR_IO : MOTE_OK;
}

#define SYNC_THREADS 8

typedef struct {
  const char *const *paths;
  size_t n;
  atomic_size_t next;
  atomic_int failed;
} sync_job_t;

static void *sync_some(void *arg) {
  sync_job_t *job = arg;
  for (size_t i; (i = atomic_fetch_add(&job->next, 1)) < job->n;)
    if (mote_disk_sync(job->paths[i]) != MOTE_OK) atomic_store(&job->failed, 1);
  return NULL;
}

int mote_disk_sync_all(const char *const *paths, size_t n) {
  sync_job_t job = {.paths = paths, .n = n};
  pthread_t thread[SYNC_THREADS];
  int started = 0;
  while (started < SYNC_THREADS && (size_t)started + 1 < n &&
         pthread_create(&thread[started], NULL, sync_some, &job) == 0)
    started++;
  sync_some(&job);
  for (int i = 0; i < started; i++) pthread_join(thread[i], NULL);
  return atomic_load(&job.failed)
             ? mote_fail(MOTE_ERR_IO, "%s: cannot sync it or its neighbours to the disk",
                         paths[0])
             : MOTE_OK;
}

static int write_all(int fd, const void *p, size_t n) {
  for (const char *at = p; n;) {
    ssize_t k = write(fd, at, n);
    if (k < 0 && errno == EINTR) continue;
    if (k < 0) return -1;
    at += k;
    n -= (size_t)k;
  }
  return 0;
}

int mote_disk_write_new(const char *path, const void *p, size_t n) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0)
    return mote_fail(MOTE_ERR_IO, "%s: cannot create: %s", path, strerror(errno));
  int bad = write_all(fd, p, n) != 0;
  if (bad) mote_fail(MOTE_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
  if (close(fd) != 0 && !bad)
    bad = mote_fail(MOTE_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
  if (!bad) return MOTE_OK;
  (void)unlink(path);
  return MOTE_ERR_IO;
}
