/* SPDX-License-Identifier: Apache-2.0
 * How recurrent kernels walk: sequence by sequence, step by step. */
#ifndef MOTE_NN_SEQUENCE_H
#define MOTE_NN_SEQUENCE_H

#include <stdint.h>

typedef struct {
  int32_t batch, steps, in_n, units; /* sequences, and values of each step */
  int32_t in_batch, in_step;   /* values from one sequence, one step to the next */
  int32_t out_batch, out_step;
  int32_t reverse;             /* the last step first */
} mote_sequence_t;

/* Where the input and the output of step k of sequence b lie, k in the order of time. */
static inline int32_t mote_sequence_at(const mote_sequence_t *s, int32_t k) {
  return s->reverse ? s->steps - 1 - k : k;
}
static inline int32_t mote_sequence_in(const mote_sequence_t *s, int32_t b, int32_t k) {
  return b * s->in_batch + mote_sequence_at(s, k) * s->in_step;
}
static inline int32_t mote_sequence_out(const mote_sequence_t *s, int32_t b, int32_t k) {
  return b * s->out_batch + mote_sequence_at(s, k) * s->out_step;
}

#endif
