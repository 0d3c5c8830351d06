/* SPDX-License-Identifier: Apache-2.0
 * Runs a program on the host with the device's kernels. Every tensor keeps its own
 * memory. */
#include <string.h>

#include "base/par.h"
#include "model/op.h"

struct mote_exec {
  mote_arena_t *arena;
  const mote_program_t *prog;
  uint8_t **tensor; /* [n_tensors] */
  void *scratch;
};

void mote_exec_reset(mote_exec_t *e) {
  const mote_graph_t *g = e->prog->graph;
  for (int32_t i = 0; i < g->n_tensors; i++)
    if (g->tensors[i].role == MOTE_ROLE_STATE)
      memset(e->tensor[i], mote_state_fill(&g->tensors[i]),
             mote_tensor_bytes(&g->tensors[i]));
}

static int take_memory(mote_exec_t *e) {
  const mote_graph_t *g = e->prog->graph;
  size_t scratch = 1;
  if (!(e->tensor = mote_arena_take(e->arena, (size_t)g->n_tensors, sizeof *e->tensor)))
    return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < g->n_tensors; i++) {
    const mote_tensor_t *t = &g->tensors[i];
    if (e->prog->alias[i] != i) continue;
    e->tensor[i] = t->role == MOTE_ROLE_CONST
                       ? t->data
                       : mote_arena_take(e->arena, mote_tensor_bytes(t), 1);
    if (!e->tensor[i]) return MOTE_ERR_NOMEM;
  }
  for (int32_t i = 0; i < g->n_tensors; i++)
    e->tensor[i] = e->tensor[e->prog->alias[i]] + e->prog->alias_shift[i];
  for (int32_t i = 0; i < e->prog->n_steps; i++)
    if (e->prog->steps[i].scratch_bytes > scratch)
      scratch = e->prog->steps[i].scratch_bytes;
  e->scratch = mote_arena_take(e->arena, scratch, 1);
  if (e->scratch) mote_exec_reset(e);
  return e->scratch ? MOTE_OK : MOTE_ERR_NOMEM;
}

int mote_exec_new(const mote_program_t *prog, mote_exec_t **out) {
  *out = NULL;
  mote_arena_t *arena = mote_arena_new();
  mote_exec_t *e = arena ? mote_arena_take(arena, 1, sizeof *e) : NULL;
  if (e) *e = (mote_exec_t){.arena = arena, .prog = prog};
  if (!e || take_memory(e) < 0) {
    mote_arena_free(arena);
    return MOTE_ERR_NOMEM;
  }
  *out = e;
  return MOTE_OK;
}

void mote_exec_free(mote_exec_t *e) {
  if (e) mote_arena_free(e->arena);
}

const void *mote_exec_tensor(const mote_exec_t *e, int32_t tensor) {
  return e->tensor[tensor];
}

static void run_step(const mote_exec_t *e, const mote_step_t *s) {
  const void *in[MOTE_NODE_IO_MAX];
  void *out[MOTE_NODE_IO_MAX];
  for (int32_t i = 0; i < s->n_in; i++) in[i] = e->tensor[s->in[i]];
  for (int32_t i = 0; i < s->n_out; i++) out[i] = e->tensor[s->out[i]];
  if (s->in_shift) in[0] = (const uint8_t *)in[0] + s->in_shift;
  if (s->in1_shift) in[1] = (const uint8_t *)in[1] + s->in1_shift;
  if (s->out_shift) out[0] = (uint8_t *)out[0] + s->out_shift;
  s->kernel->run(s->params, in, out, e->scratch);
}

int mote_exec_run(mote_exec_t *e, const void *const *in, void *const *out) {
  const mote_graph_t *g = e->prog->graph;
  for (int32_t i = 0; i < g->n_inputs; i++)
    memcpy(e->tensor[g->inputs[i]], in[i], mote_tensor_bytes(&g->tensors[g->inputs[i]]));
  for (int32_t i = 0; i < e->prog->n_steps; i++) run_step(e, &e->prog->steps[i]);
  for (int32_t i = 0; out && i < g->n_outputs; i++)
    memcpy(out[i], e->tensor[g->outputs[i]],
           mote_tensor_bytes(&g->tensors[g->outputs[i]]));
  return MOTE_OK;
}

typedef struct {
  const mote_batch_t *batch;
  mote_exec_t **exec; /* one per worker, made when first used */
  const mote_program_t *prog;
} batch_run_t;

static int batch_one(void *ctx, size_t i, int worker) {
  batch_run_t *b = ctx;
  if (!b->exec[worker]) MOTE_TRY(mote_exec_new(b->prog, &b->exec[worker]));
  mote_exec_t *e = b->exec[worker];
  const mote_graph_t *g = b->prog->graph;
  const void *in[MOTE_NODE_IO_MAX], *out[MOTE_NODE_IO_MAX];
  MOTE_TRY(b->batch->get(b->batch->ctx, i, in));
  mote_exec_reset(e); /* whatever this worker ran before */
  MOTE_TRY(mote_exec_run(e, in, NULL));
  for (int32_t k = 0; k < g->n_outputs; k++) out[k] = e->tensor[g->outputs[k]];
  return b->batch->put(b->batch->ctx, i, out);
}

int mote_exec_batch(const mote_program_t *prog, const mote_batch_t *batch) {
  int workers = mote_threads();
  batch_run_t b = {batch, mote_alloc((size_t)workers, sizeof(mote_exec_t *)), prog};
  if (!b.exec) return MOTE_ERR_NOMEM;
  int rc = mote_parallel(batch->n, batch_one, &b);
  for (int i = 0; i < workers; i++) mote_exec_free(b.exec[i]);
  mote_free(b.exec);
  return rc;
}
