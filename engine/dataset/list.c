/* SPDX-License-Identifier: Apache-2.0
 * Index rows -> mote_sample_t. */
#include <jansson.h>
#include <string.h>

#include "dataset/query.h"

enum {
  C_ID,
  C_NAME,
  C_LABEL,
  C_SPLIT,
  C_ENABLED,
  C_KIND,
  C_HZ,
  C_AXES,
  C_N,
  C_WIDTH,
  C_HEIGHT,
  C_START,
  C_END,
  C_NOTES,
  C_SIGNATURE,
  C_SOURCE,
  C_ADDED,
  C_CONTENT,
  C_ITEM,
  C_PARSE
};
static const char columns[] =
    "SELECT id,name,label,split,enabled,kind,hz,axes,n,width,height,crop_start,crop_end,"
    "notes,signature,source,added,content,item,parse FROM sample";

typedef struct {
  mote_dataset_t *ds;
  mote_arena_t *a;
  sqlite3_stmt *rows, *meta, *span;
  const char *axes_json; /* of the previous sample: mostly the same, parsed once */
  mote_sample_t axes;
} lister_t;

/* [["accX","m/s2"],...] */
static int parse_axes(lister_t *l, const char *text) {
  if (l->axes_json && !strcmp(l->axes_json, text)) return MOTE_OK;
  json_t *j = json_loads(text, 0, NULL), *axis;
  size_t n = json_array_size(j), i;
  mote_sample_t *s = &l->axes;
  s->axes = (uint32_t)n;
  s->axis_names = mote_arena_take(l->a, n + 1, sizeof *s->axis_names);
  s->axis_units = mote_arena_take(l->a, n + 1, sizeof *s->axis_units);
  int ok = j && s->axis_names && s->axis_units;
  if (ok) json_array_foreach(j, i, axis) {
      const char *name = json_string_value(json_array_get(axis, 0));
      const char *unit = json_string_value(json_array_get(axis, 1));
      s->axis_names[i] = mote_arena_str(l->a, name ? name : "");
      s->axis_units[i] = mote_arena_str(l->a, unit ? unit : "");
      ok &= s->axis_names[i] && s->axis_units[i];
    }
  json_decref(j);
  l->axes_json = mote_arena_str(l->a, text);
  return ok && l->axes_json ? MOTE_OK : mote_fail(MOTE_ERR_NOMEM, "reading the index");
}

static int parse_notes(mote_arena_t *a, const char *text, mote_sample_t *s) {
  if (!strcmp(text, "[]")) return MOTE_OK;
  json_t *j = json_loads(text, 0, NULL), *note;
  size_t i;
  s->notes = mote_arena_take(a, json_array_size(j) + 1, sizeof *s->notes);
  int ok = j && s->notes;
  if (ok) json_array_foreach(j, i, note) {
      const char *t = json_string_value(note);
      s->notes[i] = mote_arena_str(a, t ? t : "");
      ok &= s->notes[i] != NULL;
      s->n_notes = i + 1;
    }
  json_decref(j);
  return ok ? MOTE_OK : mote_fail(MOTE_ERR_NOMEM, "reading the index");
}

static int read_meta(lister_t *l, mote_sample_t *s) {
  mote_buf_t found = {0};
  int rc = 0, failed = 0;
  sqlite3_bind_int64(l->meta, 1, s->id);
  while (rc >= 0 && (rc = mote_sql_step(l->ds, l->meta)) == 1) {
    mote_pair_t p = {mote_sql_str(l->meta, 0, l->a, &failed),
                     mote_sql_str(l->meta, 1, l->a, &failed)};
    rc = failed ? MOTE_ERR_NOMEM : mote_buf_add(&found, &p, sizeof p);
  }
  sqlite3_reset(l->meta);
  mote_pair_t *pairs = rc < 0 ? NULL : mote_arena_take(l->a, found.n + 1, 1);
  if (pairs && found.n) memcpy(pairs, found.p, found.n);
  s->meta = pairs;
  s->n_meta = found.n / sizeof *pairs;
  mote_buf_free(&found);
  return rc < 0 ? rc : pairs ? MOTE_OK : MOTE_ERR_NOMEM;
}

/* Ranges of the whole original, cut and moved by the crop. */
static int read_ranges(lister_t *l, mote_sample_t *s) {
  mote_buf_t found = {0};
  int rc = 0, failed = 0;
  sqlite3_bind_int64(l->span, 1, s->id);
  while (rc >= 0 && (rc = mote_sql_step(l->ds, l->span)) == 1) {
    uint64_t start = (uint64_t)sqlite3_column_int64(l->span, 0);
    uint64_t end = (uint64_t)sqlite3_column_int64(l->span, 1);
    if (end <= s->crop_start || start >= s->crop_end) continue;
    if (start < s->crop_start) start = s->crop_start;
    if (end > s->crop_end) end = s->crop_end;
    mote_range_t r = {start - s->crop_start, end - s->crop_start,
                      mote_sql_str(l->span, 2, l->a, &failed)};
    rc = failed ? MOTE_ERR_NOMEM : mote_buf_add(&found, &r, sizeof r);
  }
  sqlite3_reset(l->span);
  mote_range_t *ranges = rc < 0 ? NULL : mote_arena_take(l->a, found.n + 1, 1);
  if (ranges && found.n) memcpy(ranges, found.p, found.n);
  s->ranges = ranges;
  s->n_ranges = found.n / sizeof *ranges;
  mote_buf_free(&found);
  return rc < 0 ? rc : ranges ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int read_row(lister_t *l, mote_sample_t *s) {
  sqlite3_stmt *st = l->rows;
  int failed = 0;
  *s = (mote_sample_t){.id = sqlite3_column_int64(st, C_ID),
                       .split = (mote_split_t)sqlite3_column_int(st, C_SPLIT),
                       .enabled = sqlite3_column_int(st, C_ENABLED),
                       .kind = (mote_kind_t)sqlite3_column_int(st, C_KIND),
                       .hz = sqlite3_column_double(st, C_HZ),
                       .n_whole = (uint64_t)sqlite3_column_int64(st, C_N),
                       .width = (uint32_t)sqlite3_column_int64(st, C_WIDTH),
                       .height = (uint32_t)sqlite3_column_int64(st, C_HEIGHT),
                       .crop_start = (uint64_t)sqlite3_column_int64(st, C_START),
                       .crop_end = (uint64_t)sqlite3_column_int64(st, C_END),
                       .signature = (mote_signature_t)sqlite3_column_int(st, C_SIGNATURE),
                       .added = sqlite3_column_int64(st, C_ADDED),
                       .item = (uint32_t)sqlite3_column_int64(st, C_ITEM)};
  s->n = s->crop_end - s->crop_start;
  s->name = mote_sql_str(st, C_NAME, l->a, &failed);
  s->label = mote_sql_str(st, C_LABEL, l->a, &failed);
  s->source = mote_sql_str(st, C_SOURCE, l->a, &failed);
  s->sha = mote_sql_str(st, C_CONTENT, l->a, &failed);
  s->parse = mote_sql_str(st, C_PARSE, l->a, &failed);
  const char *axes = (const char *)sqlite3_column_text(st, C_AXES);
  const char *notes = (const char *)sqlite3_column_text(st, C_NOTES);
  if (failed || !axes || !notes) return mote_fail(MOTE_ERR_NOMEM, "reading the index");
  MOTE_TRY(parse_axes(l, axes));
  s->axes = l->axes.axes;
  s->axis_names = l->axes.axis_names;
  s->axis_units = l->axes.axis_units;
  MOTE_TRY(parse_notes(l->a, notes, s));
  MOTE_TRY(read_meta(l, s));
  return read_ranges(l, s);
}

static int read_rows(lister_t *l, mote_buf_t *found) {
  for (;;) {
    mote_sample_t s;
    int rc = mote_sql_step(l->ds, l->rows);
    if (rc <= 0) return rc;
    MOTE_TRY(read_row(l, &s));
    MOTE_TRY(mote_buf_add(found, &s, sizeof s));
  }
}

static int list_prepared(lister_t *l, mote_samples_t *out) {
  mote_buf_t found = {0};
  int rc = read_rows(l, &found);
  if (rc == MOTE_OK && !(out->item = mote_arena_take(l->a, found.n + 1, 1)))
    rc = MOTE_ERR_NOMEM;
  if (rc == MOTE_OK && found.n) memcpy(out->item, found.p, found.n);
  if (rc == MOTE_OK) out->n = found.n / sizeof *out->item;
  mote_buf_free(&found);
  return rc;
}

int mote_dataset_list(mote_dataset_t *ds, const mote_filter_t *f, mote_arena_t *a,
                      mote_samples_t *out) {
  lister_t l = {.ds = ds, .a = a};
  *out = (mote_samples_t){0};
  int rc = mote_query_prepare(ds, columns, f, "ORDER BY id", &l.rows);
  if (rc == MOTE_OK)
    rc = mote_sql_prepare(ds, "SELECT key,value FROM meta WHERE sample=? ORDER BY key",
                          &l.meta);
  if (rc == MOTE_OK)
    rc = mote_sql_prepare(ds,
                          "SELECT start,stop,label FROM span WHERE sample=? "
                          "ORDER BY start",
                          &l.span);
  if (rc == MOTE_OK) rc = list_prepared(&l, out);
  sqlite3_finalize(l.rows);
  sqlite3_finalize(l.meta);
  sqlite3_finalize(l.span);
  return rc;
}
