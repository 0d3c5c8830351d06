/* SPDX-License-Identifier: Apache-2.0
 * Shares nothing with the planner but the struct: it plays the run on a map that says
 * who owns each unit of MOTE_PLAN_ALIGN bytes. Buffers begin at units, so two of them can
 * only meet in whole ones. */
#include <string.h>

#include "base/mem.h"
#include "plan/plan.h"

static int32_t last_step(const mote_buffer_t *b, int32_t n) {
  int32_t last = 0;
  for (int32_t i = 0; i < n; i++)
    if (b[i].last > last) last = b[i].last;
  return last;
}

static size_t units(size_t bytes) {
  return (bytes + MOTE_PLAN_ALIGN - 1) / MOTE_PLAN_ALIGN;
}

static size_t first_unit(const mote_buffer_t *b) { return b->offset / MOTE_PLAN_ALIGN; }

static int owns(const int32_t *owner, const mote_buffer_t *b, int32_t who) {
  for (size_t k = 0; k < units(b->bytes); k++)
    if (owner[first_unit(b) + k] != who) return 0;
  return 1;
}

/* What buffer i takes in its first step must be free: owned by nobody alive in this
 * step, except by the buffer it takes over, at the same offset. */
static int taken_from(const mote_buffer_t *b, const int32_t *owner, int32_t i) {
  for (size_t k = 0; k < units(b[i].bytes); k++) {
    int32_t o = owner[first_unit(&b[i]) + k];
    if (o < 0 || b[o].last < b[i].first) continue;
    if (o != b[i].share || b[o].offset != b[i].offset) return o;
  }
  return -1;
}

static int play_step(const mote_buffer_t *b, int32_t n, int32_t *owner, int32_t step) {
  for (int32_t i = 0; i < n; i++)
    if (b[i].first < step && b[i].last >= step && !owns(owner, &b[i], i))
      return mote_fail(MOTE_ERR_CORRUPT, "plan: buffer %d is overwritten before step %d",
                       (int)i, (int)step);
  for (int32_t i = 0; i < n; i++) {
    if (b[i].first != step) continue;
    int32_t o = taken_from(b, owner, i);
    if (o >= 0)
      return mote_fail(MOTE_ERR_CORRUPT, "plan: buffers %d and %d overlap in step %d",
                       (int)i, (int)o, (int)step);
    for (size_t k = 0; k < units(b[i].bytes); k++) owner[first_unit(&b[i]) + k] = i;
  }
  return MOTE_OK;
}

static int play(const mote_buffer_t *b, int32_t n, size_t total, int32_t *owner) {
  for (size_t k = 0; k < units(total); k++) owner[k] = -1;
  int32_t end = last_step(b, n);
  for (int32_t step = 0; step <= end; step++) MOTE_TRY(play_step(b, n, owner, step));
  return MOTE_OK;
}

int mote_plan_verify(const mote_buffer_t *b, int32_t n, size_t total) {
  for (int32_t i = 0; i < n; i++)
    if (b[i].offset % MOTE_PLAN_ALIGN || b[i].offset > total ||
        b[i].bytes > total - b[i].offset)
      return mote_fail(MOTE_ERR_CORRUPT, "plan: buffer %d is outside the arena", (int)i);
  int32_t *owner = mote_alloc(units(total) + 1, sizeof *owner);
  if (!owner) return MOTE_ERR_NOMEM;
  int rc = play(b, n, total, owner);
  mote_free(owner);
  return rc;
}
