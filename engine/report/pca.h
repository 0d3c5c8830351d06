/* SPDX-License-Identifier: Apache-2.0
 * Principal components of a feature matrix, the same bits on every host and with any
 * number of threads. */
#ifndef MOTE_REPORT_PCA_H
#define MOTE_REPORT_PCA_H

#include "base/mem.h"

typedef struct {
  size_t k;         /* components found: at most what was asked for, n and d */
  double *y;        /* [n][k] coordinates of the rows */
  double *variance; /* [k] along each component, falling */
  double total;     /* variance of all columns together */
} mote_pca_t;

/* x [n][d], finite. Rows are centred here, not scaled. Everything in `a`. The sign of a
 * component is the one that makes its largest coordinate positive. */
int mote_pca(const double *x, size_t n, size_t d, size_t k, mote_arena_t *a,
             mote_pca_t *out);

#endif
