/* SPDX-License-Identifier: Apache-2.0
 * Graphs: the container comes back byte for byte, damaged bytes are refused with a
 * reason, ill-formed graphs do not pass the check, programs and batches run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/par.h"
#include "nn_net.h"

static void container_round_trip(void **state) {
  (void)state;
  net_t n = net_all_ops(1);
  n.g->meta = json_pack("{s:[s,s], s:f}", "labels", "yes", "no", "accuracy", 0.1);
  mote_buf_t a = {0}, b = {0};
  mote_graph_t *again;
  net_ok(mote_graph_write(n.g, &a));
  net_ok(mote_graph_read(a.p, a.n, &again));
  net_ok(mote_graph_write(again, &b));
  assert_int_equal(a.n, b.n);
  assert_memory_equal(a.p, b.p, a.n);
  assert_int_equal((a.n - 8) % 64, 56); /* tensors are aligned */
  assert_true(json_equal(n.g->meta, again->meta));
  mote_graph_free(again), mote_graph_free(n.g);
  mote_buf_free(&a), mote_buf_free(&b);
}

static void save_and_load(void **state) {
  (void)state;
  char path[] = "graph-XXXXXX";
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  close(fd);
  net_t n = net_all_ops(2);
  mote_graph_t *g;
  net_ok(mote_graph_save(n.g, path));
  net_ok(mote_graph_load(path, &g));
  assert_int_equal(g->n_nodes, n.g->n_nodes);
  mote_graph_free(g), mote_graph_free(n.g);
  net_ok(mote_path_remove(path));
  assert_true(mote_graph_load(path, &g) < 0);
  assert_non_null(strstr(mote_errmsg(), path));
}

/* Every truncation and many flipped bytes: an error, or a graph that passes the check. */
static void damaged_bytes(void **state) {
  (void)state;
  net_t n = net_all_ops(3);
  mote_buf_t b = {0};
  mote_graph_t *g;
  net_ok(mote_graph_write(n.g, &b));
  for (size_t cut = 0; cut < b.n - 64; cut += 1 + cut / 16) {
    assert_true(mote_graph_read(b.p, cut, &g) < 0);
    assert_null(g);
  }
  mote_rng_t r = mote_rng(1, 1);
  for (int i = 0; i < 1500; i++) {
    size_t at = mote_rng_below(&r, (uint32_t)(i & 1 ? 512 : b.n));
    uint8_t old = b.p[at];
    b.p[at] = (uint8_t)mote_rng_u32(&r);
    if (mote_graph_read(b.p, b.n, &g) >= 0) {
      assert_int_equal(mote_graph_check(g), 0);
      mote_graph_free(g);
    }
    b.p[at] = old;
  }
  mote_graph_free(n.g);
  mote_buf_free(&b);
}

/* A header as text with `raw` zero bytes of tensors behind it. */
static int read_text(const char *json, size_t raw) {
  mote_buf_t b = {0};
  uint64_t head = strlen(json);
  uint8_t length[8], zeros[64] = {0};
  for (int i = 0; i < 8; i++) length[i] = (uint8_t)(head >> (8 * i));
  net_ok(mote_buf_add(&b, length, 8));
  net_ok(mote_buf_add(&b, json, head));
  net_ok(mote_buf_add(&b, zeros, raw));
  mote_graph_t *g;
  int rc = mote_graph_read(b.p, b.n, &g);
  if (rc >= 0) mote_graph_free(g);
  mote_buf_free(&b);
  return rc;
}

#define HEAD "{\"format\":\"mote-graph\",\"version\":1,\"inputs\":[0],\"outputs\":[1],"
#define VALUE(name, dims)                                                                \
  "{\"name\":\"" name "\",\"dtype\":\"f32\",\"dims\":" dims ",\"role\":\"value\"}"
#define RELU(in, out)                                                                    \
  "\"nodes\":[{\"op\":\"relu\",\"name\":\"r\",\"in\":[" in "],\"out\":[" out "]}]}"

static void hostile_headers(void **state) {
  (void)state;
  assert_int_equal(read_text(HEAD "\"tensors\":[" VALUE("a", "[4]") "," VALUE(
                                 "b", "[4]") "]," RELU("0", "1"),
                             0),
                   0);
  static const char *const bad[] = {
      HEAD "\"tensors\":[" VALUE("a", "[4]") "," VALUE("b", "[5]") "]," RELU("0", "1"),
      HEAD "\"tensors\":[" VALUE("a", "[4]") "," VALUE("b", "[4]") "]," RELU("2", "1"),
      HEAD "\"tensors\":[" VALUE("a", "[4]") "," VALUE("b", "[4]") "]," RELU("-1", "1"),
      HEAD "\"tensors\":[" VALUE("a", "[4]") "," VALUE("b", "[4]") "]," RELU("1", "1"),
      HEAD "\"tensors\":[" VALUE("a", "[4]") "," VALUE("b", "[4]") "]," RELU("0", "0"),
      HEAD "\"tensors\":[" VALUE("a", "[0]") "," VALUE("b", "[0]") "]," RELU("0", "1"),
      HEAD "\"tensors\":[" VALUE("a", "[65536,65536]") "," VALUE(
          "b", "[65536,65536]") "]," RELU("0", "1"),
      HEAD "\"tensors\":[" VALUE("a", "[1,1,1,1,1,1,1]") "]," RELU("0", "0"),
      HEAD "\"tensors\":[" VALUE("a", "[4]") "," VALUE("b", "[4]") "],\"nodes\":[]}",
      HEAD
      "\"tensors\":[{\"name\":\"a\",\"dtype\":\"f32\",\"dims\":[40],\"role\":\"const\","
      "\"at\":0}]," RELU("0", "0"),
      HEAD
      "\"tensors\":[{\"name\":\"a\",\"dtype\":\"f32\",\"dims\":[1],\"role\":\"const\","
      "\"at\":-4}]," RELU("0", "0"),
      HEAD
      "\"tensors\":[{\"name\":\"a\",\"dtype\":\"i8\",\"dims\":[4],\"role\":\"value\","
      "\"quant\":{\"axis\":0,\"scale\":[0],\"zero\":[0]}}]," RELU("0", "0"),
      "[]",
      "{}",
      "",
      "{\"format\":\"mote-graph\",\"version\":2}"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    if (read_text(bad[i], 64) >= 0) fail_msg("accepted: %s", bad[i]);
}

static void errors_name_the_node(void **state) {
  (void)state;
  net_t n = net_new(1);
  int32_t x = net_input(&n, MOTE_DIMS(1, 4, 4, 2)), out = net_value(&n, MOTE_DIMS(1));
  mote_window_attr_t a = net_window(1, MOTE_PAD_VALID, 0);
  int32_t in[2] = {x, net_const(&n, MOTE_DIMS(3, 5, 5, 2), 1)};
  mote_node_spec_t s = {"conv2d", "first", in, 2, &out, 1, &a};
  assert_int_equal(mote_graph_node(n.g, &s), MOTE_ERR_SIZE);
  assert_non_null(strstr(mote_errmsg(), "first"));
  s.op = "convolve";
  assert_int_equal(mote_graph_node(n.g, &s), MOTE_ERR_UNSUPPORTED);
  mote_graph_free(n.g);
}

/* reshape costs nothing: its output lives where its input does. */
static void programs(void **state) {
  (void)state;
  net_t n = net_all_ops(4);
  mote_program_t *p;
  net_ok(mote_lower(n.g, &p));
  int views = 0;
  for (int32_t i = 0; i < n.g->n_tensors; i++) views += p->alias[i] != i;
  assert_int_equal(views, 1);
  for (int32_t i = 0; i < p->n_steps; i++) {
    const mote_step_t *s = &p->steps[i];
    assert_int_equal(strlen(s->kernel->in_types), s->n_in);
    assert_int_equal(strlen(s->kernel->out_types), s->n_out);
  }
  mote_program_free(p), mote_graph_free(n.g);
}

typedef struct { float in[64][240]; float out[64][5]; } batch_t;

static int get(void *ctx, size_t i, const void **in) {
  in[0] = ((batch_t *)ctx)->in[i];
  return 0;
}
static int put(void *ctx, size_t i, const void *const *out) {
  memcpy(((batch_t *)ctx)->out[i], out[0], sizeof ((batch_t *)ctx)->out[i]);
  return 0;
}

static void batches(void **state) {
  (void)state;
  net_t n = net_all_ops(5);
  batch_t *b = calloc(1, sizeof *b);
  mote_rng_t r = mote_rng(1, 9);
  for (int i = 0; i < 64 * 240; i++) b->in[i / 240][i % 240] = mote_rng_normal(&r);
  mote_program_t *p;
  mote_exec_t *e;
  net_ok(mote_lower(n.g, &p));
  net_ok(mote_exec_new(p, &e));
  mote_threads_set(3);
  net_ok(mote_exec_batch(p, &(mote_batch_t){64, b, get, put}));
  mote_threads_set(0);
  for (int i = 0; i < 64; i++) {
    float one[5], logits[5];
    void *outs[2] = {one, logits};
    const void *ins[1] = {b->in[i]};
    net_ok(mote_exec_run(e, ins, outs));
    assert_memory_equal(one, b->out[i], sizeof one);
  }
  mote_exec_free(e), mote_program_free(p), mote_graph_free(n.g);
  free(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(container_round_trip), cmocka_unit_test(save_and_load),
      cmocka_unit_test(damaged_bytes),        cmocka_unit_test(hostile_headers),
      cmocka_unit_test(errors_name_the_node), cmocka_unit_test(programs),
      cmocka_unit_test(batches)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
