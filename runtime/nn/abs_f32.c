/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/unary.h"

static float value(float x) { return x < 0.0f ? -x : x + 0.0f; }
MOTE_UNARY(abs, value)
