/* SPDX-License-Identifier: Apache-2.0
 * One DSP case: a JSON object {block, version, params, sample_rate, axes, input} run
 * through one block. `mote dsp` prints the result; the golden tests compare it. */
#ifndef MOTE_FEATURES_DSP_CASE_H
#define MOTE_FEATURES_DSP_CASE_H

#include <jansson.h>
#include <stddef.h>

typedef struct {
  float *p; /* mote_free */
  size_t n;
} mote_case_out_t;

/* Runs the case. Beside the block's own parameters, `params` may hold
 *   window_samples          input is several windows for one stateful instance;
 *   width, height           of an image;
 *   slices, slices_per_window   input arrives in equal slices; one result per slice from
 *                           the first full window on (frame blocks).
 * The sample before the window is the last one of the window (circular), as in the
 * reference implementations; with slices it is carried along the stream.
 * MOTE_ERR_USAGE for an unknown block or parameter, MOTE_ERR_FORMAT for a broken case. */
int mote_dsp_case_run(json_t *root, mote_case_out_t *out);

/* Types that are not feature blocks: rows of engine/features/dsp_case.def. */
typedef int (*mote_case_fn)(json_t *root, mote_case_out_t *out);

/* Member `name` as floats in mote_alloc memory, for case runners. */
int mote_case_floats(json_t *root, const char *name, mote_case_out_t *out);

#endif
