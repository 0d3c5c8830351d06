/* SPDX-License-Identifier: Apache-2.0
 * Packing for the kernels of runtime/nn/armv7em. */
#ifndef MOTE_MODEL_FAST_DSP_H
#define MOTE_MODEL_FAST_DSP_H

#include "model/fast.h"
#include "nn/armv7em/filter_dsp.h"
#include "nn/filter.h"

extern const mote_struct_t mote_struct_filter_dsp;

/* A filter bank of the reference: weight t of channel c is
 * f->weights[c * channel_step + t * tap_step]. */
typedef struct {
  const mote_filter_s8_t *f;
  int32_t taps, channels;
  int32_t channel_step, tap_step;
} mote_dsp_view_t;
/* Largest |sum| that channel c can reach, bias included. */
int64_t mote_dsp_reach(const mote_dsp_view_t *v, int32_t c);
/* Can mote_out_dsp round channel c, whose sums stay within `reach`? */
int mote_dsp_rounds(const mote_filter_s8_t *f, int32_t c, int64_t reach);
/* One multiplier and shift for all channels? */
int mote_dsp_one_scale(const mote_filter_s8_t *f, int32_t channels);

/* Multipliers, and shifts as mote_out_dsp wants them: one for all when they are equal. */
int mote_dsp_scales(mote_program_t *prog, const mote_filter_s8_t *f, int32_t channels,
                    mote_i32s_t *multiplier, mote_u8s_t *shift);

int mote_filter_dsp_fits(const mote_dsp_view_t *v);
size_t mote_filter_dsp_bytes(const mote_dsp_view_t *v);
/* A sum that mote_add_s8_dsp can make. */
int mote_dsp_fits_add(const mote_step_t *s);
/* Instructions for one pixel of a block of four, or alone. */
double mote_filter_dsp_cost(const mote_dsp_view_t *v, int block);
int mote_filter_dsp_pack(mote_program_t *prog, const mote_dsp_view_t *v,
                         mote_filter_dsp_t *out);

#endif
