/* SPDX-License-Identifier: Apache-2.0
 * A .tflite file as plain structs: our own bounds-checked flatbuffer reader. Numbers of
 * operators, options and types are those of the public schema; what they mean is decided
 * in engine/model/tflite. */
#ifndef MOTE_FORMATS_TFLITE_H
#define MOTE_FORMATS_TFLITE_H

#include "base/mem.h"

#define MOTE_TFLITE_RANK_MAX 8

/* schema TensorType */
enum {
  MOTE_TFLITE_F32 = 0, MOTE_TFLITE_F16 = 1, MOTE_TFLITE_I32 = 2, MOTE_TFLITE_U8 = 3,
  MOTE_TFLITE_I64 = 4, MOTE_TFLITE_BOOL = 6, MOTE_TFLITE_I16 = 7, MOTE_TFLITE_I8 = 9,
  MOTE_TFLITE_RESOURCE = 13
};

typedef struct {
  const char *name; /* never NULL */
  int32_t type;
  int32_t rank, dims[MOTE_TFLITE_RANK_MAX];
  const uint8_t *data; /* inside the file, any alignment; NULL: not a constant */
  size_t bytes;
  int32_t n_scales, axis; /* quantisation; n_scales 0: none */
  float *scale;
  int64_t *zero;
  int is_variable;
} mote_tflite_tensor_t;

typedef struct {
  int32_t code;      /* BuiltinOperator; 32 is a custom operator */
  const char *custom; /* name of a custom operator, else "" */
  int32_t *in, *out;  /* tensor indices, -1: left out; all others are in range */
  int32_t n_in, n_out;
  int32_t options_type; /* BuiltinOptions, 0: none */
  size_t options;       /* place of the options table in the file, 0: none */
} mote_tflite_op_t;

typedef struct {
  const uint8_t *file;
  size_t bytes;
  mote_tflite_tensor_t *tensors;
  mote_tflite_op_t *ops;
  int32_t n_tensors, n_ops;
  int32_t *inputs, *outputs;
  int32_t n_inputs, n_outputs;
} mote_tflite_t;

/* 1 when the bytes carry the "TFL3" identifier. */
int mote_tflite_sniff(const uint8_t *p, size_t n);
/* The first subgraph. `p` must outlive `out`; all else is in the arena. */
int mote_tflite_read(const uint8_t *p, size_t n, mote_arena_t *a, mote_tflite_t *out);
/* Subgraph `index` of the same file; refused when there is none. */
int mote_tflite_subgraph(const mote_tflite_t *t, int32_t index, mote_arena_t *a,
                         mote_tflite_t *out);

/* Field `index` (schema order) of an operator's options; `dflt` when absent. One byte
 * wide (enums, bools), an int32, or a float. */
int32_t mote_tflite_byte(const mote_tflite_t *t, const mote_tflite_op_t *op, int index,
                         int32_t dflt);
int32_t mote_tflite_int(const mote_tflite_t *t, const mote_tflite_op_t *op, int index,
                        int32_t dflt);
float mote_tflite_float(const mote_tflite_t *t, const mote_tflite_op_t *op, int index,
                        float dflt);
/* The bytes of a string, inside the file: any, and no end; *n 0 when absent. */
const uint8_t *mote_tflite_text(const mote_tflite_t *t, const mote_tflite_op_t *op,
                                int index, size_t *n);
/* "CONV_2D", or the custom name, or "operator 57". */
const char *mote_tflite_op_name(const mote_tflite_op_t *op, char text[64]);

#endif
