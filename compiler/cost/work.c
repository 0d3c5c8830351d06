/* SPDX-License-Identifier: Apache-2.0
 * Operation counts of textbook algorithms: a real FFT of n points takes 2.5 n log2 n, a
 * triangular filter bank touches every bin twice, a DCT is a matrix product. A block that
 * is not listed is charged by its values alone. */
#include "cost/work.h"

#include <math.h>
#include <string.h>

/* A parameter of the block by name, or `dflt` when it has none. */
static double param(const mote_dsp_t *d, const char *name, double dflt) {
  for (size_t i = 0; i < d->block->n_params; i++) {
    const mote_param_t *row = &d->block->params[i];
    const char *at = (const char *)d->cfg + row->offset;
    if (strcmp(row->name, name)) continue;
    if (row->kind == MOTE_P_FLOAT) return (double)*(const float *)(const void *)at;
    if (row->kind < MOTE_P_TEXT) return *(const int32_t *)(const void *)at;
  }
  return dflt;
}

static int is(const mote_dsp_t *d, const char *type) {
  return !strcmp(d->block->type, type);
}

static double fft_flops(double n) { return n > 1 ? 2.5 * n * log2(n) : 0; }

mote_work_t mote_work_frame(const mote_dsp_t *d) {
  double frame = d->shape.frame, fft = param(d, "fft_length", frame);
  double filters = param(d, "num_filters", d->shape.cols), cols = d->shape.cols;
  mote_work_t w = {.flops = 2 * frame + fft_flops(fft) + 1.5 * fft};
  if (is(d, "spectrogram")) {
    w.flops += 2 * cols, w.specials = cols;
    return w;
  }
  w.flops += 2 * fft, w.specials = filters;
  if (is(d, "mfcc")) w.flops += 2 * filters * cols;
  return w;
}

/* The sliding normalisation walks every column once with whole numbers, 33 operations a
 * step, and takes a root and a quotient per value: fitted to its count on Cortex-M4F. */
static mote_work_t sliding(const mote_dsp_t *d, double window) {
  double values = (double)d->shape.rows * d->shape.cols;
  double steps = d->shape.cols * (d->shape.rows + window);
  return (mote_work_t){.specials = 2 * values, .integers = 33 * steps + 40 * values};
}

mote_work_t mote_work_finish(const mote_dsp_t *d) {
  double window = param(d, "win_size", 0);
  if (window > 0 && d->shape.finish_scratch_bytes) return sliding(d, window);
  return (mote_work_t){.flops = 4.0 * d->shape.rows * d->shape.cols};
}

static mote_work_t spectral(const mote_dsp_t *d) {
  double n = d->signal.n, axes = d->signal.axes, fft = param(d, "fft_length", 16);
  double frames = fmax(1, floor(n / fft));
  double order = param(d, "filter_order", 0);
  double bins = d->features / (axes > 0 ? axes : 1);
  double per_axis = n * (12 + 4.5 * order) + frames * (fft_flops(fft) + 4 * fft);
  return (mote_work_t){.flops = axes * per_axis, .specials = axes * (bins + 4)};
}

mote_work_t mote_work_window(const mote_dsp_t *d) {
  double values = (double)d->signal.n * d->signal.axes;
  if (d->shape.frame) {
    mote_work_t f = mote_work_frame(d), e = mote_work_finish(d);
    return (mote_work_t){d->shape.rows * f.flops + e.flops,
                         d->shape.rows * f.specials + e.specials, e.integers};
  }
  if (is(d, "spectral_analysis")) return spectral(d);
  if (is(d, "raw")) return (mote_work_t){.flops = values};
  return (mote_work_t){.flops = 10 * values, .specials = d->features};
}
