/* SPDX-License-Identifier: Apache-2.0
 * From scores to decisions over time: the scores are averaged over the last results, the
 * best class must reach a threshold, else the decision is "uncertain". A decision that
 * differs from the one before is also an event, but not twice for the same class within
 * the suppression time: one spoken word gives one event. */
#ifndef MOTE_STREAM_SMOOTH_H
#define MOTE_STREAM_SMOOTH_H

#include <stdint.h>

#define MOTE_UNCERTAIN (-1)

typedef struct {
  uint32_t classes;
  uint32_t average;  /* results averaged, 1 = none */
  float threshold;   /* of the mean score, 0..1 */
  uint32_t suppress; /* results after an event without another one of the same class */
} mote_smooth_t;

typedef struct {
  uint32_t next, count;   /* slot of the next result; results held */
  uint32_t last;          /* decision before, + 1; 0: none or uncertain */
  uint32_t spoken, quiet; /* class of the latest event, + 1; results it keeps quiet */
} mote_smooth_state_t;

typedef struct {
  int32_t decision; /* class, or MOTE_UNCERTAIN */
  int32_t event;    /* 1: the decision is new */
  float score;      /* mean score of the best class */
} mote_decision_t;

/* Adds scores[classes]; history holds average * classes floats. Means are summed afresh
 * in slot order, so no rounding piles up over days. */
mote_decision_t mote_smooth_add(const mote_smooth_t *c, mote_smooth_state_t *s,
                                float *history, const float *scores);

#endif
