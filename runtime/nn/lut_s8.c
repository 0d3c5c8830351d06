/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/lut.h"

void mote_lut_s8(const mote_lut_s8_t *p, const int8_t *in, int8_t *out) {
  for (int32_t i = 0; i < p->n; i++) out[i] = p->table.p[in[i] + 128];
}
