/* SPDX-License-Identifier: Apache-2.0 */
#include "base/param.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static void *slot(void *cfg, const mote_param_t *row) {
  return (char *)cfg + row->offset;
}

static void set_number(const mote_param_t *row, void *cfg, double v) {
  if (row->kind == MOTE_P_FLOAT) *(float *)slot(cfg, row) = (float)v;
  else *(int32_t *)slot(cfg, row) = (int32_t)v;
}

static int set_text(const mote_param_t *row, void *cfg, const char *s) {
  if (strlen(s) >= MOTE_P_TEXT_MAX)
    return mote_fail(MOTE_ERR_USAGE, "%s: text longer than %d characters", row->name,
                     MOTE_P_TEXT_MAX - 1);
  snprintf(slot(cfg, row), MOTE_P_TEXT_MAX, "%s", s);
  return MOTE_OK;
}

void mote_params_default(const mote_param_t *rows, size_t n, void *cfg) {
  for (size_t i = 0; i < n; i++) {
    if (rows[i].kind == MOTE_P_TEXT)
      (void)set_text(&rows[i], cfg, rows[i].choices ? rows[i].choices : "");
    else if (rows[i].kind == MOTE_P_INTS)
      memset(slot(cfg, &rows[i]), 0, sizeof(mote_ints_t));
    else set_number(&rows[i], cfg, rows[i].dflt);
  }
}

/* Copies the i-th of "a|b|c" into word; 0 when there is none. */
static int choice_at(const char *choices, int i, char word[64]) {
  const char *p = choices;
  while (i-- > 0) {
    p = strchr(p, '|');
    if (!p) return 0;
    p++;
  }
  size_t n = strcspn(p, "|");
  if (n > 63) n = 63;
  memcpy(word, p, n);
  word[n] = 0;
  return 1;
}

static int choice_index(const char *choices, const char *want) {
  char word[64];
  for (int i = 0; choice_at(choices, i, word); i++)
    if (!strcasecmp(word, want)) return i;
  return -1;
}

static int bad_type(const mote_param_t *row, const char *where, const char *want) {
  return mote_fail(MOTE_ERR_USAGE, "%s: %s must be %s", where, row->name, want);
}

/* A choice may be a name, or a number that is spelt as one ("1|3|10"). */
static int read_choice(const mote_param_t *row, json_t *v, void *cfg, const char *where) {
  char spelt[64];
  const char *s = json_string_value(v);
  if (json_is_number(v)) {
    snprintf(spelt, sizeof spelt, "%g", json_number_value(v));
    s = spelt;
  }
  int i = s ? choice_index(row->choices, s) : -1;
  if (i < 0)
    return mote_fail(MOTE_ERR_USAGE, "%s: %s is \"%s\"; choose one of %s", where,
                     row->name, s ? s : "?", row->choices);
  set_number(row, cfg, i);
  return MOTE_OK;
}

static int number_of(const mote_param_t *row, json_t *v, const char *where, double *x) {
  if (!json_is_number(v)) return bad_type(row, where, "a number");
  *x = json_number_value(v);
  if (row->kind != MOTE_P_FLOAT && *x != floor(*x))
    return bad_type(row, where, "a whole number");
  if (*x >= row->min && *x <= row->max) return MOTE_OK;
  return mote_fail(MOTE_ERR_USAGE, "%s: %s is %g %s; the range is %g to %g", where,
                   row->name, *x, row->unit ? row->unit : "", row->min, row->max);
}

static int read_number(const mote_param_t *row, json_t *v, void *cfg, const char *where) {
  double x;
  MOTE_TRY(number_of(row, v, where, &x));
  set_number(row, cfg, x);
  return MOTE_OK;
}

static int read_ints(const mote_param_t *row, json_t *v, void *cfg, const char *where) {
  mote_ints_t all = {.n = (int32_t)json_array_size(v)};
  if (!json_is_array(v) || json_array_size(v) > MOTE_INTS_MAX)
    return bad_type(row, where, "a list of at most 32 whole numbers");
  for (int32_t i = 0; i < all.n; i++) {
    double x;
    MOTE_TRY(number_of(row, json_array_get(v, (size_t)i), where, &x));
    all.v[i] = (int32_t)x;
  }
  memcpy(slot(cfg, row), &all, sizeof all);
  return MOTE_OK;
}

static int read_one(const mote_param_t *row, json_t *v, void *cfg, const char *where) {
  switch (row->kind) {
  case MOTE_P_BOOL:
    if (!json_is_boolean(v) && !json_is_integer(v))
      return bad_type(row, where, "true or false");
    set_number(row, cfg, json_is_true(v) || json_integer_value(v) != 0);
    return MOTE_OK;
  case MOTE_P_CHOICE: return read_choice(row, v, cfg, where);
  case MOTE_P_TEXT:
    return json_is_string(v) ? set_text(row, cfg, json_string_value(v))
                             : bad_type(row, where, "a text");
  case MOTE_P_INTS: return read_ints(row, v, cfg, where);
  default: return read_number(row, v, cfg, where);
  }
}

static int same_name(const char *a, const char *b) {
  for (; *a && *b; a++, b++)
    if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b)) return 0;
  return *a == *b;
}

/* Levenshtein distance, for "did you mean"; names are short. */
static size_t distance(const char *a, const char *b) {
  size_t row[64], nb = strlen(b);
  if (nb > 62) return 99;
  for (size_t j = 0; j <= nb; j++) row[j] = j;
  for (size_t i = 1; a[i - 1]; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= nb; j++) {
      size_t up = row[j], best = diagonal + (a[i - 1] != b[j - 1]);
      if (up + 1 < best) best = up + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      row[j] = best;
      diagonal = up;
    }
  }
  return row[nb];
}

static int unknown(const mote_param_t *rows, size_t n, const char *name,
                   const char *where) {
  const char *best = NULL;
  size_t best_d = 99;
  for (size_t i = 0; i < n; i++) {
    size_t d = distance(name, rows[i].name);
    if (d < best_d) best_d = d, best = rows[i].name;
  }
  return mote_fail(MOTE_ERR_USAGE, "%s: there is no parameter \"%s\"%s%s%s", where, name,
                   best ? "; did you mean \"" : "", best ? best : "", best ? "\"?" : "");
}

int mote_params_read(const mote_param_t *rows, size_t n, json_t *obj, void *cfg,
                     const char *where) {
  if (!obj || json_is_null(obj)) return MOTE_OK;
  if (!json_is_object(obj))
    return mote_fail(MOTE_ERR_USAGE, "%s: parameters must be a JSON object", where);
  const char *name;
  json_t *v;
  json_object_foreach(obj, name, v) {
    size_t i = 0;
    while (i < n && !same_name(rows[i].name, name)) i++;
    if (i == n) return unknown(rows, n, name, where);
    MOTE_TRY(read_one(&rows[i], v, cfg, where));
  }
  return MOTE_OK;
}

/* The shortest decimal that reads back as the same float. */
static double tidy(float f) {
  char text[32];
  for (int digits = 6; digits < 10; digits++) {
    double d;
    snprintf(text, sizeof text, "%.*g", digits, (double)f);
    if (sscanf(text, "%lf", &d) == 1 && (float)d == f) return d;
  }
  return (double)f;
}

static json_t *write_ints(const mote_ints_t *all) {
  json_t *a = json_array();
  for (int32_t i = 0; i < all->n; i++) json_array_append_new(a, json_integer(all->v[i]));
  return a;
}

static json_t *write_value(const mote_param_t *row, const void *cfg) {
  void *at = slot((void *)cfg, row);
  char word[64];
  switch (row->kind) {
  case MOTE_P_FLOAT: return json_real(tidy(*(float *)at));
  case MOTE_P_BOOL: return json_boolean(*(int32_t *)at);
  case MOTE_P_TEXT: return json_string(at);
  case MOTE_P_INTS: return write_ints(at);
  case MOTE_P_CHOICE:
    return choice_at(row->choices, *(int32_t *)at, word) ? json_string(word)
                                                         : json_null();
  default: return json_integer(*(int32_t *)at);
  }
}

json_t *mote_params_write(const mote_param_t *rows, size_t n, const void *cfg) {
  json_t *o = json_object();
  for (size_t i = 0; o && i < n; i++)
    json_object_set_new(o, rows[i].name, write_value(&rows[i], cfg));
  return o;
}

static json_t *schema_of(const mote_param_t *row) {
  static const char *types[] = {"integer", "number", "boolean",
                                "string",  "string", "array"};
  json_t *s = json_pack("{s:s, s:s}", "type", types[row->kind], "description", row->help);
  if (!s) return NULL;
  char word[64];
  if (row->unit && row->unit[0]) json_object_set_new(s, "unit", json_string(row->unit));
  if (row->kind == MOTE_P_CHOICE) {
    json_t *all = json_array();
    for (int i = 0; choice_at(row->choices, i, word); i++)
      json_array_append_new(all, json_string(word));
    json_object_set_new(s, "enum", all);
    if (choice_at(row->choices, (int)row->dflt, word))
      json_object_set_new(s, "default", json_string(word));
  } else if (row->kind == MOTE_P_BOOL) {
    json_object_set_new(s, "default", json_boolean(row->dflt != 0));
  } else if (row->kind == MOTE_P_TEXT) {
    json_object_set_new(s, "default", json_string(row->choices ? row->choices : ""));
  } else if (row->kind == MOTE_P_INTS) {
    json_object_set_new(s, "items",
                        json_pack("{s:s, s:f, s:f}", "type", "integer", "minimum",
                                  row->min, "maximum", row->max));
    json_object_set_new(s, "maxItems", json_integer(MOTE_INTS_MAX));
    json_object_set_new(s, "default", json_array());
  } else {
    json_object_set_new(s, "minimum", json_real(row->min));
    json_object_set_new(s, "maximum", json_real(row->max));
    json_object_set_new(s, "default", json_real(row->dflt));
  }
  return s;
}

json_t *mote_params_schema(const mote_param_t *rows, size_t n) {
  json_t *props = json_object();
  for (size_t i = 0; props && i < n; i++)
    json_object_set_new(props, rows[i].name, schema_of(&rows[i]));
  return json_pack("{s:s, s:b, s:o}", "type", "object", "additionalProperties", 0,
                   "properties", props);
}

static int docs_row(const mote_param_t *row, mote_buf_t *out) {
  char word[64] = "";
  MOTE_TRY(mote_buf_printf(out, "| `%s` | ", row->name));
  switch (row->kind) {
  case MOTE_P_CHOICE: {
    char one[64];
    (void)choice_at(row->choices, (int)row->dflt, word);
    for (int i = 0; choice_at(row->choices, i, one); i++)
      MOTE_TRY(mote_buf_printf(out, "%s%s", i ? ", " : "", one));
    MOTE_TRY(mote_buf_printf(out, " | %s", word));
    break;
  }
  case MOTE_P_BOOL:
    MOTE_TRY(mote_buf_printf(out, "true, false | %s", row->dflt != 0 ? "true" : "false"));
    break;
  case MOTE_P_TEXT:
    MOTE_TRY(mote_buf_printf(out, "text | %s", row->choices ? row->choices : ""));
    break;
  case MOTE_P_INTS:
    MOTE_TRY(mote_buf_printf(out, "list of %g to %g | none", row->min, row->max));
    break;
  default: MOTE_TRY(mote_buf_printf(out, "%g to %g | %g", row->min, row->max, row->dflt));
  }
  return mote_buf_printf(out, " | %s | %s |\n", row->unit ? row->unit : "", row->help);
}

int mote_params_docs(const mote_param_t *rows, size_t n, mote_buf_t *out) {
  MOTE_TRY(mote_buf_printf(
      out, "| parameter | range | default | unit | meaning |\n|---|---|---|---|---|\n"));
  for (size_t i = 0; i < n; i++) MOTE_TRY(docs_row(&rows[i], out));
  return MOTE_OK;
}
