/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include <string.h>

#include "nn/copy.h"

void mote_fill(const mote_fill_t *p, void *out) {
  uint8_t *to = out;
  if (p->bytes == 1) memset(to, p->value, (size_t)p->n);
  else
    for (int32_t i = 0; i < p->n; i++, to += p->bytes)
      for (int32_t b = 0; b < p->bytes; b++)
        to[b] = (uint8_t)((uint32_t)p->value >> (8 * b));
}
