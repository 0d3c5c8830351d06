/* SPDX-License-Identifier: Apache-2.0
 * Files: whole reads with a limit, atomic writes, folders. Every error names the path. */
#ifndef MOTE_ENGINE_FILE_H
#define MOTE_ENGINE_FILE_H

#include "base/mem.h"

#define MOTE_PATH_MAX 4096

/* Reads the whole regular file; refuses one above `limit` bytes (MOTE_ERR_LIMIT). */
int mote_file_read(const char *path, size_t limit, mote_buf_t *out);
/* Writes beside the target, fsyncs, renames: readers see the old file or the new one. */
int mote_file_write(const char *path, const void *p, size_t n);
int mote_file_exists(const char *path);
int mote_dir_exists(const char *path);
/* Creates the folder and its parents. */
int mote_dir_make(const char *path);
/* Removes a file, or a folder with all it holds. Symbolic links are not followed. */
int mote_path_remove(const char *path);
/* a/b into out[MOTE_PATH_MAX]; MOTE_ERR_LIMIT when too long. */
int mote_path_join(char *out, const char *a, const char *b);
/* "x" of "dir/x.wav" in an arena; extension with its dot, lower case ("" if none). */
char *mote_path_stem(mote_arena_t *a, const char *path);
char *mote_path_ext(mote_arena_t *a, const char *path);
const char *mote_path_name(const char *path);

/* Calls fn for every regular file below `path` (or for `path` itself), names sorted
 * bytewise, hidden names skipped, links not followed. A negative return of fn stops the
 * walk. */
typedef int (*mote_walk_fn)(void *ctx, const char *path);
int mote_walk(const char *path, mote_walk_fn fn, void *ctx);

#endif
