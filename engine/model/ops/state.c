/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/state.h"

#include <stdio.h>
#include <string.h>

#include "model/ops/move.h"

#define S(m) MOTE_FIELD(mote_sequence_t, m, I32)
static const mote_field_t sequence_fields[] = {
    S(batch),   S(steps),     S(in_n),     S(units),  S(in_batch),
    S(in_step), S(out_batch), S(out_step), S(reverse)};
#undef S
const mote_struct_t mote_struct_sequence =
    MOTE_STRUCT(mote_sequence_t, "nn/sequence.h", sequence_fields);

/* One scale; zero point 0 where `symmetric` says so. */
static int has_scale(const mote_tensor_t *t, int symmetric) {
  if (t->dtype != MOTE_I8 && t->dtype != MOTE_I16) return 1;
  return t->quant.n == 1 && (!symmetric || t->quant.zero[0] == 0);
}

int mote_want_state(const mote_graph_t *g, const mote_node_t *n,
                    const mote_state_rule_t *r) {
  const mote_tensor_t *t = mote_node_in(g, n, r->in);
  if (t->role != MOTE_ROLE_STATE || t->dtype != r->type || mote_count(t) != r->count ||
      !has_scale(t, t->dtype == MOTE_I16))
    return mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" must be a variable of %lld values of "
                     "type %s%s", t->name, (long long)r->count, mote_dtype_name(r->type),
                     r->type == MOTE_F32   ? ""
                     : r->type == MOTE_I16 ? " with one scale and zero point 0"
                                           : " with one scale");
  for (int32_t i = 0; i < n->n_out; i++)
    if ((n->out[i] == n->in[r->in]) != (i == r->out))
      return mote_fail(MOTE_ERR_FORMAT, "state \"%s\" must be output %d, and no other",
                       t->name, (int)r->out);
  return MOTE_OK;
}

int mote_want_start(const mote_graph_t *g, const mote_node_t *n,
                    const mote_state_rule_t *r, const mote_dims_t *none,
                    mote_dims_t *out) {
  const mote_tensor_t *from = mote_has_in(n, r->in) ? mote_node_in(g, n, r->in) : NULL;
  const mote_tensor_t *to = &g->tensors[n->out[r->out]];
  *out = from ? from->dims : *none;
  if (from && from->role == MOTE_ROLE_STATE) return mote_want_state(g, n, r);
  if (r->type != MOTE_F32)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "integers need states, which are variables");
  if (to->role == MOTE_ROLE_VALUE && to->dtype == MOTE_F32 &&
      (!from || (from->dtype == MOTE_F32 && mote_count(from) == r->count)))
    return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" must have %lld values of type f32",
                   from ? from->name : to->name, (long long)r->count);
}

int mote_start_step(mote_program_t *prog, int32_t node, int32_t in, int32_t out) {
  const mote_node_t *n = &prog->graph->nodes[node];
  if (!mote_has_in(n, in)) return mote_fill_step(prog, node, n->out[out], 0.0f);
  if (n->in[in] == n->out[out]) return MOTE_OK;
  return mote_copy_step(prog, node, n->in[in], n->out[out]);
}

int mote_want_table(const mote_graph_t *g, const mote_node_t *n, int32_t i,
                    mote_dtype_t type, mote_table_size_t size) {
  const mote_tensor_t *t = mote_node_in(g, n, i);
  mote_dims_t dims = MOTE_DIMS(size.rows, size.columns);
  if (!size.columns) dims.rank = 1;
  if (t->role == MOTE_ROLE_CONST && t->dtype == type &&
      mote_dims_equal(&t->dims, &dims) && has_scale(t, 1))
    return MOTE_OK;
  char columns[16] = "";
  if (size.columns) snprintf(columns, sizeof columns, "[%d]", (int)size.columns);
  return mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" must be constants [%d]%s of type %s%s",
                   t->name, (int)size.rows, columns, mote_dtype_name(type),
                   has_scale(t, 1) ? "" : " with one scale and zero point 0");
}

const void *mote_table_or_zeros(mote_program_t *prog, int32_t node, int32_t i,
                                int32_t count) {
  const mote_node_t *n = &prog->graph->nodes[node];
  if (mote_has_in(n, i)) return mote_node_in(prog->graph, n, i)->data;
  return mote_arena_take(prog->arena, (size_t)count, 4);
}

mote_step_t *mote_state_step(mote_program_t *prog, int32_t node, const mote_kernel_t *k) {
  const mote_node_t *n = &prog->graph->nodes[node];
  mote_step_t *s = mote_simple_step(prog, node, k, 1);
  if (!s) return NULL;
  s->n_out = n->n_out;
  memcpy(s->out, n->out, (size_t)n->n_out * sizeof *s->out);
  return s;
}

int mote_want_sequence(const mote_graph_t *g, const mote_node_t *n) {
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims, *w = &mote_node_in(g, n, 1)->dims;
  if (in->rank != 3 || w->rank != 2)
    return mote_fail(MOTE_ERR_SIZE, "the input must be [batch][steps][values], weights "
                     "[units][values]");
  if (in->d[2] > MOTE_TAPS_LIMIT || w->d[0] > MOTE_TAPS_LIMIT)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d products in one sum", MOTE_TAPS_LIMIT);
  if ((int64_t)in->d[0] * in->d[1] * w->d[0] > MOTE_TENSOR_LIMIT)
    return mote_fail(MOTE_ERR_LIMIT, "the output is too large");
  return MOTE_OK;
}

mote_sequence_t mote_sequence_of(const mote_graph_t *g, const mote_node_t *n,
                                 int32_t time_major, int32_t reverse) {
  const int32_t *d = mote_node_in(g, n, 0)->dims.d, swap = !!time_major;
  mote_sequence_t s = {.batch = d[swap], .steps = d[!swap], .in_n = d[2],
                       .units = mote_node_in(g, n, 1)->dims.d[0], .reverse = !!reverse};
  int32_t batch = swap ? 1 : s.steps, step = swap ? s.batch : 1;
  s.in_batch = batch * s.in_n, s.in_step = step * s.in_n;
  s.out_batch = batch * s.units, s.out_step = step * s.units;
  return s;
}
