/* SPDX-License-Identifier: Apache-2.0
 * One pass over the bytes, cells are spans of the text. Only a quoted cell with doubled
 * quotes is copied. */
#include "formats/csv_reader.h"

#include <string.h>

/* ---- delimiter ---- */

#define LOOK_LINES 24

/* Counts `d` in one line outside quotes; runs of spaces count once, at the ends not at
 * all. Returns the start of the next line. */
static const char *count_in_line(const char *p, const char *end, char d, size_t *count) {
  int quoted = 0;
  size_t n = 0;
  while (p < end && d == ' ' && *p == ' ') p++;
  for (; p < end && (quoted || (*p != '\n' && *p != '\r')); p++) {
    if (*p == '"') quoted = !quoted;
    if (quoted || *p != d) continue;
    if (d == ' ' && (p + 1 == end || strchr(" \r\n", p[1]))) continue;
    n++;
  }
  *count = n;
  return p < end ? p + 1 : p;
}

/* How well `d` explains the first lines: 0 not at all, 2 the same count in every line. */
static int delimiter_score(mote_text_t text, char d, size_t *columns) {
  const char *p = text.p, *end = text.p + text.n;
  size_t first = 0, least = SIZE_MAX, same = 1;
  if (text.n > 65536) end = p + 65536;
  for (int lines = 0; p < end && lines < LOOK_LINES;) {
    size_t n;
    if (*p == '\n' || *p == '\r' || *p == '#') {
      while (p < end && *p != '\n' && *p != '\r') p++;
      if (p < end) p++;
      continue;
    }
    p = count_in_line(p, end, d, &n);
    if (p == end && lines && end < text.p + text.n) break; /* a cut line tells nothing */
    if (!lines++) first = n;
    same &= n == first;
    if (n < least) least = n;
  }
  *columns = first;
  if (least == SIZE_MAX || !least) return 0;
  return same ? 2 : 1;
}

static char choose_delimiter(mote_text_t text, int tabs) {
  /* ';' before ',': where both fit, the commas are decimal ones. */
  const char *order = "\t;,| ";
  char best = ',';
  int best_score = 0;
  for (const char *d = order; *d; d++) {
    size_t columns;
    int score = delimiter_score(text, *d, &columns);
    if (*d == '\t' && tabs && score) return '\t';
    if (*d == ' ' && score < 2) continue; /* ragged words are prose, not a table */
    if (score > best_score) {
      best = *d;
      best_score = score;
    }
  }
  return best;
}

mote_csv_reader_t mote_csv_open(mote_text_t text, const char *path, int tabs,
                                mote_arena_t *a) {
  mote_csv_reader_t r = {.p = text.p, .end = text.p + text.n, .next_line = 1};
  r.path = mote_text_place(path);
  r.a = a;
  r.delimiter = choose_delimiter(text, tabs);
  return r;
}

/* ---- records ---- */

static void end_of_line(mote_csv_reader_t *r) {
  if (r->p < r->end && *r->p == '\r') r->p++;
  if (r->p < r->end && *r->p == '\n') r->p++;
  r->next_line++;
}

static void skip_to_data(mote_csv_reader_t *r) {
  while (r->p < r->end) {
    const char *p = r->p;
    while (p < r->end && (*p == ' ' || (*p == '\t' && r->delimiter != '\t'))) p++;
    if (p < r->end && *p != '\n' && *p != '\r' && *p != '#') return;
    while (p < r->end && *p != '\n' && *p != '\r') p++;
    r->p = p;
    if (p < r->end) end_of_line(r);
  }
}

static int undouble(mote_csv_reader_t *r, mote_text_t *cell) {
  char *to = mote_arena_take(r->a, cell->n + 1, 1);
  if (!to) return MOTE_ERR_NOMEM;
  size_t n = 0;
  for (size_t i = 0; i < cell->n; i++) {
    to[n++] = cell->p[i];
    if (cell->p[i] == '"') i++;
  }
  *cell = (mote_text_t){to, n};
  return MOTE_OK;
}

/* A cell that begins with a quote: up to its partner, line ends included. */
static int quoted_cell(mote_csv_reader_t *r, mote_text_t *cell) {
  const char *start = ++r->p;
  int doubled = 0;
  for (;;) {
    const char *q = memchr(r->p, '"', (size_t)(r->end - r->p));
    if (!q)
      return mote_fail(MOTE_ERR_FORMAT, "%s:%zu: a quote is opened and never closed",
                       r->path, r->line);
    for (const char *c = r->p; c < q; c++) r->next_line += *c == '\n';
    r->p = q + 1;
    if (r->p == r->end || *r->p != '"') {
      *cell = (mote_text_t){start, (size_t)(q - start)};
      break;
    }
    doubled = 1;
    r->p++;
  }
  while (r->p < r->end && *r->p == ' ' && r->delimiter != ' ') r->p++;
  return doubled ? undouble(r, cell) : MOTE_OK;
}

static int next_cell(mote_csv_reader_t *r, mote_text_t *cell) {
  const char d = r->delimiter, *p = r->p;
  while (p < r->end && *p == ' ') p++;
  r->p = p;
  if (p < r->end && *p == '"') {
    MOTE_TRY(quoted_cell(r, cell));
    if (r->p == r->end || *r->p == d || *r->p == '\n' || *r->p == '\r') return MOTE_OK;
    return mote_fail(MOTE_ERR_FORMAT,
                     "%s:%zu: text follows a closing quote (double the quotes inside)",
                     r->path, r->line);
  }
  while (p < r->end && *p != d && *p != '\n' && *p != '\r') p++;
  *cell = mote_text_trim((mote_text_t){r->p, (size_t)(p - r->p)});
  r->p = p;
  return MOTE_OK;
}

/* Steps over a delimiter; 0 at the end of the record. */
static int another_cell(mote_csv_reader_t *r) {
  if (r->delimiter == ' ')
    while (r->p < r->end && *r->p == ' ') r->p++;
  else if (r->p < r->end && *r->p == r->delimiter)
    return r->p++, 1;
  if (r->p == r->end) return 0;
  if (*r->p != '\n' && *r->p != '\r') return 1;
  end_of_line(r);
  return 0;
}

int mote_csv_next(mote_csv_reader_t *r, mote_text_t *cells, size_t *n) {
  skip_to_data(r);
  r->line = r->next_line;
  *n = 0;
  if (r->p >= r->end) return 0;
  do {
    if (*n == MOTE_CSV_COLUMNS_MAX)
      return mote_fail(MOTE_ERR_LIMIT,
                       "%s:%zu: more than %d columns (is the file transposed? "
                       "mote wants one row per point in time)",
                       r->path, r->line, MOTE_CSV_COLUMNS_MAX);
    MOTE_TRY(next_cell(r, &cells[*n]));
    ++*n;
  } while (another_cell(r));
  return 1;
}
