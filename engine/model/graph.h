/* SPDX-License-Identifier: Apache-2.0
 * The network as data: tensors and nodes in execution order. The trainer and the
 * importers write it, the quantiser rewrites it, the exporters, the executor and the
 * compiler read it. Layout of activations is NHWC with N = 1 (a batch of one); sequences
 * are [1, 1, T, C]. */
#ifndef MOTE_MODEL_GRAPH_H
#define MOTE_MODEL_GRAPH_H

#include <stdint.h>
#include <jansson.h>
#include "base/mem.h"

#define MOTE_RANK_MAX 6

typedef enum {
  MOTE_F32 = 1, MOTE_I8, MOTE_I16, MOTE_I32, MOTE_U8, MOTE_I64, MOTE_BOOL, MOTE_F16
} mote_dtype_t;
size_t mote_dtype_bytes(mote_dtype_t t);
const char *mote_dtype_name(mote_dtype_t t); /* "f32" "i8" ... */

typedef struct { int32_t rank, d[MOTE_RANK_MAX]; } mote_dims_t;
int64_t mote_dims_count(const mote_dims_t *d); /* product; 1 for rank 0 */
int mote_dims_equal(const mote_dims_t *a, const mote_dims_t *b);
/* MOTE_DIMS(1, 49, 10, 8) */
#define MOTE_DIMS(...)                                                                   \
  ((mote_dims_t){(int32_t)(sizeof((int32_t[]){__VA_ARGS__}) / 4), {__VA_ARGS__}})
#define MOTE_TENSOR_LIMIT ((int64_t)1 << 28) /* elements of one tensor */
#define MOTE_VALUES_LIMIT ((int64_t)1 << 32) /* bytes of all tensors of a graph */

/* real = scale * (q - zero). n = 0: not quantised, 1: per tensor, else one per slice of
 * axis. */
typedef struct {
  int32_t n, axis;
  float *scale;
  int32_t *zero;
} mote_quant_t;

/* STATE outlives a run: it begins as the real value 0 and keeps what the last run left.
 * A node that changes it lists it among its outputs. */
typedef enum { MOTE_ROLE_VALUE, MOTE_ROLE_CONST, MOTE_ROLE_STATE } mote_role_t;

typedef struct {
  char *name;
  mote_dtype_t dtype;
  mote_dims_t dims;
  mote_quant_t quant;
  mote_role_t role;
  void *data; /* CONST: the values, little-endian, 16-byte aligned; else NULL */
} mote_tensor_t;

#define MOTE_NODE_IO_MAX 32
typedef struct mote_op mote_op_t; /* engine/model/op.h */
typedef struct {
  const mote_op_t *op;
  char *name;
  int32_t n_in, in[MOTE_NODE_IO_MAX]; /* tensor indices; -1: optional input left out */
  int32_t n_out, out[MOTE_NODE_IO_MAX];
  void *attr; /* op->attr_bytes, filled through op->attrs */
} mote_node_t;

typedef struct {
  mote_arena_t *arena; /* owns everything below */
  mote_tensor_t *tensors;
  int32_t n_tensors;
  mote_node_t *nodes;
  int32_t n_nodes;
  int32_t inputs[MOTE_NODE_IO_MAX], n_inputs;
  int32_t outputs[MOTE_NODE_IO_MAX], n_outputs;
  json_t *meta; /* free-form: labels, training summary ... ; may be NULL */
} mote_graph_t;

mote_graph_t *mote_graph_new(void);
void mote_graph_free(mote_graph_t *g);
size_t mote_tensor_bytes(const mote_tensor_t *t);
/* The byte that a STATE is filled with at the start: 0, or the zero point of int8 and
 * uint8. */
int mote_state_fill(const mote_tensor_t *t);
/* Index of the new tensor, or negative. `data` (CONST) is copied when not NULL. */
int mote_graph_tensor(mote_graph_t *g, const char *name, mote_dtype_t t,
                      const mote_dims_t *dims, const void *data);
/* Sets scale/zero of tensor i (copied); n = 1 per tensor, else per slice of `axis`. */
int mote_graph_quant(mote_graph_t *g, int32_t i, int32_t n, int32_t axis,
                     const float *scale, const int32_t *zero);
/* Index of the new node. The out tensors must exist; the op's shape rule overwrites their
 * dims (reshape alone reads them: they are what it makes). `attr` is the op's attribute
 * struct (engine/model/attrs.h), NULL for the defaults. */
typedef struct {
  const char *op, *name;
  const int32_t *in; int32_t n_in;
  const int32_t *out; int32_t n_out;
  const void *attr;
} mote_node_spec_t;
int mote_graph_node(mote_graph_t *g, const mote_node_spec_t *spec);
/* Every index, shape, type, quantisation and size; the message names the node. Run it on
 * anything that came from a file, before planning. */
int mote_graph_check(const mote_graph_t *g);

/* The container (FORMATS.md): u64 header length, JSON header, raw tensors 64-byte
 * aligned; same graph -> same bytes. */
int mote_graph_write(const mote_graph_t *g, mote_buf_t *out);
int mote_graph_read(const uint8_t *p, size_t n, mote_graph_t **out);
int mote_graph_save(const mote_graph_t *g, const char *path);
int mote_graph_load(const char *path, mote_graph_t **out);

#endif
