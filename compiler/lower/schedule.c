/* SPDX-License-Identifier: Apache-2.0 */
#include "lower/schedule.h"

#include <string.h>

#include "lower/bands.h"
#include "model/optimise.h"

int mote_dsp_gathers(const mote_impulse_t *m, const mote_dsp_t *d) {
  if (d->n_axes != m->input.n_axes) return 1;
  for (uint32_t i = 0; i < d->n_axes; i++)
    if (d->axes[i] != i) return 1;
  return 0;
}

static mote_place_t nowhere(void) { return (mote_place_t){MOTE_PLACE_NONE, 0, 0}; }

/* ---- buffers and calls ---- */

static mote_place_t new_buffer(mote_schedule_t *s, size_t bytes) {
  mote_buffer_t *b = &s->buffers[s->n_buffers];
  *b = (mote_buffer_t){.bytes = bytes, .first = INT32_MAX, .last = -1, .share = -1};
  return (mote_place_t){s->n_buffers++, 0, 0};
}

static mote_call_t *new_call(mote_schedule_t *s, mote_call_kind_t kind) {
  mote_call_t *c = &s->calls[s->n_calls++];
  *c = (mote_call_t){.kind = kind, .dsp = -1, .learner = -1, .step = -1};
  c->scratch = nowhere();
  return c;
}

static void touch(mote_schedule_t *s, mote_place_t p) {
  if (p.buffer < 0) return;
  mote_buffer_t *b = &s->buffers[p.buffer];
  int32_t now = s->n_calls - 1;
  if (now < b->first) b->first = now;
  if (now > b->last) b->last = now;
}

static void reads(mote_schedule_t *s, mote_call_t *c, mote_place_t p) {
  c->in[c->n_in++] = p;
  touch(s, p);
}

static void writes(mote_schedule_t *s, mote_call_t *c, mote_place_t p) {
  c->out[c->n_out++] = p;
  touch(s, p);
}

static void scratch(mote_schedule_t *s, mote_call_t *c, size_t bytes) {
  if (!bytes) return;
  c->scratch = new_buffer(s, bytes);
  touch(s, c->scratch);
}

/* ---- features ---- */

/* A frame block is streamed when windows begin on frame boundaries; else every window is
 * computed whole. Images and blocks over several axes always are. */
static void choose_streaming(mote_schedule_t *s) {
  const mote_impulse_t *m = s->impulse;
  s->windowed = 0;
  for (int i = 0; i < m->n_dsp; i++) {
    const mote_dsp_t *d = &m->dsp[i];
    const mote_block_shape_t *h = &d->shape;
    s->framed[i] = h->frame && h->hop && d->n_axes == 1 && d->block->frame &&
                   m->input.stride % h->hop == 0 && !h->state_bytes;
    if (s->framed[i]) s->ring[i] = (m->input.window - h->frame) / h->hop + 1;
    else s->windowed = 1;
  }
}

static void feed_calls(mote_schedule_t *s) {
  for (int i = 0; i < s->impulse->n_dsp; i++) {
    if (!s->framed[i]) continue;
    mote_call_t *c = new_call(s, MOTE_CALL_FRAME);
    c->dsp = i;
    scratch(s, c, s->impulse->dsp[i].shape.scratch_bytes);
  }
  s->first_call = s->n_calls;
}

static void window_calls(mote_schedule_t *s, int i, mote_place_t out) {
  const mote_dsp_t *d = &s->impulse->dsp[i];
  mote_place_t in = nowhere();
  if (mote_dsp_gathers(s->impulse, d)) {
    mote_call_t *g = new_call(s, MOTE_CALL_GATHER);
    g->dsp = i;
    in = new_buffer(s, (size_t)s->impulse->input.window * d->n_axes * sizeof(float));
    writes(s, g, in);
  }
  mote_call_t *c = new_call(s, MOTE_CALL_RUN);
  c->dsp = i;
  reads(s, c, in);
  writes(s, c, out);
  scratch(s, c, d->shape.scratch_bytes);
}

static void feature_calls(mote_schedule_t *s) {
  mote_place_t out = s->features = new_buffer(s, s->impulse->features * sizeof(float));
  for (int i = 0; i < s->impulse->n_dsp; i++) {
    const mote_dsp_t *d = &s->impulse->dsp[i];
    if (!s->framed[i]) window_calls(s, i, out);
    else {
      mote_call_t *c = new_call(s, MOTE_CALL_FINISH);
      c->dsp = i;
      writes(s, c, out);
      scratch(s, c, d->shape.finish_scratch_bytes);
    }
    out.shift += d->features * sizeof(float);
  }
}

/* ---- learners ---- */

static size_t feature_shift(const mote_impulse_t *m, int dsp) {
  size_t at = 0;
  for (int i = 0; i < dsp; i++) at += m->dsp[i].features * sizeof(float);
  return at;
}

/* The learner's input as a part of the features, or a joined copy when its blocks do not
 * stand next to each other. */
static mote_place_t learner_input(mote_schedule_t *s, int learner) {
  const mote_learner_t *l = &s->impulse->learn[learner];
  mote_place_t first = {s->features.buffer, feature_shift(s->impulse, l->inputs[0]), 0};
  int contiguous = 1;
  size_t bytes = 0;
  for (int i = 0; i < l->n_inputs; i++) {
    contiguous &= l->inputs[i] == l->inputs[0] + i;
    bytes += s->impulse->dsp[l->inputs[i]].features * sizeof(float);
  }
  if (contiguous) return first;
  mote_call_t *c = new_call(s, MOTE_CALL_JOIN);
  c->learner = learner;
  mote_place_t joined = new_buffer(s, bytes);
  reads(s, c, s->features);
  writes(s, c, joined);
  return joined;
}

static int32_t root_of(const mote_program_t *p, int32_t tensor) {
  while (p->alias[tensor] != tensor) tensor = p->alias[tensor];
  return tensor;
}

static void place_root(mote_schedule_t *s, const mote_tensor_t *t, int32_t root,
                       mote_place_t *at) {
  switch (t->role) {
  case MOTE_ROLE_CONST: *at = (mote_place_t){MOTE_PLACE_CONST, 0, root}; break;
  case MOTE_ROLE_STATE:
    *at = (mote_place_t){MOTE_PLACE_STATE, s->state_bytes, 0};
    s->state_bytes += (mote_tensor_bytes(t) + 7) / 8 * 8;
    break;
  default: *at = new_buffer(s, mote_tensor_bytes(t));
  }
}

/* Where a tensor lives; made when first seen. */
static mote_place_t place_tensor(mote_schedule_t *s, int learner, int32_t tensor) {
  const mote_program_t *p = s->prog[learner];
  int32_t root = root_of(p, tensor);
  mote_place_t *at = &s->tensor[learner][root];
  if (at->buffer == MOTE_PLACE_NONE) place_root(s, &p->graph->tensors[root], root, at);
  mote_place_t view = *at;
  view.shift += (size_t)p->alias_shift[tensor];
  return s->tensor[learner][tensor] = view;
}

static void step_call(mote_schedule_t *s, int learner, int32_t step) {
  const mote_step_t *st = &s->prog[learner]->steps[step];
  mote_call_t *c = new_call(s, MOTE_CALL_STEP);
  c->learner = learner;
  c->step = step;
  for (int32_t i = 0; i < st->n_in; i++) {
    mote_place_t p = place_tensor(s, learner, st->in[i]);
    if (i == 0) p.shift += (size_t)st->in_shift;
    if (i == 1) p.shift += (size_t)st->in1_shift;
    reads(s, c, p);
  }
  for (int32_t i = 0; i < st->n_out; i++) {
    mote_place_t p = place_tensor(s, learner, st->out[i]);
    if (i == 0) p.shift += (size_t)st->out_shift;
    writes(s, c, p);
  }
  scratch(s, c, st->scratch_bytes);
}

static int learner_calls(mote_schedule_t *s, int learner) {
  const mote_program_t *p = s->prog[learner];
  const mote_graph_t *g = p->graph;
  if (g->n_inputs != 1 || g->n_outputs != 1)
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "a learner's graph has one input and one output; "
                     "this one has %d and %d",
                     (int)g->n_inputs, (int)g->n_outputs);
  if (g->tensors[g->inputs[0]].dtype != MOTE_F32)
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "the graph takes %s; features are f32: begin with "
                     "normalise or quantize",
                     mote_dtype_name(g->tensors[g->inputs[0]].dtype));
  for (int32_t i = 0; i < g->n_tensors; i++) s->tensor[learner][i] = nowhere();
  s->tensor[learner][root_of(p, g->inputs[0])] = learner_input(s, learner);
  for (int32_t i = 0; i < p->n_steps; i++) step_call(s, learner, i);
  mote_call_t *c = new_call(s, MOTE_CALL_ANSWER);
  c->learner = learner;
  reads(s, c, place_tensor(s, learner, g->outputs[0]));
  return MOTE_OK;
}

/* ---- a bare network ---- */

static void network_calls(mote_schedule_t *s) {
  const mote_program_t *p = s->prog[0];
  const mote_graph_t *g = p->graph;
  for (int32_t i = 0; i < g->n_tensors; i++) s->tensor[0][i] = nowhere();
  mote_call_t *c = new_call(s, MOTE_CALL_INPUT);
  for (int32_t i = 0; i < g->n_inputs; i++)
    writes(s, c, place_tensor(s, 0, g->inputs[i]));
  for (int32_t i = 0; i < p->n_steps; i++) step_call(s, 0, i);
  c = new_call(s, MOTE_CALL_OUTPUT);
  for (int32_t i = 0; i < g->n_outputs; i++)
    reads(s, c, place_tensor(s, 0, g->outputs[i]));
}

/* ---- in-place pairs ---- */

static int reads_once(const mote_call_t *c, int32_t buffer) {
  int n = 0;
  for (int32_t i = 0; i < c->n_in; i++) n += c->in[i].buffer == buffer;
  return n == 1;
}

/* A step that may work in place offers its dying input's memory to its output. */
static void offer_sharing(mote_schedule_t *s) {
  for (int32_t k = 0; k < s->n_calls; k++) {
    const mote_call_t *c = &s->calls[k];
    if (c->kind != MOTE_CALL_STEP || c->n_in < 1 || c->n_out < 1) continue;
    if (!s->prog[c->learner]->steps[c->step].in_place) continue;
    if (c->in[0].buffer < 0 || c->out[0].buffer < 0) continue;
    if (c->in[0].shift || c->out[0].shift || c->in[0].buffer >= c->out[0].buffer)
      continue;
    mote_buffer_t *from = &s->buffers[c->in[0].buffer],
                  *to = &s->buffers[c->out[0].buffer];
    if (from->last != k || to->first != k || from->first == k) continue;
    if (reads_once(c, c->in[0].buffer)) to->share = c->in[0].buffer;
  }
}

/* ---- the whole ---- */

static int impulse_calls(mote_schedule_t *s) {
  feed_calls(s);
  feature_calls(s);
  for (int i = 0; i < s->impulse->n_learn; i++) {
    int rc = learner_calls(s, s->order[i]);
    if (rc < 0)
      return mote_context(rc, "learner \"%s\"", s->impulse->learn[s->order[i]].name);
  }
  return MOTE_OK;
}

static int build(mote_schedule_t *s) {
  s->n_calls = s->n_buffers = 0;
  s->state_bytes = 0;
  if (s->trained) MOTE_TRY(impulse_calls(s));
  else network_calls(s);
  offer_sharing(s);
  s->bound = mote_plan_bound(s->buffers, s->n_buffers);
  return mote_plan(s->buffers, s->n_buffers, &s->arena_bytes);
}

/* Learner `last` runs last (it may overwrite the features), the others in their order. */
static void order_learners(mote_schedule_t *s, int last) {
  int at = 0;
  for (int i = 0; i < s->impulse->n_learn; i++)
    if (i != last) s->order[at++] = i;
  if (last >= 0) s->order[at] = last;
}

static int build_best(mote_schedule_t *s) {
  int best = s->impulse->n_learn - 1;
  size_t least = (size_t)-1;
  for (int last = s->impulse->n_learn - 1; last >= 0; last--) {
    order_learners(s, last);
    MOTE_TRY(build(s));
    if (s->arena_bytes < least) least = s->arena_bytes, best = last;
  }
  order_learners(s, best);
  MOTE_TRY(build(s));
  return mote_plan_verify(s->buffers, s->n_buffers, s->arena_bytes);
}

static int take_tables(mote_schedule_t *s) {
  size_t steps = 4u * MOTE_BLOCKS_MAX + 3u * MOTE_LEARNERS_MAX + 2, tensors = 0;
  for (int i = 0; i < s->impulse->n_learn; i++) {
    const mote_program_t *p = s->prog[i];
    steps += (size_t)p->n_steps;
    tensors += (size_t)p->graph->n_tensors;
    s->tensor[i] = mote_arena_take(s->arena, (size_t)p->graph->n_tensors + 1,
                                   sizeof *s->tensor[i]);
    if (!s->tensor[i]) return MOTE_ERR_NOMEM;
  }
  if (steps > MOTE_CALLS_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "the impulse has %zu steps, more than %d", steps,
                     MOTE_CALLS_MAX);
  s->calls = mote_arena_take(s->arena, steps, sizeof *s->calls);
  s->buffers = mote_arena_take(s->arena, 2 * steps + tensors, sizeof *s->buffers);
  return s->calls && s->buffers ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int lower_learners(mote_schedule_t *s, const mote_choice_t *choice) {
  static const mote_optimise_options_t options = {0, 4}; /* kernels like 4 channels */
  for (int i = 0; i < s->impulse->n_learn; i++) {
    const mote_graph_t *g = s->graph[i];
    if (!g)
      return mote_fail(MOTE_ERR_NOTFOUND,
                       "learner \"%s\" has no trained model: run train",
                       s->impulse->learn[i].name);
    int rc = mote_optimise_with(g, &options, &s->small[i], NULL);
    if (rc == MOTE_OK && choice)
      rc = mote_lower_fitting(s->small[i], choice, &s->prog[i]);
    else if (rc == MOTE_OK) rc = mote_lower(s->small[i], &s->prog[i]);
    if (rc < 0) return mote_context(rc, "learner \"%s\"", s->impulse->learn[i].name);
  }
  return MOTE_OK;
}

static mote_schedule_t *new_schedule(void) {
  mote_arena_t *a = mote_arena_new();
  mote_schedule_t *s = a ? mote_arena_take(a, 1, sizeof *s) : NULL;
  if (s) *s = (mote_schedule_t){.arena = a};
  else mote_arena_free(a);
  return s;
}

/* Takes s over. */
static int finish(mote_schedule_t *s, const mote_choice_t *choice,
                  mote_schedule_t **out) {
  int rc = lower_learners(s, choice);
  if (rc == MOTE_OK) rc = take_tables(s);
  if (rc == MOTE_OK) rc = build_best(s);
  if (rc < 0) mote_schedule_free(s);
  else *out = s;
  return rc;
}

int mote_schedule(const mote_trained_t *t, mote_variant_t variant,
                  const mote_choice_t *choice, mote_schedule_t **out) {
  *out = NULL;
  mote_schedule_t *s = new_schedule();
  if (!s) return MOTE_ERR_NOMEM;
  s->trained = t, s->impulse = t->impulse, s->variant = variant;
  for (int i = 0; i < t->impulse->n_learn; i++)
    s->graph[i] = mote_infer_graph(t, i, variant);
  choose_streaming(s);
  return finish(s, choice, out);
}

int mote_schedule_network(const mote_graph_t *g, const char *name,
                          const mote_choice_t *choice, mote_schedule_t **out) {
  *out = NULL;
  mote_schedule_t *s = new_schedule();
  if (!s) return MOTE_ERR_NOMEM;
  mote_impulse_t *m = mote_arena_take(s->arena, 1, sizeof *m);
  char *own = m ? mote_arena_str(s->arena, name) : NULL;
  if (!own) {
    mote_schedule_free(s);
    return MOTE_ERR_NOMEM;
  }
  m->name = own;
  m->n_learn = 1;
  m->learn[0] = (mote_learner_t){.name = own, .type = "network"};
  s->impulse = m;
  s->graph[0] = g;
  return finish(s, choice, out);
}

void mote_schedule_free(mote_schedule_t *s) {
  if (!s) return;
  for (int i = 0; i < MOTE_LEARNERS_MAX; i++) {
    mote_program_free(s->prog[i]);
    mote_graph_free(s->small[i]);
  }
  mote_arena_free(s->arena);
}
