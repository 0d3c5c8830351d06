/* SPDX-License-Identifier: Apache-2.0
 * A trained impulse at work on the host, with the device kernels: features in, scores
 * out. */
#ifndef MOTE_INFER_H
#define MOTE_INFER_H

#include "impulse/impulse.h"
#include "model/op.h"

typedef enum { MOTE_VARIANT_F32, MOTE_VARIANT_I8 } mote_variant_t;

/* Number of scores of learner i. */
size_t mote_infer_outputs(const mote_trained_t *t, int i);
/* The graph of learner i in this variant; learners without int8 (anomaly) give float32.
 */
const mote_graph_t *mote_infer_graph(const mote_trained_t *t, int i, mote_variant_t v);
/* Scores of learner i for n rows of impulse features x [n][d] (d = impulse->features):
 * out [n][mote_infer_outputs]. All cores; results do not depend on their number. */
int mote_infer_rows(const mote_trained_t *t, int i, mote_variant_t v, const float *x,
                    size_t n, float *out);

#endif
