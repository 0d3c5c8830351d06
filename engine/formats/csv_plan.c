/* SPDX-License-Identifier: Apache-2.0
 * What the columns of a CSV file are, judged by names and by its first rows: header or
 * none, units, decimal comma, time, label, row numbers, text. */
#include "formats/csv_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define LOOK_ROWS 64

/* The first of these names wins when several columns have one. */
static const char *const TIME_NAMES[] = {"timestamp",
                                         "datetime",
                                         "date_time",
                                         "date time",
                                         "time",
                                         "ts",
                                         "t",
                                         "timestamps",
                                         "time_stamp",
                                         "timer",
                                         "elapsed",
                                         "elapsed_time",
                                         "epoch",
                                         "unix",
                                         "unixtime",
                                         "unix_time",
                                         "utc",
                                         "timestamp_ms",
                                         "timestamp_us",
                                         "timestamp_ns",
                                         "timestamp_s",
                                         "time_ms",
                                         "time_us",
                                         "time_ns",
                                         "time_s",
                                         "time_sec",
                                         "t_ms",
                                         "t_us",
                                         "t_s",
                                         "millis",
                                         "micros",
                                         "milliseconds",
                                         "microseconds",
                                         "seconds",
                                         "date",
                                         NULL};
static const char LABEL_NAMES[] = "label labels class activity";
static const char INDEX_NAMES[] = "index idx row rownum row_number no # id sample";

/* The first records of the file, kept to be looked at from several sides. */
typedef struct {
  mote_text_t *cell[LOOK_ROWS];
  size_t n[LOOK_ROWS];
  size_t records, first_data; /* records before first_data are header and units */
} look_t;

const char *mote_csv_column_name(const mote_csv_table_t *t, size_t c) {
  static _Thread_local char text[96];
  if (t->column[c].name[0])
    snprintf(text, sizeof text, "column %zu (%.60s)", c + 1, t->column[c].name);
  else
    snprintf(text, sizeof text, "column %zu", c + 1);
  return text;
}

size_t mote_csv_limit(const mote_csv_table_t *t) {
  return t->opt->max_bytes ? t->opt->max_bytes : MOTE_RECORDING_LIMIT;
}

/* ---- looking ---- */

static mote_text_t cell_at(const look_t *l, size_t record, size_t c) {
  return c < l->n[record] ? l->cell[record][c] : (mote_text_t){"", 0};
}

static int look(mote_csv_table_t *t, mote_csv_reader_t r, look_t *l) {
  mote_text_t *cells =
      mote_arena_take(t->scratch, MOTE_CSV_COLUMNS_MAX, sizeof(mote_text_t));
  if (!cells) return MOTE_ERR_NOMEM;
  for (l->records = 0; l->records < LOOK_ROWS; l->records++) {
    size_t n;
    int rc = mote_csv_next(&r, cells, &n);
    /* Mistakes in later lines are told when they are read. */
    if (rc < 0 && (l->records < 2 || rc == MOTE_ERR_NOMEM)) return rc;
    if (rc <= 0) break;
    mote_text_t *kept = mote_arena_take(t->scratch, n, sizeof *kept);
    if (!kept) return MOTE_ERR_NOMEM;
    memcpy(kept, cells, n * sizeof *kept);
    l->cell[l->records] = kept;
    l->n[l->records] = n;
  }
  return l->records
             ? MOTE_OK
             : mote_fail(MOTE_ERR_FORMAT, "%s: no data: the file is empty", t->path);
}

static int is_number(const mote_csv_table_t *t, mote_text_t s) {
  float v;
  return mote_text_float(s, t->point, &v);
}

static int is_value(const mote_csv_table_t *t, mote_text_t s) {
  mote_time_t time;
  return mote_time_parse(s, t->point, t->day_first, &time) != MOTE_TIME_NONE;
}

/* "1,5" somewhere and "1.5" nowhere. */
static char decimal_point(const mote_csv_table_t *t, const look_t *l) {
  if (t->at.delimiter == ',') return '.';
  int comma = 0;
  for (size_t i = 0; i < l->records; i++)
    for (size_t c = 0; c < l->n[i]; c++) {
      mote_text_t s = l->cell[i][c];
      float v;
      if (memchr(s.p, '.', s.n) && mote_text_float(s, '.', &v)) return '.';
      comma |= memchr(s.p, ',', s.n) && mote_text_float(s, ',', &v);
    }
  return comma ? ',' : '.';
}

static int is_day_first(const look_t *l) {
  for (size_t i = 0; i < l->records; i++)
    for (size_t c = 0; c < l->n[i]; c++) {
      mote_text_t s = l->cell[i][c];
      if (s.n >= 8 && s.p[2] == '/' && (s.p[0] - '0') * 10 + (s.p[1] - '0') > 12)
        return 1;
    }
  return 0;
}

/* ---- header ---- */

/* A record that names what the next one holds: words above numbers, or words alone. */
static int names_next(const mote_csv_table_t *t, const look_t *l, size_t i) {
  size_t words = 0, values = 0, above = 0;
  for (size_t c = 0; c < l->n[i]; c++) {
    mote_text_t s = l->cell[i][c];
    int value = is_value(t, s), word = !value && !mote_text_missing(s);
    words += (size_t)word;
    values += (size_t)value;
    above += word && i + 1 < l->records && is_value(t, cell_at(l, i + 1, c));
  }
  return above > values || (words && !values);
}

/* A second line of words above numbers, "s;g;g": units. */
static int has_units(const mote_csv_table_t *t, const look_t *l) {
  if (l->records < 3 || l->n[1] != l->n[0]) return 0;
  size_t above = 0;
  for (size_t c = 0; c < l->n[1]; c++) {
    if (is_value(t, l->cell[1][c])) return 0;
    above += !mote_text_missing(l->cell[1][c]) && is_number(t, cell_at(l, 2, c));
  }
  return above > 0;
}

/* "acc (m/s2)" and "acc [g]": name and unit. */
static mote_text_t split_unit(mote_text_t name, mote_text_t *unit) {
  *unit = (mote_text_t){"", 0};
  if (name.n < 4) return name;
  char open = name.p[name.n - 1] == ')' ? '(' : name.p[name.n - 1] == ']' ? '[' : 0;
  for (size_t i = name.n - 1; open && i-- > 1;)
    if (name.p[i] == open) {
      *unit = mote_text_trim((mote_text_t){name.p + i + 1, name.n - i - 2});
      return mote_text_trim((mote_text_t){name.p, i});
    }
  return name;
}

static int name_columns(mote_csv_table_t *t, look_t *l) {
  int header = names_next(t, l, 0), units = header && has_units(t, l);
  l->first_data = (size_t)header + (size_t)units;
  for (size_t c = 0; c < t->columns; c++) {
    mote_csv_column_t *col = &t->column[c];
    mote_text_t unit = {"", 0}, name = {"", 0};
    if (header) name = split_unit(l->cell[0][c], &unit);
    if (units && l->cell[1][c].n) unit = l->cell[1][c];
    if (name.n > 200) name.n = 200;
    if (unit.n > 40) unit.n = 40;
    col->name = mote_text_copy(t->a, name);
    col->unit = mote_text_copy(t->a, unit);
    if (!col->name || !col->unit) return MOTE_ERR_NOMEM;
  }
  for (size_t i = 0, n; i < l->first_data; i++) {
    mote_text_t cells[MOTE_CSV_COLUMNS_MAX];
    MOTE_TRY(mote_csv_next(&t->at, cells, &n));
  }
  return MOTE_OK;
}

/* ---- meaning ---- */

static mote_text_t name_of(const mote_csv_table_t *t, size_t c) {
  return (mote_text_t){t->column[c].name, strlen(t->column[c].name)};
}

/* What most of the first rows hold. */
static mote_column_kind_t kind_by_content(const mote_csv_table_t *t, const look_t *l,
                                          size_t c) {
  size_t numbers = 0, words = 0;
  for (size_t i = l->first_data; i < l->records; i++) {
    mote_text_t s = cell_at(l, i, c);
    if (is_number(t, s))
      numbers++;
    else
      words += !mote_text_missing(s);
  }
  if (!numbers && !words) return MOTE_COLUMN_EMPTY;
  return numbers >= words ? MOTE_COLUMN_NUMBER : MOTE_COLUMN_TEXT;
}

/* Times, as good as all of them: one cell in five may be odd (it is told when it is
 * read). */
static int all_times(const mote_csv_table_t *t, const look_t *l, size_t c,
                     int bare_numbers) {
  mote_time_t time;
  size_t times = 0, odd = 0;
  for (size_t i = l->first_data; i < l->records; i++) {
    mote_text_t s = cell_at(l, i, c);
    mote_time_kind_t k = mote_time_parse(s, t->point, t->day_first, &time);
    if (k == MOTE_TIME_NONE || (k == MOTE_TIME_NUMBER && !bare_numbers))
      odd += !mote_text_missing(s);
    else
      times++;
  }
  return times > 0 && odd <= times / 4;
}

static size_t time_by_name(const mote_csv_table_t *t, const look_t *l) {
  for (const char *const *name = TIME_NAMES; *name; name++)
    for (size_t c = 0; c < t->columns; c++)
      if (c != t->label && mote_text_is(name_of(t, c), *name) && all_times(t, l, c, 1))
        return c;
  return MOTE_CSV_NONE;
}

/* Numbers that rise in the first rows: 0 no, 1 row numbers (0 or 1, then steps of 1),
 * 2 rising by nearly constant steps, as a clock does. */
static int rising(const mote_csv_table_t *t, const look_t *l, size_t c) {
  double first = 0, last = 0, least = INFINITY, most = 0;
  size_t n = 0;
  for (size_t i = l->first_data; i < l->records; i++, n++) {
    double v;
    if (!mote_text_double(cell_at(l, i, c), t->point, &v)) break;
    if (n) {
      if (!(v > last)) return 0;
      least = fmin(least, v - last);
      most = fmax(most, v - last);
    } else {
      first = v;
    }
    last = v;
  }
  if (n < 3 || n + 1 < l->records - l->first_data) return 0;
  if (least == 1 && most == 1 && (first == 0 || first == 1)) return 1;
  return most <= 1.5 * least ? 2 : 0;
}

static size_t find_time(const mote_csv_table_t *t, const look_t *l) {
  size_t c = time_by_name(t, l);
  if (c != MOTE_CSV_NONE) return c;
  for (c = 0; c < t->columns; c++)
    if (c != t->label && t->column[c].name[0] == 0 && all_times(t, l, c, 0)) return c;
  int unnamed = t->columns > 1 && t->label != 0 && t->column[0].name[0] == 0;
  return unnamed && rising(t, l, 0) == 2 ? 0 : MOTE_CSV_NONE;
}

static int find_label(mote_csv_table_t *t) {
  const char *want = t->opt->label_column;
  t->label = MOTE_CSV_NONE;
  for (size_t c = t->columns; c-- > 0;)
    if (want ? mote_text_is(name_of(t, c), want)
             : mote_text_in(name_of(t, c), LABEL_NAMES))
      t->label = c;
  if (!want || t->label != MOTE_CSV_NONE) return MOTE_OK;
  return mote_fail(MOTE_ERR_USAGE,
                   "%s: no column is named \"%s\" (the first one is \"%s\")", t->path,
                   want, t->column[0].name);
}

static int give_meaning(mote_csv_table_t *t, const look_t *l) {
  MOTE_TRY(find_label(t));
  t->time = find_time(t, l);
  size_t stamp = t->time;
  if (t->opt->rows_are_samples) t->time = MOTE_CSV_NONE; /* it is metadata then */
  for (size_t c = 0; c < t->columns; c++) {
    mote_csv_column_t *col = &t->column[c];
    int index = c == 0 && t->columns > 1 &&
                (!col->name[0] || mote_text_in(name_of(t, c), INDEX_NAMES));
    col->kind = c == t->time                    ? MOTE_COLUMN_TIME
                : c == stamp                    ? MOTE_COLUMN_TEXT
                : c == t->label                 ? MOTE_COLUMN_LABEL
                : index && rising(t, l, c) == 1 ? MOTE_COLUMN_INDEX
                                                : kind_by_content(t, l, c);
    if (col->kind == MOTE_COLUMN_NUMBER || col->kind == MOTE_COLUMN_EMPTY)
      col->slot = t->slots++;
    if (col->kind == MOTE_COLUMN_INDEX)
      MOTE_TRY(mote_note(t->a, &t->notes, "%s holds row numbers: left out",
                         mote_csv_column_name(t, c)));
  }
  return MOTE_OK;
}

int mote_csv_plan(mote_csv_table_t *t, mote_text_t text, int tabs) {
  look_t l;
  t->at = mote_csv_open(text, t->path, tabs, t->scratch);
  MOTE_TRY(look(t, t->at, &l));
  t->columns = l.n[0];
  t->column = mote_arena_take(t->scratch, t->columns, sizeof *t->column);
  if (!t->column) return MOTE_ERR_NOMEM;
  t->point = decimal_point(t, &l);
  t->day_first = is_day_first(&l);
  MOTE_TRY(name_columns(t, &l));
  if (t->point == ',')
    MOTE_TRY(mote_note(t->a, &t->notes, "decimal commas read as points"));
  return give_meaning(t, &l);
}
