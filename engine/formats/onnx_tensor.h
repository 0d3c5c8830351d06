/* SPDX-License-Identifier: Apache-2.0
 * Shared by the two halves of the .onnx reader. */
#ifndef MOTE_FORMATS_ONNX_TENSOR_H
#define MOTE_FORMATS_ONNX_TENSOR_H

#include "formats/onnx.h"
#include "formats/protobuf.h"

/* All numbers of a repeated field, packed (as `wire`) or one by one. */
typedef struct { uint64_t *v; size_t n; } mote_onnx_list_t;
int mote_onnx_numbers(mote_pb_span_t message, uint32_t field, uint32_t wire,
                      mote_arena_t *a, mote_onnx_list_t *out);
float mote_onnx_float(uint64_t bits);
/* A string field's bytes as printable text; NULL when out of memory. */
const char *mote_onnx_text(mote_pb_span_t s, mote_arena_t *a);
/* A TensorProto; its name goes to `name`. */
int mote_onnx_tensor(mote_pb_span_t message, mote_arena_t *a, mote_onnx_tensor_t *out,
                     mote_pb_span_t *name);

#endif
