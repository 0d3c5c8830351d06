/* SPDX-License-Identifier: Apache-2.0
 * Exports of every fixture: built with the strictest flags of two compilers, run through
 * the stream interface, and compared bit for bit with the host executor, call by call.
 * `test_compile export FIXTURE int8|float32 CHIP DIR N` writes one with samples of N
 * windows beside it (tests/test_boards.sh). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/crc.h"
#include "base/file.h"
#include "compile.h"
#include "cost/blerp.h"
#include "cost/stack.h"
#include "cost/tool.h"
#include "emit/export.h"
#include "fixtures.h"

static char root[MOTE_PATH_MAX];

/* ---- helpers ---- */

static void want(int rc) {
  if (rc < 0) fail_msg("%s: %s", mote_errname(rc), mote_errmsg());
}

static int export_to(const mote_trained_t *t, mote_variant_t v, const char *chip,
                     const char *dir, const char *prefix, mote_compile_report_t *r) {
  mote_target_t *target;
  MOTE_TRY(mote_target_load(chip, &target));
  mote_compile_options_t o = {
      .dir = dir, .prefix = prefix, .variant = v, .target = target};
  int rc = mote_compile(t, &o, r);
  mote_target_free(target);
  return rc;
}

/* Samples of `windows` windows, as the device is fed them. */
static size_t samples_for(const mote_impulse_t *m, int windows) {
  return m->input.window + (size_t)(windows - 1) * m->input.stride;
}

static int write_samples(const mote_impulse_t *m, const float *x, size_t n,
                         const char *dir) {
  char path[MOTE_PATH_MAX];
  size_t values = n * m->input.n_axes;
  MOTE_TRY(mote_path_join(path, dir, "samples.bin"));
  if (!m->input.audio) return mote_file_write(path, x, values * sizeof *x);
  int16_t *q = mote_alloc(values, sizeof *q);
  if (!q) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < values; i++) q[i] = (int16_t)x[i];
  int rc = mote_file_write(path, q, values * sizeof *q);
  mote_free(q);
  return rc;
}

static int run_shell(const char *fmt, ...) {
  char line[8192];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(line, sizeof line, fmt, ap);
  va_end(ap);
  const char *argv[] = {"sh", "-c", line, NULL};
  mote_buf_t out = {0};
  int rc = mote_tool_run(argv, &out);
  if (rc) print_message("%s\n%s\n", line, out.p ? (char *)out.p : "");
  mote_buf_free(&out);
  return rc;
}

/* ---- what the host computes ---- */

/* CRC per call over all windows, in the format of tests/boards/harness.c. */
typedef struct {
  uint32_t crc[64], windows;
} expect_t;

static void trace(expect_t *e, int call, const void *p, size_t n) {
  if (call < 64) e->crc[call] = mote_crc32_of(e->crc[call], p, n);
}

static void pick(const mote_impulse_t *m, const mote_learner_t *l, const float *all,
                 float *to) {
  for (int i = 0; i < l->n_inputs; i++) {
    size_t at = 0;
    for (int b = 0; b < l->inputs[i]; b++) at += m->dsp[b].features;
    memcpy(to, all + at, m->dsp[l->inputs[i]].features * sizeof *to);
    to += m->dsp[l->inputs[i]].features;
  }
}

static void expect_learner(const mote_schedule_t *s, int learner, const float *features,
                           expect_t *e) {
  const mote_program_t *p = s->prog[learner];
  mote_exec_t *x;
  float *in = mote_alloc(s->impulse->features, sizeof *in);
  want(mote_exec_new(p, &x));
  pick(s->impulse, &s->impulse->learn[learner], features, in);
  const void *inputs[1] = {in};
  want(mote_exec_run(x, inputs, NULL));
  for (int32_t i = 0; i < s->n_calls; i++) {
    const mote_call_t *c = &s->calls[i];
    if (c->kind != MOTE_CALL_STEP || c->learner != learner) continue;
    int32_t out = p->steps[c->step].out[0];
    trace(e, (int)i, mote_exec_tensor(x, out),
          mote_tensor_bytes(&p->graph->tensors[out]));
  }
  mote_exec_free(x);
  mote_free(in);
}

static void expect_all(const mote_trained_t *t, mote_variant_t v, const float *x,
                       int windows, expect_t *e) {
  mote_schedule_t *s;
  const mote_impulse_t *m = t->impulse;
  want(mote_schedule(t, v, NULL, &s));
  float *features = mote_alloc(m->features, sizeof *features);
  void *scratch = mote_alloc(mote_impulse_scratch(m) + 16, 1),
       *states[MOTE_BLOCKS_MAX] = {0};
  for (int b = 0; b < m->n_dsp; b++)
    if (m->dsp[b].shape.state_bytes)
      states[b] = mote_alloc(m->dsp[b].shape.state_bytes, 1);
  memset(e, 0, sizeof *e);
  for (int w = 0; w < windows; w++) {
    const float *at = x + (size_t)w * m->input.stride * m->input.n_axes;
    want(mote_impulse_features(m, at, w ? at - m->input.n_axes : NULL, features, scratch,
                               states));
    trace(e, 0, features, m->features * sizeof *features);
    for (int i = 0; i < m->n_learn; i++) expect_learner(s, i, features, e);
    e->windows++;
  }
  for (int b = 0; b < m->n_dsp; b++) mote_free(states[b]);
  mote_free(features), mote_free(scratch);
  mote_schedule_free(s);
}

static void check_log(const char *path, const expect_t *e) {
  mote_buf_t log = {0};
  want(mote_file_read(path, 1 << 20, &log));
  char line[64];
  snprintf(line, sizeof line, "windows0 %u\n", e->windows);
  assert_non_null(strstr((char *)log.p, line));
  for (int i = 0; i < 64; i++) {
    snprintf(line, sizeof line, "call %d %x\n", i, e->crc[i]);
    if (e->crc[i] && !strstr((char *)log.p, line))
      fail_msg("%s: expected %s in\n%s", path, line, (char *)log.p);
  }
  assert_non_null(strstr((char *)log.p, "selftest ok"));
  assert_non_null(strstr((char *)log.p, "guards ok"));
  mote_buf_free(&log);
}

/* ---- tests ---- */

#define STRICT "-std=c99 -pedantic -Wall -Wextra -Werror -Wshadow"
#define HARNESS                                                                          \
  "%s " STRICT " %s -I. -I" MOTE_SOURCE                                                  \
  "/tests/boards -DMOTE_TRACE_HEADER='\"trace.h\"' "                                     \
  "model.c model_selftest.c mote/*/*.c " MOTE_SOURCE                                     \
  "/tests/boards/harness.c " MOTE_SOURCE "/tests/boards/port_host.c -o run"

static void build_and_run(const char *dir, const char *cc, const char *flags,
                          const expect_t *e) {
  char log[MOTE_PATH_MAX];
  if (run_shell("cd %s && " HARNESS " && ./run > log", dir, cc, flags))
    fail_msg("%s: %s %s failed", dir, cc, flags);
  want(mote_path_join(log, dir, "log"));
  check_log(log, e);
}

static int have(const char *program) {
  const char *argv[] = {program, "--version", NULL};
  mote_buf_t out = {0};
  int rc = mote_tool_run(argv, &out);
  mote_buf_free(&out);
  return rc == 0;
}

static void check_export(fixture_t f, mote_variant_t v, int windows) {
  mote_trained_t *t;
  expect_t e;
  char dir[MOTE_PATH_MAX + 64];
  want(fixture_trained(f, &t));
  const mote_impulse_t *m = t->impulse;
  snprintf(dir, sizeof dir, "%s/%s-%d", root, fixture_name(f), (int)v);
  want(export_to(t, v, "cortex-m4f-80mhz", dir, "model", NULL));
  size_t n = samples_for(m, windows);
  float *x = mote_alloc(n * m->input.n_axes, sizeof *x);
  fixture_signal(m, 1, x, n);
  want(write_samples(m, x, n, dir));
  expect_all(t, v, x, windows, &e);
  build_and_run(dir, "gcc", "-O2", &e);
  if (have("clang"))
    build_and_run(dir, "clang", v == MOTE_VARIANT_I8 ? "-O1 -fsanitize=address,undefined "
                  "-fno-sanitize-recover=all" : "-O3", &e);
  /* the example of the folder, built as its README says */
  if (v == MOTE_VARIANT_I8)
    assert_int_equal(
        run_shell("cd %s && cc " STRICT " -Os main.c model.c model_selftest.c "
                  "mote/*/*.c -o example && ./example < samples.bin > heard && "
                  "test $(wc -l < heard) = %d",
                  dir, windows),
        0);
  mote_free(x);
  mote_trained_free(t);
}

static void streams_like_the_host(void **state) {
  (void)state;
  for (int f = 0; f < FIXTURES; f++) {
    check_export((fixture_t)f, MOTE_VARIANT_I8, f == FIXTURE_KEYWORD ? 6 : 25);
    check_export((fixture_t)f, MOTE_VARIANT_F32, f == FIXTURE_KEYWORD ? 3 : 12);
  }
}

static void same_input_same_folder(void **state) {
  (void)state;
  mote_trained_t *t;
  char a[MOTE_PATH_MAX + 8], b[MOTE_PATH_MAX + 8];
  want(fixture_trained(FIXTURE_MOTION, &t));
  snprintf(a, sizeof a, "%s/a", root);
  snprintf(b, sizeof b, "%s/b", root);
  want(export_to(t, MOTE_VARIANT_I8, "stm32l4r5", a, NULL, NULL));
  want(export_to(t, MOTE_VARIANT_I8, "stm32l4r5", b, NULL, NULL));
  assert_int_equal(run_shell("diff -r %s %s", a, b), 0);
  mote_trained_free(t);
}

/* Two models and two instances of one of them in one program do not touch each other. */
static void two_models_side_by_side(void **state) {
  (void)state;
  mote_trained_t *t;
  char dir[MOTE_PATH_MAX + 16];
  const char *main_c =
      "#include \"one/model.h\"\n#include \"two/model.h\"\n#include <string.h>\n"
      "static one_t a, b;\nstatic two_t c;\nint main(void) {\n  one_result_t r, s;\n"
      "  two_result_t q;\n  float x[2 * 16];\n  for (int i = 0; i < 32; i++) x[i] = "
      "(float)(i * i "
      "% 17);\n  one_init(&a), one_init(&b), two_init(&c);\n"
      "  one_classify(&a, x, &r);\n  one_feed(&b, x, 8), two_feed(&c, x + 8, 8);\n"
      "  if (!two_poll(&c, &q) || !one_poll(&b, &s)) return 1;\n"
      "  return memcmp(r.nn, s.nn, sizeof r.nn) || one_selftest(&a) || "
      "two_selftest(&c);\n}\n";
  want(fixture_trained(FIXTURE_RAW, &t));
  snprintf(dir, sizeof dir, "%s/pair/one", root);
  want(export_to(t, MOTE_VARIANT_I8, "rp2040", dir, "one", NULL));
  snprintf(dir, sizeof dir, "%s/pair/two", root);
  want(export_to(t, MOTE_VARIANT_F32, "rp2040", dir, "two", NULL));
  snprintf(dir, sizeof dir, "%s/pair/main.c", root);
  want(mote_file_write(dir, main_c, strlen(main_c)));
  /* the runtime is linked once: the float model's files that the int8 one has too are not
   */
  assert_int_equal(
      run_shell("cd %s/pair && mkdir -p all && cp -r one/mote two/mote all/ && cc " STRICT
                " main.c one/model.c one/model_selftest.c two/model.c "
                "two/model_selftest.c all/mote/*/*.c -o run && ./run",
                root),
      0);
  mote_trained_free(t);
}

static void refuses_what_does_not_fit(void **state) {
  (void)state;
  mote_trained_t *t;
  mote_target_t *target;
  char dir[MOTE_PATH_MAX + 8];
  want(fixture_trained(FIXTURE_MOTION, &t));
  want(mote_target_load("cortex-m4f-80mhz", &target));
  snprintf(dir, sizeof dir, "%s/fit", root);
  mote_compile_options_t o = {.dir = dir, .target = target, .variant = MOTE_VARIANT_I8,
                              .no_toolchain = 1, .ram = 2000};
  assert_int_equal(mote_compile(t, &o, NULL), MOTE_ERR_FIT);
  assert_non_null(strstr(mote_errmsg(), "RAM"));
  o.ram = 0, o.flash = 4000;
  assert_int_equal(mote_compile(t, &o, NULL), MOTE_ERR_FIT);
  assert_non_null(strstr(mote_errmsg(), "flash"));
  o.flash = 0;
  want(mote_compile(t, &o, NULL));
  mote_target_free(target);
  mote_trained_free(t);
}

/* Every refused allocation gives an error, not a crash or a leak (ASan watches). */
static void survives_without_memory(void **state) {
  (void)state;
  mote_trained_t *t;
  mote_target_t *target;
  char dir[MOTE_PATH_MAX + 8];
  want(fixture_trained(FIXTURE_RAW, &t));
  want(mote_target_load("cortex-m4f-80mhz", &target));
  snprintf(dir, sizeof dir, "%s/mem", root);
  mote_compile_options_t o = {.dir = dir, .target = target, .no_toolchain = 1};
  int rc = -1;
  for (long k = 1; rc < 0 && k < 4000; k += k < 60 ? 1 : 23) {
    mote_alloc_fail_at(k, 0);
    rc = mote_compile(t, &o, NULL);
    mote_alloc_fail_at(0, 0);
  }
  want(rc);
  mote_target_free(target);
  mote_trained_free(t);
}

static void floats_read_back(void **state) {
  (void)state;
  const uint32_t bits[] = {0, 0x80000000u, 1, 0x007FFFFFu, 0x3F800000u, 0x3DCCCCCDu,
                           0x7F7FFFFFu, 0xFF7FFFFFu, 0x4B189680u, 0x33D6BF95u};
  for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
    float v, back;
    char text[40];
    memcpy(&v, &bits[i], sizeof v);
    mote_emit_float(v, text);
    back = strtof(text, NULL);
    assert_memory_equal(&v, &back, sizeof v);
    assert_non_null(strpbrk(text, ".e"));
  }
}

static void stack_depths(void **state) {
  (void)state;
  const char *graph =
      "graph: { title: \"x\"\n"
      "node: { title: \"a\" label: \"a\\na.c:1:1\\n16 bytes (static)\" }\n"
      "node: { title: \"a.c:b\" label: \"b\\na.c:2:1\\n40 bytes (static)\" }\n"
      "node: { title: \"c\" label: \"c\\na.c:3:1\\n8 bytes (dynamic)\" }\n"
      "node: { title: \"r\" label: \"r\\na.c:4:1\\n8 bytes (static)\" }\n"
      "node: { title: \"p\" label: \"p\\na.c:5:1\\n8 bytes (static)\" }\n"
      "node: { title: \"memcpy\" label: \"memcpy\\n<built-in>\" shape : ellipse }\n"
      "edge: { sourcename: \"a\" targetname: \"a.c:b\" label: \"a.c:1:5\" }\n"
      "edge: { sourcename: \"a.c:b\" targetname: \"memcpy\" label: \"a.c:2:5\" }\n"
      "edge: { sourcename: \"r\" targetname: \"r\" label: \"a.c:4:5\" }\n"
      "edge: { sourcename: \"p\" targetname: \"__indirect_call\" label: \"a.c:5:5\" "
      "}\n}\n";
  mote_stack_t *s;
  want(mote_stack_new(&s));
  want(mote_stack_add(s, graph, strlen(graph)));
  assert_int_equal(mote_stack_worst(s, "a"), 16 + 40 + MOTE_STACK_LIBRARY);
  assert_true(mote_stack_worst(s, "c") < 0);
  assert_true(mote_stack_worst(s, "r") < 0);
  assert_non_null(strstr(mote_errmsg(), "recursion"));
  assert_true(mote_stack_worst(s, "p") < 0);
  assert_true(mote_stack_worst(s, "nobody") < 0);
  mote_stack_free(s);
}

static void every_chip_loads(void **state) {
  (void)state;
  mote_arena_t *a = mote_arena_new();
  const char **names;
  size_t n;
  want(mote_target_names(a, &names, &n));
  assert_true(n >= 6);
  for (size_t i = 0; i < n; i++) {
    mote_target_t *t;
    want(mote_target_load(names[i], &t));
    assert_string_equal(t->name, names[i]);
    mote_target_free(t);
  }
  mote_target_t *none;
  assert_int_equal(mote_target_load("../../etc/passwd", &none), MOTE_ERR_NOTFOUND);
  mote_arena_free(a);
}

static double number(json_t *o, const char *group, const char *key) {
  json_t *v = json_object_get(json_object_get(o, group), key);
  assert_true(json_is_number(v));
  return json_number_value(v);
}

static void blerp_of_every_chip(void **state) {
  (void)state;
  mote_trained_t *t;
  json_t *all, *chip;
  mote_buf_t text = {0};
  size_t i;
  want(fixture_trained(FIXTURE_MOTION, &t));
  want(mote_blerp_report(t, MOTE_VARIANT_I8, &all, &text));
  json_t *chips = json_object_get(all, "chips");
  assert_true(json_array_size(chips) >= 6);
  json_array_foreach(chips, i, chip) {
    assert_true(number(chip, "bandwidth", "cloud_bytes_per_day") == 62.5 * 3 * 4 * 86400);
    assert_true(number(chip, "bandwidth", "chip_bytes_per_day") == 8 * 86400 / 0.24);
    assert_true(number(chip, "latency", "chip_ms") > 0);
    assert_true(number(chip, "energy", "chip_mj_per_result") > 0);
    assert_true(number(chip, "reliability", "cloud_hours_lost_per_year") > 0);
    assert_true(number(chip, "privacy", "chip_raw_bytes_out_per_day") == 0);
    assert_true(strlen(json_string_value(json_object_get(chip, "energy_source"))) > 20);
  }
  assert_non_null(strstr((char *)text.p, "Cortex-M7"));
  json_decref(all);
  mote_buf_free(&text);
  mote_trained_free(t);
}

/* ---- export mode ---- */

static int export_mode(char **argv) {
  mote_trained_t *t;
  int f = 0, windows = atoi(argv[6]);
  while (f < FIXTURES && strcmp(fixture_name((fixture_t)f), argv[2])) f++;
  if (f == FIXTURES) return 2;
  mote_variant_t v = strcmp(argv[3], "int8") ? MOTE_VARIANT_F32 : MOTE_VARIANT_I8;
  int rc = fixture_trained((fixture_t)f, &t);
  mote_compile_report_t r = {0};
  if (rc == MOTE_OK) rc = export_to(t, v, argv[4], argv[5], "model", &r);
  if (rc == MOTE_OK && windows) {
    size_t n = samples_for(t->impulse, windows);
    float *x = mote_alloc(n * t->impulse->input.n_axes, sizeof *x);
    fixture_signal(t->impulse, 7, x, n);
    rc = write_samples(t->impulse, x, n, argv[5]);
    mote_free(x);
  }
  if (rc < 0) {
    fprintf(stderr, "%s\n", mote_errmsg());
    return 1;
  }
  json_t *j = mote_compile_report_json(&r);
  json_dumpf(j, stdout, JSON_INDENT(2));
  json_decref(j);
  mote_compile_report_free(&r);
  mote_trained_free(t);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 7 && !strcmp(argv[1], "export")) return export_mode(argv);
  const char *base = getenv("TMPDIR");
  snprintf(root, sizeof root, "%s/mote-test-XXXXXX", base && *base ? base : "/tmp");
  if (!mkdtemp(root)) return 1;
  const struct CMUnitTest tests[] = {cmocka_unit_test(floats_read_back),
                                     cmocka_unit_test(stack_depths),
                                     cmocka_unit_test(every_chip_loads),
                                     cmocka_unit_test(refuses_what_does_not_fit),
                                     cmocka_unit_test(blerp_of_every_chip),
                                     cmocka_unit_test(survives_without_memory),
                                     cmocka_unit_test(same_input_same_folder),
                                     cmocka_unit_test(two_models_side_by_side),
                                     cmocka_unit_test(streams_like_the_host)};
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  (void)mote_path_remove(root);
  return failed;
}
