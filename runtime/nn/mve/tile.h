/* SPDX-License-Identifier: Apache-2.0
 * Four pixels times all channels. */
#ifndef MOTE_NN_MVE_TILE_H
#define MOTE_NN_MVE_TILE_H

#include "base/fixed.h"
#include "nn/mve/filter_mve.h"

#define MVE_JUMPS 40 /* lists of them are that long at most, see tile.c */
#define MVE_VECTORS_MAX ((MVE_JUMPS - 2) * 8)

/* Where half a quad goes on, and what it needs then. */
typedef struct {
  const void *jump[MVE_JUMPS]; /* the last ones are used */
  const int8_t *x[4];
  const void *next; /* first jump of the other half */
  const int32_t *end; /* of the stream */
  int32_t offset;
} mve_half_t;

typedef struct {
  int8_t *out[4];           /* less 4: 4-byte aligned */
  int32_t min[4], max[4];   /* of int8, in every byte */
  const int32_t *stream;
  int32_t eights, rest;     /* vectors after the first: eights * 8 + rest */
  int32_t plain;            /* halves may be rounded up: what is negative is clamped */
  mve_half_t half[2];
} mve_tile_t;

void mote_mve_tile(mve_tile_t *t);

#endif
