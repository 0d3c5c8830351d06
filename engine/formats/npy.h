/* SPDX-License-Identifier: Apache-2.0
 * NumPy arrays in .npy files, versions 1 to 3 of the format (NEP 1): a text header with
 * type, order and shape, then the elements. */
#ifndef MOTE_FORMATS_NPY_H
#define MOTE_FORMATS_NPY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define MOTE_NPY_RANK_MAX 16

typedef struct {
  char kind;    /* 'f' float, 'i' signed, 'u' unsigned, 'b' bool */
  int bytes;    /* of one element: 1, 2, 4 or 8 */
  int big;      /* most significant byte first */
  int32_t rank; /* 0: a scalar */
  int64_t d[MOTE_NPY_RANK_MAX];
  size_t count;        /* elements */
  const uint8_t *data; /* the first one, in the bytes that were parsed; unaligned */
} mote_npy_t;

/* The array in the bytes p[n] of the file `path` (for messages). Elements are in C order;
 * Fortran order, records, complex numbers and text are refused with the remedy. All of
 * the elements are there. */
int mote_npy_parse(const uint8_t *p, size_t n, const char *path, mote_npy_t *out);
/* Elements first .. first + n of the array as float32, rounded to nearest. */
void mote_npy_floats(const mote_npy_t *a, size_t first, size_t n, float *out);

#endif
