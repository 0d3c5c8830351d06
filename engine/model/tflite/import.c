/* SPDX-License-Identifier: Apache-2.0
 * A .tflite file to a graph: operator after operator through the rows of map.h. */
#include "model/from_tflite.h"

#include "model/tflite/map.h"

int mote_tfl_activation(int32_t code, int32_t *out) {
  static const int32_t ours[] = {MOTE_ACT_NONE, MOTE_ACT_RELU, MOTE_ACT_RELU_N1_TO_1,
                                 MOTE_ACT_RELU6};
  if (code < 0 || code > 3)
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "fused activation %d; use it as a layer of its own",
                     (int)code);
  *out = ours[code];
  return MOTE_OK;
}

int mote_tfl_constants(const mote_tfl_in_t *m, int i, int32_t *out, size_t cap) {
  const mote_tflite_tensor_t *t = mote_tfl_arg(m, i);
  size_t size = t && t->type == MOTE_TFLITE_I64 ? 8 : 4;
  if (!t || !t->data || (t->type != MOTE_TFLITE_I32 && size == 4) ||
      t->bytes / size > cap)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "input %d must be a small integer constant",
                     i);
  for (size_t k = 0; k < t->bytes / size; k++) memcpy(&out[k], t->data + k * size, 4);
  return (int)(t->bytes / size);
}

static int dtype_of(int32_t type, mote_dtype_t *out) {
  static const mote_dtype_t ours[10] = {
      [MOTE_TFLITE_F32] = MOTE_F32, [MOTE_TFLITE_F16] = MOTE_F16,
      [MOTE_TFLITE_I32] = MOTE_I32, [MOTE_TFLITE_U8] = MOTE_U8,
      [MOTE_TFLITE_I64] = MOTE_I64, [MOTE_TFLITE_BOOL] = MOTE_BOOL,
      [MOTE_TFLITE_I16] = MOTE_I16, [MOTE_TFLITE_I8] = MOTE_I8};
  if (type < 0 || type > 9 || !ours[type])
    return mote_fail(MOTE_ERR_UNSUPPORTED, "element type %d", (int)type);
  *out = ours[type];
  return MOTE_OK;
}

static int import_quant(mote_graph_t *g, int32_t i, const mote_tflite_tensor_t *t) {
  if (!t->n_scales) return MOTE_OK;
  int32_t *zero = mote_arena_take(g->arena, (size_t)t->n_scales, sizeof *zero);
  if (!zero) return MOTE_ERR_NOMEM;
  for (int32_t k = 0; k < t->n_scales; k++) {
    if (t->zero[k] < INT16_MIN || t->zero[k] > INT16_MAX)
      return mote_fail(MOTE_ERR_FORMAT, "zero point out of range");
    zero[k] = (int32_t)t->zero[k];
  }
  return mote_graph_quant(g, i, t->n_scales, t->axis, t->scale, zero);
}

int mote_tfl_new_tensor(mote_tfl_in_t *m, const mote_tflite_tensor_t *t) {
  mote_dtype_t dtype = MOTE_F32;
  mote_dims_t dims = {.rank = t->rank};
  if (t->rank > MOTE_RANK_MAX)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "more than %d dimensions", MOTE_RANK_MAX);
  memcpy(dims.d, t->dims, sizeof dims.d);
  MOTE_TRY(dtype_of(t->type, &dtype));
  int at = mote_graph_tensor(m->g, t->name, dtype, &dims, NULL);
  if (at >= 0) MOTE_TRY(import_quant(m->g, at, t));
  return at;
}

static int make_tensor(mote_tfl_in_t *m, int32_t i, const mote_tflite_tensor_t *t) {
  int at = mote_tfl_new_tensor(m, t);
  if (at < 0) return at;
  if (t->data) {
    size_t bytes = mote_tensor_bytes(&m->g->tensors[at]);
    if (bytes != t->bytes)
      return mote_fail(MOTE_ERR_FORMAT, "%zu bytes of values where %zu are needed",
                       t->bytes, bytes);
    if ((m->constant_bytes += bytes) / 16 > m->file->bytes)
      return mote_fail(MOTE_ERR_LIMIT, "constants of 16 times the file's size");
    if (!(m->g->tensors[at].data = mote_arena_take(m->g->arena, bytes, 1)))
      return MOTE_ERR_NOMEM;
    memcpy(m->g->tensors[at].data, t->data, bytes);
    m->g->tensors[at].role = MOTE_ROLE_CONST;
  }
  if (t->is_variable && !t->data) m->g->tensors[at].role = MOTE_ROLE_STATE;
  return m->index[i] = at;
}

int mote_tfl_tensor_at(mote_tfl_in_t *m, int32_t i) {
  if (m->index[i] >= 0) return m->index[i];
  const mote_tflite_tensor_t *t = &m->file->tensors[i];
  int rc = make_tensor(m, i, t);
  return rc < 0 ? mote_context(rc, "tensor %d \"%s\"", (int)i, t->name) : m->index[i];
}

static int collect(mote_tfl_in_t *m, const int32_t *from, int32_t n, int32_t *to) {
  if (n > MOTE_NODE_IO_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d tensors", MOTE_NODE_IO_MAX);
  for (int32_t i = 0; i < n; i++) {
    to[i] = from[i] < 0 ? -1 : mote_tfl_tensor_at(m, from[i]);
    if (from[i] >= 0 && to[i] < 0) return to[i];
  }
  return MOTE_OK;
}

int mote_tfl_node(mote_tfl_in_t *m, const mote_node_spec_t *spec) {
  mote_dims_t said = m->g->tensors[spec->out[0]].dims;
  int rc = mote_graph_node(m->g, spec);
  if (rc < 0) return rc;
  return mote_dims_count(&said) == mote_dims_count(&m->g->tensors[spec->out[0]].dims)
             ? MOTE_OK
             : mote_fail(MOTE_ERR_FORMAT, "the output has another size than it should");
}

/* A float operator reads float constants; a constant DEQUANTIZE is one. */
static int unpack_constants(mote_tfl_in_t *m, const mote_tfl_row_t *row) {
  if (m->n_out < 1 || m->g->tensors[m->out[0]].dtype != MOTE_F32) return MOTE_OK;
  if (m->n_in < 1 || !strcmp(row->op, "cast")) return MOTE_OK;
  for (int32_t i = 0; i < m->n_in; i++) {
    if (m->in[i] < 0 || !mote_tfl_is_packed(&m->g->tensors[m->in[i]])) continue;
    int at = mote_tfl_unpack(m, m->in[i]);
    if (at < 0) return at;
    m->in[i] = at;
  }
  if (strcmp(row->op, "dequantize") || m->g->tensors[m->in[0]].dtype != MOTE_F32)
    return MOTE_OK;
  m->index[m->op->out[0]] = m->in[0];
  return MOTE_TFL_DONE;
}

static int import_op(mote_tfl_in_t *m) {
  const mote_tflite_op_t *op = m->op;
  const mote_tfl_row_t *row = mote_tfl_by_code(op->code);
  _Alignas(16) uint8_t attr[MOTE_TFL_ATTR_BYTES] = {0};
  if (!row)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "this operator is not covered; replace it by "
                     "one of `mote help operators`, or cut the model before it");
  if (row->inputs < 0) return row->take(m, NULL);
  if (op->n_out < 1 || (row->inputs && (op->n_in < 1 || op->in[0] < 0)))
    return mote_fail(MOTE_ERR_FORMAT, "it has no input or no output");
  m->as = row->op;
  m->n_in = op->n_in < row->inputs ? op->n_in : row->inputs;
  m->n_out = op->n_out;
  MOTE_TRY(collect(m, op->in, m->n_in, m->in));
  MOTE_TRY(collect(m, op->out, op->n_out, m->out));
  for (int32_t i = 0; i < m->n_out; i++)
    if (m->out[i] < 0) return mote_fail(MOTE_ERR_FORMAT, "an output is left out");
  int rc = unpack_constants(m, row);
  if (rc == MOTE_OK && row->take) rc = row->take(m, attr);
  if (rc < 0 || rc == MOTE_TFL_DONE) return rc;
  mote_node_spec_t spec = {m->as, m->g->tensors[m->out[0]].name, m->in, m->n_in,
                           m->out, m->n_out, attr};
  return mote_tfl_node(m, &spec);
}

/* "operator 12, SIN, reading tensor 4 "x": ..." */
static int place(const mote_tfl_in_t *m, int32_t i, int rc) {
  const mote_tflite_tensor_t *x = mote_tfl_arg(m, 0);
  char name[64];
  mote_tflite_op_name(m->op, name);
  if (!x) return mote_context(rc, "operator %d, %s", (int)i, name);
  return mote_context(rc, "operator %d, %s, reading tensor %d \"%s\"", (int)i, name,
                      (int)m->op->in[0], x->name);
}

static int import_all(mote_tfl_in_t *m) {
  const mote_tflite_t *t = m->file;
  mote_graph_t *g = m->g;
  for (int32_t i = 0; i < t->n_tensors; i++) m->index[i] = -1;
  MOTE_TRY(collect(m, t->inputs, t->n_inputs, g->inputs));
  g->n_inputs = t->n_inputs;
  for (int32_t i = 0; i < t->n_ops; i++) {
    m->op = &t->ops[i];
    int rc = import_op(m);
    if (rc < 0) return place(m, i, rc);
  }
  MOTE_TRY(collect(m, t->outputs, t->n_outputs, g->outputs));
  g->n_outputs = t->n_outputs;
  return mote_graph_check(g);
}

int mote_graph_from_tflite(const uint8_t *p, size_t n, mote_graph_t **out) {
  *out = NULL;
  mote_arena_t *a = mote_arena_new();
  if (!a) return MOTE_ERR_NOMEM;
  mote_tflite_t file;
  int rc = mote_tflite_read(p, n, a, &file);
  mote_graph_t *g = rc >= 0 ? mote_graph_new() : NULL;
  if (rc >= 0) {
    mote_tfl_in_t m = {.file = &file, .g = g};
    m.index = mote_arena_take(a, (size_t)file.n_tensors, 4);
    m.handle = mote_arena_take(a, (size_t)file.n_tensors, 4);
    rc = g && m.index && m.handle ? import_all(&m) : MOTE_ERR_NOMEM;
  }
  mote_arena_free(a);
  if (rc < 0) mote_graph_free(g);
  else *out = g;
  return rc;
}
