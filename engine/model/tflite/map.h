/* SPDX-License-Identifier: Apache-2.0
 * .tflite <-> graph, one row per operator of the schema, in a file per family of
 * operators (windows.c, values.c, places.c ...), listed in map.c. Numbers of operators,
 * options and their fields are those of the public schema. */
#ifndef MOTE_MODEL_TFLITE_MAP_H
#define MOTE_MODEL_TFLITE_MAP_H

#include <string.h>

#include "formats/flatbuffer.h"
#include "formats/tflite.h"
#include "model/attrs.h"
#include "model/op.h"

/* ---- reading ---- */

#define MOTE_TFL_ATTR_BYTES 1024 /* the largest attribute struct */
#define MOTE_TFL_DONE 1         /* a take function has made the nodes itself */

/* What a resource of the file stands for. */
#define MOTE_TFL_VARIABLES 256
typedef struct {
  const uint8_t *container, *name; /* its names, inside the file */
  size_t n_container, n_name;
  int32_t state;        /* tensor of the graph; -1: not yet read or assigned */
  const uint8_t *start; /* what CALL_ONCE assigns; NULL: nothing */
  size_t start_bytes;
} mote_tfl_variable_t;

/* The operator that is being read, and the node that becomes of it. */
typedef struct {
  const mote_tflite_t *file;
  const mote_tflite_op_t *op;
  mote_graph_t *g;
  size_t constant_bytes; /* copied so far; tensors may share a buffer */
  int32_t *index; /* tensor of the file -> tensor of the graph, -1: not yet there */
  int32_t *handle; /* tensor of the file -> variable, 1 more than its number; 0: none */
  mote_tfl_variable_t variables[MOTE_TFL_VARIABLES];
  int32_t n_variables;
  int called; /* CALL_ONCE was there */
  const char *as; /* our operator: the row's, unless changed */
  int32_t in[MOTE_NODE_IO_MAX], n_in; /* tensors of the graph; -1: left out */
  int32_t out[MOTE_NODE_IO_MAX], n_out;
} mote_tfl_in_t;

/* Field `i` of the options. */
static inline int32_t mote_tfl_byte(const mote_tfl_in_t *m, int i) {
  return mote_tflite_byte(m->file, m->op, i, 0);
}
static inline int32_t mote_tfl_int(const mote_tfl_in_t *m, int i, int32_t absent) {
  return mote_tflite_int(m->file, m->op, i, absent);
}
static inline float mote_tfl_float(const mote_tfl_in_t *m, int i, float absent) {
  return mote_tflite_float(m->file, m->op, i, absent);
}
/* Input `i` of the operator as it is in the file; NULL when left out. */
static inline const mote_tflite_tensor_t *mote_tfl_arg(const mote_tfl_in_t *m, int i) {
  int32_t at = i < m->op->n_in ? m->op->in[i] : -1;
  return at < 0 ? NULL : &m->file->tensors[at];
}
/* Code of a fused activation -> MOTE_ACT_*. */
int mote_tfl_activation(int32_t code, int32_t *out);
/* Whole numbers of the constant input `i`; their count, or negative. */
int mote_tfl_constants(const mote_tfl_in_t *m, int i, int32_t *out, size_t cap);
/* The graph's tensor for the file's tensor i, made when first met; or negative. */
int mote_tfl_tensor_at(mote_tfl_in_t *m, int32_t i);
/* A new tensor of the graph like the file's `t`, without values. */
int mote_tfl_new_tensor(mote_tfl_in_t *m, const mote_tflite_tensor_t *t);
/* Is it a constant whose reals are kept in fewer bits? Then its float32 form as a new
 * tensor (tflite/floats.c). */
int mote_tfl_is_packed(const mote_tensor_t *t);
int mote_tfl_unpack(mote_tfl_in_t *m, int32_t i);
/* Makes a node in front of the row's own or instead of it. */
int mote_tfl_node(mote_tfl_in_t *m, const mote_node_spec_t *spec);

/* ---- writing ---- */

/* A tensor of the file that the graph does not have: shapes, axes, padded inputs. */
typedef struct {
  char name[64];
  mote_dtype_t dtype;
  mote_dims_t dims;
  const mote_quant_t *quant; /* of the tensor it stands for, or NULL */
  int is_const;
  int32_t ints[2 * MOTE_RANK_MAX]; /* the values, when `data` is NULL */
  const void *data;
} mote_tfl_extra_t;

typedef struct {
  int32_t code, version, options_type;
  mote_fb_field_t options[16]; /* fields in rising order */
  int n_options;
  char text[24]; /* option 1, when it is not empty: a string */
  int32_t in[MOTE_NODE_IO_MAX], n_in, out[MOTE_NODE_IO_MAX], n_out;
} mote_tfl_op_t;

/* The file's tensors are the graph's, then the extra ones. */
typedef struct {
  const mote_graph_t *g;
  mote_arena_t *arena;
  mote_tfl_extra_t *extra;
  mote_tfl_op_t *op;
  int32_t n_extra, n_op, cap_extra, cap_op;
  int rc; /* of mote_tfl_extra and mote_tfl_push: errors stick */
} mote_tfl_out_t;

static inline const mote_tensor_t *mote_tfl_tensor(const mote_tfl_out_t *f, int32_t i) {
  return &f->g->tensors[i];
}
static inline void mote_tfl_option(mote_tfl_op_t *o, int index, uint32_t value) {
  o->options[o->n_options++] = (mote_fb_field_t){index, value};
}
static inline void mote_tfl_option_float(mote_tfl_op_t *o, int index, float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  mote_tfl_option(o, index, bits);
}
uint32_t mote_tfl_act_code(int32_t act);
uint32_t mote_tfl_type_code(mote_dtype_t t);
/* Index of a new tensor "<name>/<what>". */
int32_t mote_tfl_extra(mote_tfl_out_t *f, const char *name, const char *what,
                       const mote_tfl_extra_t *e);
/* One more operator of the file. */
void mote_tfl_push(mote_tfl_out_t *f, const mote_tfl_op_t *o);
/* A constant [rank][2] of a PAD, for the last four axes of input 0. */
int32_t mote_tfl_paddings(mote_tfl_out_t *f, const mote_node_t *n,
                          const mote_pad_attr_t *p);
/* Tensor i is a state that only READ_VARIABLE and ASSIGN_VARIABLE touch: a resource. */
int mote_tfl_is_resource(const mote_graph_t *g, int32_t i);
int mote_tfl_write(const mote_tfl_out_t *f, mote_buf_t *out);

/* ---- the table ---- */

typedef struct {
  int32_t code, options_type; /* schema BuiltinOperator, BuiltinOptions */
  const char *op;             /* ours; of several rows the first is what is written */
  int32_t inputs; /* so many are tensors of the node; take() reads the rest; -1: it reads
                     outputs too, and makes the nodes itself */
  int32_t version[3]; /* of the operator for float32, int8 and int16 */
  /* Options and constant inputs -> attributes (zeroed). It may change m->as, in, out, or
   * make the nodes itself with mote_tfl_node and return MOTE_TFL_DONE. NULL: none. */
  int (*take)(mote_tfl_in_t *m, void *attr);
  /* Attributes -> options, constant inputs, other operators before it. NULL: none. */
  int (*give)(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o);
} mote_tfl_row_t;

typedef struct {
  const mote_tfl_row_t *rows;
  size_t n;
} mote_tfl_family_t;
#define MOTE_TFL_FAMILY(name, rows)                                                      \
  const mote_tfl_family_t mote_tfl_##name = {rows, sizeof rows / sizeof rows[0]}

const mote_tfl_row_t *mote_tfl_by_code(int32_t code);   /* NULL: not covered */
const mote_tfl_row_t *mote_tfl_by_op(const char *op);   /* NULL: not in the schema */

#endif
