/* SPDX-License-Identifier: Apache-2.0
 * The queue enters the index in one transaction; only then is anything acknowledged. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dataset/adder.h"

typedef struct {
  mote_adder_t *ad;
  sqlite3_stmt *sample, *part, *span, *meta, *copies;
} entry_t;

/* ---- duplicates ---- */

int mote_add_duplicate(mote_adder_t *ad, mote_job_t *job) {
  sqlite3_stmt *st;
  if (ad->what->allow_duplicates) return 0;
  MOTE_TRY(mote_sql_prepare(ad->ds,
                            "SELECT id,name FROM sample WHERE content=? "
                            "ORDER BY id LIMIT 1",
                            &st));
  mote_sql_text(st, 1, job->content);
  int rc = mote_sql_step(ad->ds, st);
  if (rc == 1) {
    const char *name = (const char *)sqlite3_column_text(st, 1);
    mote_fail(MOTE_ERR_EXISTS,
              "%s: same content as sample %lld \"%s\" "
              "(--allow-duplicates adds it all the same)",
              job->path, (long long)sqlite3_column_int64(st, 0), name ? name : "");
  }
  sqlite3_finalize(st);
  return rc;
}

/* ---- one sample ---- */

static char *dump(json_t *j) {
  char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
  json_decref(j);
  return text;
}

static char *axes_json(const mote_recording_t *r) {
  json_t *j = json_array();
  for (uint32_t i = 0; j && i < r->axes; i++)
    if (json_array_append_new(j, json_pack("[ss]", r->axis_names[i], r->axis_units[i]))) {
      json_decref(j);
      return NULL;
    }
  return dump(j);
}

static char *notes_json(const mote_recording_t *r) {
  json_t *j = json_array();
  for (size_t i = 0; j && i < r->n_notes; i++)
    if (json_array_append_new(j, json_string(r->notes[i]))) {
      json_decref(j);
      return NULL;
    }
  return dump(j);
}

static int insert_sample(entry_t *e, const mote_job_t *job, size_t i, int64_t copy) {
  const mote_recording_t *r = &job->recs.item[i];
  sqlite3_stmt *st = e->sample;
  char *axes = axes_json(r), *notes = notes_json(r);
  int at = 1, ok = axes && notes;
  if (ok) {
    mote_sql_text(st, at++, r->name);
    mote_sql_text(st, at++, r->label);
    sqlite3_bind_int(st, at++, (int)job->split[i]);
    sqlite3_bind_int(st, at++, (int)r->kind);
    sqlite3_bind_double(st, at++, r->hz);
    mote_sql_text(st, at++, axes);
    sqlite3_bind_int64(st, at++, (int64_t)r->n);
    sqlite3_bind_int64(st, at++, r->width);
    sqlite3_bind_int64(st, at++, r->height);
    mote_sql_text(st, at++, notes);
    sqlite3_bind_int(st, at++, (int)r->signature);
    mote_sql_text(st, at++, job->source);
    sqlite3_bind_int64(st, at++, (int64_t)time(NULL));
    mote_sql_text(st, at++, job->content);
    sqlite3_bind_int64(st, at++, job->item[i]);
    sqlite3_bind_int64(st, at++, copy);
    mote_sql_text(st, at++, job->parse);
  }
  free(axes);
  free(notes);
  return ok ? mote_sql_run(e->ad->ds, st)
            : mote_fail(MOTE_ERR_NOMEM, "%s: out of memory", job->path);
}

static int insert_details(entry_t *e, const mote_job_t *job, size_t i, int64_t id) {
  const mote_recording_t *r = &job->recs.item[i];
  mote_dataset_t *ds = e->ad->ds;
  for (size_t k = 0; k < job->n_parts; k++) {
    sqlite3_bind_int64(e->part, 1, id);
    sqlite3_bind_int64(e->part, 2, (int64_t)k);
    mote_sql_text(e->part, 3, job->sha[k].hex);
    mote_sql_text(e->part, 4, job->part_name[k]);
    MOTE_TRY(mote_sql_run(ds, e->part));
  }
  for (size_t k = 0; k < r->n_ranges; k++) {
    sqlite3_bind_int64(e->span, 1, id);
    sqlite3_bind_int64(e->span, 2, (int64_t)r->ranges[k].start);
    sqlite3_bind_int64(e->span, 3, (int64_t)r->ranges[k].end);
    mote_sql_text(e->span, 4, r->ranges[k].label);
    MOTE_TRY(mote_sql_run(ds, e->span));
  }
  for (size_t k = 0; k < r->n_meta; k++) {
    sqlite3_bind_int64(e->meta, 1, id);
    mote_sql_text(e->meta, 2, r->meta[k].key);
    mote_sql_text(e->meta, 3, r->meta[k].value);
    MOTE_TRY(mote_sql_run(ds, e->meta));
  }
  return MOTE_OK;
}

static int next_copy(entry_t *e, const mote_job_t *job, int64_t *copy) {
  mote_sql_text(e->copies, 1, job->content);
  int rc = mote_sql_step(e->ad->ds, e->copies);
  *copy = rc == 1 ? sqlite3_column_int64(e->copies, 0) : 0;
  sqlite3_reset(e->copies);
  return rc < 0 ? rc : MOTE_OK;
}

static int insert_job(entry_t *e, mote_job_t *job) {
  int64_t copy = 0;
  int there = mote_add_duplicate(e->ad, job);
  if (there < 0) return there;
  if (there) {
    job->code = MOTE_ERR_EXISTS;
    job->text = mote_arena_str(job->a, mote_errmsg());
    return MOTE_OK;
  }
  MOTE_TRY(next_copy(e, job, &copy));
  for (size_t i = 0; i < job->recs.n; i++) {
    MOTE_TRY(insert_sample(e, job, i, copy));
    int64_t id = sqlite3_last_insert_rowid(e->ad->ds->db);
    if (i == 0) job->first_id = id;
    MOTE_TRY(insert_details(e, job, i, id));
  }
  return MOTE_OK;
}

/* ---- the transaction ---- */

static int prepare(entry_t *e) {
  mote_dataset_t *ds = e->ad->ds;
  MOTE_TRY(mote_sql_prepare(
      ds,
      "INSERT INTO sample(name,label,split,kind,hz,axes,n,width,height,crop_start,"
      "crop_end,notes,signature,source,added,content,item,copy,parse) "
      "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,0,?7,?10,?11,?12,?13,?14,?15,?16,?17)",
      &e->sample));
  MOTE_TRY(mote_sql_prepare(ds, "INSERT INTO part VALUES(?,?,?,?)", &e->part));
  MOTE_TRY(mote_sql_prepare(ds, "INSERT OR REPLACE INTO span VALUES(?,?,?,?)", &e->span));
  MOTE_TRY(mote_sql_prepare(ds, "INSERT OR REPLACE INTO meta VALUES(?,?,?)", &e->meta));
  return mote_sql_prepare(
      ds, "SELECT COALESCE(MAX(copy)+1,0) FROM sample WHERE content=?", &e->copies);
}

static int insert_all(entry_t *e) {
  MOTE_TRY(prepare(e));
  for (size_t i = 0; i < e->ad->n_jobs; i++) {
    mote_job_t *job = e->ad->job[i];
    if (job->code == 0 && !job->skipped) MOTE_TRY(insert_job(e, job));
  }
  return MOTE_OK;
}

int mote_add_commit(mote_adder_t *ad) {
  entry_t e = {.ad = ad};
  size_t wanted = 0;
  for (size_t i = 0; i < ad->n_jobs; i++)
    wanted += !ad->job[i]->code && !ad->job[i]->skipped;
  if (!wanted) return MOTE_OK;
  MOTE_TRY(mote_stage_sync(&ad->stage));
  MOTE_TRY(mote_sql_begin(ad->ds));
  int rc = insert_all(&e);
  sqlite3_finalize(e.sample);
  sqlite3_finalize(e.part);
  sqlite3_finalize(e.span);
  sqlite3_finalize(e.meta);
  sqlite3_finalize(e.copies);
  return mote_sql_finish(ad->ds, rc);
}
