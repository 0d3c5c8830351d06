/* SPDX-License-Identifier: Apache-2.0
 * Every row of fast.def against the reference kernel that it replaces, bit for bit, over
 * random nodes: odd shapes, strides, holes, paddings, zero points at the ends, one scale
 * or many, large biases. Output and scratch lie between guard bytes, tensors at any
 * address; where the step may run in place, it also does. A kernel that no row replaced
 * before needs a line in `makers`. With --cases ISA it prints some of these steps as C,
 * for tests/test_fast_boards.sh. */
#include <math.h>

#include "emit/structs.h"
#include "model/fast.h"
#include "nn_lab.h"

#define ROUNDS     400
#define ENOUGH     20 /* of them a row must fit, or it is not tested */
#define GUARD      64
#define GUARD_BYTE 0xA5

/* ---- random nodes ---- */

/* An activation whose zero point is often at an end. */
static int32_t act(lab_t *l, mote_dims_t d, int input) {
  static const int32_t zeros[] = {-128, -128, 127, 0, -1, 13, -77};
  float scale = mote_rng_range(&l->r, 0.01f, 0.1f);
  return value(l, d, input, scale, zeros[pick(l, 0, 6)]);
}

/* What real models have seldom: the largest weights, biases that saturate or that are at
 * the limit of vector kernels, scales that shift by 0 to 29. */
static void season(lab_t *l, const int32_t *in, int32_t n) {
  mote_tensor_t *w = &l->g->tensors[in[1]];
  int32_t kind = pick(l, 0, 7);
  if (!l->i8) return;
  for (int64_t i = 0; kind == 0 && i < mote_dims_count(&w->dims); i++)
    ((int8_t *)w->data)[i] = (int8_t)(pick(l, 0, 9) ? 127 : -127);
  for (int64_t i = 0; kind == 1 && i < mote_dims_count(&w->dims); i++)
    if (!pick(l, 0, 3)) ((int8_t *)w->data)[i] = -128;
  int32_t *b = n > 2 ? l->g->tensors[in[2]].data : NULL;
  for (int64_t i = 0; b && kind == 2 && i < mote_dims_count(&l->g->tensors[in[2]].dims);
       i++)
    b[i] = pick(l, -400000, 400000) * (pick(l, 0, 20) ? 1 : 3000);
  for (int64_t i = 0; b && kind == 3 && i < mote_dims_count(&l->g->tensors[in[2]].dims);
       i++)
    b[i] = (pick(l, 0, 1) ? 1 : -1) * ((1 << 29) - pick(l, 0, 3) * 1000000);
  for (int32_t i = 0, k = pick(l, -18, 6); kind > 5 && i < w->quant.n; i++)
    w->quant.scale[i] = ldexpf(w->quant.scale[i], k);
}

/* Channels: mostly multiples of four, now and then as many as many registers hold. */
static int32_t channels(lab_t *l, int32_t most) {
  if (!pick(l, 0, 4)) return 8 * pick(l, 4, 10) + (pick(l, 0, 2) ? 0 : pick(l, 1, 7));
  return pick(l, 0, 2) ? 4 * pick(l, 1, most / 4) : pick(l, 1, most);
}

static void make_conv(lab_t *l, int depthwise) {
  int32_t k = pick(l, 0, 3); /* 0: any; else k x k, where 1 and 3 are frequent */
  int32_t ic = channels(l, depthwise ? 20 : 36);
  if (depthwise && ic > 31) k = 3;
  int32_t kh = k ? k : pick(l, 1, 6), kw = k ? k : pick(l, 1, 5);
  int32_t oc = depthwise ? ic * (pick(l, 0, 3) ? 1 : pick(l, 1, 3)) : channels(l, 24);
  mote_window_attr_t a = random_window(l, kh, kw, 0);
  if (pick(l, 0, 1)) a.dilation_h = a.dilation_w = 1;
  if (pick(l, 0, 1)) a.stride_h = a.stride_w = pick(l, 1, 2);
  int32_t h = (kh - 1) * a.dilation_h + pick(l, 1, 9);
  int32_t w = (kw - 1) * a.dilation_w + pick(l, 1, 9);
  mote_dims_t d = depthwise ? MOTE_DIMS(1, kh, kw, oc) : MOTE_DIMS(oc, kh, kw, ic);
  int32_t in[3] = {act(l, MOTE_DIMS(1, h, w, ic), 1), weights(l, d, depthwise ? 3 : 0),
                   bias(l, oc)};
  int32_t n = pick(l, 2, 3);
  season(l, in, n);
  node(l, depthwise ? "depthwise_conv2d" : "conv2d", in, n, act(l, MOTE_DIMS(1), 0), &a);
}

static void make_conv2d(lab_t *l) { make_conv(l, 0); }
static void make_depthwise(lab_t *l) { make_conv(l, 1); }

static void make_dense(lab_t *l) {
  int32_t ic = channels(l, 300), oc = channels(l, 40);
  mote_dense_attr_t a = {pick(l, 0, 3), 0};
  int32_t rows = pick(l, 0, 1) ? 1 : pick(l, 2, 9);
  int32_t in[3] = {act(l, MOTE_DIMS(rows, ic), 1), weights(l, MOTE_DIMS(oc, ic), 0),
                   bias(l, oc)};
  int32_t n = pick(l, 2, 3);
  season(l, in, n);
  node(l, "dense", in, n, act(l, MOTE_DIMS(1), 0), &a);
}

static void make_pool(lab_t *l, const char *op) {
  int32_t kh = pick(l, 1, 4), kw = pick(l, 1, 4), zero = pick(l, -128, 127);
  mote_window_attr_t a = random_window(l, kh, kw, 1);
  int32_t h = pick(l, 4, 9), w = pick(l, 4, 9);
  if (!pick(l, 0, 3)) a.kernel_h = h, a.kernel_w = w, a.padding = MOTE_PAD_VALID;
  int32_t x = value(l, MOTE_DIMS(1, h, w, channels(l, 20)), 1, 0.05f, zero);
  node(l, op, &x, 1, value(l, MOTE_DIMS(1), 0, 0.05f, zero), &a);
}

static void make_average(lab_t *l) { make_pool(l, "average_pool2d"); }
static void make_max(lab_t *l) { make_pool(l, "max_pool2d"); }

static void make_mean(lab_t *l) {
  int32_t first = pick(l, 0, 3), last = pick(l, first, 3);
  mote_reduce_attr_t a = {(2 << last) - (1 << first), 0};
  mote_dims_t d = MOTE_DIMS(1, pick(l, 1, 9), pick(l, 1, 9), channels(l, 20));
  int32_t x = act(l, d, 1);
  node(l, "mean", &x, 1, act(l, MOTE_DIMS(1), 0), &a);
}

/* Often one of the three is on a scale far from the others'. */
static void make_far(lab_t *l, int32_t t, int32_t least) {
  if (l->i8) l->g->tensors[t].quant.scale[0] *= ldexpf(1, pick(l, least, least + 51));
}

static void make_binary(lab_t *l, const char *op) {
  mote_activation_attr_t a = {pick(l, 0, 3)};
  mote_dims_t d = MOTE_DIMS(1, pick(l, 1, 5), 3, channels(l, 16)), few = d;
  if (!pick(l, 0, 3)) few = MOTE_DIMS(d.d[3]);
  int32_t in[2] = {act(l, d, 1), act(l, few, 1)}, out = act(l, MOTE_DIMS(1), 0);
  int32_t far = pick(l, 0, 5);
  if (far < 2) make_far(l, in[far], -31);
  if (far == 2) make_far(l, out, -20);
  node(l, op, in, 2, out, &a);
}

static void make_add(lab_t *l) { make_binary(l, "add"); }
static void make_mul(lab_t *l) { make_binary(l, "mul"); }

static void make_softmax(lab_t *l) {
  mote_softmax_attr_t a = {1.0f};
  int32_t x = act(l, MOTE_DIMS(pick(l, 1, 3), pick(l, 1, 40)), 1);
  node(l, "softmax", &x, 1, value(l, MOTE_DIMS(1), 0, 1.0f / 256, -128), &a);
}

/* The kernel without its type: mote_conv2d_s8 and mote_conv2d_f32 have one maker. */
static const struct {
  const char *fn;
  void (*make)(lab_t *l);
} makers[] = {{"mote_conv2d", make_conv2d},
              {"mote_depthwise_conv2d", make_depthwise},
              {"mote_dense", make_dense},
              {"mote_average_pool2d", make_average},
              {"mote_max_pool2d", make_max},
              {"mote_mean", make_mean},
              {"mote_add", make_add},
              {"mote_mul", make_mul},
              {"mote_softmax", make_softmax}};

static void make(lab_t *l, const char *fn) {
  size_t stem = (size_t)(strrchr(fn, '_') - fn);
  for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
    if (strlen(makers[i].fn) == stem && !strncmp(makers[i].fn, fn, stem)) {
      makers[i].make(l);
      return;
    }
  fail_msg("no maker of random nodes for %s: add one to tests/test_fast.c", fn);
}

/* ---- guarded memory ---- */

typedef struct {
  uint8_t *p, *raw;
  size_t n, shift;
} guarded_t;

static guarded_t guarded(size_t n, size_t shift) {
  guarded_t m = {NULL, NULL, n, shift};
  if (posix_memalign((void **)&m.raw, 64, n + 2 * GUARD + 64)) abort();
  memset(m.raw, GUARD_BYTE, n + 2 * GUARD + 64);
  m.p = m.raw + GUARD + shift;
  return m;
}

static void check_guards(const guarded_t *m, const char *what, const char *fn) {
  for (size_t i = 0; i < GUARD + m->shift; i++)
    if (m->raw[i] != GUARD_BYTE) fail_msg("%s writes before its %s", fn, what);
  for (size_t i = 0; i < GUARD; i++)
    if (m->p[m->n + i] != GUARD_BYTE) fail_msg("%s writes behind its %s", fn, what);
}

/* ---- one step ---- */

static size_t bytes_of(const lab_t *l, int32_t t) {
  return mote_tensor_bytes(&l->g->tensors[t]);
}

/* Runs a step with its output (and scratch) between guards; in place: over input 0. */
static void *run(lab_t *l, const mote_step_t *s, uint8_t *const *inputs, int in_place) {
  size_t item = l->i8 ? 1 : 4, in_bytes = bytes_of(l, s->in[0]);
  size_t n = bytes_of(l, s->out[0]), room = in_place && in_bytes > n ? in_bytes : n;
  guarded_t out = guarded(room, item * (size_t)pick(l, 0, 3));
  guarded_t scratch = guarded(s->scratch_bytes, 0);
  const void *in[MOTE_NODE_IO_MAX];
  void *outs[1] = {out.p};
  for (int32_t i = 0; i < s->n_in; i++) in[i] = inputs[i];
  if (in_place) {
    memcpy(out.p, inputs[0], in_bytes);
    in[0] = out.p;
  }
  s->kernel->run(s->params, in, outs, s->kernel->takes_scratch ? scratch.p : NULL);
  check_guards(&out, "output", s->kernel->fn);
  check_guards(&scratch, "scratch", s->kernel->fn);
  void *copy = malloc(n);
  memcpy(copy, out.p, n);
  free(out.raw), free(scratch.raw);
  return copy;
}

static void compare(lab_t *l, const mote_step_t *fast, const void *want, const void *got,
                    const char *how) {
  size_t n = bytes_of(l, fast->out[0]), item = l->i8 ? 1 : 4;
  for (size_t i = 0; i < n; i++)
    if (((const uint8_t *)want)[i] != ((const uint8_t *)got)[i])
      fail_msg("%s%s differs at value %zu of %zu", fast->kernel->fn, how, i / item,
               n / item);
}

/* The step with the row's kernel. */
static mote_step_t packed(mote_program_t *prog, const mote_step_t *ref,
                          const mote_fast_t *row) {
  const mote_kernel_t *k = row->kernel;
  mote_step_t fast = *ref;
  fast.kernel = k, fast.in_place = k->in_place;
  if (!row->pack) return fast;
  void *params = mote_arena_take(prog->arena, 1, k->params->bytes);
  ok(row->pack(prog, &fast, params));
  fast.params = params;
  return fast;
}

static void check_step(lab_t *l, mote_program_t *prog, const mote_step_t *ref,
                       const mote_fast_t *row) {
  mote_step_t fast = packed(prog, ref, row);
  uint8_t *inputs[MOTE_NODE_IO_MAX] = {0}, *raw[MOTE_NODE_IO_MAX] = {0};
  assert_true(row->cost(ref).instructions > 0);
  for (int32_t i = 0; i < ref->n_in; i++) {
    size_t n = bytes_of(l, ref->in[i]), shift = (l->i8 ? 1 : 4) * (size_t)pick(l, 0, 3);
    void *values = random_raw(l, ref->in[i]);
    raw[i] = malloc(n + 16);
    inputs[i] = memcpy(raw[i] + shift, values, n);
    free(values);
  }
  void *want = run(l, ref, inputs, 0), *got = run(l, &fast, inputs, 0);
  compare(l, &fast, want, got, "");
  free(got);
  if (fast.in_place) {
    got = run(l, &fast, inputs, 1);
    compare(l, &fast, want, got, " in place");
    free(got);
  }
  free(want);
  for (int32_t i = 0; i < ref->n_in; i++) free(raw[i]);
}

/* Every step of `n` random nodes that the row fits. Returns how many. */
typedef void (*visit_fn)(lab_t *l, mote_program_t *prog, const mote_step_t *ref,
                         const mote_fast_t *row);

static int keep; /* programs: the printer compares tables with those it has printed */

static int each_fit(const mote_fast_t *row, int n, visit_fn visit) {
  int fits = 0;
  for (int seed = 0; seed < n; seed++) {
    lab_t l = lab((uint64_t)seed, strstr(row->replaces, "_s8") != NULL);
    mote_program_t *prog;
    make(&l, row->replaces);
    ok(mote_lower(l.g, &prog));
    for (int32_t i = 0; i < prog->n_steps; i++) {
      const mote_step_t *s = &prog->steps[i];
      if (strcmp(s->kernel->fn, row->replaces) || !row->fits(s)) continue;
      visit(&l, prog, s, row);
      fits++;
    }
    if (keep) continue;
    mote_program_free(prog);
    free_lab(&l);
  }
  return fits;
}

static void check_row(const mote_fast_t *row) {
  if (!mote_isa_runs_here(row->isa)) {
    printf("%-32s SKIPPED: not on this processor\n", row->kernel->fn);
    return;
  }
  int fits = each_fit(row, ROUNDS, check_step);
  printf("%-32s %d of %d nodes\n", row->kernel->fn, fits, ROUNDS);
  if (fits < ENOUGH) fail_msg("%s fits %d of %d nodes", row->kernel->fn, fits, ROUNDS);
}

static void rows(void **s) {
  (void)s;
  for (size_t i = 0; mote_fast[i]; i++) check_row(mote_fast[i]);
}

/* ---- for the boards ---- */

#define CASES     12
#define CASE_MOST 8000 /* bytes of tables: 512 KB of code memory hold them all */

static mote_emit_t emitted;
static mote_buf_t calls, table;
static int n_cases;

static void print_step(lab_t *l, mote_program_t *prog, const mote_step_t *ref,
                       const mote_fast_t *row) {
  if (row->cost(ref).table_bytes > CASE_MOST) return;
  mote_step_t s = packed(prog, ref, row);
  const char *fn = s.kernel->fn;
  char name[24];
  emitted.tables = NULL; /* those of steps before are freed */
  snprintf(name, sizeof name, "case%d", n_cases++);
  if (s.kernel->params) ok(mote_emit_struct(&emitted, s.kernel->params, s.params, name));
  ok(mote_buf_printf(&calls, "static void run_%s(void) { %s(", name, fn));
  if (s.kernel->params) ok(mote_buf_printf(&calls, "&%s, ", name));
  for (int32_t i = 0; i < s.n_in; i++) ok(mote_buf_printf(&calls, "(void *)in[%d], ", i));
  ok(mote_buf_printf(&calls, "(void *)out%s); }\n",
                     s.kernel->takes_scratch ? ", scratch" : ""));
  ok(mote_buf_printf(&table, "  {\"%s\", run_%s, %zu, %zu},\n", fn, name,
                     bytes_of(l, s.out[0]), s.scratch_bytes));
}

/* Rows of the instruction sets named in `isa`, for tests/bits/fast.c. */
static int print_cases(const char *isa) {
  emitted.arena = mote_arena_new();
  keep = 1;
  for (size_t i = 0; mote_fast[i]; i++) {
    if (!mote_isa_has(isa, mote_fast[i]->isa)) continue;
    if (mote_fast[i]->kernel->params)
      printf("#include \"%s\"\n", mote_fast[i]->kernel->params->header);
    each_fit(mote_fast[i], CASES, print_step);
  }
  printf("\n%.*s\n%.*sstatic const case_t cases[] = {\n%.*s};\n", (int)emitted.out.n,
         (char *)emitted.out.p, (int)calls.n, (char *)calls.p, (int)table.n,
         (char *)table.p);
  mote_buf_free(&emitted.out), mote_buf_free(&calls), mote_buf_free(&table);
  mote_arena_free(emitted.arena);
  return 0;
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rows)};
  if (argc > 2 && !strcmp(argv[1], "--cases")) return print_cases(argv[2]);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
