/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/progress.h"
#include "dataset/disk.h"

#define LOCK_WAIT_SECONDS 20.0
#define OBJECT_LIMIT      ((size_t)4 << 30)

/* ---- the lock ---- */

static int io_error(const char *what, const char *path) {
  return mote_fail(MOTE_ERR_IO, "%s: cannot %s: %s", path, what, strerror(errno));
}

int mote_store_open(mote_store_t *s, const char *data_dir) {
  char path[MOTE_PATH_MAX];
  s->lock_fd = -1;
  if ((size_t)snprintf(s->data, sizeof s->data, "%s", data_dir) >= sizeof s->data)
    return mote_fail(MOTE_ERR_LIMIT, "%s: path too long", data_dir);
  MOTE_TRY(mote_path_join(path, data_dir, ".lock"));
  s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  return s->lock_fd < 0 ? io_error("create", path) : MOTE_OK;
}

void mote_store_close(mote_store_t *s) {
  if (s->lock_fd >= 0) close(s->lock_fd);
  s->lock_fd = -1;
}

/* LOCK_SH or LOCK_EX; 1 taken, 0 still held elsewhere after `seconds`. */
static int take_lock(mote_store_t *s, int how, double seconds) {
  double end = mote_now() + seconds;
  for (;;) {
    if (flock(s->lock_fd, how | LOCK_NB) == 0) return 1;
    if (errno != EWOULDBLOCK && errno != EINTR) return io_error("lock", s->data);
    if (mote_now() >= end) return 0;
    nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
  }
}

static void drop_lock(mote_store_t *s) { (void)flock(s->lock_fd, LOCK_UN); }

static int busy(const mote_store_t *s) {
  return mote_fail(MOTE_ERR_IO,
                   "%s: another mote is at work here; wait until it has finished", s->data);
}

/* ---- writing ---- */

int mote_store_path(const mote_store_t *s, const char *sha, char *out) {
  if ((size_t)snprintf(out, MOTE_PATH_MAX, "%s/objects/%.2s/%s", s->data, sha, sha + 2) >=
      MOTE_PATH_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "%s: path too long", s->data);
  return MOTE_OK;
}

int mote_stage_begin(mote_store_t *s, mote_stage_t *st) {
  char parent[MOTE_PATH_MAX];
  memset(st, 0, sizeof *st);
  st->store = s;
  MOTE_TRY(mote_path_join(parent, s->data, "staging"));
  int got = take_lock(s, LOCK_SH, LOCK_WAIT_SECONDS);
  if (got <= 0) return got ? got : busy(s);
  st->held = 1;
  int rc = mote_dir_make(parent);
  if (rc == MOTE_OK) rc = mote_path_join(st->dir, parent, "XXXXXX");
  if (rc == MOTE_OK && !mkdtemp(st->dir)) rc = io_error("create", st->dir);
  if (rc != MOTE_OK) mote_stage_end(st);
  return rc;
}

void mote_stage_end(mote_stage_t *st) {
  if (st->held) drop_lock(st->store);
  st->held = 0;
}

int mote_stage_mark(mote_stage_t *st, const char *sha) {
  char path[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(path, st->dir, sha));
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return io_error("create", path);
  close(fd);
  return MOTE_OK;
}

static int has_size(const char *path, size_t n) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISREG(st.st_mode) && (unsigned long long)st.st_size == n;
}

static int put_new(mote_stage_t *st, const void *p, size_t n, const char *sha,
                   const char *path) {
  char tmp[MOTE_PATH_MAX], dir[MOTE_PATH_MAX];
  unsigned serial = atomic_fetch_add(&st->serial, 1);
  if ((size_t)snprintf(tmp, sizeof tmp, "%s/%s.%u", st->dir, sha, serial) >= sizeof tmp)
    return mote_fail(MOTE_ERR_LIMIT, "%s: path too long", st->dir);
  snprintf(dir, sizeof dir, "%.*s", (int)(mote_path_name(path) - path - 1), path);
  MOTE_TRY(mote_stage_mark(st, sha));
  MOTE_TRY(mote_dir_make(dir));
  MOTE_TRY(mote_disk_write_new(tmp, p, n));
  if (rename(tmp, path) == 0) return MOTE_OK;
  int rc = io_error("create", path);
  (void)unlink(tmp);
  return rc;
}

int mote_stage_put(mote_stage_t *st, const char *sha, const void *p, size_t n) {
  char path[MOTE_PATH_MAX];
  unsigned folder;
  MOTE_TRY(mote_store_path(st->store, sha, path));
  /* Also when it is there already: its writer may not have synced the folder yet. */
  if (sscanf(sha, "%2x", &folder) == 1) atomic_store(&st->touched[folder], 1);
  return has_size(path, n) ? MOTE_OK : put_new(st, p, n, sha, path);
}

int mote_stage_sync(mote_stage_t *st) {
  char path[MOTE_PATH_MAX];
  int any = 0;
  for (unsigned i = 0; i < 256; i++) {
    if (!atomic_exchange(&st->touched[i], 0)) continue;
    if ((size_t)snprintf(path, sizeof path, "%s/objects/%02x", st->store->data, i) >=
        sizeof path)
      return mote_fail(MOTE_ERR_LIMIT, "%s: path too long", st->store->data);
    MOTE_TRY(mote_disk_sync(path));
    any = 1;
  }
  if (!any) return MOTE_OK;
  MOTE_TRY(mote_path_join(path, st->store->data, "objects"));
  return mote_disk_sync(path);
}

/* ---- sweeping ---- */

static int is_sha(const char *s) {
  return strspn(s, "0123456789abcdef") == 64 && s[64] == 0;
}

typedef struct {
  mote_store_t *store;
  mote_store_used_fn used;
  void *ctx;
} sweep_t;

/* A marker: the object goes when nobody uses it; temporary files just go with the folder. */
static int sweep_marker(void *ctx, const char *path) {
  sweep_t *w = ctx;
  char object[MOTE_PATH_MAX];
  const char *sha = mote_path_name(path);
  if (!is_sha(sha)) return MOTE_OK;
  int used = w->used(w->ctx, sha);
  if (used) return used < 0 ? used : MOTE_OK;
  MOTE_TRY(mote_store_path(w->store, sha, object));
  return mote_path_remove(object);
}

static int has_entries(const char *path) {
  DIR *d = opendir(path);
  int n = 0;
  for (struct dirent *e; d && !n && (e = readdir(d));) n = e->d_name[0] != '.';
  if (d) closedir(d);
  return n;
}

int mote_store_sweep(mote_store_t *s, mote_store_used_fn used, void *ctx) {
  char staging[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(staging, s->data, "staging"));
  if (!has_entries(staging)) return MOTE_OK;
  int got = take_lock(s, LOCK_EX, 0);
  if (got <= 0) return got;
  sweep_t w = {s, used, ctx};
  int rc = mote_walk(staging, sweep_marker, &w);
  if (rc == MOTE_OK) rc = mote_path_remove(staging);
  drop_lock(s);
  return rc;
}

/* ---- reading ---- */

int mote_store_read(const mote_store_t *s, const char *sha, mote_buf_t *out) {
  char path[MOTE_PATH_MAX];
  MOTE_TRY(mote_store_path(s, sha, path));
  MOTE_TRY(mote_file_read(path, OBJECT_LIMIT, out));
  if (!strcmp(mote_sha256(out->p, out->n).hex, sha)) return MOTE_OK;
  return mote_fail(MOTE_ERR_CORRUPT,
                   "%s: the stored original was altered (its SHA-256 is not its name); "
                   "restore it from a backup or delete the sample and add it again", path);
}

typedef struct { mote_store_object_fn fn; void *ctx; } each_t;

/* objects/ab/cdef... -> "abcdef..." */
static int each_object(void *ctx, const char *path) {
  each_t *e = ctx;
  char sha[80] = "";
  const char *name = mote_path_name(path);
  if (name - path > 3 && strlen(name) == 62)
    snprintf(sha, sizeof sha, "%.2s%s", name - 3, name);
  return e->fn(e->ctx, path, is_sha(sha) ? sha : NULL);
}

int mote_store_each(mote_store_t *s, mote_store_object_fn fn, void *ctx) {
  char objects[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(objects, s->data, "objects"));
  if (!mote_dir_exists(objects)) return MOTE_OK;
  int got = take_lock(s, LOCK_EX, LOCK_WAIT_SECONDS);
  if (got <= 0) return got ? got : busy(s);
  each_t e = {fn, ctx};
  int rc = mote_walk(objects, each_object, &e);
  drop_lock(s);
  return rc;
}
