/* SPDX-License-Identifier: Apache-2.0 */
#include "model/passes/lowered.h"

#include <string.h>

#include "nn/lut.h"

int mote_lowered_new(const mote_graph_t *g, mote_lowered_t *l) {
  *l = (mote_lowered_t){.g = g};
  MOTE_TRY(mote_lower(g, &l->prog));
  l->first_step =
      mote_arena_take(l->prog->arena, (size_t)g->n_nodes + 1, sizeof *l->first_step);
  for (int32_t i = 0, s = 0; l->first_step && i <= g->n_nodes; i++) {
    while (s < l->prog->n_steps && l->prog->steps[s].node < i) s++;
    l->first_step[i] = s;
  }
  if (l->first_step) return MOTE_OK;
  mote_lowered_free(l);
  return MOTE_ERR_NOMEM;
}

void mote_lowered_free(mote_lowered_t *l) {
  mote_program_free(l->prog);
  l->prog = NULL;
}

const mote_step_t *mote_lowered_only(const mote_lowered_t *l, int32_t node,
                                     const char *fn) {
  int32_t first = l->first_step[node];
  if (l->first_step[node + 1] - first != 1) return NULL;
  const mote_step_t *s = &l->prog->steps[first];
  return strcmp(s->kernel->fn, fn) ? NULL : s;
}

const int8_t *mote_lowered_table(const mote_lowered_t *l, int32_t node) {
  const mote_step_t *s = mote_lowered_only(l, node, "mote_lut_s8");
  return s ? ((const mote_lut_s8_t *)s->params)->table.p : NULL;
}

int mote_lowered_is_view(const mote_lowered_t *l, int32_t node) {
  const mote_node_t *n = &l->g->nodes[node];
  return n->n_in == 1 && n->n_out == 1 &&
         l->first_step[node] == l->first_step[node + 1] &&
         l->prog->alias[n->out[0]] == l->prog->alias[n->in[0]] &&
         mote_dims_count(&l->g->tensors[n->out[0]].dims) ==
             mote_dims_count(&l->g->tensors[n->in[0]].dims);
}

uint32_t mote_lowered_traits(const mote_lowered_t *l, int32_t node) {
  const mote_node_t *n = &l->g->nodes[node];
  return n->op->traits ? n->op->traits(l->g, n) : 0;
}

int mote_lowered_is_plain(const mote_lowered_t *l, int32_t node) {
  const mote_node_t *n = &l->g->nodes[node];
  if (mote_lowered_is_view(l, node)) return 1;
  for (int32_t i = l->first_step[node]; i < l->first_step[node + 1]; i++) {
    const mote_step_t *s = &l->prog->steps[i];
    if (s->n_out != 1 || s->out[0] != n->out[0]) return 0;
    for (int32_t k = 0; k < s->n_in; k++)
      if (s->in[k] == n->out[0]) return 0;
  }
  return n->n_out == 1 && l->first_step[node] < l->first_step[node + 1];
}

static void run_step(const mote_node_t *n, const mote_step_t *s, const void *const *in,
                     void *out, void *scratch) {
  const void *ins[MOTE_NODE_IO_MAX] = {0};
  void *outs[1] = {(uint8_t *)out + s->out_shift};
  for (int32_t i = 0; i < s->n_in; i++)
    for (int32_t k = 0; k < n->n_in; k++)
      if (s->in[i] == n->in[k]) ins[i] = (const uint8_t *)in[k] + (i ? 0 : s->in_shift);
  s->kernel->run(s->params, ins, outs, scratch);
}

int mote_lowered_run(const mote_lowered_t *l, int32_t node, const void *const *in,
                     void *out) {
  const mote_node_t *n = &l->g->nodes[node];
  if (mote_lowered_is_view(l, node))
    memcpy(out, in[0], mote_tensor_bytes(&l->g->tensors[n->out[0]]));
  for (int32_t i = l->first_step[node]; i < l->first_step[node + 1]; i++) {
    const mote_step_t *s = &l->prog->steps[i];
    void *scratch = s->scratch_bytes ? mote_alloc(s->scratch_bytes, 1) : NULL;
    if (s->scratch_bytes && !scratch) return MOTE_ERR_NOMEM;
    run_step(n, s, in, out, scratch);
    mote_free(scratch);
  }
  return MOTE_OK;
}
