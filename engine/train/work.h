/* SPDX-License-Identifier: Apache-2.0
 * Runs a network over batches. The batch is cut into slices of samples; a slice goes
 * through as many layers as it can while it is in the cache, and slices are what threads
 * share. A batch norm needs the whole batch, so it ends a stage: all slices wait, sums
 * are joined in slice order. Slices depend on shapes and batch size alone, never on
 * threads. */
#ifndef MOTE_TRAIN_WORK_H
#define MOTE_TRAIN_WORK_H

#include "train/crew.h"
#include "train/net.h"

typedef struct mote_work mote_work_t;

/* Loss of a slice: samples [first, first + n) of the batch, out [n][outputs] -> d_out
 * (the gradient of the mean loss). What it adds up it keeps by slice. */
typedef void (*mote_loss_fn)(void *ctx, const float *out, float *d_out, uint32_t first,
                             uint32_t n, uint32_t slice);

typedef struct {
  const mote_net_t *net;
  uint32_t batch; /* largest batch */
  int training;
  int32_t head;   /* training: the layer the loss reads */
  mote_loss_fn loss;
  void *loss_ctx;
  int threads;    /* at most so many */
} mote_work_spec_t;

int mote_work_new(const mote_work_spec_t *spec, mote_work_t **out);
void mote_work_free(mote_work_t *w);
uint32_t mote_work_slice(const mote_work_t *w);  /* samples per slice */
uint32_t mote_work_slices(const mote_work_t *w); /* of the largest batch */

/* Inference: x [n][inputs] -> out [n][outputs], any n. Call refresh after weights
 * changed. */
void mote_work_predict(mote_work_t *w, const float *x, size_t n, float *out);
/* Takes over new weights: fake-quantises and transposes what the layers need. */
void mote_work_refresh(mote_work_t *w);
/* Training: forward, loss and backward over x [n][inputs], n <= batch; running statistics
 * go to `state`. Returns the gradient [n_weights]. `key` makes the random masks. */
const float *mote_work_gradients(mote_work_t *w, const float *x, uint32_t n, uint32_t key,
                                 float *state);

#endif
