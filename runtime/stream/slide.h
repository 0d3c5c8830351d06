/* SPDX-License-Identifier: Apache-2.0
 * The last `window` samples of a live stream, kept in order in one linear buffer that
 * window blocks read directly. A result is due when the buffer is full; then the oldest
 * `stride` samples make room for new ones. */
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

/* How many of n samples can be put at once: until the window is full or a gap is over. */
static inline uint32_t mote_slide_limit(const mote_slide_t *c,
                                        const mote_slide_state_t *s, uint32_t n) {
  uint32_t room = s->skip ? s->skip : c->window - s->have;
  return n < room ? n : room;
}

/* Puts x[n][axes], n within the limit, behind the samples in window[window][axes]. */
void mote_slide_put_f32(const mote_slide_t *c, mote_slide_state_t *s, float *window,
                        const float *x, uint32_t n);
void mote_slide_put_s16(const mote_slide_t *c, mote_slide_state_t *s, float *window,
                        const int16_t *x, uint32_t n);

/* After a result: drops the oldest `stride` samples. */
void mote_slide_next(const mote_slide_t *c, mote_slide_state_t *s, float *window);

#endif
