/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/unary.h"

static float value(float x) { return x * x; }
MOTE_UNARY(square, value)
