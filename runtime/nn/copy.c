/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include <string.h>

#include "nn/copy.h"

void mote_copy_rows(const mote_copy_rows_t *p, const void *in, void *out) {
  const uint8_t *from = in;
  uint8_t *to = out;
  for (int32_t r = 0; r < p->rows; r++, from += p->bytes, to += p->stride)
    memcpy(to, from, (size_t)p->bytes);
}

void mote_move(const mote_move_t *p, const void *in, void *out) {
  memmove(out, in, (size_t)p->bytes);
}
