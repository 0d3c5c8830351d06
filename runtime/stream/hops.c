/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "stream/hops.h"

#include <string.h>

/* Where n samples go, or NULL when they are dropped. */
static float *place(mote_hops_state_t *s, float *buffer, float first, float last,
                    uint32_t n) {
  if (!s->begun) {
    s->begun = 1;
    s->prev = first;
  }
  if (s->skip) {
    s->skip -= n;
    s->prev = last;
    return NULL;
  }
  buffer += s->have;
  s->have += n;
  return buffer;
}

int mote_hops_put_f32(const mote_hops_t *c, mote_hops_state_t *s, float *buffer,
                      const float *x, uint32_t step, uint32_t n) {
  float *to = place(s, buffer, x[0], x[(n - 1) * step], n);
  for (uint32_t i = 0; to && i < n; i++) to[i] = x[i * step];
  return s->have == c->frame;
}

int mote_hops_put_s16(const mote_hops_t *c, mote_hops_state_t *s, float *buffer,
                      const int16_t *x, uint32_t step, uint32_t n) {
  float *to = place(s, buffer, (float)x[0], (float)x[(n - 1) * step], n);
  for (uint32_t i = 0; to && i < n; i++) to[i] = (float)x[i * step];
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
