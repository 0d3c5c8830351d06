/* SPDX-License-Identifier: Apache-2.0
 * int8 functions of one value, as tables. */
#ifndef MOTE_MODEL_OPS_UNARY_H
#define MOTE_MODEL_OPS_UNARY_H

#include "model/ops/util.h"

/* Fills table[x + 128] = f(x) for the scales of `in` and `out`. */
typedef int (*mote_lut_fn)(const mote_tensor_t *in, const mote_tensor_t *out,
                           int8_t table[256]);
int mote_lower_lut(mote_program_t *prog, int32_t node, mote_lut_fn fn);
/* The same with the values that `table` holds as long as the program lives. */
int mote_lower_table(mote_program_t *prog, int32_t node, const int8_t *table);

/* Rescales by `ratio` = in / out and clamps as the activation says. */
int mote_lut_clamp(const mote_tensor_t *in, const mote_tensor_t *out, int32_t act,
                   double ratio, int8_t table[256]);

#endif
