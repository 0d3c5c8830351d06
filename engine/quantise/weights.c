/* SPDX-License-Identifier: Apache-2.0
 * Weights symmetric, biases on the accumulator's scale. Bias correction (Nagel et al.,
 * arXiv 1906.04721): what rounding the weights adds to a channel on average, sum of
 * (w - w_q) E[x], goes into its bias. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "quantise/internal.h"

int8_t mote_to_s8(double q, int32_t lo) {
  double r = q < 0 ? -floor(0.5 - q) : floor(q + 0.5);
  return (int8_t)(r < lo ? lo : r > 127 ? 127 : r);
}

/* One weight tensor on its way to int8. */
typedef struct {
  const mote_tensor_t *w, *bias; /* float; bias may be NULL */
  int32_t axis, channels;
  int64_t inner; /* weights from one index of `axis` to the next */
  float in_scale;
  float *scale;   /* [channels] */
  int8_t *q;
  int32_t *bias_q;
} filter_t;

static int32_t channel_of(const filter_t *f, int64_t i) {
  return (int32_t)(i / f->inner % f->channels);
}

/* Largest weight = 127; wide enough for the bias to fit 30 bits. */
static void weight_scales(filter_t *f, int per_tensor) {
  const float *w = f->w->data, *bias = f->bias ? f->bias->data : NULL;
  int64_t n = mote_dims_count(&f->w->dims);
  float top = 0;
  for (int64_t i = 0; i < n; i++) {
    float size = fabsf(w[i]), *s = &f->scale[channel_of(f, i)];
    if (size > *s) *s = size;
    if (size > top) top = size;
  }
  for (int32_t c = 0; c < f->channels; c++) {
    double s = (double)(per_tensor ? top : f->scale[c]) / 127.0;
    double least = bias ? fabs((double)bias[c]) / (double)f->in_scale / (1 << 30) : 0;
    if (s < least) s = least;
    f->scale[c] = s > 1e-30 ? (float)s : 1.0f;
  }
  for (int32_t c = 1; per_tensor && c < f->channels; c++)
    if (f->scale[c] > f->scale[0]) f->scale[0] = f->scale[c];
  for (int32_t c = 1; per_tensor && c < f->channels; c++) f->scale[c] = f->scale[0];
}

static void round_weights(filter_t *f) {
  const float *w = f->w->data;
  int64_t n = mote_dims_count(&f->w->dims);
  for (int64_t i = 0; i < n; i++)
    f->q[i] = mote_to_s8((double)w[i] / (double)f->scale[channel_of(f, i)], -127);
}

/* Mean of what weight i is multiplied with. */
static double mean_input(const mote_stat_t *s, int64_t slot, int64_t period) {
  double sum = 0;
  int64_t n = 0;
  for (int64_t k = slot; k < s->slots; k += period, n++) sum += (double)s->sum[k];
  return s->per_slot && n ? sum * s->unit / ((double)s->per_slot * (double)n) : 0;
}

/* sum of (w - w_q) E[x] per output channel. */
static int correction(const filter_t *f, const mote_stat_t *s, double *shift) {
  const float *w = f->w->data;
  int64_t n = mote_dims_count(&f->w->dims), last = f->w->dims.d[f->w->dims.rank - 1];
  int depthwise = f->axis == f->w->dims.rank - 1;
  int64_t period = depthwise ? s->channels : last;
  double *mean = mote_alloc((size_t)period, sizeof *mean);
  if (!mean) return MOTE_ERR_NOMEM;
  for (int64_t k = 0; k < period; k++) mean[k] = mean_input(s, k, period);
  for (int64_t i = 0; i < n; i++) {
    int32_t c = channel_of(f, i);
    int64_t slot = depthwise ? i % last / (last / period) : i % last;
    shift[c] += ((double)w[i] - (double)f->q[i] * (double)f->scale[c]) * mean[slot];
  }
  mote_free(mean);
  return MOTE_OK;
}

static int round_bias(filter_t *f, const mote_stat_t *s, int correct) {
  double *shift = mote_alloc((size_t)f->channels, sizeof *shift);
  if (!shift) return MOTE_ERR_NOMEM;
  int rc = correct ? correction(f, s, shift) : MOTE_OK;
  for (int32_t c = 0; rc >= 0 && c < f->channels; c++) {
    double b = f->bias ? (double)((const float *)f->bias->data)[c] : 0;
    double q = floor((b + shift[c]) / ((double)f->in_scale * (double)f->scale[c]) + 0.5);
    f->bias_q[c] = q < -2147483648.0  ? INT32_MIN
                   : q > 2147483647.0 ? INT32_MAX
                                      : (int32_t)q;
  }
  mote_free(shift);
  return rc;
}

/* An output of a transposed convolution sums over some of the filter only. */
static int every_weight_counts(const mote_node_t *n) {
  return strcmp(n->op->name, "transpose_conv2d") != 0;
}

static int filter_init(mote_build_t *b, const mote_node_t *n, filter_t *f) {
  const mote_graph_t *g = b->f32;
  f->w = &g->tensors[n->in[1]];
  f->bias = n->n_in > 2 && n->in[2] >= 0 ? &g->tensors[n->in[2]] : NULL;
  f->axis = n->op->weights_axis;
  f->channels = f->w->dims.d[f->axis];
  f->inner = 1;
  for (int32_t i = f->axis + 1; i < f->w->dims.rank; i++) f->inner *= f->w->dims.d[i];
  f->in_scale = b->ranges[n->in[0]].scale;
  f->scale = mote_arena_take(b->g->arena, (size_t)f->channels, sizeof *f->scale);
  f->bias_q = mote_arena_take(b->g->arena, (size_t)f->channels, sizeof *f->bias_q);
  f->q = mote_arena_take(b->g->arena, (size_t)mote_dims_count(&f->w->dims), 1);
  return f->scale && f->bias_q && f->q ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int add_bias(mote_build_t *b, const mote_node_t *n, const filter_t *f) {
  char name[256];
  mote_dims_t dims = MOTE_DIMS(f->channels);
  if (f->bias) snprintf(name, sizeof name, "%s", f->bias->name);
  else snprintf(name, sizeof name, "%s/bias", n->name);
  int i = mote_graph_tensor(b->g, name, MOTE_I32, &dims, f->bias_q);
  float *scale = mote_alloc((size_t)f->channels, sizeof *scale);
  if (i < 0 || !scale) {
    mote_free(scale);
    return i < 0 ? i : MOTE_ERR_NOMEM;
  }
  int one = b->opt->per_tensor;
  for (int32_t c = 0; c < f->channels; c++) scale[c] = f->scale[c] * f->in_scale;
  int rc = mote_graph_quant(b->g, i, one ? 1 : f->channels, 0, scale, NULL);
  mote_free(scale);
  return rc < 0 ? rc : i;
}

int mote_build_weights(mote_build_t *b, const mote_node_t *n, int32_t *in) {
  filter_t f;
  MOTE_TRY(filter_init(b, n, &f));
  weight_scales(&f, b->opt->per_tensor);
  round_weights(&f);
  int correct = b->opt->bias_correction && every_weight_counts(n);
  MOTE_TRY(round_bias(&f, &b->stats[n->in[0]], correct));
  in[1] = mote_graph_tensor(b->g, f.w->name, MOTE_I8, &f.w->dims, f.q);
  if (in[1] < 0) return in[1];
  MOTE_TRY(mote_graph_quant(b->g, in[1], b->opt->per_tensor ? 1 : f.channels, f.axis,
                            f.scale, NULL));
  in[2] = add_bias(b, n, &f);
  return in[2] < 0 ? in[2] : MOTE_OK;
}
