/* SPDX-License-Identifier: Apache-2.0 */
#include "emit/structs.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"

#define COLUMNS 88

typedef struct mote_emitted_table {
  struct mote_emitted_table *next;
  mote_field_kind_t element;
  const void *p;
  uint32_t n;
  const char *name;
} table_t;

/* Element kinds and their C; a span kind has the element kind in the same order. */
static const struct { const char *type; size_t bytes; } kinds[] = {
    [MOTE_F_I8] = {"int8_t", 1},    [MOTE_F_U8] = {"uint8_t", 1},
    [MOTE_F_I16] = {"int16_t", 2},  [MOTE_F_U16] = {"uint16_t", 2},
    [MOTE_F_I32] = {"int32_t", 4},  [MOTE_F_U32] = {"uint32_t", 4},
    [MOTE_F_F32] = {"float", 4},
};

static mote_field_kind_t span_element(mote_field_kind_t k) {
  switch (k) {
  case MOTE_F_I8S: return MOTE_F_I8;
  case MOTE_F_U8S: return MOTE_F_U8;
  case MOTE_F_I16S: return MOTE_F_I16;
  case MOTE_F_U16S: return MOTE_F_U16;
  case MOTE_F_I32S: return MOTE_F_I32;
  case MOTE_F_F32S: return MOTE_F_F32;
  default: return MOTE_F_STRUCT; /* not a span */
  }
}

void mote_emit_float(float v, char *text) {
  if (isinf(v)) {
    snprintf(text, 32, "%sMOTE_INFINITY", v < 0 ? "-" : "");
    return;
  }
  for (int digits = 1; digits <= 9; digits++) {
    snprintf(text, 28, "%.*g", digits, (double)v);
    if (strtof(text, NULL) == v) break;
  }
  size_t n = strlen(text);
  snprintf(text + n, 32 - n, "%s", strpbrk(text, ".e") ? "f" : ".0f");
}

static void print_number(mote_field_kind_t k, const void *p, char *text) {
  switch (k) {
  case MOTE_F_I8: snprintf(text, 32, "%d", *(const int8_t *)p); break;
  case MOTE_F_U8: snprintf(text, 32, "%u", *(const uint8_t *)p); break;
  case MOTE_F_I16: snprintf(text, 32, "%d", *(const int16_t *)p); break;
  case MOTE_F_U16: snprintf(text, 32, "%u", *(const uint16_t *)p); break;
  case MOTE_F_U32: snprintf(text, 32, "%uu", *(const uint32_t *)p); break;
  case MOTE_F_I32:
    if (*(const int32_t *)p == INT32_MIN) snprintf(text, 32, "(-2147483647 - 1)");
    else snprintf(text, 32, "%d", *(const int32_t *)p);
    break;
  default: mote_emit_float(*(const float *)p, text);
  }
}

static int has_nan(mote_field_kind_t k, const void *p, uint32_t n) {
  if (k != MOTE_F_F32) return 0;
  for (uint32_t i = 0; i < n; i++)
    if (isnan(((const float *)p)[i])) return 1;
  return 0;
}

/* `head` then n numbers in lines of at most COLUMNS, indented by four, then "};". */
static int print_numbers(mote_buf_t *out, mote_field_kind_t k, const void *p,
                         uint32_t n) {
  size_t column = COLUMNS;
  for (uint32_t i = 0; i < n; i++) {
    char text[40];
    print_number(k, (const char *)p + i * kinds[k].bytes, text);
    size_t len = strlen(text) + 2;
    int wrap = column + len > COLUMNS;
    MOTE_TRY(mote_buf_printf(out, "%s%s%s", wrap ? "\n    " : " ", text,
                             i + 1 < n ? "," : ""));
    column = wrap ? 4 + len : column + len;
  }
  return MOTE_OK;
}

static const table_t *find_table(const mote_emit_t *e, mote_field_kind_t k, const void *p,
                                 uint32_t n) {
  for (const table_t *t = e->tables; t; t = t->next)
    if (t->element == k && t->n == n && !memcmp(t->p, p, n * kinds[k].bytes)) return t;
  return NULL;
}

const char *mote_emit_table(mote_emit_t *e, mote_field_kind_t k, const void *p,
                            uint32_t n, const char *name) {
  const table_t *old = find_table(e, k, p, n);
  if (old) return old->name;
  if (has_nan(k, p, n)) {
    (void)mote_fail(MOTE_ERR_NUMERIC, "table %s: not a number; train again", name);
    return NULL;
  }
  table_t *t = mote_arena_take(e->arena, 1, sizeof *t);
  if (!t || !(t->name = mote_arena_str(e->arena, name))) return NULL;
  t->element = k, t->p = p, t->n = n, t->next = e->tables;
  if (mote_buf_printf(&e->out, "static %s%s %s[%u] = {", e->in_ram ? "" : "const ",
                      kinds[k].type, name, n) < 0 ||
      print_numbers(&e->out, k, p, n) < 0 || mote_buf_printf(&e->out, "};\n") < 0)
    return NULL;
  e->tables = t;
  e->table_bytes += n * kinds[k].bytes;
  if (e->in_ram) e->ram_bytes += n * kinds[k].bytes;
  return t->name;
}

/* All spans have one layout: pointer, length. */
static mote_u8s_t span_of(const void *member) {
  mote_u8s_t s;
  memcpy(&s, member, sizeof s);
  return s;
}

/* Prints the tables of all spans of s, and remembers their names in order. */
static int print_tables(mote_emit_t *e, const mote_struct_t *s, const char *value,
                        const char *name, mote_buf_t *names) {
  for (size_t i = 0; i < s->n_fields; i++) {
    const mote_field_t *f = &s->fields[i];
    char *member = mote_arena_printf(e->arena, "%s_%s", name, f->name);
    if (!member) return MOTE_ERR_NOMEM;
    if (f->kind == MOTE_F_STRUCT) {
      for (size_t k = 0; k < f->count; k++) {
        char *each =
            f->count > 1 ? mote_arena_printf(e->arena, "%s%zu", member, k) : member;
        if (!each) return MOTE_ERR_NOMEM;
        MOTE_TRY(
            print_tables(e, f->sub, value + f->offset + k * f->sub->bytes, each, names));
      }
    } else if (span_element(f->kind) != MOTE_F_STRUCT) {
      mote_u8s_t span = span_of(value + f->offset);
      if (!span.n) continue;
      const char *table =
          mote_emit_table(e, span_element(f->kind), span.p, span.n, member);
      if (!table) return MOTE_ERR_NUMERIC;
      MOTE_TRY(mote_buf_add(names, table, strlen(table) + 1));
    }
  }
  return MOTE_OK;
}

typedef struct {
  mote_emit_t *e;
  const char *names; /* of the tables, NUL-separated, in the order of the fields */
} values_t;

static int print_values(values_t *v, const mote_struct_t *s, const char *value,
                        int depth);

static int print_member(values_t *v, const mote_field_t *f, const char *at, int depth) {
  char text[40];
  mote_buf_t *out = &v->e->out;
  if (f->kind == MOTE_F_STRUCT) return print_values(v, f->sub, at, depth + 1);
  if (span_element(f->kind) == MOTE_F_STRUCT) {
    print_number(f->kind, at, text);
    if (has_nan(f->kind, at, 1))
      return mote_fail(MOTE_ERR_NUMERIC, "parameter %s is not a number; train again",
                       f->name);
    return mote_buf_printf(out, "%s", text);
  }
  mote_u8s_t span = span_of(at);
  if (!span.n) return mote_buf_printf(out, "{NULL, 0}");
  int rc = mote_buf_printf(out, "{%s, %u}", v->names, span.n);
  v->names += strlen(v->names) + 1;
  return rc;
}

static size_t member_bytes(const mote_field_t *f) {
  if (f->kind == MOTE_F_STRUCT) return f->sub->bytes;
  return span_element(f->kind) == MOTE_F_STRUCT ? kinds[f->kind].bytes
                                                : sizeof(mote_u8s_t);
}

/* Depth is that of the type, not of data: a handful. */
static int print_values(values_t *v, const mote_struct_t *s, const char *value,
                        int depth) {
  mote_buf_t *out = &v->e->out;
  MOTE_TRY(mote_buf_printf(out, "{"));
  for (size_t i = 0; i < s->n_fields; i++) {
    const mote_field_t *f = &s->fields[i];
    MOTE_TRY(mote_buf_printf(out, "\n%*s.%s = ", 2 + 2 * depth, "", f->name));
    if (f->count > 1) MOTE_TRY(mote_buf_printf(out, "{"));
    for (size_t k = 0; k < f->count; k++) {
      if (k) MOTE_TRY(mote_buf_printf(out, ", "));
      MOTE_TRY(print_member(v, f, value + f->offset + k * member_bytes(f), depth));
    }
    MOTE_TRY(mote_buf_printf(out, "%s,", f->count > 1 ? "}" : ""));
  }
  return mote_buf_printf(out, "\n%*s}", 2 * depth, "");
}

int mote_emit_struct(mote_emit_t *e, const mote_struct_t *s, const void *value,
                     const char *name) {
  mote_buf_t names = {0};
  int rc = print_tables(e, s, value, name, &names);
  if (rc == MOTE_OK)
    rc = mote_buf_printf(&e->out, "static const %s %s = ", s->c_name, name);
  values_t v = {e, (const char *)names.p};
  if (rc == MOTE_OK) rc = print_values(&v, s, value, 0);
  if (rc == MOTE_OK) rc = mote_buf_printf(&e->out, ";\n\n");
  e->table_bytes += s->bytes;
  mote_buf_free(&names);
  return rc;
}

char *mote_emit_name(mote_arena_t *a, const char *text) {
  char *name =
      mote_arena_printf(a, "%s%s", isdigit((unsigned char)*text) ? "m" : "", text);
  if (!name) return NULL;
  for (char *p = name; *p; p++)
    *p = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '_';
  return *name ? name : mote_arena_str(a, "model");
}

char *mote_emit_upper(mote_arena_t *a, const char *text) {
  char *upper = mote_arena_str(a, text);
  for (char *p = upper; p && *p; p++) *p = (char)toupper((unsigned char)*p);
  return upper;
}

const char *mote_emit_plain(mote_arena_t *a, const char *text) {
  char *plain = mote_arena_str(a, text);
  for (char *p = plain; p && *p; p++)
    if ((unsigned char)*p < 32 || *p == 127 || (*p == '/' && p > plain && p[-1] == '*') ||
        *p == '|' || *p == '\\')
      *p = '_';
  return plain ? plain : "";
}

int mote_emit_comment(mote_buf_t *out, const char *text) {
  MOTE_TRY(mote_buf_printf(out, "  /*"));
  for (size_t column = 4; *text;) {
    size_t n = strcspn(text, " ");
    if (column + 1 + n > COLUMNS - 3) {
      MOTE_TRY(mote_buf_printf(out, "\n   *"));
      column = 4;
    }
    MOTE_TRY(mote_buf_printf(out, " %.*s", (int)n, text));
    column += 1 + n;
    text += n + (text[n] == ' ');
  }
  return mote_buf_printf(out, " */\n");
}
