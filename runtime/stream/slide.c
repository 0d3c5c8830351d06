/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "stream/slide.h"

#include <string.h>

/* Where n samples go, or NULL when they are dropped. */
static float *place(const mote_slide_t *c, mote_slide_state_t *s, float *window,
                    uint32_t n) {
  if (s->skip) {
    s->skip -= n;
    return NULL;
  }
  window += c->axes * s->have;
  s->have += n;
  return window;
}

void mote_slide_put_f32(const mote_slide_t *c, mote_slide_state_t *s, float *window,
                        const float *x, uint32_t n) {
  float *to = place(c, s, window, n);
  if (to) memcpy(to, x, sizeof *x * n * c->axes);
}

void mote_slide_put_s16(const mote_slide_t *c, mote_slide_state_t *s, float *window,
                        const int16_t *x, uint32_t n) {
  float *to = place(c, s, window, n);
  for (uint32_t i = 0; to && i < n * c->axes; i++) to[i] = (float)x[i];
}

void mote_slide_next(const mote_slide_t *c, mote_slide_state_t *s, float *window) {
  uint32_t drop = c->stride < c->window ? c->stride : c->window;
  uint32_t keep = c->window - drop;
  memmove(window, window + drop * c->axes, sizeof *window * keep * c->axes);
  s->have = keep;
  s->skip = c->stride - drop;
}
