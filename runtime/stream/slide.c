/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "stream/slide.h"

#include <string.h>

void mote_slide_next(const mote_slide_t *c, mote_slide_state_t *s, float *window) {
  uint32_t drop = c->stride < c->window ? c->stride : c->window;
  uint32_t keep = c->window - drop;
  memmove(window, window + drop * c->axes, sizeof *window * keep * c->axes);
  s->have = keep;
  s->skip = c->stride - drop;
}
