/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include <string.h>

#include "nn/copy.h"

#define LAST (MOTE_COPY_AXES - 1)

/* The innermost loop; single bytes do without a call each. */
static void copy_row(const mote_copy_t *p, const uint8_t *in, uint8_t *out) {
  int32_t n = p->count[LAST], from = p->in_step[LAST], to = p->out_step[LAST];
  if (p->bytes == 1)
    for (int32_t i = 0; i < n; i++) out[i * to] = in[i * from];
  else
    for (int32_t i = 0; i < n; i++)
      memcpy(out + i * to, in + i * from, (size_t)p->bytes);
}

void mote_copy(const mote_copy_t *p, const void *in, void *out) {
  int32_t at[MOTE_COPY_AXES] = {0}, from = 0, to = 0, axis = 0;
  while (axis >= 0) {
    copy_row(p, (const uint8_t *)in + from, (uint8_t *)out + to);
    for (axis = LAST - 1; axis >= 0; axis--) {
      if (++at[axis] < p->count[axis]) break;
      at[axis] = 0;
      from -= (p->count[axis] - 1) * p->in_step[axis];
      to -= (p->count[axis] - 1) * p->out_step[axis];
    }
    if (axis >= 0) from += p->in_step[axis], to += p->out_step[axis];
  }
}

void mote_move_up(const mote_move_up_t *p, const void *in, void *out) {
  memmove(out, in, (size_t)p->bytes);
}
