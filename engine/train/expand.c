/* SPDX-License-Identifier: Apache-2.0
 * From what people write to plain layers. "activation" and "batch_norm" become layers of
 * their own, shorthand kinds are spelt out, [h, w] becomes _h and _w, names and sources
 * are made explicit, and the ends are completed: the shape the first layer wants, the
 * units of the last dense layer, the classifier's softmax. */
#include "train/net.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  const mote_net_spec_t *spec;
  json_t *plain;
  char before[MOTE_LAYER_NAME]; /* name of the layer last added */
  size_t at;                    /* index in the user's list */
  const char *type;
} expand_t;

static int refuse(const expand_t *x, const char *text, const char *detail) {
  const char *w = x->spec->where;
  return mote_fail(MOTE_ERR_USAGE, "%s%slayers[%zu] (%s): %s%s", w ? w : "",
                   w ? ": " : "", x->at, x->type, text, detail);
}

/* "kernel": [10, 4] -> "kernel_h": 10, "kernel_w": 4. */
static int split_pairs(const expand_t *x, json_t *o) {
  static const char *const pairs[] = {"kernel", "stride", "size"};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    json_t *v = json_object_get(o, pairs[i]);
    if (!json_is_array(v)) continue;
    char key[16];
    static const char *const end[] = {"_h", "_w"};
    if (json_array_size(v) != 2)
      return refuse(x, pairs[i], " must be a number or [height, width]");
    for (size_t j = 0; j < 2; j++) {
      snprintf(key, sizeof key, "%s%s", pairs[i], end[j]);
      json_object_set(o, key, json_array_get(v, j));
    }
    json_object_del(o, pairs[i]);
  }
  return MOTE_OK;
}

/* Appends a plain layer (reference stolen); `from` NULL: the layer before. */
static int append(expand_t *x, json_t *o, const char *name, json_t *from) {
  if (!o) return mote_fail(MOTE_ERR_NOMEM, "layers: out of memory");
  if (from) json_object_set(o, "from", from);
  else json_object_set_new(o, "from", json_pack("[s]", x->before));
  json_object_set_new(o, "name", json_string(name));
  json_object_set_new(o, "at", json_integer((json_int_t)x->at));
  snprintf(x->before, sizeof x->before, "%s", name);
  if (json_array_append_new(x->plain, o) < 0)
    return mote_fail(MOTE_ERR_NOMEM, "layers: out of memory");
  return MOTE_OK;
}

static int is_input(const expand_t *x, json_t *from) {
  const char *name = from ? json_string_value(json_array_get(from, 0)) : x->before;
  return name && !strcmp(name, "input");
}

/* The first layer sees the input its own way: a map or a sequence. */
static int adapt_input(expand_t *x, const mote_layer_kind_t *kind, json_t **from) {
  mote_input_shape_t s = x->spec->in, want = s;
  if (!is_input(x, *from)) return MOTE_OK;
  uint32_t frames = s.h > 1 ? s.h : s.w, bins = s.h > 1 ? s.w * s.c : s.c;
  int sequence = (s.h == 1 || s.w == 1) && frames > 1;
  if ((kind->flags & MOTE_LAYER_MAP) && sequence && bins > 1)
    want = (mote_input_shape_t){frames, bins, 1};
  if ((kind->flags & MOTE_LAYER_SEQUENCE) && s.h > 1)
    want = (mote_input_shape_t){1, frames, bins};
  if (want.h == s.h && want.w == s.w) return MOTE_OK;
  char name[MOTE_LAYER_NAME];
  snprintf(name, sizeof name, "input_as_%s", kind->flags & MOTE_LAYER_MAP ? "image"
                                                                         : "sequence");
  MOTE_TRY(append(x,
                  json_pack("{s:s, s:i, s:i, s:i}", "type", "reshape", "height",
                            (int)want.h, "width", (int)want.w, "channels", (int)want.c),
                  name, *from));
  *from = NULL;
  return MOTE_OK;
}

/* The pieces one written layer stands for, in order. */
typedef struct { json_t *part[8]; size_t n; } pieces_t;

static int activation_piece(const expand_t *x, json_t *o, pieces_t *p) {
  const char *name = json_string_value(json_object_get(o, "activation"));
  static const char *const known[] = {"relu", "relu6", "sigmoid", "tanh", "softmax"};
  if (!json_object_get(o, "activation")) return MOTE_OK;
  int linear = name && (!strcmp(name, "linear") || !strcmp(name, "none"));
  for (size_t i = 0; name && !linear; i++) {
    if (i == sizeof known / sizeof known[0]) name = NULL;
    else if (!strcmp(name, known[i])) break;
  }
  if (!name)
    return refuse(x, "activation must be one of ",
                  "relu, relu6, sigmoid, tanh, softmax, linear");
  if (!linear) p->part[p->n++] = json_pack("{s:s}", "type", name);
  json_object_del(o, "activation");
  return MOTE_OK;
}

static int make_pieces(expand_t *x, const mote_layer_kind_t *kind, json_t *o,
                       pieces_t *p) {
  json_t *norm = json_object_get(o, "batch_norm");
  int activates = (kind->flags & MOTE_LAYER_ACTIVATES) != 0;
  int normal = activates && json_is_true(norm);
  if (norm && activates && !json_is_boolean(norm))
    return refuse(x, "batch_norm", " must be true or false");
  if (kind->expand) {
    json_t *list = kind->expand(o);
    for (size_t i = 0; i < json_array_size(list) && p->n < 8; i++)
      p->part[p->n++] = json_incref(json_array_get(list, i));
    json_decref(list);
    return MOTE_OK;
  }
  p->part[p->n++] = json_incref(o);
  if (activates) json_object_del(o, "batch_norm");
  if (normal) {
    if (!json_object_get(o, "bias") && strcmp(kind->type, "add") != 0)
      json_object_set_new(o, "bias", json_false()); /* the norm's shift does its work */
    p->part[p->n++] = json_pack("{s:s}", "type", "batch_norm");
  }
  return activates ? activation_piece(x, o, p) : MOTE_OK;
}

static int append_pieces(expand_t *x, pieces_t *p, const char *name, json_t *from) {
  for (size_t i = 0; i < p->n; i++) {
    char part[MOTE_LAYER_NAME + 64];
    const char *type = json_string_value(json_object_get(p->part[i], "type"));
    int last = i + 1 == p->n;
    snprintf(part, sizeof part, last ? "%s" : "%s.%s%zu", name, type ? type : "", i);
    json_t *piece = p->part[i];
    p->part[i] = NULL;
    MOTE_TRY(append(x, piece, part, i ? NULL : from));
  }
  return MOTE_OK;
}

/* "from": "a" or ["a", "b"] as an array, taken out of o; NULL when absent. */
static json_t *take_from(json_t *o) {
  json_t *from = json_object_get(o, "from");
  json_t *list = json_is_string(from) ? json_pack("[O]", from) : json_incref(from);
  json_object_del(o, "from");
  return list;
}

static int expand_pieces(expand_t *x, const mote_layer_kind_t *kind, json_t *o) {
  char name[MOTE_LAYER_NAME];
  const char *given = json_string_value(json_object_get(o, "name"));
  if (given && strlen(given) > MOTE_LAYER_NAME - 24)
    return refuse(x, "the name is too long; 40 characters will do", "");
  if (given) snprintf(name, sizeof name, "%s", given);
  else snprintf(name, sizeof name, "%.40s_%zu", kind->type, x->at);
  json_object_del(o, "name");
  json_t *from = take_from(o), *source = from;
  pieces_t p = {{0}, 0};
  int rc = split_pairs(x, o);
  if (rc == 0) rc = adapt_input(x, kind, &source);
  if (rc == 0) rc = make_pieces(x, kind, o, &p);
  if (rc == 0) rc = append_pieces(x, &p, name, source);
  for (size_t i = 0; i < p.n; i++) json_decref(p.part[i]);
  json_decref(from);
  return rc;
}

static int expand_one(expand_t *x, json_t *layer, int last) {
  const char *type = json_string_value(json_object_get(layer, "type"));
  x->type = type ? type : "?";
  if (!json_is_object(layer) || !type)
    return refuse(x, "needs a \"type\", such as ",
                  "{\"type\": \"dense\", \"units\": 20}");
  const mote_layer_kind_t *kind = mote_layer_find(type);
  if (!kind || (kind->flags & MOTE_LAYER_HIDDEN))
    return refuse(x, "there is no such layer; `mote help layers` lists them", "");
  json_t *o = json_copy(layer);
  if (!o) return mote_fail(MOTE_ERR_NOMEM, "layers: out of memory");
  if (last && !strcmp(kind->type, "dense") && !json_object_get(o, "units"))
    json_object_set_new(o, "units", json_integer(x->spec->outputs));
  int rc = expand_pieces(x, kind, o);
  json_decref(o);
  return rc;
}

static int finish(expand_t *x) {
  json_t *end = json_array_get(x->plain, json_array_size(x->plain) - 1);
  const char *type = json_string_value(json_object_get(end, "type"));
  if (x->spec->task != MOTE_TASK_CLASSIFY || !strcmp(type, "softmax") ||
      !strcmp(type, "sigmoid"))
    return MOTE_OK;
  return append(x, json_pack("{s:s}", "type", "softmax"), "probabilities", NULL);
}

int mote_layers_expand(json_t *layers, const mote_net_spec_t *spec, json_t **out) {
  const char *w = spec->where;
  if (!json_is_array(layers) || json_array_size(layers) == 0)
    return mote_fail(MOTE_ERR_USAGE, "%s%slayers must be a list with at least one layer, "
                     "such as [{\"type\": \"dense\"}]", w ? w : "", w ? ": " : "");
  expand_t x = {.spec = spec, .plain = json_array(), .before = "input"};
  if (!x.plain) return mote_fail(MOTE_ERR_NOMEM, "layers: out of memory");
  int rc = MOTE_OK;
  for (size_t n = json_array_size(layers); rc == 0 && x.at < n; x.at++)
    rc = expand_one(&x, json_array_get(layers, x.at), x.at + 1 == n);
  if (rc == 0) {
    x.at--;
    rc = finish(&x);
  }
  if (rc < 0) json_decref(x.plain);
  else *out = x.plain;
  return rc;
}
