/* SPDX-License-Identifier: Apache-2.0
 * Fully connected layer without vector instructions, the bits of mote_dense_s8, and of a
 * convolution whose windows are just the pixels, one after another. */
#ifndef MOTE_NN_PLAIN_DENSE_S8_PLAIN_H
#define MOTE_NN_PLAIN_DENSE_S8_PLAIN_H

#include "nn/plain/filter_plain.h"

typedef struct {
  int32_t rows, in_n;
  mote_filter_plain_t filter;
} mote_dense_s8_plain_t;

/* scratch: 2 * filter.taps bytes. May run in place when there are no more outputs than
 * inputs. */
void mote_dense_s8_plain(const mote_dense_s8_plain_t *p, const int8_t *in, int8_t *out,
                         void *scratch);

#endif
