/* SPDX-License-Identifier: Apache-2.0
 * One update: gradients of a batch, their norm cut, optimiser. */
#include "train/stepper.h"

#include <math.h>
#include <string.h>

#include "base/par.h"
#include "math/math.h"

static int take_memory(mote_stepper_t *s) {
  size_t n = s->net->n_weights + 16, slices = mote_work_slices(s->work);
  s->m = mote_alloc(n, sizeof(float));
  s->v = mote_alloc(n, sizeof(float));
  s->clipped = mote_alloc(n, sizeof(float));
  s->loss.sum = mote_alloc(slices, sizeof(double));
  s->loss.hits = mote_alloc(slices, sizeof(uint32_t));
  return s->m && s->v && s->clipped && s->loss.sum && s->loss.hits ? MOTE_OK
                                                                   : MOTE_ERR_NOMEM;
}

static int open_work(mote_stepper_t *s, const mote_train_data_t *like, uint32_t batch) {
  mote_work_spec_t spec = {.net = s->net, .batch = batch, .training = 1, .threads = 64,
                           .loss = mote_loss_slice, .loss_ctx = &s->loss};
  MOTE_TRY(mote_loss_choose(s->net, like, s->cfg.loss, &s->loss.kind, &spec.head));
  s->loss.outputs = s->net->spec.outputs;
  s->loss.smoothing = s->cfg.label_smoothing;
  s->loss.delta = s->cfg.huber_delta;
  MOTE_TRY(mote_work_new(&spec, &s->work));
  s->batch = batch;
  s->power1 = s->power2 = 1.0;
  return take_memory(s);
}

int mote_stepper_open(mote_net_t *net, const mote_train_data_t *like,
                      const mote_train_config_t *cfg, uint32_t batch,
                      mote_stepper_t **out) {
  mote_stepper_t *s = mote_alloc(1, sizeof *s);
  if (!s) return MOTE_ERR_NOMEM;
  s->net = net;
  s->cfg = *cfg;
  int rc = open_work(s, like, batch);
  if (rc < 0) mote_stepper_free(s);
  else *out = s;
  return rc;
}

int mote_stepper_new(mote_net_t *net, const mote_train_config_t *cfg, uint32_t batch,
                     mote_stepper_t **out) {
  static const int32_t some = 0;
  mote_train_data_t like = {.label = net->spec.task == MOTE_TASK_CLASSIFY ? &some : NULL};
  return mote_stepper_open(net, &like, cfg, batch, out);
}

void mote_stepper_free(mote_stepper_t *s) {
  if (!s) return;
  mote_work_free(s->work);
  mote_free(s->m);
  mote_free(s->v);
  mote_free(s->clipped);
  mote_free(s->loss.sum);
  mote_free(s->loss.hits);
  mote_free(s);
}

/* ---- Clipping: the sum of squares runs in eight fixed lanes
 * ---------------------------------- */

static double square_sum(const float *g, size_t n) {
  double lane[8] = {0};
  for (size_t i = 0; i < n; i++) lane[i % 8] += (double)g[i] * (double)g[i];
  return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
         ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

static const float *clip(mote_stepper_t *s, const float *g) {
  float limit = s->cfg.clip_norm;
  size_t n = s->net->n_weights;
  if (limit <= 0.0f) return g;
  float norm = (float)sqrt(square_sum(g, n));
  if (!(norm > limit)) return g;
  for (size_t i = 0; i < n; i++) s->clipped[i] = g[i] * (limit / norm);
  return s->clipped;
}

/* ---- Optimisers
 * -------------------------------------------------------------------------------- */

static void update_span(mote_stepper_t *s, const float *g, size_t at, size_t n, float lr,
                        float decay) {
  const mote_train_config_t *c = &s->cfg;
  const mote_kernels_t *k = mote_kernels();
  int decoupled = c->optimizer == MOTE_OPT_ADAMW;
  mote_update_t p = {.w = s->net->weights + at,
                     .m = s->m + at,
                     .v = s->v + at,
                     .g = g + at,
                     .n = n,
                     .lr = lr,
                     .nesterov = c->nesterov,
                     .l2 = decoupled ? 0.0f : decay,
                     .decay = decoupled ? lr * decay : 0.0f};
  if (n == 0) return;
  if (c->optimizer == MOTE_OPT_SGD) {
    p.beta1 = c->momentum;
    k->sgd(&p);
    return;
  }
  p.beta1 = c->beta1;
  p.beta2 = c->beta2;
  p.eps = c->epsilon;
  p.lr = (float)((double)lr / (1.0 - s->power1));
  p.root = (float)(1.0 / sqrt(1.0 - s->power2));
  k->adam(&p);
}

static void update(mote_stepper_t *s, const float *g, float lr) {
  const mote_net_t *net = s->net;
  s->power1 *= (double)s->cfg.beta1;
  s->power2 *= (double)s->cfg.beta2;
  if (s->cfg.weight_decay == 0.0f) {
    update_span(s, g, 0, net->n_weights, lr, 0.0f);
    return;
  }
  for (int32_t i = 1; i < net->n_layers; i++) { /* biases and norms do not decay */
    const mote_layer_t *l = &net->layers[i];
    update_span(s, g, l->w_at, l->n_kernel, lr, s->cfg.weight_decay);
    update_span(s, g, l->w_at + l->n_kernel, l->n_bias, lr, 0.0f);
  }
}

int mote_stepper_step(mote_stepper_t *s, const mote_train_data_t *batch, float lr,
                      float *loss) {
  if (batch->n == 0 || batch->n > s->batch)
    return mote_fail(MOTE_ERR_SIZE, "batch of %zu; this stepper takes 1 to %u", batch->n,
                     s->batch);
  s->loss.label = batch->label;
  s->loss.target = batch->target;
  s->loss.weight = batch->weight;
  s->loss.n = (uint32_t)batch->n;
  uint32_t slice = mote_work_slice(s->work), key = (uint32_t)(s->steps * 0x85ebca6bu);
  s->gradient = mote_work_gradients(s->work, batch->x, (uint32_t)batch->n,
                                    key ^ (uint32_t)s->cfg.seed, s->net->state);
  double sum = 0;
  s->hits = 0;
  for (uint32_t i = 0; i * slice < batch->n; i++) {
    sum += s->loss.sum[i];
    s->hits += s->loss.hits[i];
  }
  *loss = (float)(sum / (double)batch->n);
  s->steps++;
  if (lr != 0.0f) update(s, clip(s, s->gradient), lr);
  return MOTE_OK;
}

const float *mote_stepper_gradients(const mote_stepper_t *s) { return s->gradient; }
