/* SPDX-License-Identifier: Apache-2.0
 * The inside of mote_dataset_add. A job is one sample-to-be: found by add_find.c, decoded
 * and stored on any core by add_job.c, entered into the index in order by add_commit.c.
 */
#ifndef MOTE_DATASET_ADDER_H
#define MOTE_DATASET_ADDER_H

#include "base/progress.h"
#include "dataset/add.h"
#include "dataset/decode.h"
#include "dataset/index.h"
#include "formats/bundle.h"

/* What a list says of one row of a table. */
typedef struct {
  uint32_t row; /* from 1 */
  const char *label, *split;
  const mote_pair_t *meta;
  size_t n_meta;
} mote_job_row_t;

typedef struct {
  mote_arena_t *a;  /* owns all strings of the job */
  const char *path; /* for messages, and mote_sample_t.source */
  const char **file;
  size_t n_files; /* on disk; several when a folder is merged */
  uint8_t *bytes;
  size_t n;                /* or the content itself (mote_alloc) */
  mote_bundle_item_t said; /* by a list or a label file */
  const char *guess;       /* label by rule, NULL: none */
  const char *split_guess; /* from a folder's name, NULL: none */
  mote_job_row_t *row;
  size_t n_rows; /* sorted; only these rows of a table */
  int walked;    /* met in a folder, not asked for by name */
  mote_decode_t how;

  /* Result. */
  int code;    /* negative: refused, `text` says why */
  int fatal;   /* the batch cannot go on */
  int skipped; /* no data file: says nothing, counts as skipped */
  const char *text;
  const char *content, *parse, *source;
  mote_sha_t *sha;
  const char **part_name;
  size_t n_parts;
  mote_recordings_t recs; /* without values */
  uint32_t *item;         /* [recs.n] index within the original */
  mote_split_t *split;    /* [recs.n] */
  int64_t first_id;       /* ids follow one another */
} mote_job_t;

typedef struct {
  char *key;
  const char *text;
  size_t files;
  size_t last; /* file that was counted last */
} mote_note_count_t;

typedef struct {
  mote_dataset_t *ds;
  const mote_add_t *what;
  mote_arena_t *a;
  mote_add_result_t *out;
  mote_stage_t stage;
  mote_job_t **job;
  size_t n_jobs, batch;
  size_t bytes; /* held by the queued jobs */
  mote_note_count_t *note;
  size_t n_notes, notes_cap;
  mote_progress_t *progress;
  int stopped;               /* the batch cannot go on */
  mote_label_rule_t guessed; /* FILE or FOLDER: what names were read by */
} mote_adder_t;

#define MOTE_BATCH_MAX 256

/* A new job, strings copied; NULL when memory ran out. */
mote_job_t *mote_job_new(const char *path);
void mote_job_free(mote_job_t *job);
/* Takes the job over; works the queue off when it is long enough. */
int mote_adder_push(mote_adder_t *ad, mote_job_t *job);
int mote_adder_flush(mote_adder_t *ad);

/* Walks paths, bundles or the list and pushes jobs. */
int mote_add_find(mote_adder_t *ad);
int mote_add_find_list(mote_adder_t *ad);
/* A file that cannot go in, with mote_errmsg() as the reason. */
int mote_add_refuse(mote_adder_t *ad, const char *path, int code);
/* Reads, decodes, labels and stores one job; the outcome is in the job. */
void mote_add_work(mote_adder_t *ad, mote_job_t *job);
/* One transaction for the queue, then the events. */
int mote_add_commit(mote_adder_t *ad);
/* Refusal of content that is there already; 1 there, 0 new, negative. */
int mote_add_duplicate(mote_adder_t *ad, mote_job_t *job);

/* By its name alone: README, LICENSE; or an extension that no format has. */
int mote_add_is_beside(const char *path);

/* Counts a note under its wording with the numbers taken out. */
int mote_add_note(mote_adder_t *ad, const char *text);

/* Valid UTF-8 without control characters; NULL stays NULL. */
const char *mote_add_clean(mote_arena_t *a, const char *text);

/* ---- labels by name ---- */
typedef struct {
  size_t files, repeats;  /* files whose prefix another file of their folder has */
  size_t folders;         /* distinct folders that are no split's name */
  mote_label_rule_t rule; /* FILE or FOLDER: what AUTO came to */
} mote_label_guess_t;
int mote_label_study(const char *const *paths, size_t n, mote_label_guess_t *g);
/* Label of a path by rule, or NULL. */
const char *mote_label_of(const char *path, mote_label_rule_t rule, mote_arena_t *a);
/* "training" for ".../train/x.wav", looking at folders below `root` only; or NULL. */
const char *mote_split_of(const char *path, size_t root);

#endif
