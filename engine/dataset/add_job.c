/* SPDX-License-Identifier: Apache-2.0
 * One file on its way in: read, hash, decode, label, split, store. Runs on any core. */
#include <stdlib.h>
#include <string.h>

#include "dataset/adder.h"
#include "dataset/cache.h"
#include "formats/info_labels.h"

#define FILE_LIMIT ((size_t)1 << 31)

mote_job_t *mote_job_new(const char *path) {
  mote_arena_t *a = mote_arena_new();
  mote_job_t *job = a ? mote_arena_take(a, 1, sizeof *job) : NULL;
  if (job) job->path = mote_arena_str(a, path);
  if (job && job->path) {
    job->a = a;
    return job;
  }
  mote_arena_free(a);
  return NULL;
}

void mote_job_free(mote_job_t *job) {
  if (!job) return;
  mote_free(job->bytes);
  mote_arena_free(job->a);
}

const char *mote_add_clean(mote_arena_t *a, const char *text) {
  char *out = text ? mote_arena_str(a, text) : NULL;
  for (uint8_t *p = (uint8_t *)out; p && *p;) {
    int more = *p < 0x80                 ? 0
               : *p >= 0xc2 && *p < 0xe0 ? 1
               : *p >= 0xe0 && *p < 0xf0 ? 2
               : *p >= 0xf0 && *p < 0xf5 ? 3
                                         : -1;
    int ok = more >= 0 && !(*p == 0xe0 && p[1] < 0xa0) && !(*p == 0xed && p[1] > 0x9f) &&
             !(*p == 0xf0 && p[1] < 0x90) && !(*p == 0xf4 && p[1] > 0x8f);
    for (int i = 1; ok && i <= more; i++) ok = (p[i] & 0xc0) == 0x80;
    if (!ok)
      *p = '?';
    else if (*p < 0x20 || *p == 0x7f)
      *p = ' ';
    p += ok ? more + 1 : 1;
  }
  return out;
}

/* ---- reading ---- */

static int read_parts(mote_job_t *job, mote_buf_t *bytes, mote_part_t *part) {
  if (!job->n_files) {
    part[0] = (mote_part_t){job->path, job->bytes, job->n};
    return MOTE_OK;
  }
  for (size_t i = 0; i < job->n_files; i++) {
    MOTE_TRY(mote_file_read(job->file[i], FILE_LIMIT, &bytes[i]));
    part[i] = (mote_part_t){job->file[i], bytes[i].p, bytes[i].n};
  }
  return MOTE_OK;
}

/* The content of a merged folder is the list of its originals. */
static int hash_parts(mote_job_t *job, const mote_part_t *part) {
  mote_arena_t *a = job->a;
  job->sha = mote_arena_take(a, job->n_parts, sizeof *job->sha);
  job->part_name = mote_arena_take(a, job->n_parts, sizeof *job->part_name);
  job->parse = mote_decode_write(&job->how, a);
  job->source = mote_add_clean(a, job->path);
  if (!job->sha || !job->part_name || !job->parse || !job->source) return MOTE_ERR_NOMEM;
  mote_buf_t list = {0};
  int rc = MOTE_OK;
  for (size_t i = 0; rc == MOTE_OK && i < job->n_parts; i++) {
    job->sha[i] = mote_sha256(part[i].p, part[i].n);
    job->part_name[i] = mote_add_clean(a, mote_path_name(part[i].name));
    rc = job->part_name[i]
             ? mote_buf_printf(&list, "%s %s\n", job->sha[i].hex, job->part_name[i])
             : MOTE_ERR_NOMEM;
  }
  if (rc == MOTE_OK)
    job->content = mote_arena_str(a, job->how.merge ? mote_sha256(list.p, list.n).hex
                                                    : job->sha[0].hex);
  mote_buf_free(&list);
  return rc == MOTE_OK && !job->content ? MOTE_ERR_NOMEM : rc;
}

/* ---- what the user and the labels say ---- */

static const char *label_by_rule(const mote_adder_t *ad, const mote_job_t *job,
                                 const mote_recording_t *r) {
  mote_label_rule_t rule = ad->what->label_rule;
  if (rule == MOTE_LABEL_NONE) return NULL;
  if (rule != MOTE_LABEL_AUTO) return job->guess;
  return r->label || r->kind == MOTE_KIND_TABULAR ? r->label : job->guess;
}

static void set_label(const mote_adder_t *ad, const mote_job_t *job,
                      mote_recording_t *r) {
  int said = job->said.labelled || job->n_rows; /* then it is in the recording already */
  int by_data = ad->what->label_rule == MOTE_LABEL_AUTO && r->n_ranges;
  if (ad->what->label)
    r->label = ad->what->label;
  else if (said ? !r->label : by_data)
    return;
  else if (!said)
    r->label = label_by_rule(ad, job, r);
  r->ranges = NULL;
  r->n_ranges = 0;
  if (r->label && !*r->label) r->label = NULL;
}

static int set_split(const mote_adder_t *ad, const mote_job_t *job,
                     const mote_recording_t *r, const char *by_content,
                     mote_split_t *out) {
  const char *word = ad->what->split ? ad->what->split
                     : r->split      ? r->split
                                     : job->split_guess;
  if (!word || !strcmp(word, "auto") || !strcmp(word, "split")) word = by_content;
  int rc = mote_split_parse(word, out);
  return rc == MOTE_OK ? rc : mote_context(rc, "%s", job->path);
}

/* Given metadata over the recording's own. */
static int add_meta(mote_arena_t *a, const mote_pair_t *more, size_t n,
                    mote_recording_t *r) {
  if (!n) return MOTE_OK;
  mote_pair_t *meta = mote_arena_take(a, r->n_meta + n, sizeof *meta);
  if (!meta) return MOTE_ERR_NOMEM;
  size_t k = r->n_meta;
  if (k) memcpy(meta, r->meta, k * sizeof *meta);
  for (size_t i = 0; i < n; i++) {
    size_t at = 0;
    while (at < k && strcmp(meta[at].key, more[i].key)) at++;
    meta[at] = more[i];
    if (at == k) k++;
  }
  r->meta = meta;
  r->n_meta = k;
  return MOTE_OK;
}

/* Keeps the rows that the list names, with what it says of them. */
static int pick_rows(mote_job_t *job, mote_arena_t *a, mote_recordings_t *recs,
                     uint32_t *item) {
  size_t kept = 0;
  for (size_t i = 0; i < job->n_rows; i++) {
    const mote_job_row_t *row = &job->row[i];
    if (row->row > recs->n)
      return mote_fail(MOTE_ERR_USAGE, "%s: the list names row %u, the table has %zu%s",
                       job->path, row->row, recs->n,
                       job->how.rows ? "" : " (give --rows if each row is a sample)");
    mote_recording_t *r = &recs->item[kept];
    *r = recs->item[row->row - 1]; /* rows are sorted: kept <= row - 1 */
    item[kept++] = row->row - 1;
    if (row->label) r->label = row->label;
    if (row->split) r->split = row->split;
    MOTE_TRY(add_meta(a, row->meta, row->n_meta, r));
  }
  recs->n = kept;
  return MOTE_OK;
}

static int describe(const mote_adder_t *ad, mote_job_t *job, const mote_part_t *part,
                    mote_arena_t *a, mote_recordings_t *recs) {
  const mote_add_t *what = ad->what;
  job->item = mote_arena_take(job->a, recs->n, sizeof *job->item);
  job->split = mote_arena_take(job->a, recs->n, sizeof *job->split);
  if (!job->item || !job->split) return MOTE_ERR_NOMEM;
  for (uint32_t i = 0; i < recs->n; i++) job->item[i] = i;
  if (job->n_rows)
    MOTE_TRY(pick_rows(job, a, recs, job->item));
  else
    MOTE_TRY(mote_bundle_apply(&job->said, a, recs));
  const char *file = job->how.merge ? mote_split_by_content(job->content, 64)
                                    : mote_split_by_content(part[0].p, part[0].n);
  for (size_t i = 0; i < recs->n; i++) {
    mote_recording_t *r = &recs->item[i];
    const char *own =
        recs->n > 1 || r->kind == MOTE_KIND_TABULAR /* each on its own */
            ? mote_split_by_content(r->values, r->n * r->axes * sizeof *r->values)
            : file;
    set_label(ad, job, r);
    MOTE_TRY(set_split(ad, job, r, own, &job->split[i]));
    MOTE_TRY(add_meta(a, what->meta, what->n_meta, r));
  }
  return MOTE_OK;
}

/* ---- what stays when the values are gone ---- */

static const char **keep_list(mote_arena_t *a, const char *const *from, size_t n) {
  const char **to = mote_arena_take(a, n + 1, sizeof *to);
  for (size_t i = 0; to && i < n; i++)
    if (!(to[i] = mote_add_clean(a, from && from[i] ? from[i] : ""))) return NULL;
  return to;
}

static int keep_recording(mote_arena_t *a, const mote_recording_t *from,
                          mote_recording_t *to) {
  *to = *from;
  to->values = NULL;
  to->split = NULL;
  to->name = mote_add_clean(a, from->name);
  to->label = mote_add_clean(a, from->label);
  to->axis_names = keep_list(a, from->axis_names, from->axes);
  to->axis_units = keep_list(a, from->axis_units, from->axes);
  to->notes = keep_list(a, from->notes, from->n_notes);
  mote_range_t *ranges = mote_arena_take(a, from->n_ranges + 1, sizeof *ranges);
  mote_pair_t *meta = mote_arena_take(a, from->n_meta + 1, sizeof *meta);
  to->ranges = ranges;
  to->meta = meta;
  int ok = to->name && (to->label || !from->label) && to->axis_names && to->axis_units &&
           to->notes && ranges && meta;
  for (size_t i = 0; ok && i < from->n_ranges; i++) {
    ranges[i] = from->ranges[i];
    ok = (ranges[i].label = mote_add_clean(a, from->ranges[i].label)) != NULL;
  }
  for (size_t i = 0; ok && i < from->n_meta; i++) {
    meta[i].key = mote_add_clean(a, from->meta[i].key);
    meta[i].value = mote_add_clean(a, from->meta[i].value ? from->meta[i].value : "");
    ok = meta[i].key && meta[i].value;
  }
  return ok ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int keep(mote_job_t *job, const mote_recordings_t *recs) {
  job->recs.n = recs->n;
  job->recs.item = mote_arena_take(job->a, recs->n, sizeof *job->recs.item);
  if (!job->recs.item) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < recs->n; i++)
    MOTE_TRY(keep_recording(job->a, &recs->item[i], &job->recs.item[i]));
  return MOTE_OK;
}

/* ---- all together ---- */

static int is_reading_matter(const char *path) {
  static const char *const names[] = {"readme",  "license",   "licence", "notice",
                                      "copying", "changelog", "citation"};
  const char *name = mote_path_name(path);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (!strncasecmp(name, names[i], strlen(names[i]))) return 1;
  return 0;
}

static int known_extension(const char *path) {
  const char *dot = strrchr(mote_path_name(path), '.');
  if (!dot) return 0;
  size_t n = strlen(++dot);
  for (const mote_format_t *const *f = mote_formats; *f; f++)
    for (const char *e = (*f)->extensions; n && (e = strcasestr(e, dot)); e++)
      if ((e == (*f)->extensions || e[-1] == ' ') && (e[n] == ' ' || !e[n])) return 1;
  return 0;
}

int mote_add_is_beside(const char *path) {
  return is_reading_matter(path) || !known_extension(path);
}

/* Met in a folder, and neither name nor content say that it is data. */
static int is_beside(const mote_job_t *job, const mote_part_t *part) {
  if (!job->walked || job->how.merge || !mote_add_is_beside(job->path)) return 0;
  return is_reading_matter(job->path) || !mote_format_find(part->p, part->n, job->path);
}

static int store_parts(mote_adder_t *ad, mote_job_t *job, const mote_part_t *part) {
  for (size_t i = 0; i < job->n_parts; i++) {
    int rc = mote_stage_put(&ad->stage, job->sha[i].hex, part[i].p, part[i].n);
    if (rc < 0) job->fatal = 1; /* our own disk: no use in going on */
    MOTE_TRY(rc);
  }
  return MOTE_OK;
}

static int work(mote_adder_t *ad, mote_job_t *job, mote_arena_t *a, mote_buf_t *bytes) {
  mote_recordings_t recs;
  mote_part_t *part = mote_arena_take(a, job->n_parts, sizeof *part);
  if (!part) return MOTE_ERR_NOMEM;
  MOTE_TRY(read_parts(job, bytes, part));
  if ((job->skipped = is_beside(job, part))) return MOTE_OK;
  MOTE_TRY(hash_parts(job, part));
  int there = mote_add_duplicate(ad, job); /* before the costly part; commit asks again */
  if (there) return there < 0 ? there : MOTE_ERR_EXISTS;
  MOTE_TRY(mote_decode_parts(part, job->n_parts, &job->how, ad->what->hmac_keys,
                             ad->what->n_hmac_keys, a, &recs));
  mote_sha_t key = mote_decode_key(job->content, job->parse);
  mote_cache_put(ad->ds->project, key.hex, &recs);
  MOTE_TRY(describe(ad, job, part, a, &recs));
  MOTE_TRY(keep(job, &recs));
  return store_parts(ad, job, part);
}

void mote_add_work(mote_adder_t *ad, mote_job_t *job) {
  job->n_parts = job->n_files ? job->n_files : 1;
  mote_arena_t *a = mote_arena_new();
  mote_buf_t *bytes = mote_alloc(job->n_parts, sizeof *bytes);
  job->code = job->code      ? job->code
              : !a || !bytes ? MOTE_ERR_NOMEM
                             : work(ad, job, a, bytes);
  if (job->code < 0 && !job->text) job->text = mote_arena_str(job->a, mote_errmsg());
  for (size_t i = 0; bytes && i < job->n_parts; i++) mote_buf_free(&bytes[i]);
  mote_free(bytes);
  mote_arena_free(a);
  mote_free(job->bytes);
  job->bytes = NULL;
}
