/* SPDX-License-Identifier: Apache-2.0
 * What add and mul share. The operand of fewer elements repeats; a constant operand is
 * the second one of the kernel, whichever it was in the graph. */
#ifndef MOTE_MODEL_OPS_BINARY_H
#define MOTE_MODEL_OPS_BINARY_H

#include "model/ops/util.h"

extern const mote_param_t mote_binary_rows[1];

int mote_binary_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out);

typedef struct { mote_kernel_t s8, const_s8, f32, const_f32; } mote_binary_kernels_t;

/* The step, and its operands in the kernel's order. NULL when out of memory. */
typedef struct {
  mote_step_t *step;
  const mote_tensor_t *a, *b, *out;
  int f32, constant;
} mote_binary_t;
mote_binary_t mote_binary_step(mote_program_t *prog, int32_t node,
                               const mote_binary_kernels_t *k);

#endif
