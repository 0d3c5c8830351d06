/* SPDX-License-Identifier: Apache-2.0
 * A folder per split, a file per sample, and an info.labels that says the rest: what
 * `mote add` and the Edge Impulse uploader take back. An original goes out byte by byte;
 * a crop, a piece of a file or a merged folder goes out as an acquisition file with the
 * same values. */
#include <ctype.h>
#include <dirent.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dataset/index.h"
#include "formats/wav_write.h"
#include "formats/acq.h"

typedef struct {
  mote_dataset_t *ds;
  mote_export_t as;
  const char *dir;
  json_t *files;
  size_t written;
} export_t;

/* ---- one file ---- */

/* Letters that any file system takes; the first '.' ends the label. */
static void file_stem(const mote_sample_t *s, char *out, size_t cap) {
  const char *from = s->label ? s->label : s->name;
  size_t n = 0;
  for (; *from && n + 32 < cap && n < 64; from++) {
    unsigned char c = (unsigned char)*from;
    out[n++] = isalnum(c) || c == '-' || c == '_' || c == ' ' ? (char)c : '_';
  }
  snprintf(out + n, cap - n, ".%lld", (long long)s->id);
}

static int is_whole(export_t *x, const mote_sample_t *s) {
  sqlite3_stmt *st;
  int rc = mote_sql_prepare(x->ds,
                            "SELECT (SELECT COUNT(*) FROM part WHERE sample=?1)=1 AND "
                            "NOT EXISTS(SELECT 1 FROM sample WHERE content=?2 AND "
                            "item>0)",
                            &st);
  if (rc < 0) return rc;
  sqlite3_bind_int64(st, 1, s->id);
  mote_sql_text(st, 2, s->sha);
  rc = mote_sql_step(x->ds, st);
  int whole = rc == 1 && sqlite3_column_int(st, 0) && s->n == s->n_whole;
  sqlite3_finalize(st);
  return rc < 0 ? rc : whole && s->item == 0;
}

static int csv_text(const mote_recording_t *r, mote_buf_t *out) {
  if (r->hz > 0) MOTE_TRY(mote_buf_printf(out, "timestamp"));
  for (uint32_t i = 0; i < r->axes; i++) {
    MOTE_TRY(mote_buf_printf(out, "%s\"", i || r->hz > 0 ? "," : ""));
    for (const char *p = r->axis_names[i]; *p; p++)
      MOTE_TRY(mote_buf_printf(out, *p == '"' ? "\"\"" : "%c", *p));
    MOTE_TRY(mote_buf_printf(out, "\""));
  }
  MOTE_TRY(mote_buf_printf(out, "\n"));
  for (uint64_t k = 0; k < r->n; k++) {
    if (r->hz > 0) MOTE_TRY(mote_buf_printf(out, "%.10g", 1000.0 * (double)k / r->hz));
    for (uint32_t i = 0; i < r->axes; i++)
      MOTE_TRY(mote_buf_printf(out, "%s%.9g", i || r->hz > 0 ? "," : "",
                               (double)r->values[k * r->axes + i]));
    MOTE_TRY(mote_buf_printf(out, "\n"));
  }
  return MOTE_OK;
}

static int encode(export_t *x, const mote_sample_t *s, const mote_recording_t *r,
                  const char **ext, mote_buf_t *out) {
  if (x->as == MOTE_EXPORT_WAV) {
    *ext = ".wav";
    int rc = mote_wav_write(r, out);
    return rc < 0 ? mote_context(rc, "sample %lld", (long long)s->id) : rc;
  }
  if (x->as == MOTE_EXPORT_CSV || s->kind == MOTE_KIND_TABULAR) {
    *ext = ".csv";
    return csv_text(r, out);
  }
  *ext = ".json";
  return mote_acq_write_json(r, NULL, out);
}

/* Bytes and extension of the sample's file. */
static int content(export_t *x, const mote_sample_t *s, mote_arena_t *a, const char **ext,
                   mote_buf_t *out) {
  const char *name;
  mote_recording_t r;
  int whole =
      x->as == MOTE_EXPORT_ORIGINAL || s->kind == MOTE_KIND_IMAGE ? is_whole(x, s) : 0;
  if (whole < 0) return whole;
  if (whole) {
    MOTE_TRY(mote_dataset_original(x->ds, s->id, 0, a, out, &name));
    return (*ext = mote_path_ext(a, name)) ? MOTE_OK : MOTE_ERR_NOMEM;
  }
  MOTE_TRY(mote_dataset_read(x->ds, s, a, &r));
  return encode(x, s, &r, ext, out);
}

/* ---- info.labels ---- */

static json_t *label_json(const mote_sample_t *s) {
  if (!s->n_ranges && s->label)
    return json_pack("{s:s, s:s}", "type", "label", "label", s->label);
  if (!s->n_ranges) return json_pack("{s:s}", "type", "unlabeled");
  json_t *labels = json_array();
  for (size_t i = 0; i < s->n_ranges; i++) /* the end is inclusive there */
    (void)json_array_append_new(labels,
                                json_pack("{s:s, s:I, s:I}", "label", s->ranges[i].label,
                                          "startIndex", (json_int_t)s->ranges[i].start,
                                          "endIndex", (json_int_t)s->ranges[i].end - 1));
  return json_pack("{s:s, s:o}", "type", "multi-label", "labels", labels);
}

static int list_file(export_t *x, const mote_sample_t *s, const char *path) {
  json_t *meta = json_object();
  for (size_t i = 0; i < s->n_meta; i++)
    (void)json_object_set_new(meta, s->meta[i].key, json_string(s->meta[i].value));
  json_t *row = json_pack("{s:s, s:s, s:s, s:b, s:o, s:o}", "path", path, "name", s->name,
                          "category", mote_split_names[s->split], "enabled", s->enabled,
                          "label", label_json(s), "metadata", meta);
  if (row && json_array_append_new(x->files, row) == 0) return MOTE_OK;
  return mote_fail(MOTE_ERR_NOMEM, "info.labels: out of memory");
}

static int write_labels(export_t *x) {
  char path[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(path, x->dir, "info.labels"));
  json_t *j = json_pack("{s:i, s:O}", "version", 1, "files", x->files);
  char *text = j ? json_dumps(j, JSON_INDENT(1) | JSON_PRESERVE_ORDER) : NULL;
  json_decref(j);
  int rc = text ? mote_file_write(path, text, strlen(text))
                : mote_fail(MOTE_ERR_NOMEM, "info.labels: out of memory");
  free(text);
  return rc;
}

/* ---- all ---- */

static int export_one(export_t *x, const mote_sample_t *s, mote_arena_t *a,
                      mote_buf_t *bytes) {
  char stem[128], inside[MOTE_PATH_MAX], path[MOTE_PATH_MAX];
  const char *ext;
  MOTE_TRY(content(x, s, a, &ext, bytes));
  file_stem(s, stem, sizeof stem);
  snprintf(inside, sizeof inside, "%s/%s%s", mote_split_names[s->split], stem, ext);
  MOTE_TRY(mote_path_join(path, x->dir, inside));
  MOTE_TRY(mote_file_write(path, bytes->p, bytes->n));
  MOTE_TRY(list_file(x, s, inside));
  x->written++;
  return MOTE_OK;
}

static int export_all(export_t *x, const mote_samples_t *all) {
  char path[MOTE_PATH_MAX];
  for (int i = 0; i < MOTE_SPLITS; i++) {
    size_t k = 0;
    while (k < all->n && (int)all->item[k].split != i) k++;
    if (k == all->n) continue;
    MOTE_TRY(mote_path_join(path, x->dir, mote_split_names[i]));
    MOTE_TRY(mote_dir_make(path));
  }
  int rc = MOTE_OK;
  for (size_t i = 0; rc == MOTE_OK && i < all->n; i++) {
    mote_buf_t bytes = {0};
    mote_arena_t *a = mote_arena_new();
    rc = a ? export_one(x, &all->item[i], a, &bytes) : MOTE_ERR_NOMEM;
    mote_arena_free(a);
    mote_buf_free(&bytes);
  }
  return rc == MOTE_OK ? write_labels(x) : rc;
}

static int make_target(const char *dir) {
  MOTE_TRY(mote_dir_make(dir));
  DIR *d = opendir(dir);
  int used = 0;
  for (struct dirent *e; d && (e = readdir(d));) used |= e->d_name[0] != '.';
  if (d) closedir(d);
  return used ? mote_fail(MOTE_ERR_EXISTS, "%s: is not empty; give a new folder", dir)
              : MOTE_OK;
}

int mote_dataset_export(mote_dataset_t *ds, const mote_filter_t *f, mote_export_t as,
                        const char *dir, size_t *written) {
  export_t x = {.ds = ds, .as = as, .dir = dir};
  mote_samples_t all;
  MOTE_TRY(make_target(dir));
  mote_arena_t *a = mote_arena_new();
  x.files = json_array();
  int rc = a && x.files ? mote_dataset_list(ds, f, a, &all) : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK) rc = export_all(&x, &all);
  json_decref(x.files);
  mote_arena_free(a);
  if (written) *written = x.written;
  return rc;
}
