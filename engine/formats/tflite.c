/* SPDX-License-Identifier: Apache-2.0
 * Flatbuffers: a table starts with the distance back to its vtable; the vtable lists, for
 * each field, the offset within the table, 0 when absent. References are distances
 * forward. Every read is checked against the file; a broken reference reads as absent. */
#include "formats/tflite.h"

#include <stdio.h>
#include <string.h>

#define COUNT_LIMIT 100000 /* tensors, operators, scales */

/* Places of the file may be named many times: what they become is limited. */
typedef struct {
  const uint8_t *p;
  size_t n;
  mote_arena_t *a;
  size_t *left; /* bytes that may still be taken from the arena */
} file_t;

static void *take(file_t f, size_t count, size_t size) {
  if (count * size <= *f.left) {
    *f.left -= count * size;
    return mote_arena_take(f.a, count, size);
  }
  mote_fail(MOTE_ERR_LIMIT, "tflite: the tables claim more than a file of %zu bytes "
            "holds; it is damaged", f.n);
  return NULL;
}

static int fits(file_t f, size_t at, size_t bytes) {
  return at <= f.n && bytes <= f.n - at;
}

static uint64_t number(file_t f, size_t at, size_t bytes) {
  uint64_t v = 0;
  if (!fits(f, at, bytes)) return 0;
  for (size_t i = 0; i < bytes; i++) v |= (uint64_t)f.p[at + i] << (8 * i);
  return v;
}

static int32_t i32_at(file_t f, size_t at) { return (int32_t)number(f, at, 4); }

static float f32_at(file_t f, size_t at) {
  uint32_t bits = (uint32_t)number(f, at, 4);
  float v;
  memcpy(&v, &bits, 4);
  return v;
}

/* Where field `index` of the table lies, 0 when absent. */
static size_t field(file_t f, size_t table, int index) {
  if (table == 0 || !fits(f, table, 4)) return 0;
  int64_t vtable = (int64_t)table - i32_at(f, table);
  if (vtable < 0 || !fits(f, (size_t)vtable, 4)) return 0;
  size_t entry = 4 + 2 * (size_t)index;
  if (entry + 2 > number(f, (size_t)vtable, 2)) return 0;
  size_t offset = (size_t)number(f, (size_t)vtable + entry, 2);
  return offset && fits(f, table + offset, 1) ? table + offset : 0;
}

/* What a reference points to, 0 when absent or outside. */
static size_t follow(file_t f, size_t at) {
  if (at == 0 || !fits(f, at, 4)) return 0;
  size_t to = at + (size_t)number(f, at, 4);
  return to > at && fits(f, to, 4) ? to : 0;
}

/* Elements of a vector field: their count and the place of the first. */
typedef struct { size_t n, at; } vector_t;

static vector_t vector(file_t f, size_t table, int index, size_t size) {
  size_t at = follow(f, field(f, table, index));
  if (!at) return (vector_t){0, 0};
  size_t n = (size_t)number(f, at, 4);
  return n <= (f.n - at - 4) / size ? (vector_t){n, at + 4} : (vector_t){0, 0};
}

static size_t table_in(file_t f, vector_t v, size_t i) { return follow(f, v.at + 4 * i); }

static int bad(const char *what) {
  return mote_fail(MOTE_ERR_FORMAT, "tflite: %s; the file is damaged or truncated", what);
}

static const char *text(file_t f, size_t table, int index) {
  vector_t v = vector(f, table, index, 1);
  if (v.n >= 4096) v.n = 0;
  char *s = take(f, v.n + 1, 1);
  if (s && v.n) memcpy(s, f.p + v.at, v.n);
  for (size_t i = 0; s && s[i]; i++)
    if (s[i] < 32 || s[i] > 126) s[i] = '_';
  return s;
}

/* Tensor indices: -1, or below n_tensors. */
static int indices(file_t f, vector_t v, int32_t n_tensors, int32_t **out) {
  if (v.n > COUNT_LIMIT) return bad("too many indices");
  if (!(*out = take(f, v.n, sizeof **out))) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < v.n; i++) {
    (*out)[i] = i32_at(f, v.at + 4 * i);
    if ((*out)[i] < -1 || (*out)[i] >= n_tensors)
      return bad("a tensor index is out of range");
  }
  return (int)v.n;
}

static int read_scales(file_t f, size_t table, mote_tflite_tensor_t *t) {
  vector_t scale = vector(f, table, 2, 4), zero = vector(f, table, 3, 8);
  if (!scale.n) return MOTE_OK;
  if (scale.n > COUNT_LIMIT || (zero.n && zero.n != scale.n))
    return bad("scales and zero points do not match");
  t->scale = take(f, scale.n, sizeof *t->scale);
  t->zero = take(f, scale.n, sizeof *t->zero);
  if (!t->scale || !t->zero) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < scale.n; i++) {
    t->scale[i] = f32_at(f, scale.at + 4 * i);
    if (zero.n) t->zero[i] = (int64_t)number(f, zero.at + 8 * i, 8);
  }
  t->n_scales = (int32_t)scale.n;
  size_t axis = field(f, table, 6);
  t->axis = axis ? i32_at(f, axis) : 0;
  return MOTE_OK;
}

/* Buffer 0 is the empty one; a buffer without bytes means "not a constant". */
static int read_data(file_t f, vector_t buffers, size_t index, mote_tflite_tensor_t *t) {
  if (index >= buffers.n) return bad("a buffer index is out of range");
  size_t table = table_in(f, buffers, index);
  vector_t v = vector(f, table, 0, 1);
  size_t offset = field(f, table, 1), size = field(f, table, 2);
  if (offset && number(f, offset, 8) > 1) { /* data behind the flatbuffer */
    v = (vector_t){(size_t)(size ? number(f, size, 8) : 0), (size_t)number(f, offset, 8)};
    if (!fits(f, v.at, v.n)) return bad("a buffer lies outside the file");
  }
  if (v.n) t->data = f.p + v.at, t->bytes = v.n;
  return MOTE_OK;
}

static int read_tensor(file_t f, size_t table, vector_t buffers,
                       mote_tflite_tensor_t *t) {
  vector_t shape = vector(f, table, 0, 4);
  size_t type = field(f, table, 1), buffer = field(f, table, 2);
  if (!table) return bad("a tensor is missing");
  if (shape.n > MOTE_TFLITE_RANK_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "tflite: a tensor has %zu dimensions", shape.n);
  t->rank = (int32_t)shape.n;
  for (size_t i = 0; i < shape.n; i++) t->dims[i] = i32_at(f, shape.at + 4 * i);
  t->type = type ? (int8_t)number(f, type, 1) : 0;
  if (!(t->name = text(f, table, 3))) return MOTE_ERR_NOMEM;
  size_t variable = field(f, table, 5);
  t->is_variable = variable && number(f, variable, 1);
  MOTE_TRY(read_scales(f, follow(f, field(f, table, 4)), t));
  return read_data(f, buffers, buffer ? (size_t)number(f, buffer, 4) : 0, t);
}

static int read_op(file_t f, size_t table, vector_t codes, mote_tflite_t *t,
                   mote_tflite_op_t *op) {
  size_t at = field(f, table, 0), index = at ? (size_t)number(f, at, 4) : 0;
  if (!table || index >= codes.n) return bad("an operator has no code");
  size_t code = table_in(f, codes, index), old = field(f, code, 0),
         new = field(f, code, 3);
  /* Old writers know only the signed byte; the larger of the two is the operator. */
  int32_t narrow = old ? (int8_t)number(f, old, 1) : 0, wide = new ? i32_at(f, new) : 0;
  op->code = wide > narrow ? wide : narrow;
  if (!(op->custom = text(f, code, 1))) return MOTE_ERR_NOMEM;
  op->n_in = indices(f, vector(f, table, 1, 4), t->n_tensors, &op->in);
  if (op->n_in < 0) return op->n_in;
  op->n_out = indices(f, vector(f, table, 2, 4), t->n_tensors, &op->out);
  if (op->n_out < 0) return op->n_out;
  size_t type = field(f, table, 3);
  op->options_type = type ? (int32_t)number(f, type, 1) : 0;
  op->options = follow(f, field(f, table, 4));
  return MOTE_OK;
}

static int read_graph(file_t f, size_t model, size_t index, mote_tflite_t *t) {
  vector_t codes = vector(f, model, 1, 4), graphs = vector(f, model, 2, 4);
  vector_t buffers = vector(f, model, 4, 4);
  if (!graphs.n) return bad("there is no graph");
  if (index >= graphs.n)
    return mote_fail(MOTE_ERR_FORMAT, "tflite: there are %zu subgraphs, none is number "
                     "%zu", graphs.n, index);
  size_t graph = table_in(f, graphs, index);
  vector_t tensors = vector(f, graph, 0, 4), ops = vector(f, graph, 3, 4);
  if (tensors.n > COUNT_LIMIT || ops.n > COUNT_LIMIT) return bad("too many tensors");
  t->n_tensors = (int32_t)tensors.n;
  t->n_ops = (int32_t)ops.n;
  t->tensors = take(f, tensors.n, sizeof *t->tensors);
  t->ops = take(f, ops.n, sizeof *t->ops);
  if (!t->tensors || !t->ops) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < tensors.n; i++)
    MOTE_TRY(read_tensor(f, table_in(f, tensors, i), buffers, &t->tensors[i]));
  for (size_t i = 0; i < ops.n; i++)
    MOTE_TRY(read_op(f, table_in(f, ops, i), codes, t, &t->ops[i]));
  t->n_inputs = indices(f, vector(f, graph, 1, 4), t->n_tensors, &t->inputs);
  if (t->n_inputs < 0) return t->n_inputs;
  t->n_outputs = indices(f, vector(f, graph, 2, 4), t->n_tensors, &t->outputs);
  return t->n_outputs < 0 ? t->n_outputs : MOTE_OK;
}

int mote_tflite_sniff(const uint8_t *p, size_t n) {
  return n >= 8 && !memcmp(p + 4, "TFL3", 4);
}

static int read_file(const uint8_t *p, size_t n, size_t index, mote_arena_t *a,
                     mote_tflite_t *out) {
  size_t left = ((size_t)16 << 20) + (n < SIZE_MAX / 64 ? 16 * n : n);
  file_t f = {p, n, a, &left};
  *out = (mote_tflite_t){.file = p, .bytes = n};
  if (!mote_tflite_sniff(p, n))
    return mote_fail(MOTE_ERR_FORMAT,
                     "not a .tflite file: the identifier TFL3 is missing");
  size_t model = (size_t)number(f, 0, 4);
  if (model < 8 || !fits(f, model, 4)) return bad("the root table lies outside");
  return read_graph(f, model, index, out);
}

int mote_tflite_read(const uint8_t *p, size_t n, mote_arena_t *a, mote_tflite_t *out) {
  return read_file(p, n, 0, a, out);
}

int mote_tflite_subgraph(const mote_tflite_t *t, int32_t index, mote_arena_t *a,
                         mote_tflite_t *out) {
  return read_file(t->file, t->bytes, (uint32_t)index, a, out);
}

static size_t option(const mote_tflite_t *t, const mote_tflite_op_t *op, int index) {
  return field((file_t){.p = t->file, .n = t->bytes}, op->options, index);
}

int32_t mote_tflite_byte(const mote_tflite_t *t, const mote_tflite_op_t *op, int index,
                         int32_t dflt) {
  size_t at = option(t, op, index);
  return at ? t->file[at] : dflt;
}

int32_t mote_tflite_int(const mote_tflite_t *t, const mote_tflite_op_t *op, int index,
                        int32_t dflt) {
  size_t at = option(t, op, index);
  return at ? i32_at((file_t){.p = t->file, .n = t->bytes}, at) : dflt;
}

float mote_tflite_float(const mote_tflite_t *t, const mote_tflite_op_t *op, int index,
                        float dflt) {
  size_t at = option(t, op, index);
  return at ? f32_at((file_t){.p = t->file, .n = t->bytes}, at) : dflt;
}

const uint8_t *mote_tflite_text(const mote_tflite_t *t, const mote_tflite_op_t *op,
                                int index, size_t *n) {
  vector_t v = vector((file_t){.p = t->file, .n = t->bytes}, op->options, index, 1);
  *n = v.n;
  return t->file + v.at;
}

static const char *const names[] = {
    [0] = "ADD", [1] = "AVERAGE_POOL_2D", [2] = "CONCATENATION", [3] = "CONV_2D",
    [4] = "DEPTHWISE_CONV_2D", [5] = "DEPTH_TO_SPACE", [6] = "DEQUANTIZE",
    [7] = "EMBEDDING_LOOKUP", [8] = "FLOOR", [9] = "FULLY_CONNECTED",
    [10] = "HASHTABLE_LOOKUP", [11] = "L2_NORMALIZATION", [12] = "L2_POOL_2D",
    [13] = "LOCAL_RESPONSE_NORMALIZATION", [14] = "LOGISTIC", [15] = "LSH_PROJECTION",
    [16] = "LSTM", [17] = "MAX_POOL_2D", [18] = "MUL", [19] = "RELU",
    [20] = "RELU_N1_TO_1", [21] = "RELU6", [22] = "RESHAPE", [23] = "RESIZE_BILINEAR",
    [24] = "RNN", [25] = "SOFTMAX", [26] = "SPACE_TO_DEPTH", [27] = "SVDF",
    [28] = "TANH", [29] = "CONCAT_EMBEDDINGS", [30] = "SKIP_GRAM", [31] = "CALL",
    [32] = "CUSTOM", [33] = "EMBEDDING_LOOKUP_SPARSE", [34] = "PAD",
    [35] = "UNIDIRECTIONAL_SEQUENCE_RNN", [36] = "GATHER", [37] = "BATCH_TO_SPACE_ND",
    [38] = "SPACE_TO_BATCH_ND", [39] = "TRANSPOSE", [40] = "MEAN", [41] = "SUB",
    [42] = "DIV", [43] = "SQUEEZE", [44] = "UNIDIRECTIONAL_SEQUENCE_LSTM",
    [45] = "STRIDED_SLICE", [46] = "BIDIRECTIONAL_SEQUENCE_RNN", [47] = "EXP",
    [48] = "TOPK_V2", [49] = "SPLIT", [50] = "LOG_SOFTMAX", [51] = "DELEGATE",
    [52] = "BIDIRECTIONAL_SEQUENCE_LSTM", [53] = "CAST", [54] = "PRELU",
    [55] = "MAXIMUM", [56] = "ARG_MAX", [57] = "MINIMUM", [58] = "LESS", [59] = "NEG",
    [60] = "PADV2", [61] = "GREATER", [62] = "GREATER_EQUAL", [63] = "LESS_EQUAL",
    [64] = "SELECT", [65] = "SLICE", [66] = "SIN", [67] = "TRANSPOSE_CONV",
    [68] = "SPARSE_TO_DENSE", [69] = "TILE", [70] = "EXPAND_DIMS", [71] = "EQUAL",
    [72] = "NOT_EQUAL", [73] = "LOG", [74] = "SUM", [75] = "SQRT", [76] = "RSQRT",
    [77] = "SHAPE", [78] = "POW", [79] = "ARG_MIN", [80] = "FAKE_QUANT",
    [81] = "REDUCE_PROD", [82] = "REDUCE_MAX", [83] = "PACK", [84] = "LOGICAL_OR",
    [85] = "ONE_HOT", [86] = "LOGICAL_AND", [87] = "LOGICAL_NOT", [88] = "UNPACK",
    [89] = "REDUCE_MIN", [90] = "FLOOR_DIV", [91] = "REDUCE_ANY", [92] = "SQUARE",
    [93] = "ZEROS_LIKE", [94] = "FILL", [95] = "FLOOR_MOD", [96] = "RANGE",
    [97] = "RESIZE_NEAREST_NEIGHBOR", [98] = "LEAKY_RELU", [99] = "SQUARED_DIFFERENCE",
    [100] = "MIRROR_PAD", [101] = "ABS", [102] = "SPLIT_V", [103] = "UNIQUE",
    [104] = "CEIL", [105] = "REVERSE_V2", [106] = "ADD_N", [107] = "GATHER_ND",
    [108] = "COS", [109] = "WHERE", [110] = "RANK", [111] = "ELU",
    [112] = "REVERSE_SEQUENCE", [113] = "MATRIX_DIAG", [114] = "QUANTIZE",
    [115] = "MATRIX_SET_DIAG", [116] = "ROUND", [117] = "HARD_SWISH", [118] = "IF",
    [119] = "WHILE", [120] = "NON_MAX_SUPPRESSION_V4", [121] = "NON_MAX_SUPPRESSION_V5",
    [122] = "SCATTER_ND", [123] = "SELECT_V2", [124] = "DENSIFY", [125] = "SEGMENT_SUM",
    [126] = "BATCH_MATMUL", [128] = "CUMSUM", [129] = "CALL_ONCE",
    [130] = "BROADCAST_TO", [131] = "RFFT2D", [132] = "CONV_3D", [133] = "IMAG",
    [134] = "REAL", [135] = "COMPLEX_ABS", [136] = "HASHTABLE",
    [137] = "HASHTABLE_FIND", [138] = "HASHTABLE_IMPORT", [139] = "HASHTABLE_SIZE",
    [140] = "REDUCE_ALL", [141] = "CONV_3D_TRANSPOSE", [142] = "VAR_HANDLE",
    [143] = "READ_VARIABLE", [144] = "ASSIGN_VARIABLE", [145] = "BROADCAST_ARGS",
    [146] = "RANDOM_STANDARD_NORMAL", [147] = "BUCKETIZE", [148] = "RANDOM_UNIFORM",
    [149] = "MULTINOMIAL", [150] = "GELU"};

const char *mote_tflite_op_name(const mote_tflite_op_t *op, char out[64]) {
  const char *name = op->custom;
  if (op->code != 32)
    name = op->code >= 0 && op->code < (int32_t)(sizeof names / sizeof names[0])
               ? names[op->code]
               : NULL;
  if (name && *name) snprintf(out, 64, "%s", name);
  else snprintf(out, 64, "operator %d", (int)op->code);
  return out;
}
