/* SPDX-License-Identifier: Apache-2.0
 * CSV, TSV and other delimited text -> one series, or one recording per row. */
#include "formats/csv_table.h"

#include <math.h>
#include <string.h>

/* ---- is it one? ---- */

/* A line of at least one number and nothing but numbers, times and missing values. */
static int line_of_numbers(const char *p, size_t n) {
  mote_csv_reader_t r = mote_csv_open((mote_text_t){p, n}, NULL, 0, NULL);
  size_t numbers = 0, cells = 0;
  for (const char *end = p + n; p < end; cells++) {
    const char *q = p;
    while (q < end && *q != r.delimiter) q++;
    mote_text_t s = mote_text_trim((mote_text_t){p, (size_t)(q - p)});
    float v;
    numbers += mote_text_float(s, '.', &v) == 1;
    p = q + 1;
  }
  return numbers > 0 && 2 * numbers >= cells;
}

static int first_lines_have_numbers(const uint8_t *bytes, size_t n) {
  const char *p = (const char *)bytes, *end = p + (n < 4096 ? n : 4096);
  for (int lines = 0; p < end && lines < 8; lines++) {
    const char *q = memchr(p, '\n', (size_t)(end - p));
    if (!q) q = end;
    if (line_of_numbers(p, (size_t)(q - p))) return 1;
    p = q + 1;
  }
  return 0;
}

static int csv_sniff(const uint8_t *p, size_t n, const char *ext) {
  if (!strcmp(ext, "csv") || !strcmp(ext, "tsv")) return 1;
  int plain = !strcmp(ext, "txt") || !strcmp(ext, "dat") || !*ext;
  return plain && n && !memchr(p, 0, n < 4096 ? n : 4096) &&
         first_lines_have_numbers(p, n);
}

/* ---- one series ---- */

typedef struct {
  size_t before;
  float w;
} place_t;

/* Where output row k lies between the rows: found by walking on from `from`. */
static place_t locate(const mote_csv_table_t *t, size_t from, double seconds) {
  while (from + 2 < t->rows && t->t[from + 1] <= seconds) from++;
  if (from + 1 >= t->rows) return (place_t){from, 0};
  double w = (seconds - t->t[from]) / (t->t[from + 1] - t->t[from]);
  return (place_t){from, (float)(w < 0 ? 0 : w > 1 ? 1 : w)};
}

static int output_rows(const mote_csv_table_t *t, mote_recording_t *r, int resample) {
  double n = resample ? floor(t->t[t->rows - 1] * r->hz + 1e-6) + 1 : (double)t->rows;
  if (!(n * r->axes * sizeof(float) <= (double)mote_csv_limit(t)))
    return mote_fail(MOTE_ERR_LIMIT,
                     "%s: %.6g rows at %.6g Hz exceed the limit of %zu MB", t->path, n,
                     r->hz, mote_csv_limit(t) >> 20);
  r->n = (uint64_t)n;
  return MOTE_OK;
}

static size_t list_axes(const mote_csv_table_t *t, size_t *slots) {
  size_t axes = 0;
  for (size_t c = 0; c < t->columns; c++)
    if (t->column[c].kind == MOTE_COLUMN_NUMBER) slots[axes++] = t->column[c].slot;
  return axes;
}

static int name_axes(mote_csv_table_t *t, mote_recording_t *r) {
  r->axis_names = mote_arena_take(t->a, r->axes, sizeof *r->axis_names);
  r->axis_units = mote_arena_take(t->a, r->axes, sizeof *r->axis_units);
  if (!r->axis_names || !r->axis_units) return MOTE_ERR_NOMEM;
  for (size_t c = 0, axis = 0; c < t->columns; c++) {
    if (t->column[c].kind != MOTE_COLUMN_NUMBER) continue;
    const char *name = t->column[c].name;
    if (!*name) name = mote_arena_str(t->a, mote_csv_column_name(t, c));
    if (!name) return MOTE_ERR_NOMEM;
    r->axis_names[axis] = name;
    r->axis_units[axis++] = t->column[c].unit;
  }
  return MOTE_OK;
}

static int fill_values(mote_csv_table_t *t, mote_recording_t *r, int resample,
                       uint32_t *label) {
  size_t *slot = mote_arena_take(t->scratch, t->columns, sizeof *slot);
  r->values = mote_arena_take(t->a, r->n * r->axes, sizeof *r->values);
  if (!slot || !r->values) return MOTE_ERR_NOMEM;
  list_axes(t, slot);
  place_t at = {0, 0};
  for (size_t i = 0; i < r->n; i++) {
    at = resample ? locate(t, at.before, (double)i / r->hz) : (place_t){i, 0};
    const float *v = t->v + at.before * t->slots;
    const float *next = at.w > 0 ? v + t->slots : v;
    float *to = r->values + i * r->axes;
    for (uint32_t k = 0; k < r->axes; k++)
      to[k] = at.w > 0 ? v[slot[k]] * (1 - at.w) + next[slot[k]] * at.w : v[slot[k]];
    if (label) label[i] = t->label_of[at.before + (at.w > 0.5f)];
  }
  return MOTE_OK;
}

/* One label: the recording's. Several: ranges. */
static int set_labels(mote_csv_table_t *t, mote_recording_t *r, const uint32_t *label) {
  size_t changes = 0, k = 0;
  for (size_t i = 1; i < r->n; i++) changes += label[i] != label[i - 1];
  if (!changes) {
    const char *name = t->labels[label[0]];
    r->label = strcmp(name, "unlabelled") ? name : NULL;
    return MOTE_OK;
  }
  mote_range_t *ranges = mote_arena_take(t->a, changes + 1, sizeof *ranges);
  if (!ranges) return MOTE_ERR_NOMEM;
  for (size_t i = 0, start = 0; i < r->n; i++) {
    if (i + 1 < r->n && label[i + 1] == label[i]) continue;
    ranges[k++] = (mote_range_t){start, i + 1, t->labels[label[i]]};
    start = i + 1;
  }
  r->ranges = ranges;
  r->n_ranges = k;
  return MOTE_OK;
}

/* Words that are the same in all rows say something of the whole recording. */
static int set_meta(mote_csv_table_t *t, mote_recording_t *r) {
  mote_pair_t *meta = mote_arena_take(t->a, t->columns, sizeof *meta);
  if (!meta) return MOTE_ERR_NOMEM;
  for (size_t c = 0; c < t->columns; c++) {
    const mote_csv_column_t *col = &t->column[c];
    if (col->kind != MOTE_COLUMN_TEXT || col->varies || !col->name[0]) continue;
    if (mote_text_missing(col->first)) continue;
    meta[r->n_meta] = (mote_pair_t){col->name, mote_text_copy(t->a, col->first)};
    if (!meta[r->n_meta++].value) return MOTE_ERR_NOMEM;
  }
  r->meta = meta;
  return MOTE_OK;
}

static int one_series(mote_csv_table_t *t, mote_recordings_t *out) {
  mote_recording_t *r = mote_arena_take(t->a, 1, sizeof *r);
  size_t *slots = mote_arena_take(t->scratch, t->columns, sizeof *slots);
  uint32_t *label = NULL;
  int resample;
  if (!r || !slots) return MOTE_ERR_NOMEM;
  r->name = mote_text_stem(t->a, t->opt->path);
  if (!r->name) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_csv_settle(t));
  MOTE_TRY(mote_csv_clock(t, &r->hz, &resample));
  r->start = (double)t->origin.whole + t->origin.fraction;
  r->axes = (uint32_t)list_axes(t, slots);
  MOTE_TRY(output_rows(t, r, resample));
  MOTE_TRY(name_axes(t, r));
  if (t->label != MOTE_CSV_NONE) {
    label = mote_arena_take(t->scratch, r->n, sizeof *label);
    if (!label) return MOTE_ERR_NOMEM;
  }
  MOTE_TRY(fill_values(t, r, resample, label));
  if (label) MOTE_TRY(set_labels(t, r, label));
  MOTE_TRY(set_meta(t, r));
  r->notes = t->notes.item;
  r->n_notes = t->notes.n;
  *out = (mote_recordings_t){r, 1};
  return MOTE_OK;
}

/* One line below a header cannot have a rate: it is a sample of a table. */
static int single_row(const mote_csv_table_t *t) {
  mote_csv_reader_t r = t->at;
  mote_text_t *cell = mote_arena_take(t->scratch, MOTE_CSV_COLUMNS_MAX, sizeof *cell);
  size_t n;
  if (!cell) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_csv_next(&r, cell, &n));
  int rc = mote_csv_next(&r, cell, &n);
  return rc == 0;
}

static int csv_table(mote_csv_table_t *t, const uint8_t *p, size_t n,
                     mote_recordings_t *out) {
  mote_text_t text;
  const char *note;
  MOTE_TRY(mote_text_decode(p, n, t->path, t->scratch, &text, &note));
  if (note) MOTE_TRY(mote_note(t->a, &t->notes, "%s", note));
  size_t len = strlen(t->path);
  MOTE_TRY(mote_csv_plan(t, text, len > 4 && !strcmp(t->path + len - 4, ".tsv")));
  int single = single_row(t);
  if (single < 0 && single == MOTE_ERR_NOMEM) return single;
  if (single == 1 || t->opt->rows_are_samples) return mote_csv_rows(t, out);
  MOTE_TRY(mote_csv_read(t));
  return one_series(t, out);
}

static int csv_parse(const uint8_t *p, size_t n, const mote_parse_options_t *opt,
                     mote_arena_t *a, mote_recordings_t *out) {
  mote_csv_table_t t = {.opt = opt, .a = a, .path = mote_text_place(opt->path)};
  *out = (mote_recordings_t){0};
  t.scratch = mote_arena_new();
  if (!t.scratch) return MOTE_ERR_NOMEM;
  int rc = csv_table(&t, p, n, out);
  mote_arena_free(t.scratch);
  return rc;
}

const mote_format_t mote_format_csv = {"csv", "csv tsv txt dat", csv_sniff, csv_parse};
