/* SPDX-License-Identifier: Apache-2.0
 * What the user pointed at -> jobs: files, folders, archives and exports, merged folders.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dataset/adder.h"

#define FILES_PER_FOLDER_MAX 256 /* of a merged folder */

typedef struct {
  const char *path;
  size_t root; /* length of the folder that was named, 0 for a file named itself */
  int bundle;
} found_t;

typedef struct {
  mote_adder_t *ad;
  mote_arena_t *a;
  mote_buf_t found; /* found_t */
  mote_buf_t names; /* const char *: what the label rule is studied on */
  size_t root;
  mote_label_rule_t rule;
  const char *bundle; /* being read */
} finder_t;

static int add_name(finder_t *f, const char *name) {
  return mote_buf_add(&f->names, &name, sizeof name);
}

static int add_found(finder_t *f, const char *path, size_t root, int bundle) {
  found_t it = {mote_arena_str(f->a, path), root, bundle};
  if (!it.path) return MOTE_ERR_NOMEM;
  if (!bundle) MOTE_TRY(add_name(f, it.path));
  return mote_buf_add(&f->found, &it, sizeof it);
}

/* ---- collecting ---- */

/* Names only: nothing is inflated where the format allows it. */
static int name_in_archive(void *ctx, const char *name) {
  finder_t *f = ctx;
  char *copy = mote_arena_str(f->a, name);
  if (copy) (void)add_name(f, copy);
  return 0;
}

static int no_entry(void *ctx, const mote_archive_entry_t *entry) {
  (void)ctx;
  (void)entry;
  return MOTE_OK;
}

static int met(void *ctx, const char *path) {
  finder_t *f = ctx;
  if (mote_bundle_is(path)) {
    (void)mote_archive_some(path, NULL, name_in_archive, no_entry,
                            f); /* read tells errors */
    return add_found(f, path, f->root, 1);
  }
  return add_found(f, path, f->root, 0);
}

static int refuse_missing(finder_t *f, const char *path) {
  int code = errno == ENOENT ? MOTE_ERR_NOTFOUND : MOTE_ERR_IO;
  mote_fail(code, "%s: %s", path,
            errno == ENOENT ? "there is no such file or folder" : strerror(errno));
  return mote_add_refuse(f->ad, path, code);
}

static int collect(finder_t *f, const char *path) {
  struct stat st;
  if (stat(path, &st) != 0) return refuse_missing(f, path);
  if (S_ISDIR(st.st_mode)) {
    if (!f->ad->what->merge_folders && mote_bundle_is(path))
      return add_found(f, path, strlen(path), 1);
    f->root = strlen(path);
    return mote_walk(path, met, f);
  }
  f->root = 0;
  if (S_ISREG(st.st_mode)) return met(f, path);
  mote_fail(MOTE_ERR_IO, "%s: is neither a file nor a folder", path);
  return mote_add_refuse(f->ad, path, MOTE_ERR_IO);
}

/* ---- pushing ---- */

static void use_columns(const mote_add_t *what, mote_decode_t *how) {
  how->hz = what->hz;
  how->rows = what->rows;
  for (size_t i = 0; !what->list && i < what->n_columns; i++)
    if (!strcmp(what->columns[i].key, "label"))
      how->label_column = what->columns[i].value;
}

static mote_job_t *new_job(finder_t *f, const char *path) {
  mote_job_t *job = mote_job_new(path);
  if (!job) return NULL;
  use_columns(f->ad->what, &job->how);
  job->said.path = job->path;
  return job;
}

static int push_file(finder_t *f, const found_t *it) {
  mote_job_t *job = new_job(f, it->path);
  if (!job) return MOTE_ERR_NOMEM;
  job->file = mote_arena_take(job->a, 1, sizeof *job->file);
  if (job->file) job->file[0] = job->path;
  job->n_files = 1;
  job->walked = it->root != 0;
  job->guess = mote_label_of(it->path, f->rule, job->a);
  job->split_guess = it->root ? mote_split_of(job->path, it->root) : NULL;
  if (job->file) return mote_adder_push(f->ad, job);
  mote_job_free(job);
  return MOTE_ERR_NOMEM;
}

/* The item's strings live as long as the call: the job keeps copies. */
static int copy_said(mote_job_t *job, const mote_bundle_item_t *item) {
  mote_arena_t *a = job->a;
  job->said = *item;
  job->said.path = job->path;
  job->said.bytes = NULL;
  job->said.name = item->name ? mote_arena_str(a, item->name) : NULL;
  job->said.label = item->label ? mote_arena_str(a, item->label) : NULL;
  mote_range_t *ranges = mote_arena_take(a, item->n_ranges + 1, sizeof *ranges);
  mote_pair_t *meta = mote_arena_take(a, item->n_meta + 1, sizeof *meta);
  int ok = ranges && meta && (job->said.name || !item->name) &&
           (job->said.label || !item->label);
  for (size_t i = 0; ok && i < item->n_ranges; i++) {
    ranges[i] = item->ranges[i];
    ok = (ranges[i].label = mote_arena_str(a, item->ranges[i].label)) != NULL;
  }
  for (size_t i = 0; ok && i < item->n_meta; i++) {
    meta[i].key = mote_arena_str(a, item->meta[i].key);
    meta[i].value = mote_arena_str(a, item->meta[i].value);
    ok = meta[i].key && meta[i].value;
  }
  job->said.ranges = ranges;
  job->said.meta = meta;
  return ok ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int copy_bytes(mote_job_t *job, const mote_bundle_item_t *item) {
  if (item->status < 0) {
    job->code = item->status;
    job->text = mote_arena_str(job->a, mote_errmsg());
    return MOTE_OK;
  }
  job->bytes = mote_alloc(item->n + 1, 1);
  if (!job->bytes) return MOTE_ERR_NOMEM;
  if (item->n) memcpy(job->bytes, item->bytes, item->n);
  job->n = item->n;
  return MOTE_OK;
}

static int push_item(void *ctx, const mote_bundle_item_t *item) {
  finder_t *f = ctx;
  char path[2 * MOTE_PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", f->bundle, item->path);
  mote_job_t *job = new_job(f, path);
  if (!job) return MOTE_ERR_NOMEM;
  job->walked = !item->labelled;
  job->guess = mote_label_of(item->path, f->rule, job->a);
  int rc = copy_bytes(job, item); /* first: it takes the item's message */
  if (rc == MOTE_OK) rc = copy_said(job, item);
  if (rc == MOTE_OK) return mote_adder_push(f->ad, job);
  mote_job_free(job);
  return rc;
}

static int push_bundle(finder_t *f, const found_t *it) {
  f->bundle = it->path;
  int rc = mote_bundle_read(it->path, NULL, push_item, f);
  if (rc >= 0) return MOTE_OK; /* refused items are jobs already */
  int own = rc == MOTE_ERR_NOMEM || rc == MOTE_ERR_INTERRUPTED || f->ad->stopped;
  return own ? rc : mote_add_refuse(f->ad, it->path, rc);
}

/* ---- merged folders ---- */

static size_t folder_length(const char *path) {
  const char *name = mote_path_name(path);
  return name > path ? (size_t)(name - path) - 1 : 0;
}

static int by_folder(const void *a, const void *b) {
  const found_t *x = a, *y = b;
  size_t nx = folder_length(x->path), ny = folder_length(y->path);
  int c = memcmp(x->path, y->path, nx < ny ? nx : ny);
  if (!c && nx != ny) c = nx < ny ? -1 : 1;
  return c ? c : strcmp(x->path, y->path);
}

static int push_folder(finder_t *f, const found_t *it, size_t n) {
  char folder[MOTE_PATH_MAX];
  size_t len = folder_length(it->path);
  snprintf(folder, sizeof folder, "%.*s", len ? (int)len : 1, len ? it->path : ".");
  mote_job_t *job = new_job(f, folder);
  if (!job) return MOTE_ERR_NOMEM;
  job->how.merge = 1;
  job->said.name = mote_path_name(job->path);
  job->guess = mote_label_of(job->path, f->rule, job->a);
  job->split_guess = it->root <= len ? mote_split_of(job->path, it->root) : NULL;
  job->file = mote_arena_take(job->a, n, sizeof *job->file);
  int ok = job->file != NULL;
  for (size_t i = 0; ok && i < n; i++) {
    if (mote_add_is_beside(it[i].path)) continue;
    ok = (job->file[job->n_files++] = mote_arena_str(job->a, it[i].path)) != NULL;
  }
  f->ad->out->skipped += n - job->n_files;
  if (ok && job->n_files && job->n_files <= FILES_PER_FOLDER_MAX)
    return mote_adder_push(f->ad, job);
  size_t files = job->n_files;
  mote_job_free(job);
  if (!ok) return MOTE_ERR_NOMEM;
  if (!files) return MOTE_OK;
  mote_fail(MOTE_ERR_LIMIT, "%s: %zu files; a merged folder has at most %d", folder,
            files, FILES_PER_FOLDER_MAX);
  return mote_add_refuse(f->ad, folder, MOTE_ERR_LIMIT);
}

static int push_folders(finder_t *f, found_t *it, size_t n) {
  if (n) qsort(it, n, sizeof *it, by_folder);
  for (size_t i = 0, k; i < n; i = k) {
    size_t len = folder_length(it[i].path);
    for (k = i + 1; k < n; k++)
      if (folder_length(it[k].path) != len || memcmp(it[k].path, it[i].path, len)) break;
    MOTE_TRY(push_folder(f, &it[i], k - i));
  }
  return MOTE_OK;
}

/* With merged folders it is their names that carry the labels. */
static int study_folders(finder_t *f) {
  const found_t *it = (const found_t *)(const void *)f->found.p;
  size_t n = f->found.n / sizeof *it;
  const char *last = NULL;
  f->names.n = 0;
  for (size_t i = 0; i < n; i++) {
    size_t len = folder_length(it[i].path);
    if (last && strlen(last) == len && !memcmp(last, it[i].path, len)) continue;
    if (!(last = mote_arena_printf(f->a, "%.*s", (int)len, it[i].path)))
      return MOTE_ERR_NOMEM;
    MOTE_TRY(add_name(f, last));
  }
  return MOTE_OK;
}

static int choose_rule(finder_t *f) {
  mote_label_guess_t g;
  f->rule = f->ad->what->label_rule;
  if (f->rule == MOTE_LABEL_FILE || f->rule == MOTE_LABEL_FOLDER) return MOTE_OK;
  if (f->ad->what->merge_folders) MOTE_TRY(study_folders(f));
  MOTE_TRY(mote_label_study((const char *const *)(const void *)f->names.p,
                            f->names.n / sizeof(char *), &g));
  f->rule = g.rule;
  return MOTE_OK;
}

static int push_all(finder_t *f) {
  found_t *it = (found_t *)(void *)f->found.p;
  size_t n = f->found.n / sizeof *it;
  size_t bundles = 0;
  for (size_t i = 0; i < n; i++) bundles += (size_t)it[i].bundle;
  mote_adder_t *ad = f->ad;
  ad->guessed = f->rule;
  size_t total = bundles || ad->what->merge_folders ? 0 : n; /* 0: not known */
  ad->progress = mote_progress_new("add", "files", total);
  if (ad->what->merge_folders) return push_folders(f, it, n);
  for (size_t i = 0; i < n; i++)
    MOTE_TRY(it[i].bundle ? push_bundle(f, &it[i]) : push_file(f, &it[i]));
  return MOTE_OK;
}

int mote_add_find(mote_adder_t *ad) {
  if (ad->what->list) return mote_add_find_list(ad);
  finder_t f = {.ad = ad, .a = mote_arena_new()};
  int rc = f.a ? MOTE_OK : MOTE_ERR_NOMEM;
  for (size_t i = 0; rc >= 0 && i < ad->what->n_paths; i++)
    rc = collect(&f, ad->what->paths[i]);
  if (rc >= 0) rc = choose_rule(&f);
  if (rc >= 0) rc = push_all(&f);
  mote_buf_free(&f.found);
  mote_buf_free(&f.names);
  mote_arena_free(f.a);
  return rc < 0 ? rc : MOTE_OK;
}
