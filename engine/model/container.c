/* SPDX-License-Identifier: Apache-2.0
 * The model container (FORMATS.md): u64 little-endian header length, JSON header padded
 * with blanks, raw constants at multiples of 64 bytes behind it. Offsets in the header
 * count from the first byte behind the header. Same graph -> same bytes. */
#include <string.h>

#include "base/file.h"
#include "model/op.h"

#define ALIGN       64u
#define FILE_LIMIT  ((size_t)1 << 31)
#define COUNT_LIMIT 100000 /* tensors, nodes */

static size_t aligned(size_t n) { return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1); }

static size_t data_bytes(const mote_tensor_t *t) {
  return (size_t)mote_dims_count(&t->dims) * mote_dtype_bytes(t->dtype);
}

static json_t *int_array(const int32_t *v, int32_t n) {
  json_t *a = json_array();
  for (int32_t i = 0; i < n; i++) json_array_append_new(a, json_integer(v[i]));
  return a;
}

static json_t *write_quant(const mote_quant_t *q) {
  json_t *scale = json_array();
  for (int32_t i = 0; i < q->n; i++)
    json_array_append_new(scale, json_real((double)q->scale[i]));
  return json_pack("{s:i, s:o, s:o}", "axis", (int)q->axis, "scale", scale, "zero",
                   int_array(q->zero, q->n));
}

static const char *const roles[] = {"value", "const", "state"};

static json_t *write_tensor(const mote_tensor_t *t, size_t *at) {
  json_t *o = json_pack("{s:s, s:s, s:o, s:s}", "name", t->name, "dtype",
                        mote_dtype_name(t->dtype), "dims",
                        int_array(t->dims.d, t->dims.rank), "role", roles[t->role]);
  if (o && t->quant.n > 0) json_object_set_new(o, "quant", write_quant(&t->quant));
  if (o && t->role == MOTE_ROLE_CONST) {
    json_object_set_new(o, "at", json_integer((json_int_t)*at));
    *at = aligned(*at + data_bytes(t));
  }
  return o;
}

static json_t *write_node(const mote_node_t *n) {
  const mote_op_t *op = n->op;
  return json_pack("{s:s, s:s, s:o, s:o, s:o}", "op", op->name, "name", n->name, "in",
                   int_array(n->in, n->n_in), "out", int_array(n->out, n->n_out), "attr",
                   mote_params_write(op->attrs, op->n_attrs, n->attr));
}

static json_t *write_header(const mote_graph_t *g) {
  json_t *tensors = json_array(), *nodes = json_array();
  size_t at = 0;
  for (int32_t i = 0; i < g->n_tensors; i++)
    json_array_append_new(tensors, write_tensor(&g->tensors[i], &at));
  for (int32_t i = 0; i < g->n_nodes; i++)
    json_array_append_new(nodes, write_node(&g->nodes[i]));
  json_t *o =
      json_pack("{s:s, s:i, s:o, s:o, s:o, s:o}", "format", "mote-graph", "version", 1,
                "inputs", int_array(g->inputs, g->n_inputs), "outputs",
                int_array(g->outputs, g->n_outputs), "tensors", tensors, "nodes", nodes);
  if (o && g->meta) json_object_set(o, "meta", g->meta);
  return o;
}

static int pad_to(mote_buf_t *out, size_t n, char fill) {
  char block[ALIGN];
  memset(block, fill, sizeof block);
  return out->n < n ? mote_buf_add(out, block, n - out->n) : MOTE_OK;
}

static int write_bytes(const mote_graph_t *g, const char *text, mote_buf_t *out) {
  size_t start = out->n, head = aligned(8 + strlen(text)) - 8;
  uint8_t length[8];
  for (int i = 0; i < 8; i++) length[i] = (uint8_t)((uint64_t)head >> (8 * i));
  MOTE_TRY(mote_buf_add(out, length, 8));
  MOTE_TRY(mote_buf_add(out, text, strlen(text)));
  MOTE_TRY(pad_to(out, start + 8 + head, ' '));
  for (int32_t i = 0; i < g->n_tensors; i++) {
    const mote_tensor_t *t = &g->tensors[i];
    if (t->role != MOTE_ROLE_CONST) continue;
    MOTE_TRY(mote_buf_add(out, t->data, data_bytes(t)));
    MOTE_TRY(pad_to(out, start + aligned(out->n - start), 0));
  }
  return MOTE_OK;
}

int mote_graph_write(const mote_graph_t *g, mote_buf_t *out) {
  MOTE_TRY(mote_graph_check(g));
  json_t *header = write_header(g);
  char *text = header ? json_dumps(header, JSON_COMPACT) : NULL;
  json_decref(header);
  if (!text)
    return mote_fail(MOTE_ERR_FORMAT,
                     "model header: a name or the meta data is not text");
  int rc = write_bytes(g, text, out);
  free(text);
  return rc;
}

/* ---- reading: nothing in the bytes is trusted; mote_graph_check has the last word ----
 */

static int bad(const char *what) {
  return mote_fail(MOTE_ERR_FORMAT, "model header: %s", what);
}

/* At most `cap` whole numbers of 32 bits; their count, or negative. */
static int read_ints(const json_t *a, int32_t *out, size_t cap, const char *what) {
  size_t n = json_array_size(a);
  if (!json_is_array(a) || n > cap) return bad(what);
  for (size_t i = 0; i < n; i++) {
    const json_t *v = json_array_get(a, i);
    json_int_t x = json_integer_value(v);
    if (!json_is_integer(v) || x < INT32_MIN || x > INT32_MAX) return bad(what);
    out[i] = (int32_t)x;
  }
  return (int)n;
}

static int read_dtype(const json_t *v, mote_dtype_t *out) {
  const char *name = json_string_value(v);
  for (int t = MOTE_F32; name && t <= MOTE_F16; t++)
    if (!strcmp(name, mote_dtype_name((mote_dtype_t)t))) {
      *out = (mote_dtype_t)t;
      return MOTE_OK;
    }
  return bad("unknown dtype");
}

static int read_quant(mote_graph_t *g, int32_t i, const json_t *q) {
  if (!q) return MOTE_OK;
  const json_t *scale = json_object_get(q, "scale"), *axis = json_object_get(q, "axis");
  size_t n = json_array_size(scale);
  if (n < 1 || n > COUNT_LIMIT || !json_is_integer(axis) ||
      json_integer_value(axis) < 0 || json_integer_value(axis) >= MOTE_RANK_MAX)
    return bad("quantisation without scales or axis");
  float *s = mote_arena_take(g->arena, n, sizeof *s);
  int32_t *z = mote_arena_take(g->arena, n, sizeof *z);
  if (!s || !z) return MOTE_ERR_NOMEM;
  for (size_t k = 0; k < n; k++)
    s[k] = (float)json_number_value(json_array_get(scale, k));
  int zeros = read_ints(json_object_get(q, "zero"), z, n, "zero points");
  if (zeros < 0 || (size_t)zeros != n) return bad("zero points do not match the scales");
  g->tensors[i].quant =
      (mote_quant_t){(int32_t)n, (int32_t)json_integer_value(axis), s, z};
  return MOTE_OK;
}

/* Constants do not overlap: together they are no more than what is `left`. */
typedef struct { const uint8_t *p; size_t n, left; } bytes_t;

static int read_tensor(mote_graph_t *g, const json_t *o, bytes_t *raw) {
  const char *name = json_string_value(json_object_get(o, "name"));
  const char *role = json_string_value(json_object_get(o, "role"));
  mote_tensor_t t = {.role = MOTE_ROLE_VALUE};
  if (!name || !role) return bad("a tensor without name or role");
  while (t.role < MOTE_ROLE_STATE && strcmp(role, roles[t.role])) t.role++;
  if (strcmp(role, roles[t.role])) return bad("unknown role");
  MOTE_TRY(read_dtype(json_object_get(o, "dtype"), &t.dtype));
  int rank = read_ints(json_object_get(o, "dims"), t.dims.d, MOTE_RANK_MAX, "dims");
  if (rank < 0) return rank;
  t.dims.rank = rank;
  int i = mote_graph_tensor(g, name, t.dtype, &t.dims, NULL);
  if (i < 0) return i;
  g->tensors[i].role = t.role;
  MOTE_TRY(read_quant(g, i, json_object_get(o, "quant")));
  if (t.role != MOTE_ROLE_CONST) return MOTE_OK;
  const json_t *at = json_object_get(o, "at");
  json_int_t from = json_integer_value(at);
  size_t bytes = data_bytes(&t);
  if (!json_is_integer(at) || from < 0 || (uint64_t)from > raw->n ||
      bytes > raw->n - (size_t)from || bytes > raw->left)
    return mote_fail(MOTE_ERR_FORMAT,
                     "tensor \"%s\": its values lie outside the file; it "
                     "may be truncated",
                     name);
  void *data = mote_arena_take(g->arena, bytes, 1);
  if (!data) return MOTE_ERR_NOMEM;
  memcpy(data, raw->p + from, bytes);
  raw->left -= bytes;
  g->tensors[i].data = data;
  return MOTE_OK;
}

static int read_node(mote_graph_t *g, const json_t *o) {
  const char *op_name = json_string_value(json_object_get(o, "op"));
  const char *name = json_string_value(json_object_get(o, "name"));
  int32_t in[MOTE_NODE_IO_MAX], out[MOTE_NODE_IO_MAX];
  if (!op_name || !name) return bad("a node without op or name");
  const mote_op_t *op = mote_op_find(op_name);
  if (!op)
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "node \"%s\": there is no operator \"%s\"; the "
                     "file may come from a newer version",
                     name, op_name);
  int n_in =
      read_ints(json_object_get(o, "in"), in, MOTE_NODE_IO_MAX, "inputs of a node");
  if (n_in < 0) return n_in;
  int n_out = read_ints(json_object_get(o, "out"), out, MOTE_NODE_IO_MAX, "outputs");
  if (n_out < 0) return n_out;
  void *attr = mote_arena_take(g->arena, 1, op->attr_bytes + 1);
  if (!attr) return MOTE_ERR_NOMEM;
  mote_params_default(op->attrs, op->n_attrs, attr);
  MOTE_TRY(
      mote_params_read(op->attrs, op->n_attrs, json_object_get(o, "attr"), attr, name));
  mote_node_spec_t spec = {op_name, name, in, n_in, out, n_out, attr};
  for (int i = 0; i < n_out; i++)
    if (out[i] < 0 || out[i] >= g->n_tensors ||
        g->tensors[out[i]].role == MOTE_ROLE_CONST)
      return bad("a node writes a constant");
  mote_dims_t said[MOTE_NODE_IO_MAX];
  for (int i = 0; i < n_out; i++) said[i] = g->tensors[out[i]].dims;
  int at = mote_graph_node(g, &spec);
  for (int i = 0; at >= 0 && i < n_out; i++)
    if (!mote_dims_equal(&said[i], &g->tensors[out[i]].dims))
      return bad("a tensor has other dimensions than its operator makes");
  return at < 0 ? at : MOTE_OK;
}

static int read_header(mote_graph_t *g, json_t *o, bytes_t *raw) {
  const char *format = json_string_value(json_object_get(o, "format"));
  if (!format || strcmp(format, "mote-graph")) return bad("not a mote-graph file");
  if (json_integer_value(json_object_get(o, "version")) != 1)
    return bad("unknown version; a newer mote wrote it");
  json_t *tensors = json_object_get(o, "tensors"), *nodes = json_object_get(o, "nodes");
  if (json_array_size(tensors) > COUNT_LIMIT || json_array_size(nodes) > COUNT_LIMIT)
    return bad("too many tensors or nodes");
  size_t i;
  json_t *v;
  json_array_foreach(tensors, i, v) MOTE_TRY(read_tensor(g, v, raw));
  json_array_foreach(nodes, i, v) MOTE_TRY(read_node(g, v));
  g->n_inputs = read_ints(json_object_get(o, "inputs"), g->inputs, MOTE_NODE_IO_MAX,
                          "inputs of the graph");
  g->n_outputs = read_ints(json_object_get(o, "outputs"), g->outputs, MOTE_NODE_IO_MAX,
                           "outputs of the graph");
  json_t *meta = json_object_get(o, "meta");
  if (meta) g->meta = json_incref(meta);
  return mote_graph_check(g);
}

int mote_graph_read(const uint8_t *p, size_t n, mote_graph_t **out) {
  *out = NULL;
  uint64_t head = 0;
  for (int i = 0; i < 8 && n >= 8; i++) head |= (uint64_t)p[i] << (8 * i);
  if (n < 8 || head > n - 8) return bad("its length is beyond the end of the file");
  json_error_t e;
  json_t *o = json_loadb((const char *)p + 8, (size_t)head, JSON_REJECT_DUPLICATES, &e);
  if (!o)
    return mote_fail(MOTE_ERR_FORMAT, "model header, byte %d: %s", e.position + 8,
                     e.text);
  mote_graph_t *g = mote_graph_new();
  size_t rest = n - 8 - (size_t)head;
  bytes_t raw = {p + 8 + head, rest, rest};
  int rc = g ? read_header(g, o, &raw) : MOTE_ERR_NOMEM;
  json_decref(o);
  if (rc < 0) mote_graph_free(g);
  else *out = g;
  return rc;
}

int mote_graph_save(const mote_graph_t *g, const char *path) {
  mote_buf_t b = {0};
  int rc = mote_graph_write(g, &b);
  if (rc >= 0) rc = mote_file_write(path, b.p, b.n);
  mote_buf_free(&b);
  return rc;
}

int mote_graph_load(const char *path, mote_graph_t **out) {
  mote_buf_t b = {0};
  *out = NULL;
  MOTE_TRY(mote_file_read(path, FILE_LIMIT, &b));
  int rc = mote_graph_read(b.p, b.n, out);
  mote_buf_free(&b);
  return rc < 0 ? mote_context(rc, "%s", path) : rc;
}
