/* SPDX-License-Identifier: Apache-2.0
 * The queue of an add, its outcome and its notes. */
#include "dataset/add.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/par.h"
#include "dataset/adder.h"

#define QUEUE_BYTES   ((size_t)64 << 20) /* content waiting in memory, from archives */
#define BATCH_FIRST   16
#define BATCH_SECONDS 0.5 /* wanted time from commit to commit */

/* ---- notes ---- */

/* "12.5 to 41 ms" and "9 to 40 ms" are one kind of note. */
static char *note_key(mote_arena_t *a, const char *text) {
  char *key = mote_arena_str(a, text), *to = key;
  if (!key) return NULL;
  for (const char *p = text; *p;) {
    size_t number = isdigit((unsigned char)*p) ? strspn(p, "0123456789.") : 0;
    *to++ = number ? '#' : *p;
    p += number ? number : 1;
  }
  *to = 0;
  return key;
}

static int new_note(mote_adder_t *ad, char *key, const char *text) {
  if (ad->n_notes == ad->notes_cap) {
    size_t cap = ad->notes_cap ? 2 * ad->notes_cap : 16;
    mote_note_count_t *more = mote_arena_take(ad->a, cap, sizeof *more);
    if (!more) return MOTE_ERR_NOMEM;
    if (ad->n_notes) memcpy(more, ad->note, ad->n_notes * sizeof *more);
    ad->note = more;
    ad->notes_cap = cap;
  }
  mote_note_count_t *n = &ad->note[ad->n_notes];
  n->key = key;
  n->text = mote_arena_str(ad->a, text);
  if (!n->text) return MOTE_ERR_NOMEM;
  ad->n_notes++;
  return MOTE_OK;
}

/* file: its number, from 1; 0 for notes that belong to none. */
static int count_note(mote_adder_t *ad, const char *text, size_t file) {
  char *key = note_key(ad->a, text);
  size_t i = 0;
  if (!key) return MOTE_ERR_NOMEM;
  while (i < ad->n_notes && strcmp(ad->note[i].key, key)) i++;
  if (i == ad->n_notes) MOTE_TRY(new_note(ad, key, text));
  if (!file || ad->note[i].last != file) ad->note[i].files++; /* once per file */
  ad->note[i].last = file;
  return MOTE_OK;
}

int mote_add_note(mote_adder_t *ad, const char *text) {
  return count_note(ad, text, 0);
}

static int more_files(const void *a, const void *b) {
  const mote_add_note_t *x = a, *y = b;
  if (x->files != y->files) return x->files < y->files ? 1 : -1;
  return strcmp(x->text, y->text);
}

static int publish_notes(mote_adder_t *ad) {
  mote_add_result_t *out = ad->out;
  out->notes = mote_arena_take(ad->a, ad->n_notes + 1, sizeof *out->notes);
  if (!out->notes) return MOTE_ERR_NOMEM;
  out->n_notes = ad->n_notes;
  for (size_t i = 0; i < ad->n_notes; i++)
    out->notes[i] = (mote_add_note_t){ad->note[i].text, ad->note[i].files};
  if (out->n_notes) qsort(out->notes, out->n_notes, sizeof *out->notes, more_files);
  return MOTE_OK;
}

/* ---- outcome of one job ---- */

static void tell(mote_adder_t *ad, int code, const char *path, const mote_sample_t *s,
                 const char *text) {
  if (ad->what->event) ad->what->event(ad->what->ctx, code, path, s, text);
}

static void refused(mote_adder_t *ad, int code, const char *path, const char *text) {
  ad->out->files++;
  ad->out->refused++;
  ad->out->duplicates += code == MOTE_ERR_EXISTS;
  tell(ad, code, path, NULL, text ? text : "out of memory");
}

int mote_add_refuse(mote_adder_t *ad, const char *path, int code) {
  MOTE_TRY(mote_adder_flush(ad)); /* events keep the order of the files */
  refused(ad, code, path, mote_errmsg());
  return MOTE_OK;
}

static void acknowledge(mote_adder_t *ad, const mote_job_t *job, size_t i) {
  const mote_recording_t *r = &job->recs.item[i];
  mote_sample_t s = {.id = job->first_id + (int64_t)i,
                     .name = r->name,
                     .label = r->label,
                     .split = job->split[i],
                     .enabled = 1,
                     .kind = r->kind,
                     .hz = r->hz,
                     .axes = r->axes,
                     .width = r->width,
                     .height = r->height,
                     .n = r->n,
                     .n_whole = r->n,
                     .crop_end = r->n,
                     .axis_names = r->axis_names,
                     .axis_units = r->axis_units,
                     .ranges = r->ranges,
                     .n_ranges = r->n_ranges,
                     .meta = r->meta,
                     .n_meta = r->n_meta,
                     .notes = r->notes,
                     .n_notes = r->n_notes,
                     .signature = r->signature,
                     .sha = job->content,
                     .parse = job->parse,
                     .item = job->item[i],
                     .source = job->source};
  ad->out->added++;
  if (r->hz > 0) ad->out->seconds += (double)r->n / r->hz;
  tell(ad, MOTE_OK, job->path, &s, NULL);
}

static int outcome(mote_adder_t *ad, const mote_job_t *job) {
  if (job->skipped) {
    ad->out->skipped++;
    return MOTE_OK;
  }
  if (job->code < 0) {
    refused(ad, job->code, job->path, job->text);
    return MOTE_OK;
  }
  ad->out->files++;
  int by_name = 0;
  for (size_t i = 0; i < job->recs.n; i++) {
    const mote_recording_t *r = &job->recs.item[i];
    acknowledge(ad, job, i);
    for (size_t k = 0; k < r->n_notes; k++)
      MOTE_TRY(count_note(ad, r->notes[k], ad->out->files));
    by_name |= r->label && job->guess && !strcmp(r->label, job->guess);
  }
  if (by_name && ad->what->label_rule == MOTE_LABEL_AUTO && !ad->what->label &&
      !job->said.labelled)
    ad->out->rule = ad->guessed;
  return MOTE_OK;
}

/* ---- the queue ---- */

static int work_one(void *ctx, size_t i, int worker) {
  mote_adder_t *ad = ctx;
  (void)worker;
  if (mote_interrupted()) return mote_fail(MOTE_ERR_INTERRUPTED, "interrupted");
  mote_add_work(ad, ad->job[i]);
  mote_progress_add(ad->progress, 1);
  if (!ad->job[i]->fatal) return MOTE_OK;
  return mote_fail(ad->job[i]->code, "%s", ad->job[i]->text ? ad->job[i]->text : "");
}

static void empty(mote_adder_t *ad) {
  for (size_t i = 0; i < ad->n_jobs; i++) mote_job_free(ad->job[i]);
  ad->n_jobs = 0;
  ad->bytes = 0;
}

/* Commits should come about twice a second: often enough to lose little, seldom enough
 * for the disk. */
static void adapt(mote_adder_t *ad, double took) {
  if (took < BATCH_SECONDS / 2 && ad->batch * 2 <= MOTE_BATCH_MAX) ad->batch *= 2;
  if (took > BATCH_SECONDS * 2 && ad->batch > 2) ad->batch /= 2;
}

int mote_adder_flush(mote_adder_t *ad) {
  if (!ad->n_jobs) return MOTE_OK;
  double start = mote_now();
  int rc = mote_parallel(ad->n_jobs, work_one, ad);
  if (rc >= 0) rc = mote_add_commit(ad);
  for (size_t i = 0; rc >= 0 && i < ad->n_jobs; i++) rc = outcome(ad, ad->job[i]);
  empty(ad);
  adapt(ad, mote_now() - start);
  if (rc < 0) ad->stopped = 1;
  return rc < 0 ? rc : MOTE_OK;
}

int mote_adder_push(mote_adder_t *ad, mote_job_t *job) {
  ad->job[ad->n_jobs++] = job;
  ad->bytes += job->n;
  if (ad->n_jobs < ad->batch && ad->bytes < QUEUE_BYTES) return MOTE_OK;
  return mote_adder_flush(ad);
}

/* ---- the whole ---- */

static int check_request(const mote_add_t *what) {
  mote_split_t split;
  if (what->split && strcmp(what->split, "auto") &&
      mote_split_parse(what->split, &split) != MOTE_OK)
    return mote_fail(MOTE_ERR_USAGE, "--to %s: use training, testing, validation or auto",
                     what->split);
  if (what->label && !*what->label)
    return mote_fail(MOTE_ERR_USAGE,
                     "the label is empty; --label-from none adds without");
  if (what->list && what->merge_folders)
    return mote_fail(MOTE_ERR_USAGE, "--list and --merge-folders exclude each other");
  if (what->n_where && !what->list)
    return mote_fail(MOTE_ERR_USAGE, "--where needs --list");
  if (!what->list && !what->n_paths)
    return mote_fail(MOTE_ERR_USAGE, "nothing to add; give files or folders");
  return MOTE_OK;
}

static int run(mote_adder_t *ad) {
  ad->job = mote_arena_take(ad->a, MOTE_BATCH_MAX, sizeof(mote_job_t *));
  if (!ad->job) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_stage_begin(&ad->ds->store, &ad->stage));
  int rc = mote_add_find(ad);
  if (rc >= 0) rc = mote_adder_flush(ad);
  empty(ad);
  mote_stage_end(&ad->stage);
  mote_progress_end(ad->progress);
  return rc;
}

/* Sweeping must not change the message of what went wrong. */
static int sweep_after(mote_dataset_t *ds, int rc) {
  char text[1024];
  snprintf(text, sizeof text, "%s", mote_errmsg());
  (void)mote_store_sweep(&ds->store, mote_index_used, ds);
  return mote_fail(rc, "%s", text);
}

int mote_dataset_add(mote_dataset_t *ds, const mote_add_t *what, mote_arena_t *a,
                     mote_add_result_t *out) {
  mote_adder_t ad = {.ds = ds, .what = what, .a = a, .out = out, .batch = BATCH_FIRST};
  *out = (mote_add_result_t){0};
  MOTE_TRY(check_request(what));
  int rc = run(&ad);
  if (rc >= 0) rc = publish_notes(&ad);
  if (rc < 0) return sweep_after(ds, rc);
  (void)mote_store_sweep(&ds->store, mote_index_used, ds);
  if (out->files || out->skipped) return rc;
  return mote_fail(MOTE_ERR_NOTFOUND, "%s: holds no files",
                   what->n_paths ? what->paths[0] : what->list);
}
