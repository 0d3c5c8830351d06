/* SPDX-License-Identifier: Apache-2.0
 * Triangular filters over the bins of a power spectrum. Filter j rises from bin edge[j]
 * to 1 at edge[j + 1] and falls to 0 at edge[j + 2]; the weights follow from the edges,
 * so the table is two bytes per filter. */
#ifndef MOTE_DSP_MEL_H
#define MOTE_DSP_MEL_H

#include "base/span.h"

typedef struct {
  mote_u16s_t edges; /* filters + 2 bins, ascending, the last inside the spectrum */
} mote_mel_t;

/* bands[edges.n - 2]; an energy of 0 becomes 1e-10. bands and power must not overlap. */
void mote_mel_run(const mote_mel_t *m, const float *power, float *bands);

#endif
