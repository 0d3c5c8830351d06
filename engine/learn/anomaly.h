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

/* `axes`: "" = all features, or "0,11,22". `normal`: label of the normal rows, "" = all.
 */
int mote_anomaly_data(const mote_learn_job_t *job, const char *axes, const char *normal,
                      mote_anomaly_data_t *out);
void mote_anomaly_data_free(mote_anomaly_data_t *data);

/* meta.normal lists the labels that are not anomalies. [features] → node `op` with
 * constants → score[1]. Constants are copied; spec order = the order of the op's inputs
 * after the features. */
typedef struct { const char *name; mote_dtype_t dtype; const void *data; int32_t d0, d1; }
    mote_anomaly_const_t;
int mote_anomaly_graph(const mote_learn_job_t *job, const mote_anomaly_data_t *data,
                       const char *op, const mote_anomaly_const_t *consts, int n,
                       mote_graph_t **out);

/* Runs the graph on validation rows (training rows when there are too few of them), sets
 * meta.threshold to the (1 - false_alarm) quantile, and fills the report. */
int mote_anomaly_threshold(const mote_learn_job_t *job, const char *normal,
                           double false_alarm, mote_learn_result_t *r);

#endif
