/* SPDX-License-Identifier: Apache-2.0 */
#include "features/cache.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define MAGIC "motefeat"

typedef struct {
  char magic[8];
  uint64_t length, n, d;
  uint32_t crc, zero;
} head_t;

static int entry_path(const char *project, const mote_sha_t *key, char *dir, char *path) {
  char rel[96];
  snprintf(rel, sizeof rel, "cache/features/%.2s", key->hex);
  MOTE_TRY(mote_path_join(dir, project, rel));
  return mote_path_join(path, dir, key->hex + 2);
}

static int read_exactly(int fd, void *p, size_t n) {
  for (char *at = p; n;) {
    ssize_t k = read(fd, at, n);
    if (k <= 0) return MOTE_ERR_IO;
    at += k;
    n -= (size_t)k;
  }
  return MOTE_OK;
}

static int read_entry(int fd, mote_cached_t *out) {
  head_t h;
  if (read_exactly(fd, &h, sizeof h) < 0 || memcmp(h.magic, MAGIC, 8))
    return MOTE_ERR_CORRUPT;
  struct stat st;
  if (h.d != out->d || h.n > ((uint64_t)1 << 32) || fstat(fd, &st) < 0 ||
      (uint64_t)st.st_size != sizeof h + h.n * h.d * sizeof(float))
    return MOTE_ERR_CORRUPT;
  size_t bytes = (size_t)(h.n * h.d) * sizeof(float);
  float *x = mote_alloc(bytes ? bytes : 1, 1);
  if (!x) return MOTE_ERR_NOMEM;
  if (read_exactly(fd, x, bytes) < 0 || mote_crc32(0, x, bytes) != h.crc) {
    mote_free(x);
    return MOTE_ERR_CORRUPT;
  }
  *out = (mote_cached_t){h.length, (size_t)h.n, (size_t)h.d, x};
  return MOTE_OK;
}

int mote_feature_cache_get(const char *project, const mote_sha_t *key,
                           mote_cached_t *out) {
  char dir[MOTE_PATH_MAX], path[MOTE_PATH_MAX];
  MOTE_TRY(entry_path(project, key, dir, path));
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return MOTE_ERR_NOTFOUND;
  int rc = read_entry(fd, out);
  close(fd);
  return rc;
}

/* Written beside and renamed, without fsync: a torn entry fails its checksum. */
int mote_feature_cache_put(const char *project, const mote_sha_t *key,
                           const mote_cached_t *in) {
  char dir[MOTE_PATH_MAX], path[MOTE_PATH_MAX], tmp[MOTE_PATH_MAX + 16];
  MOTE_TRY(entry_path(project, key, dir, path));
  MOTE_TRY(mote_dir_make(dir));
  size_t bytes = in->n * in->d * sizeof(float);
  head_t h = {
      .length = in->length, .n = in->n, .d = in->d, .crc = mote_crc32(0, in->x, bytes)};
  memcpy(h.magic, MAGIC, 8);
  snprintf(tmp, sizeof tmp, "%s.XXXXXX", path);
  int fd = mkstemp(tmp);
  FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
  int ok = f && fwrite(&h, sizeof h, 1, f) == 1 && fwrite(in->x, 1, bytes, f) == bytes;
  if (f && fclose(f) != 0) ok = 0;
  if (ok && rename(tmp, path) == 0) return MOTE_OK;
  if (fd >= 0) (void)unlink(tmp);
  return mote_fail(MOTE_ERR_IO, "%s: cannot write the feature cache; is the disk full?",
                   path);
}
