/* SPDX-License-Identifier: Apache-2.0
 * The files inside a zip, tar, tar.gz, tar.xz or tar.zst, one at a time in memory;
 * nothing is ever written to disk. Names, sizes, number and compression ratio are checked
 * before and while anything is inflated, so that a hostile archive costs little time and
 * memory. */
#ifndef MOTE_FORMATS_ARCHIVE_H
#define MOTE_FORMATS_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

#define MOTE_ARCHIVE_ENTRY_BYTES ((size_t)256 << 20)

/* Zero means the default in brackets. */
typedef struct {
  size_t max_entries;     /* [100,000] files and folders */
  size_t max_entry_bytes; /* [256 MiB] one file, inflated */
  size_t max_total_bytes; /* [16 GiB] all files, inflated */
  unsigned max_ratio;     /* [200] inflated / packed bytes; 1 MiB is always allowed */
} mote_archive_limits_t;

typedef struct {
  const char *name;     /* "dir/x.wav": relative, '/', no "..", UTF-8 */
  const uint8_t *bytes; /* valid during the call; NULL when refused */
  size_t n;
  int status; /* 0, or negative: refused, mote_errmsg() says why */
} mote_archive_entry_t;

/* A negative return stops the walk and is returned by mote_archive_each. */
typedef int (*mote_archive_fn)(void *ctx, const mote_archive_entry_t *entry);

/* 1 when the bytes at the head of a file are those of an archive. */
int mote_archive_sniff(const uint8_t *p, size_t n);
/* Calls fn for every regular file. Refused by name, while the others still go in:
 * absolute names, drive letters, "..", control characters, duplicates, links, devices,
 * sparse and encrypted files, files above max_entry_bytes, broken data. Left out in
 * silence: folders and names with a part that starts with '.' or is "__MACOSX". Refused
 * as a whole (negative): too many entries, too many bytes, a ratio bomb, zip entries that
 * share bytes, an archive in layers, damage that hides where the next file starts. Else
 * the number of refused files. */
int mote_archive_each(const char *path, const mote_archive_limits_t *limits,
                      mote_archive_fn fn, void *ctx);
/* As above, for those names only for which want() returns 1; the others are not inflated
 * where the format allows it. */
typedef int (*mote_archive_want_fn)(void *ctx, const char *name);
int mote_archive_some(const char *path, const mote_archive_limits_t *limits,
                      mote_archive_want_fn want, mote_archive_fn fn, void *ctx);

#endif
