/* SPDX-License-Identifier: Apache-2.0
 * A delimited text file on its way to recordings: columns with a meaning, rows of
 * numbers. plan (what is each column?) -> read (all rows) -> clock (a constant rate) ->
 * recordings. */
#ifndef MOTE_FORMATS_CSV_TABLE_H
#define MOTE_FORMATS_CSV_TABLE_H

#include "formats/csv_reader.h"
#include "formats/recording.h"
#include "formats/timestamp.h"

typedef enum {
  MOTE_COLUMN_EMPTY, /* nothing in it so far */
  MOTE_COLUMN_NUMBER,
  MOTE_COLUMN_TEXT,
  MOTE_COLUMN_TIME,
  MOTE_COLUMN_LABEL,
  MOTE_COLUMN_INDEX /* row numbers */
} mote_column_kind_t;

typedef struct {
  const char *name, *unit; /* "" when unknown */
  mote_column_kind_t kind;
  size_t slot;       /* NUMBER and EMPTY: index into a row of values */
  size_t missing;    /* cells without a value */
  mote_text_t first; /* TEXT: the first value, and whether another one follows */
  int varies;
} mote_csv_column_t;

#define MOTE_CSV_NONE       SIZE_MAX
#define MOTE_CSV_LABELS_MAX 1000

typedef struct {
  const mote_parse_options_t *opt;
  const char *path; /* for messages */
  mote_arena_t *a;  /* results */
  mote_arena_t *scratch;
  mote_csv_reader_t at; /* at the first row of data */
  char point;           /* decimal point or comma */
  int day_first;
  mote_csv_column_t *column;
  size_t columns, slots, time, label; /* time, label: a column or MOTE_CSV_NONE */
  size_t rows;
  float *v;           /* [rows][slots], NaN = missing */
  double *t;          /* [rows] from the first one; seconds once clocked */
  uint32_t *label_of; /* [rows] into labels */
  const char **labels;
  size_t n_labels;
  mote_time_t origin; /* the first time of the file */
  double resolution;  /* finest unit in which times are written */
  size_t odd_times;   /* rows left out as their time is none, and the first of them */
  const char *first_odd;
  mote_notes_t notes;
} mote_csv_table_t;

/* Opens the text, finds header, units and the meaning of every column. */
int mote_csv_plan(mote_csv_table_t *t, mote_text_t text, int tabs);
/* Reads all rows into v, t and label_of. */
int mote_csv_read(mote_csv_table_t *t);
/* Decides which columns stay, fills missing values; NUMBER columns are then the axes. */
int mote_csv_settle(mote_csv_table_t *t);
/* Times to seconds, made strictly increasing; the rate, and whether rows must be
 * resampled to it. Without a time column the rate is opt->hz or an error. */
int mote_csv_clock(mote_csv_table_t *t, double *hz, int *resample);
/* Every row a recording of kind MOTE_KIND_TABULAR. */
int mote_csv_rows(mote_csv_table_t *t, mote_recordings_t *out);

/* Shared small things. */
const char *mote_csv_column_name(const mote_csv_table_t *t, size_t c); /* "column 3" */
size_t mote_csv_limit(const mote_csv_table_t *t); /* bytes one result may take */

#endif
