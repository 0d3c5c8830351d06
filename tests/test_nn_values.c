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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(binary),
                                     cmocka_unit_test(constants)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
