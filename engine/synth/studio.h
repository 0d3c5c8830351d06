/* SPDX-License-Identifier: Apache-2.0
 * What clips and stream are made with: the cast, and each side's own crowd. */
#ifndef MOTE_SYNTH_STUDIO_H
#define MOTE_SYNTH_STUDIO_H

#include "synth/clip.h"
#include "synth/synth.h"

/* Random streams of one seed; clips and words add their number. */
enum {
  MOTE_RANDOM_BABBLE = 1 << 16,
  MOTE_RANDOM_STREAM = 1 << 20,
  MOTE_RANDOM_CLIP = 1 << 24
};

typedef struct {
  const mote_synth_options_t *opt;
  mote_cast_t cast;
  mote_babble_t babble[MOTE_SIDES];
} mote_studio_t;

/* Another word for `side`: training does not know every fifth. */
const char *mote_studio_unknown(const mote_studio_t *s, mote_side_t side, mote_rng_t *r);
/* A background drawn by chance. */
const mote_background_t *mote_studio_background(mote_rng_t *r);

int mote_synth_clips(const mote_studio_t *s, mote_synth_report_t *report);
int mote_synth_stream(const mote_studio_t *s, mote_synth_report_t *report);

#endif
