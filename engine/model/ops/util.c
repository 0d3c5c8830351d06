/* SPDX-License-Identifier: Apache-2.0
 * Formulas of multipliers and clamp limits: TFLite's kernel_util and quantization_util.
 */
#include "model/ops/util.h"

#include <float.h>
#include <math.h>
#include <string.h>

#define W(m) MOTE_FIELD(mote_window_t, m, I32)
static const mote_field_t window_fields[] = {
    W(in_h), W(in_w), W(in_c), W(out_h), W(out_w), W(out_c), W(k_h), W(k_w), W(stride_h),
    W(stride_w), W(dilation_h), W(dilation_w), W(pad_top), W(pad_left)};
#undef W
const mote_struct_t mote_struct_window =
    MOTE_STRUCT(mote_window_t, "nn/window.h", window_fields);

#define S(m, k) MOTE_FIELD(mote_filter_s8_t, m, k)
static const mote_field_t filter_s8_fields[] = {
    S(in_offset, I32), S(out_offset, I32), S(min, I32),        S(max, I32),
    S(weights, I8S),   S(bias, I32S),      S(multiplier, I32S), S(shift, I8S)};
#undef S
const mote_struct_t mote_struct_filter_s8 =
    MOTE_STRUCT(mote_filter_s8_t, "nn/filter.h", filter_s8_fields);

#define H(m, k) MOTE_FIELD(mote_filter_s16_t, m, k)
static const mote_field_t filter_s16_fields[] = {
    H(wide, I32),  H(min, I32),         H(max, I32),  H(weights, I8S),
    H(bias, I32S), H(multiplier, I32S), H(shift, I8S)};
#undef H
const mote_struct_t mote_struct_filter_s16 =
    MOTE_STRUCT(mote_filter_s16_t, "nn/filter.h", filter_s16_fields);

#define F(m, k) MOTE_FIELD(mote_filter_f32_t, m, k)
static const mote_field_t filter_f32_fields[] = {F(min, F32), F(max, F32),
                                                 F(weights, F32S), F(bias, F32S)};
#undef F
const mote_struct_t mote_struct_filter_f32 =
    MOTE_STRUCT(mote_filter_f32_t, "nn/filter.h", filter_f32_fields);

int mote_want_real(const mote_tensor_t *t, const char *what) {
  if (t->dtype == MOTE_F32 || (t->dtype == MOTE_I8 && t->quant.n == 1)) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED,
                   "%s \"%s\" is %s with %d scales; it must be f32, or i8 with one",
                   what, t->name, mote_dtype_name(t->dtype), (int)t->quant.n);
}

/* Integers: one scale; int16 is symmetric. */
static int want_values(const mote_tensor_t *t, const mote_op_t *op, const char *what) {
  if (!mote_op_takes(op, t->dtype))
    return mote_fail(MOTE_ERR_UNSUPPORTED, "%s \"%s\" is %s, which this operator does "
                     "not take", what, t->name, mote_dtype_name(t->dtype));
  if (t->dtype == MOTE_F32 || t->dtype == MOTE_I32) return MOTE_OK;
  if (t->quant.n == 1 && (t->dtype != MOTE_I16 || t->quant.zero[0] == 0)) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "%s \"%s\" is %s with %d scales; it must have "
                   "one%s", what, t->name, mote_dtype_name(t->dtype), (int)t->quant.n,
                   t->dtype == MOTE_I16 ? ", and zero point 0" : "");
}

int mote_want_uniform(const mote_graph_t *g, const mote_node_t *n, int32_t inputs) {
  const mote_tensor_t *out = mote_node_out(g, n);
  MOTE_TRY(want_values(out, n->op, "output"));
  for (int32_t i = 0; i < inputs; i++) {
    const mote_tensor_t *t = mote_node_in(g, n, i);
    MOTE_TRY(want_values(t, n->op, "input"));
    if (t->dtype != out->dtype)
      return mote_fail(MOTE_ERR_UNSUPPORTED, "input \"%s\" is %s, the output is %s",
                       t->name, mote_dtype_name(t->dtype), mote_dtype_name(out->dtype));
  }
  return MOTE_OK;
}

int mote_want_same_scale(const mote_graph_t *g, const mote_node_t *n, int32_t i) {
  const mote_tensor_t *in = mote_node_in(g, n, i), *out = mote_node_out(g, n);
  if (out->dtype == MOTE_F32 || (mote_scale_of(in) == mote_scale_of(out) &&
                                 mote_zero_of(in) == mote_zero_of(out)))
    return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" and \"%s\" must have the same scale and "
                   "zero point", in->name, out->name);
}

static int want_weights(const mote_tensor_t *w, const mote_op_t *op, int32_t channels) {
  const mote_quant_t *q = &w->quant;
  if (w->dtype == MOTE_F32) return MOTE_OK;
  int ok = q->n == 1 || (q->n == channels && q->axis == op->weights_axis);
  for (int32_t i = 0; ok && i < q->n; i++) ok = q->zero[i] == 0;
  if (ok) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED,
                   "weights \"%s\" need zero point 0 and one scale, "
                   "or one per output channel",
                   w->name);
}

int mote_want_filter(const mote_graph_t *g, const mote_node_t *n, int32_t channels,
                     int64_t taps) {
  MOTE_TRY(mote_want_uniform(g, n, 1));
  const mote_tensor_t *w = mote_node_in(g, n, 1), *out = mote_node_out(g, n);
  int has_bias = n->n_in > 2 && n->in[2] >= 0;
  mote_dtype_t weights = out->dtype == MOTE_I16 ? MOTE_I8 : out->dtype;
  if (w->role != MOTE_ROLE_CONST || w->dtype != weights)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "weights \"%s\" must be constants of type %s",
                     w->name, mote_dtype_name(weights));
  MOTE_TRY(want_weights(w, n->op, channels));
  if (taps > MOTE_TAPS_LIMIT && out->dtype != MOTE_F32)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d products in one sum", MOTE_TAPS_LIMIT);
  if (!has_bias) return MOTE_OK;
  const mote_tensor_t *b = mote_node_in(g, n, 2);
  int fits = out->dtype == MOTE_F32 ? b->dtype == MOTE_F32
             : out->dtype == MOTE_I8 ? b->dtype == MOTE_I32
                                     : b->dtype == MOTE_I32 || b->dtype == MOTE_I64;
  if (b->role != MOTE_ROLE_CONST || mote_count(b) != channels || !fits)
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "bias \"%s\" must hold %d constants of type %s", b->name,
                     (int)channels, out->dtype == MOTE_F32 ? "f32" : "i32");
  return MOTE_OK;
}

int mote_resolve_axis(int32_t axis, int32_t rank) {
  int32_t at = axis < 0 ? axis + rank : axis;
  if (at >= 0 && at < rank) return at;
  return mote_fail(MOTE_ERR_PARAM, "axis %d of a tensor of rank %d", (int)axis,
                   (int)rank);
}

int mote_quantise_multiplier(double m, int32_t *multiplier, int32_t *shift) {
  int exponent = 31;
  int sound = m > 0.0 && m < 2147483648.0; /* a ratio of scales may be infinite */
  int64_t q = sound ? (int64_t)round(frexp(m, &exponent) * 2147483648.0) : 0;
  if (q == (int64_t)1 << 31) q /= 2, exponent++;
  if (exponent < -31) exponent = 0, q = 0;
  if (exponent > 30)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "the ratio of input and output scales, %g, is "
                     "out of range", m);
  *multiplier = (int32_t)q;
  *shift = exponent;
  return MOTE_OK;
}

void mote_activation_f32(int32_t act, float *lo, float *hi) {
  *lo = act == MOTE_ACT_NONE ? -FLT_MAX : act == MOTE_ACT_RELU_N1_TO_1 ? -1.0f : 0.0f;
  *hi = act == MOTE_ACT_RELU6           ? 6.0f
        : act == MOTE_ACT_RELU_N1_TO_1 ? 1.0f
                                        : FLT_MAX;
}

static int32_t limit(const mote_tensor_t *out, float real) {
  int32_t least = out->dtype == MOTE_I16 ? INT16_MIN : INT8_MIN;
  float q = roundf(real / mote_scale_of(out)) + (float)mote_zero_of(out);
  return q < (float)least ? least : q > (float)(-1 - least) ? -1 - least : (int32_t)q;
}

void mote_activation_s8(int32_t act, const mote_tensor_t *out, int32_t *lo, int32_t *hi) {
  float lowest, highest;
  mote_activation_f32(act, &lowest, &highest);
  *lo = limit(out, act == MOTE_ACT_NONE ? -INFINITY : lowest);
  *hi = limit(out, highest == FLT_MAX ? INFINITY : highest);
}

typedef struct { int32_t k, stride, dilation, before, after; } axis_t;

/* Output size and leading pad of one axis. */
static int axis_make(axis_t a, int32_t padding, int32_t in, int32_t *out, int32_t *pad) {
  if (a.k < 1 || a.stride < 1 || a.dilation < 1)
    return mote_fail(MOTE_ERR_PARAM, "kernel, stride and dilation must be at least 1");
  int64_t reach = (int64_t)(a.k - 1) * a.dilation + 1, total = 0;
  int64_t n = ((int64_t)in + a.stride - 1) / a.stride;
  *pad = 0;
  if (padding == MOTE_PAD_SAME) {
    total = (n - 1) * a.stride + reach - in;
    *pad = total > 0 ? (int32_t)(total / 2) : 0;
  } else {
    if (padding == MOTE_PAD_EXPLICIT)
      total = (int64_t)a.before + a.after, *pad = a.before;
    if (a.before < 0 || a.after < 0 || a.before >= reach || a.after >= reach)
      return mote_fail(MOTE_ERR_PARAM, "the padding must be smaller than the kernel");
    n = in + total < reach ? 0 : (in + total - reach) / a.stride + 1;
  }
  if (n < 1 || reach > MOTE_TENSOR_LIMIT)
    return mote_fail(MOTE_ERR_SIZE,
                     "the kernel reaches over %lld values, the input has %d; "
                     "pad it or use a smaller kernel",
                     (long long)reach, (int)in);
  *out = (int32_t)n;
  return MOTE_OK;
}

/* Steps that are never made: any size will do, a small one overflows nowhere. */
static void tame(int32_t k, int32_t out, int32_t in, int32_t *stride, int32_t *dilation) {
  if (k == 1) *dilation = 1;
  if (out == 1 && *stride > in) *stride = in;
}

int mote_window_make(const mote_window_attr_t *a, const mote_dims_t *in, int32_t k_h,
                     int32_t k_w, mote_window_t *w) {
  if (in->rank != 4 || in->d[0] != 1)
    return mote_fail(MOTE_ERR_SIZE, "the input must have dimensions [1][height][width]"
                     "[channels]");
  int explicit_pad = a->padding == MOTE_PAD_EXPLICIT;
  axis_t y = {k_h, a->stride_h, a->dilation_h, explicit_pad ? a->pad_top : 0,
              explicit_pad ? a->pad_bottom : 0};
  axis_t x = {k_w, a->stride_w, a->dilation_w, explicit_pad ? a->pad_left : 0,
              explicit_pad ? a->pad_right : 0};
  *w = (mote_window_t){.in_h = in->d[1], .in_w = in->d[2], .in_c = in->d[3],
                       .out_c = in->d[3], .k_h = k_h, .k_w = k_w,
                       .stride_h = a->stride_h, .stride_w = a->stride_w,
                       .dilation_h = a->dilation_h, .dilation_w = a->dilation_w};
  MOTE_TRY(axis_make(y, a->padding, w->in_h, &w->out_h, &w->pad_top));
  MOTE_TRY(axis_make(x, a->padding, w->in_w, &w->out_w, &w->pad_left));
  tame(k_h, w->out_h, w->in_h, &w->stride_h, &w->dilation_h);
  tame(k_w, w->out_w, w->in_w, &w->stride_w, &w->dilation_w);
  double down = (k_h - 1.0) * w->dilation_h + 1, across = (k_w - 1.0) * w->dilation_w + 1;
  if (down * (w->in_w + 2 * across) * w->in_c > (1 << 30))
    return mote_fail(MOTE_ERR_LIMIT, "the rows under the kernel hold more than 2^30 "
                     "values");
  return MOTE_OK;
}

static const mote_tensor_t *bias_of(const mote_graph_t *g, const mote_node_t *n) {
  return n->n_in > 2 && n->in[2] >= 0 ? mote_node_in(g, n, 2) : NULL;
}

static int32_t channels_of(const mote_graph_t *g, const mote_node_t *n) {
  return mote_node_in(g, n, 1)->dims.d[n->op->weights_axis];
}

static void *zeros(mote_program_t *prog, const mote_tensor_t *bias, int32_t n) {
  return bias ? bias->data : mote_arena_take(prog->arena, (size_t)n, 4);
}

int mote_fill_filter_f32(mote_program_t *prog, int32_t node, int32_t act,
                         mote_filter_f32_t *f) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *w = mote_node_in(g, n, 1);
  uint32_t c = (uint32_t)channels_of(g, n);
  mote_activation_f32(act, &f->min, &f->max);
  f->weights = (mote_f32s_t){w->data, (uint32_t)mote_count(w)};
  f->bias = (mote_f32s_t){zeros(prog, bias_of(g, n), (int32_t)c), c};
  return f->bias.p ? MOTE_OK : MOTE_ERR_NOMEM;
}

/* TFLite multiplies the scales as doubles, except for a dense layer with one weight
 * scale: there as floats. The last bit of the multiplier depends on it. */
static double product_scale(const mote_graph_t *g, const mote_node_t *n, int32_t c) {
  const mote_tensor_t *in = mote_node_in(g, n, 0), *w = mote_node_in(g, n, 1);
  float sw = w->quant.scale[w->quant.n == 1 ? 0 : c];
  if (w->quant.n == 1 && w->dims.rank == 2) return (double)(mote_scale_of(in) * sw);
  return (double)mote_scale_of(in) * (double)sw;
}

/* Multiplier and shift of every channel. */
static int fill_factors(mote_program_t *prog, int32_t node, mote_i32s_t *multiplier,
                        mote_i8s_t *shift) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  uint32_t c = (uint32_t)channels_of(g, n);
  int32_t *m = mote_arena_take(prog->arena, c, sizeof *m);
  int8_t *s = mote_arena_take(prog->arena, c, 1);
  if (!m || !s) return MOTE_ERR_NOMEM;
  for (uint32_t i = 0; i < c; i++) {
    int32_t wide;
    double factor =
        product_scale(g, n, (int32_t)i) / (double)mote_scale_of(mote_node_out(g, n));
    MOTE_TRY(mote_quantise_multiplier(factor, &m[i], &wide));
    s[i] = (int8_t)wide;
  }
  *multiplier = (mote_i32s_t){m, c};
  *shift = (mote_i8s_t){s, c};
  return MOTE_OK;
}

/* All weights of an output channel are zero: they are whole slices of the first or of the
 * last axis. */
static int is_empty(const mote_tensor_t *w, int32_t axis, int32_t c) {
  const int8_t *p = w->data;
  int32_t channels = w->dims.d[axis], taps = mote_count(w) / channels;
  int32_t step = axis == 0 ? 1 : channels;
  p += axis == 0 ? c * taps : c;
  for (int32_t i = 0; i < taps; i++)
    if (p[i * step]) return 0;
  return 1;
}

/* A channel without weights is a constant, whatever its factor. Passes and pruning leave
 * channels whose factor and bias are extreme; fast kernels should not have to mind: the
 * constant becomes a bias of four times its distance to the zero point, times 1/4. */
static int settle_constants(mote_program_t *prog, int32_t node, mote_filter_s8_t *f) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *w = mote_node_in(g, n, 1);
  int32_t *bias = NULL, *multiplier = (int32_t *)f->multiplier.p;
  int8_t *shift = (int8_t *)f->shift.p;
  for (int32_t c = 0; c < (int32_t)f->bias.n; c++) {
    if (!is_empty(w, n->op->weights_axis, c)) continue;
    if (!bias) {
      if (!(bias = mote_arena_take(prog->arena, f->bias.n, sizeof *bias)))
        return MOTE_ERR_NOMEM;
      memcpy(bias, f->bias.p, f->bias.n * sizeof *bias);
    }
    bias[c] = 4 * (mote_filter_out(f, c, 0) - f->out_offset);
    multiplier[c] = 1 << 30, shift[c] = -1;
  }
  if (bias) f->bias.p = bias;
  return MOTE_OK;
}

int mote_fill_filter_s8(mote_program_t *prog, int32_t node, int32_t act,
                        mote_filter_s8_t *f) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *w = mote_node_in(g, n, 1), *out = mote_node_out(g, n);
  uint32_t c = (uint32_t)channels_of(g, n);
  f->in_offset = -mote_zero_of(mote_node_in(g, n, 0));
  f->out_offset = mote_zero_of(out);
  mote_activation_s8(act, out, &f->min, &f->max);
  f->weights = (mote_i8s_t){w->data, (uint32_t)mote_count(w)};
  f->bias = (mote_i32s_t){zeros(prog, bias_of(g, n), (int32_t)c), c};
  if (!f->bias.p) return MOTE_ERR_NOMEM;
  MOTE_TRY(fill_factors(prog, node, &f->multiplier, &f->shift));
  return settle_constants(prog, node, f);
}

int mote_narrow_bias(mote_program_t *prog, const mote_tensor_t *bias, mote_i32s_t *out) {
  const int64_t *wide = bias->data;
  uint32_t c = (uint32_t)mote_count(bias);
  int32_t *narrow = mote_arena_take(prog->arena, c, sizeof *narrow);
  if (!narrow) return MOTE_ERR_NOMEM;
  for (uint32_t i = 0; i < c; i++) {
    if (wide[i] < INT32_MIN || wide[i] > INT32_MAX)
      return mote_fail(MOTE_ERR_UNSUPPORTED, "bias \"%s\" is beyond 32 bits", bias->name);
    narrow[i] = (int32_t)wide[i];
  }
  *out = (mote_i32s_t){narrow, c};
  return MOTE_OK;
}

int mote_fill_filter_s16(mote_program_t *prog, int32_t node, int32_t act,
                         mote_filter_s16_t *f) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *w = mote_node_in(g, n, 1), *bias = bias_of(g, n);
  uint32_t c = (uint32_t)channels_of(g, n);
  f->wide = !bias || bias->dtype == MOTE_I64 || n->op->weights_axis == 3;
  mote_activation_s8(act, mote_node_out(g, n), &f->min, &f->max);
  f->weights = (mote_i8s_t){w->data, (uint32_t)mote_count(w)};
  if (bias && bias->dtype == MOTE_I64) MOTE_TRY(mote_narrow_bias(prog, bias, &f->bias));
  else f->bias = (mote_i32s_t){zeros(prog, bias, (int32_t)c), c};
  if (!f->bias.p) return MOTE_ERR_NOMEM;
  MOTE_TRY(fill_factors(prog, node, &f->multiplier, &f->shift));
  for (uint32_t i = 0; i < c; i++)
    if (f->shift.p[i] > 7)
      return mote_fail(MOTE_ERR_UNSUPPORTED, "the ratio of input and output scales is "
                       "out of range");
  return MOTE_OK;
}

mote_step_t *mote_simple_step(mote_program_t *prog, int32_t node, const mote_kernel_t *k,
                              int32_t inputs) {
  const mote_node_t *n = &prog->graph->nodes[node];
  mote_step_t *s = mote_program_step(prog, node, k);
  if (!s) return NULL;
  s->n_in = inputs;
  s->n_out = 1;
  for (int32_t i = 0; i < inputs; i++) s->in[i] = n->in[i];
  s->out[0] = n->out[0];
  return s;
}

#define TRAITS(name, flags)                                                              \
  uint32_t mote_traits_##name(const mote_graph_t *g, const mote_node_t *n) {             \
    (void)g, (void)n;                                                                    \
    return flags;                                                                        \
  }
TRAITS(value, MOTE_EACH_VALUE | MOTE_EACH_CHANNEL)
TRAITS(window, MOTE_EACH_CHANNEL | MOTE_RISING)
TRAITS(moves, MOTE_MOVES)

/* A ratio of scales so large that requantisation wraps falls as well as it rises. */
uint32_t mote_traits_rise(const mote_graph_t *g, const mote_node_t *n) {
  const mote_quant_t *out = &mote_node_out(g, n)->quant;
  for (int32_t i = 0; i < n->n_in && out->n; i++) {
    const mote_quant_t *in = n->in[i] < 0 ? out : &mote_node_in(g, n, i)->quant;
    if (in->n && in->scale[0] >= 256.0f * out->scale[0]) return 0;
  }
  return MOTE_RISING;
}

uint32_t mote_traits_rising(const mote_graph_t *g, const mote_node_t *n) {
  return MOTE_EACH_VALUE | MOTE_EACH_CHANNEL | mote_traits_rise(g, n);
}
