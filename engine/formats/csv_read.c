/* SPDX-License-Identifier: Apache-2.0
 * The rows of a CSV table into arrays of numbers, and what then becomes of each column:
 * axis, metadata, dropped. Missing values are bridged by straight lines and counted. */
#include "formats/csv_table.h"

#include <math.h>
#include <string.h>

/* ---- labels ---- */

/* Open addressing over MOTE_CSV_LABELS_MAX names; 0 = free. */
typedef struct {
  uint32_t slot[2048];
} label_index_t;

static uint32_t hash(mote_text_t s) {
  uint32_t h = 2166136261u; /* FNV-1a */
  for (size_t i = 0; i < s.n; i++) h = (h ^ (uint8_t)s.p[i]) * 16777619u;
  return h;
}

static int label_of(mote_csv_table_t *t, label_index_t *index, mote_text_t s,
                    uint32_t *out) {
  if (mote_text_missing(s)) s = (mote_text_t){"unlabelled", 10};
  uint32_t at = hash(s) & 2047;
  for (; index->slot[at]; at = (at + 1) & 2047) {
    const char *known = t->labels[index->slot[at] - 1];
    if (strlen(known) == s.n && memcmp(known, s.p, s.n) == 0)
      return *out = index->slot[at] - 1, MOTE_OK;
  }
  if (t->n_labels == MOTE_CSV_LABELS_MAX)
    return mote_fail(MOTE_ERR_LIMIT,
                     "%s:%zu: %s has more than %d different labels (is it a measured "
                     "value? name another label column)",
                     t->path, t->at.line, mote_csv_column_name(t, t->label),
                     MOTE_CSV_LABELS_MAX);
  char *name = mote_text_copy(t->a, s);
  if (!name) return MOTE_ERR_NOMEM;
  t->labels[t->n_labels] = name;
  *out = (uint32_t)t->n_labels++;
  index->slot[at] = *out + 1;
  return MOTE_OK;
}

/* ---- cells ---- */

static int bad_cell(const mote_csv_table_t *t, size_t c, mote_text_t s,
                    const char *what) {
  return mote_fail(MOTE_ERR_FORMAT, "%s:%zu: %s: \"%.*s\" is not %s", t->path, t->at.line,
                   mote_csv_column_name(t, c), (int)(s.n < 40 ? s.n : 40), s.p, what);
}

/* 1: a time like the others; 0: leave the row out (a summary below the data). */
static int time_cell(mote_csv_table_t *t, mote_text_t s, size_t row) {
  mote_time_t time;
  mote_time_kind_t kind = mote_time_parse(s, t->point, t->day_first, &time);
  if (row == 0 && kind != MOTE_TIME_NONE) {
    t->origin = time;
    t->resolution = time.resolution;
  }
  if (kind == MOTE_TIME_NONE || kind != t->origin.kind || !isfinite(time.fraction)) {
    if (t->odd_times++) return 0;
    bad_cell(t, t->time, s, "a time like the first one (correct it or remove the line)");
    t->first_odd = mote_arena_str(t->scratch, mote_errmsg());
    return t->first_odd ? 0 : MOTE_ERR_NOMEM;
  }
  if (time.resolution < t->resolution) t->resolution = time.resolution;
  t->t[row] =
      (double)(time.whole - t->origin.whole) + (time.fraction - t->origin.fraction);
  return 1;
}

/* A few odd lines in a long file are remarks; many are a mistake. */
static int check_odd_times(mote_csv_table_t *t) {
  if (!t->odd_times) return MOTE_OK;
  if (t->odd_times > t->rows / 100) return mote_fail(MOTE_ERR_FORMAT, "%s", t->first_odd);
  return mote_note(t->a, &t->notes, "%zu of %zu rows have no time: left out",
                   t->odd_times, t->odd_times + t->rows);
}

static void text_cell(mote_csv_column_t *col, mote_text_t s) {
  if (!col->first.n)
    col->first = s;
  else if (s.n != col->first.n || memcmp(s.p, col->first.p, s.n) != 0)
    col->varies = 1;
}

static int number_cell(mote_csv_table_t *t, size_t c, mote_text_t s, float *out) {
  mote_csv_column_t *col = &t->column[c];
  if (mote_text_float(s, t->point, out) && isfinite(*out)) {
    col->kind = MOTE_COLUMN_NUMBER;
    return MOTE_OK;
  }
  *out = NAN;
  if (mote_text_missing(s)) return col->missing++, MOTE_OK;
  if (col->kind == MOTE_COLUMN_EMPTY) { /* nothing so far, and now words */
    col->kind = MOTE_COLUMN_TEXT;
    return text_cell(col, s), MOTE_OK;
  }
  return bad_cell(t, c, s, "a number (correct it, or leave the cell empty or NA)");
}

/* ---- rows ---- */

/* Upper bound of the rows left: a row has a line end, and a byte at least per column. */
static size_t rows_at_most(const mote_csv_table_t *t) {
  size_t left = (size_t)(t->at.end - t->at.p), lines = 1;
  for (const char *p = t->at.p; p < t->at.end; p++) lines += *p == '\n' || *p == '\r';
  size_t by_width = left / t->columns + 1;
  return lines < by_width ? lines : by_width;
}

static int take_memory(mote_csv_table_t *t, size_t rows) {
  size_t bytes = t->slots * sizeof(float);
  if (bytes && rows > mote_csv_limit(t) / bytes)
    return mote_fail(
        MOTE_ERR_LIMIT,
        "%s: %zu rows of %zu columns exceed the limit of %zu MB (cut the file)", t->path,
        rows, t->slots, mote_csv_limit(t) >> 20);
  t->v = mote_arena_take(t->scratch, rows * t->slots, sizeof *t->v);
  t->t = mote_arena_take(t->scratch, t->time != MOTE_CSV_NONE ? rows : 1, sizeof *t->t);
  t->label_of = mote_arena_take(t->scratch, t->label != MOTE_CSV_NONE ? rows : 1,
                                sizeof *t->label_of);
  t->labels = mote_arena_take(t->a, MOTE_CSV_LABELS_MAX, sizeof *t->labels);
  return t->v && t->t && t->label_of && t->labels ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int read_row(mote_csv_table_t *t, label_index_t *index, const mote_text_t *cell) {
  float *v = t->v + t->rows * t->slots;
  if (t->time != MOTE_CSV_NONE) {
    int use = time_cell(t, cell[t->time], t->rows);
    if (use <= 0) return use;
  }
  for (size_t c = 0; c < t->columns; c++) {
    mote_csv_column_t *col = &t->column[c];
    switch (col->kind) {
    case MOTE_COLUMN_EMPTY:
    case MOTE_COLUMN_NUMBER:
      MOTE_TRY(number_cell(t, c, cell[c], &v[col->slot]));
      break;
    case MOTE_COLUMN_TEXT:
      text_cell(col, cell[c]);
      break;
    case MOTE_COLUMN_LABEL:
      MOTE_TRY(label_of(t, index, cell[c], &t->label_of[t->rows]));
      break;
    case MOTE_COLUMN_TIME:
    case MOTE_COLUMN_INDEX:
      break;
    }
  }
  t->rows++;
  return MOTE_OK;
}

/* 1: use the row; 0: it is all empty (",,,"), or the file's last line and cut off. */
static int check_width(mote_csv_table_t *t, const mote_text_t *cell, size_t n) {
  size_t used = n, filled = n;
  while (filled && cell[filled - 1].n == 0) filled--;
  if (!filled) return 0;
  while (used > t->columns && cell[used - 1].n == 0) used--;
  if (used == t->columns) return 1;
  int last = t->at.p == t->at.end && t->at.end[-1] != '\n' && t->at.end[-1] != '\r';
  if (last && used < t->columns && t->rows) {
    MOTE_TRY(mote_note(t->a, &t->notes, "line %zu is cut off: left out", t->at.line));
    return 0;
  }
  return mote_fail(MOTE_ERR_FORMAT,
                   "%s:%zu: %zu columns where the file began with %zu (correct the line; "
                   "cells that hold \"%c\" need quotes)",
                   t->path, t->at.line, used, t->columns, t->at.delimiter);
}

int mote_csv_read(mote_csv_table_t *t) {
  mote_text_t *cell = mote_arena_take(t->scratch, MOTE_CSV_COLUMNS_MAX, sizeof *cell);
  label_index_t *index = mote_arena_take(t->scratch, 1, sizeof *index);
  if (!cell || !index) return MOTE_ERR_NOMEM;
  MOTE_TRY(take_memory(t, rows_at_most(t)));
  size_t n;
  int rc;
  while ((rc = mote_csv_next(&t->at, cell, &n)) > 0) {
    int use = check_width(t, cell, n);
    if (use > 0) use = read_row(t, index, cell);
    MOTE_TRY(use);
  }
  MOTE_TRY(rc);
  MOTE_TRY(check_odd_times(t));
  if (!t->rows)
    return mote_fail(MOTE_ERR_FORMAT, "%s: a header and no data below it", t->path);
  return MOTE_OK;
}

/* ---- settling ---- */

/* Straight lines over the holes of one column; the ends repeat the nearest value. Returns
 * the longest hole. */
static size_t fill(float *v, size_t rows, size_t stride) {
  size_t longest = 0;
  for (size_t i = 0, end; i < rows; i = end + 1) {
    for (end = i; end < rows && isnan(v[end * stride]); end++) {
    }
    if (end == i) continue;
    if (end - i > longest) longest = end - i;
    float before = i ? v[(i - 1) * stride] : v[end * stride];
    float after = end < rows ? v[end * stride] : before;
    for (size_t k = i; k < end; k++) {
      float w = (float)(k - i + 1) / (float)(end - i + 1);
      v[k * stride] = before * (1 - w) + after * w;
    }
  }
  return longest;
}

static int settle_column(mote_csv_table_t *t, size_t c) {
  mote_csv_column_t *col = &t->column[c];
  const char *name = mote_csv_column_name(t, c);
  if (col->kind == MOTE_COLUMN_EMPTY)
    return mote_note(t->a, &t->notes, "%s is empty: left out", name);
  if (col->kind == MOTE_COLUMN_TEXT && (col->varies || mote_text_missing(col->first)))
    return mote_note(t->a, &t->notes, "%s holds text: left out", name);
  if (col->kind != MOTE_COLUMN_NUMBER || !col->missing) return MOTE_OK;
  if (col->missing > t->rows / 2)
    return mote_fail(MOTE_ERR_FORMAT,
                     "%s: %s: %zu of %zu values are missing (remove the column)", t->path,
                     name, col->missing, t->rows);
  size_t longest = fill(t->v + col->slot, t->rows, t->slots);
  return mote_note(t->a, &t->notes,
                   "%s: %zu of %zu values are missing (at most %zu in a row): filled by "
                   "straight lines",
                   name, col->missing, t->rows, longest);
}

/* Trailing commas make many empty columns: one note for the lot. */
static int note_empty_tail(mote_csv_table_t *t, size_t *keep) {
  size_t end = t->columns;
  while (end && t->column[end - 1].kind == MOTE_COLUMN_EMPTY &&
         !t->column[end - 1].name[0])
    end--;
  *keep = end;
  if (t->columns - end < 2) return *keep = t->columns, MOTE_OK;
  return mote_note(t->a, &t->notes, "columns %zu to %zu are empty: left out", end + 1,
                   t->columns);
}

int mote_csv_settle(mote_csv_table_t *t) {
  size_t axes = 0, keep;
  MOTE_TRY(note_empty_tail(t, &keep));
  for (size_t c = 0; c < keep; c++) MOTE_TRY(settle_column(t, c));
  for (size_t c = 0; c < t->columns; c++) axes += t->column[c].kind == MOTE_COLUMN_NUMBER;
  if (axes >= 1 && axes <= MOTE_AXES_MAX) return MOTE_OK;
  if (!axes) return mote_fail(MOTE_ERR_FORMAT, "%s: no column of numbers", t->path);
  return mote_fail(MOTE_ERR_LIMIT, "%s: %zu columns of numbers; the limit is %d", t->path,
                   axes, MOTE_AXES_MAX);
}
