/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/unary.h"

static float value(float x) {
  float t = 0.797884561f * (x + 0.044715f * x * x * x); /* sqrt(2 / pi) */
  return 0.5f * x * (1.0f + mote_tanhf(t));
}
MOTE_UNARY(gelu_tanh, value)
