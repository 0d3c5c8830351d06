/* SPDX-License-Identifier: Apache-2.0
 * Operators against the TFLite Micro reference kernels, over tests/vectors/nn (README.md
 * there), as imported and after round trips through our own .tflite and .onnx: integers
 * byte for byte, floats within 1e-5. What .onnx cannot say is in golden_ops_not_onnx.def;
 * a row that passes is an error, so that the list shrinks. */
#include <math.h>

#include "base/file.h"
#include "formats/tflite.h"
#include "model/from_onnx.h"
#include "model/from_tflite.h"
#include "model/op.h"
#include "model/to_onnx.h"
#include "model/to_tflite.h"
#include "nn_vectors.h"

static const char *const no_case[] = {NULL};
static const char *const not_onnx[] = {
#include "golden_ops_not_onnx.def"
    NULL};

#define FILES_MAX 512
static char *paths[FILES_MAX];
static size_t n_paths;

/* The entry that is a part of the name. */
static const char *part_of(const char *const *list, const char *name) {
  for (size_t i = 0; list[i]; i++)
    if (strstr(name, list[i])) return list[i];
  return NULL;
}

static int same_floats(const uint8_t *got, const uint8_t *want, size_t n, char *why) {
  float a, b, most = 0;
  for (size_t i = 0; i < n; i++) {
    memcpy(&b, want + 4 * i, 4);
    most = fmaxf(most, fabsf(b));
  }
  for (size_t i = 0; i < n; i++) {
    memcpy(&a, got + 4 * i, 4), memcpy(&b, want + 4 * i, 4);
    if (fabsf(a - b) <= 1e-5f * fmaxf(fabsf(b), 0.1f * most)) continue;
    sprintf(why, "value %zu is %.8g, not %.8g", i, (double)a, (double)b);
    return 0;
  }
  return 1;
}

static int same(const mote_tensor_t *t, const uint8_t *got, const uint8_t *want,
                char *why) {
  size_t n = mote_tensor_bytes(t);
  if (t->dtype == MOTE_F32) return same_floats(got, want, n / 4, why);
  for (size_t i = 0; i < n; i++)
    if (got[i] != want[i]) {
      sprintf(why, "byte %zu of a tensor of %s is %d, not %d", i,
              mote_dtype_name(t->dtype), (int8_t)got[i], (int8_t)want[i]);
      return 0;
    }
  return 1;
}

static size_t bytes_of(const mote_graph_t *g, const int32_t *list, int32_t n) {
  size_t sum = 0;
  for (int32_t i = 0; i < n; i++) sum += mote_tensor_bytes(&g->tensors[list[i]]);
  return sum;
}

static int one_run(mote_exec_t *e, const mote_graph_t *g, const uint8_t *in,
                   const uint8_t *want, char *why) {
  const void *ins[MOTE_NODE_IO_MAX];
  for (int32_t i = 0; i < g->n_inputs; i++) {
    ins[i] = in;
    in += mote_tensor_bytes(&g->tensors[g->inputs[i]]);
  }
  assert_int_equal(mote_exec_run(e, ins, NULL), 0);
  for (int32_t i = 0; i < g->n_outputs; i++) {
    const mote_tensor_t *t = &g->tensors[g->outputs[i]];
    char more[128];
    if (!same(t, mote_exec_tensor(e, g->outputs[i]), want, more)) {
      sprintf(why, "output %d: %s", (int)i, more);
      return 0;
    }
    want += mote_tensor_bytes(t);
  }
  return 1;
}

/* States live from one run to the next. */
static int all_runs(const case_t *c, const mote_graph_t *g, char *why) {
  mote_program_t *prog;
  mote_exec_t *e;
  size_t in = c->in_bytes / c->runs, out = c->out_bytes / c->runs;
  if (bytes_of(g, g->inputs, g->n_inputs) != in ||
      bytes_of(g, g->outputs, g->n_outputs) != out)
    return sprintf(why, "inputs or outputs have another size"), 0;
  if (mote_lower(g, &prog) < 0) return sprintf(why, "%.200s", mote_errmsg()), 0;
  assert_int_equal(mote_exec_new(prog, &e), 0);
  int ok = 1;
  for (size_t i = 0; i < c->runs && ok; i++) {
    ok = one_run(e, g, c->in + i * in, c->out + i * out, why);
    if (!ok) sprintf(why + strlen(why), " (run %zu)", i);
  }
  mote_exec_free(e);
  mote_program_free(prog);
  return ok;
}

/* Operators are written with the kind of options that the file had. */
static int same_options(const case_t *c, const mote_buf_t *file, char *why) {
  mote_arena_t *a = mote_arena_new();
  mote_tflite_t was, is;
  int ok = 1;
  assert_int_equal(mote_tflite_read(c->model, c->model_bytes, a, &was), 0);
  assert_int_equal(mote_tflite_read(file->p, file->n, a, &is), 0);
  for (int32_t i = 0; i < was.n_ops; i++)
    for (int32_t k = 0; ok && k < is.n_ops; k++) {
      const mote_tflite_op_t *x = &was.ops[i], *y = &is.ops[k];
      ok = x->code != y->code || !x->options_type || !y->options_type ||
           x->options_type == y->options_type;
      if (!ok) sprintf(why, "round trip: options %d, not %d", (int)y->options_type,
                       (int)x->options_type);
    }
  mote_arena_free(a);
  return ok;
}

typedef struct {
  const char *name;
  int (*write)(const mote_graph_t *g, mote_buf_t *out);
  int (*read)(const uint8_t *p, size_t n, mote_graph_t **out);
  const char *const *refused; /* parts of names of cases that it cannot say */
  int (*judge)(const case_t *c, const mote_buf_t *file, char *why); /* or NULL */
} form_t;
static const form_t forms[] = {
    {".tflite", mote_graph_to_tflite, mote_graph_from_tflite, no_case,
     same_options},
    {".onnx", mote_graph_to_onnx, mote_graph_from_onnx, not_onnx, NULL}};

/* Once more after a trip through one of our own files. */
static int trip(const case_t *c, const mote_graph_t *g, const form_t *f, char *why) {
  const char *row = part_of(f->refused, c->name);
  mote_buf_t file = {0};
  mote_graph_t *again = NULL;
  int ok = f->write(g, &file) >= 0 && f->read(file.p, file.n, &again) >= 0;
  if (!ok) sprintf(why, "round trip: %.200s", mote_errmsg());
  else ok = (!f->judge || f->judge(c, &file, why)) && all_runs(c, again, why);
  if (ok && row) sprintf(why, "take \"%s\" off the list, it passes", row);
  else if (!ok) sprintf(why + strlen(why), " (%s)", f->name);
  mote_graph_free(again);
  mote_buf_free(&file);
  return ok != (row != NULL);
}

static int every_way(const case_t *c, const mote_graph_t *g, char *why) {
  int ok = all_runs(c, g, why);
  for (size_t i = 0; ok && i < sizeof forms / sizeof forms[0]; i++)
    ok = trip(c, g, &forms[i], why);
  return ok;
}

/* 1 when it is as it should be. */
static int check_case(const case_t *c) {
  char why[320] = "";
  mote_graph_t *g = NULL;
  int rc = mote_graph_from_tflite(c->model, c->model_bytes, &g);
  if (rc < 0) {
    fprintf(stderr, "FAILED %s: %s\n", c->name, mote_errmsg());
    return 0;
  }
  int ok = every_way(c, g, why);
  mote_graph_free(g);
  if (!ok) fprintf(stderr, "FAILED %s: %s\n", c->name, why);
  return ok;
}

static void check_file(void **state) {
  mote_buf_t file = {0};
  case_t c;
  size_t at = 0, failed = 0;
  if (mote_file_read(*state, 1u << 24, &file) < 0) fail_msg("%s", mote_errmsg());
  while (next_case(&file, &at, &c)) failed += !check_case(&c);
  mote_buf_free(&file);
  if (failed) fail_msg("%zu cases", failed);
}

/* A row that fits no case is dead. */
static void the_list_is_alive(void **state) {
  (void)state;
  size_t hits[sizeof not_onnx / sizeof not_onnx[0]] = {0};
  for (size_t k = 0; k < n_paths; k++) {
    mote_buf_t file = {0};
    case_t c;
    size_t at = 0;
    assert_int_equal(mote_file_read(paths[k], 1u << 24, &file), 0);
    while (next_case(&file, &at, &c))
      for (size_t i = 0; not_onnx[i]; i++)
        hits[i] += part_of(&not_onnx[i], c.name) == not_onnx[i];
    mote_buf_free(&file);
  }
  for (size_t i = 0; not_onnx[i]; i++)
    if (!hits[i]) fail_msg("\"%s\" is on the list and fits no case", not_onnx[i]);
}

static int collect(void *ctx, const char *path) {
  (void)ctx;
  size_t n = strlen(path);
  if (n > 4 && !strcmp(path + n - 4, ".vec") && n_paths < FILES_MAX) {
    char *copy = malloc(n + 1);
    memcpy(copy, path, n + 1);
    paths[n_paths++] = copy;
  }
  return MOTE_OK;
}

int main(void) {
  static struct CMUnitTest tests[FILES_MAX + 1];
  if (mote_walk(MOTE_SOURCE "/tests/vectors/nn", collect, NULL) < 0 || !n_paths) {
    fprintf(stderr, "no vectors: %s\n", mote_errmsg());
    return 1;
  }
  for (size_t i = 0; i < n_paths; i++)
    tests[i] = (struct CMUnitTest){mote_path_name(paths[i]), check_file, NULL, NULL,
                                   paths[i]};
  tests[n_paths] =
      (struct CMUnitTest){"the list is alive", the_list_is_alive, NULL, NULL, NULL};
  int rc = _cmocka_run_group_tests("golden_ops", tests, n_paths + 1, NULL, NULL);
  for (size_t i = 0; i < n_paths; i++) free(paths[i]);
  return rc;
}
