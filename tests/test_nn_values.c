/* SPDX-License-Identifier: Apache-2.0
 * Operators that compute value by value, over random shapes: float32, int8 and int16
 * against a naive evaluation (nn_check.h). */
#include "nn_check.h"

#define ROUNDS 120

/* ---- two operands ---- */

static double of_two(const char *op, double x, double y) {
  if (!strcmp(op, "add")) return x + y;
  if (!strcmp(op, "sub")) return x - y;
  if (!strcmp(op, "mul")) return x * y;
  if (!strcmp(op, "div")) return x == 0 ? 0 : x / y;
  if (!strcmp(op, "maximum")) return fmax(x, y);
  if (!strcmp(op, "minimum")) return fmin(x, y);
  if (!strcmp(op, "prelu")) return x >= 0 ? x : x * y;
  return (x - y) * (x - y);
}

/* Place in a tensor that broadcasts to `out` of the element with the indices `at`. */
static int64_t place(const mote_dims_t *d, const mote_dims_t *out, const int32_t *at) {
  int64_t k = 0;
  for (int32_t i = 0; i < d->rank; i++) {
    int32_t index = at[out->rank - d->rank + i];
    k = k * d->d[i] + (d->d[i] == 1 ? 0 : index);
  }
  return k;
}

static void naive_binary(const lab_t *l, double *const *in, double *want) {
  const mote_node_t *n = &l->g->nodes[0];
  const mote_activation_attr_t *a = n->attr;
  const mote_dims_t *out = &l->g->tensors[n->out[0]].dims;
  for (int64_t i = 0; i < mote_dims_count(out); i++) {
    int32_t at[MOTE_RANK_MAX];
    int64_t rest = i;
    for (int32_t k = out->rank - 1; k >= 0; k--)
      at[k] = (int32_t)(rest % out->d[k]), rest /= out->d[k];
    double x = in[0][place(&l->g->tensors[n->in[0]].dims, out, at)];
    double y = in[1][place(&l->g->tensors[n->in[1]].dims, out, at)];
    want[i] = of_two(n->op->name, x, y);
    if (a) want[i] = clip(want[i], a->activation);
  }
}

/* Two shapes that broadcast; `whole`: the first is that of the result. */
static void two_shapes(lab_t *l, int whole, mote_dims_t d[2]) {
  int32_t rank = pick(l, 1, MOTE_RANK_MAX), likely = pick(l, 0, 3);
  for (int k = 0; k < 2; k++) d[k].rank = rank;
  for (int32_t i = 0; i < rank; i++) {
    d[0].d[i] = d[1].d[i] = pick(l, 1, 4);
    if (likely && !pick(l, 0, likely)) d[whole ? 1 : pick(l, 0, 1)].d[i] = 1;
  }
  mote_dims_t *shorter = &d[whole ? 1 : pick(l, 0, 1)];
  int32_t drop = pick(l, 0, 1) ? pick(l, 0, rank - 1) : 0;
  for (int32_t i = 0; i < rank - drop; i++) shorter->d[i] = shorter->d[i + drop];
  shorter->rank = rank - drop;
}

static void one_binary(const char *op, uint64_t seed, int type) {
  lab_t l = lab(seed, type == 1);
  mote_activation_attr_t a = {pick(&l, 0, 3)};
  mote_dims_t d[2];
  int same = op[0] == 'm' && op[1] != 'u', plain = same || op[0] == 'p' || op[1] == 'q';
  l.i16 = type == 2;
  two_shapes(&l, op[0] == 'p', d);
  float scale = same ? 0.02f : 0;
  int32_t in[2] = {value(&l, d[0], 1, scale, 9), value(&l, d[1], 1, scale, 9)};
  node(&l, op, in, 2, value(&l, MOTE_DIMS(1), 0, scale, 9), plain ? NULL : &a);
  /* int16: the inputs lose up to a bit of 2^15 before they are added. */
  check(&l, naive_binary, type == 2 ? 2.0 : op[1] == 'q' || op[0] == 'd' ? 0.6 : TWICE);
  free_lab(&l);
}

static void binary(void **s) {
  static const struct { const char *op; int types; } rows[] = {
      {"add", 3}, {"sub", 3}, {"mul", 3}, {"maximum", 3}, {"minimum", 3},
      {"squared_difference", 2}, {"div", 2}, {"prelu", 2}};
  (void)s;
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
    for (int type = 0; type < rows[k].types; type++)
      for (uint64_t seed = 0; seed < ROUNDS; seed++) one_binary(rows[k].op, seed, type);
}

/* x + constant gives what x + y gives for the same values. */
static void constants(void **s) {
  (void)s;
  for (int i8 = 0; i8 < 2; i8++)
    for (int op = 0; op < 2; op++) {
      lab_t l = lab(77, i8);
      int8_t raw[24];
      float f[24];
      for (int i = 0; i < 24; i++)
        raw[i] = (int8_t)pick(&l, -128, 127), f[i] = raw[i] / 40.0f;
      int32_t x = value(&l, MOTE_DIMS(1, 4, 6), 1, 0, 0);
      int32_t y = value(&l, MOTE_DIMS(1, 4, 6), 1, 0.03f, 5), c;
      mote_dims_t d = MOTE_DIMS(4, 6);
      c = ok(mote_graph_tensor(l.g, "c", i8 ? MOTE_I8 : MOTE_F32, &d,
                               i8 ? (void *)raw : (void *)f));
      if (i8) ok(mote_graph_quant(l.g, c, 1, 0, &(float){0.03f}, &(int32_t){5}));
      const char *name = op ? "add" : "mul";
      int32_t both[2] = {x, y}, one[2] = {c, x};
      int32_t p = value(&l, MOTE_DIMS(1), 0, 0.05f, 3),
              q = value(&l, MOTE_DIMS(1), 0, 0.05f, 3);
      node(&l, name, both, 2, p, NULL);
      node(&l, name, one, 2, q, NULL);
      mote_program_t *prog;
      mote_exec_t *e;
      ok(mote_lower(l.g, &prog)), ok(mote_exec_new(prog, &e));
      void *in = random_raw(&l, x);
      const void *ins[2] = {in, i8 ? (void *)raw : (void *)f};
      ok(mote_exec_run(e, ins, NULL));
      assert_memory_equal(mote_exec_tensor(e, p), mote_exec_tensor(e, q), i8 ? 24 : 96);
      free(in);
      mote_exec_free(e), mote_program_free(prog);
      free_lab(&l);
    }
}

/* ---- one operand ---- */

static double of_one(const lab_t *l, double x) {
  const char *op = l->g->nodes[0].op->name;
  const void *attr = l->g->nodes[0].attr;
  double alpha = attr ? (double)((const mote_alpha_attr_t *)attr)->alpha : 0;
  if (!strcmp(op, "relu_n1_to_1")) return fmin(fmax(x, -1), 1);
  if (!strcmp(op, "leaky_relu")) return x > 0 ? x : alpha * x;
  if (!strcmp(op, "elu")) return x > 0 ? x : alpha * expm1(x);
  if (!strcmp(op, "silu")) return x / (1 + exp(-x));
  if (!strcmp(op, "hard_swish")) return x * fmin(fmax(x + 3, 0), 6) / 6;
  if (!strcmp(op, "exp")) return exp(x);
  if (!strcmp(op, "log")) return log(x);
  if (!strcmp(op, "sqrt")) return sqrt(x);
  if (!strcmp(op, "rsqrt")) return 1 / sqrt(x);
  if (!strcmp(op, "square")) return x * x;
  if (!strcmp(op, "abs")) return fabs(x);
  if (!strcmp(op, "neg")) return -x;
  if (!strcmp(op, "sin")) return sin(x);
  if (!strcmp(op, "cos")) return cos(x);
  if (!strcmp(op, "floor")) return floor(x);
  if (!strcmp(op, "ceil")) return ceil(x);
  if (!strcmp(op, "round")) return nearbyint(x);
  if (((const mote_gelu_attr_t *)attr)->approximate)
    return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
  return 0.5 * x * (1 + erf(x / sqrt(2)));
}

static void naive_one(const lab_t *l, double *const *in, double *want) {
  int64_t n = mote_dims_count(&l->g->tensors[l->g->nodes[0].in[0]].dims);
  for (int64_t i = 0; i < n; i++) want[i] = of_one(l, in[0][i]);
}

static void one_unary(const char *op, uint64_t seed, int positive, double slack) {
  lab_t l = lab(seed, seed & 1);
  mote_alpha_attr_t alpha = {op[0] == 'e' ? 1.0f : 0.1f * (float)pick(&l, -5, 5)};
  mote_gelu_attr_t gelu = {pick(&l, 0, 1)};
  const void *attr = op[0] == 'g' ? (const void *)&gelu : &alpha;
  l.positive = positive;
  float scale = mote_rng_range(&l.r, 0.01f, 0.05f);
  int32_t x = value(&l, MOTE_DIMS(1, 300), 1, scale, positive ? -128 : pick(&l, -90, 90));
  node(&l, op, &x, 1, value(&l, MOTE_DIMS(1), 0, 0, 0), attr);
  check(&l, naive_one, slack);
  free_lab(&l);
}

static void unary(void **s) {
  static const struct {
    const char *op;
    int positive;
    double slack;
  } rows[] = {{"relu_n1_to_1", 0, TWICE}, {"leaky_relu", 0, TWICE}, {"elu", 0, 1e-3},
              {"gelu", 0, 1e-3},  {"silu", 0, 1e-3},  {"hard_swish", 0, 0.6},
              {"exp", 0, 1e-2},   {"log", 1, 1e-3},   {"sqrt", 1, 1e-3},
              {"rsqrt", 1, 0.3},  {"square", 0, 1e-3}, {"abs", 0, TWICE},
              {"neg", 0, 1e-3},   {"sin", 0, 1e-3},   {"cos", 0, 1e-3},
              {"floor", 0, 1e-3}, {"ceil", 0, 1e-3},  {"round", 0, 1e-3}};
  (void)s;
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++)
    for (uint64_t seed = 0; seed < 40; seed++)
      one_unary(rows[k].op, seed, rows[k].positive, rows[k].slack);
}

/* ---- over axes ---- */

static void naive_reduce(const lab_t *l, double *const *in, double *want) {
  const mote_node_t *n = &l->g->nodes[0];
  const mote_reduce_attr_t *a = n->attr;
  const mote_dims_t *d = &l->g->tensors[n->in[0]].dims;
  int64_t outs = mote_dims_count(&l->g->tensors[n->out[0]].dims);
  int64_t total = mote_dims_count(d);
  char op = n->op->name[strlen(n->op->name) - 1]; /* meaN suM reduce_maX reduce_miN */
  int mean = !strcmp(n->op->name, "mean"), sum = op == 'm' || mean;
  for (int64_t o = 0; o < outs; o++) want[o] = sum ? 0 : op == 'x' ? -INFINITY : INFINITY;
  for (int64_t i = 0; i < total; i++) {
    int64_t o = 0, rest = i, step = 1;
    for (int32_t k = d->rank - 1; k >= 0; k--) {
      if (!(a->axes >> k & 1)) o += rest % d->d[k] * step, step *= d->d[k];
      rest /= d->d[k];
    }
    double x = in[0][i];
    want[o] = sum ? want[o] + x : op == 'x' ? fmax(want[o], x) : fmin(want[o], x);
  }
  for (int64_t o = 0; o < outs && mean; o++) want[o] /= (double)(total / outs);
}

static void reduce(void **s) {
  static const struct { const char *op; int types; } rows[] = {
      {"mean", 3}, {"sum", 3}, {"reduce_max", 2}, {"reduce_min", 2}};
  (void)s;
  for (size_t k = 0; k < 4; k++)
    for (uint64_t seed = 0; seed < 3 * ROUNDS; seed++) {
      int type = (int)(seed % (uint64_t)rows[k].types);
      lab_t l = lab(seed, type == 1);
      mote_dims_t d = {.rank = pick(&l, 1, 6)};
      for (int32_t i = 0; i < d.rank; i++) d.d[i] = pick(&l, 1, 5);
      mote_reduce_attr_t a = {pick(&l, 1, (1 << d.rank) - 1), pick(&l, 0, 1)};
      l.i16 = type == 2;
      float scale = k > 1 ? 0.03f : 0;
      int32_t x = value(&l, d, 1, scale, 5);
      node(&l, rows[k].op, &x, 1, value(&l, MOTE_DIMS(1), 0, scale, 5), &a);
      check(&l, naive_reduce, type == 2 ? 1.0 : TWICE);
      free_lab(&l);
    }
}

/* ---- rows ---- */

static void naive_log_softmax(const lab_t *l, double *const *in, double *want) {
  const mote_dims_t *d = &l->g->tensors[l->g->nodes[0].in[0]].dims;
  int32_t n = d->d[d->rank - 1];
  for (int64_t r = 0; r < mote_dims_count(d) / n; r++) {
    double sum = 0;
    for (int32_t i = 0; i < n; i++) sum += exp(in[0][r * n + i]);
    for (int32_t i = 0; i < n; i++) want[r * n + i] = in[0][r * n + i] - log(sum);
  }
}

static void naive_l2_norm(const lab_t *l, double *const *in, double *want) {
  const mote_dims_t *d = &l->g->tensors[l->g->nodes[0].in[0]].dims;
  int32_t n = d->d[d->rank - 1];
  for (int64_t r = 0; r < mote_dims_count(d) / n; r++) {
    double sum = 0;
    for (int32_t i = 0; i < n; i++) sum += in[0][r * n + i] * in[0][r * n + i];
    for (int32_t i = 0; i < n; i++)
      want[r * n + i] = sum > 0 ? in[0][r * n + i] / sqrt(sum) : 0;
  }
}

static void row_ops(void **s) {
  (void)s;
  for (uint64_t seed = 0; seed < 2 * ROUNDS; seed++) {
    lab_t l = lab(seed, seed & 1);
    int log = (seed & 2) != 0;
    int32_t x = value(&l, MOTE_DIMS(pick(&l, 1, 3), pick(&l, 1, 30)), 1, 0, 0);
    int32_t y = value(&l, MOTE_DIMS(1), 0, log ? 1.0f / 16 : 1.0f / 128, log ? 127 : 0);
    node(&l, log ? "log_softmax" : "l2_norm", &x, 1, y, NULL);
    check(&l, log ? naive_log_softmax : naive_l2_norm, log ? 0.05 : 0.3);
    free_lab(&l);
  }
}

/* [outer][count][inner] of the node, and the table entry of value k of channel c. */
static void naive_norm(const lab_t *l, double *const *in, double *want) {
  const mote_node_t *n = &l->g->nodes[0];
  const mote_norm_attr_t *a = n->attr;
  const mote_dims_t *d = &l->g->tensors[n->in[0]].dims;
  int batch = n->op->name[0] == 'b', instance = n->op->name[0] == 'i';
  int64_t total = mote_dims_count(d), inner = instance ? d->d[d->rank - 1] : 1, count = 1;
  for (int32_t i = 0; i < d->rank && !batch; i++)
    if (instance ? i > 0 && i < d->rank - 1 : i >= d->rank - a->axes) count *= d->d[i];
  for (int64_t i = 0; i < total && batch; i++) {
    int32_t c = (int32_t)(i % d->d[d->rank - 1]);
    want[i] = in[0][i] * in[1][c] + in[2][c];
  }
  for (int64_t o = 0; o < total / count && !batch; o++) {
    const double *x = in[0] + o / inner * count * inner + o % inner;
    double *y = want + (x - in[0]), mean = 0, square = 0;
    for (int64_t k = 0; k < count; k++) mean += x[k * inner] / (double)count;
    for (int64_t k = 0; k < count; k++)
      square += (x[k * inner] - mean) * (x[k * inner] - mean) / (double)count;
    for (int64_t k = 0; k < count; k++) {
      double v = (x[k * inner] - mean) / sqrt(square + (double)a->epsilon);
      int64_t at = instance ? o % inner : k;
      y[k * inner] = v * (n->n_in > 1 ? in[1][at] : 1) + (n->n_in > 2 ? in[2][at] : 0);
    }
  }
}

static int32_t floats(lab_t *l, int32_t n) {
  int i8 = l->i8;
  l->i8 = 0; /* tables are float, whatever the values are */
  int32_t t = bias(l, n);
  l->i8 = i8;
  return t;
}

static void norms(void **s) {
  static const char *const ops[] = {"layer_norm", "instance_norm", "batch_norm"};
  (void)s;
  for (uint64_t seed = 0; seed < 3 * ROUNDS; seed++) {
    int kind = (int)(seed % 3);
    lab_t l = lab(seed, kind < 2 && (seed & 1));
    mote_dims_t d = MOTE_DIMS(1, pick(&l, 2, 5), pick(&l, 1, 5), pick(&l, 2, 6));
    mote_norm_attr_t a = {0.01f, pick(&l, 1, 2)};
    int32_t many = kind == 0 && a.axes == 2 ? d.d[2] * d.d[3] : d.d[3];
    int32_t in[3] = {value(&l, d, 1, 0, 0), floats(&l, many), floats(&l, many)};
    int32_t y = value(&l, MOTE_DIMS(1), 0, 0, 0), n_in = kind == 2 ? 3 : pick(&l, 1, 3);
    node(&l, ops[kind], in, n_in, y, kind == 2 ? NULL : &a);
    check(&l, naive_norm, 1e-2);
    free_lab(&l);
  }
}

/* ---- indices and types ---- */

static void arg(void **s) {
  (void)s;
  for (uint64_t seed = 0; seed < ROUNDS; seed++) {
    lab_t l = lab(seed, seed & 1);
    mote_dims_t d = MOTE_DIMS(pick(&l, 1, 4), pick(&l, 1, 5), pick(&l, 1, 4)), one = {0};
    mote_arg_attr_t a = {pick(&l, -3, 2), pick(&l, 0, 1)};
    int32_t x = value(&l, d, 1, 0, 0), axis = a.axis < 0 ? a.axis + 3 : a.axis, inner = 1;
    int32_t y = ok(mote_graph_tensor(l.g, "y", MOTE_I32, &one, NULL));
    node(&l, seed & 2 ? "arg_max" : "arg_min", &x, 1, y, &a);
    mote_program_t *prog;
    mote_exec_t *e;
    ok(mote_lower(l.g, &prog)), ok(mote_exec_new(prog, &e));
    void *raw = random_raw(&l, x);
    ok(mote_exec_run(e, (const void *const *)&raw, NULL));
    const int32_t *got = mote_exec_tensor(e, y);
    double *v = reals(&l, x, raw), sign = seed & 2 ? 1 : -1;
    for (int32_t i = axis + 1; i < 3; i++) inner *= d.d[i];
    for (int64_t o = 0; o < mote_dims_count(&d) / d.d[axis]; o++) {
      const double *line = v + o / inner * inner * d.d[axis] + o % inner;
      int32_t best = 0;
      for (int32_t k = 1; k < d.d[axis]; k++)
        if (sign * line[k * inner] > sign * line[best * inner]) best = k;
      assert_int_equal(got[o], best);
    }
    free(raw), free(v);
    mote_exec_free(e), mote_program_free(prog);
    free_lab(&l);
  }
}

/* One value through quantize, dequantize or cast; scales 0.5 and 0.25, zero point 3. */
static double convert(const char *op, mote_dtype_t from, mote_dtype_t to,
                      const void *raw) {
  mote_graph_t *g = mote_graph_new();
  mote_dims_t d = MOTE_DIMS(1);
  int32_t in = ok(mote_graph_tensor(g, "x", from, &d, NULL));
  int32_t out = ok(mote_graph_tensor(g, "y", to, &d, NULL));
  int32_t zero_in = from == MOTE_I16 ? 0 : 3, zero_out = to == MOTE_I16 ? 0 : 3;
  if (from != MOTE_F32) ok(mote_graph_quant(g, in, 1, 0, &(float){0.5f}, &zero_in));
  if (to != MOTE_F32) ok(mote_graph_quant(g, out, 1, 0, &(float){0.25f}, &zero_out));
  mote_node_spec_t spec = {op, op, &in, 1, &out, 1, NULL};
  ok(mote_graph_node(g, &spec));
  g->inputs[g->n_inputs++] = in, g->outputs[g->n_outputs++] = out;
  mote_program_t *prog;
  mote_exec_t *e;
  ok(mote_lower(g, &prog)), ok(mote_exec_new(prog, &e));
  ok(mote_exec_run(e, &raw, NULL));
  const void *y = mote_exec_tensor(e, out);
  double v = to == MOTE_F32   ? (double)*(const float *)y
             : to == MOTE_I8  ? *(const int8_t *)y
             : to == MOTE_U8  ? *(const uint8_t *)y
             : to == MOTE_I16 ? *(const int16_t *)y
                              : *(const int32_t *)y;
  mote_exec_free(e), mote_program_free(prog);
  mote_graph_free(g);
  return v;
}

static void conversions(void **s) {
  (void)s;
  const int8_t i8 = -7;
  const uint8_t u8 = 250;
  const int16_t i16 = -300;
  const int32_t i32 = 70003;
  const float f = -1.9f, big = 1e30f;
  assert_true(convert("quantize", MOTE_F32, MOTE_I16, &f) == -8);
  assert_true(convert("quantize", MOTE_F32, MOTE_U8, &f) == 0);
  assert_true(convert("quantize", MOTE_F32, MOTE_I8, &big) == 127);
  assert_true(convert("quantize", MOTE_I8, MOTE_I16, &i8) == -20);
  assert_true(convert("quantize", MOTE_U8, MOTE_I8, &u8) == 127);
  assert_true(convert("quantize", MOTE_I16, MOTE_I32, &i16) == -597);
  assert_true(convert("quantize", MOTE_I32, MOTE_I16, &i32) == 32767);
  assert_true(convert("quantize", MOTE_I8, MOTE_U8, &i8) == 0);
  assert_true(convert("dequantize", MOTE_I8, MOTE_F32, &i8) == -5);
  assert_true(convert("dequantize", MOTE_U8, MOTE_F32, &u8) == 123.5);
  assert_true(convert("dequantize", MOTE_I16, MOTE_F32, &i16) == -150);
  assert_true(convert("cast", MOTE_F32, MOTE_I32, &f) == -1);
  assert_true(convert("cast", MOTE_F32, MOTE_I16, &big) == 32767);
  assert_true(convert("cast", MOTE_I32, MOTE_F32, &i32) == 70003);
  assert_true(convert("cast", MOTE_I32, MOTE_U8, &i32) == (70003 & 255));
  assert_true(convert("cast", MOTE_I8, MOTE_I32, &i8) == -7);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(binary),
                                     cmocka_unit_test(constants), cmocka_unit_test(unary),
                                     cmocka_unit_test(reduce), cmocka_unit_test(row_ops),
                                     cmocka_unit_test(norms), cmocka_unit_test(arg),
                                     cmocka_unit_test(conversions)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
