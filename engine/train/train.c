/* SPDX-License-Identifier: Apache-2.0
 * The training loop: shuffle, batches, epochs, schedule, best weights, early stopping. */
#include <math.h>
#include <string.h>

#include "base/progress.h"
#include "math/math.h"
#include "train/augment.h"
#include "train/stepper.h"

typedef struct {
  mote_net_t *net;
  const mote_train_data_t *train, *valid;
  mote_train_config_t cfg;
  const mote_train_hooks_t *hooks;
  mote_stepper_t *step;
  mote_work_t *infer;
  /* One batch. */
  float *x, *target, *weight, *share, *spare, *other;
  int32_t *label, *label2;
  uint32_t *order;
  uint32_t size; /* samples of a full batch */
  float *class_weight, *predicted;
  size_t predicted_rows;
  /* The best so far. */
  float *best_w, *best_state;
  double best_score;
  int32_t since_best, since_better;
  float plateau; /* factor on the rate */
  mote_train_result_t *out;
  double start;
} fit_t;

/* ---- Memory
 * --------------------------------------------------------------------------------- */

static void close_fit(fit_t *f) {
  mote_stepper_free(f->step);
  mote_work_free(f->infer);
  void *all[] = {f->x, f->target, f->weight, f->share, f->spare, f->other, f->label,
                 f->label2, f->order, f->class_weight, f->predicted, f->best_w,
                 f->best_state};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) mote_free(all[i]);
}

/* n / (classes * n_class), so that the mean over the training set is 1. */
static int weigh_classes(fit_t *f) {
  uint32_t classes = mote_net_outputs(f->net), present = 0;
  const mote_train_data_t *t = f->train;
  size_t *count = mote_alloc(classes, sizeof *count);
  f->class_weight = mote_alloc(classes, sizeof(float));
  if (!count || !f->class_weight) {
    mote_free(count);
    return MOTE_ERR_NOMEM;
  }
  for (size_t i = 0; t->label && i < t->n; i++) count[t->label[i]]++;
  for (uint32_t j = 0; j < classes; j++) present += count[j] > 0;
  for (uint32_t j = 0; j < classes; j++)
    f->class_weight[j] =
        f->cfg.class_weights && count[j]
            ? (float)((double)t->n / ((double)present * (double)count[j]))
            : 1.0f;
  mote_free(count);
  return MOTE_OK;
}

static int take_batch_memory(fit_t *f) {
  size_t b = f->size, d = f->train->d, outputs = mote_net_outputs(f->net);
  f->x = mote_alloc(b * d, sizeof(float));
  f->spare = mote_alloc(d, sizeof(float));
  f->other = mote_alloc(d, sizeof(float));
  f->target = mote_alloc(b * outputs, sizeof(float));
  f->weight = mote_alloc(b, sizeof(float));
  f->share = mote_alloc(b, sizeof(float));
  f->label = mote_alloc(b, sizeof(int32_t));
  f->label2 = mote_alloc(b, sizeof(int32_t));
  f->order = mote_alloc(f->train->n, sizeof(uint32_t));
  f->best_w = mote_alloc(f->net->n_weights + 1, sizeof(float));
  f->best_state = mote_alloc(f->net->n_state + 1, sizeof(float));
  return f->x && f->spare && f->other && f->target && f->weight && f->share && f->label &&
                 f->label2 && f->order && f->best_w && f->best_state
             ? MOTE_OK
             : MOTE_ERR_NOMEM;
}

/* What best epoch and plateau look at: validation data, or the training data. */
static const mote_train_data_t *judge(const fit_t *f) {
  return f->valid ? f->valid : f->train;
}

static int open_fit(fit_t *f) {
  const mote_train_data_t *t = f->train;
  f->size = (uint32_t)f->cfg.batch_size;
  if (f->size > t->n) f->size = (uint32_t)t->n;
  MOTE_TRY(take_batch_memory(f));
  MOTE_TRY(weigh_classes(f));
  MOTE_TRY(mote_stepper_open(f->net, t, &f->cfg, f->size, &f->step));
  f->predicted_rows = judge(f)->n;
  f->predicted = mote_alloc(f->predicted_rows * mote_net_outputs(f->net), sizeof(float));
  if (!f->predicted) return MOTE_ERR_NOMEM;
  mote_work_spec_t spec = {.net = f->net, .threads = 64};
  spec.batch = (uint32_t)(f->predicted_rows < 4096 ? f->predicted_rows : 4096);
  return mote_work_new(&spec, &f->infer);
}

/* ---- One batch
 * --------------------------------------------------------------------------------- */

/* Sample `at` of the training set into `to`, augmented. */
static void take_sample(const fit_t *f, uint32_t at, float *to, mote_rng_t *rng) {
  mote_input_shape_t s = f->net->spec.in;
  size_t d = f->train->d, frames = s.h > 1 ? s.h : s.w;
  memcpy(to, f->train->x + at * d, d * sizeof *to);
  if (mote_augment_active(&f->cfg.augment))
    mote_augment(&f->cfg.augment, to, f->spare, frames, d / frames, rng);
}

static void mix(const fit_t *f, uint32_t i, uint32_t partner, mote_rng_t *rng) {
  const mote_train_data_t *t = f->train;
  size_t d = t->d, outputs = mote_net_outputs(f->net);
  float share = mote_augment_share(f->cfg.augment.mixup, rng);
  float *x = f->x + i * d, *y = f->target + i * outputs;
  take_sample(f, partner, f->other, rng);
  for (size_t j = 0; j < d; j++) x[j] = share * x[j] + (1.0f - share) * f->other[j];
  f->share[i] = share;
  if (t->label) f->label2[i] = t->label[partner];
  for (size_t j = 0; t->target && j < outputs; j++)
    y[j] = share * y[j] + (1.0f - share) * t->target[partner * outputs + j];
}

static void fill_sample(const fit_t *f, uint32_t i, uint32_t at, uint64_t stream) {
  const mote_train_data_t *t = f->train;
  size_t outputs = mote_net_outputs(f->net);
  mote_rng_t rng = {{0}};
  int random = mote_augment_active(&f->cfg.augment) || f->cfg.augment.mixup > 0.0f;
  if (random) rng = mote_rng((uint64_t)f->cfg.seed, stream);
  take_sample(f, at, f->x + i * t->d, &rng);
  f->weight[i] = t->weight ? t->weight[at] : 1.0f;
  if (t->label) {
    f->label[i] = t->label[at];
    f->weight[i] *= f->class_weight[t->label[at]];
  }
  if (t->target)
    memcpy(f->target + i * outputs, t->target + at * outputs, outputs * sizeof(float));
  if (f->cfg.augment.mixup > 0.0f)
    mix(f, i, mote_rng_below(&rng, (uint32_t)t->n), &rng);
}

static mote_train_data_t fill_batch(const fit_t *f, uint32_t from, uint32_t n,
                                    int32_t epoch) {
  const mote_train_data_t *t = f->train;
  for (uint32_t i = 0; i < n; i++)
    fill_sample(f, i, f->order[from + i], ((uint64_t)epoch << 32) + from + i + 1);
  if (f->cfg.augment.mixup > 0.0f && t->label) {
    f->step->loss.label2 = f->label2;
    f->step->loss.share = f->share;
  }
  return (mote_train_data_t){.x = f->x, .n = n, .d = t->d,
                             .label = t->label ? f->label : NULL,
                             .target = t->target ? f->target : NULL, .weight = f->weight};
}

/* ---- Schedule
 * ------------------------------------------------------------------------------------ */

/* Learning rate at `at` epochs since the start, a fraction within the epoch. */
static float rate_at(const fit_t *f, float at) {
  const mote_train_config_t *c = &f->cfg;
  float warm = (float)c->warmup, rate = c->learning_rate;
  if (at < warm) return rate * (at / warm);
  if (c->schedule == MOTE_LR_COSINE) {
    float rest = (float)c->epochs - warm, t = rest > 0.0f ? (at - warm) / rest : 0.0f;
    float wave = 0.5f * (1.0f + mote_cosf(3.14159265f * t));
    return rate * (c->final_rate + (1.0f - c->final_rate) * wave);
  }
  if (c->schedule == MOTE_LR_STEP)
    for (int32_t e = c->step_epochs; (float)e <= at; e += c->step_epochs)
      rate *= c->step_factor;
  return rate * f->plateau;
}

/* ---- One epoch
 * ------------------------------------------------------------------------------------ */

static int has_norm(const mote_net_t *net) { return net->n_state > 0; }

static int run_epoch(fit_t *f, mote_epoch_t *e) {
  size_t n = f->train->n, done = 0, hits = 0;
  double sum = 0;
  uint32_t steps = (uint32_t)((n + f->size - 1) / f->size);
  mote_rng_t rng = mote_rng((uint64_t)f->cfg.seed, (uint64_t)e->epoch << 32);
  mote_rng_shuffle(&rng, f->order, n);
  for (uint32_t s = 0; s < steps; s++) {
    uint32_t from = s * f->size, left = (uint32_t)n - from,
             take = left < f->size ? left : f->size;
    float at = (float)(e->epoch - 1) + (float)(s + 1) / (float)steps, loss;
    if (take < 2 && steps > 1 && has_norm(f->net)) break; /* no variance in one sample */
    mote_train_data_t batch = fill_batch(f, from, take, e->epoch);
    e->lr = rate_at(f, at);
    MOTE_TRY(mote_stepper_step(f->step, &batch, e->lr, &loss));
    if (!isfinite(loss))
      return mote_fail(MOTE_ERR_NUMERIC,
                       "training: the loss is not a number in epoch %d; use "
                       "a smaller learning_rate or clip_norm 1",
                       (int)e->epoch);
    if (mote_interrupted())
      return mote_fail(MOTE_ERR_INTERRUPTED, "training: interrupted");
    sum += (double)loss * take;
    hits += f->step->hits;
    done += take;
    f->out->steps++;
  }
  e->loss = (float)(sum / (double)done);
  e->accuracy = f->train->label ? (float)((double)hits / (double)done) : NAN;
  return MOTE_OK;
}

static int measure(fit_t *f, mote_epoch_t *e) {
  const mote_train_data_t *data = judge(f);
  mote_work_refresh(f->infer);
  mote_work_predict(f->infer, data->x, data->n, f->predicted);
  return mote_train_metrics(data, f->predicted, &f->step->loss, e);
}

/* Larger is better. */
static double score(const fit_t *f, const mote_epoch_t *e) {
  switch (f->cfg.best) {
  case MOTE_BEST_VAL_ACCURACY: return e->val_accuracy;
  case MOTE_BEST_VAL_F1: return e->val_f1;
  case MOTE_BEST_VAL_MAE: return -(double)e->val_mae;
  case MOTE_BEST_LAST: return e->epoch;
  default: return -(double)e->val_loss;
  }
}

static void keep_best(fit_t *f, mote_epoch_t *e) {
  double now = score(f, e), delta = (double)f->cfg.min_delta;
  int first = f->out->best_epoch == 0;
  f->since_best++;
  f->since_better++;
  if (first || now > f->best_score + delta) f->since_best = f->since_better = 0;
  if (!first && !(now > f->best_score)) return;
  e->is_best = 1;
  f->best_score = now;
  f->out->best_epoch = e->epoch;
  f->out->best = *e;
  memcpy(f->best_w, f->net->weights, f->net->n_weights * sizeof(float));
  memcpy(f->best_state, f->net->state, f->net->n_state * sizeof(float));
}

/* 1: go on; 0: stopped. */
static int judge_epoch(fit_t *f, mote_epoch_t *e) {
  keep_best(f, e);
  if (f->cfg.schedule == MOTE_LR_PLATEAU && f->since_better >= f->cfg.plateau_patience) {
    f->plateau *= f->cfg.step_factor;
    f->since_better = 0;
  }
  e->seconds = mote_now() - f->start;
  f->out->epochs = e->epoch;
  if (!f->valid) e->val_loss = e->val_accuracy = e->val_f1 = e->val_mae = NAN;
  if (f->hooks && f->hooks->epoch && f->hooks->epoch(f->hooks->ctx, e))
    f->out->stopped = 2;
  else if (f->cfg.patience > 0 && f->since_best >= f->cfg.patience) f->out->stopped = 1;
  return !f->out->stopped;
}

static int run_epochs(fit_t *f) {
  for (int32_t i = 1; i <= f->cfg.epochs; i++) {
    mote_epoch_t e = {.epoch = i, .epochs = f->cfg.epochs};
    MOTE_TRY(run_epoch(f, &e));
    MOTE_TRY(measure(f, &e));
    if (!judge_epoch(f, &e)) break;
  }
  return MOTE_OK;
}

static void restore_best(fit_t *f) {
  if (f->out->best_epoch == 0) return;
  memcpy(f->net->weights, f->best_w, f->net->n_weights * sizeof(float));
  memcpy(f->net->state, f->best_state, f->net->n_state * sizeof(float));
}

static int check_config(const fit_t *f) {
  int32_t best = f->cfg.best;
  int needs_labels = best == MOTE_BEST_VAL_ACCURACY || best == MOTE_BEST_VAL_F1;
  if (needs_labels && !f->train->label)
    return mote_fail(MOTE_ERR_USAGE,
                     "train: best is val_accuracy or val_f1, but this is a "
                     "regression; use val_loss or val_mae");
  if (f->cfg.warmup >= f->cfg.epochs && f->cfg.warmup > 0)
    return mote_fail(MOTE_ERR_USAGE, "train: warmup of %d epochs leaves none of %d",
                     (int)f->cfg.warmup, (int)f->cfg.epochs);
  if (f->cfg.optimizer != MOTE_OPT_SGD && f->cfg.beta2 <= 0.0f)
    return mote_fail(MOTE_ERR_USAGE, "train: adam needs beta2 above 0");
  return MOTE_OK;
}

/* Epochs that make at least min_steps updates. */
static int32_t enough_epochs(const mote_train_config_t *c, size_t n) {
  size_t steps = (n + (size_t)c->batch_size - 1) / (size_t)c->batch_size;
  size_t want = steps ? ((size_t)c->min_steps + steps - 1) / steps : 0;
  return want > (size_t)c->epochs ? (int32_t)want : c->epochs;
}

int mote_train(mote_net_t *net, const mote_train_data_t *train,
               const mote_train_data_t *valid, const mote_train_config_t *cfg,
               const mote_train_hooks_t *hooks, mote_train_result_t *out) {
  mote_train_result_t ignored;
  fit_t f = {.net = net, .train = train, .valid = valid && valid->n ? valid : NULL,
             .cfg = *cfg, .hooks = hooks, .out = out ? out : &ignored, .plateau = 1.0f,
             .start = mote_now()};
  *f.out = (mote_train_result_t){0};
  f.cfg.epochs = enough_epochs(cfg, train->n);
  MOTE_TRY(mote_train_data_check(net, train, "training data"));
  if (f.valid) MOTE_TRY(mote_train_data_check(net, f.valid, "validation data"));
  MOTE_TRY(check_config(&f));
  int rc = open_fit(&f);
  if (rc == 0) {
    for (uint32_t i = 0; i < train->n; i++) f.order[i] = i;
    rc = run_epochs(&f);
    restore_best(&f);
  }
  f.out->seconds = mote_now() - f.start;
  close_fit(&f);
  return rc;
}

int mote_net_evaluate(const mote_net_t *net, const mote_train_data_t *data,
                      const mote_train_config_t *cfg, mote_epoch_t *out) {
  mote_loss_ctx_t loss = {.outputs = mote_net_outputs(net), .delta = cfg->huber_delta};
  int32_t head;
  MOTE_TRY(mote_train_data_check(net, data, "data"));
  MOTE_TRY(mote_loss_choose(net, data, cfg->loss, &loss.kind, &head));
  float *p = mote_alloc(data->n * loss.outputs, sizeof *p);
  if (!p) return MOTE_ERR_NOMEM;
  *out = (mote_epoch_t){.loss = NAN, .accuracy = NAN};
  int rc = mote_net_predict(net, data->x, data->n, p);
  if (rc == 0) rc = mote_train_metrics(data, p, &loss, out);
  mote_free(p);
  return rc;
}
