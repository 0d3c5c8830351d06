/* SPDX-License-Identifier: Apache-2.0
 * A graph under edit, lowered: what its nodes do in the terms of their kernels, and runs
 * of single nodes. Valid until a node is changed. */
#ifndef MOTE_MODEL_LOWERED_H
#define MOTE_MODEL_LOWERED_H

#include "model/op.h"

typedef struct {
  const mote_graph_t *g;
  mote_program_t *prog;
  int32_t *first_step; /* [n_nodes + 1], in the arena of the program */
} mote_lowered_t;

int mote_lowered_new(const mote_graph_t *g, mote_lowered_t *out);
void mote_lowered_free(mote_lowered_t *l);

/* The node's step when it has one only, of kernel fn; else NULL. */
const mote_step_t *mote_lowered_only(const mote_lowered_t *l, int32_t node,
                                     const char *fn);
/* The table of a node that is one int8 lookup; else NULL. */
const int8_t *mote_lowered_table(const mote_lowered_t *l, int32_t node);
/* Is the node only another view of its input? */
int mote_lowered_is_view(const mote_lowered_t *l, int32_t node);
uint32_t mote_lowered_traits(const mote_lowered_t *l, int32_t node);
/* Can mote_lowered_run run it? One output, and no values between its steps. */
int mote_lowered_is_plain(const mote_lowered_t *l, int32_t node);
/* in[k]: values of the node's input k (constants too); out: room for its output. */
int mote_lowered_run(const mote_lowered_t *l, int32_t node, const void *const *in,
                     void *out);

#endif
