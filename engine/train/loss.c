/* SPDX-License-Identifier: Apache-2.0 */
#include "train/loss.h"

#include <math.h>
#include <string.h>

#include "math/math.h"

/* ---- One sample: returns the loss, fills d [c] = scale * d loss / d z
 * ----------------------- */

typedef struct { const mote_loss_ctx_t *c; size_t at; float scale; } sample_t;

/* Wanted probability of class j: label smoothing, mixup. */
static float wanted(const sample_t *s, uint32_t j) {
  const mote_loss_ctx_t *c = s->c;
  float share = c->label2 ? c->share[s->at] : 1.0f;
  float hot = (uint32_t)c->label[s->at] == j ? share : 0.0f;
  if (c->label2 && (uint32_t)c->label2[s->at] == j) hot += 1.0f - share;
  return hot * (1.0f - c->smoothing) + c->smoothing / (float)c->outputs;
}

/* -sum t_j log softmax(z)_j; d = softmax(z) - t */
static float cross_entropy(const sample_t *s, const float *z, float *d) {
  uint32_t n = s->c->outputs;
  float top = z[0], sum = 0.0f, loss = 0.0f;
  for (uint32_t j = 1; j < n; j++) top = z[j] > top ? z[j] : top;
  for (uint32_t j = 0; j < n; j++) {
    d[j] = mote_expf(z[j] - top);
    sum += d[j];
  }
  float log_sum = mote_logf(sum);
  for (uint32_t j = 0; j < n; j++) {
    float t = wanted(s, j);
    if (t > 0.0f) loss += t * (log_sum - (z[j] - top));
    d[j] = s->scale * (d[j] / sum - t);
  }
  return loss;
}

static float goal(const sample_t *s, uint32_t j) {
  const mote_loss_ctx_t *c = s->c;
  return c->target ? c->target[s->at * c->outputs + j] : wanted(s, j);
}

/* log(1 + e^z) - t z per output; d = sigmoid(z) - t */
static float bce(const sample_t *s, const float *z, float *d) {
  uint32_t n = s->c->outputs;
  float loss = 0.0f, part = 1.0f / (float)n;
  for (uint32_t j = 0; j < n; j++) {
    float t = goal(s, j), size = z[j] < 0.0f ? -z[j] : z[j];
    float up = z[j] > 0.0f ? z[j] : 0.0f;
    loss += up - t * z[j] + mote_logf(1.0f + mote_expf(-size));
    d[j] = s->scale * part * (mote_logisticf(z[j]) - t);
  }
  return loss * part;
}

/* Error e = z - t of one output: its loss, and its derivative. */
static float distance(const mote_loss_ctx_t *c, float e, float *slope) {
  float size = e < 0.0f ? -e : e, sign = e > 0.0f ? 1.0f : e < 0.0f ? -1.0f : 0.0f;
  if (c->kind == MOTE_LOSS_MSE) {
    *slope = 2.0f * e;
    return e * e;
  }
  if (c->kind == MOTE_LOSS_HUBER && size <= c->delta) {
    *slope = e;
    return 0.5f * e * e;
  }
  float delta = c->kind == MOTE_LOSS_HUBER ? c->delta : 1.0f;
  *slope = delta * sign;
  return c->kind == MOTE_LOSS_HUBER ? delta * (size - 0.5f * delta) : size;
}

static float regression(const sample_t *s, const float *z, float *d) {
  uint32_t n = s->c->outputs;
  float loss = 0.0f, part = 1.0f / (float)n, slope;
  for (uint32_t j = 0; j < n; j++) {
    loss += distance(s->c, z[j] - goal(s, j), &slope);
    d[j] = s->scale * part * slope;
  }
  return loss * part;
}

static uint32_t largest(const float *z, uint32_t n) {
  uint32_t best = 0;
  for (uint32_t j = 1; j < n; j++)
    if (z[j] > z[best]) best = j;
  return best;
}

void mote_loss_slice(void *ctx, const float *out, float *d_out, uint32_t first,
                     uint32_t n, uint32_t slice) {
  const mote_loss_ctx_t *c = ctx;
  double sum = 0.0;
  uint32_t hits = 0;
  for (uint32_t i = 0; i < n; i++, out += c->outputs, d_out += c->outputs) {
    size_t at = (size_t)first + i;
    float weight = c->weight ? c->weight[at] : 1.0f;
    sample_t s = {c, at, weight / (float)c->n};
    if (c->label) hits += largest(out, c->outputs) == (uint32_t)c->label[at];
    float loss = c->kind == MOTE_LOSS_CROSS_ENTROPY ? cross_entropy(&s, out, d_out)
                 : c->kind == MOTE_LOSS_BCE         ? bce(&s, out, d_out)
                                                    : regression(&s, out, d_out);
    sum += (double)weight * (double)loss;
  }
  c->sum[slice] = sum;
  c->hits[slice] = hits;
}

/* ---- Choice and checks
 * ------------------------------------------------------------------------ */

int mote_loss_choose(const mote_net_t *net, const mote_train_data_t *data, int32_t wish,
                     int32_t *kind, int32_t *head) {
  const mote_layer_t *end = mote_net_last(net);
  int softmax = !strcmp(end->kind->type, "softmax");
  int sigmoid = !strcmp(end->kind->type, "sigmoid");
  *kind = wish;
  if (wish == MOTE_LOSS_AUTO)
    *kind = softmax ? MOTE_LOSS_CROSS_ENTROPY : sigmoid ? MOTE_LOSS_BCE : MOTE_LOSS_MSE;
  if (*kind == MOTE_LOSS_CROSS_ENTROPY && (!softmax || !data->label))
    return mote_fail(MOTE_ERR_USAGE,
                     "loss cross_entropy needs labels and a softmax at the "
                     "end; use mse, mae or huber for values");
  if (*kind == MOTE_LOSS_BCE && !sigmoid)
    return mote_fail(MOTE_ERR_USAGE,
                     "loss bce needs \"activation\": \"sigmoid\" in the last "
                     "layer");
  int inside = *kind == MOTE_LOSS_CROSS_ENTROPY || *kind == MOTE_LOSS_BCE;
  *head = inside ? end->in[0] : end->index;
  if (*head == 0 || !net->layers[*head].trained)
    return mote_fail(MOTE_ERR_USAGE, "%s: nothing to train; add {\"type\": \"dense\"}",
                     end->where);
  return MOTE_OK;
}

static int check_numbers(const float *v, size_t rows, size_t d, const char *what) {
  for (size_t i = 0; i < rows * d; i++)
    if (!isfinite(v[i]))
      return mote_fail(MOTE_ERR_NUMERIC, "%s: row %zu, value %zu is not a finite number",
                       what, i / d, i % d);
  return MOTE_OK;
}

int mote_train_data_check(const mote_net_t *net, const mote_train_data_t *data,
                          const char *what) {
  uint32_t outputs = mote_net_outputs(net);
  if (data->n == 0) return mote_fail(MOTE_ERR_SIZE, "%s: there are no samples", what);
  if (data->n > UINT32_MAX / 2)
    return mote_fail(MOTE_ERR_LIMIT, "%s: too many samples", what);
  if (data->d != mote_net_inputs(net))
    return mote_fail(MOTE_ERR_SIZE, "%s: %zu values per sample, the network takes %u",
                     what, data->d, mote_net_inputs(net));
  if (!data->label && !data->target)
    return mote_fail(MOTE_ERR_PARAM, "%s: neither labels nor targets", what);
  for (size_t i = 0; data->label && i < data->n; i++)
    if (data->label[i] < 0 || (uint32_t)data->label[i] >= outputs)
      return mote_fail(MOTE_ERR_PARAM, "%s: label %d of sample %zu is not below %u", what,
                       data->label[i], i, outputs);
  if (data->target) MOTE_TRY(check_numbers(data->target, data->n, outputs, what));
  if (data->weight) MOTE_TRY(check_numbers(data->weight, data->n, 1, what));
  return check_numbers(data->x, data->n, data->d, what);
}

/* ---- Metrics
 * ------------------------------------------------------------------------------------ */

static float log_safe(float p) { return mote_logf(p < 1e-12f ? 1e-12f : p); }

/* Loss of one prediction p [outputs] made by the whole network. */
static double loss_of(const mote_loss_ctx_t *c, size_t i, const float *p) {
  sample_t s = {c, i, 1.0f};
  float sum = 0.0f, slope;
  if (c->kind == MOTE_LOSS_CROSS_ENTROPY) return (double)-log_safe(p[c->label[i]]);
  for (uint32_t j = 0; j < c->outputs; j++) {
    float t = goal(&s, j);
    if (c->kind == MOTE_LOSS_BCE)
      sum -= t * log_safe(p[j]) + (1.0f - t) * log_safe(1.0f - p[j]);
    else sum += distance(c, p[j] - t, &slope);
  }
  return (double)(sum / (float)c->outputs);
}

/* Mean over classes that occur of 2 tp / (2 tp + fp + fn). */
static int macro_f1(const mote_train_data_t *data, const float *p, uint32_t classes,
                    float *f1, float *accuracy) {
  size_t *count = mote_alloc((size_t)classes * 3, sizeof *count);
  if (!count) return MOTE_ERR_NOMEM;
  size_t *hit = count, *said = count + classes, *real = said + classes, hits = 0,
         present = 0;
  for (size_t i = 0; i < data->n; i++) {
    uint32_t guess = largest(p + i * classes, classes), label = (uint32_t)data->label[i];
    said[guess]++;
    real[label]++;
    if (guess == label) hit[label]++, hits++;
  }
  double sum = 0;
  for (uint32_t j = 0; j < classes; j++) {
    if (real[j] + said[j] == 0) continue;
    sum += 2.0 * (double)hit[j] / (double)(real[j] + said[j]);
    present++;
  }
  *f1 = (float)(sum / (double)present);
  *accuracy = (float)((double)hits / (double)data->n);
  mote_free(count);
  return MOTE_OK;
}

int mote_train_metrics(const mote_train_data_t *data, const float *p,
                       const mote_loss_ctx_t *loss, mote_epoch_t *out) {
  uint32_t outputs = loss->outputs;
  mote_loss_ctx_t plain = *loss;
  double sum = 0, weights = 0, mae = 0;
  plain.label = data->label;
  plain.target = data->target;
  plain.label2 = NULL;
  plain.smoothing = 0.0f;
  for (size_t i = 0; i < data->n; i++) {
    double weight = data->weight ? (double)data->weight[i] : 1.0;
    sample_t s = {&plain, i, 1.0f};
    sum += weight * loss_of(&plain, i, p + i * outputs);
    weights += weight;
    for (uint32_t j = 0; j < outputs; j++)
      mae += fabs((double)p[i * outputs + j] - (double)goal(&s, j));
  }
  out->val_loss = (float)(sum / (weights > 0 ? weights : 1));
  out->val_mae = (float)(mae / ((double)data->n * outputs));
  out->val_accuracy = out->val_f1 = NAN;
  return data->label ? macro_f1(data, p, outputs, &out->val_f1, &out->val_accuracy)
                     : MOTE_OK;
}
