/* SPDX-License-Identifier: Apache-2.0
 * Writes the int8 graph: activations by the chosen ranges, weights symmetric, biases on
 * the accumulator's scale. Bias correction (Nagel et al., arXiv 1906.04721): what
 * rounding the weights adds to a channel on average, sum of (w - w_q) E[x], goes into its
 * bias. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "quantise/internal.h"

typedef struct {
  const mote_graph_t *f32;
  const mote_stat_t *stats;
  const mote_range_t *ranges;
  const mote_ptq_options_t *opt;
  mote_graph_t *g;
  int32_t *index; /* value tensor of f32 -> tensor of g, -1: not yet there */
} build_t;

static int8_t to_s8(double q, int32_t lo) {
  double r = q < 0 ? -floor(0.5 - q) : floor(q + 0.5);
  return (int8_t)(r < lo ? lo : r > 127 ? 127 : r);
}

/* Whole numbers that an operator makes of values: they have no scale. */
static int made_by_quant_none(const mote_graph_t *g, int32_t t) {
  for (int32_t i = 0; i < g->n_nodes; i++)
    if (g->nodes[i].out[0] == t) return g->nodes[i].op->quant == MOTE_QUANT_NONE;
  return 0;
}

static int value(build_t *b, int32_t t) {
  if (b->index[t] >= 0) return b->index[t];
  const mote_tensor_t *x = &b->f32->tensors[t];
  const mote_range_t *r = &b->ranges[t];
  if (x->dtype == MOTE_I32 && made_by_quant_none(b->f32, t)) {
    int whole = mote_graph_tensor(b->g, x->name, x->dtype, &x->dims, NULL);
    return whole < 0 ? whole : (b->index[t] = whole);
  }
  if (x->dtype != MOTE_F32)
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "tensor \"%s\" is %s; only float32 graphs can be quantised",
                     x->name, mote_dtype_name(x->dtype));
  int i = mote_graph_tensor(b->g, x->name, MOTE_I8, &x->dims, NULL);
  if (i < 0) return i;
  MOTE_TRY(mote_graph_quant(b->g, i, 1, 0, &r->scale, &r->zero));
  return b->index[t] = i;
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
    f->q[i] = to_s8((double)w[i] / (double)f->scale[channel_of(f, i)], -127);
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

static int filter_init(build_t *b, const mote_node_t *n, filter_t *f) {
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

static int add_bias(build_t *b, const mote_node_t *n, const filter_t *f) {
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

/* Weights and bias of node n as tensors in[1] and in[2]. */
static int weights(build_t *b, const mote_node_t *n, int32_t *in) {
  filter_t f;
  MOTE_TRY(filter_init(b, n, &f));
  weight_scales(&f, b->opt->per_tensor);
  round_weights(&f);
  MOTE_TRY(round_bias(&f, &b->stats[n->in[0]], b->opt->bias_correction));
  in[1] = mote_graph_tensor(b->g, f.w->name, MOTE_I8, &f.w->dims, f.q);
  if (in[1] < 0) return in[1];
  MOTE_TRY(mote_graph_quant(b->g, in[1], b->opt->per_tensor ? 1 : f.channels, f.axis,
                            f.scale, NULL));
  in[2] = add_bias(b, n, &f);
  return in[2] < 0 ? in[2] : MOTE_OK;
}

/* Constant input i of an operator of values: on the output's scale where all share one,
 * a float table as it is, else on a scale of its own. */
static int constant(build_t *b, const mote_node_t *node, int32_t input) {
  const mote_tensor_t *x = &b->f32->tensors[node->in[input]];
  const float *v = x->data;
  int64_t n = mote_dims_count(&x->dims);
  mote_range_t r = {0};
  if (x->dtype != MOTE_F32)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "constant \"%s\" is %s", x->name,
                     mote_dtype_name(x->dtype));
  if (node->op->float_in >> input & 1)
    return mote_graph_tensor(b->g, x->name, MOTE_F32, &x->dims, v);
  for (int64_t i = 0; i < n; i++) {
    if (!isfinite(v[i]))
      return mote_fail(MOTE_ERR_NUMERIC, "\"%s\" is not finite", x->name);
    r.lo = fminf(r.lo, v[i]), r.hi = fmaxf(r.hi, v[i]);
  }
  mote_range_finish(&r);
  if (node->op->quant == MOTE_QUANT_SAME) r = b->ranges[node->out[0]];
  int8_t *q = mote_arena_take(b->g->arena, (size_t)n, 1);
  if (!q) return MOTE_ERR_NOMEM;
  for (int64_t i = 0; i < n; i++)
    q[i] = to_s8((double)v[i] / (double)r.scale + r.zero, -128);
  int at = mote_graph_tensor(b->g, x->name, MOTE_I8, &x->dims, q);
  if (at < 0) return at;
  MOTE_TRY(mote_graph_quant(b->g, at, 1, 0, &r.scale, &r.zero));
  return at;
}

/* An operator that keeps the scale needs its input on the output's: a quantize before it.
 */
static int matched(build_t *b, const mote_node_t *n, int32_t from, int32_t out) {
  const mote_range_t *have = &b->ranges[from], *want = &b->ranges[n->out[0]];
  if (n->op->quant != MOTE_QUANT_SAME ||
      (have->scale == want->scale && have->zero == want->zero))
    return out;
  char name[256];
  snprintf(name, sizeof name, "%s/rescaled", b->f32->tensors[from].name);
  int32_t in = out;
  int32_t y = mote_graph_tensor(b->g, name, MOTE_I8, &b->f32->tensors[from].dims, NULL);
  if (y < 0) return y;
  MOTE_TRY(mote_graph_quant(b->g, y, 1, 0, &want->scale, &want->zero));
  mote_node_spec_t spec = {"quantize", name, &in, 1, &y, 1, NULL};
  MOTE_TRY(mote_graph_node(b->g, &spec));
  return y;
}

static int build_node(build_t *b, const mote_node_t *n) {
  int32_t in[MOTE_NODE_IO_MAX], out[MOTE_NODE_IO_MAX], n_in = n->n_in;
  int weighted = n->op->weights_axis >= 0;
  for (int32_t i = 0; i < n_in && !(weighted && i); i++) {
    if ((in[i] = n->in[i]) < 0) continue;
    int is_const = b->f32->tensors[n->in[i]].role == MOTE_ROLE_CONST;
    in[i] = is_const ? constant(b, n, i) : value(b, n->in[i]);
    if (in[i] >= 0 && !is_const) in[i] = matched(b, n, n->in[i], in[i]);
    if (in[i] < 0) return in[i];
  }
  if (weighted) {
    MOTE_TRY(weights(b, n, in));
    n_in = 3;
  }
  for (int32_t i = 0; i < n->n_out; i++)
    if ((out[i] = value(b, n->out[i])) < 0) return out[i];
  mote_node_spec_t spec = {n->op->name, n->name, in, n_in, out, n->n_out, n->attr};
  return mote_graph_node(b->g, &spec);
}

static int build_all(build_t *b) {
  const mote_graph_t *f = b->f32;
  for (int32_t t = 0; t < f->n_tensors; t++) b->index[t] = -1;
  b->g->n_inputs = f->n_inputs, b->g->n_outputs = f->n_outputs;
  for (int32_t i = 0; i < f->n_inputs; i++)
    if ((b->g->inputs[i] = value(b, f->inputs[i])) < 0) return b->g->inputs[i];
  for (int32_t i = 0; i < f->n_nodes; i++) {
    int rc = build_node(b, &f->nodes[i]);
    if (rc < 0) return mote_context(rc, "quantising \"%s\"", f->nodes[i].name);
  }
  for (int32_t i = 0; i < f->n_outputs; i++)
    if ((b->g->outputs[i] = value(b, f->outputs[i])) < 0) return b->g->outputs[i];
  if (f->meta) b->g->meta = json_deep_copy(f->meta);
  return mote_graph_check(b->g);
}

int mote_build_int8(const mote_graph_t *f32, const mote_stat_t *stats,
                    const mote_range_t *ranges, const mote_ptq_options_t *opt,
                    mote_graph_t **out) {
  build_t b = {f32, stats, ranges, opt, mote_graph_new(),
               mote_alloc((size_t)f32->n_tensors, sizeof(int32_t))};
  int rc = b.g && b.index ? build_all(&b) : MOTE_ERR_NOMEM;
  mote_free(b.index);
  if (rc < 0) mote_graph_free(b.g);
  else *out = b.g;
  return rc < 0 ? rc : MOTE_OK;
}
