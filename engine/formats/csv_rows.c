/* SPDX-License-Identifier: Apache-2.0
 * A table whose rows are samples of their own (one penguin, one batch of milk): every row
 * a recording. Words become metadata; a missing number becomes its column's median, as a
 * recording must be complete, and the recording says so. */
#include "formats/csv_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 1000000

typedef struct {
  mote_csv_table_t *t;
  const char *stem, **names, **units;
  float *median; /* [axes] */
  uint32_t axes;
  size_t texts;
} maker_t;

static int by_value(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static int column_median(mote_csv_table_t *t, size_t slot, float *work, float *out) {
  size_t n = 0;
  for (size_t i = 0; i < t->rows; i++) {
    float v = t->v[i * t->slots + slot];
    if (!isnan(v)) work[n++] = v;
  }
  qsort(work, n, sizeof *work, by_value);
  *out = n % 2 ? work[n / 2] : (work[n / 2 - 1] + work[n / 2]) * 0.5f;
  return MOTE_OK;
}

static int prepare(maker_t *m) {
  mote_csv_table_t *t = m->t;
  float *work = mote_arena_take(t->scratch, t->rows, sizeof *work);
  m->names = mote_arena_take(t->a, t->columns, sizeof *m->names);
  m->units = mote_arena_take(t->a, t->columns, sizeof *m->units);
  m->median = mote_arena_take(t->scratch, t->columns, sizeof *m->median);
  m->stem = mote_text_stem(t->a, t->opt->path);
  if (!work || !m->names || !m->units || !m->median || !m->stem) return MOTE_ERR_NOMEM;
  for (size_t c = 0; c < t->columns; c++) {
    const mote_csv_column_t *col = &t->column[c];
    m->texts += col->kind == MOTE_COLUMN_TEXT;
    if (col->kind != MOTE_COLUMN_NUMBER) continue;
    if (col->missing > t->rows / 2)
      return mote_fail(MOTE_ERR_FORMAT,
                       "%s: %s: %zu of %zu values are missing (remove the column)",
                       t->path, mote_csv_column_name(t, c), col->missing, t->rows);
    m->names[m->axes] = col->name;
    m->units[m->axes] = col->unit;
    if (!col->name[0] &&
        !(m->names[m->axes] = mote_arena_str(t->a, mote_csv_column_name(t, c))))
      return MOTE_ERR_NOMEM;
    MOTE_TRY(column_median(t, col->slot, work, &m->median[m->axes++]));
  }
  if (m->axes && m->axes <= MOTE_AXES_MAX) return MOTE_OK;
  return mote_fail(MOTE_ERR_FORMAT, "%s: %u columns of numbers (1 to %d are needed)",
                   t->path, m->axes, MOTE_AXES_MAX);
}

static int row_values(const maker_t *m, size_t row, mote_recording_t *r,
                      mote_notes_t *notes) {
  const mote_csv_table_t *t = m->t;
  r->values = mote_arena_take(t->a, m->axes, sizeof *r->values);
  if (!r->values) return MOTE_ERR_NOMEM;
  for (size_t c = 0, axis = 0; c < t->columns; c++) {
    if (t->column[c].kind != MOTE_COLUMN_NUMBER) continue;
    float v = t->v[row * t->slots + t->column[c].slot];
    if (isnan(v)) {
      v = m->median[axis];
      MOTE_TRY(mote_note(t->a, notes,
                         "%s is missing: the median of the file, %.6g, taken",
                         m->names[axis], (double)v));
    }
    r->values[axis++] = v;
  }
  return MOTE_OK;
}

static int row_meta(const maker_t *m, size_t row, const mote_text_t *cell,
                    mote_recording_t *r) {
  const mote_csv_table_t *t = m->t;
  mote_pair_t *meta = mote_arena_take(t->a, m->texts + 1, sizeof *meta);
  if (!meta) return MOTE_ERR_NOMEM;
  meta[0] = (mote_pair_t){"row", mote_arena_printf(t->a, "%zu", row + 1)};
  if (!meta[0].value) return MOTE_ERR_NOMEM;
  size_t n = 1;
  for (size_t c = 0; c < t->columns; c++) {
    const mote_csv_column_t *col = &t->column[c];
    if (col->kind != MOTE_COLUMN_TEXT || mote_text_missing(cell[c])) continue;
    const char *key =
        col->name[0] ? col->name : mote_arena_str(t->a, mote_csv_column_name(t, c));
    meta[n] = (mote_pair_t){key, mote_text_copy(t->a, cell[c])};
    if (!key || !meta[n++].value) return MOTE_ERR_NOMEM;
  }
  r->meta = meta;
  r->n_meta = n;
  return MOTE_OK;
}

static int one_row(const maker_t *m, size_t row, const mote_text_t *cell,
                   mote_recording_t *r) {
  const mote_csv_table_t *t = m->t;
  mote_notes_t notes = {0};
  r->kind = MOTE_KIND_TABULAR;
  r->n = 1;
  r->axes = m->axes;
  r->axis_names = m->names;
  r->axis_units = m->units;
  r->name = t->rows == 1 ? m->stem : mote_arena_printf(t->a, "%s.%zu", m->stem, row + 1);
  if (!r->name) return MOTE_ERR_NOMEM;
  if (t->label != MOTE_CSV_NONE && !mote_text_missing(cell[t->label]))
    r->label = t->labels[t->label_of[row]];
  for (size_t i = 0; row == 0 && i < t->notes.n; i++)
    MOTE_TRY(mote_note(t->a, &notes, "%s", t->notes.item[i]));
  MOTE_TRY(row_values(m, row, r, &notes));
  MOTE_TRY(row_meta(m, row, cell, r));
  r->notes = notes.item;
  r->n_notes = notes.n;
  return MOTE_OK;
}

int mote_csv_rows(mote_csv_table_t *t, mote_recordings_t *out) {
  mote_csv_reader_t again = t->at;
  maker_t m = {.t = t};
  mote_text_t *cell = mote_arena_take(t->scratch, MOTE_CSV_COLUMNS_MAX, sizeof *cell);
  if (!cell) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_csv_read(t));
  if (t->rows > ROWS_MAX)
    return mote_fail(MOTE_ERR_LIMIT,
                     "%s: %zu rows as samples; the limit is %d (cut the file)", t->path,
                     t->rows, ROWS_MAX);
  MOTE_TRY(prepare(&m));
  out->item = mote_arena_take(t->a, t->rows, sizeof *out->item);
  if (!out->item) return MOTE_ERR_NOMEM;
  size_t n;
  for (out->n = 0; out->n < t->rows; out->n++) {
    MOTE_TRY(mote_csv_next(&again, cell, &n));
    MOTE_TRY(one_row(&m, out->n, cell, &out->item[out->n]));
  }
  return MOTE_OK;
}
