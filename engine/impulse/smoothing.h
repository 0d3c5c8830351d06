/* SPDX-License-Identifier: Apache-2.0
 * "smoothing" of impulse.json: how single results become decisions over time. The
 * arithmetic is runtime/stream/smooth.c, on the host and on the device. */
#ifndef MOTE_IMPULSE_SMOOTHING_H
#define MOTE_IMPULSE_SMOOTHING_H

#include "impulse/impulse.h"
#include "stream/smooth.h"

typedef struct {
  int32_t average;     /* results */
  float threshold;     /* of the mean score */
  int32_t suppress_ms; /* after an event */
} mote_smoothing_t;

extern const mote_param_t mote_smoothing_params[];
extern const size_t mote_smoothing_n_params;

/* The document's "smoothing" over the defaults. Needs a resolved impulse: `classes` and
 * the stride turn it into the device's constants in *device (may be NULL). */
int mote_smoothing_read(const mote_impulse_t *m, uint32_t classes, mote_smoothing_t *cfg,
                        mote_smooth_t *device);

#endif
