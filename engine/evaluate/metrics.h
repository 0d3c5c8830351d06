/* SPDX-License-Identifier: Apache-2.0
 * Metrics of classifiers, regressions and anomaly scores. Formulas as in scikit-learn's
 * documentation of the same names; ties and empty classes are defined here. */
#ifndef MOTE_EVALUATE_METRICS_H
#define MOTE_EVALUATE_METRICS_H

#include "base/mem.h"

typedef struct {
  uint64_t support;                 /* windows of this class */
  double precision, recall, f1;     /* 0 where undefined */
  double auc;                       /* one against the rest; NaN when undefined */
} mote_class_metrics_t;

typedef struct {
  size_t n, k;
  double accuracy;      /* share with the highest score on the right class */
  double macro_f1, weighted_f1;
  double log_loss;      /* probabilities clipped to [1e-7, 1] */
  double auc;           /* macro average of the classes where it is defined */
  double uncertain;     /* share below the confidence threshold */
  double threshold;
  mote_class_metrics_t *cls; /* [k] */
  uint64_t *confusion;  /* [k][k + 1]: true, predicted; the last column is "uncertain" */
} mote_class_report_t;

/* scores [n][k], label [n] in [0, k). Memory in `a`. */
int mote_metrics_classes(const float *scores, const int32_t *label, size_t n, size_t k,
                         double threshold, mote_arena_t *a, mote_class_report_t *out);

typedef struct {
  size_t n;
  double mse, rmse, mae, r2, max_error, bias;
} mote_regress_report_t;
void mote_metrics_regress(const float *y, const float *target, size_t n,
                          mote_regress_report_t *out);

typedef struct {
  size_t n, positives;
  double auc;           /* NaN unless both kinds are there */
  double threshold, precision, recall, f1, false_alarm; /* at the threshold */
  double best_f1, best_threshold;
  size_t n_curve;
  double *fpr, *tpr;    /* [n_curve] ROC, at most 201 points */
} mote_anomaly_report_t;
/* score [n], positive [n]: 1 = anomaly. */
int mote_metrics_anomaly(const float *score, const uint8_t *positive, size_t n,
                         double threshold, mote_arena_t *a, mote_anomaly_report_t *out);

/* Area under the ROC curve by ranks (Mann-Whitney); ties count half. NaN if one-sided. */
double mote_metrics_auc(const float *score, const uint8_t *positive, size_t n);

#endif
