/* SPDX-License-Identifier: Apache-2.0
 * Augmentation of one feature matrix while it is copied into a batch. */
#ifndef MOTE_TRAIN_AUGMENT_H
#define MOTE_TRAIN_AUGMENT_H

#include "train/net.h"

/* 0 when the settings change nothing. */
int mote_augment_active(const mote_augment_t *a);
/* x [frames][bins] in place; `spare` has as many floats. Fill value 0 is the mean of
 * normalised features. */
void mote_augment(const mote_augment_t *a, float *x, float *spare, size_t frames,
                  size_t bins, mote_rng_t *rng);
/* A share from Beta(alpha, alpha). */
float mote_augment_share(float alpha, mote_rng_t *rng);

#endif
