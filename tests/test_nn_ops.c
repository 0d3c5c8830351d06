/* SPDX-License-Identifier: Apache-2.0
 * Every operator over random shapes, float32 and int8, against a naive evaluation in
 * double precision on the real numbers the int8 values stand for. Float: 2e-5 relative;
 * int8: at most the stated fraction of a step beyond rounding. */
#include "nn_check.h"

#define ROUNDS 150
/* Where the first window begins, by the definition of the padding. */
static int32_t origin(int32_t padding, int32_t pad, int32_t in, int32_t out,
                      int32_t stride, int32_t reach) {
  int32_t total = (out - 1) * stride + reach - in;
  if (padding == MOTE_PAD_VALID) return 0;
  if (padding == MOTE_PAD_EXPLICIT) return -pad;
  return total > 0 ? -(total / 2) : 0;
}

typedef struct {
  int32_t y0, x0;
  const int32_t *in, *out;
  const mote_window_attr_t *a;
} geo_t;

static geo_t geometry(const lab_t *l, int32_t kh, int32_t kw) {
  const mote_node_t *n = &l->g->nodes[0];
  const mote_window_attr_t *a = n->attr;
  geo_t g = {0, 0, l->g->tensors[n->in[0]].dims.d, l->g->tensors[n->out[0]].dims.d, a};
  g.y0 = origin(a->padding, a->pad_top, g.in[1], g.out[1], a->stride_h,
                (kh - 1) * a->dilation_h + 1);
  g.x0 = origin(a->padding, a->pad_left, g.in[2], g.out[2], a->stride_w,
                (kw - 1) * a->dilation_w + 1);
  return g;
}

static int inside(const geo_t *g, int32_t y, int32_t x) {
  return y >= 0 && y < g->in[1] && x >= 0 && x < g->in[2];
}

static double bias_real(const lab_t *l, const mote_node_t *n, double *const *in,
                        int32_t c) {
  if (n->n_in < 3) return 0;
  const mote_tensor_t *x = &l->g->tensors[n->in[0]];
  double s = l->i8 ? (double)x->quant.scale[0] : 1.0;
  return in[2][c] * s * weight_scale(&l->g->tensors[n->in[1]], c);
}

static void naive_conv(const lab_t *l, double *const *in, double *want) {
  const mote_node_t *n = &l->g->nodes[0];
  const mote_tensor_t *w = &l->g->tensors[n->in[1]];
  int depthwise = n->op->weights_axis == 3;
  int32_t kh = w->dims.d[1], kw = w->dims.d[2], many = depthwise ? 1 : w->dims.d[3];
  geo_t g = geometry(l, kh, kw);
  int32_t ic = g.in[3], oc = g.out[3];
  for (int32_t o = 0; o < g.out[1] * g.out[2] * oc; o++) {
    int32_t c = o % oc, x = o / oc % g.out[2], y = o / oc / g.out[2];
    double sum = 0;
    for (int32_t k = 0; k < kh * kw * many; k++) {
      int32_t i = k % many, kx = k / many % kw, ky = k / many / kw;
      int32_t iy = g.y0 + y * g.a->stride_h + ky * g.a->dilation_h;
      int32_t ix = g.x0 + x * g.a->stride_w + kx * g.a->dilation_w;
      if (!inside(&g, iy, ix)) continue;
      int32_t from = depthwise ? c / (oc / ic) : i;
      int32_t at =
          depthwise ? (ky * kw + kx) * oc + c : ((c * kh + ky) * kw + kx) * ic + i;
      sum += in[0][(iy * g.in[2] + ix) * ic + from] * in[1][at];
    }
    want[o] = clip(sum * weight_scale(w, c) + bias_real(l, n, in, c), g.a->activation);
  }
}

static void conv(int depthwise, int i8) {
  for (uint64_t seed = 0; seed < ROUNDS; seed++) {
    lab_t l = lab(seed, i8);
    int32_t kh = pick(&l, 1, 4), kw = pick(&l, 1, 4), ic = pick(&l, 1, 7);
    int32_t oc = depthwise ? ic * pick(&l, 1, 3) : pick(&l, 1, 9);
    mote_window_attr_t a = random_window(&l, kh, kw, 0);
    int32_t h = pick(&l, 8, 12), w = pick(&l, 10, 14);
    int32_t x = value(&l, MOTE_DIMS(1, h, w, ic), 1, 0, 0);
    int32_t in[3] = {x,
                     depthwise ? weights(&l, MOTE_DIMS(1, kh, kw, oc), 3)
                               : weights(&l, MOTE_DIMS(oc, kh, kw, ic), 0),
                     bias(&l, oc)};
    int32_t y = value(&l, MOTE_DIMS(1), 0, 0, 0);
    node(&l, depthwise ? "depthwise_conv2d" : "conv2d", in, pick(&l, 2, 3), y, &a);
    check(&l, naive_conv, TWICE);
    free_lab(&l);
  }
}

static void conv2d(void **s) {
  (void)s;
  conv(0, 0), conv(0, 1);
}
static void depthwise_conv2d(void **s) {
  (void)s;
  conv(1, 0), conv(1, 1);
}

static void naive_dense(const lab_t *l, double *const *in, double *want) {
  const mote_node_t *n = &l->g->nodes[0];
  const mote_tensor_t *w = &l->g->tensors[n->in[1]];
  const mote_dense_attr_t *a = n->attr;
  int32_t oc = w->dims.d[0], ic = w->dims.d[1];
  int64_t total = mote_dims_count(&l->g->tensors[n->out[0]].dims);
  for (int64_t o = 0; o < total; o++) {
    double sum = 0;
    for (int32_t i = 0; i < ic; i++)
      sum += in[0][o / oc * ic + i] * in[1][o % oc * ic + i];
    int32_t c = (int32_t)(o % oc);
    want[o] = clip(sum * weight_scale(w, c) + bias_real(l, n, in, c), a->activation);
  }
}

static void dense(void **s) {
  (void)s;
  for (uint64_t seed = 0; seed < 2 * ROUNDS; seed++) {
    lab_t l = lab(seed, seed & 1);
    int32_t ic = pick(&l, 1, 40), oc = pick(&l, 1, 12), rows = pick(&l, 1, 3);
    mote_dense_attr_t a = {pick(&l, 0, 3), pick(&l, 0, 1)};
    int32_t in[3] = {value(&l, MOTE_DIMS(1, rows, ic), 1, 0, 0),
                     weights(&l, MOTE_DIMS(oc, ic), 0), bias(&l, oc)};
    node(&l, "dense", in, pick(&l, 2, 3), value(&l, MOTE_DIMS(1), 0, 0, 0), &a);
    assert_int_equal(l.g->tensors[l.g->outputs[0]].dims.rank, a.keep_dims ? 3 : 2);
    check(&l, naive_dense, TWICE);
    free_lab(&l);
  }
}

static void naive_pool(const lab_t *l, double *const *in, double *want) {
  const mote_node_t *n = &l->g->nodes[0];
  const mote_window_attr_t *a = n->attr;
  geo_t g = geometry(l, a->kernel_h, a->kernel_w);
  int max = n->op->name[0] == 'm';
  for (int32_t o = 0; o < g.out[1] * g.out[2] * g.out[3]; o++) {
    int32_t c = o % g.out[3], x = o / g.out[3] % g.out[2], y = o / g.out[3] / g.out[2];
    double sum = 0, top = -INFINITY, count = 0;
    for (int32_t k = 0; k < a->kernel_h * a->kernel_w; k++) {
      int32_t iy = g.y0 + y * a->stride_h + k / a->kernel_w;
      int32_t ix = g.x0 + x * a->stride_w + k % a->kernel_w;
      if (!inside(&g, iy, ix)) continue;
      double v = in[0][(iy * g.in[2] + ix) * g.in[3] + c];
      sum += v, top = fmax(top, v), count++;
    }
    want[o] = clip(max ? top : sum / count, a->activation);
  }
}

static void pools(void **s) {
  (void)s;
  for (uint64_t seed = 0; seed < 4 * ROUNDS; seed++) {
    lab_t l = lab(seed, seed & 1);
    float scale = a_scale(&l);
    int32_t zero = pick(&l, -60, 60), x, kh = pick(&l, 1, 4), kw = pick(&l, 1, 4);
    mote_window_attr_t a = random_window(&l, kh, kw, 1);
    x = value(&l, MOTE_DIMS(1, pick(&l, 4, 9), pick(&l, 4, 9), pick(&l, 1, 5)), 1, scale,
              zero);
    node(&l, seed & 2 ? "max_pool2d" : "average_pool2d", &x, 1,
         value(&l, MOTE_DIMS(1), 0, scale, zero), &a);
    check(&l, naive_pool, 1e-3);
    free_lab(&l);
  }
}

static void naive_concat(const lab_t *l, double *const *in, double *want) {
  const mote_node_t *n = &l->g->nodes[0];
  const mote_concat_attr_t *a = n->attr;
  const mote_dims_t *out = &l->g->tensors[n->out[0]].dims;
  int64_t inner = 1, at = 0;
  for (int32_t i = a->axis + 1; i < out->rank; i++) inner *= out->d[i];
  for (int32_t k = 0; k < n->n_in; k++) {
    const mote_dims_t *d = &l->g->tensors[n->in[k]].dims;
    int64_t row = inner * d->d[a->axis], total = mote_dims_count(d);
    for (int64_t i = 0; i < total; i++)
      want[i / row * inner * out->d[a->axis] + at + i % row] = in[k][i];
    at += row;
  }
}

static void concat(void **s) {
  (void)s;
  for (uint64_t seed = 0; seed < ROUNDS; seed++) {
    lab_t l = lab(seed, seed & 1);
    int32_t in[3], axis = pick(&l, 0, 3), n = pick(&l, 1, 3);
    mote_dims_t d = MOTE_DIMS(2, pick(&l, 1, 4), pick(&l, 1, 4), pick(&l, 1, 4));
    for (int32_t i = 0; i < n; i++) {
      d.d[axis] = pick(&l, 1, 4);
      in[i] = value(&l, d, 1, 0.02f, 4);
    }
    node(&l, "concat", in, n, value(&l, MOTE_DIMS(1), 0, 0.02f, 4),
         &(mote_concat_attr_t){axis});
    check(&l, naive_concat, 1e-3);
    free_lab(&l);
  }
}

static void naive_pad(const lab_t *l, double *const *in, double *want) {
  const mote_pad_attr_t *a = l->g->nodes[0].attr;
  const int32_t *d = l->g->tensors[l->g->nodes[0].in[0]].dims.d;
  const int32_t *o = l->g->tensors[l->g->nodes[0].out[0]].dims.d;
  for (int32_t i = 0; i < o[0] * o[1] * o[2] * o[3]; i++) {
    int32_t c = i % o[3] - a->front, x = i / o[3] % o[2] - a->left;
    int32_t y = i / o[3] / o[2] % o[1] - a->top, b = i / o[3] / o[2] / o[1];
    int hit = c >= 0 && c < d[3] && x >= 0 && x < d[2] && y >= 0 && y < d[1];
    want[i] = hit ? in[0][((b * d[1] + y) * d[2] + x) * d[3] + c] : (double)a->value;
  }
}

static void pad(void **s) {
  (void)s;
  for (uint64_t seed = 0; seed < ROUNDS; seed++) {
    lab_t l = lab(seed, seed & 1);
    mote_pad_attr_t a = {.top = pick(&l, 0, 2), .bottom = pick(&l, 0, 2),
                         .left = pick(&l, 0, 2), .right = pick(&l, 0, 2),
                         .front = pick(&l, 0, 2), .back = pick(&l, 0, 2),
                         .value = 0.5f * (float)pick(&l, -1, 1)};
    int32_t x = value(&l, MOTE_DIMS(2, 3, pick(&l, 1, 4), pick(&l, 1, 4)), 1, 0.02f, -7);
    node(&l, "pad", &x, 1, value(&l, MOTE_DIMS(1), 0, 0.02f, -7), &a);
    check(&l, naive_pad, 1e-3);
    free_lab(&l);
  }
}

static void naive_unary(const lab_t *l, double *const *in, double *want) {
  const char *op = l->g->nodes[0].op->name;
  int64_t n = mote_dims_count(&l->g->tensors[l->g->nodes[0].in[0]].dims);
  for (int64_t i = 0; i < n; i++) {
    double x = in[0][i];
    want[i] = !strcmp(op, "relu")       ? fmax(x, 0)
              : !strcmp(op, "relu6")    ? fmin(fmax(x, 0), 6)
              : !strcmp(op, "logistic") ? 1 / (1 + exp(-x))
              : !strcmp(op, "tanh")     ? tanh(x)
                                        : x;
  }
}

static void unary(void **s) {
  (void)s;
  static const struct {
    const char *op;
    float scale;
    int32_t zero;
    double slack;
  } rows[] = {{"relu", 0, 0, TWICE},
              {"relu6", 0, 0, TWICE},
              {"logistic", 1.0f / 256, -128, 0.02},
              {"tanh", 1.0f / 128, 0, 0.02},
              {"quantize", 0, 0, TWICE}};
  for (size_t k = 0; k < 5; k++)
    for (uint64_t seed = 0; seed < 40; seed++) {
      lab_t l = lab(seed, k == 4 || (seed & 1));
      int32_t x = value(&l, MOTE_DIMS(1, 300), 1, 0, 0);
      node(&l, rows[k].op, &x, 1, value(&l, MOTE_DIMS(1), 0, rows[k].scale, rows[k].zero),
           NULL);
      check(&l, naive_unary, rows[k].slack);
      free_lab(&l);
    }
}

static void naive_softmax(const lab_t *l, double *const *in, double *want) {
  const mote_softmax_attr_t *a = l->g->nodes[0].attr;
  const mote_dims_t *d = &l->g->tensors[l->g->nodes[0].in[0]].dims;
  int32_t n = d->d[d->rank - 1];
  for (int64_t r = 0; r < mote_dims_count(d) / n; r++) {
    double sum = 0;
    for (int32_t i = 0; i < n; i++) sum += exp((double)a->beta * in[0][r * n + i]);
    for (int32_t i = 0; i < n; i++)
      want[r * n + i] = exp((double)a->beta * in[0][r * n + i]) / sum;
  }
}

static void softmax(void **s) {
  (void)s;
  for (uint64_t seed = 0; seed < 2 * ROUNDS; seed++) {
    lab_t l = lab(seed, seed & 1);
    mote_softmax_attr_t a = {pick(&l, 0, 1) ? 1.0f : 0.5f};
    int32_t n = seed < 40 ? 700 + (int32_t)seed : pick(&l, 1, 20);
    int32_t x = value(&l, MOTE_DIMS(pick(&l, 1, 3), n), 1, 0, 0);
    node(&l, "softmax", &x, 1, value(&l, MOTE_DIMS(1), 0, 1.0f / 256, -128), &a);
    check(&l, naive_softmax, 0.02);
    free_lab(&l);
  }
}

/* float -> int8 -> float comes back within half a step; halves go away from zero. */
static void quantize(void **s) {
  (void)s;
  lab_t l = lab(1, 0);
  int32_t x = value(&l, MOTE_DIMS(8), 1, 0, 0);
  l.i8 = 1;
  int32_t q = value(&l, MOTE_DIMS(8), 0, 0.5f, 10);
  l.i8 = 0;
  int32_t y = value(&l, MOTE_DIMS(8), 0, 0, 0);
  node(&l, "quantize", &x, 1, q, NULL);
  node(&l, "dequantize", &q, 1, y, NULL);
  mote_program_t *prog;
  mote_exec_t *e;
  ok(mote_lower(l.g, &prog)), ok(mote_exec_new(prog, &e));
  const float in[8] = {0, 0.25f, -0.25f, 0.24f, 1e30f, -1e30f, 100, -7.3f};
  const int8_t want[8] = {10, 11, 9, 10, 127, -128, 127, -5};
  const void *ins[1] = {in};
  float out[8];
  void *outs[1] = {out};
  ok(mote_exec_run(e, ins, outs));
  assert_memory_equal(mote_exec_tensor(e, q), want, 8);
  for (int i = 0; i < 8; i++) assert_true(out[i] == 0.5f * (float)(want[i] - 10));
  mote_exec_free(e), mote_program_free(prog);
  free_lab(&l);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(conv2d),    cmocka_unit_test(depthwise_conv2d),
      cmocka_unit_test(dense),     cmocka_unit_test(pools),
      cmocka_unit_test(concat),
      cmocka_unit_test(pad),       cmocka_unit_test(unary),
      cmocka_unit_test(softmax),   cmocka_unit_test(quantize)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
