/* SPDX-License-Identifier: Apache-2.0
 * K-means anomaly score: distance to the nearest cluster's surface, in standardised
 * units. score = min over clusters of (|x - centre| - radius); negative is inside a
 * cluster. */
#ifndef MOTE_CLASSIFY_KMEANS_H
#define MOTE_CLASSIFY_KMEANS_H

#include "base/span.h"

typedef struct {
  mote_i32s_t axes;      /* [d]: which features are looked at */
  mote_f32s_t mean;      /* [d] */
  mote_f32s_t scale;     /* [d]: x' = (x - mean) * scale */
  mote_f32s_t centres;   /* [clusters][d], standardised */
  mote_f32s_t radius;    /* [clusters] */
} mote_kmeans_t;

/* in: all features; out[1]. */
void mote_kmeans(const mote_kmeans_t *p, const float *in, float *out);

#endif
