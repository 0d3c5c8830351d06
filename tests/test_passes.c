/* SPDX-License-Identifier: Apache-2.0
 * Passes over graphs of known shape, and over random graphs: fewer nodes, channels and
 * constants, and the same bits. */
#include "model/optimise.h"
#include "pass_net.h"

/* ---- random graphs ---- */

static int32_t dim(const net_t *n, int32_t t, int i) {
  return n->g->tensors[t].dims.d[i];
}

static int same_dims(const net_t *n, int32_t a, int32_t b) {
  return mote_dims_equal(&n->g->tensors[a].dims, &n->g->tensors[b].dims);
}

/* A layer on top of x; `other` is an earlier image. */
static int32_t random_layer(net_t *n, int32_t x, int32_t other) {
  mote_activation_attr_t act = {pn_pick(n, 0, 3)};
  mote_concat_attr_t last = {3};
  mote_pad_attr_t pad = {1, pn_pick(n, 0, 1), pn_pick(n, 0, 1), 1, 0, 0, 0};
  int32_t k = dim(n, x, 1) > 2 && dim(n, x, 2) > 2 ? pn_pick(n, 1, 3) : 1;
  int32_t c = dim(n, x, 3), pair[2] = {x, other}, out = pn_value(n, MOTE_DIMS(1), 0, 0);
  mote_window_attr_t w = pn_window(n, k);
  switch (pn_pick(n, 0, 11)) {
  case 0:
  case 1:
    return pn_depthwise(n, x, c < 12 ? pn_pick(n, 1, 2) : 1, k, w);
  case 2:
    return pn_node(n, "max_pool2d", &x, 1, pn_like(n, x), &w);
  case 3:
    return pn_node(n, "average_pool2d", &x, 1, pn_like(n, x), &w);
  case 4:
    return pn_unary(n, pn_chance(n, 50) ? "relu" : "quantize", x);
  case 5:
    return pn_node(n, "add", (int32_t[]){x, pn_constant(n, MOTE_DIMS(c))}, 2, out, &act);
  case 6:
    pair[1] = same_dims(n, x, other) ? other : x;
    return pn_node(n, pn_chance(n, 70) ? "add" : "mul", pair, 2, out, &act);
  case 7:
    if (c > 16 || !same_dims(n, x, other)) break;
    pair[1] = pn_unary(n, "relu", other);
    pair[0] = pn_node(n, "quantize", &x, 1, pn_like(n, pair[1]), NULL);
    return pn_node(n, "concat", pair, 2, pn_like(n, pair[1]), &last);
  case 8:
    return pn_node(n, "pad", &x, 1, pn_like(n, x), &pad);
  default:
    break;
  }
  return pn_conv(n, x, pn_pick(n, 1, 16), k, w);
}

static net_t random_graph(uint64_t seed) {
  net_t n = net_new(seed);
  int32_t layers = pn_pick(&n, 3, 9), at[16];
  at[0] =
      pn_input(&n, MOTE_DIMS(1, pn_pick(&n, 3, 8), pn_pick(&n, 3, 8), pn_pick(&n, 1, 6)));
  for (int32_t i = 0; i < layers; i++)
    at[i + 1] = random_layer(&n, at[i], at[pn_pick(&n, i > 1 ? i - 1 : 0, i)]);
  int32_t x = at[layers];
  if (pn_chance(&n, 60)) {
    mote_mean_attr_t mean = {1, 2, pn_pick(&n, 0, 1)};
    int32_t out = pn_value(&n, MOTE_DIMS(1), 0, 0);
    x = pn_node(&n, "mean", &x, 1, out, &mean);
  }
  if (pn_chance(&n, 30)) {
    mote_quant_t q = n.g->tensors[x].quant;
    int32_t flat = (int32_t)mote_dims_count(&n.g->tensors[x].dims);
    x = pn_node(&n, "reshape", &x, 1,
                pn_value(&n, MOTE_DIMS(1, flat), q.scale[0], q.zero[0]), NULL);
  }
  net_output(&n, pn_dense(&n, x, pn_pick(&n, 1, 5)));
  if (pn_chance(&n, 15)) net_output(&n, at[pn_pick(&n, 1, layers)]);
  return n;
}

static void random_graphs_keep_their_bits(void **state) {
  int64_t before = 0, after = 0;
  (void)state;
  for (uint64_t seed = 1; seed <= 1500; seed++) {
    net_t n = random_graph(seed);
    mote_graph_t *g;
    mote_optimise_report_t r;
    if (mote_optimise(n.g, &g, &r) < 0) fail_msg("seed %d: %s", (int)seed, mote_errmsg());
    pn_same_bits(n.g, g, 3);
    before += r.before.macs, after += r.after.macs;
    mote_graph_free(g), mote_graph_free(n.g);
  }
  print_message("MAC of 1500 graphs: %lld -> %lld\n", (long long)before,
                (long long)after);
  assert_true(after < before * 7 / 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_graphs_keep_their_bits)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
