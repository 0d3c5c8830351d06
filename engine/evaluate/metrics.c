/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/dmath.h"

#define CURVE_POINTS 201
#define PROBABILITY_MIN 1e-7

typedef struct { float score; uint8_t positive; } scored_t;

static int by_score_down(const void *a, const void *b) {
  float x = ((const scored_t *)a)->score, y = ((const scored_t *)b)->score;
  return (x < y) - (x > y);
}

static scored_t *ranked(const float *score, size_t step, const uint8_t *positive,
                        size_t n) {
  scored_t *s = mote_alloc(n + 1, sizeof *s);
  for (size_t i = 0; s && i < n; i++) s[i] = (scored_t){score[i * step], positive[i]};
  if (s) qsort(s, n, sizeof *s, by_score_down);
  return s;
}

/* Walks down the scores; a group of ties moves along the diagonal. */
static double auc_of(const scored_t *s, size_t n) {
  double tp = 0, fp = 0, area = 0;
  for (size_t i = 0; i < n;) {
    double p = 0, q = 0;
    size_t j = i;
    for (; j < n && s[j].score == s[i].score; j++) s[j].positive ? p++ : q++;
    area += q * (tp + p / 2);
    tp += p;
    fp += q;
    i = j;
  }
  return tp > 0 && fp > 0 ? area / (tp * fp) : NAN;
}

double mote_metrics_auc(const float *score, const uint8_t *positive, size_t n) {
  scored_t *s = ranked(score, 1, positive, n);
  double v = s ? auc_of(s, n) : NAN;
  mote_free(s);
  return v;
}

static size_t argmax(const float *v, size_t k) {
  size_t best = 0;
  for (size_t c = 1; c < k; c++)
    if (v[c] > v[best]) best = c;
  return best;
}

static double ratio(double a, double b) { return b > 0 ? a / b : 0; }

static int class_auc(const float *scores, const int32_t *label, mote_class_report_t *r,
                     uint8_t *positive) {
  double sum = 0;
  size_t defined = 0;
  for (size_t c = 0; c < r->k; c++) {
    for (size_t i = 0; i < r->n; i++) positive[i] = label[i] == (int32_t)c;
    scored_t *s = ranked(scores + c, r->k, positive, r->n);
    if (!s) return MOTE_ERR_NOMEM;
    r->cls[c].auc = auc_of(s, r->n);
    mote_free(s);
    if (isfinite(r->cls[c].auc)) sum += r->cls[c].auc, defined++;
  }
  r->auc = defined ? sum / (double)defined : NAN;
  return MOTE_OK;
}

/* F1 over the classes that occur in the data or in the predictions. */
static void averages(mote_class_report_t *r, const uint64_t *predicted,
                     const uint64_t *right) {
  size_t present = 0;
  double f1 = 0, weighted = 0;
  for (size_t c = 0; c < r->k; c++) {
    mote_class_metrics_t *m = &r->cls[c];
    m->precision = ratio((double)right[c], (double)predicted[c]);
    m->recall = ratio((double)right[c], (double)m->support);
    m->f1 = ratio(2 * m->precision * m->recall, m->precision + m->recall);
    if (m->support || predicted[c]) present++;
    f1 += m->f1;
    weighted += m->f1 * (double)m->support;
  }
  r->macro_f1 = ratio(f1, (double)present);
  r->weighted_f1 = ratio(weighted, (double)r->n);
}

int mote_metrics_classes(const float *scores, const int32_t *label, size_t n, size_t k,
                         double threshold, mote_arena_t *a, mote_class_report_t *out) {
  *out = (mote_class_report_t){.n = n, .k = k, .threshold = threshold};
  out->cls = mote_arena_take(a, k, sizeof *out->cls);
  out->confusion = mote_arena_take(a, k * (k + 1), sizeof *out->confusion);
  uint64_t *predicted = mote_arena_take(a, k, sizeof *predicted);
  uint64_t *right = mote_arena_take(a, k, sizeof *right);
  uint8_t *positive = mote_arena_take(a, n + 1, 1);
  if (!out->cls || !out->confusion || !predicted || !right || !positive)
    return MOTE_ERR_NOMEM;
  double hits = 0, loss = 0, unsure = 0;
  for (size_t i = 0; i < n; i++) {
    const float *v = scores + i * k;
    size_t truth = (size_t)label[i], got = argmax(v, k);
    double p = (double)v[truth];
    int sure = (double)v[got] >= threshold;
    loss -= mote_dlog(p < PROBABILITY_MIN ? PROBABILITY_MIN : p > 1 ? 1 : p);
    hits += got == truth;
    unsure += !sure;
    out->cls[truth].support++;
    predicted[got]++;
    right[got] += got == truth;
    out->confusion[truth * (k + 1) + (sure ? got : k)]++;
  }
  out->accuracy = ratio(hits, (double)n);
  out->log_loss = ratio(loss, (double)n);
  out->uncertain = ratio(unsure, (double)n);
  averages(out, predicted, right);
  return class_auc(scores, label, out, positive);
}

void mote_metrics_regress(const float *y, const float *target, size_t n,
                          mote_regress_report_t *out) {
  *out = (mote_regress_report_t){.n = n};
  double mean = 0, total = 0;
  for (size_t i = 0; i < n; i++) mean += (double)target[i];
  mean = ratio(mean, (double)n);
  for (size_t i = 0; i < n; i++) {
    double e = (double)y[i] - (double)target[i], t = (double)target[i] - mean;
    out->mse += e * e;
    out->mae += fabs(e);
    out->bias += e;
    total += t * t;
    if (fabs(e) > out->max_error) out->max_error = fabs(e);
  }
  out->r2 = total > 0 ? 1 - out->mse / total : NAN;
  out->mse = ratio(out->mse, (double)n);
  out->mae = ratio(out->mae, (double)n);
  out->bias = ratio(out->bias, (double)n);
  out->rmse = sqrt(out->mse);
}

static void at_threshold(const scored_t *s, size_t n, mote_anomaly_report_t *r) {
  double tp = 0, fp = 0, negatives = (double)(n - r->positives);
  for (size_t i = 0; i < n && (double)s[i].score > r->threshold; i++)
    s[i].positive ? tp++ : fp++;
  r->precision = ratio(tp, tp + fp);
  r->recall = ratio(tp, (double)r->positives);
  r->f1 = ratio(2 * r->precision * r->recall, r->precision + r->recall);
  r->false_alarm = ratio(fp, negatives);
}

/* Points of the curve lie between different scores: a group of ties is one step. */
static void walk_curve(const scored_t *s, size_t n, mote_anomaly_report_t *r) {
  double tp = 0, fp = 0, p = (double)r->positives, q = (double)n - p;
  size_t every = n / (CURVE_POINTS - 1) + 1, next = every;
  r->n_curve = 1; /* (0, 0) */
  for (size_t i = 0; i < n; i++) {
    s[i].positive ? tp++ : fp++;
    if (i + 1 < n && s[i + 1].score == s[i].score) continue;
    double f1 = ratio(2 * tp, tp + fp + p);
    if (f1 > r->best_f1) {
      r->best_f1 = f1;
      r->best_threshold = i + 1 < n ? ((double)s[i].score + (double)s[i + 1].score) / 2
                                    : (double)s[i].score;
    }
    if (i + 1 < next || i + 1 == n) continue;
    r->fpr[r->n_curve] = ratio(fp, q);
    r->tpr[r->n_curve++] = ratio(tp, p);
    next = i + 1 + every;
  }
  r->fpr[r->n_curve] = r->tpr[r->n_curve] = 1;
  r->n_curve++;
}

int mote_metrics_anomaly(const float *score, const uint8_t *positive, size_t n,
                         double threshold, mote_arena_t *a, mote_anomaly_report_t *out) {
  *out = (mote_anomaly_report_t){.n = n, .threshold = threshold};
  out->fpr = mote_arena_take(a, CURVE_POINTS + 1, sizeof *out->fpr);
  out->tpr = mote_arena_take(a, CURVE_POINTS + 1, sizeof *out->tpr);
  scored_t *s = ranked(score, 1, positive, n);
  if (!out->fpr || !out->tpr || !s) {
    mote_free(s);
    return MOTE_ERR_NOMEM;
  }
  for (size_t i = 0; i < n; i++) out->positives += positive[i] != 0;
  out->auc = auc_of(s, n);
  at_threshold(s, n, out);
  walk_curve(s, n, out);
  mote_free(s);
  return MOTE_OK;
}
