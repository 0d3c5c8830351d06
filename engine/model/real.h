/* SPDX-License-Identifier: Apache-2.0
 * Tensors as real numbers: what their elements stand for. */
#ifndef MOTE_MODEL_REAL_H
#define MOTE_MODEL_REAL_H

#include "model/graph.h"

/* f32, or integers with one scale or none (then they stand for themselves). */
int mote_real_can(const mote_tensor_t *t);
/* All elements of t at `data` -> out[mote_dims_count]; constants may be i64, and have a
 * scale for each slice of an axis. */
void mote_real_from(const mote_tensor_t *t, const void *data, float *out);
/* The nearest that t can hold, halves away from zero, clamped. */
void mote_real_to(const mote_tensor_t *t, const float *in, void *data);

#endif
