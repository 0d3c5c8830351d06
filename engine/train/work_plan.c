/* SPDX-License-Identifier: Apache-2.0
 * Lays out a work: which layers share memory, when gradients live, the list of
 * operations. */
#include "train/work_plan.h"

#include "base/par.h"

#define SLICE_FLOATS 32768u     /* largest activation of a slice: 128 KB */
#define SLICES_MAX 64u
#define GRADIENT_FLOATS 16000000u /* all slices' weight gradients */
#define THREAD_FLOPS 1e6        /* below this a step is faster on one thread */

static const mote_layer_t *layer(const mote_work_t *w, int32_t i) {
  return &w->spec.net->layers[i];
}
static int renames(const mote_layer_t *l) {
  return l->absorbed || (l->kind->flags & MOTE_LAYER_ALIAS);
}

/* May l overwrite its input? Only when nobody else reads that memory. */
static int in_place(const mote_work_t *w, const mote_layer_t *l) {
  if (!(l->kind->flags & MOTE_LAYER_IN_PLACE)) return 0;
  const mote_layer_t *before = layer(w, l->in[0]);
  for (;; before = layer(w, before->in[0])) {
    if (before->index == 0 || before->users != 1) return 0;
    if (!renames(before)) return !(before->kind->flags & MOTE_LAYER_NEEDS_Y);
  }
}

static void place_outputs(mote_work_t *w) {
  for (int32_t i = 1; i < w->spec.net->n_layers; i++) {
    const mote_layer_t *l = layer(w, i);
    mote_lay_t *lay = &w->lay[i];
    lay->y_of = renames(l) || in_place(w, l) ? w->lay[l->in[0]].y_of : i;
    lay->y_at = w->lay[lay->y_of].y_at;
    if (lay->y_of != i) continue;
    lay->y_at = w->act_floats;
    w->act_floats += mote_shape_count(l->out);
  }
}

static int collects(const mote_layer_t *l) { return l->kind->collect && !l->frozen; }

/* ---- Gradients
 * ---------------------------------------------------------------------------- */

/* Stages of backward, counted from the loss: a batch norm at layer b starts a new one. */
static int32_t stage_of(const mote_work_t *w, int32_t i) {
  int32_t stage = 0;
  for (int32_t b = w->spec.head; b >= i; b--) stage += collects(layer(w, b));
  return stage;
}

static int32_t take_slot(mote_work_t *w, size_t width, int32_t from, int32_t to) {
  const mote_layer_t *l = layer(w, to);
  int32_t first = from > w->spec.head ? 0 : stage_of(w, from), i = 0;
  int32_t local = first == stage_of(w, to) && !collects(l);
  while (i < w->n_slots && (w->slots[i].local != local || w->slots[i].busy_to <= from))
    i++;
  mote_slot_t *s = &w->slots[i];
  if (i == w->n_slots) *s = (mote_slot_t){.local = local}, w->n_slots++;
  if (width > s->width) s->width = width;
  s->busy_to = to;
  return i;
}

/* An output read by one layer alone that works in place shares that layer's gradient. */
static void share_gradients(mote_work_t *w) {
  for (int32_t i = w->spec.head; i >= 1; i--) {
    const mote_layer_t *l = layer(w, i), *from = layer(w, l->in[0]);
    int same = renames(l) || (l->kind->flags & MOTE_LAYER_IN_PLACE);
    if (w->lay[i].g_of == 0) w->lay[i].g_of = i;
    if (same && from->users == 1 && from->trained)
      w->lay[from->index].g_of = w->lay[i].g_of;
  }
}

/* Last layer below `root` in its group of shared gradients: whose backward reads it last.
 */
static int32_t group_end(const mote_work_t *w, int32_t root) {
  int32_t end = root;
  for (int32_t i = root; i >= 1; i--)
    if (w->lay[i].g_of == root) end = i;
  return end;
}

/* First in backward to write the gradient of root's group: its last reader, or the loss.
 */
static int32_t first_writer(const mote_work_t *w, int32_t root) {
  if (root == w->spec.head) return root + 1;
  for (int32_t i = w->spec.head; i > root; i--)
    for (int k = 0; k < layer(w, i)->n_in; k++)
      if (layer(w, i)->in[k] == root) return i;
  return root + 1;
}

static void place_gradients(mote_work_t *w) {
  share_gradients(w);
  for (int32_t i = w->spec.head; i >= 1; i--) {
    w->lay[i].slot = -1;
    if (!layer(w, i)->trained) continue;
    int32_t root = w->lay[i].g_of;
    w->lay[i].slot = root != i ? w->lay[root].slot
                               : take_slot(w, mote_shape_count(layer(w, i)->out),
                                           first_writer(w, i), group_end(w, i));
  }
  w->lay[0].slot = -1;
  for (int32_t i = 0; i < w->n_slots; i++) {
    size_t *sum = w->slots[i].local ? &w->local_floats : &w->grad_floats;
    w->slots[i].at = *sum;
    *sum += w->slots[i].width;
  }
}

/* The second and later writers of a gradient add to it. */
static void mark_sums(mote_work_t *w, int32_t *written) {
  for (int32_t i = w->spec.head; i >= 1; i--) {
    const mote_layer_t *l = layer(w, i);
    size_t temp = 0;
    if (!l->trained) continue;
    for (int k = 0; k < l->n_in; k++) {
      int32_t root = w->lay[l->in[k]].g_of;
      if (w->lay[l->in[k]].slot < 0 || root == w->lay[i].g_of) continue;
      w->lay[i].adds[k] = written[root];
      if (written[root]) temp += mote_shape_count(l->in_shape[k]);
      written[root] = 1;
    }
    if (temp > w->temp_floats) w->temp_floats = temp;
  }
}

/* ---- Sizes and operations
 * ----------------------------------------------------------------- */

static void place_rest(mote_work_t *w) {
  for (int32_t i = 1; i < w->spec.net->n_layers; i++) {
    const mote_layer_t *l = layer(w, i);
    mote_lay_t *lay = &w->lay[i];
    lay->saved_at = w->saved_floats;
    lay->prepared_at = w->prepared_floats;
    lay->part_at = w->part_floats;
    lay->shared_at = w->shared_floats;
    w->saved_floats += l->saved;
    w->prepared_floats += l->prepared;
    w->part_floats += l->part;
    w->shared_floats += l->shared;
    if (l->scratch > w->scratch_floats) w->scratch_floats = l->scratch;
  }
  w->scratch_floats =
      (w->scratch_floats + 31) & ~(size_t)15; /* threads apart by a line */
}

static void push(mote_work_t *w, mote_phase_t phase, int32_t i) {
  w->ops[w->n_ops++] = (mote_step_op_t){phase, i};
}

static void list_operations(mote_work_t *w) {
  int training = w->spec.training;
  int32_t end = training ? w->spec.head : w->spec.net->n_layers - 1;
  for (int32_t i = 1; i <= end; i++) {
    if (training && collects(layer(w, i))) push(w, PHASE_COLLECT, i);
    push(w, PHASE_FORWARD, i);
  }
  if (!training) return;
  push(w, PHASE_LOSS, end);
  for (int32_t i = end; i >= 1; i--) {
    if (!layer(w, i)->trained) continue;
    if (collects(layer(w, i))) push(w, PHASE_COLLECT_BACK, i);
    push(w, PHASE_BACKWARD, i);
  }
}

static void choose_slices(mote_work_t *w) {
  const mote_net_t *net = w->spec.net;
  size_t widest = 1, batch = w->spec.batch, most = SLICES_MAX;
  for (int32_t i = 0; i < net->n_layers; i++) {
    size_t d = mote_shape_count(net->layers[i].out);
    if (d > widest) widest = d;
  }
  size_t slice = widest < SLICE_FLOATS ? SLICE_FLOATS / widest : 1;
  if (w->spec.training && net->n_weights * most > GRADIENT_FLOATS)
    most = GRADIENT_FLOATS / net->n_weights + 1;
  if (w->spec.training && slice * most < batch) slice = (batch + most - 1) / most;
  if (slice > batch) slice = batch;
  w->slice = (uint32_t)slice;
  w->n_slices = (uint32_t)((batch + slice - 1) / slice);
}

static int start_crew(mote_work_t *w) {
  double flops = (double)w->spec.net->macs * w->spec.batch * (w->spec.training ? 6 : 2);
  int n = flops < THREAD_FLOPS ? 1 : mote_threads();
  if (n > w->spec.threads) n = w->spec.threads;
  if (n > (int)w->n_slices) n = (int)w->n_slices;
  return mote_crew_new(n, &w->crew);
}

static float *floats(size_t n) { return mote_alloc(n + 16, sizeof(float)); }

static int take_memory(mote_work_t *w) {
  size_t threads = (size_t)mote_crew_size(w->crew), batch = w->spec.batch;
  size_t weights = w->spec.net->n_weights, per_thread = threads * w->slice;
  int t = w->spec.training;
  w->acts = floats(w->act_floats * (t ? batch : per_thread));
  w->scratch = floats(w->scratch_floats * threads);
  w->fake = floats(w->spec.net->fake_weights ? weights : 0);
  if (!w->acts || !w->scratch || !w->fake) return MOTE_ERR_NOMEM;
  if (!t) return MOTE_OK;
  w->grads = floats(w->grad_floats * batch);
  w->local = floats(w->local_floats * per_thread);
  w->temp = floats(w->temp_floats * per_thread);
  w->saved = floats(w->saved_floats * batch);
  w->prepared = floats(w->prepared_floats);
  w->parts = floats(w->part_floats * w->n_slices);
  w->shared = floats(w->shared_floats);
  w->dw = floats(weights * w->n_slices);
  w->gradient = floats(w->n_slices > 1 ? weights : 0);
  return w->grads && w->local && w->temp && w->saved && w->prepared && w->parts &&
                 w->shared && w->dw && w->gradient
             ? MOTE_OK
             : MOTE_ERR_NOMEM;
}

static int plan(mote_work_t *w) {
  size_t layers = (size_t)w->spec.net->n_layers;
  int32_t *written = mote_alloc(layers, sizeof *written);
  w->lay = mote_alloc(layers, sizeof *w->lay);
  w->slots = mote_alloc(layers, sizeof *w->slots);
  w->ops = mote_alloc(4 * layers + 1, sizeof *w->ops);
  if (!written || !w->lay || !w->slots || !w->ops) {
    mote_free(written);
    return MOTE_ERR_NOMEM;
  }
  place_outputs(w);
  if (w->spec.training) {
    place_gradients(w);
    mark_sums(w, written);
  }
  mote_free(written);
  place_rest(w);
  list_operations(w);
  choose_slices(w);
  MOTE_TRY(start_crew(w));
  return take_memory(w);
}

int mote_work_new(const mote_work_spec_t *spec, mote_work_t **out) {
  mote_work_t *w = mote_alloc(1, sizeof *w);
  if (!w) return MOTE_ERR_NOMEM;
  w->spec = *spec;
  int rc = plan(w);
  if (rc < 0) mote_work_free(w);
  else *out = w;
  return rc;
}

void mote_work_free(mote_work_t *w) {
  if (!w) return;
  mote_crew_free(w->crew);
  float *all[] = {w->acts, w->grads, w->local, w->saved, w->temp, w->scratch, w->prepared,
                  w->parts, w->shared, w->dw, w->gradient, w->fake};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) mote_free(all[i]);
  mote_free(w->lay);
  mote_free(w->slots);
  mote_free(w->ops);
  mote_free(w);
}

uint32_t mote_work_slice(const mote_work_t *w) { return w->slice; }
uint32_t mote_work_slices(const mote_work_t *w) { return w->n_slices; }
