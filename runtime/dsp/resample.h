/* SPDX-License-Identifier: Apache-2.0
 * Rate conversion by a rational factor up / down: polyphase FIR, zeros beyond the ends.
 * The filter comes from engine/features/design/resampler.h. */
#ifndef MOTE_DSP_RESAMPLE_H
#define MOTE_DSP_RESAMPLE_H

#include "base/span.h"

typedef struct {
  uint32_t up, down; /* no common factor */
  uint32_t centre;   /* index of the filter's middle tap, before the split into phases */
  uint32_t taps;     /* per phase */
  mote_f32s_t
      phases; /* [up][taps]: phase p holds the filter's taps p, p + up, p + 2 up .. */
} mote_resample_t;

/* ceil(n * up / down) */
static inline uint64_t mote_resample_length(const mote_resample_t *p, uint64_t n) {
  return (n * p->up + p->down - 1) / p->down;
}

/* x[n][axes] -> out[mote_resample_length(n)][axes]. Each value is four interleaved
 * partial sums over the taps, joined as (0 + 1) + (2 + 3). */
void mote_resample_run(const mote_resample_t *p, const float *x, uint32_t n,
                       uint32_t axes, float *out);

#endif
