/* SPDX-License-Identifier: Apache-2.0
 * Field numbers are those of onnx.proto: a ModelProto holds a GraphProto, that
 * NodeProtos, those AttributeProtos. Depth is fixed: nothing here recurses. */
#include "formats/onnx.h"

#include <string.h>

#include "formats/onnx_tensor.h"

#define COUNT_LIMIT 100000 /* values, nodes, attributes or tensors of one node */

/* Names seen so far: open addressing, at most half full. */
typedef struct {
  mote_arena_t *a;
  mote_onnx_t *m;
  mote_pb_span_t *names; /* of the values */
  int32_t *slots;        /* value index + 1, 0: free */
  uint32_t n_slots;      /* a power of two */
  int32_t cap;           /* of values and names */
} reader_t;

static int bad(const char *what) {
  return mote_fail(MOTE_ERR_FORMAT, "onnx: %s; the file is damaged or truncated", what);
}

/* ---- values by name ---- */

static uint32_t hash(mote_pb_span_t s) {
  uint32_t h = 2166136261u;
  for (size_t i = 0; i < s.n; i++) h = (h ^ s.p[i]) * 16777619u;
  return h ^ h >> 15;
}

static int same(mote_pb_span_t a, mote_pb_span_t b) {
  return a.n == b.n && (a.n == 0 || !memcmp(a.p, b.p, a.n));
}

static uint32_t slot_of(const reader_t *r, mote_pb_span_t name) {
  uint32_t at = hash(name) & (r->n_slots - 1);
  while (r->slots[at] && !same(r->names[r->slots[at] - 1], name))
    at = (at + 1) & (r->n_slots - 1);
  return at;
}

static int grow(reader_t *r) {
  int32_t cap = r->cap ? 2 * r->cap : 64, n = r->m->n_values;
  mote_onnx_value_t *values = mote_arena_take(r->a, (size_t)cap, sizeof *values);
  mote_pb_span_t *names = mote_arena_take(r->a, (size_t)cap, sizeof *names);
  r->slots = mote_arena_take(r->a, 2 * (size_t)cap, sizeof *r->slots);
  if (!values || !names || !r->slots) return MOTE_ERR_NOMEM;
  if (n) {
    memcpy(values, r->m->values, (size_t)n * sizeof *values);
    memcpy(names, r->names, (size_t)n * sizeof *names);
  }
  r->m->values = values, r->names = names, r->cap = cap, r->n_slots = 2 * (uint32_t)cap;
  for (int32_t i = 0; i < n; i++) r->slots[slot_of(r, names[i])] = i + 1;
  return MOTE_OK;
}

/* Index of the value of that name, made when first met; -1 for the empty name. */
static int value(reader_t *r, mote_pb_span_t name, int32_t *out) {
  *out = -1;
  if (!name.n) return MOTE_OK;
  if (r->m->n_values == r->cap) MOTE_TRY(grow(r));
  uint32_t at = slot_of(r, name);
  if (!r->slots[at]) {
    if (r->m->n_values == COUNT_LIMIT) return bad("too many names");
    mote_onnx_value_t *v = &r->m->values[r->m->n_values];
    *v = (mote_onnx_value_t){.rank = -1};
    if (!(v->name = mote_onnx_text(name, r->a))) return MOTE_ERR_NOMEM;
    r->names[r->m->n_values++] = name;
    r->slots[at] = r->m->n_values;
  }
  *out = r->slots[at] - 1;
  return MOTE_OK;
}

/* ---- fields of a message ---- */

/* How many fields of that number the message has; negative when damaged or too many. */
static int count(mote_pb_span_t message, uint32_t field) {
  mote_pb_field_t f;
  int rc, n = 0;
  while ((rc = mote_pb_next(&message, &f)) > 0)
    if (f.field == field && ++n > COUNT_LIMIT) return bad("too many entries");
  return rc < 0 ? rc : n;
}

/* The last field of that number with a length; empty when there is none. */
static int last(mote_pb_span_t message, uint32_t field, mote_pb_span_t *out) {
  mote_pb_field_t f;
  int rc;
  *out = (mote_pb_span_t){NULL, 0};
  while ((rc = mote_pb_next(&message, &f)) > 0)
    if (f.field == field && f.wire == MOTE_PB_BYTES) *out = f.bytes;
  return rc;
}

static int text(mote_pb_span_t message, uint32_t field, mote_arena_t *a,
                const char **out) {
  mote_pb_span_t s;
  MOTE_TRY(last(message, field, &s));
  return (*out = mote_onnx_text(s, a)) ? MOTE_OK : MOTE_ERR_NOMEM;
}

/* ---- types of values ---- */

static int read_dim(mote_pb_span_t dim, mote_arena_t *a, int64_t *size,
                    const char **open) {
  mote_pb_field_t f;
  int rc;
  *size = -1;
  if (!(*open = mote_arena_str(a, ""))) return MOTE_ERR_NOMEM;
  while ((rc = mote_pb_next(&dim, &f)) > 0) {
    if (f.field == 1 && f.number > 0 && f.number < 1u << 30) *size = (int64_t)f.number;
    if (f.field == 2 && f.wire == MOTE_PB_BYTES &&
        !(*open = mote_onnx_text(f.bytes, a)))
      return MOTE_ERR_NOMEM;
  }
  return rc;
}

static int read_shape(mote_pb_span_t shape, mote_arena_t *a, mote_onnx_value_t *v) {
  mote_pb_field_t f;
  int rc;
  v->rank = 0;
  while ((rc = mote_pb_next(&shape, &f)) > 0) {
    if (f.field != 1 || f.wire != MOTE_PB_BYTES) continue;
    if (v->rank == MOTE_ONNX_RANK_MAX)
      return mote_fail(MOTE_ERR_LIMIT, "onnx: \"%s\" has more than %d dimensions",
                       v->name, MOTE_ONNX_RANK_MAX);
    MOTE_TRY(read_dim(f.bytes, a, &v->dims[v->rank], &v->open[v->rank]));
    v->rank++;
  }
  return rc;
}

/* A ValueInfoProto; *out is the value that it is about. */
static int read_info(reader_t *r, mote_pb_span_t info, int32_t *out) {
  mote_pb_span_t name, type, tensor;
  mote_pb_field_t f;
  int rc;
  MOTE_TRY(last(info, 1, &name));
  MOTE_TRY(value(r, name, out));
  if (*out < 0) return bad("an input or output has no name");
  mote_onnx_value_t *v = &r->m->values[*out];
  MOTE_TRY(last(info, 2, &type));
  MOTE_TRY(last(type, 1, &tensor));
  while ((rc = mote_pb_next(&tensor, &f)) > 0) {
    if (f.field == 1 && f.number < 1000) v->type = (int32_t)f.number;
    if (f.field == 2 && f.wire == MOTE_PB_BYTES)
      MOTE_TRY(read_shape(f.bytes, r->a, v));
  }
  return rc;
}

/* ---- nodes ---- */

static int read_attr_texts(mote_pb_span_t message, mote_arena_t *a,
                           mote_onnx_attr_t *x) {
  mote_pb_field_t f;
  int n = count(message, 9), rc;
  if (n < 0) return n;
  if (!(x->texts = mote_arena_take(a, (size_t)n + 1, sizeof *x->texts)))
    return MOTE_ERR_NOMEM;
  while ((rc = mote_pb_next(&message, &f)) > 0)
    if (f.field == 9 && f.wire == MOTE_PB_BYTES && x->n < (size_t)n &&
        !(x->texts[x->n++] = mote_onnx_text(f.bytes, a)))
      return MOTE_ERR_NOMEM;
  return rc;
}

static int read_attr_lists(mote_pb_span_t message, mote_arena_t *a,
                           mote_onnx_attr_t *x) {
  mote_onnx_list_t list;
  int is_float = x->kind == MOTE_ONNX_A_FLOATS;
  if (!is_float && x->kind != MOTE_ONNX_A_INTS) return MOTE_OK;
  MOTE_TRY(mote_onnx_numbers(message, is_float ? 7 : 8,
                             is_float ? MOTE_PB_FIXED32 : MOTE_PB_VARINT, a, &list));
  x->n = list.n;
  x->ints = (const int64_t *)list.v;
  if (!is_float) return MOTE_OK;
  float *v = mote_arena_take(a, list.n, sizeof *v);
  for (size_t i = 0; v && i < list.n; i++) v[i] = mote_onnx_float(list.v[i]);
  x->floats = v;
  return v ? MOTE_OK : MOTE_ERR_NOMEM;
}

/* AttributeProto.AttributeType, or what the field that is set tells. */
static mote_onnx_attr_kind_t kind_of(uint64_t type) {
  static const mote_onnx_attr_kind_t kinds[] = {
      [1] = MOTE_ONNX_A_FLOAT, [2] = MOTE_ONNX_A_INT,    [3] = MOTE_ONNX_A_TEXT,
      [4] = MOTE_ONNX_A_TENSOR, [6] = MOTE_ONNX_A_FLOATS, [7] = MOTE_ONNX_A_INTS,
      [8] = MOTE_ONNX_A_TEXTS};
  return type < 9 ? kinds[type] : MOTE_ONNX_A_OTHER;
}

static int read_attr_tensor(mote_pb_span_t message, mote_arena_t *a,
                            mote_onnx_attr_t *x) {
  mote_pb_span_t tensor, name;
  mote_onnx_tensor_t *t = mote_arena_take(a, 1, sizeof *t);
  if (!t) return MOTE_ERR_NOMEM;
  MOTE_TRY(last(message, 5, &tensor));
  x->tensor = t;
  return mote_onnx_tensor(tensor, a, t, &name);
}

static int read_attr(mote_pb_span_t message, mote_arena_t *a, mote_onnx_attr_t *x) {
  mote_pb_span_t rest = message;
  mote_pb_field_t f;
  int rc;
  *x = (mote_onnx_attr_t){.text = ""};
  while ((rc = mote_pb_next(&rest, &f)) > 0) {
    if (f.field == 2) x->f = mote_onnx_float(f.number);
    else if (f.field == 3) x->i = (int64_t)f.number;
    else if (f.field == 20) x->kind = kind_of(f.number);
  }
  if (rc < 0) return rc;
  MOTE_TRY(text(message, 1, a, &x->name));
  if (x->kind == MOTE_ONNX_A_TEXT) MOTE_TRY(text(message, 4, a, &x->text));
  if (x->kind == MOTE_ONNX_A_TENSOR) return read_attr_tensor(message, a, x);
  if (x->kind == MOTE_ONNX_A_TEXTS) return read_attr_texts(message, a, x);
  return read_attr_lists(message, a, x);
}

/* The values named by a repeated string field. */
static int read_names(reader_t *r, mote_pb_span_t message, uint32_t field,
                      int32_t **out) {
  mote_pb_field_t f;
  int n = count(message, field), i = 0, rc;
  if (n < 0) return n;
  if (!(*out = mote_arena_take(r->a, (size_t)n, sizeof **out))) return MOTE_ERR_NOMEM;
  while ((rc = mote_pb_next(&message, &f)) > 0)
    if (f.field == field) MOTE_TRY(value(r, f.bytes, &(*out)[i++]));
  return rc < 0 ? rc : n;
}

static int read_node(reader_t *r, mote_pb_span_t message, mote_onnx_node_t *n) {
  mote_pb_field_t f;
  int rc = count(message, 5);
  if (rc < 0) return rc;
  if (!(n->attrs = mote_arena_take(r->a, (size_t)rc, sizeof *n->attrs)))
    return MOTE_ERR_NOMEM;
  MOTE_TRY(text(message, 3, r->a, &n->name));
  MOTE_TRY(text(message, 4, r->a, &n->op));
  MOTE_TRY(text(message, 7, r->a, &n->domain));
  MOTE_TRY(n->n_in = read_names(r, message, 1, &n->in));
  MOTE_TRY(n->n_out = read_names(r, message, 2, &n->out));
  while ((rc = mote_pb_next(&message, &f)) > 0)
    if (f.field == 5) MOTE_TRY(read_attr(f.bytes, r->a, &n->attrs[n->n_attrs++]));
  return rc;
}

/* ---- graph ---- */

static int read_init(reader_t *r, mote_pb_span_t message) {
  mote_onnx_tensor_t *t = mote_arena_take(r->a, 1, sizeof *t);
  mote_pb_span_t name;
  int32_t at;
  if (!t) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_onnx_tensor(message, r->a, t, &name));
  MOTE_TRY(value(r, name, &at));
  if (at < 0) return bad("a constant has no name");
  r->m->values[at].init = t;
  return MOTE_OK;
}

static int read_part(reader_t *r, const mote_pb_field_t *f) {
  mote_onnx_t *m = r->m;
  int32_t about;
  if (f->field == 1) {
    int32_t i = m->n_nodes++;
    int rc = read_node(r, f->bytes, &m->nodes[i]);
    return rc < 0 ? mote_context(rc, "node %d", (int)i) : rc;
  }
  if (f->field == 5) return read_init(r, f->bytes);
  if (f->field == 11) return read_info(r, f->bytes, &m->inputs[m->n_inputs++]);
  if (f->field == 12) return read_info(r, f->bytes, &m->outputs[m->n_outputs++]);
  if (f->field == 13) return read_info(r, f->bytes, &about);
  if (f->field == 15)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "onnx: sparse constants; make them dense");
  return MOTE_OK;
}

static int read_graph(reader_t *r, mote_pb_span_t graph) {
  mote_pb_field_t f;
  int nodes = count(graph, 1), in = count(graph, 11), out = count(graph, 12), rc;
  if (nodes < 0 || in < 0 || out < 0) return MOTE_ERR_FORMAT;
  r->m->nodes = mote_arena_take(r->a, (size_t)nodes, sizeof *r->m->nodes);
  r->m->inputs = mote_arena_take(r->a, (size_t)in, sizeof *r->m->inputs);
  r->m->outputs = mote_arena_take(r->a, (size_t)out, sizeof *r->m->outputs);
  if (!r->m->nodes || !r->m->inputs || !r->m->outputs) return MOTE_ERR_NOMEM;
  while ((rc = mote_pb_next(&graph, &f)) > 0) MOTE_TRY(read_part(r, &f));
  return rc;
}

/* OperatorSetIdProto: the version of the standard domain. */
static int read_opset(mote_pb_span_t message, mote_arena_t *a, mote_onnx_t *m) {
  const char *domain;
  mote_pb_field_t f;
  int64_t version = 0;
  int rc;
  MOTE_TRY(text(message, 1, a, &domain));
  while ((rc = mote_pb_next(&message, &f)) > 0)
    if (f.field == 2) version = (int64_t)(f.number & 0xFFFF);
  if (!*domain || !strcmp(domain, "ai.onnx")) m->opset = version;
  return rc;
}

int mote_onnx_sniff(const uint8_t *p, size_t n) {
  return n >= 16 && p[0] == 8 && p[1] >= 3 && p[1] < 32;
}

int mote_onnx_read(const uint8_t *p, size_t n, mote_arena_t *a, mote_onnx_t *out) {
  mote_pb_span_t model = {p, n}, rest = model, graph;
  mote_pb_field_t f;
  int rc;
  *out = (mote_onnx_t){0};
  if (!mote_onnx_sniff(p, n))
    return mote_fail(MOTE_ERR_FORMAT, "not an .onnx file: it does not start with the "
                     "version of its format");
  MOTE_TRY(last(model, 7, &graph));
  while ((rc = mote_pb_next(&rest, &f)) > 0)
    if (f.field == 8) MOTE_TRY(read_opset(f.bytes, a, out));
  if (rc < 0) return rc;
  if (!graph.n) return bad("there is no graph");
  reader_t r = {.a = a, .m = out};
  return read_graph(&r, graph);
}

const mote_onnx_attr_t *mote_onnx_attr(const mote_onnx_node_t *n, const char *name) {
  for (int32_t i = 0; i < n->n_attrs; i++)
    if (!strcmp(n->attrs[i].name, name)) return &n->attrs[i];
  return NULL;
}
