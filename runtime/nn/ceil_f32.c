/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/unary.h"

static float value(float x) { return -mote_floorf(-x); }
MOTE_UNARY(ceil, value)
