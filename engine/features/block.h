/* SPDX-License-Identifier: Apache-2.0
 * A DSP block as the host sees it. The arithmetic is runtime/dsp/<block>.c, used
 * unchanged on the device; here is the row that ties it to parameters, shapes and the
 * emitter. One block = runtime/dsp/<block>.{c,h} + engine/features/blocks/<block>.c + a
 * row in engine/features/blocks.def. */
#ifndef MOTE_FEATURES_BLOCK_H
#define MOTE_FEATURES_BLOCK_H

#include "base/param.h"
#include "base/pool.h"
#include "base/reflect.h"

/* What a block is fed: one window, axes interleaved (a0,b0,c0,a1,...), float32. */
typedef struct {
  uint32_t n;     /* samples per axis in the window */
  uint32_t axes;  /* axes the block sees (after axis selection) */
  float hz;
  uint32_t width, height; /* image windows only: n = width * height, axes = channels */
} mote_signal_t;

/* What it gives: `rows` frames of `cols` values; flat blocks have rows == 1.
 * hop, frame: samples between frames and samples per frame (frame blocks), else 0. */
typedef struct {
  uint32_t rows, cols;
  uint32_t frame, hop;
  size_t scratch_bytes; /* for run and frame, 8-byte aligned */
  size_t finish_scratch_bytes; /* for finish alone, at most scratch_bytes */
  size_t state_bytes; /* carried from window to window (flatten's moving average), or 0 */
} mote_block_shape_t;

typedef struct mote_block mote_block_t;
struct mote_block {
  const char *type;  /* "mfcc", as in impulse.json and in golden cases */
  const char *title, *help;
  const mote_param_t *params;
  size_t n_params, cfg_bytes;
  size_t plan_bytes;
  const mote_struct_t *plan; /* fields of the plan struct, for the emitter */
  /* C name of the device function of `run`, "mote_flatten_run"; device functions have the
   * signatures below with their own plan type. */
  const char *run_fn;
  /* Runtime files an export needs, NULL-terminated: "dsp/mfcc.c", "dsp/rfft.c", ...
   * (headers follow includes). */
  const char *const *sources;

  /* Checks cfg against the signal; message names the parameter and the remedy. */
  int (*shape)(const void *cfg, const mote_signal_t *sig, mote_block_shape_t *out);
  /* Fills the plan; constant tables come from the pool (NULL pool memory: measure only).
   */
  int (*prepare)(const void *cfg, const mote_signal_t *sig, mote_pool_t *pool,
                 void *plan);
  /* One whole window -> rows*cols features. `x` [n][axes]; `prev` is the sample before
   * the window (frame blocks with pre-emphasis), NaN-free. `state` may be NULL if
   * state_bytes 0. */
  int (*run)(const void *plan, const float *x, float prev, float *out, void *scratch,
             void *state);
  /* Frame blocks (shape.frame > 0): `run` == one `frame` per row, then `finish`. This is
   * what makes streaming equal to batch: rows are kept in a ring, finish works on a copy.
   * x: `frame` samples, prev: the one before them. finish: raw rows -> features, in
   * place. */
  const char *frame_fn, *finish_fn; /* device names, or NULL */
  int (*frame)(const void *plan, const float *x, float prev, float *row, void *scratch);
  int (*finish)(const void *plan, float *rows, void *scratch);
  /* Names of the columns, for reports: fills text[64]. */
  void (*column_name)(const void *cfg, const mote_signal_t *sig, uint32_t row,
                      uint32_t col, char *text);
  /* NULL, or: the block as this cfg needs it. A block whose parameters choose between
   * different device code (spectral_analysis: FFT or wavelets) has one mote_block_t per
   * choice, with its own plan, run and sources, so that an export links only what it
   * uses. Params and cfg are the same; everything but them is valid only in the variant.
   */
  const mote_block_t *(*variant)(const void *cfg);
};

/* Call once after the cfg is read, and work with what it returns. Never NULL. */
static inline const mote_block_t *mote_block_variant(const mote_block_t *b,
                                                     const void *cfg) {
  return b->variant ? b->variant(cfg) : b;
}

extern const mote_block_t *const mote_blocks[]; /* NULL-terminated, order of blocks.def */
const mote_block_t *mote_block_find(const char *type); /* '-' and '_' are the same */

#endif
