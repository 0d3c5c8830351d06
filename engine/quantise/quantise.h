/* SPDX-License-Identifier: Apache-2.0
 * Post-training quantisation: a float32 graph and calibration inputs -> the int8 graph,
 * under TFLite's rules (weights symmetric per output channel, activations asymmetric per
 * tensor, bias int32 with scale in * weight, fixed scales behind softmax, logistic and
 * tanh). The result depends neither on the host nor on the number of threads. And back:
 * what a quantised graph stands for, as float32. */
#ifndef MOTE_QUANTISE_H
#define MOTE_QUANTISE_H

#include "model/op.h"

/* Calibration data: next(ctx, i, in) points in[] at the graph's inputs, packed float32,
 * for 0 <= i < n. Called from several threads at once; 100 to 1000 inputs are enough. */
typedef struct {
  int (*next)(void *ctx, size_t i, const void **in);
  void *ctx;
  size_t n;
} mote_calib_t;

/* How the range of an activation is chosen from its values. */
enum {
  MOTE_RANGE_BEST,       /* per tensor, the clipping with the least squared error */
  MOTE_RANGE_MINMAX,     /* all values */
  MOTE_RANGE_PERCENTILE  /* all but 1e-4 of the values at each end */
};

/* A range that is known beforehand (quantisation-aware training), by tensor name. */
typedef struct { const char *tensor; float lo, hi; } mote_range_given_t;

typedef struct {
  int method;          /* MOTE_RANGE_... */
  int bias_correction; /* shift each bias by the mean error of its channel */
  int equalise;        /* even out the channel ranges of neighbouring layers first */
  int per_tensor;      /* one scale per weight tensor instead of one per channel */
  int float_ends;      /* inputs and outputs stay float32 */
  const mote_range_given_t *ranges;
  size_t n_ranges;
} mote_ptq_options_t;

/* MOTE_RANGE_BEST, bias correction, equalisation where it pays. */
mote_ptq_options_t mote_ptq_defaults(void);

/* One row per node: its output in the int8 graph against the float graph on the
 * calibration data, with all errors of the layers before it. */
typedef struct {
  char tensor[64];  /* name of the output */
  char op[32];
  const char *type; /* "i8"; "f32" where the operator has no int8 form */
  float lo, hi;     /* what the int8 tensor can represent */
  float seen_lo, seen_hi; /* what the float graph produced */
  float scale;
  int32_t zero;
  double snr_db;    /* 10 log10(signal power / error power); 200 when there is no error */
  double max_error; /* largest absolute error */
} mote_quant_row_t;

typedef struct {
  mote_quant_row_t *rows; /* in node order; free with mote_quant_report_free */
  size_t n_rows;
  double out_snr_db; /* the worst output of the graph */
  int equalised, bias_corrected;
} mote_quant_report_t;

/* `report` may be NULL. The int8 graph is new (mote_graph_free); inputs and outputs are
 * int8 and carry scale and zero point; tensor names and meta are those of `f32`. What has
 * no int8 form (an operator, whole numbers, a state) stays as it is. */
int mote_quantise(const mote_graph_t *f32, const mote_calib_t *data,
                  const mote_ptq_options_t *opt, mote_graph_t **out,
                  mote_quant_report_t *report);
void mote_quant_report_free(mote_quant_report_t *r);
json_t *mote_quant_report_json(const mote_quant_report_t *r);

/* The float32 graph that a quantised one stands for: what has a scale becomes float32,
 * nodes that only convert between scales or types go away. Names, inputs and outputs,
 * attributes and meta stay, and so do whole numbers without a scale; a float graph comes
 * out equal. A range also clamps what is outside of it; that is no part of the network
 * and is left out, except that int8 which begins at 0 behind an operator with a fused
 * activation is a ReLU (a ReLU6 up to 6): quantisers drop these for the range. A bias
 * beside weights is on the scale of the sums, as in the kernels; others are on their own.
 * MOTE_ERR_UNSUPPORTED names a node that has no float form (lookup), or works on numbers
 * without their scale (cast). `q` is one that mote_graph_check accepts. */
int mote_dequantise(const mote_graph_t *q, mote_graph_t **out);

/* Runs an int8 graph on float inputs: quantise, run, dequantise. `out` gets the first
 * output as float32. For evaluation; a float graph is run as it is. */
int mote_quantised_run(mote_exec_t *e, const mote_graph_t *g, const float *in,
                       float *out);

#endif
