/* SPDX-License-Identifier: Apache-2.0
 * The stepper from inside: what train.c needs beyond train.h. */
#ifndef MOTE_TRAIN_STEPPER_H
#define MOTE_TRAIN_STEPPER_H

#include "train/loss.h"
#include "train/work.h"

struct mote_stepper {
  mote_net_t *net;
  mote_train_config_t cfg;
  mote_work_t *work;
  mote_loss_ctx_t loss; /* label2, share: set by train.c for mixup */
  float *m, *v, *clipped;
  const float *gradient;
  double power1, power2; /* beta1^t, beta2^t */
  uint32_t batch, hits;
  uint64_t steps;
};

/* Like mote_stepper_new; the loss is chosen by what `like` has: labels or targets. */
int mote_stepper_open(mote_net_t *net, const mote_train_data_t *like,
                      const mote_train_config_t *cfg, uint32_t batch,
                      mote_stepper_t **out);

#endif
