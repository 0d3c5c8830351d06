/* SPDX-License-Identifier: Apache-2.0
 * Graph -> program: each operator appends its steps. */
#include <string.h>

#include "model/op.h"

#define OP(name) extern const mote_op_t mote_op_##name;
#include "model/ops.def"
#undef OP

const mote_op_t *const mote_ops[] = {
#define OP(name) &mote_op_##name,
#include "model/ops.def"
#undef OP
    NULL};

const mote_op_t *mote_op_find(const char *name) {
  for (size_t i = 0; mote_ops[i]; i++)
    if (!strcmp(mote_ops[i]->name, name)) return mote_ops[i];
  return NULL;
}

static int grow_steps(mote_program_t *prog) {
  int32_t cap = prog->cap ? 2 * prog->cap : 16;
  mote_step_t *more = mote_arena_take(prog->arena, (size_t)cap, sizeof *more);
  if (!more) return MOTE_ERR_NOMEM;
  if (prog->n_steps) memcpy(more, prog->steps, (size_t)prog->n_steps * sizeof *more);
  prog->steps = more;
  prog->cap = cap;
  return MOTE_OK;
}

mote_step_t *mote_program_step(mote_program_t *prog, int32_t node,
                               const mote_kernel_t *k) {
  if (prog->n_steps == prog->cap && grow_steps(prog) < 0) return NULL;
  mote_step_t *s = &prog->steps[prog->n_steps];
  *s = (mote_step_t){.kernel = k, .node = node, .in_place = k->in_place};
  if (k->params && !(s->params = mote_arena_take(prog->arena, 1, k->params->bytes)))
    return NULL;
  prog->n_steps++;
  return s;
}

/* What the steps of the latest node add to *work. */
static int count_work(const mote_program_t *prog, int32_t from, int64_t *work) {
  for (int32_t i = from; i < prog->n_steps; i++) {
    if (prog->steps[i].macs < 0 || prog->steps[i].macs > MOTE_WORK_LIMIT - *work)
      return mote_fail(MOTE_ERR_LIMIT, "a run takes more than %lld multiply-accumulates",
                       (long long)MOTE_WORK_LIMIT);
    *work += prog->steps[i].macs;
  }
  return MOTE_OK;
}

static int lower_nodes(const mote_graph_t *g, mote_program_t *prog) {
  prog->alias = mote_arena_take(prog->arena, (size_t)g->n_tensors, sizeof *prog->alias);
  prog->alias_shift =
      mote_arena_take(prog->arena, (size_t)g->n_tensors, sizeof *prog->alias_shift);
  if (!prog->alias || !prog->alias_shift) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < g->n_tensors; i++) prog->alias[i] = i;
  int64_t work = 0;
  for (int32_t i = 0; i < g->n_nodes; i++) {
    const mote_node_t *n = &g->nodes[i];
    int32_t from = prog->n_steps;
    int rc = n->op->lower(prog, i);
    if (rc >= 0) rc = count_work(prog, from, &work);
    if (rc < 0) return mote_context(rc, "node \"%s\" (%s)", n->name, n->op->name);
  }
  return MOTE_OK;
}

int mote_lower(const mote_graph_t *g, mote_program_t **out) {
  *out = NULL;
  MOTE_TRY(mote_graph_check(g));
  mote_arena_t *arena = mote_arena_new();
  mote_program_t *prog = arena ? mote_arena_take(arena, 1, sizeof *prog) : NULL;
  if (!prog) {
    mote_arena_free(arena);
    return MOTE_ERR_NOMEM;
  }
  prog->arena = arena;
  prog->graph = g;
  int rc = lower_nodes(g, prog);
  if (rc < 0) mote_arena_free(arena);
  else *out = prog;
  return rc;
}

void mote_program_free(mote_program_t *p) {
  if (p) mote_arena_free(p->arena);
}
