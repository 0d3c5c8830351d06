/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/unary.h"

static float value(float x) { return 1.0f / mote_sqrtf(x); }
MOTE_UNARY(rsqrt, value)
