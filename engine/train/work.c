/* SPDX-License-Identifier: Apache-2.0 */
#include "train/work.h"

#include <string.h>

#include "train/work_plan.h"

/* ---- Addresses ------------------------------------------------------------------------
 */

static float *output_of(const mote_work_t *w, int32_t i, uint32_t first, int worker) {
  size_t d = mote_shape_count(w->spec.net->layers[i].out);
  if (i == 0 || w->lay[i].y_of == 0) return (float *)(uintptr_t)w->x + first * d;
  if (w->spec.training) return w->acts + w->lay[i].y_at * w->spec.batch + first * d;
  return w->acts + ((size_t)worker * w->act_floats + w->lay[i].y_at) * w->slice;
}

/* Gradients keep a slice together: its place is that of `first` at the width of the slot.
 */
static float *gradient_of(const mote_work_t *w, int32_t i, uint32_t first, int worker) {
  const mote_slot_t *s = &w->slots[w->lay[i].slot];
  if (s->local) return w->local + ((size_t)worker * w->local_floats + s->at) * w->slice;
  return w->grads + s->at * w->spec.batch + (size_t)first * s->width;
}

static void fill_io(const mote_work_t *w, const mote_layer_t *l, uint32_t slice,
                    int worker, mote_io_t *io) {
  uint32_t first = slice * w->slice, left = w->n - first;
  io->k = w->k;
  io->n = left < w->slice ? left : w->slice;
  io->first = first;
  for (int k = 0; k < l->n_in; k++) io->x[k] = output_of(w, l->in[k], first, worker);
  io->y = output_of(w, l->index, first, worker);
  io->w = w->weights + l->w_at;
  io->state = w->state + l->state_at;
  io->scratch = w->scratch + (size_t)worker * w->scratch_floats;
  io->training = w->spec.training;
  io->key = w->key ^ ((uint32_t)l->index * 0x9e3779b9u);
  if (!w->spec.training) return;
  io->prepared = w->prepared + w->lay[l->index].prepared_at;
  io->saved = w->saved + w->lay[l->index].saved_at * w->spec.batch + first * l->saved;
  io->part = w->parts + w->lay[l->index].part_at * w->n_slices + slice * l->part;
  io->shared = w->shared + w->lay[l->index].shared_at;
  io->dw = w->dw + (size_t)slice * w->spec.net->n_weights + l->w_at;
}

/* ---- One operation on one slice
 * --------------------------------------------------------- */

static int renames(const mote_layer_t *l) {
  return l->absorbed || (l->kind->flags & MOTE_LAYER_ALIAS);
}

static void run_backward(const mote_work_t *w, const mote_layer_t *l, mote_io_t *io,
                         int worker) {
  const mote_lay_t *lay = &w->lay[l->index];
  float *temp = w->temp + (size_t)worker * w->temp_floats * w->slice;
  float *target[MOTE_LAYER_IN_MAX] = {0};
  for (int k = 0; k < l->n_in; k++) {
    if (w->lay[l->in[k]].slot < 0) continue;
    target[k] = gradient_of(w, l->in[k], (uint32_t)io->first, worker);
    io->dx[k] = target[k];
    if (!lay->adds[k]) continue;
    io->dx[k] = temp;
    temp += mote_shape_count(l->in_shape[k]) * w->slice;
  }
  if (!renames(l)) l->kind->backward(l, io);
  else if (io->dx[0] && io->dx[0] != io->dy)
    memcpy(io->dx[0], io->dy, io->n * mote_shape_count(l->out) * sizeof(float));
  for (int k = 0; k < l->n_in; k++)
    if (target[k] && lay->adds[k])
      io->k->add(target[k], target[k], io->dx[k],
                 io->n * mote_shape_count(l->in_shape[k]));
}

static void run_op(const mote_work_t *w, const mote_step_op_t *op, uint32_t slice,
                   int worker) {
  const mote_layer_t *l = &w->spec.net->layers[op->layer];
  mote_io_t io = {0};
  fill_io(w, l, slice, worker, &io);
  if (op->phase >= PHASE_LOSS)
    io.dy = gradient_of(w, l->index, (uint32_t)io.first, worker);
  switch (op->phase) {
  case PHASE_COLLECT: l->kind->collect(l, &io); break;
  case PHASE_FORWARD:
    if (!renames(l)) l->kind->forward(l, &io);
    break;
  case PHASE_LOSS:
    w->spec.loss(w->spec.loss_ctx, io.y, (float *)(uintptr_t)io.dy, (uint32_t)io.first,
                 io.n, slice);
    break;
  case PHASE_COLLECT_BACK: l->kind->collect_back(l, &io); break;
  default: run_backward(w, l, &io, worker);
  }
}

static void run_slice(void *ctx, size_t slice, int worker) {
  const mote_work_t *w = ctx;
  for (int32_t i = w->stage_from; i < w->stage_to; i++)
    run_op(w, &w->ops[i], (uint32_t)slice, worker);
}

static void merge(mote_work_t *w, const mote_step_op_t *op) {
  const mote_layer_t *l = &w->spec.net->layers[op->layer];
  mote_merge_t m = {.parts = w->parts + w->lay[op->layer].part_at * w->n_slices,
                    .n_slices = (w->n + w->slice - 1) / w->slice, .batch = w->n,
                    .slice = w->slice, .w = w->weights + l->w_at,
                    .shared = w->shared + w->lay[op->layer].shared_at,
                    .state = w->state + l->state_at};
  if (op->phase == PHASE_COLLECT) l->kind->merge(l, &m);
  else l->kind->merge_back(l, &m);
}

/* Stages end behind an operation that collects. */
static void run_stages(mote_work_t *w) {
  uint32_t slices = (w->n + w->slice - 1) / w->slice;
  for (w->stage_from = 0; w->stage_from < w->n_ops; w->stage_from = w->stage_to) {
    const mote_step_op_t *last;
    int collects;
    w->stage_to = w->stage_from;
    do {
      last = &w->ops[w->stage_to++];
      collects = last->phase == PHASE_COLLECT || last->phase == PHASE_COLLECT_BACK;
    } while (!collects && w->stage_to < w->n_ops);
    mote_crew_run(w->crew, slices, run_slice, w);
    if (collects) merge(w, last);
  }
}

/* ---- Weights
 * ---------------------------------------------------------------------------- */

/* Per output channel, symmetric: the int8 grid the quantiser will use. */
static void fake_quantise(const mote_layer_t *l, const float *w, float *to) {
  size_t c = l->channels, rows = l->n_kernel / c;
  for (size_t j = 0; j < c; j++) {
    float top = 0.0f;
    for (size_t i = 0; i < rows; i++) {
      float a = w[i * c + j] < 0.0f ? -w[i * c + j] : w[i * c + j];
      top = a > top ? a : top;
    }
    float scale = top > 0.0f ? top / 127.0f : 1.0f;
    for (size_t i = 0; i < rows; i++) {
      float q = w[i * c + j] / scale;
      to[i * c + j] = ((q + 12582912.0f) - 12582912.0f) * scale;
    }
  }
}

void mote_work_refresh(mote_work_t *w) {
  const mote_net_t *net = w->spec.net;
  w->k = mote_kernels();
  w->weights = net->weights;
  if (net->fake_weights) {
    memcpy(w->fake, net->weights, net->n_weights * sizeof(float));
    w->weights = w->fake;
  }
  for (int32_t i = 1; i < net->n_layers; i++) {
    const mote_layer_t *l = &net->layers[i];
    if (net->fake_weights && l->n_kernel)
      fake_quantise(l, net->weights + l->w_at, w->fake + l->w_at);
    if (w->spec.training && l->kind->prepare && w->lay[l->in[0]].slot >= 0)
      l->kind->prepare(l, w->weights + l->w_at, w->prepared + w->lay[i].prepared_at);
  }
}

/* ---- Batches
 * ---------------------------------------------------------------------------- */

typedef struct { size_t n; uint32_t slices; const float *parts; float *sum; } sum_t;

#define SUM_BLOCK 4096u

/* sum[i] = parts[0][i] + parts[1][i] + ... for one block of i. */
static void sum_block(void *ctx, size_t block, int worker) {
  const sum_t *s = ctx;
  size_t from = block * SUM_BLOCK, to = from + SUM_BLOCK < s->n ? from + SUM_BLOCK : s->n;
  const mote_kernels_t *k = mote_kernels();
  (void)worker;
  memcpy(s->sum + from, s->parts + from, (to - from) * sizeof(float));
  for (uint32_t i = 1; i < s->slices; i++)
    k->add(s->sum + from, s->sum + from, s->parts + i * s->n + from, to - from);
}

const float *mote_work_gradients(mote_work_t *w, const float *x, uint32_t n, uint32_t key,
                                 float *state) {
  uint32_t slices = (n + w->slice - 1) / w->slice;
  w->x = x;
  w->n = n;
  w->key = key;
  w->state = state;
  mote_work_refresh(w);
  run_stages(w);
  if (slices == 1) return w->dw;
  sum_t s = {w->spec.net->n_weights, slices, w->dw, w->gradient};
  mote_crew_run(w->crew, (s.n + SUM_BLOCK - 1) / SUM_BLOCK, sum_block, &s);
  return w->gradient;
}

typedef struct { const mote_work_t *w; float *out; } predict_t;

static void predict_slice(void *ctx, size_t slice, int worker) {
  const predict_t *p = ctx;
  const mote_work_t *w = p->w;
  const mote_layer_t *end = mote_net_last(w->spec.net);
  size_t d = mote_shape_count(end->out), first = slice * w->slice, left = w->n - first;
  for (int32_t i = 0; i < w->n_ops; i++) run_op(w, &w->ops[i], (uint32_t)slice, worker);
  memcpy(p->out + first * d, output_of(w, end->index, (uint32_t)first, worker),
         (left < w->slice ? left : w->slice) * d * sizeof(float));
}

#define PREDICT_MAX ((size_t)1 << 20) /* samples per round: indices stay in 32 bits */

void mote_work_predict(mote_work_t *w, const float *x, size_t n, float *out) {
  size_t in = mote_net_inputs(w->spec.net), outs = mote_net_outputs(w->spec.net);
  w->state = w->spec.net->state;
  for (size_t at = 0; at < n; at += PREDICT_MAX) {
    predict_t p = {w, out + at * outs};
    w->x = x + at * in;
    w->n = (uint32_t)(n - at < PREDICT_MAX ? n - at : PREDICT_MAX);
    mote_crew_run(w->crew, (w->n + w->slice - 1) / w->slice, predict_slice, &p);
  }
}

int mote_net_predict(const mote_net_t *net, const float *x, size_t n, float *out) {
  mote_work_spec_t spec = {.net = net, .threads = 64};
  spec.batch = (uint32_t)(n < 4096 ? n : 4096);
  mote_work_t *w;
  if (n == 0) return MOTE_OK;
  MOTE_TRY(mote_work_new(&spec, &w));
  mote_work_refresh(w);
  mote_work_predict(w, x, n, out);
  mote_work_free(w);
  return MOTE_OK;
}
