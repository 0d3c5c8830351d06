/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int io_error(const char *what, const char *path) {
  int code = errno == ENOENT ? MOTE_ERR_NOTFOUND : MOTE_ERR_IO;
  return mote_fail(code, "%s: cannot %s: %s", path, what, strerror(errno));
}

int mote_file_exists(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int mote_dir_exists(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int read_fd(int fd, const char *path, size_t limit, mote_buf_t *out) {
  struct stat st;
  if (fstat(fd, &st) != 0) return io_error("stat", path);
  if (!S_ISREG(st.st_mode)) return mote_fail(MOTE_ERR_IO, "%s: not a regular file", path);
  if ((unsigned long long)st.st_size > limit)
    return mote_fail(MOTE_ERR_LIMIT, "%s: %lld bytes, the limit is %zu", path,
                     (long long)st.st_size, limit);
  char block[65536];
  for (;;) {
    ssize_t n = read(fd, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return io_error("read", path);
    if (n == 0) return MOTE_OK;
    if (out->n + (size_t)n > limit)
      return mote_fail(MOTE_ERR_LIMIT, "%s: grew beyond the limit of %zu bytes", path,
                       limit);
    MOTE_TRY(mote_buf_add(out, block, (size_t)n));
  }
}

int mote_file_read(const char *path, size_t limit, mote_buf_t *out) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_error("open", path);
  out->n = 0;
  int rc = mote_buf_add(out, "", 0);
  if (rc == MOTE_OK) rc = read_fd(fd, path, limit, out);
  close(fd);
  return rc;
}

static int write_all(int fd, const void *p, size_t n) {
  const char *at = p;
  while (n) {
    ssize_t k = write(fd, at, n);
    if (k < 0 && errno == EINTR) continue;
    if (k < 0) return -1;
    at += k;
    n -= (size_t)k;
  }
  return fsync(fd);
}

/* Makes the rename itself durable. */
static void sync_folder_of(const char *path) {
  char dir[MOTE_PATH_MAX];
  snprintf(dir, sizeof dir, "%s", path);
  char *slash = strrchr(dir, '/');
  if (slash) *slash = 0;
  int fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  (void)fsync(fd);
  close(fd);
}

int mote_file_write(const char *path, const void *p, size_t n) {
  char tmp[MOTE_PATH_MAX];
  if ((size_t)snprintf(tmp, sizeof tmp, "%s.tmp-XXXXXX", path) >= sizeof tmp)
    return mote_fail(MOTE_ERR_LIMIT, "%s: path too long", path);
  int fd = mkstemp(tmp);
  if (fd < 0) return io_error("create a file beside it", path);
  int bad = write_all(fd, p, n) != 0 || fchmod(fd, 0644) != 0;
  if (close(fd) != 0) bad = 1;
  if (bad || rename(tmp, path) != 0) {
    int rc = io_error("write", path);
    (void)unlink(tmp);
    return rc;
  }
  sync_folder_of(path);
  return MOTE_OK;
}

int mote_dir_make(const char *path) {
  char dir[MOTE_PATH_MAX];
  if ((size_t)snprintf(dir, sizeof dir, "%s", path) >= sizeof dir)
    return mote_fail(MOTE_ERR_LIMIT, "%s: path too long", path);
  for (char *p = dir + 1;; p++) {
    if (*p != '/' && *p != 0) continue;
    char end = *p;
    *p = 0;
    if (mkdir(dir, 0755) != 0 && errno != EEXIST) return io_error("create folder", dir);
    *p = end;
    if (!end) break;
  }
  return mote_dir_exists(path) ? MOTE_OK
                               : mote_fail(MOTE_ERR_IO, "%s: not a folder", path);
}

static int remove_children(const char *path) {
  DIR *d = opendir(path);
  if (!d) return io_error("open folder", path);
  int rc = MOTE_OK;
  for (struct dirent *e; rc == MOTE_OK && (e = readdir(d));) {
    if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")) continue;
    char child[MOTE_PATH_MAX];
    rc = mote_path_join(child, path, e->d_name);
    if (rc == MOTE_OK) rc = mote_path_remove(child);
  }
  closedir(d);
  return rc;
}

int mote_path_remove(const char *path) {
  struct stat st;
  if (lstat(path, &st) != 0) return errno == ENOENT ? MOTE_OK : io_error("stat", path);
  if (S_ISDIR(st.st_mode)) {
    MOTE_TRY(remove_children(path));
    return rmdir(path) == 0 ? MOTE_OK : io_error("remove folder", path);
  }
  return unlink(path) == 0 ? MOTE_OK : io_error("remove", path);
}

int mote_path_join(char *out, const char *a, const char *b) {
  size_t na = strlen(a);
  const char *sep = na && a[na - 1] != '/' ? "/" : "";
  if ((size_t)snprintf(out, MOTE_PATH_MAX, "%s%s%s", a, sep, b) >= MOTE_PATH_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "%s/%s: path too long", a, b);
  return MOTE_OK;
}

const char *mote_path_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

char *mote_path_stem(mote_arena_t *a, const char *path) {
  char *s = mote_arena_str(a, mote_path_name(path));
  char *dot = s ? strrchr(s, '.') : NULL;
  if (dot && dot != s) *dot = 0;
  return s;
}

char *mote_path_ext(mote_arena_t *a, const char *path) {
  const char *name = mote_path_name(path);
  const char *dot = strrchr(name, '.');
  char *s = mote_arena_str(a, dot && dot != name ? dot : "");
  for (char *p = s; p && *p; p++) *p = (char)tolower((unsigned char)*p);
  return s;
}

static int by_name(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

static int visible(const struct dirent *e) { return e->d_name[0] != '.'; }

static int walk_entry(const char *path, int top, mote_walk_fn fn, void *ctx);

static int walk_dir(const char *path, mote_walk_fn fn, void *ctx) {
  struct dirent **names = NULL;
  int n = scandir(path, &names, visible, by_name);
  if (n < 0) return io_error("open folder", path);
  int rc = MOTE_OK;
  for (int i = 0; i < n; i++) {
    char child[MOTE_PATH_MAX];
    if (rc >= 0) rc = mote_path_join(child, path, names[i]->d_name);
    if (rc >= 0) rc = walk_entry(child, 0, fn, ctx);
    free(names[i]);
  }
  free(names);
  return rc;
}

static int walk_entry(const char *path, int top, mote_walk_fn fn, void *ctx) {
  struct stat st;
  if ((top ? stat : lstat)(path, &st) != 0) return io_error("open", path);
  if (S_ISDIR(st.st_mode)) return walk_dir(path, fn, ctx);
  return S_ISREG(st.st_mode) ? fn(ctx, path) : MOTE_OK;
}

int mote_walk(const char *path, mote_walk_fn fn, void *ctx) {
  return walk_entry(path, 1, fn, ctx);
}
