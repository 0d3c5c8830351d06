/* SPDX-License-Identifier: Apache-2.0
 * What the self-test must find: the host runs the same window through the same functions.
 */
#include <string.h>

#include "base/crc.h"
#include "emit/export.h"

typedef struct {
  mote_export_t *x;
  float *window, *features, *input;
  void *scratch;
  void *states[MOTE_BLOCKS_MAX];
} run_t;

static int take_memory(run_t *r, mote_arena_t *a) {
  const mote_impulse_t *m = r->x->impulse;
  const mote_input_t *in = &m->input;
  r->window = mote_arena_take(a, (size_t)in->window * in->n_axes, sizeof(float));
  r->features = mote_arena_take(a, m->features, sizeof(float));
  r->input = mote_arena_take(a, m->features, sizeof(float));
  r->scratch = mote_arena_take(a, mote_impulse_scratch(m) + 16, 1);
  if (!r->window || !r->features || !r->input || !r->scratch) return MOTE_ERR_NOMEM;
  for (int i = 0; i < m->n_dsp; i++) {
    if (!m->dsp[i].shape.state_bytes) continue;
    r->states[i] = mote_arena_take(a, m->dsp[i].shape.state_bytes, 1);
    if (!r->states[i]) return MOTE_ERR_NOMEM;
  }
  return MOTE_OK;
}

static void fill_window(run_t *r) {
  const mote_input_t *in = &r->x->impulse->input;
  size_t all = (size_t)in->window * in->n_axes,
         part = (size_t)r->x->n_golden * in->n_axes;
  for (size_t i = 0; i < all; i++) r->window[i] = r->x->golden[i % part];
}

/* The learner's own features, in the order of its inputs. */
static void pick_features(run_t *r, int learner) {
  const mote_impulse_t *m = r->x->impulse;
  const mote_learner_t *l = &m->learn[learner];
  float *to = r->input;
  for (int i = 0; i < l->n_inputs; i++) {
    size_t at = 0;
    for (int b = 0; b < l->inputs[i]; b++) at += m->dsp[b].features;
    memcpy(to, r->features + at, m->dsp[l->inputs[i]].features * sizeof *to);
    to += m->dsp[l->inputs[i]].features;
  }
}

static int run_learner(run_t *r, int learner) {
  const mote_program_t *p = r->x->s->prog[learner];
  const int32_t out = p->graph->outputs[0];
  mote_exec_t *e;
  MOTE_TRY(mote_exec_new(p, &e));
  pick_features(r, learner);
  const void *in[1] = {r->input};
  int rc = mote_exec_run(e, in, NULL);
  for (uint32_t i = 0; rc == MOTE_OK && i < mote_answer_count(r->x, learner); i++) {
    float v = mote_answer_value(&p->graph->tensors[out], mote_exec_tensor(e, out), i);
    r->x->crc_result = mote_crc32_of(r->x->crc_result, &v, sizeof v);
  }
  mote_exec_free(e);
  return rc;
}

static int run_all(run_t *r, mote_arena_t *a) {
  const mote_impulse_t *m = r->x->impulse;
  MOTE_TRY(take_memory(r, a));
  fill_window(r);
  MOTE_TRY(mote_impulse_features(m, r->window, NULL, r->features, r->scratch, r->states));
  r->x->crc_features = mote_crc32_of(0, r->features, m->features * sizeof(float));
  r->x->crc_result = 0;
  for (int i = 0; i < m->n_learn; i++) MOTE_TRY(run_learner(r, i));
  return MOTE_OK;
}

int mote_export_golden(mote_export_t *x) {
  run_t r = {.x = x};
  mote_arena_t *a = mote_arena_new();
  if (!a) return MOTE_ERR_NOMEM;
  int rc = run_all(&r, a);
  mote_arena_free(a);
  return rc < 0 ? mote_context(rc, "self-test window") : rc;
}
