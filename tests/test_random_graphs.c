/* SPDX-License-Identifier: Apache-2.0
 * Random graphs over all operators, as float and as int8, run in every way there is: as
 * lowered, made small, with the fast kernels of every instruction set, row by row, as
 * the emitted code would (between guard pages), and after a trip through every file
 * format. The bits are those of the reference kernels. With --emit DIR CHIP FIRST LAST
 * it writes the C of graphs, for tests/test_random_boards.sh; with --save FILE SEED f|q a
 * graph. MOTE_LONG=1 takes ten times as many. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../fuzz/plan_run.h"
#include "compile.h"
#include "lower/bands.h"
#include "model/from_onnx.h"
#include "model/from_tflite.h"
#include "model/optimise.h"
#include "model/to_onnx.h"
#include "model/to_tflite.h"
#include "random_graph.h"

#define GRAPHS  1000
#define ROUNDS  2  /* runs of each, one after another: states go on */
#define ENOUGH  15 /* graphs that an operator must be in */

static void want(int rc) {
  if (rc < 0) fail_msg("%s: %s", mote_errname(rc), mote_errmsg());
}

static int long_run(void) {
  const char *v = getenv("MOTE_LONG");
  return v && *v == '1';
}

/* ---- runs ---- */

typedef struct {
  const mote_graph_t *g;
  uint64_t seed;
  size_t bytes;      /* of the outputs of all rounds */
  uint8_t *expected; /* by the reference kernels */
  const char *what;  /* for messages */
} case_t;

static size_t io_bytes(const mote_graph_t *g, const int32_t *list, int32_t n) {
  size_t bytes = 0;
  for (int32_t i = 0; i < n; i++) bytes += mote_tensor_bytes(&g->tensors[list[i]]);
  return bytes;
}

static void one_run(mote_exec_t *e, const mote_graph_t *g, uint64_t seed, uint8_t *out) {
  void *in[MOTE_NODE_IO_MAX], *to[MOTE_NODE_IO_MAX];
  for (int32_t i = 0; i < g->n_inputs; i++) {
    const mote_tensor_t *t = &g->tensors[g->inputs[i]];
    in[i] = malloc(mote_tensor_bytes(t));
    random_values(seed + (uint64_t)i, t, in[i]);
  }
  for (int32_t i = 0; i < g->n_outputs; i++) {
    to[i] = out;
    out += mote_tensor_bytes(&g->tensors[g->outputs[i]]);
  }
  want(mote_exec_run(e, (const void *const *)in, to));
  for (int32_t i = 0; i < g->n_inputs; i++) free(in[i]);
}

static uint8_t *run(const mote_program_t *p, const mote_graph_t *g, uint64_t seed) {
  size_t each = io_bytes(g, g->outputs, g->n_outputs);
  uint8_t *out = calloc(ROUNDS, each);
  mote_exec_t *e;
  want(mote_exec_new(p, &e));
  for (size_t k = 0; k < ROUNDS; k++) one_run(e, g, seed + 10 * k, out + k * each);
  mote_exec_free(e);
  return out;
}

static void same(const case_t *c, const mote_program_t *p, const char *how,
                 const char *detail) {
  uint8_t *got = run(p, c->g, c->seed);
  for (size_t i = 0; i < c->bytes; i++)
    if (got[i] != c->expected[i])
      fail_msg("%s graph %d, %s %s: byte %zu of %zu is %d, not %d", c->what,
               (int)c->seed, how, detail, i, c->bytes, got[i], c->expected[i]);
  free(got);
}

/* ---- ways ---- */

static const char *const isas[] = {"armv7em", "mve", "simd", "vnni", "plain"};

static void every_isa(const case_t *c) {
  for (size_t i = 0; i < sizeof isas / sizeof *isas; i++) {
    mote_choice_t choice = {isas[i], (mote_prefer_t)(c->seed % 3), 0};
    mote_program_t *p;
    if (!mote_isa_runs_here(isas[i])) continue;
    want(mote_lower(c->g, &p));
    want(mote_select(p, &choice));
    same(c, p, "kernels of", isas[i]);
    mote_program_free(p);
  }
}

static void made_small(const case_t *c) {
  mote_optimise_options_t options = {0, c->seed % 2 ? 1 : 4};
  mote_graph_t *g;
  mote_program_t *p;
  want(mote_optimise_with(c->g, &options, &g, NULL));
  want(mote_lower(g, &p));
  uint8_t *got = run(p, g, c->seed);
  if (memcmp(got, c->expected, c->bytes))
    fail_msg("%s graph %d: the passes change bits", c->what, (int)c->seed);
  free(got);
  mote_program_free(p);
  mote_graph_free(g);
}

/* The rows of tensors between steps are new tensors of the graph, so on a copy. */
static void row_by_row(const case_t *c) {
  mote_choice_t choice = {isas[c->seed % 2], MOTE_PREFER_SPEED, 1};
  mote_buf_t file = {0};
  mote_graph_t *copy;
  mote_program_t *p;
  want(mote_graph_write(c->g, &file));
  want(mote_graph_read(file.p, file.n, &copy));
  want(mote_lower_fitting(copy, &choice, &p));
  same(c, p, "row by row,", choice.isa);
  mote_program_free(p);
  mote_graph_free(copy);
  mote_buf_free(&file);
}

/* Inputs are made in the arena there: the two choices are compared with each other. */
static void as_emitted(const case_t *c, const plan_memory_t memory[2]) {
  uint8_t *first = NULL;
  for (int k = 0; k < 3; k++) {
    mote_choice_t choice = {k ? isas[k] : "", MOTE_PREFER_SPEED, k == 1};
    uint8_t *out = NULL;
    size_t n = 0;
    plan_end_t end = plan_once(memory, c->g, &choice, (uint32_t)c->seed, &out, &n);
    if (end == PLAN_LARGE) return; /* more work than these tests run */
    if (end != PLAN_RUN)
      fail_msg("%s graph %d has no plan: %s", c->what, (int)c->seed, mote_errmsg());
    if (first && memcmp(first, out, n))
      fail_msg("%s graph %d: the plan for %s gives other bits", c->what, (int)c->seed,
               choice.isa);
    if (first) free(out);
    else first = out;
  }
  free(first);
}

/* ---- files ---- */

typedef struct {
  const char *name;
  int (*write)(const mote_graph_t *g, mote_buf_t *out);
  int (*read)(const uint8_t *p, size_t n, mote_graph_t **out);
  int exact;   /* floats too: operators are not taken apart */
  int percent; /* of int8 graphs that keep all bits: .onnx has no word for some of them */
  long kept, refused, other;
} format_t;

static format_t formats[] = {
    {".mote", mote_graph_write, mote_graph_read, 1, 100, 0, 0, 0},
    {".tflite", mote_graph_to_tflite, mote_graph_from_tflite, 0, 100, 0, 0, 0},
    {".onnx", mote_graph_to_onnx, mote_graph_from_onnx, 0, 99, 0, 0, 0}};

/* Floats agree to 1e-4 of the largest value where operators may be made of others. */
static int agree(const mote_tensor_t *t, const uint8_t *a, const uint8_t *b, int exact) {
  size_t n = (size_t)mote_dims_count(&t->dims);
  const float *x = (const void *)a, *y = (const void *)b;
  float top = 1e-3f;
  if (exact || t->dtype != MOTE_F32) return !memcmp(a, b, mote_tensor_bytes(t));
  for (size_t i = 0; i < n; i++) top = fmaxf(top, fabsf(x[i]));
  for (size_t i = 0; i < n; i++)
    if (!(fabsf(x[i] - y[i]) <= 1e-4f * top)) return 0;
  return 1;
}

static int all_agree(const case_t *c, const uint8_t *got, int exact) {
  const uint8_t *a = c->expected;
  for (size_t k = 0; k < ROUNDS; k++)
    for (int32_t i = 0; i < c->g->n_outputs; i++) {
      const mote_tensor_t *t = &c->g->tensors[c->g->outputs[i]];
      if (!agree(t, a, got, exact)) return 0;
      a += mote_tensor_bytes(t), got += mote_tensor_bytes(t);
    }
  return 1;
}

/* Where floats jump, a rounding error before may become a whole step behind. */
static int jumps(const mote_graph_t *g) {
  static const char *const ops[] = {"floor", "ceil", "round", "cast", "arg_max",
                                    "arg_min"};
  for (int32_t i = 0; i < g->n_nodes; i++)
    for (size_t k = 0; k < sizeof ops / sizeof *ops; k++)
      if (!strcmp(g->nodes[i].op->name, ops[k])) return 1;
  return 0;
}

static void through_file(const case_t *c, format_t *f) {
  mote_buf_t file = {0};
  mote_graph_t *g;
  mote_program_t *p;
  if (!f->exact && !strcmp(c->what, "float") && jumps(c->g)) return;
  if (f->write(c->g, &file) < 0) {
    f->refused++;
    mote_buf_free(&file);
    return;
  }
  if (f->read(file.p, file.n, &g) < 0)
    fail_msg("%s graph %d: our own %s is refused: %s", c->what, (int)c->seed, f->name,
             mote_errmsg());
  want(mote_lower(g, &p));
  uint8_t *got = run(p, g, c->seed);
  int ok = all_agree(c, got, f->exact);
  if (!ok && (f->percent == 100 || strcmp(c->what, "int8")))
    fail_msg("%s graph %d: %s changes the answers", c->what, (int)c->seed, f->name);
  f->kept += ok, f->other += !ok;
  free(got);
  mote_program_free(p);
  mote_graph_free(g);
  mote_buf_free(&file);
}

/* ---- all of them ---- */

static long seen[256]; /* graphs that an operator is in, by its number in mote_ops */

static void count_ops(const mote_graph_t *g) {
  mote_graph_t *small;
  want(mote_optimise(g, &small, NULL));
  for (size_t k = 0; mote_ops[k]; k++) {
    int found = 0;
    for (int32_t i = 0; i < g->n_nodes; i++) found |= g->nodes[i].op == mote_ops[k];
    for (int32_t i = 0; i < small->n_nodes; i++)
      found |= small->nodes[i].op == mote_ops[k];
    seen[k] += found;
  }
  mote_graph_free(small);
}

static void one_graph(const mote_graph_t *g, const char *what, uint64_t seed,
                      const plan_memory_t memory[2]) {
  case_t c = {g, seed, ROUNDS * io_bytes(g, g->outputs, g->n_outputs), NULL, what};
  mote_program_t *p;
  want(mote_lower(g, &p));
  c.expected = run(p, g, seed);
  mote_program_free(p);
  count_ops(g);
  every_isa(&c);
  made_small(&c);
  row_by_row(&c);
  as_emitted(&c, memory);
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
    through_file(&c, &formats[i]);
  free(c.expected);
}

static void every_way_gives_the_same_bits(void **state) {
  plan_memory_t memory[2] = {plan_memory(), plan_memory()};
  uint64_t n = GRAPHS * (long_run() ? 10 : 1);
  (void)state;
  for (uint64_t seed = 1; seed <= n; seed++) {
    mote_graph_t *f32 = random_graph(seed), *int8 = random_graph_int8(f32, seed);
    mote_graph_t *states = random_states(seed);
    one_graph(f32, "float", seed, memory);
    one_graph(int8, "int8", seed, memory);
    one_graph(states, "states", seed, memory);
    mote_graph_free(f32), mote_graph_free(int8), mote_graph_free(states);
  }
  for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
    format_t *f = &formats[i];
    print_message("%s: %ld graphs keep their answers, %ld do not, %ld have no form in "
                  "it\n", f->name, f->kept, f->other, f->refused);
    assert_true(100 * f->kept >= f->percent * (f->kept + f->other));
  }
}

static void every_operator_is_there(void **state) {
  (void)state;
  for (size_t k = 0; mote_ops[k]; k++) {
    if (!random_graph_knows(mote_ops[k]->name))
      fail_msg("%s has no maker in tests/random_graph.c", mote_ops[k]->name);
    if (seen[k] < ENOUGH)
      fail_msg("%s is in %ld graphs only", mote_ops[k]->name, seen[k]);
  }
}

/* ---- C for boards ---- */

/* DIR/g<seed>f, q and s; what does not fit a chip is emitted all the same. */
static int emit(const char *dir, const char *chip, uint64_t first, uint64_t last) {
  mote_target_t *target;
  want(mote_target_load(chip, &target));
  for (uint64_t seed = first; seed <= last; seed++) {
    mote_graph_t *g[3] = {random_graph(seed), NULL, random_states(seed)};
    g[1] = random_graph_int8(g[0], seed);
    for (int i = 0; i < 3; i++) {
      char path[512], prefix[32];
      snprintf(prefix, sizeof prefix, "g%d%c", (int)seed, "fqs"[i]);
      snprintf(path, sizeof path, "%s/%s", dir, prefix);
      mote_compile_options_t opt = {.dir = path, .prefix = prefix, .target = target,
                                    .any_size = 1, .no_toolchain = 1,
                                    .prefer = (mote_prefer_t)(seed % 3)};
      want(mote_compile_network(g[i], &opt, NULL));
      mote_graph_free(g[i]);
    }
  }
  mote_target_free(target);
  return 0;
}

/* One graph as a file, to look at. */
static int save(const char *path, uint64_t seed, int int8) {
  mote_graph_t *f32 = random_graph(seed), *q = random_graph_int8(f32, seed);
  want(mote_model_save(int8 ? q : f32, path));
  mote_graph_free(f32), mote_graph_free(q);
  return 0;
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_way_gives_the_same_bits),
                                     cmocka_unit_test(every_operator_is_there)};
  if (argc == 6 && !strcmp(argv[1], "--emit"))
    return emit(argv[2], argv[3], strtoull(argv[4], NULL, 10),
                strtoull(argv[5], NULL, 10));
  if (argc == 5 && !strcmp(argv[1], "--save"))
    return save(argv[2], strtoull(argv[3], NULL, 10), *argv[4] == 'q');
  return cmocka_run_group_tests(tests, NULL, NULL);
}
