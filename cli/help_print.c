/* SPDX-License-Identifier: Apache-2.0
 * A topic of `mote help` on the terminal, as Markdown and as JSON. */
#include <stdlib.h>
#include <string.h>

#include "help.h"

/* Calls fn for every entry; each has an arena of its own. */
typedef int (*entry_fn)(void *ctx, const mote_help_entry_t *e);

static int each(const mote_help_topic_t *t, entry_fn fn, void *ctx) {
  int rc = 1;
  for (size_t i = 0; rc > 0; i++) {
    mote_help_entry_t e = {0};
    mote_arena_t *a = mote_arena_new();
    if (!a) return MOTE_ERR_NOMEM;
    rc = t->entry(i, a, &e);
    if (rc > 0) {
      int done = fn(ctx, &e);
      if (done < 0) rc = done;
    }
    mote_arena_free(a);
  }
  return rc;
}

/* ---- text ---- */

/* One line of the source text, broken where it is longer than 88 columns. */
static void wrap_line(const char *text, size_t length, FILE *to) {
  const char *end = text + length;
  while (end - text > 88) {
    const char *cut = text + 88;
    while (cut > text && *cut != ' ') cut--;
    if (cut == text) break;
    fprintf(to, "%.*s\n", (int)(cut - text), text);
    text = cut + 1;
  }
  fprintf(to, "%.*s\n", (int)(end - text), text);
}

void mote_help_wrap(const char *text, FILE *to) {
  for (size_t n; *text; text += n + (text[n] == '\n')) {
    n = strcspn(text, "\n");
    wrap_line(text, n, to);
  }
}

typedef struct {
  const char *only;
  FILE *to;
  int found;
} text_t;

/* "2 to 512", "low, high, none", "true, false". */
static void print_range(json_t *schema, FILE *to) {
  json_t *all = json_object_get(schema, "enum"), *lo = json_object_get(schema, "minimum");
  json_t *word;
  size_t i;
  const char *type = json_string_value(json_object_get(schema, "type"));
  const char *unit = json_string_value(json_object_get(schema, "unit"));
  if (all)
    json_array_foreach(all, i, word)
        fprintf(to, "%s%s", i ? ", " : "", json_string_value(word));
  else if (lo)
    fprintf(to, "%g to %g", json_number_value(lo),
            json_number_value(json_object_get(schema, "maximum")));
  else
    fputs(!strcmp(type, "boolean") ? "true, false" : "text", to);
  if (unit) fprintf(to, " %s", unit);
}

static void print_default(json_t *v, FILE *to) {
  if (json_is_real(v))
    fprintf(to, "%g", json_real_value(v));
  else if (json_is_boolean(v))
    fputs(json_is_true(v) ? "true" : "false", to);
  else
    fprintf(to, "\"%s\"", json_string_value(v) ? json_string_value(v) : "");
}

static int print_params(const mote_help_entry_t *e, FILE *to) {
  json_t *schema = mote_params_schema(e->params, e->n_params), *row;
  json_t *rows = json_object_get(schema, "properties");
  const char *name;
  if (!rows) {
    json_decref(schema);
    return MOTE_ERR_NOMEM;
  }
  json_object_foreach(rows, name, row) {
    fprintf(to, "  %s: ", name);
    print_default(json_object_get(row, "default"), to);
    fputs("  (", to);
    print_range(row, to);
    fprintf(to, ")\n      %s\n", json_string_value(json_object_get(row, "description")));
  }
  json_decref(schema);
  return MOTE_OK;
}

static int print_line(void *ctx, const mote_help_entry_t *e) {
  text_t *t = ctx;
  if (!t->only) {
    const char *text = e->help ? e->help : e->n_facts ? e->facts[0].value : "";
    fprintf(t->to, "  %-18s %s\n", e->name, text);
  }
  if (!t->only || strcmp(t->only, e->name)) return MOTE_OK;
  t->found = 1;
  fprintf(t->to, "%s%s%s\n", e->name, e->help ? ": " : "", e->help ? e->help : "");
  for (size_t i = 0; i < e->n_facts; i++)
    fprintf(t->to, "  %s: %s\n", e->facts[i].key, e->facts[i].value);
  if (e->json) fprintf(t->to, "%s\n", e->json);
  return print_params(e, t->to);
}

int mote_help_text(const mote_help_topic_t *t, const char *only, FILE *to) {
  text_t ctx = {only, to, 0};
  if (!only) {
    fprintf(to, "%s\n\n", t->title);
    mote_help_wrap(t->about, to);
    fputc('\n', to);
  }
  MOTE_TRY(each(t, print_line, &ctx));
  if (!only)
    fprintf(to, "\n`mote help %s NAME` tells all of one.\n", t->name);
  else if (!ctx.found)
    return mote_fail(MOTE_ERR_USAGE,
                     "\"%s\" is none of the %s; `mote help %s` lists them", only, t->name,
                     t->name);
  return MOTE_OK;
}

/* ---- Markdown ---- */

static int print_json_block(const char *text, FILE *to) {
  json_t *j = json_loads(text, 0, NULL);
  char *pretty = j ? json_dumps(j, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) : NULL;
  json_decref(j);
  if (!pretty) return mote_fail(MOTE_ERR_CORRUPT, "a template is not JSON");
  fprintf(to, "\n```json\n%s\n```\n", pretty);
  free(pretty);
  return MOTE_OK;
}

static int markdown_entry(void *ctx, const mote_help_entry_t *e) {
  FILE *to = ctx;
  fprintf(to, "\n## %s\n", e->name);
  if (e->help) fprintf(to, "\n%s\n", e->help);
  if (e->n_facts) fprintf(to, "\n| | |\n|---|---|\n");
  for (size_t i = 0; i < e->n_facts; i++)
    fprintf(to, "| %s | %s |\n", e->facts[i].key, e->facts[i].value);
  if (e->json) return print_json_block(e->json, to);
  if (!e->n_params) return MOTE_OK;
  mote_buf_t table = {0};
  int rc = mote_params_docs(e->params, e->n_params, &table);
  if (rc == MOTE_OK) fprintf(to, "\n%s", (const char *)table.p);
  mote_buf_free(&table);
  return rc;
}

int mote_help_markdown(const mote_help_topic_t *t, FILE *to) {
  fprintf(to, "# %s\n\nPrinted by `mote help %s --markdown`; do not edit.\n\n%s\n",
          t->title, t->name, t->about);
  return each(t, markdown_entry, to);
}

/* ---- JSON ---- */

static int json_entry(void *ctx, const mote_help_entry_t *e) {
  json_t *o = json_pack("{s:s, s:s?}", "name", e->name, "help", e->help);
  for (size_t i = 0; o && i < e->n_facts; i++)
    json_object_set_new(o, e->facts[i].key, json_string(e->facts[i].value));
  if (o && e->n_params)
    json_object_set_new(o, "params", mote_params_schema(e->params, e->n_params));
  if (o && e->json) json_object_set_new(o, "design", json_loads(e->json, 0, NULL));
  return json_array_append_new(ctx, o) ? MOTE_ERR_NOMEM : MOTE_OK;
}

int mote_help_json(const mote_help_topic_t *t, json_t **out) {
  json_t *all = json_array();
  int rc = all ? each(t, json_entry, all) : MOTE_ERR_NOMEM;
  *out = rc < 0 ? NULL : json_pack("{s:s, s:O}", "topic", t->name, t->name, all);
  json_decref(all);
  return rc;
}
