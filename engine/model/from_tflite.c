/* SPDX-License-Identifier: Apache-2.0
 * One row per operator of the schema: our operator, and how its options become
 * attributes. Field numbers are those of the schema's option tables. */
#include "model/from_tflite.h"

#include <string.h>

#include "formats/tflite.h"
#include "model/attrs.h"
#include "model/op.h"

typedef struct {
  const mote_tflite_t *file;
  const mote_tflite_op_t *op;
  mote_graph_t *g;
  int32_t *index; /* tensor of the file -> tensor of the graph, -1: not yet there */
} import_t;

/* Attributes of any operator, as the row's function fills them. */
typedef union {
  mote_window_attr_t window;
  mote_dense_attr_t dense;
  mote_activation_attr_t activation;
  mote_softmax_attr_t softmax;
  mote_concat_attr_t concat;
  mote_mean_attr_t mean;
  mote_pad_attr_t pad;
} attr_t;

static int32_t byte(const import_t *m, int i) {
  return mote_tflite_byte(m->file, m->op, i, 0);
}
static int32_t word(const import_t *m, int i, int32_t d) {
  return mote_tflite_int(m->file, m->op, i, d);
}

static int activation(int32_t code, int32_t *out) {
  static const int32_t ours[] = {MOTE_ACT_NONE, MOTE_ACT_RELU, MOTE_ACT_RELU_N1_TO_1,
                                 MOTE_ACT_RELU6};
  if (code < 0 || code > 3)
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "fused activation %d; use it as a layer of its own",
                     (int)code);
  *out = ours[code];
  return MOTE_OK;
}

static int32_t padding(int32_t code) {
  return code == 1 ? MOTE_PAD_VALID : MOTE_PAD_SAME;
}

static int conv2d(const import_t *m, attr_t *a) {
  a->window = (mote_window_attr_t){.padding = padding(byte(m, 0)),
                                   .stride_w = word(m, 1, 0), .stride_h = word(m, 2, 0),
                                   .dilation_w = word(m, 4, 1),
                                   .dilation_h = word(m, 5, 1)};
  return activation(byte(m, 3), &a->window.activation);
}

static int depthwise(const import_t *m, attr_t *a) {
  a->window = (mote_window_attr_t){.padding = padding(byte(m, 0)),
                                   .stride_w = word(m, 1, 0), .stride_h = word(m, 2, 0),
                                   .dilation_w = word(m, 5, 1),
                                   .dilation_h = word(m, 6, 1)};
  return activation(byte(m, 4), &a->window.activation);
}

static int pool2d(const import_t *m, attr_t *a) {
  a->window = (mote_window_attr_t){.padding = padding(byte(m, 0)),
                                   .stride_w = word(m, 1, 0), .stride_h = word(m, 2, 0),
                                   .kernel_w = word(m, 3, 0), .kernel_h = word(m, 4, 0),
                                   .dilation_w = 1, .dilation_h = 1};
  return activation(byte(m, 5), &a->window.activation);
}

static int dense(const import_t *m, attr_t *a) {
  if (byte(m, 1)) return mote_fail(MOTE_ERR_UNSUPPORTED, "shuffled weights");
  a->dense.keep_dims = byte(m, 2);
  return activation(byte(m, 0), &a->dense.activation);
}

static int binary(const import_t *m, attr_t *a) {
  return activation(byte(m, 0), &a->activation.activation);
}

static int softmax(const import_t *m, attr_t *a) {
  a->softmax.beta = mote_tflite_float(m->file, m->op, 0, 0.0f);
  if (a->softmax.beta > 0.0f && a->softmax.beta < 1e6f) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "beta %g", (double)a->softmax.beta);
}

static int concat(const import_t *m, attr_t *a) {
  a->concat.axis = word(m, 0, 0);
  return byte(m, 1) ? mote_fail(MOTE_ERR_UNSUPPORTED, "fused activation") : MOTE_OK;
}

/* Whole numbers of the constant input `i`; their count, or negative. */
static int constants(const import_t *m, int32_t i, int32_t *out, size_t cap) {
  int32_t at = i < m->op->n_in ? m->op->in[i] : -1;
  const mote_tflite_tensor_t *t = at >= 0 ? &m->file->tensors[at] : NULL;
  size_t size = t && t->type == MOTE_TFLITE_I64 ? 8 : 4;
  if (!t || !t->data || (t->type != MOTE_TFLITE_I32 && size == 4) ||
      t->bytes / size > cap)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "input %d must be a small integer constant",
                     (int)i);
  for (size_t k = 0; k < t->bytes / size; k++) memcpy(&out[k], t->data + k * size, 4);
  return (int)(t->bytes / size);
}

static int mean(const import_t *m, attr_t *a) {
  int32_t axis[MOTE_RANK_MAX], rank = m->file->tensors[m->op->in[0]].rank;
  uint32_t set = 0;
  int n = constants(m, 1, axis, MOTE_RANK_MAX);
  if (n < 0) return n;
  for (int i = 0; i < n; i++) {
    int32_t at = axis[i] < 0 ? axis[i] + rank : axis[i];
    if (at < 0 || at >= rank) return mote_fail(MOTE_ERR_FORMAT, "axis out of range");
    set |= 1u << at;
  }
  int32_t first = 0, last = rank - 1;
  while (set && !(set >> first & 1)) first++;
  while (set && !(set >> last & 1)) last--;
  if (!set || (set >> first) != (2u << (last - first)) - 1)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "the axes are not neighbours");
  a->mean = (mote_mean_attr_t){first, last, byte(m, 0)};
  return MOTE_OK;
}

/* PADV2's value: a constant scalar of the type of the input. */
static int pad_value(const import_t *m, float *out) {
  if (m->op->n_in < 3 || m->op->in[2] < 0) return MOTE_OK;
  const mote_tflite_tensor_t *t = &m->file->tensors[m->op->in[2]];
  if (t->data && t->type == MOTE_TFLITE_F32 && t->bytes == 4) memcpy(out, t->data, 4);
  else if (t->data && t->type == MOTE_TFLITE_I8 && t->bytes == 1 && t->n_scales == 1)
    *out = t->scale[0] * (float)((int8_t)t->data[0] - (int32_t)t->zero[0]);
  else return mote_fail(MOTE_ERR_UNSUPPORTED, "the value must be one constant");
  return MOTE_OK;
}

static int pad(const import_t *m, attr_t *a) {
  int32_t v[2 * MOTE_RANK_MAX], all[2 * (MOTE_RANK_MAX + 3)] = {0};
  int n = constants(m, 1, v, 2 * MOTE_RANK_MAX);
  if (n < 0) return n;
  int rank = n / 2;
  for (int i = 0; i < 2 * rank; i++)
    if (v[i] < 0 || v[i] > 1 << 20)
      return mote_fail(MOTE_ERR_FORMAT, "padding %d", (int)v[i]);
  /* The last three axes, as if there were at least three. */
  memcpy(all + 6, v, sizeof v[0] * 2 * (size_t)rank);
  const int32_t *tail = all + 2 * rank;
  for (int i = 6; i < 2 * rank; i++)
    if (v[i - 6]) return mote_fail(MOTE_ERR_UNSUPPORTED, "padding of the batch");
  a->pad = (mote_pad_attr_t){tail[0], tail[1], tail[2], tail[3], tail[4], tail[5], 0.0f};
  return pad_value(m, &a->pad.value);
}

typedef struct {
  int32_t code;
  const char *op;
  int32_t inputs; /* how many are tensors of the node; the rest are read as constants */
  int (*attr)(const import_t *m, attr_t *a);
} row_t;

static const row_t rows[] = {
    {0, "add", 2, binary},          {1, "average_pool2d", 1, pool2d},
    {2, "concat", MOTE_NODE_IO_MAX, concat}, {3, "conv2d", 3, conv2d},
    {4, "depthwise_conv2d", 3, depthwise},   {6, "dequantize", 1, NULL},
    {9, "dense", 3, dense},         {14, "logistic", 1, NULL},
    {17, "max_pool2d", 1, pool2d},  {18, "mul", 2, binary},
    {19, "relu", 1, NULL},          {21, "relu6", 1, NULL},
    {22, "reshape", 1, NULL},       {25, "softmax", 1, softmax},
    {28, "tanh", 1, NULL},          {34, "pad", 1, pad},
    {40, "mean", 1, mean},          {43, "reshape", 1, NULL},
    {60, "pad", 1, pad},            {70, "reshape", 1, NULL},
    {114, "quantize", 1, NULL}};

static const row_t *row_of(int32_t code) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    if (rows[i].code == code) return &rows[i];
  return NULL;
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

static int make_tensor(import_t *m, int32_t i, const mote_tflite_tensor_t *t) {
  mote_dtype_t dtype = MOTE_F32;
  mote_dims_t dims = {.rank = t->rank};
  if (t->rank > MOTE_RANK_MAX || t->is_variable)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "more than %d dimensions, or a variable",
                     MOTE_RANK_MAX);
  memcpy(dims.d, t->dims, sizeof dims.d);
  MOTE_TRY(dtype_of(t->type, &dtype));
  int at = mote_graph_tensor(m->g, t->name, dtype, &dims, NULL);
  if (at < 0) return at;
  if (t->data) {
    size_t bytes = (size_t)mote_dims_count(&dims) * mote_dtype_bytes(dtype);
    if (bytes != t->bytes)
      return mote_fail(MOTE_ERR_FORMAT, "%zu bytes of values where %zu are needed",
                       t->bytes, bytes);
    if (!(m->g->tensors[at].data = mote_arena_take(m->g->arena, bytes, 1)))
      return MOTE_ERR_NOMEM;
    memcpy(m->g->tensors[at].data, t->data, bytes);
    m->g->tensors[at].role = MOTE_ROLE_CONST;
  }
  m->index[i] = at;
  return import_quant(m->g, at, t);
}

/* The graph's tensor for the file's tensor i, made when first met. */
static int tensor(import_t *m, int32_t i) {
  if (m->index[i] >= 0) return m->index[i];
  const mote_tflite_tensor_t *t = &m->file->tensors[i];
  int rc = make_tensor(m, i, t);
  return rc < 0 ? mote_context(rc, "tensor %d \"%s\"", (int)i, t->name) : m->index[i];
}

static int collect(import_t *m, const int32_t *from, int32_t n, int32_t *to) {
  if (n > MOTE_NODE_IO_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d tensors", MOTE_NODE_IO_MAX);
  for (int32_t i = 0; i < n; i++) {
    to[i] = from[i] < 0 ? -1 : tensor(m, from[i]);
    if (from[i] >= 0 && to[i] < 0) return to[i];
  }
  return MOTE_OK;
}

static int import_op(import_t *m) {
  const mote_tflite_op_t *op = m->op;
  const row_t *row = row_of(op->code);
  int32_t in[MOTE_NODE_IO_MAX], out[MOTE_NODE_IO_MAX];
  attr_t attr;
  if (!row)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "this operator is not covered; replace it, or "
                     "cut the model before it");
  memset(&attr, 0, sizeof attr);
  if (op->n_in < 1 || op->in[0] < 0 || op->n_out < 1)
    return mote_fail(MOTE_ERR_FORMAT, "it has no input or no output");
  if (row->attr) MOTE_TRY(row->attr(m, &attr));
  int32_t n_in = op->n_in < row->inputs ? op->n_in : row->inputs;
  MOTE_TRY(collect(m, op->in, n_in, in));
  MOTE_TRY(collect(m, op->out, op->n_out, out));
  if (out[0] < 0) return mote_fail(MOTE_ERR_FORMAT, "it has no output");
  mote_tensor_t *y = &m->g->tensors[out[0]];
  mote_dims_t said = y->dims;
  mote_node_spec_t spec = {row->op, y->name, in, n_in, out, op->n_out, &attr};
  int rc = mote_graph_node(m->g, &spec);
  if (rc < 0) return rc;
  return mote_dims_count(&said) == mote_dims_count(&m->g->tensors[out[0]].dims)
             ? MOTE_OK
             : mote_fail(MOTE_ERR_FORMAT, "the output has another size than it should");
}

static int import_all(import_t *m) {
  const mote_tflite_t *t = m->file;
  mote_graph_t *g = m->g;
  for (int32_t i = 0; i < t->n_tensors; i++) m->index[i] = -1;
  MOTE_TRY(collect(m, t->inputs, t->n_inputs, g->inputs));
  g->n_inputs = t->n_inputs;
  for (int32_t i = 0; i < t->n_ops; i++) {
    char name[64];
    m->op = &t->ops[i];
    int rc = import_op(m);
    if (rc < 0)
      return mote_context(rc, "operator %d (%s)", (int)i,
                          mote_tflite_op_name(m->op, name));
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
    import_t m = {&file, NULL, g, mote_arena_take(a, (size_t)file.n_tensors, 4)};
    rc = g && m.index ? import_all(&m) : MOTE_ERR_NOMEM;
  }
  mote_arena_free(a);
  if (rc < 0) mote_graph_free(g);
  else *out = g;
  return rc;
}
