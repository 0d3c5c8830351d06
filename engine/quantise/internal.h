/* SPDX-License-Identifier: Apache-2.0
 * Steps of mote_quantise: calibrate -> (equalise, calibrate again) -> choose -> build ->
 * measure. Everything that is summed over threads is an integer, or is kept per input and
 * summed in order: the result does not depend on the number of threads. */
#ifndef MOTE_QUANTISE_INTERNAL_H
#define MOTE_QUANTISE_INTERNAL_H

#include "quantise/quantise.h"

#define MOTE_BINS 2048

/* What calibration saw of one tensor. */
typedef struct {
  float lo, hi;
  uint64_t *bins;   /* [MOTE_BINS] over [lo, hi] */
  float *peak;      /* [channels]: largest |x| per index of the last axis */
  int32_t channels;
  int64_t *sum; /* [slots], in units of `unit`; slots: every element where a dense layer
                   reads the tensor, else its channels */
  int32_t slots;
  double unit;
  uint64_t per_slot; /* values in each sum */
} mote_stat_t;

/* Runs the float graph over the data; [n_tensors], all in the arena. */
int mote_calibrate(const mote_graph_t *g, const mote_calib_t *data, mote_arena_t *a,
                   mote_stat_t **out);

/* Scale and zero point of every activation; [n_tensors]. */
typedef struct {
  float lo, hi, scale;
  int32_t zero;
  int fixed; /* by the operator: softmax ... */
  int given; /* by the caller: outweighs what was measured */
} mote_range_t;
int mote_choose_ranges(const mote_graph_t *g, const mote_stat_t *stats,
                       const mote_ptq_options_t *opt, mote_range_t *out);
/* Scale and zero point of [lo, hi], widened so that 0 is exact. */
void mote_range_finish(mote_range_t *r);

/* Moves factors 2^k between neighbouring layers in place: the float function keeps its
 * bits. Returns how many pairs changed. */
int mote_equalise(mote_graph_t *g, const mote_stat_t *stats);

/* Tensors of the int8 graph that hold one of the float graph, -1: none yet. */
typedef struct { int32_t int8, plain, first; } mote_twin_t;
/* The int8 graph under construction. */
typedef struct {
  const mote_graph_t *f32;
  const mote_stat_t *stats;
  const mote_range_t *ranges;
  const mote_ptq_options_t *opt;
  mote_twin_t *twin; /* [tensors of f32], filled by mote_build_int8 */
  mote_graph_t *g;   /* made by mote_build_int8 */
} mote_build_t;
int mote_build_int8(mote_build_t *b);
/* Weights and bias of node n as tensors in[1] and in[2] of g. */
int mote_build_weights(mote_build_t *b, const mote_node_t *n, int32_t *in);
/* The nearest int8, halves away from zero, at least lo. */
int8_t mote_to_s8(double q, int32_t lo);

/* Compares the two graphs layer by layer over the data. */
int mote_measure(const mote_build_t *b, const mote_calib_t *data,
                 mote_quant_report_t *report);

#endif
