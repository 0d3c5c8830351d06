/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/manifest.h"

#include <string.h>
#include "formats/csv_reader.h"

enum { PATH, LABEL, SPLIT, ROW, ROLES };
static const char *const role_names[ROLES] = {"path", "label", "split", "row"};

typedef struct {
  const mote_manifest_options_t *opt;
  const char *place;
  mote_arena_t *a, *scratch;
  mote_csv_reader_t reader;
  const char **column;
  size_t columns;
  size_t role[ROLES]; /* column, or SIZE_MAX */
  size_t *where;      /* column of each where */
  size_t cap, odd_splits, first_odd;
} list_t;

const char *mote_split_word(const char *word) {
  mote_text_t s = {word, strlen(word)};
  if (mote_text_in(s, "train training")) return "training";
  if (mote_text_in(s, "test testing")) return "testing";
  return mote_text_in(s, "val valid validation") ? "validation" : NULL;
}

/* ---- columns ---- */

static size_t find_column(const list_t *l, const char *name) {
  for (size_t c = 0; c < l->columns; c++)
    if (mote_text_is((mote_text_t){l->column[c], strlen(l->column[c])}, name)) return c;
  return SIZE_MAX;
}

static int no_column(const list_t *l, const char *name) {
  mote_buf_t names = {0};
  int rc = MOTE_OK;
  for (size_t c = 0; c < l->columns && c < 20 && rc == MOTE_OK; c++)
    rc = mote_buf_printf(&names, "%s%.60s", c ? ", " : "", l->column[c]);
  if (rc == MOTE_OK)
    rc = mote_fail(MOTE_ERR_USAGE, "%s: no column is named \"%s\" (there are: %s)",
                   l->place, name, (char *)names.p);
  mote_buf_free(&names);
  return rc;
}

static int apply_renames(list_t *l) {
  for (size_t i = 0; i < l->opt->n_renames; i++) {
    const mote_pair_t *pair = &l->opt->renames[i];
    size_t c = find_column(l, pair->value), role = 0;
    if (c == SIZE_MAX) return no_column(l, pair->value);
    while (role < ROLES && strcmp(pair->key, role_names[role])) role++;
    if (role < ROLES)
      l->role[role] = c;
    else
      l->column[c] = pair->key; /* metadata under another name */
  }
  return MOTE_OK;
}

static int find_roles(list_t *l) {
  for (int i = 0; i < ROLES; i++) l->role[i] = find_column(l, role_names[i]);
  l->where = mote_arena_take(l->scratch, l->opt->n_wheres + 1, sizeof *l->where);
  if (!l->where) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < l->opt->n_wheres; i++) {
    l->where[i] = find_column(l, l->opt->wheres[i].key);
    if (l->where[i] == SIZE_MAX) return no_column(l, l->opt->wheres[i].key);
  }
  MOTE_TRY(apply_renames(l));
  if (l->role[PATH] != SIZE_MAX || l->role[ROW] != SIZE_MAX) return MOTE_OK;
  return no_column(l, "path");
}

static int read_header(list_t *l, mote_text_t *cell) {
  int rc = mote_csv_next(&l->reader, cell, &l->columns);
  if (rc == 0) return mote_fail(MOTE_ERR_FORMAT, "%s: the list is empty", l->place);
  MOTE_TRY(rc);
  l->column = mote_arena_take(l->a, l->columns, sizeof *l->column);
  if (!l->column) return MOTE_ERR_NOMEM;
  for (size_t c = 0; c < l->columns; c++)
    if (!(l->column[c] = mote_text_copy(l->a, cell[c]))) return MOTE_ERR_NOMEM;
  return find_roles(l);
}

/* ---- rows ---- */

static int same(mote_text_t s, const char *value) {
  return strlen(value) == s.n && memcmp(s.p, value, s.n) == 0;
}

/* For every where, one of the wheres on the same column holds. */
static int wanted(const list_t *l, const mote_text_t *cell) {
  for (size_t i = 0; i < l->opt->n_wheres; i++) {
    int any = 0;
    for (size_t k = 0; k < l->opt->n_wheres; k++)
      any |=
          l->where[k] == l->where[i] && same(cell[l->where[k]], l->opt->wheres[k].value);
    if (!any) return 0;
  }
  return 1;
}

static int set_split(list_t *l, const char *word, mote_manifest_row_t *row) {
  row->split = *word ? mote_split_word(word) : NULL;
  if (!*word || row->split) return 0;
  if (!l->odd_splits++) l->first_odd = row->line;
  return 1;
}

static int set_row_number(list_t *l, const char *text, mote_manifest_row_t *row) {
  double v;
  if (!mote_text_double((mote_text_t){text, strlen(text)}, '.', &v) || v < 1 ||
      v > 1e15 || v != (double)(uint64_t)v)
    return mote_fail(MOTE_ERR_FORMAT, "%s:%zu: row \"%.40s\" is not a number from 1 on",
                     l->place, row->line, text);
  row->row = (uint64_t)v;
  return MOTE_OK;
}

static int fill_row(list_t *l, const mote_text_t *cell, mote_manifest_row_t *row) {
  mote_pair_t *pairs = mote_arena_take(l->a, l->columns, sizeof *pairs);
  if (!pairs) return MOTE_ERR_NOMEM;
  row->line = l->reader.line;
  for (size_t c = 0; c < l->columns; c++) {
    const char *text = mote_text_copy(l->a, cell[c]);
    if (!text) return MOTE_ERR_NOMEM;
    int pair = *text != 0;
    if (c == l->role[PATH]) row->path = text, pair = 0;
    if (c == l->role[LABEL]) row->label = *text ? text : NULL, pair = 0;
    if (c == l->role[SPLIT]) pair = set_split(l, text, row);
    if (c == l->role[ROW] && *text) {
      MOTE_TRY(set_row_number(l, text, row));
      pair = 0;
    }
    if (pair) pairs[row->n_pairs++] = (mote_pair_t){l->column[c], text};
  }
  row->pairs = pairs;
  if ((row->path && *row->path) || (!row->path && row->row)) return MOTE_OK;
  return mote_fail(MOTE_ERR_FORMAT, "%s:%zu: the path is empty", l->place, row->line);
}

static int room(list_t *l, mote_manifest_t *out) {
  if (out->n < l->cap) return MOTE_OK;
  size_t cap = l->cap ? 2 * l->cap : 64;
  mote_manifest_row_t *rows = mote_arena_take(l->a, cap, sizeof *rows);
  if (!rows) return MOTE_ERR_NOMEM;
  if (out->n) memcpy(rows, out->rows, out->n * sizeof *rows);
  out->rows = rows;
  l->cap = cap;
  return MOTE_OK;
}

static int read_rows(list_t *l, mote_text_t *cell, mote_manifest_t *out) {
  size_t n;
  int rc;
  while ((rc = mote_csv_next(&l->reader, cell, &n)) > 0) {
    while (n > l->columns && cell[n - 1].n == 0) n--;
    if (n != l->columns)
      return mote_fail(MOTE_ERR_FORMAT,
                       "%s:%zu: %zu columns where the header has %zu (cells that hold "
                       "\"%c\" need quotes)",
                       l->place, l->reader.line, n, l->columns, l->reader.delimiter);
    if (!wanted(l, cell)) {
      out->left_out++;
      continue;
    }
    MOTE_TRY(room(l, out));
    MOTE_TRY(fill_row(l, cell, &out->rows[out->n++]));
  }
  return rc;
}

static int parse(list_t *l, const uint8_t *p, size_t n, mote_manifest_t *out) {
  mote_text_t text, *cell;
  mote_notes_t notes = {0};
  const char *note;
  MOTE_TRY(mote_text_decode(p, n, l->place, l->scratch, &text, &note));
  if (note) MOTE_TRY(mote_note(l->a, &notes, "%s", note));
  l->reader = mote_csv_open(text, l->place, 0, l->scratch);
  cell = mote_arena_take(l->scratch, MOTE_CSV_COLUMNS_MAX, sizeof *cell);
  if (!cell) return MOTE_ERR_NOMEM;
  MOTE_TRY(read_header(l, cell));
  MOTE_TRY(read_rows(l, cell, out));
  if (l->odd_splits)
    MOTE_TRY(mote_note(l->a, &notes,
                       "%zu rows have a split that is none of training, testing, "
                       "validation (first in line %zu): kept as metadata",
                       l->odd_splits, l->first_odd));
  out->notes = notes.item;
  out->n_notes = notes.n;
  return MOTE_OK;
}

int mote_manifest_parse(const uint8_t *p, size_t n, const mote_manifest_options_t *opt,
                        mote_arena_t *a, mote_manifest_t *out) {
  list_t l = {.opt = opt, .place = mote_text_place(opt->path), .a = a};
  *out = (mote_manifest_t){0};
  l.scratch = mote_arena_new();
  if (!l.scratch) return MOTE_ERR_NOMEM;
  int rc = parse(&l, p, n, out);
  mote_arena_free(l.scratch);
  return rc;
}
