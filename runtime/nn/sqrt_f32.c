/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "math/math.h"
#include "nn/unary.h"

MOTE_UNARY(sqrt, mote_sqrtf)
