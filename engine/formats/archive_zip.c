/* SPDX-License-Identifier: Apache-2.0
 * Field offsets are from PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16. */
#include "formats/archive_zip.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"

#define END_BYTES     22 /* end of central directory, without its comment */
#define END64_BYTES   56
#define LOCATOR_BYTES 20
#define RECORD_BYTES  46 /* of the central directory, without name, extra, comment */
#define LOCAL_BYTES   30
#define RECORD_MEAN   512 /* generous mean length of a directory record */
#define WINDOW        (256u * 1024u)

typedef struct {
  uint64_t from, to;
} extent_t;

typedef struct {
  int fd;
  const char *path;
  uint64_t size;                               /* of the file */
  uint64_t entries, dir_at, dir_bytes, end_at; /* end_at: where the directory must end */
  uint64_t total;                              /* declared inflated bytes so far */
  extent_t *extent;
  uint8_t *window; /* file bytes [window_at, window_at + window_n) */
  uint64_t window_at;
  size_t window_n;
} zip_t;

static uint64_t le(const uint8_t *p, int bytes) {
  uint64_t v = 0;
  while (bytes-- > 0) v = v << 8 | p[bytes];
  return v;
}

static int bad(const zip_t *z, const char *what) {
  return mote_fail(MOTE_ERR_FORMAT, "%s: %s", z->path, what);
}

static int read_at(const zip_t *z, uint64_t at, void *p, size_t n) {
  if (at > z->size || n > z->size - at) return bad(z, "the zip is cut off");
  for (size_t done = 0; done < n;) {
    ssize_t k = pread(z->fd, (uint8_t *)p + done, n - done, (off_t)(at + done));
    if (k < 0 && errno == EINTR) continue;
    if (k < 0)
      return mote_fail(MOTE_ERR_IO, "%s: cannot read: %s", z->path, strerror(errno));
    if (k == 0) return bad(z, "the zip is cut off");
    done += (size_t)k;
  }
  return MOTE_OK;
}

/* n bytes of the directory at `at`, by way of the window. */
static int peek(zip_t *z, uint64_t at, size_t n, const uint8_t **p) {
  if (at > z->end_at || n > z->end_at - at) return bad(z, "its directory is cut off");
  if (at < z->window_at || at + n > z->window_at + z->window_n) {
    uint64_t room = z->end_at - at;
    z->window_n = room < WINDOW ? (size_t)room : WINDOW;
    z->window_at = at;
    MOTE_TRY(read_at(z, at, z->window, z->window_n));
  }
  *p = z->window + (at - z->window_at);
  return MOTE_OK;
}

static int read_end64(zip_t *z, const uint8_t *locator) {
  uint8_t end[END64_BYTES];
  z->end_at = le(locator + 8, 8);
  MOTE_TRY(read_at(z, z->end_at, end, sizeof end));
  if (memcmp(end, "PK\6\6", 4) != 0) return bad(z, "its zip64 directory end is missing");
  z->entries = le(end + 32, 8);
  z->dir_bytes = le(end + 40, 8);
  z->dir_at = le(end + 48, 8);
  return MOTE_OK;
}

/* The end record is the last one; it may be followed by a comment up to 64 KiB. */
static int find_end(zip_t *z) {
  size_t n = z->size < END_BYTES + 65535 + LOCATOR_BYTES
                 ? (size_t)z->size
                 : END_BYTES + 65535 + LOCATOR_BYTES;
  uint64_t at = z->size - n;
  MOTE_TRY(read_at(z, at, z->window, n));
  size_t i = n < END_BYTES ? 0 : n - END_BYTES + 1;
  while (i-- > 0)
    if (memcmp(z->window + i, "PK\5\6", 4) == 0) break;
  if (i == SIZE_MAX) return bad(z, "the zip is cut off: it has no directory");
  const uint8_t *end = z->window + i;
  if (i + END_BYTES + le(end + 20, 2) != n)
    return bad(z, "bytes follow the zip directory");
  z->end_at = at + i;
  z->entries = le(end + 10, 2);
  z->dir_bytes = le(end + 12, 4);
  z->dir_at = le(end + 16, 4);
  if (i >= LOCATOR_BYTES && memcmp(end - LOCATOR_BYTES, "PK\6\7", 4) == 0)
    return read_end64(z, end - LOCATOR_BYTES);
  return MOTE_OK;
}

static int check_end(const zip_t *z, const mote_archive_limits_t *limits) {
  if (z->entries > limits->max_entries)
    return mote_fail(MOTE_ERR_LIMIT, "%s: says it has %llu entries, the limit is %zu",
                     z->path, (unsigned long long)z->entries, limits->max_entries);
  if (z->dir_at > z->end_at || z->dir_bytes != z->end_at - z->dir_at)
    return bad(z, "the zip directory is not where it says it is");
  if (z->dir_bytes / RECORD_MEAN > limits->max_entries)
    return mote_fail(MOTE_ERR_LIMIT, "%s: a zip directory of %llu bytes", z->path,
                     (unsigned long long)z->dir_bytes);
  return MOTE_OK;
}

/* Sizes and place that do not fit 32 bits stand in extra field 1, in this order. */
static void read_extra64(const uint8_t *p, size_t n, uint64_t *field[3]) {
  while (n >= 4) {
    size_t len = (size_t)le(p + 2, 2);
    if (len > n - 4) return;
    if (le(p, 2) == 1) {
      const uint8_t *v = p + 4;
      for (int i = 0; i < 3; i++) {
        if (*field[i] != UINT32_MAX || len < 8) continue;
        *field[i] = le(v, 8);
        v += 8;
        len -= 8;
      }
      return;
    }
    p += 4 + len;
    n -= 4 + len;
  }
}

static int read_record(zip_t *z, uint64_t *at, size_t index) {
  const uint8_t *p;
  MOTE_TRY(peek(z, *at, RECORD_BYTES, &p));
  if (memcmp(p, "PK\1\2", 4) != 0)
    return bad(z, "its directory has fewer entries than it says");
  uint64_t packed = le(p + 20, 4), inflated = le(p + 24, 4), local = le(p + 42, 4);
  size_t name = (size_t)le(p + 28, 2), extra = (size_t)le(p + 30, 2);
  size_t bytes = RECORD_BYTES + name + extra + (size_t)le(p + 32, 2);
  MOTE_TRY(peek(z, *at, bytes, &p));
  read_extra64(p + RECORD_BYTES + name, extra,
               (uint64_t *[]){&inflated, &packed, &local});
  *at += bytes;
  if (local > z->dir_at || packed > z->dir_at - local ||
      LOCAL_BYTES + name > z->dir_at - local - packed)
    return bad(z, "an entry lies outside the file");
  z->extent[index] = (extent_t){local, local + LOCAL_BYTES + name + packed};
  z->total += inflated;
  return z->total < inflated ? bad(z, "absurd sizes") : MOTE_OK;
}

static int by_place(const void *a, const void *b) {
  const extent_t *x = a, *y = b;
  return x->from < y->from ? -1 : x->from > y->from;
}

static int check_directory(zip_t *z, const mote_archive_limits_t *limits) {
  uint64_t at = z->dir_at;
  size_t n = (size_t)z->entries;
  for (size_t i = 0; i < n; i++) MOTE_TRY(read_record(z, &at, i));
  if (at != z->end_at) return bad(z, "its directory has more entries than it says");
  if (z->total > limits->max_total_bytes)
    return mote_fail(MOTE_ERR_LIMIT, "%s: %llu bytes when inflated, the limit is %zu",
                     z->path, (unsigned long long)z->total, limits->max_total_bytes);
  qsort(z->extent, n, sizeof *z->extent, by_place);
  for (size_t i = 1; i < n; i++)
    if (z->extent[i].from < z->extent[i - 1].to)
      return bad(z, "entries of the zip share bytes: a bomb");
  return MOTE_OK;
}

static int check(zip_t *z, const mote_archive_limits_t *limits) {
  struct stat st;
  if (fstat(z->fd, &st) != 0)
    return mote_fail(MOTE_ERR_IO, "%s: cannot stat: %s", z->path, strerror(errno));
  z->size = (uint64_t)st.st_size;
  z->window = mote_alloc(WINDOW, 1);
  if (!z->window) return MOTE_ERR_NOMEM;
  MOTE_TRY(find_end(z));
  MOTE_TRY(check_end(z, limits));
  z->extent = mote_alloc((size_t)z->entries, sizeof *z->extent);
  z->window_n = 0;
  return z->extent ? check_directory(z, limits) : MOTE_ERR_NOMEM;
}

int mote_zip_check(int fd, const char *path, const mote_archive_limits_t *limits) {
  zip_t z = {.fd = fd, .path = path};
  int rc = check(&z, limits);
  mote_free(z.window);
  mote_free(z.extent);
  return rc;
}
