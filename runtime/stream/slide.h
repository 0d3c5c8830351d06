/* SPDX-License-Identifier: Apache-2.0
 * The last `window` samples of a live stream, kept in order in one linear buffer that window
 * blocks read directly. A result is due when the buffer is full; then the oldest `stride`
 * samples make room for new ones. */
#ifndef MOTE_STREAM_SLIDE_H
#define MOTE_STREAM_SLIDE_H

#include <stdint.h>

typedef struct {
  uint32_t window, stride; /* samples per axis */
  uint32_t axes;
} mote_slide_t;

typedef struct {
  uint32_t have; /* samples in the buffer */
  uint32_t skip; /* samples still to drop (stride longer than the window) */
} mote_slide_state_t;

/* Slot of the next sample (`axes` values to fill), or NULL when this one is to be dropped.
 * Call only while have < window. */
static inline float *mote_slide_slot(const mote_slide_t *c, mote_slide_state_t *s,
                                     float *window) {
  if (s->skip) {
    s->skip--;
    return (float *)0;
  }
  return window + c->axes * s->have++;
}

/* After a result: drops the oldest `stride` samples. */
void mote_slide_next(const mote_slide_t *c, mote_slide_state_t *s, float *window);

#endif
