/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/progress.h"
#include "base/utf8.h"
#include "formats/archive_zip.h"

#define NAME_MAX_BYTES 1024
#define RATIO_FREE     (1u << 20) /* a short file of zeros is no bomb */

typedef struct {
  const char *path;
  mote_archive_limits_t limits;
  mote_archive_want_fn want;
  mote_archive_fn fn;
  void *ctx;
  struct archive *in;
  int fd, zip, packed; /* packed: a compressed tar, inflated in one stream */
  int dead;            /* libarchive gave up on this entry of a zip: open it again */
  unsigned reopened;
  int64_t entry_start; /* zip: file offset where the entry's data begin */
  size_t entries, total;
  int refused;
  uint64_t *seen; /* hashes of names, open addressing, 0 = free */
  size_t seen_cap, seen_n;
  char name[NAME_MAX_BYTES];
  mote_buf_t bytes;
} walk_t;

/* ---- names ---- */

/* The name for messages: UTF-8, and nothing that would move a terminal's cursor. */
static void printable(const char *raw, char *out, size_t cap) {
  size_t n = 0;
  for (size_t i = 0, len, left = strlen(raw); i < left; i += len ? len : 1) {
    len = mote_utf8_len((const uint8_t *)raw + i, left - i);
    if (n + 5 > cap) break;
    if (len > 1)
      memcpy(out + n, raw + i, len);
    else
      out[n] = len == 0 || (unsigned char)raw[i] < 0x20 || raw[i] == 0x7F ? '?' : raw[i];
    n += len ? len : 1;
  }
  out[n] = 0;
}

static int unsafe(const walk_t *w, const char *raw, const char *why) {
  char shown[200];
  printable(raw, shown, sizeof shown);
  return mote_fail(MOTE_ERR_FORMAT, "%s: '%s' refused: %s", w->path, shown, why);
}

static int has_control(const char *s) {
  for (; *s; s++)
    if ((unsigned char)*s < 0x20 || *s == 0x7F) return 1;
  return 0;
}

/* Copies one path part; bytes that are not UTF-8 become %XX. 0 when it does not fit. */
static size_t copy_part(const char *part, size_t n, char *out, size_t room) {
  static const char digits[] = "0123456789ABCDEF";
  size_t o = 0;
  for (size_t i = 0, len; i < n; i += len) {
    len = mote_utf8_len((const uint8_t *)part + i, n - i);
    if (o + (len ? len : 3) > room) return 0;
    if (len) {
      memcpy(out + o, part + i, len);
      o += len;
      continue;
    }
    uint8_t c = (uint8_t)part[i];
    out[o++] = '%';
    out[o++] = digits[c >> 4];
    out[o++] = digits[c & 15];
    len = 1;
  }
  return o;
}

/* A safe relative name in w->name; 1 when the file is to be left out in silence. */
static int safe_name(walk_t *w, const char *raw) {
  size_t used = 0;
  int hidden = 0;
  if (!raw || !raw[0]) return unsafe(w, raw ? raw : "?", "it has no name");
  if (raw[0] == '/' || raw[0] == '\\') return unsafe(w, raw, "an absolute name");
  if (isalpha((unsigned char)raw[0]) && raw[1] == ':')
    return unsafe(w, raw, "a drive letter");
  if (has_control(raw)) return unsafe(w, raw, "control characters in the name");
  for (const char *part = raw; *part;) {
    size_t n = strcspn(part, "/\\");
    if (n == 2 && part[0] == '.' && part[1] == '.')
      return unsafe(w, raw, "it would leave its folder ('..')");
    if (n && !(n == 1 && part[0] == '.')) {
      hidden |= part[0] == '.' || (n == 8 && !memcmp(part, "__MACOSX", 8));
      if (used) w->name[used++] = '/';
      size_t got = copy_part(part, n, w->name + used, sizeof w->name - used - 2);
      if (got == 0 || used + got + 2 >= sizeof w->name)
        return unsafe(w, raw, "the name is too long");
      used += got;
    }
    part += n + (part[n] != 0);
  }
  w->name[used] = 0;
  return used == 0 || hidden;
}

static uint64_t hash_of(const char *s) { /* FNV-1a; a collision refuses a file, no more */
  uint64_t h = 0xCBF29CE484222325u;
  for (; *s; s++) h = (h ^ (uint8_t)*s) * 0x100000001B3u;
  return h ? h : 1;
}

static void place(uint64_t *table, size_t cap, uint64_t h) {
  size_t i = (size_t)h & (cap - 1);
  while (table[i]) i = (i + 1) & (cap - 1);
  table[i] = h;
}

static int grow(walk_t *w) {
  size_t cap = w->seen_cap ? 2 * w->seen_cap : 256;
  uint64_t *table = mote_alloc(cap, sizeof *table);
  if (!table) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < w->seen_cap; i++)
    if (w->seen[i]) place(table, cap, w->seen[i]);
  mote_free(w->seen);
  w->seen = table;
  w->seen_cap = cap;
  return MOTE_OK;
}

/* 1 when w->name was met before; else notes it. */
static int is_duplicate(walk_t *w) {
  uint64_t h = hash_of(w->name);
  if (2 * w->seen_n >= w->seen_cap) MOTE_TRY(grow(w));
  for (size_t i = (size_t)h & (w->seen_cap - 1); w->seen[i];
       i = (i + 1) & (w->seen_cap - 1))
    if (w->seen[i] == h) return 1;
  place(w->seen, w->seen_cap, h);
  w->seen_n++;
  return 0;
}

/* ---- data ---- */

/* Bytes that came out against bytes that went in: of this entry in a zip, whose entries
 * are packed one by one; of the whole stream in a packed tar. */
static int check_ratio(const walk_t *w, size_t entry_bytes) {
  if (!w->zip && !w->packed) return MOTE_OK;
  int64_t in = archive_filter_bytes(w->in, -1) - (w->zip ? w->entry_start : 0);
  uint64_t out = w->zip ? entry_bytes : (uint64_t)archive_filter_bytes(w->in, 0);
  if (in < 0) in = 0;
  if (out <= RATIO_FREE || (out - RATIO_FREE) / w->limits.max_ratio <= (uint64_t)in)
    return MOTE_OK;
  return mote_fail(MOTE_ERR_LIMIT, "%s: inflates more than %u times: a bomb?", w->path,
                   w->limits.max_ratio);
}

static int check_total(const walk_t *w, size_t more) {
  uint64_t limit = w->limits.max_total_bytes;
  if (more <= limit && w->total <= limit - more) return MOTE_OK;
  return mote_fail(MOTE_ERR_LIMIT, "%s: more than %zu bytes when inflated", w->path,
                   w->limits.max_total_bytes);
}

static int stream_error(const walk_t *w) {
  const char *what = w->in ? archive_error_string(w->in) : NULL;
  return mote_fail(MOTE_ERR_FORMAT, "%s: damaged behind entry %zu: %s", w->path,
                   w->entries, what ? what : "unreadable");
}

static int entry_error(const walk_t *w, int code, const char *why) {
  return mote_fail(code, "%s: '%s' refused: %s", w->path, w->name, why);
}

/* Steps through the data of a packed tar in small pieces, so that the ratio is watched
 * also where nobody wants the bytes. */
static int drain(walk_t *w) {
  const void *p;
  size_t n;
  la_int64_t at;
  for (int rc;;) {
    if (mote_interrupted()) return mote_fail(MOTE_ERR_INTERRUPTED, "interrupted");
    rc = archive_read_data_block(w->in, &p, &n, &at);
    if (rc == ARCHIVE_EOF) return MOTE_OK;
    if (rc < ARCHIVE_WARN) return stream_error(w);
    MOTE_TRY(check_ratio(w, 0));
    MOTE_TRY(check_total(w, n));
    w->total += n;
  }
}

/* One file into w->bytes. A refusal sets *refused and returns 0: the walk goes on. */
static int load(walk_t *w, uint64_t declared, int *refused) {
  const void *p;
  size_t n;
  la_int64_t at;
  w->bytes.n = 0;
  MOTE_TRY(mote_buf_add(&w->bytes, "", 0));
  for (int rc;;) {
    rc = archive_read_data_block(w->in, &p, &n, &at);
    if (rc == ARCHIVE_EOF) return MOTE_OK;
    if (rc == ARCHIVE_FATAL && !w->zip) return stream_error(w);
    if (rc != ARCHIVE_OK) {
      w->dead = rc == ARCHIVE_FATAL;
      *refused = entry_error(w, MOTE_ERR_FORMAT, archive_error_string(w->in));
      return MOTE_OK;
    }
    if ((uint64_t)at != w->bytes.n || n > declared - w->bytes.n) {
      *refused = entry_error(w, MOTE_ERR_FORMAT, "its data do not fit the declared size");
      return MOTE_OK;
    }
    MOTE_TRY(check_total(w, n));
    w->total += n;
    int ratio = check_ratio(w, w->bytes.n + n);
    if (ratio < 0 && !w->zip) return ratio;
    if (ratio < 0) {
      *refused = entry_error(w, ratio, "it inflates too many times: a bomb?");
      return MOTE_OK;
    }
    MOTE_TRY(mote_buf_add(&w->bytes, p, n));
  }
}

/* ---- entries ---- */

static int check_entry(walk_t *w, struct archive_entry *e) {
  if (archive_entry_hardlink(e) || archive_entry_symlink(e))
    return entry_error(w, MOTE_ERR_UNSUPPORTED, "a link");
  if (archive_entry_filetype(e) != AE_IFREG)
    return entry_error(w, MOTE_ERR_UNSUPPORTED, "not a regular file");
  if (archive_entry_is_encrypted(e) > 0)
    return entry_error(w, MOTE_ERR_UNSUPPORTED, "encrypted: unpack it yourself first");
  if (archive_entry_sparse_count(e) > 0)
    return entry_error(w, MOTE_ERR_UNSUPPORTED, "a sparse file");
  int twice = is_duplicate(w);
  if (twice > 0) return entry_error(w, MOTE_ERR_EXISTS, "a second file of this name");
  MOTE_TRY(twice);
  if (archive_entry_size(e) < 0 ||
      (uint64_t)archive_entry_size(e) > w->limits.max_entry_bytes)
    return entry_error(w, MOTE_ERR_LIMIT, "larger than the limit of one file");
  return MOTE_OK;
}

static int deliver(walk_t *w, int status) {
  mote_archive_entry_t entry = {w->name, NULL, 0, status};
  if (status < 0) {
    if (w->refused < INT_MAX) w->refused++;
  } else {
    entry.bytes = w->bytes.p;
    entry.n = w->bytes.n;
  }
  int rc = w->fn(w->ctx, &entry);
  return rc < 0 ? rc : MOTE_OK;
}

static int skip(walk_t *w) { return w->packed ? drain(w) : MOTE_OK; }

static int take_entry(walk_t *w, struct archive_entry *e) {
  const char *raw = archive_entry_pathname(e);
  int status = safe_name(w, raw);
  if (status < 0)
    printable(raw ? raw : "?", w->name, sizeof w->name);
  else if (status > 0 || archive_entry_filetype(e) == AE_IFDIR)
    return skip(w);
  else
    status = check_entry(w, e);
  if (status == MOTE_ERR_NOMEM) return status;
  if (status < 0) {
    MOTE_TRY(deliver(w, status));
    return skip(w);
  }
  if (w->want && !w->want(w->ctx, w->name)) return skip(w);
  w->entry_start = archive_filter_bytes(w->in, -1);
  MOTE_TRY(load(w,
                archive_entry_size_is_set(e) ? (uint64_t)archive_entry_size(e)
                                             : w->limits.max_entry_bytes,
                &status));
  MOTE_TRY(deliver(w, status));
  return status < 0 ? skip(w) : MOTE_OK;
}

/* ---- opening ---- */

static int is_zip(const uint8_t *p, size_t n) {
  return n >= 4 && p[0] == 'P' && p[1] == 'K' &&
         ((p[2] == 3 && p[3] == 4) || (p[2] == 5 && p[3] == 6));
}

static int is_packed(const uint8_t *p, size_t n) {
  return n >= 6 && (!memcmp(p, "\x1F\x8B\x08", 3) ||
                    !memcmp(p,
                            "\xFD"
                            "7zXZ",
                            6) ||
                    !memcmp(p, "\x28\xB5\x2F\xFD", 4));
}

int mote_archive_sniff(const uint8_t *p, size_t n) {
  return is_zip(p, n) || is_packed(p, n) || (n >= 262 && !memcmp(p + 257, "ustar", 5));
}

/* Only what the head of the file says it is, so that no second reading is possible. */
static int start(walk_t *w) {
  w->in = archive_read_new();
  if (!w->in) return mote_fail(MOTE_ERR_NOMEM, "out of memory");
  if (w->zip) {
    archive_read_support_format_zip_seekable(w->in);
  } else {
    archive_read_support_format_tar(w->in);
    archive_read_support_filter_gzip(w->in);
    archive_read_support_filter_xz(w->in);
    archive_read_support_filter_zstd(w->in);
  }
  if (lseek(w->fd, 0, SEEK_SET) != 0 ||
      archive_read_open_fd(w->in, w->fd, 65536) != ARCHIVE_OK)
    return stream_error(w);
  if (archive_filter_count(w->in) > (w->packed ? 2 : 1))
    return mote_fail(MOTE_ERR_FORMAT, "%s: packed in several layers: a bomb?", w->path);
  return MOTE_OK;
}

static int open_archive(walk_t *w) {
  uint8_t head[512];
  ssize_t n = pread(w->fd, head, sizeof head, 0);
  if (n < 0)
    return mote_fail(MOTE_ERR_IO, "%s: cannot read: %s", w->path, strerror(errno));
  if (!mote_archive_sniff(head, (size_t)n))
    return mote_fail(MOTE_ERR_FORMAT, "%s: no zip, tar, tar.gz, tar.xz or tar.zst",
                     w->path);
  w->zip = is_zip(head, (size_t)n);
  w->packed = is_packed(head, (size_t)n);
  if (w->zip) MOTE_TRY(mote_zip_check(w->fd, w->path, &w->limits));
  return start(w);
}

/* Broken data end libarchive's walk, but the other entries of a zip can still be had: a
 * new walk steps over the headers that were done. Limited, as each one costs a directory.
 */
static int reopen(walk_t *w) {
  struct archive_entry *e;
  w->dead = 0;
  if (++w->reopened > 100)
    return mote_fail(MOTE_ERR_FORMAT, "%s: more than 100 damaged entries", w->path);
  archive_read_free(w->in);
  MOTE_TRY(start(w));
  for (size_t i = 0; i < w->entries; i++)
    if (archive_read_next_header(w->in, &e) < ARCHIVE_WARN) return stream_error(w);
  return MOTE_OK;
}

static int take_all(walk_t *w) {
  struct archive_entry *e;
  for (;;) {
    if (mote_interrupted()) return mote_fail(MOTE_ERR_INTERRUPTED, "interrupted");
    int rc = archive_read_next_header(w->in, &e);
    if (rc == ARCHIVE_EOF) break;
    if (rc == ARCHIVE_RETRY) continue;
    if (rc < ARCHIVE_WARN) return stream_error(w);
    MOTE_TRY(check_ratio(w, 0));
    if (++w->entries > w->limits.max_entries)
      return mote_fail(MOTE_ERR_LIMIT, "%s: more than %zu entries", w->path,
                       w->limits.max_entries);
    MOTE_TRY(take_entry(w, e));
    if (w->dead) MOTE_TRY(reopen(w));
  }
  if (w->entries == 0) return mote_fail(MOTE_ERR_FORMAT, "%s: no files in it", w->path);
  return w->refused;
}

static void fill_limits(mote_archive_limits_t *l, const mote_archive_limits_t *given) {
  if (given) *l = *given;
  if (!l->max_entries) l->max_entries = 100000;
  if (!l->max_entry_bytes) l->max_entry_bytes = MOTE_ARCHIVE_ENTRY_BYTES;
  if (!l->max_total_bytes) l->max_total_bytes = (size_t)16 << 30;
  if (!l->max_ratio) l->max_ratio = 200;
}

static int walk_fd(walk_t *w) {
  int rc = open_archive(w);
  if (rc >= 0) rc = take_all(w);
  archive_read_free(w->in);
  mote_free(w->seen);
  mote_buf_free(&w->bytes);
  return rc;
}

int mote_archive_some(const char *path, const mote_archive_limits_t *limits,
                      mote_archive_want_fn want, mote_archive_fn fn, void *ctx) {
  walk_t w = {.path = path, .want = want, .fn = fn, .ctx = ctx};
  fill_limits(&w.limits, limits);
  w.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (w.fd < 0)
    return mote_fail(errno == ENOENT ? MOTE_ERR_NOTFOUND : MOTE_ERR_IO,
                     "%s: cannot open: %s", path, strerror(errno));
  /* libarchive turns names into the locale's charset: UTF-8, whatever the user's is. */
  locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
  locale_t old = utf8 ? uselocale(utf8) : (locale_t)0;
  int rc = walk_fd(&w);
  if (utf8) {
    uselocale(old);
    freelocale(utf8);
  }
  close(w.fd);
  return rc;
}

int mote_archive_each(const char *path, const mote_archive_limits_t *limits,
                      mote_archive_fn fn, void *ctx) {
  return mote_archive_some(path, limits, NULL, fn, ctx);
}
