/* SPDX-License-Identifier: Apache-2.0
 * Index of the largest or smallest value over the middle of [outer][count][inner]; of
 * equal ones the first. */
#ifndef MOTE_NN_ARG_H
#define MOTE_NN_ARG_H

#include <stdint.h>

typedef struct { int32_t outer, count, inner; } mote_arg_t;

/* Defines fn over elements of type T: the index of the value before which none is
 * `better`. */
#define MOTE_ARG(fn, T, better)                                                          \
  void fn(const mote_arg_t *p, const T *in, int32_t *out) {                              \
    for (int32_t o = 0; o < p->outer; o++, in += p->count * p->inner)                    \
      for (int32_t i = 0; i < p->inner; i++) {                                           \
        int32_t best = 0;                                                                \
        for (int32_t k = 1; k < p->count; k++)                                           \
          if (in[k * p->inner + i] better in[best * p->inner + i]) best = k;             \
        *out++ = best;                                                                   \
      }                                                                                  \
  }

void mote_arg_max_s8(const mote_arg_t *p, const int8_t *in, int32_t *out);
void mote_arg_max_f32(const mote_arg_t *p, const float *in, int32_t *out);
void mote_arg_min_s8(const mote_arg_t *p, const int8_t *in, int32_t *out);
void mote_arg_min_f32(const mote_arg_t *p, const float *in, int32_t *out);

#endif
