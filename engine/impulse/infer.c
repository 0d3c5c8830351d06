/* SPDX-License-Identifier: Apache-2.0 */
#include "impulse/infer.h"

#include <string.h>

#include "model/fast.h"

const mote_graph_t *mote_infer_graph(const mote_trained_t *t, int i, mote_variant_t v) {
  if (v == MOTE_VARIANT_I8 && t->learn[i].i8) return t->learn[i].i8;
  return t->learn[i].f32 ? t->learn[i].f32 : t->learn[i].i8;
}

size_t mote_infer_outputs(const mote_trained_t *t, int i) {
  const mote_graph_t *g = mote_infer_graph(t, i, MOTE_VARIANT_F32);
  return (size_t)mote_dims_count(&g->tensors[g->outputs[0]].dims);
}

typedef struct {
  const mote_impulse_t *m;
  const mote_learner_t *l;
  const float *x;
  float *picked, *out; /* [n][learner features], [n][outputs] */
  size_t d, outputs;
} rows_t;

/* A learner that reads every block in order reads the row as it is. */
static int get(void *ctx, size_t i, const void **in) {
  rows_t *r = ctx;
  const float *row = r->x + i * r->m->features;
  in[0] = row;
  if (!r->picked) return MOTE_OK;
  float *to = r->picked + i * r->d;
  in[0] = to;
  for (int b = 0; b < r->l->n_inputs; b++) {
    size_t from = 0, n = r->m->dsp[r->l->inputs[b]].features;
    for (int k = 0; k < r->l->inputs[b]; k++) from += r->m->dsp[k].features;
    memcpy(to, row + from, n * sizeof *to);
    to += n;
  }
  return MOTE_OK;
}

static int put(void *ctx, size_t i, const void *const *out) {
  rows_t *r = ctx;
  memcpy(r->out + i * r->outputs, out[0], r->outputs * sizeof *r->out);
  return MOTE_OK;
}

static int reads_everything(const mote_impulse_t *m, const mote_learner_t *l) {
  if (l->n_inputs != m->n_dsp) return 0;
  for (int b = 0; b < l->n_inputs; b++)
    if (l->inputs[b] != b) return 0;
  return 1;
}

int mote_infer_rows(const mote_trained_t *t, int i, mote_variant_t v, const float *x,
                    size_t n, float *out) {
  const mote_learner_t *l = &t->impulse->learn[i];
  rows_t r = {.m = t->impulse, .l = l, .x = x, .out = out,
              .d = (size_t)l->rows * l->cols, .outputs = mote_infer_outputs(t, i)};
  if (!reads_everything(r.m, l) &&
      !(r.picked = mote_alloc(n * r.d + 1, sizeof *r.picked)))
    return MOTE_ERR_NOMEM;
  mote_program_t *prog = NULL;
  int rc = mote_lower(mote_infer_graph(t, i, v), &prog);
  mote_batch_t batch = {.n = n, .ctx = &r, .get = get, .put = put};
  if (rc == MOTE_OK) rc = mote_select_host(prog);
  if (rc == MOTE_OK) rc = mote_exec_batch(prog, &batch);
  mote_program_free(prog);
  mote_free(r.picked);
  return rc;
}
