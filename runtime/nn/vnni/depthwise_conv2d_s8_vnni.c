/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/vnni/vec.h"
#include "nn/simd/depthwise.h"

void mote_depthwise_conv2d_s8_vnni(const mote_window_simd_t *p, const int8_t *in,
                                   int8_t *out, void *scratch) {
  v_depthwise(p, in, out, scratch);
}
