/* SPDX-License-Identifier: Apache-2.0
 * Graph -> .tflite -> graph computes the same bits, float32 and int8; damaged files are
 * refused or harmless. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "hostile_tflite.h"
#include "model/from_tflite.h"
#include "model/to_tflite.h"
#include "nn_net.h"
#include "quantise/quantise.h"

static float samples[16][512];

static int next(void *ctx, size_t i, const void **in) {
  (void)ctx;
  in[0] = samples[i];
  return 0;
}

static void fill_samples(uint64_t seed) {
  mote_rng_t r = mote_rng(seed, 4);
  for (int i = 0; i < 16 * 512; i++) samples[i / 512][i % 512] = mote_rng_normal(&r);
}

static mote_graph_t *int8_of(const mote_graph_t *g) {
  mote_graph_t *q;
  mote_calib_t calib = {next, NULL, 16};
  net_ok(mote_quantise(g, &calib, NULL, &q, NULL));
  return q;
}

/* Same outputs for the same input bytes. */
static void same_bits(const mote_graph_t *a, const mote_graph_t *b) {
  mote_program_t *pa, *pb;
  mote_exec_t *ea, *eb;
  net_ok(mote_lower(a, &pa)), net_ok(mote_lower(b, &pb));
  net_ok(mote_exec_new(pa, &ea)), net_ok(mote_exec_new(pb, &eb));
  for (int i = 0; i < 16; i++) {
    const void *in[1] = {samples[i]};
    net_ok(mote_exec_run(ea, in, NULL)), net_ok(mote_exec_run(eb, in, NULL));
    for (int32_t o = 0; o < a->n_outputs; o++) {
      const mote_tensor_t *t = &a->tensors[a->outputs[o]];
      assert_memory_equal(mote_exec_tensor(ea, a->outputs[o]),
                          mote_exec_tensor(eb, b->outputs[o]),
                          (size_t)mote_dims_count(&t->dims) * mote_dtype_bytes(t->dtype));
    }
  }
  mote_exec_free(ea), mote_exec_free(eb);
  mote_program_free(pa), mote_program_free(pb);
}

static void round_trip(const mote_graph_t *g) {
  mote_buf_t b = {0};
  mote_graph_t *again;
  net_ok(mote_graph_to_tflite(g, &b));
  net_ok(mote_graph_from_tflite(b.p, b.n, &again));
  same_bits(g, again);
  mote_graph_free(again);
  mote_buf_free(&b);
}

static void every_operator(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed < 6; seed++) {
    fill_samples(seed);
    net_t n = net_all_ops(seed);
    mote_graph_t *q = int8_of(n.g);
    round_trip(n.g);
    round_trip(q);
    mote_graph_free(q), mote_graph_free(n.g);
  }
}

/* Explicit padding, dilation, a border that is not zero, flattening without reshape. */
static void corners(void **state) {
  (void)state;
  fill_samples(9);
  net_t n = net_new(3);
  int32_t x = net_input(&n, MOTE_DIMS(1, 9, 8, 2));
  mote_window_attr_t a = net_window(2, MOTE_PAD_EXPLICIT, MOTE_ACT_RELU6);
  a.pad_top = 2, a.pad_right = 1, a.dilation_w = 2;
  mote_pad_attr_t border = {.top = 1, .bottom = 2, .right = 1, .value = 0.5f};
  int32_t c = net_conv(&n, x, 3, 5, a);
  int32_t p = net_node(&n, "pad", &c, 1, &border);
  int32_t d = net_depthwise(&n, p, 3, 2, net_window(1, MOTE_PAD_VALID, MOTE_ACT_NONE));
  net_output(&n, net_dense(&n, d, 4, MOTE_ACT_NONE));
  mote_graph_t *q = int8_of(n.g);
  round_trip(n.g);
  round_trip(q);
  mote_graph_free(q), mote_graph_free(n.g);
}

/* Operators of values, quantised, out and in again: a constant that shares the scale of
 * its neighbours, fixed scales, an output of whole numbers. */
static void values(void **state) {
  (void)state;
  fill_samples(12);
  net_t n = net_new(5);
  mote_alpha_attr_t alpha = {0.2f};
  mote_reduce_attr_t channels = {MOTE_AXIS(3), 1}, rows = {MOTE_AXIS(1), 0};
  mote_arg_attr_t last = {-1, 0};
  int32_t x = net_input(&n, MOTE_DIMS(1, 6, 5, 4));
  int32_t l = net_node(&n, "leaky_relu", &x, 1, &alpha);
  int32_t in[2] = {l, net_const(&n, MOTE_DIMS(4), 0.3f)};
  int32_t p = net_node(&n, "prelu", in, 2, NULL);
  in[0] = p, in[1] = net_const(&n, MOTE_DIMS(5, 1), 0.2f);
  int32_t m = net_node(&n, "maximum", in, 2, NULL);
  int32_t top = net_node(&n, "reduce_max", &m, 1, &channels);
  in[0] = m, in[1] = top;
  int32_t d = net_node(&n, "sub", in, 2, NULL);
  int32_t e = net_unary(&n, "exp", d), s = net_node(&n, "sum", &e, 1, &rows);
  in[0] = s, in[1] = net_unary(&n, "square", net_unary(&n, "hard_swish", s));
  int32_t q = net_node(&n, "div", in, 2, NULL);
  int32_t y = net_unary(&n, "log_softmax", net_unary(&n, "elu", q));
  int32_t index = net_value(&n, MOTE_DIMS(1));
  n.g->tensors[index].dtype = MOTE_I32;
  mote_node_spec_t arg = {"arg_max", "arg", &y, 1, &index, 1, &last};
  net_ok(mote_graph_node(n.g, &arg));
  net_output(&n, net_unary(&n, "l2_norm", y));
  net_output(&n, index);
  mote_graph_t *i8 = int8_of(n.g);
  round_trip(n.g);
  round_trip(i8);
  mote_graph_free(i8), mote_graph_free(n.g);
}

static void damage(void **state) {
  (void)state;
  fill_samples(1);
  net_t n = net_all_ops(1);
  mote_graph_t *q = int8_of(n.g), *g;
  mote_buf_t b = {0};
  net_ok(mote_graph_to_tflite(q, &b));
  for (size_t cut = 0; cut < b.n; cut += 1 + cut / 32)
    if (mote_graph_from_tflite(b.p, cut, &g) >= 0) mote_graph_free(g);
  mote_rng_t r = mote_rng(1, 1);
  for (int i = 0; i < 4000; i++) {
    size_t at = mote_rng_below(&r, (uint32_t)b.n);
    uint8_t old = b.p[at];
    b.p[at] = (uint8_t)mote_rng_u32(&r);
    if (mote_graph_from_tflite(b.p, b.n, &g) >= 0) mote_graph_free(g);
    b.p[at] = old;
  }
  mote_buf_free(&b);
  mote_graph_free(q), mote_graph_free(n.g);
}

/* The operator code of the only node is patched to one that nobody covers. */
static void unknown_operators_are_named(void **state) {
  (void)state;
  net_t n = net_new(1);
  int32_t x = net_input(&n, MOTE_DIMS(1, 4));
  net_output(&n, net_unary(&n, "relu6", x));
  mote_buf_t b = {0};
  mote_graph_t *g;
  net_ok(mote_graph_to_tflite(n.g, &b));
  int patched = 0;
  for (size_t i = 0; i + 4 <= b.n; i += 4)
    if (b.p[i] == 21 && !b.p[i + 1] && !b.p[i + 2]) b.p[i] = 37, patched++;
  assert_int_equal(patched, 2);
  assert_int_equal(mote_graph_from_tflite(b.p, b.n, &g), MOTE_ERR_UNSUPPORTED);
  assert_non_null(strstr(mote_errmsg(), "operator 0, BATCH_TO_SPACE_ND, reading tensor"));
  mote_buf_free(&b);
  mote_graph_free(n.g);
}

/* ---- float models with small constants ---- */

static hostile_tensor_t floats(int32_t rows, int32_t columns) {
  return (hostile_tensor_t){.dims = {rows, columns}, .rank = 2, .type = 0};
}

static mote_graph_t *read_back(const hostile_t *h) {
  mote_buf_t b = {0};
  mote_graph_t *g;
  net_ok(hostile_write(h, &b));
  net_ok(mote_graph_from_tflite(b.p, b.n, &g));
  mote_buf_free(&b);
  return g;
}

static void assert_constant(const mote_graph_t *g, int32_t input, const float *want,
                            size_t n) {
  const mote_tensor_t *c = &g->tensors[g->nodes[0].in[input]];
  assert_int_equal(g->n_nodes, 1);
  assert_int_equal(c->dtype, MOTE_F32);
  assert_int_equal(c->role, MOTE_ROLE_CONST);
  assert_int_equal(mote_dims_count(&c->dims), n);
  assert_memory_equal(c->data, want, n * sizeof *want);
}

/* A float dense layer with int8 weights, a scale and a zero point for each output. */
static void hybrid(void **state) {
  static const int8_t q[6] = {1, -2, 127, -128, 0, 5};
  static const float want[6] = {0.5f, -1.0f, 63.5f, -32.0f, 0.0f, 1.25f};
  hostile_t h = {.n_t = 3, .n_op = 1, .n_in = 1, .n_out = 1, .in = {0}, .out = {2}};
  (void)state;
  h.t[0] = floats(1, 3), h.t[1] = floats(2, 3), h.t[2] = floats(1, 2);
  h.t[1].type = 9, h.t[1].n_scale = h.t[1].n_zero = 2;
  h.t[1].scale[0] = 0.5f, h.t[1].scale[1] = 0.25f;
  hostile_constant(&h, 1, 1, sizeof q);
  memcpy(h.buffer[1].bytes, q, sizeof q);
  h.op[0] = (hostile_op_t){.code = 9, .options_type = 8, .options = {{0, 0}},
                           .n_options = 1, .n_in = 2, .in = {0, 1}, .n_out = 1,
                           .out = {2}};
  mote_graph_t *g = read_back(&h);
  assert_constant(g, 1, want, 6);
  mote_graph_free(g);
}

/* A float16 constant behind a DEQUANTIZE that two operators read. */
static void float16(void **state) {
  static const uint16_t half[5] = {0x3C00, 0xC000, 0x3800, 0x7BFF, 0x0001};
  static const float want[5] = {1.0f, -2.0f, 0.5f, 65504.0f, 0x1p-24f};
  hostile_t h = {.n_t = 4, .n_op = 2, .n_in = 1, .n_out = 1, .in = {0}, .out = {3}};
  (void)state;
  for (int i = 0; i < 4; i++) h.t[i] = floats(1, 5);
  h.t[1].type = 1;
  hostile_constant(&h, 1, 1, sizeof half);
  memcpy(h.buffer[1].bytes, half, sizeof half);
  h.op[0] = (hostile_op_t){.code = 6, .n_in = 1, .in = {1}, .n_out = 1, .out = {2}};
  h.op[1] = (hostile_op_t){.code = 0, .options_type = 11, .options = {{0, 0}},
                           .n_options = 1, .n_in = 2, .in = {0, 2}, .n_out = 1,
                           .out = {3}};
  mote_graph_t *g = read_back(&h);
  assert_constant(g, 1, want, 5);
  mote_graph_free(g);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_operator),
                                     cmocka_unit_test(corners), cmocka_unit_test(values),
                                     cmocka_unit_test(damage),
                                     cmocka_unit_test(hybrid), cmocka_unit_test(float16),
                                     cmocka_unit_test(unknown_operators_are_named)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
