/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset/disk.h"

#include <errno.h>
#include <fcntl.h>
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

static int write_synced(int fd, const void *p, size_t n) {
  for (const char *at = p; n;) {
    ssize_t k = write(fd, at, n);
    if (k < 0 && errno == EINTR) continue;
    if (k < 0) return -1;
    at += k;
    n -= (size_t)k;
  }
  return fsync(fd);
}

int mote_disk_write_new(const char *path, const void *p, size_t n) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return mote_fail(MOTE_ERR_IO, "%s: cannot create: %s", path, strerror(errno));
  int bad = write_synced(fd, p, n) != 0;
  if (bad) mote_fail(MOTE_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
  if (close(fd) != 0 && !bad)
    bad = mote_fail(MOTE_ERR_IO, "%s: cannot write: %s", path, strerror(errno));
  if (!bad) return MOTE_OK;
  (void)unlink(path);
  return MOTE_ERR_IO;
}
