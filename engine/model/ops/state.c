/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/state.h"

#include <stdio.h>
#include <string.h>

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

mote_step_t *mote_state_step(mote_program_t *prog, int32_t node, const mote_kernel_t *k) {
  const mote_node_t *n = &prog->graph->nodes[node];
  mote_step_t *s = mote_simple_step(prog, node, k, 1);
  if (!s) return NULL;
  s->n_out = n->n_out;
  memcpy(s->out, n->out, (size_t)n->n_out * sizeof *s->out);
  return s;
}
