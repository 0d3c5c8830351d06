/* SPDX-License-Identifier: Apache-2.0
 * What operators with states share: a state stands among the inputs of a node, and again
 * among its outputs. */
#ifndef MOTE_MODEL_OPS_STATE_H
#define MOTE_MODEL_OPS_STATE_H

#include "model/ops/util.h"
#include "nn/sequence.h"

/* Input `in` is a state of that type with so many values; integers have one scale, those
 * of 16 bits zero point 0. Output `out` is the same tensor, and no other output is. */
typedef struct {
  int32_t in, out;
  mote_dtype_t type;
  int64_t count;
} mote_state_rule_t;
int mote_want_state(const mote_graph_t *g, const mote_node_t *n,
                    const mote_state_rule_t *r);

/* A state; or, in float32, a value, a constant or nothing (-1) that a run begins with:
 * the output is then a value, what became of it, with dims `none` where nothing is. */
int mote_want_start(const mote_graph_t *g, const mote_node_t *n,
                    const mote_state_rule_t *r, const mote_dims_t *none,
                    mote_dims_t *out);
/* The step that fills such an output, which the node's own step then changes. */
int mote_start_step(mote_program_t *prog, int32_t node, int32_t in, int32_t out);

/* Input `i` is a constant [rows][columns], or [rows] when columns is 0; integers of 8 and
 * 16 bits have one scale and zero point 0. */
typedef struct { int32_t rows, columns; } mote_table_size_t;
int mote_want_table(const mote_graph_t *g, const mote_node_t *n, int32_t i,
                    mote_dtype_t type, mote_table_size_t size);

/* Input 0 is [batch][steps][values], or the first two the other way; input 1 holds
 * weights [units][values]. */
int mote_want_sequence(const mote_graph_t *g, const mote_node_t *n);
mote_sequence_t mote_sequence_of(const mote_graph_t *g, const mote_node_t *n,
                                 int32_t time_major, int32_t reverse);
extern const mote_struct_t mote_struct_sequence;

/* Is optional input `i` there? */
static inline int mote_has_in(const mote_node_t *n, int32_t i) {
  return i < n->n_in && n->in[i] >= 0;
}

/* The values of optional f32 or i32 input `i`, or so many zeros; NULL: out of memory. */
const void *mote_table_or_zeros(mote_program_t *prog, int32_t node, int32_t i,
                                int32_t count);

/* New step that reads the node's first input and writes all of its outputs. */
mote_step_t *mote_state_step(mote_program_t *prog, int32_t node, const mote_kernel_t *k);

/* The host's wrapper of a kernel fn(p, in, out, state). */
#define MOTE_WRAP_STATE(fn, T)                                                           \
  static void run_##fn(const void *p, const void *const *in, void *const *out,           \
                       void *s) {                                                        \
    (void)s;                                                                             \
    fn((const T *)p, in[0], out[0], out[1]);                                             \
  }

#endif
