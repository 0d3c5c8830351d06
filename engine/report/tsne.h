/* SPDX-License-Identifier: Apache-2.0
 * t-distributed stochastic neighbour embedding, exact: every pair of rows counts. The
 * same bits on every host and with any number of threads. */
#ifndef MOTE_REPORT_TSNE_H
#define MOTE_REPORT_TSNE_H

#include "base/mem.h"

#define MOTE_TSNE_ROWS_MAX 2000 /* the work and the memory grow with the square */

typedef struct {
  double perplexity; /* neighbours that count; 0: 30, or a third of the rows if that is
                        less */
  int iterations;    /* 0: 500 */
  uint64_t seed;     /* of the jitter that parts equal rows */
} mote_tsne_options_t;

/* x [n][d] with its leading principal components in the first columns (they are the
 * start); y [n][2]. MOTE_ERR_LIMIT above MOTE_TSNE_ROWS_MAX rows. */
int mote_tsne(const double *x, size_t n, size_t d, const mote_tsne_options_t *opt,
              double *y);

#endif
