/* SPDX-License-Identifier: Apache-2.0
 * Live samples to rows of a frame block (mfe, mfcc, spectrogram): only `frame` samples
 * are kept, every hop gives one raw row, and the rows of the current window wait in a
 * ring. So overlapping windows cost only their new frames, and give the bits of the
 * batch: the predecessor of a frame is the true sample before it, and the first sample
 * itself at the very start of the stream. */
#ifndef MOTE_STREAM_HOPS_H
#define MOTE_STREAM_HOPS_H

#include <stdint.h>

typedef struct {
  uint32_t frame, hop; /* samples */
  uint32_t rows, cols; /* of the window's feature matrix */
  uint32_t ring; /* rows kept: `rows`, plus those a window completes but does not use */
} mote_hops_t;

typedef struct {
  uint32_t have; /* samples in the frame buffer */
  uint32_t skip; /* samples still to drop (hop longer than the frame) */
  uint32_t row;  /* ring slot of the next row: the oldest one */
  float prev;    /* the sample before the frame buffer */
  uint32_t begun;
} mote_hops_state_t;

/* How many of n samples can be put at once: until the frame is full or a gap is over. */
static inline uint32_t mote_hops_limit(const mote_hops_t *c, const mote_hops_state_t *s,
                                       uint32_t n) {
  uint32_t room = s->skip ? s->skip : c->frame - s->have;
  return n < room ? n : room;
}

/* Puts x[0], x[step] .. x[(n-1) * step], n >= 1 within the limit. 1 when `buffer` holds a
 * whole frame: compute the row into rows + state->row * cols with predecessor
 * state->prev, then call mote_hops_next. */
int mote_hops_put_f32(const mote_hops_t *c, mote_hops_state_t *s, float *buffer,
                      const float *x, uint32_t step, uint32_t n);
int mote_hops_put_s16(const mote_hops_t *c, mote_hops_state_t *s, float *buffer,
                      const int16_t *x, uint32_t step, uint32_t n);
void mote_hops_next(const mote_hops_t *c, mote_hops_state_t *s, float *buffer);
/* The rows of the window that is due, oldest first: ring[ring][cols] -> out. */
void mote_hops_copy(const mote_hops_t *c, const mote_hops_state_t *s,
                      const float *ring, float *out);

#endif
