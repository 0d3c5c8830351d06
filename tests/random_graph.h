/* SPDX-License-Identifier: Apache-2.0
 * Random graphs over all operators, for tests that compare two ways of running them. A
 * float graph is made first, a maker per operator (tests/random_graph.c); its int8 form
 * comes from the quantiser. An operator of ops.def without a maker fails the tests. */
#ifndef TESTS_RANDOM_GRAPH_H
#define TESTS_RANDOM_GRAPH_H

#include "model/op.h"

/* A graph of a few nodes, the first of them made by maker seed % random_graph_makers().
 * Shapes are odd and small, values stay moderate. Free with mote_graph_free. */
mote_graph_t *random_graph(uint64_t seed);
size_t random_graph_makers(void);
/* 1 when some maker makes it, or it only comes from the quantiser and the passes. */
int random_graph_knows(const char *op);

/* The int8 form, calibrated on a few random inputs. */
mote_graph_t *random_graph_int8(const mote_graph_t *f32, uint64_t seed);

/* A few integer operators with states (tests/random_states.c), int8 or int16. */
mote_graph_t *random_states(uint64_t seed);

/* Fills `values` (mote_tensor_bytes) with what a graph may meet: any bytes for int8,
 * normal floats of deviation 1.5. */
void random_values(uint64_t seed, const mote_tensor_t *t, void *values);

#endif
