/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include <string.h>

#include "nn/gather.h"

void mote_gather_slices(const mote_gather_slices_t *p, const void *in,
                        const int32_t *at, void *out) {
  const uint8_t *from = in;
  uint8_t *to = out;
  for (int32_t b = 0; b < p->batches; b++, at += p->n)
    for (int32_t o = 0; o < p->outer; o++, from += p->size * p->bytes)
      for (int32_t i = 0; i < p->n; i++, to += p->bytes) {
        int32_t k = at[i] < 0 ? 0 : at[i] >= p->size ? p->size - 1 : at[i];
        memcpy(to, from + k * p->bytes, (size_t)p->bytes);
      }
}
