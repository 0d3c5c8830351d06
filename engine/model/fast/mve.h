/* SPDX-License-Identifier: Apache-2.0
 * Packing for the kernels of runtime/nn/mve. */
#ifndef MOTE_MODEL_FAST_MVE_H
#define MOTE_MODEL_FAST_MVE_H

#include "model/fast/vectors.h"
#include "nn/mve/lines.h"

extern const mote_struct_t mote_struct_window_mve, mote_struct_filter_mve;

/* Weight of channel c (empty ones are 0) and tap t in the order of a stored window. */
int32_t mote_mve_weight(const mote_bank_t *b, int32_t turned, int32_t c, int32_t t);

/* Words of a table being filled. */
typedef struct { int32_t *at; } mote_mve_words_t;
void mote_mve_put_vector(mote_mve_words_t *w, const int8_t vector[16]);

/* Everything of `f` but the stream. */
void mote_mve_fill(const mote_bank_t *b, mote_filter_mve_t *f);

/* Lines of output for which all lines of the input may be stored at once. */
int32_t mote_mve_band(const mve_view_t *v);
/* May the output be written over the input while its lines are stored? */
int mote_mve_in_place(const mote_window_t *g, int32_t turned, int32_t band);

#endif
