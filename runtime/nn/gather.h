/* SPDX-License-Identifier: Apache-2.0
 * Slices of an axis by their numbers. in [batches][outer][size][bytes], at [batches][n],
 * out [batches][outer][n][bytes]. A number outside reads the nearest slice. */
#ifndef MOTE_NN_GATHER_H
#define MOTE_NN_GATHER_H

#include <stdint.h>

typedef struct { int32_t batches, outer, size, n, bytes; } mote_gather_slices_t;

void mote_gather_slices(const mote_gather_slices_t *p, const void *in,
                        const int32_t *at, void *out);

#endif
