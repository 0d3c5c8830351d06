/* SPDX-License-Identifier: Apache-2.0
 * Calibration inputs gathered from files: rows of one run each, per input of the graph.
 */
#ifndef MOTE_QUANTISE_ROWS_H
#define MOTE_QUANTISE_ROWS_H

#include "quantise/quantise.h"

#define MOTE_CALIB_BYTES_MAX ((size_t)4 << 30)

typedef struct {
  const mote_graph_t *g; /* must outlive this */
  mote_buf_t input[MOTE_NODE_IO_MAX]; /* values in the type of the input, row after row */
  size_t use; /* rows that mote_calib_of spreads its inputs over */
} mote_calib_rows_t;

/* Appends rows of real numbers to input k; `count` is a whole number of rows. */
int mote_calib_add(mote_calib_rows_t *r, int32_t k, const float *x, size_t count);
/* One path for each input of the graph, in order: a .npy array whose first axis counts
 * rows (or one row), or a folder of them, in the order of their names. Or one path for
 * all inputs: a raw file, little-endian, all inputs of a run one behind the other, run
 * after run; or a folder of them (.bin). On failure the caller still frees the rows. */
int mote_calib_read(mote_calib_rows_t *r, const char *const *paths, size_t n);
void mote_calib_rows_free(mote_calib_rows_t *r);
/* At most `most` inputs (0: all), evenly spread over the rows, which live in r. */
int mote_calib_of(mote_calib_rows_t *r, size_t most, mote_calib_t *out);

#endif
