/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/unary.h"

static float value(float x) { return x * mote_logisticf(x); }
MOTE_UNARY(silu, value)
