/* SPDX-License-Identifier: Apache-2.0
 * What the fuzzers do with a graph that a reader has accepted: lower it and run it, when
 * it is small enough to be quick; and once more optimised, which must not change a bit.
 */
#ifndef FUZZ_GRAPH_RUN_H
#define FUZZ_GRAPH_RUN_H

#include <stdlib.h>
#include <string.h>

#include "model/op.h"
#include "model/optimise.h"

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

/* Any bytes; floats are numbers of both signs. */
static inline void graph_fill(const mote_tensor_t *t, uint8_t *to) {
  size_t bytes = mote_tensor_bytes(t);
  uint32_t x = 12345;
  for (size_t i = 0; i < bytes; i++)
    to[i] = (uint8_t)((x = x * 1664525u + 1013904223u) >> 24);
  for (size_t i = 0; t->dtype == MOTE_F32 && i < bytes / 4; i++) {
    float v = (float)(int8_t)to[4 * i] / 16;
    memcpy(to + 4 * i, &v, 4);
  }
}

static inline mote_exec_t *graph_exec(const mote_graph_t *g, mote_program_t **p) {
  mote_exec_t *e;
  if (mote_lower(g, p) < 0) return NULL;
  if (program_work(*p) < 1 << 22 && mote_exec_new(*p, &e) >= 0) return e;
  mote_program_free(*p);
  return NULL;
}

static inline void graph_same(const mote_graph_t *g, const mote_exec_t *e,
                              const void *const *in) {
  mote_graph_t *small;
  mote_program_t *p;
  if (mote_optimise(g, &small, NULL) < 0) abort();
  mote_exec_t *x = graph_exec(small, &p);
  if (!x || mote_exec_run(x, in, NULL) < 0) abort();
  for (int32_t i = 0; i < g->n_outputs; i++) {
    const mote_tensor_t *t = &g->tensors[g->outputs[i]];
    if (t->dtype != MOTE_F32 &&
        memcmp(mote_exec_tensor(e, g->outputs[i]), mote_exec_tensor(x, small->outputs[i]),
               mote_tensor_bytes(t)))
      abort();
  }
  mote_exec_free(x);
  mote_program_free(p);
  mote_graph_free(small);
}

static inline void graph_run(const mote_graph_t *g) {
  const void *in[MOTE_NODE_IO_MAX];
  mote_program_t *p;
  if (graph_bytes(g) > 1 << 17) return;
  mote_exec_t *e = graph_exec(g, &p);
  uint8_t *values = calloc(MOTE_NODE_IO_MAX, 1 << 17);
  if (e && values) {
    for (int32_t i = 0; i < g->n_inputs; i++) {
      graph_fill(&g->tensors[g->inputs[i]], values + ((size_t)i << 17));
      in[i] = values + ((size_t)i << 17);
    }
    if (mote_exec_run(e, in, NULL) == MOTE_OK) graph_same(g, e, in);
  }
  free(values);
  if (!e) return;
  mote_exec_free(e);
  mote_program_free(p);
}

#endif
