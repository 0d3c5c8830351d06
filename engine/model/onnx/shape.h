/* SPDX-License-Identifier: Apache-2.0
 * Dimensions that the moving operators make: the same for tensors and for folding. */
#ifndef MOTE_MODEL_ONNX_SHAPE_H
#define MOTE_MODEL_ONNX_SHAPE_H

#include "model/onnx/import.h"

int mote_shape_reshape(const mote_import_t *m, const mote_dims_t *d, mote_dims_t *out);
int mote_shape_flatten(const mote_import_t *m, const mote_dims_t *d, mote_dims_t *out);
int mote_shape_squeeze(const mote_import_t *m, const mote_dims_t *d, mote_dims_t *out);
int mote_shape_unsqueeze(const mote_import_t *m, const mote_dims_t *d, mote_dims_t *out);
int mote_shape_expand(const mote_import_t *m, const mote_dims_t *d, mote_dims_t *out);
/* Of a and b against each other: sizes are equal, or one of them is 1. */
int mote_shape_broadcast(const mote_dims_t *a, const mote_dims_t *b, mote_dims_t *out);
/* Where the axes of the input go: output axis i is input axis perm[i]. */
int mote_shape_perm(const mote_import_t *m, int32_t rank, int32_t *perm);

/* Along each axis: `count` values from `first`, `step` apart (which may be negative). */
typedef struct { int32_t first, step, count; } mote_shape_slice_t;
int mote_shape_slices(const mote_import_t *m, const mote_dims_t *d,
                      mote_shape_slice_t *out);

#endif
