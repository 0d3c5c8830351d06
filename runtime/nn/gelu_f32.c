/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/unary.h"

static float value(float x) { return 0.5f * x * (1.0f + mote_erff(x * 0.707106781f)); }
MOTE_UNARY(gelu, value)
