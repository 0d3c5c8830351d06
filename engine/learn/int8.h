/* SPDX-License-Identifier: Apache-2.0
 * From a trained float network to its int8 graph: post-training quantisation, judged on
 * the validation set, then quantisation-aware fine-tuning where it pays. */
#ifndef MOTE_LEARN_INT8_H
#define MOTE_LEARN_INT8_H

#include "learn/learn.h"
#include "train/train.h"

/* Points (of accuracy, in percent) that int8 may cost before the float model is advised.
 */
#define MOTE_INT8_POINTS_MAX 1.0

typedef struct {
  const mote_learn_job_t *job;
  mote_net_t *net;                /* trained */
  mote_task_t task;
  mote_train_data_t train, valid; /* normalised rows */
  const mote_train_config_t *train_config;
} mote_int8_job_t;

/* Fills out->i8 and out->report "int8": {method, accuracy or error float and int8,
 * layers}. */
int mote_learn_int8(const mote_int8_job_t *q, mote_learn_result_t *out);

#endif
