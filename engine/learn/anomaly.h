/* SPDX-License-Identifier: Apache-2.0
 * What the anomaly learners share: which rows and columns they look at, standardisation,
 * the threshold for a wanted false-alarm rate, and the graph around their one node. */
#ifndef MOTE_LEARN_ANOMALY_H
#define MOTE_LEARN_ANOMALY_H

#include "learn/learn.h"

typedef struct {
  mote_arena_t *arena;
  int32_t *axes; uint32_t d;  /* feature columns in use */
  float *mean, *scale;        /* [d] */
  float *train; size_t n_train; /* [n][d] standardised rows of the normal class */
  float *valid; size_t n_valid;
  const char *normal;         /* label of the normal rows, "" = every training label */
} mote_anomaly_data_t;

/* First member of every anomaly learner's configuration, and its rows. */
typedef struct {
  char axes[MOTE_P_TEXT_MAX], normal_label[MOTE_P_TEXT_MAX];
  float false_alarm;
} mote_anomaly_cfg_t;

#define MOTE_ANOMALY_ROWS                                                              \
  {"axes", MOTE_P_TEXT, offsetof(mote_anomaly_cfg_t, axes), 0, 0, 0, "", "",           \
   "Feature indices to look at, as \"0,11,22\"; empty for all."},                      \
  {"normal_label", MOTE_P_TEXT, offsetof(mote_anomaly_cfg_t, normal_label), 0, 0, 0,   \
   "", "", "Train on windows with this label only; empty for all training windows."},  \
  {"false_alarm", MOTE_P_FLOAT, offsetof(mote_anomaly_cfg_t, false_alarm), 0, 0.5,     \
   0.01, NULL, "", "Share of normal windows that may be flagged; sets the threshold."}

/* Makes out->f32, and may begin out->report. */
typedef int (*mote_anomaly_fit_fn)(const mote_learn_job_t *job, const void *cfg,
                                   const mote_anomaly_data_t *data,
                                   mote_learn_result_t *out);
/* Reads "params" into cfg (which begins with mote_anomaly_cfg_t), picks and standardises
 * the normal rows, fits, and sets meta.threshold to the (1 - false_alarm) quantile of the
 * validation rows (with the training rows when there are too few of them). */
int mote_anomaly_train(const mote_learn_job_t *job, void *cfg, mote_anomaly_fit_fn fit,
                       mote_learn_result_t *out);

/* meta.normal lists the labels that are not anomalies. [features] → node `op` with
 * constants → score[1]. Constants are copied; spec order = the order of the op's inputs
 * after the features. */
typedef struct { const char *name; mote_dtype_t dtype; const void *data; int32_t d0, d1; }
    mote_anomaly_const_t;
int mote_anomaly_graph(const mote_learn_job_t *job, const mote_anomaly_data_t *data,
                       const char *op, const mote_anomaly_const_t *consts, int n,
                       mote_graph_t **out);

#endif
