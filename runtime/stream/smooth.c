/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "stream/smooth.h"

#include <string.h>

static float mean_of(const mote_smooth_t *c, const mote_smooth_state_t *s,
                     const float *history, uint32_t k) {
  float sum = 0;
  for (uint32_t i = 0; i < s->count; i++) sum += history[i * c->classes + k];
  return sum / (float)s->count;
}

/* An event is a change of decision; the class of the latest event keeps quiet for a
 * while, the others do not: background noise must not swallow the word behind it. */
static void mark_event(const mote_smooth_t *c, mote_smooth_state_t *s,
                       mote_decision_t *d) {
  uint32_t now = (uint32_t)(d->decision + 1); /* 0: uncertain */
  int muted = s->quiet && now == s->spoken;
  if (s->quiet) s->quiet--;
  if (now && now != s->last && !muted) {
    d->event = 1;
    s->spoken = now;
    s->quiet = c->suppress;
  }
  s->last = now;
}

mote_decision_t mote_smooth_add(const mote_smooth_t *c, mote_smooth_state_t *s,
                                float *history, const float *scores) {
  mote_decision_t d = {0, 0, 0};
  memcpy(history + s->next * c->classes, scores, sizeof *scores * c->classes);
  if (++s->next == c->average) s->next = 0;
  if (s->count < c->average) s->count++;
  for (uint32_t k = 0; k < c->classes; k++) {
    float mean = mean_of(c, s, history, k);
    if (k == 0 || mean > d.score) {
      d.decision = (int32_t)k;
      d.score = mean;
    }
  }
  if (!(d.score >= c->threshold)) d.decision = MOTE_UNCERTAIN;
  mark_event(c, s, &d);
  return d;
}
