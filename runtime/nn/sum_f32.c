/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "nn/reduce.h"

static float next(float sum, float x) { return sum + x; }
static float last(const mote_sum_f32_t *p, float sum) { return sum / p->divisor; }
MOTE_REDUCE(mote_sum_f32, mote_sum_f32_t, float, float, 0.0f, next, last)
