/* SPDX-License-Identifier: Apache-2.0
 * Losses and their gradients, and the metrics of a data set. */
#ifndef MOTE_TRAIN_LOSS_H
#define MOTE_TRAIN_LOSS_H

#include "train/net.h"

typedef struct {
  int32_t kind; /* mote_loss_t, not AUTO */
  uint32_t outputs, n; /* values per sample, samples in the batch */
  float smoothing, delta;
  const int32_t *label, *label2; /* label2: mixup partners, or NULL */
  const float *share;            /* mixup: share of label */
  const float *target, *weight;  /* weight NULL: 1 */
  double *sum;    /* [slices] losses */
  uint32_t *hits; /* [slices] right answers */
} mote_loss_ctx_t;

/* A mote_loss_fn. Gradient of sum(weight * loss) / n. Cross-entropy and BCE take what
 * comes before the softmax or sigmoid. */
void mote_loss_slice(void *ctx, const float *out, float *d_out, uint32_t first,
                     uint32_t n, uint32_t slice);

/* Which loss, and which layer it reads (before the softmax or sigmoid it contains). */
int mote_loss_choose(const mote_net_t *net, const mote_train_data_t *data, int32_t wish,
                     int32_t *kind, int32_t *head);
/* Shapes, labels in range, numbers finite; `what`: "training data". */
int mote_train_data_check(const mote_net_t *net, const mote_train_data_t *data,
                          const char *what);
/* Loss and metrics of predictions p [n][outputs] (after the softmax): val_ members of
 * out. */
int mote_train_metrics(const mote_train_data_t *data, const float *p,
                       const mote_loss_ctx_t *loss, mote_epoch_t *out);

#endif
