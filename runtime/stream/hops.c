/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "stream/hops.h"

#include <string.h>

int mote_hops_push(const mote_hops_t *c, mote_hops_state_t *s, float *buffer,
                     float x) {
  if (!s->begun) {
    s->begun = 1;
    s->prev = x;
  }
  if (s->skip) {
    s->skip--;
    s->prev = x;
    return 0;
  }
  buffer[s->have++] = x;
  return s->have == c->frame;
}

void mote_hops_next(const mote_hops_t *c, mote_hops_state_t *s, float *buffer) {
  uint32_t drop = c->hop < c->frame ? c->hop : c->frame;
  s->prev = buffer[drop - 1];
  s->have = c->frame - drop;
  s->skip = c->hop - drop;
  memmove(buffer, buffer + drop, sizeof *buffer * s->have);
  if (++s->row == c->ring) s->row = 0;
}

void mote_hops_copy(const mote_hops_t *c, const mote_hops_state_t *s,
                      const float *ring, float *out) {
  uint32_t first = c->ring - s->row; /* rows from the oldest to the end of the ring */
  if (first > c->rows) first = c->rows;
  memcpy(out, ring + s->row * c->cols, sizeof *out * first * c->cols);
  memcpy(out + first * c->cols, ring, sizeof *out * (c->rows - first) * c->cols);
}
