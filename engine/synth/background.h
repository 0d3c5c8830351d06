/* SPDX-License-Identifier: Apache-2.0
 * What is heard behind the words: noises made from random numbers, and a crowd made from
 * speech played backwards. The same bits on every host. */
#ifndef MOTE_SYNTH_BACKGROUND_H
#define MOTE_SYNTH_BACKGROUND_H

#include "base/rng.h"

/* Tracks of reversed speech, mean power 1. */
typedef struct {
  float **x;
  size_t *n;
  size_t tracks;
} mote_babble_t;

typedef struct {
  const char *name;
  void (*fill)(mote_rng_t *r, const mote_babble_t *b, float hz, float *x, size_t n);
} mote_background_t;

extern const mote_background_t mote_backgrounds[];
extern const size_t mote_n_backgrounds;

/* x[n] at `hz` with mean power 1 (or silence, when by chance nothing happened). */
void mote_background_make(const mote_background_t *k, mote_rng_t *r,
                          const mote_babble_t *b, float hz, float *x, size_t n);
/* Root of the mean power. */
float mote_background_rms(const float *x, size_t n);
/* Scales to `rms`; silence stays silence. */
void mote_background_level(float *x, size_t n, float rms);

#endif
