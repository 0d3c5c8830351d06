/* SPDX-License-Identifier: Apache-2.0
 * impulse.json → mote_impulse_t. Field names appear in every message. */
#include "impulse/impulse.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"

#define IMPULSE_BYTES_MAX ((size_t)16 << 20)

static int wrong(const char *where, const char *what) {
  return mote_fail(MOTE_ERR_USAGE, "%s: %s", where, what);
}

static double number(json_t *o, const char *key, double dflt) {
  json_t *v = json_object_get(o, key);
  return json_is_number(v) ? json_number_value(v) : dflt;
}

/* Milliseconds, or -1 for "auto". */
static double duration(json_t *o, const char *key, double dflt) {
  const char *word = json_string_value(json_object_get(o, key));
  return word && !strcmp(word, "auto") ? -1 : number(o, key, dflt);
}

static const char *text(json_t *o, const char *key, const char *dflt) {
  const char *s = json_string_value(json_object_get(o, key));
  return s ? s : dflt;
}

typedef enum { NUMBER, TIME, TEXT, FLAG, LIST, OBJECT } kind_t;
typedef struct {
  const char *name;
  kind_t kind;
} field_t; /* a list ends with name NULL */

static int fits(kind_t kind, const json_t *v) {
  switch (kind) {
  case NUMBER: return json_is_number(v);
  case TIME:
    return (json_is_number(v) && json_number_value(v) >= 0) ||
           (json_is_string(v) && !strcmp(json_string_value(v), "auto"));
  case TEXT: return json_is_string(v);
  case FLAG: return json_is_boolean(v);
  case LIST: return json_is_array(v);
  default: return json_is_object(v);
  }
}

static int unknown_field(const field_t *known, const char *key, const char *where) {
  mote_buf_t all = {0};
  for (; known->name; known++) (void)mote_buf_printf(&all, " %s", known->name);
  int rc = mote_fail(MOTE_ERR_USAGE, "%s: there is no field \"%s\" here; known:%s", where,
                     key, all.p ? (char *)all.p : "");
  mote_buf_free(&all);
  return rc;
}

/* Refuses members that no rule knows, and values of another type: what is misspelt must
 * not be ignored. */
static int check_fields(json_t *o, const field_t *known, const char *where) {
  static const char *const kinds[] = {"a number",     "\"auto\" or a number, 0 or more",
                                      "a text",       "true or false",
                                      "a list [...]", "an object {...}"};
  const char *key;
  json_t *v;
  json_object_foreach(o, key, v) {
    const field_t *f = known;
    while (f->name && strcmp(f->name, key)) f++;
    if (!f->name) return unknown_field(known, key, where);
    if (!fits(f->kind, v))
      return mote_fail(MOTE_ERR_USAGE, "%s: \"%s\" must be %s", where, key,
                       kinds[f->kind]);
  }
  return MOTE_OK;
}

static int texts(mote_arena_t *a, json_t *list, const char ***out, size_t *n) {
  *n = json_array_size(list);
  *out = mote_arena_take(a, *n + 1, sizeof **out);
  if (!*out) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < *n; i++) {
    const char *s = json_string_value(json_array_get(list, i));
    if (!s) return mote_fail(MOTE_ERR_USAGE, "item %zu of the list is not a text", i);
    if (!((*out)[i] = mote_arena_str(a, s))) return MOTE_ERR_NOMEM;
  }
  return MOTE_OK;
}

static int parse_labeling(mote_impulse_t *m, json_t *o, const char *where) {
  static const char *const names[] = {"majority", "end", "anywhere", "anywhere_percent"};
  static const field_t known[] = {{"rule", TEXT}, {"labels", LIST}, {"percent", NUMBER},
                                  {NULL, TEXT}};
  MOTE_TRY(check_fields(o, known, where));
  const char *rule = text(o, "rule", "majority");
  int i = 0;
  while (i < 4 && strcmp(rule, names[i])) i++;
  if (i == 4)
    return mote_fail(
        MOTE_ERR_USAGE,
        "%s: rule \"%s\"; choose majority, end, anywhere or anywhere_percent", where,
        rule);
  m->input.labeling = (mote_labeling_t)i;
  m->input.labeling_percent = number(o, "percent", 50);
  if (!(m->input.labeling_percent >= 0 && m->input.labeling_percent <= 100))
    return wrong(where, "percent must be 0 to 100");
  return texts(m->arena, json_object_get(o, "labels"), &m->input.labeling_labels,
               &m->input.n_labeling_labels);
}

static int parse_input(mote_impulse_t *m, json_t *o, const char *where) {
  char at[512];
  snprintf(at, sizeof at, "%s: input", where);
  if (!json_is_object(o))
    return wrong(at, "missing; it says axes, frequency_hz, window_ms");
  static const field_t known[] = {{"axes", LIST},       {"frequency_hz", NUMBER},
                                  {"window_ms", TIME},  {"stride_ms", TIME},
                                  {"zero_pad", FLAG},   {"pad", TEXT},
                                  {"labeling", OBJECT}, {NULL, TEXT}};
  MOTE_TRY(check_fields(o, known, at));
  size_t n;
  int rc = texts(m->arena, json_object_get(o, "axes"), &m->input.axes, &n);
  if (rc < 0) return mote_context(rc, "%s.axes", at);
  m->input.n_axes = (uint32_t)n;
  m->input.hz = number(o, "frequency_hz", 0);
  m->input.window_ms = duration(o, "window_ms", -1);
  m->input.stride_ms = duration(o, "stride_ms", -1);
  json_t *pad = json_object_get(o, "zero_pad");
  m->input.zero_pad = pad ? json_is_true(pad) : 1;
  const char *with = text(o, "pad", "zero");
  m->input.pad_floor = !strcmp(with, "floor");
  if (!m->input.pad_floor && strcmp(with, "zero"))
    return wrong(at, "pad must be \"zero\" or \"floor\"");
  if (!(m->input.hz >= 0))
    return wrong(at, "frequency_hz must be 0 (as recorded) or more");
  if (m->input.stride_ms == 0 && m->input.window_ms != 0)
    return wrong(at, "stride_ms must be \"auto\" or more than 0");
  snprintf(at, sizeof at, "%s: input.labeling", where);
  return parse_labeling(m, json_object_get(o, "labeling"), at);
}

static int block_index(const mote_impulse_t *m, int id) {
  for (int i = 0; i < m->n_dsp; i++)
    if (m->dsp[i].id == id) return i;
  return -1;
}

static int parse_block(mote_impulse_t *m, json_t *o, const char *where) {
  if (m->n_dsp == MOTE_BLOCKS_MAX) return wrong(where, "more than 8 blocks");
  mote_dsp_t *d = &m->dsp[m->n_dsp];
  const char *type = text(o, "type", "");
  d->id = (int)number(o, "id", m->n_dsp + 2);
  if (block_index(m, d->id) >= 0)
    return mote_fail(MOTE_ERR_USAGE, "%s: id %d belongs to another block; choose another",
                     where, d->id);
  d->block = mote_block_find(type);
  if (!d->block) {
    mote_buf_t all = {0};
    for (size_t i = 0; mote_blocks[i]; i++)
      (void)mote_buf_printf(&all, " %s", mote_blocks[i]->type);
    int rc = mote_fail(MOTE_ERR_USAGE, "%s: there is no DSP block \"%s\"; known:%s",
                       where, type, all.p ? (char *)all.p : "");
    mote_buf_free(&all);
    return rc;
  }
  char at[640];
  snprintf(at, sizeof at, "%s (%s)", where, d->block->type);
  static const field_t known[] = {{"id", NUMBER}, {"type", TEXT},     {"name", TEXT},
                                  {"axes", LIST}, {"params", OBJECT}, {"normalize", FLAG},
                                  {NULL, TEXT}};
  MOTE_TRY(check_fields(o, known, at));
  d->name = mote_arena_str(m->arena, text(o, "name", type));
  d->cfg = mote_arena_take(m->arena, 1, d->block->cfg_bytes);
  if (!d->name || !d->cfg) return MOTE_ERR_NOMEM;
  mote_params_default(d->block->params, d->block->n_params, d->cfg);
  MOTE_TRY(mote_params_read(d->block->params, d->block->n_params,
                            json_object_get(o, "params"), d->cfg, at));
  d->block = mote_block_variant(d->block, d->cfg);
  json_t *norm = json_object_get(o, "normalize");
  d->normalize = norm ? json_is_true(norm) : 1;
  m->n_dsp++;
  return MOTE_OK;
}

static int name_taken(const mote_impulse_t *m, const char *name) {
  for (int i = 0; i < m->n_learn; i++)
    if (!strcmp(m->learn[i].name, name)) return 1;
  return 0;
}

static int parse_learner(mote_impulse_t *m, json_t *o, const char *where) {
  if (m->n_learn == MOTE_LEARNERS_MAX) return wrong(where, "more than 8 learners");
  static const field_t known[] = {
      {"id", NUMBER},    {"type", TEXT},      {"name", TEXT},
      {"inputs", LIST},  {"params", OBJECT},  {"layers", LIST},
      {"train", OBJECT}, {"augment", OBJECT}, {NULL, TEXT}};
  MOTE_TRY(check_fields(o, known, where));
  mote_learner_t *l = &m->learn[m->n_learn];
  l->type = mote_arena_str(m->arena, text(o, "type", ""));
  l->name = mote_arena_str(m->arena, text(o, "name", l->type ? l->type : ""));
  if (!l->type || !l->name) return MOTE_ERR_NOMEM;
  if (!*l->type)
    return wrong(where, "type is missing (classifier, regression, kmeans, gmm)");
  if (!*l->name || strpbrk(l->name, "/\\.") || name_taken(m, l->name))
    return wrong(where, "name must be unique, without '/', '\\' or '.'");
  l->id = (int)number(o, "id", 100 + m->n_learn);
  l->spec = o;
  json_t *inputs = json_object_get(o, "inputs"), *v;
  size_t i;
  json_array_foreach(inputs, i, v) {
    int at = block_index(m, (int)json_integer_value(v));
    if (at < 0 || i >= MOTE_BLOCKS_MAX)
      return mote_fail(MOTE_ERR_USAGE,
                       "%s: inputs names DSP block %d, which does not exist", where,
                       (int)json_integer_value(v));
    l->inputs[l->n_inputs++] = at;
  }
  if (!l->n_inputs)
    for (int b = 0; b < m->n_dsp; b++) l->inputs[l->n_inputs++] = b;
  m->n_learn++;
  return MOTE_OK;
}

typedef int (*item_fn)(mote_impulse_t *m, json_t *o, const char *where);

static int parse_list(mote_impulse_t *m, json_t *list, item_fn fn, const char *where) {
  size_t i;
  json_t *o;
  char at[512];
  json_array_foreach(list, i, o) {
    snprintf(at, sizeof at, "%.480s[%zu]", where, i);
    if (!json_is_object(o)) return wrong(at, "must be an object");
    MOTE_TRY(fn(m, o, at));
  }
  return MOTE_OK;
}

static int parse_validation(mote_impulse_t *m, json_t *o, const char *where) {
  static const field_t known[] = {{"fraction", NUMBER}, {"group", TEXT}, {NULL, TEXT}};
  char at[512];
  snprintf(at, sizeof at, "%s: validation", where);
  MOTE_TRY(check_fields(o, known, at));
  m->validation_fraction = number(o, "fraction", 0.2);
  if (!(m->validation_fraction >= 0 && m->validation_fraction < 1))
    return wrong(at, "fraction must be 0 or more and less than 1");
  m->validation_group = mote_arena_str(m->arena, text(o, "group", ""));
  return m->validation_group ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int parse_document(mote_impulse_t *m, json_t *doc, const char *where) {
  char at[512];
  if (!json_is_object(doc)) return wrong(where, "the document must be a JSON object");
  static const field_t known[] = {
      {"mote", NUMBER}, {"name", TEXT},         {"input", OBJECT},     {"dsp", LIST},
      {"learn", LIST},  {"validation", OBJECT}, {"smoothing", OBJECT}, {"target", OBJECT},
      {NULL, TEXT}};
  MOTE_TRY(check_fields(doc, known, where));
  if (json_integer_value(json_object_get(doc, "mote")) != 1)
    return wrong(where,
                 "\"mote\": 1 is missing: not an impulse, or from a newer version");
  m->json = json_incref(doc);
  m->name = mote_arena_str(m->arena, text(doc, "name", "impulse"));
  if (!m->name) return MOTE_ERR_NOMEM;
  MOTE_TRY(parse_input(m, json_object_get(doc, "input"), where));
  snprintf(at, sizeof at, "%s: dsp", where);
  MOTE_TRY(parse_list(m, json_object_get(doc, "dsp"), parse_block, at));
  if (!m->n_dsp)
    return wrong(where, "dsp lists no block; add at least {\"type\": \"raw\"}");
  snprintf(at, sizeof at, "%s: learn", where);
  MOTE_TRY(parse_list(m, json_object_get(doc, "learn"), parse_learner, at));
  return parse_validation(m, json_object_get(doc, "validation"), where);
}

int mote_impulse_parse(json_t *doc, const char *where, mote_impulse_t **out) {
  *out = NULL;
  mote_arena_t *a = mote_arena_new();
  mote_impulse_t *m = a ? mote_arena_take(a, 1, sizeof *m) : NULL;
  if (!m) {
    mote_arena_free(a);
    return MOTE_ERR_NOMEM;
  }
  m->arena = a;
  int rc = parse_document(m, doc, where);
  if (rc < 0) mote_impulse_free(m);
  else *out = m;
  return rc;
}

int mote_impulse_load(const char *path, mote_impulse_t **out) {
  mote_buf_t text_of = {0};
  *out = NULL;
  int rc = mote_file_read(path, IMPULSE_BYTES_MAX, &text_of);
  json_error_t e;
  json_t *doc = rc < 0 ? NULL : json_loadb((char *)text_of.p, text_of.n, 0, &e);
  if (rc == MOTE_OK && !doc)
    rc = mote_fail(MOTE_ERR_FORMAT, "%s:%d:%d: %s", path, e.line, e.column, e.text);
  if (rc == MOTE_OK) rc = mote_impulse_parse(doc, path, out);
  json_decref(doc);
  mote_buf_free(&text_of);
  return rc;
}

void mote_impulse_free(mote_impulse_t *m) {
  if (!m) return;
  json_decref(m->json);
  mote_arena_free(m->arena);
}
