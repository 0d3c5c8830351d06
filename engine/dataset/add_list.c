/* SPDX-License-Identifier: Apache-2.0
 * `--list`: a CSV that names files (or rows of one table), their labels, splits and
 * metadata. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dataset/adder.h"
#include "formats/manifest.h"

#define LIST_LIMIT ((size_t)256 << 20)

typedef struct {
  mote_adder_t *ad;
  const char *root;
  mote_manifest_t list;
} lister_t;

static const char *dup(mote_arena_t *a, const char *s, int *ok) {
  const char *copy = s ? mote_arena_str(a, s) : NULL;
  if (s && !copy) *ok = 0;
  return copy;
}

static const mote_pair_t *dup_pairs(mote_arena_t *a, const mote_pair_t *from, size_t n,
                                    int *ok) {
  mote_pair_t *to = mote_arena_take(a, n + 1, sizeof *to);
  if (!to) *ok = 0;
  for (size_t i = 0; *ok && i < n; i++)
    to[i] = (mote_pair_t){dup(a, from[i].key, ok), dup(a, from[i].value, ok)};
  return to;
}

static mote_job_t *file_job(const lister_t *l, const char *path) {
  mote_job_t *job = mote_job_new(path);
  if (!job) return NULL;
  job->how.hz = l->ad->what->hz;
  job->how.rows = l->ad->what->rows;
  job->n_files = 1;
  job->file = mote_arena_take(job->a, 1, sizeof *job->file);
  job->said.path = job->path;
  if (job->file) job->file[0] = job->path;
  if (job->file) return job;
  mote_job_free(job);
  return NULL;
}

static int push(lister_t *l, mote_job_t *job, int ok) {
  if (ok) return mote_adder_push(l->ad, job);
  mote_job_free(job);
  return MOTE_ERR_NOMEM;
}

/* One line of the list, one file. */
static int push_line(lister_t *l, const char *path, const mote_manifest_row_t *row) {
  mote_job_t *job = file_job(l, path);
  if (!job) return MOTE_ERR_NOMEM;
  int ok = 1;
  job->said.label = dup(job->a, row->label, &ok);
  job->said.labelled = row->label != NULL;
  job->said.split = dup(job->a, row->split, &ok);
  job->said.meta = dup_pairs(job->a, row->pairs, row->n_pairs, &ok);
  job->said.n_meta = row->n_pairs;
  if (l->ad->what->label_rule != MOTE_LABEL_AUTO) /* by name only when asked for */
    job->guess = mote_label_of(job->path, l->ad->what->label_rule, job->a);
  return push(l, job, ok);
}

static int by_row(const void *a, const void *b) {
  const mote_job_row_t *x = a, *y = b;
  return x->row < y->row ? -1 : x->row > y->row;
}

/* Lines [first, first + n) of the list name rows of one table. */
static int push_rows(lister_t *l, const char *path, size_t first, size_t n) {
  mote_job_t *job = file_job(l, path);
  if (!job) return MOTE_ERR_NOMEM;
  int ok = 1;
  job->n_rows = n;
  job->how.rows = 1;
  job->row = mote_arena_take(job->a, n, sizeof *job->row);
  if (!job->row) return push(l, job, 0);
  for (size_t i = 0; ok && i < n; i++) {
    const mote_manifest_row_t *from = &l->list.rows[first + i];
    uint32_t at = from->row < UINT32_MAX ? (uint32_t)from->row : UINT32_MAX;
    job->row[i] = (mote_job_row_t){
        at, dup(job->a, from->label, &ok), dup(job->a, from->split, &ok),
        dup_pairs(job->a, from->pairs, from->n_pairs, &ok), from->n_pairs};
  }
  qsort(job->row, n, sizeof *job->row, by_row);
  for (size_t i = 1; ok && i < n; i++)
    if (job->row[i].row == job->row[i - 1].row) {
      unsigned row = job->row[i].row;
      mote_job_free(job);
      return mote_fail(MOTE_ERR_USAGE, "%s: names row %u twice", l->ad->what->list, row);
    }
  return push(l, job, ok);
}

static int same_path(const mote_manifest_row_t *a, const mote_manifest_row_t *b) {
  return a->path && b->path ? !strcmp(a->path, b->path) : a->path == b->path;
}

static int push_list(lister_t *l) {
  for (size_t i = 0, k; i < l->list.n; i = k) {
    const mote_manifest_row_t *row = &l->list.rows[i];
    char path[MOTE_PATH_MAX];
    for (k = i + 1; row->row && k < l->list.n; k++)
      if (!l->list.rows[k].row || !same_path(row, &l->list.rows[k])) break;
    if (!row->path)
      snprintf(path, sizeof path, "%s", l->root);
    else if (row->path[0] == '/')
      snprintf(path, sizeof path, "%s", row->path);
    else
      MOTE_TRY(mote_path_join(path, l->root, row->path));
    MOTE_TRY(row->row ? push_rows(l, path, i, k - i) : push_line(l, path, row));
  }
  return MOTE_OK;
}

/* The folder that paths are relative to: the one given, or that of the list. */
static int find_root(lister_t *l, mote_arena_t *a) {
  const mote_add_t *what = l->ad->what;
  int rows = l->list.n && !l->list.rows[0].path;
  if (what->n_paths > 1)
    return mote_fail(MOTE_ERR_USAGE,
                     "--list takes one PATH: the folder its paths start from");
  l->root = what->n_paths ? what->paths[0] : NULL;
  if (rows && (!l->root || !mote_file_exists(l->root)))
    return mote_fail(MOTE_ERR_USAGE,
                     "%s: names rows, so PATH must be the table they are in", what->list);
  if (!l->root) {
    char *dir = mote_arena_str(a, what->list);
    char *slash = dir ? strrchr(dir, '/') : NULL;
    if (!dir) return MOTE_ERR_NOMEM;
    if (slash) *slash = 0;
    l->root = slash ? (*dir ? dir : "/") : ".";
  }
  if (rows || mote_dir_exists(l->root)) return MOTE_OK;
  return mote_fail(MOTE_ERR_NOTFOUND,
                   "%s: no such folder; give the folder that the paths of "
                   "the list start from",
                   l->root);
}

static int read_list(lister_t *l, mote_arena_t *a, mote_buf_t *bytes) {
  const mote_add_t *what = l->ad->what;
  mote_manifest_options_t opt = {.path = what->list,
                                 .renames = what->columns,
                                 .n_renames = what->n_columns,
                                 .wheres = what->where,
                                 .n_wheres = what->n_where};
  MOTE_TRY(mote_file_read(what->list, LIST_LIMIT, bytes));
  MOTE_TRY(mote_manifest_parse(bytes->p, bytes->n, &opt, a, &l->list));
  MOTE_TRY(find_root(l, a));
  for (size_t i = 0; i < l->list.n_notes; i++)
    MOTE_TRY(mote_add_note(l->ad, l->list.notes[i]));
  l->ad->progress = mote_progress_new("add", "files", l->list.n);
  return push_list(l);
}

int mote_add_find_list(mote_adder_t *ad) {
  lister_t l = {.ad = ad};
  mote_buf_t bytes = {0};
  mote_arena_t *a = mote_arena_new();
  int rc = a ? read_list(&l, a, &bytes) : MOTE_ERR_NOMEM;
  mote_arena_free(a);
  mote_buf_free(&bytes);
  return rc;
}
