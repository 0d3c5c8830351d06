/* SPDX-License-Identifier: Apache-2.0
 * A new project, and runs that appear by one rename. */
#include "dataset/project.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dataset/disk.h"

/* The cache and the deployments are made again from the rest: they stay out of git. */
static const char ignore[] = "build/\ncache/\ndata/*-wal\ndata/*-shm\ndata/.lock\n"
                             "data/staging/\nruns/.new-*\n";

static int refuse_used_folder(const char *dir) {
  DIR *d = opendir(dir);
  if (!d && errno == ENOENT) return MOTE_OK;
  if (!d)
    return mote_fail(errno == ENOTDIR ? MOTE_ERR_EXISTS : MOTE_ERR_IO, "%s: %s", dir,
                     errno == ENOTDIR ? "is a file; give a new folder" : strerror(errno));
  int used = 0;
  for (struct dirent *e; (e = readdir(d));)
    used |=
        strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && strcmp(e->d_name, ".git");
  closedir(d);
  if (!used) return MOTE_OK;
  return mote_fail(MOTE_ERR_EXISTS, "%s: is not empty; give a new or empty folder", dir);
}

/* Name of the project: the last part of its absolute path. */
static int project_name(const char *dir, char *out, size_t cap) {
  char *full = realpath(dir, NULL);
  if (!full) return mote_fail(MOTE_ERR_IO, "%s: %s", dir, strerror(errno));
  const char *name = mote_path_name(full);
  snprintf(out, cap, "%s", *name ? name : "project");
  free(full);
  return MOTE_OK;
}

static int write_impulse(const char *dir, const mote_template_t *t) {
  char name[256], path[MOTE_PATH_MAX];
  json_error_t err;
  MOTE_TRY(project_name(dir, name, sizeof name));
  MOTE_TRY(mote_path_join(path, dir, "impulse.json"));
  json_t *doc = json_loads(t->json, 0, &err);
  if (!doc) return mote_fail(MOTE_ERR_CORRUPT, "template %s: %s", t->name, err.text);
  char *text = NULL;
  json_t *j = json_string(name);
  if (!j) j = json_string("project"); /* a folder name that is not UTF-8 */
  if (json_object_set_new(doc, "name", j) == 0)
    text = json_dumps(doc, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
  json_decref(doc);
  if (!text) return mote_fail(MOTE_ERR_NOMEM, "%s: out of memory", path);
  size_t n = strlen(text);
  text[n] = '\n'; /* in place of the NUL: a text file ends with a newline */
  int rc = mote_file_write(path, text, n + 1);
  free(text);
  return rc;
}

int mote_project_create(const char *dir, const mote_template_t *t) {
  static const char *const folders[] = {"data", "runs"};
  char path[MOTE_PATH_MAX];
  MOTE_TRY(refuse_used_folder(dir));
  MOTE_TRY(mote_dir_make(dir));
  for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
    MOTE_TRY(mote_path_join(path, dir, folders[i]));
    MOTE_TRY(mote_dir_make(path));
  }
  MOTE_TRY(mote_path_join(path, dir, ".gitignore"));
  MOTE_TRY(mote_file_write(path, ignore, sizeof ignore - 1));
  return write_impulse(dir, t); /* last: it is what makes the folder a project */
}

int mote_project_check(const char *dir) {
  char path[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(path, dir, "impulse.json"));
  if (mote_file_exists(path)) return MOTE_OK;
  return mote_fail(
      MOTE_ERR_USAGE,
      "%s: no impulse.json here; go to a project, use -C DIR, or make one with "
      "`mote new DIR`",
      dir);
}

/* ---- runs ---- */

/* ".new-<pid>-XXXXXX" of a process that is gone: a run that was killed. */
static int is_abandoned(const char *name) {
  long pid;
  if (sscanf(name, ".new-%ld-", &pid) != 1 || pid <= 0) return 0;
  return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static void sweep_runs(const char *runs) {
  char path[MOTE_PATH_MAX];
  DIR *d = opendir(runs);
  for (struct dirent *e; d && (e = readdir(d));)
    if (is_abandoned(e->d_name) && mote_path_join(path, runs, e->d_name) == MOTE_OK)
      (void)mote_path_remove(path);
  if (d) closedir(d);
}

int mote_run_new(const char *project, char tmp[MOTE_PATH_MAX]) {
  char runs[MOTE_PATH_MAX], name[40];
  MOTE_TRY(mote_path_join(runs, project, "runs"));
  MOTE_TRY(mote_dir_make(runs));
  sweep_runs(runs);
  snprintf(name, sizeof name, ".new-%ld-XXXXXX", (long)getpid());
  MOTE_TRY(mote_path_join(tmp, runs, name));
  if (mkdtemp(tmp) && chmod(tmp, 0755) == 0) return MOTE_OK;
  return mote_fail(MOTE_ERR_IO, "%s: cannot create a run: %s", runs, strerror(errno));
}

void mote_run_abort(const char *tmp) { (void)mote_path_remove(tmp); }

/* "12" -> 12; anything else, also "012", is no run. */
static int run_number(const char *name) {
  char *end;
  long n = strtol(name, &end, 10);
  return name[0] >= '1' && name[0] <= '9' && !*end && n > 0 && n < 1000000000 ? (int)n
                                                                              : 0;
}

int mote_run_latest(const char *project, char *path) {
  char runs[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(runs, project, "runs"));
  int last = 0;
  DIR *d = opendir(runs);
  if (!d && errno != ENOENT)
    return mote_fail(MOTE_ERR_IO, "%s: cannot open: %s", runs, strerror(errno));
  for (struct dirent *e; d && (e = readdir(d));) {
    int n = run_number(e->d_name);
    if (n > last) last = n;
  }
  if (d) closedir(d);
  if (path && last) MOTE_TRY(mote_run_path(project, last, path));
  return last;
}

int mote_run_path(const char *project, int n, char path[MOTE_PATH_MAX]) {
  if ((size_t)snprintf(path, MOTE_PATH_MAX, "%s/runs/%d", project, n) >= MOTE_PATH_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "%s: path too long", project);
  if (mote_dir_exists(path)) return MOTE_OK;
  return mote_fail(MOTE_ERR_NOTFOUND, "%s: no such run; train one with `mote train`",
                   path);
}

static int sync_one(void *ctx, const char *path) {
  (void)ctx;
  return mote_disk_sync(path);
}

int mote_run_commit(const char *project, const char *tmp) {
  char path[MOTE_PATH_MAX];
  MOTE_TRY(mote_walk(tmp, sync_one, NULL));
  MOTE_TRY(mote_disk_sync(tmp));
  int n = mote_run_latest(project, NULL);
  if (n < 0) return n;
  for (n++;; n++) { /* another process may take the number first */
    if ((size_t)snprintf(path, sizeof path, "%s/runs/%d", project, n) >= sizeof path)
      return mote_fail(MOTE_ERR_LIMIT, "%s: path too long", project);
    if (rename(tmp, path) == 0) break;
    if (errno != EEXIST && errno != ENOTEMPTY)
      return mote_fail(MOTE_ERR_IO, "%s: cannot create: %s", path, strerror(errno));
  }
  MOTE_TRY(mote_path_join(path, project, "runs"));
  MOTE_TRY(mote_disk_sync(path));
  return n;
}
