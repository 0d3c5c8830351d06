/* SPDX-License-Identifier: Apache-2.0
 * Reads .onnx files: the graph, its constants and attributes as plain structs. Names are
 * resolved to indices here, so nobody else compares text. Subgraphs, sequences, maps and
 * sparse tensors are noticed and left out: what uses them has no operator in mote. */
#ifndef MOTE_FORMATS_ONNX_H
#define MOTE_FORMATS_ONNX_H

#include "base/mem.h"

#define MOTE_ONNX_RANK_MAX 8

/* TensorProto.DataType */
enum {
  MOTE_ONNX_NONE = 0, MOTE_ONNX_FLOAT = 1, MOTE_ONNX_UINT8 = 2, MOTE_ONNX_INT8 = 3,
  MOTE_ONNX_UINT16 = 4, MOTE_ONNX_INT16 = 5, MOTE_ONNX_INT32 = 6, MOTE_ONNX_INT64 = 7,
  MOTE_ONNX_STRING = 8, MOTE_ONNX_BOOL = 9, MOTE_ONNX_FLOAT16 = 10,
  MOTE_ONNX_DOUBLE = 11, MOTE_ONNX_UINT32 = 12, MOTE_ONNX_UINT64 = 13,
  MOTE_ONNX_BFLOAT16 = 16
};
const char *mote_onnx_type_name(int32_t type); /* "int8", or "type 17" */
size_t mote_onnx_type_bytes(int32_t type);     /* 0: mote does not read it */

/* Constant values. Those of FLOAT16, BFLOAT16 and DOUBLE are read as FLOAT. */
typedef struct {
  int32_t type, rank;
  int64_t dims[MOTE_ONNX_RANK_MAX];
  size_t count;
  void *data; /* count values of `type`, 16-byte aligned */
} mote_onnx_tensor_t;

typedef struct {
  const char *name; /* printable, never NULL */
  int32_t type;     /* as declared; NONE: nowhere */
  int32_t rank;     /* -1: no shape was declared */
  int64_t dims[MOTE_ONNX_RANK_MAX];       /* -1: open */
  const char *open[MOTE_ONNX_RANK_MAX];   /* the open dimension's name, or "" */
  const mote_onnx_tensor_t *init;         /* its constant value, or NULL */
} mote_onnx_value_t;

typedef enum {
  MOTE_ONNX_A_OTHER, MOTE_ONNX_A_FLOAT, MOTE_ONNX_A_INT, MOTE_ONNX_A_TEXT,
  MOTE_ONNX_A_TENSOR, MOTE_ONNX_A_FLOATS, MOTE_ONNX_A_INTS, MOTE_ONNX_A_TEXTS
} mote_onnx_attr_kind_t;

typedef struct {
  const char *name;
  mote_onnx_attr_kind_t kind;
  float f;
  int64_t i;
  const char *text;
  const mote_onnx_tensor_t *tensor;
  const float *floats;
  const int64_t *ints;
  const char **texts;
  size_t n; /* of floats, ints or texts */
} mote_onnx_attr_t;

typedef struct {
  const char *op, *domain, *name; /* never NULL */
  int32_t *in, *out; /* value indices; -1: left out */
  int32_t n_in, n_out;
  mote_onnx_attr_t *attrs;
  int32_t n_attrs;
} mote_onnx_node_t;

typedef struct {
  int64_t opset; /* of the standard operators */
  mote_onnx_value_t *values;
  mote_onnx_node_t *nodes;
  int32_t n_values, n_nodes;
  int32_t *inputs, *outputs; /* value indices; inputs that have a constant value too */
  int32_t n_inputs, n_outputs;
} mote_onnx_t;

/* Could it be one? The first field of a model is its version. */
int mote_onnx_sniff(const uint8_t *p, size_t n);
/* Everything is copied into the arena. */
int mote_onnx_read(const uint8_t *p, size_t n, mote_arena_t *a, mote_onnx_t *out);
/* An attribute by name, NULL when absent. */
const mote_onnx_attr_t *mote_onnx_attr(const mote_onnx_node_t *n, const char *name);

#endif
