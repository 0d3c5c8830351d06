/* SPDX-License-Identifier: Apache-2.0
 * One spoken word over a background. */
#ifndef MOTE_SYNTH_CLIP_H
#define MOTE_SYNTH_CLIP_H

#include "synth/background.h"
#include "synth/cast.h"

typedef struct {
  const char *text, *voice, *accent; /* "yes", "f3", "gmw/en-US" */
  int speed, pitch;                  /* see espeak.h */
} mote_utterance_t;

/* Draws voice, accent, speed and pitch; `turn` walks through the voices of the side. */
void mote_utterance_draw(const mote_cast_t *c, mote_side_t side, size_t turn,
                         mote_rng_t *r, mote_utterance_t *u);
/* Spoken, at `hz`, without the silence around it, mean power 1. In the arena. */
int mote_utterance_render(const mote_utterance_t *u, uint32_t hz, mote_arena_t *a,
                          float **x, size_t *n);

/* Adds n samples of x times gain to y[ny] from place `at`, which may lie outside. */
void mote_mix(float *y, size_t ny, ptrdiff_t at, const float *x, size_t n, float gain);
/* Amplitude of a level in dB; of full scale (int16) when `full` is set. */
float mote_gain_db(float db, int full);
/* Rounds to int16 counts; turned down first when a peak would not fit. */
void mote_mix_round(float *y, size_t n);
/* y as a 16-bit WAV file. No fsync: what a seed makes can be made again. */
int mote_mix_write(const char *path, float *y, size_t n, uint32_t hz);

#endif
