/* SPDX-License-Identifier: Apache-2.0
 * Rows of one tensor into wider rows of another: one part of a concatenation. */
#ifndef MOTE_NN_COPY_H
#define MOTE_NN_COPY_H

#include <stdint.h>

typedef struct {
  int32_t rows, bytes, stride; /* bytes of a row in `in`; bytes between rows in `out` */
} mote_copy_rows_t;

/* Moves rows within one tensor, which may overlap. */
typedef struct { int32_t bytes; } mote_move_t;

void mote_move(const mote_move_t *p, const void *in, void *out);
void mote_copy_rows(const mote_copy_rows_t *p, const void *in, void *out);

#endif
