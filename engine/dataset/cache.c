/* SPDX-License-Identifier: Apache-2.0
 * Layout, little-endian hosts and big-endian hosts each their own (the cache does not
 * travel): header { char magic[8]; u32 items, crc of the header with crc 0; u64 file
 * bytes } items * entry { u64 offset, count; u32 crc of the values, crc of the entry with
 * crc 0 } float32 values */
#include "dataset/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"

#define MAGIC "MOTEDEC1"

typedef struct {
  char magic[8];
  uint32_t items, crc;
  uint64_t bytes;
} header_t;
typedef struct {
  uint64_t offset, count;
  uint32_t crc_values, crc;
} entry_t;

static int cache_path(const char *project, const char *key, char *out) {
  if ((size_t)snprintf(out, MOTE_PATH_MAX, "%s/cache/decoded/%.2s/%s", project, key,
                       key + 2) >= MOTE_PATH_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "%s: path too long", project);
  return MOTE_OK;
}

static uint32_t header_crc(header_t h) {
  h.crc = 0;
  return mote_crc32(0, &h, sizeof h);
}

static uint32_t entry_crc(entry_t e) {
  e.crc = 0;
  return mote_crc32(0, &e, sizeof e);
}

static size_t value_count(const mote_recording_t *r) { return (size_t)(r->n * r->axes); }

static int write_body(FILE *f, const mote_recordings_t *recs) {
  header_t h = {.magic = MAGIC, .items = (uint32_t)recs->n};
  uint64_t at = sizeof h + recs->n * sizeof(entry_t);
  h.bytes = at;
  for (size_t i = 0; i < recs->n; i++) h.bytes += 4 * value_count(&recs->item[i]);
  h.crc = header_crc(h);
  int ok = fwrite(&h, sizeof h, 1, f) == 1;
  for (size_t i = 0; ok && i < recs->n; i++) {
    size_t n = value_count(&recs->item[i]);
    entry_t e = {.offset = at,
                 .count = n,
                 .crc_values = mote_crc32(0, recs->item[i].values, 4 * n)};
    e.crc = entry_crc(e);
    at += 4 * n;
    ok = fwrite(&e, sizeof e, 1, f) == 1;
  }
  for (size_t i = 0; ok && i < recs->n; i++) {
    size_t n = value_count(&recs->item[i]);
    ok = n == 0 || fwrite(recs->item[i].values, 4, n, f) == n;
  }
  return ok;
}

/* Not synced: after a power cut the checksums tell, and it is decoded again. */
void mote_cache_put(const char *project, const char *key, const mote_recordings_t *recs) {
  char path[MOTE_PATH_MAX], tmp[MOTE_PATH_MAX];
  if (cache_path(project, key, path) != MOTE_OK) return;
  snprintf(tmp, sizeof tmp, "%.*s", (int)(mote_path_name(path) - path - 1), path);
  if (mote_dir_make(tmp) != MOTE_OK) return;
  if ((size_t)snprintf(tmp, sizeof tmp, "%s.XXXXXX", path) >= sizeof tmp) return;
  int fd = mkstemp(tmp);
  FILE *f = fd < 0 ? NULL : fdopen(fd, "wb");
  if (!f) {
    if (fd >= 0) close(fd);
    return;
  }
  int ok = write_body(f, recs);
  if (fclose(f) != 0) ok = 0;
  if (!ok || rename(tmp, path) != 0) (void)unlink(tmp);
}

static int read_at(int fd, void *p, size_t n, uint64_t at) {
  for (char *to = p; n;) {
    ssize_t k = pread(fd, to, n, (off_t)at);
    if (k < 0 && errno == EINTR) continue;
    if (k <= 0) return 0;
    to += k;
    at += (uint64_t)k;
    n -= (size_t)k;
  }
  return 1;
}

static int read_header(int fd, header_t *h) {
  struct stat st;
  return fstat(fd, &st) == 0 && read_at(fd, h, sizeof *h, 0) &&
         !memcmp(h->magic, MAGIC, 8) && h->crc == header_crc(*h) &&
         h->bytes == (uint64_t)st.st_size;
}

static int read_entry(int fd, const header_t *h, uint32_t item, entry_t *e) {
  return item < h->items &&
         read_at(fd, e, sizeof *e, sizeof *h + (uint64_t)item * sizeof *e) &&
         e->crc == entry_crc(*e) && e->offset <= h->bytes &&
         e->count <= (h->bytes - e->offset) / 4;
}

static int get_from(int fd, uint32_t item, uint64_t count, mote_arena_t *a,
                    float **values) {
  header_t h;
  entry_t e;
  if (!read_header(fd, &h) || !read_entry(fd, &h, item, &e) || e.count != count) return 0;
  float *v = mote_arena_take(a, (size_t)count, sizeof *v);
  if (!v) return MOTE_ERR_NOMEM;
  if (!read_at(fd, v, 4 * (size_t)count, e.offset)) return 0;
  if (mote_crc32(0, v, 4 * (size_t)count) != e.crc_values) return 0;
  *values = v;
  return 1;
}

int mote_cache_get(const char *project, const char *key, uint32_t item, uint64_t count,
                   mote_arena_t *a, float **values) {
  char path[MOTE_PATH_MAX];
  MOTE_TRY(cache_path(project, key, path));
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  int rc = get_from(fd, item, count, a, values);
  close(fd);
  return rc;
}

int mote_cache_verify(const char *path) {
  header_t h;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  int ok = fd >= 0 && read_header(fd, &h);
  mote_arena_t *a = NULL;
  for (uint32_t i = 0; ok && i < h.items; i++) {
    entry_t e;
    float *v;
    if (!a && !(a = mote_arena_new())) break;
    ok = read_entry(fd, &h, i, &e) && get_from(fd, i, e.count, a, &v) == 1;
    if (i % 64 == 0 || e.count > 65536) {
      mote_arena_free(a);
      a = NULL;
    }
  }
  mote_arena_free(a);
  if (fd >= 0) close(fd);
  return ok;
}
