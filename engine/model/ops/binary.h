/* SPDX-License-Identifier: Apache-2.0
 * What operators of two operands share: shapes that broadcast, kernels per element type
 * with and without outer loops (nn/binary.h). Either operand may be a constant. */
#ifndef MOTE_MODEL_OPS_BINARY_H
#define MOTE_MODEL_OPS_BINARY_H

#include "model/ops/util.h"
#include "nn/binary.h"

extern const mote_param_t mote_binary_rows[1]; /* the activation */

/* Of the operands' dims alone. */
int mote_broadcast_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out);
int mote_binary_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out);
/* The same where all three tensors must be on one scale. */
int mote_binary_shape_same(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out);

typedef struct {
  const mote_tensor_t *a, *b, *out;
  int32_t activation;
} mote_operands_t;

typedef struct { const mote_kernel_t *run, *broadcast; } mote_binary_pair_t;
typedef struct {
  mote_binary_pair_t f32, s8, s16; /* f32: of mote_binary_f32_t */
  /* Integers: what follows n, a_n, b_n in the parameters. NULL: nothing. */
  int (*fill)(const mote_operands_t *o, void *params);
} mote_binary_kernels_t;

/* One step; the activation is that of the attributes, when there are any. */
int mote_binary_lower(mote_program_t *prog, int32_t node, const mote_binary_kernels_t *k);

/* Structs of nn/binary.h. */
extern const mote_struct_t mote_struct_outer, mote_struct_binary,
    mote_struct_binary_broadcast, mote_struct_binary_f32,
    mote_struct_binary_broadcast_f32;

/* A struct of a run and its outer loops. */
#define MOTE_BROADCAST_FIELDS(B, run_struct)                                             \
  {MOTE_FIELD_STRUCT(B, run, run_struct), MOTE_FIELD_STRUCT(B, outer, &mote_struct_outer)}

/* Kernels <op>_<type> and <op>_broadcast_<type> with their wrappers; pair_<op>_<type>. */
#define MOTE_BINARY_PAIR(op, type, P, run_struct, B, broadcast_struct, c)                \
  MOTE_BINARY_PAIR_OF(op, type, P, run_struct, B, broadcast_struct, c c, c)
#define MOTE_BINARY_PAIR_OF(op, type, P, run_struct, B, broadcast_struct, in, out)       \
  MOTE_WRAP2(mote_##op##_##type, P)                                                      \
  MOTE_WRAP2(mote_##op##_broadcast_##type, B)                                            \
  static const mote_kernel_t kernel_##op##_##type = {                                    \
      "mote_" #op "_" #type, run_struct, run_mote_##op##_##type,                         \
      "nn/" #op "_" #type ".c", in, out, 0, 0};                                          \
  static const mote_kernel_t kernel_##op##_broadcast_##type = {                          \
      "mote_" #op "_broadcast_" #type, broadcast_struct,                                 \
      run_mote_##op##_broadcast_##type, "nn/" #op "_" #type ".c", in, out, 0, 0};
#define MOTE_BINARY_PAIR_F32(op)                                                         \
  MOTE_BINARY_PAIR(op, f32, mote_binary_f32_t, &mote_struct_binary_f32,                  \
                   mote_binary_broadcast_f32_t, &mote_struct_binary_broadcast_f32, "f")
#define MOTE_PAIR(op, type) {&kernel_##op##_##type, &kernel_##op##_broadcast_##type}

#endif
