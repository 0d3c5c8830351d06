/* SPDX-License-Identifier: Apache-2.0
 * Who speaks: the timbres of espeak-ng are the voices, dealt to three sides that share
 * none, so that a test on one side says something about people who were never heard.
 * Accents are common to all sides. */
#ifndef MOTE_SYNTH_CAST_H
#define MOTE_SYNTH_CAST_H

#include "base/mem.h"

typedef enum {
  MOTE_SIDE_TRAINING,
  MOTE_SIDE_TESTING,
  MOTE_SIDE_STREAM,
  MOTE_SIDES
} mote_side_t;

typedef struct {
  const char **voice[MOTE_SIDES]; /* "f3", shuffled, women and men in every side */
  size_t n_voices[MOTE_SIDES];
  const char **accent; /* "gmw/en-US" */
  size_t n_accents;
} mote_cast_t;

/* Five eighths of the voices train, two test, one is kept for the stream. At least one
 * voice of each sex on every side, or MOTE_ERR_NOTFOUND. */
int mote_cast_make(const char *language, uint64_t seed, mote_arena_t *a,
                   mote_cast_t *out);

#endif
