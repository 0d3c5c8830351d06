/* SPDX-License-Identifier: Apache-2.0
 * What the fuzzers do with a graph that a reader has accepted: lower it and run it, when
 * it is small enough to be quick. */
#ifndef FUZZ_GRAPH_RUN_H
#define FUZZ_GRAPH_RUN_H

#include <stdlib.h>

#include "model/op.h"

static inline int64_t graph_bytes(const mote_graph_t *g) {
  int64_t n = 0;
  for (int32_t i = 0; i < g->n_tensors; i++)
    n += 4 * mote_dims_count(&g->tensors[i].dims);
  return n;
}

static inline int64_t program_work(const mote_program_t *p) {
  int64_t n = 0;
  for (int32_t i = 0; i < p->n_steps; i++) n += p->steps[i].macs;
  return n;
}

static inline void graph_run(const mote_graph_t *g) {
  mote_program_t *p;
  mote_exec_t *e;
  if (graph_bytes(g) > 1 << 17 || mote_lower(g, &p) < 0) return;
  const void *in[MOTE_NODE_IO_MAX];
  void *zeros = calloc(1, 1 << 17);
  for (int32_t i = 0; i < g->n_inputs; i++) in[i] = zeros;
  if (zeros && program_work(p) < 1 << 22 && mote_exec_new(p, &e) >= 0) {
    (void)mote_exec_run(e, in, NULL);
    mote_exec_free(e);
  }
  free(zeros);
  mote_program_free(p);
}

#endif
