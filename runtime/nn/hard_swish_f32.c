/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/dot.h"
#include "nn/unary.h"

static float value(float x) { return x * mote_clampf(x + 3.0f, 0.0f, 6.0f) / 6.0f; }
MOTE_UNARY(hard_swish, value)
