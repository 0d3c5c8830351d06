/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/unary.h"

static float value(float x) { return -x; }
MOTE_UNARY(neg, value)
