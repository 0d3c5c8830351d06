/* SPDX-License-Identifier: Apache-2.0
 * Runs a graph of one node on random inputs and holds the output against a naive
 * evaluation in double precision, on the real numbers that the integers stand for. */
#ifndef TESTS_NN_CHECK_H
#define TESTS_NN_CHECK_H

#include <math.h>

#include "nn_lab.h"

#define TWICE  0.26 /* the reference rounds twice: half of half a step */

static inline double weight_scale(const mote_tensor_t *w, int32_t c) {
  return w->quant.n == 0 ? 1.0 : (double)w->quant.scale[w->quant.n == 1 ? 0 : c];
}

/* Real numbers of tensor t: constants from the graph, values from `raw`. */
static inline double *reals(const lab_t *l, int32_t t, const void *raw) {
  const mote_tensor_t *x = &l->g->tensors[t];
  int64_t n = mote_dims_count(&x->dims);
  double *v = calloc((size_t)n, sizeof *v);
  for (int64_t i = 0; i < n; i++) {
    if (x->dtype == MOTE_F32)
      v[i] = (double)((const float *)raw)[i];
    else if (x->dtype == MOTE_I32)
      v[i] = ((const int32_t *)raw)[i];
    else if (x->dtype == MOTE_I16)
      v[i] = ((const int16_t *)raw)[i];
    else
      v[i] = ((const int8_t *)raw)[i];
    if (x->quant.n == 1 && x->dtype != MOTE_I32 && x->role == MOTE_ROLE_VALUE)
      v[i] = (double)x->quant.scale[0] * (v[i] - x->quant.zero[0]);
  }
  return v;
}

static inline double clip(double v, int32_t act) {
  double lo = act == MOTE_ACT_NONE ? -INFINITY : act == MOTE_ACT_RELU_N1_TO_1 ? -1 : 0;
  double hi = act == MOTE_ACT_RELU6 ? 6 : act == MOTE_ACT_RELU_N1_TO_1 ? 1 : INFINITY;
  return v < lo ? lo : v > hi ? hi : v;
}

typedef void (*naive_fn)(const lab_t *l, double *const *in, double *want);

/* Slack in steps beyond half a step. */
static inline void compare(const lab_t *l, const void *got, const double *want,
                           double slack) {
  const mote_tensor_t *y = &l->g->tensors[l->g->outputs[0]];
  int64_t n = mote_dims_count(&y->dims);
  for (int64_t i = 0; i < n; i++) {
    if (y->dtype == MOTE_F32) {
      double d = fabs((double)((const float *)got)[i] - want[i]);
      if (!(d <= 2e-5 * (1 + fabs(want[i]))))
        fail_msg("%s f32 [%d]: %g, not %g", l->g->nodes[0].op->name, (int)i,
                 (double)((const float *)got)[i], want[i]);
      continue;
    }
    double q = want[i] / (double)y->quant.scale[0] + y->quant.zero[0];
    int i16 = y->dtype == MOTE_I16;
    int got_q = i16 ? ((const int16_t *)got)[i] : ((const int8_t *)got)[i];
    double top = i16 ? 32767 : 127;
    q = q < -1 - top ? -1 - top : q > top ? top : q;
    if (!(fabs(got_q - q) <= 0.5 + slack))
      fail_msg("%s %s [%d]: %d, not %g", l->g->nodes[0].op->name,
               mote_dtype_name(y->dtype), (int)i, got_q, q);
  }
}

static inline void check(lab_t *l, naive_fn naive, double slack) {
  const mote_graph_t *g = l->g;
  void *raw[4] = {0};
  double *in[16] = {0};
  const mote_node_t *n = &g->nodes[0];
  mote_program_t *prog;
  mote_exec_t *e;
  ok(mote_lower(g, &prog)), ok(mote_exec_new(prog, &e));
  for (int32_t i = 0; i < g->n_inputs; i++) raw[i] = random_raw(l, g->inputs[i]);
  for (int32_t i = 0; i < n->n_in; i++) {
    const mote_tensor_t *t = &g->tensors[n->in[i]];
    const void *src = t->data;
    for (int32_t k = 0; k < g->n_inputs; k++)
      if (g->inputs[k] == n->in[i]) src = raw[k];
    in[i] = reals(l, n->in[i], src);
  }
  double *want = calloc((size_t)mote_dims_count(&g->tensors[g->outputs[0]].dims), 8);
  naive(l, in, want);
  ok(mote_exec_run(e, (const void *const *)raw, NULL));
  compare(l, mote_exec_tensor(e, g->outputs[0]), want, slack);
  for (int i = 0; i < 4; i++) free(raw[i]);
  for (int i = 0; i < 16; i++) free(in[i]);
  free(want);
  mote_exec_free(e), mote_program_free(prog);
}

#endif
