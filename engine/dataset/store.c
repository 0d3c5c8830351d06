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

int mote_store_open(mote_store_t *s, const char *data_dir, int writable) {
  char path[MOTE_PATH_MAX];
  s->lock_fd = -1;
  if ((size_t)snprintf(s->data, sizeof s->data, "%s", data_dir) >= sizeof s->data)
    return mote_fail(MOTE_ERR_LIMIT, "%s: path too long", data_dir);
  if (!writable) return MOTE_OK;
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
                   "%s: another mote is at work here; wait until it has finished",
                   s->data);
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
  pthread_mutex_init(&st->lock, NULL);
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
  if (!st->held) return;
  drop_lock(st->store);
  mote_arena_free(st->names);
  mote_buf_free(&st->waiting);
  pthread_mutex_destroy(&st->lock);
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
  return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
         (unsigned long long)st.st_size == n;
}

typedef struct {
  const char *tmp, *object;
} pending_t;

/* Under the lock: names of a new temporary file and of the object it becomes. */
static int enlist(mote_stage_t *st, const char *sha, const char *path, pending_t *p) {
  if (!st->names && !(st->names = mote_arena_new())) return MOTE_ERR_NOMEM;
  p->tmp = mote_arena_printf(st->names, "%s/%s.%u", st->dir, sha, st->serial++);
  p->object = mote_arena_str(st->names, path);
  return p->tmp && p->object ? MOTE_OK : MOTE_ERR_NOMEM;
}

int mote_stage_put(mote_stage_t *st, const char *sha, const void *p, size_t n) {
  char path[MOTE_PATH_MAX];
  unsigned folder;
  pending_t file;
  MOTE_TRY(mote_store_path(st->store, sha, path));
  if (sscanf(sha, "%2x", &folder) != 1)
    return mote_fail(MOTE_ERR_PARAM, "%s: no hash", sha);
  pthread_mutex_lock(&st->lock);
  st->touched[folder] = 1; /* also when it is there: its writer may not have synced yet */
  int there = has_size(path, n);
  int rc = there ? MOTE_OK : enlist(st, sha, path, &file);
  pthread_mutex_unlock(&st->lock);
  if (there || rc != MOTE_OK) return rc;
  MOTE_TRY(mote_stage_mark(st, sha));
  MOTE_TRY(mote_disk_write_new(file.tmp, p, n));
  pthread_mutex_lock(&st->lock);
  rc = mote_buf_add(&st->waiting, &file, sizeof file);
  pthread_mutex_unlock(&st->lock);
  return rc;
}

/* Temporary files are synced, then take their place: an object is never half. */
static int publish(mote_stage_t *st, const pending_t *file, size_t n) {
  char dir[MOTE_PATH_MAX];
  const char **tmp = mote_arena_take(st->names, n, sizeof *tmp);
  if (!tmp) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) tmp[i] = file[i].tmp;
  MOTE_TRY(mote_disk_sync_all(tmp, n));
  for (size_t i = 0; i < n; i++) {
    const char *object = file[i].object;
    snprintf(dir, sizeof dir, "%.*s", (int)(mote_path_name(object) - object - 1), object);
    MOTE_TRY(mote_dir_make(dir));
    if (rename(file[i].tmp, object) != 0) return io_error("create", object);
  }
  return MOTE_OK;
}

static int sync_folders(mote_stage_t *st) {
  const char *dir[257];
  size_t n = 0;
  for (unsigned i = 0; i < 256; i++) {
    if (!st->touched[i]) continue;
    dir[n] = mote_arena_printf(st->names, "%s/objects/%02x", st->store->data, i);
    if (!dir[n++]) return MOTE_ERR_NOMEM;
  }
  dir[n] = mote_arena_printf(st->names, "%s/objects", st->store->data);
  if (!dir[n++]) return MOTE_ERR_NOMEM;
  return mote_disk_sync_all(dir, n);
}

int mote_stage_sync(mote_stage_t *st) {
  if (!st->names && !(st->names = mote_arena_new())) return MOTE_ERR_NOMEM;
  size_t n = st->waiting.n / sizeof(pending_t);
  if (n) MOTE_TRY(publish(st, (const pending_t *)(const void *)st->waiting.p, n));
  MOTE_TRY(sync_folders(st));
  st->waiting.n = 0;
  memset(st->touched, 0, sizeof st->touched);
  mote_arena_free(st->names);
  st->names = NULL;
  return MOTE_OK;
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

/* A marker: the object goes when nobody uses it; temporary files just go with the folder.
 */
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
                   "restore it from a backup or delete the sample and add it again",
                   path);
}

typedef struct {
  mote_store_object_fn fn;
  void *ctx;
} each_t;

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
