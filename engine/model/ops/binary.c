/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/binary.h"

const mote_param_t mote_binary_rows[1] = {MOTE_ACTIVATION_ROW(mote_activation_attr_t)};

/* Is `small` the tail of `big`, once its leading ones are dropped? */
static int is_tail(const mote_dims_t *small, const mote_dims_t *big) {
  int32_t first = 0;
  while (first < small->rank && small->d[first] == 1) first++;
  int32_t rank = small->rank - first;
  if (rank > big->rank) return 0;
  for (int32_t i = 0; i < rank; i++)
    if (small->d[first + i] != big->d[big->rank - rank + i]) return 0;
  return 1;
}

int mote_binary_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_tensor_t *a = mote_node_in(g, n, 0), *b = mote_node_in(g, n, 1);
  MOTE_TRY(mote_want_uniform(g, n, 2));
  int swap = mote_count(b) > mote_count(a) ||
             (mote_count(b) == mote_count(a) && b->dims.rank > a->dims.rank);
  const mote_dims_t *big = swap ? &b->dims : &a->dims,
                    *small = swap ? &a->dims : &b->dims;
  if (!is_tail(small, big))
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "\"%s\" and \"%s\": one operand's dimensions must "
                     "be the last ones of the other",
                     a->name, b->name);
  if (a->role == MOTE_ROLE_CONST && b->role == MOTE_ROLE_CONST)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "both operands are constants; fold them");
  *out = *big;
  return MOTE_OK;
}

mote_binary_t mote_binary_step(mote_program_t *prog, int32_t node,
                               const mote_binary_kernels_t *k) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  mote_binary_t r = {.a = mote_node_in(g, n, 0), .b = mote_node_in(g, n, 1),
                     .out = mote_node_out(g, n)};
  int swap = r.a->role == MOTE_ROLE_CONST;
  r.f32 = r.out->dtype == MOTE_F32;
  r.constant = swap || r.b->role == MOTE_ROLE_CONST;
  r.step = mote_simple_step(prog, node,
                            r.f32 ? (r.constant ? &k->const_f32 : &k->f32)
                                  : (r.constant ? &k->const_s8 : &k->s8),
                            r.constant ? 1 : 2);
  if (r.step && swap) {
    const mote_tensor_t *t = r.a;
    r.a = r.b, r.b = t;
    r.step->in[0] = n->in[1];
  }
  return r;
}
