/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/quantize.h"

void mote_dequantize_s8(const mote_quantize_t *p, const int8_t *in, float *out) {
  for (int32_t i = 0; i < p->n; i++) out[i] = p->scale * (float)(in[i] - p->zero);
}
