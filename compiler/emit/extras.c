/* SPDX-License-Identifier: Apache-2.0
 * The files around the model: self-test, example, build file, README. */
#include <stdio.h>
#include <string.h>

#include "emit/export.h"

#define PUT(...) MOTE_TRY(mote_buf_printf(out, __VA_ARGS__))

/* ---- model_selftest.c ---- */

static int put_golden(mote_export_t *x, mote_buf_t *out) {
  uint32_t n = x->n_golden * x->impulse->input.n_axes;
  mote_emit_t e = {.arena = x->arena};
  const char *name;
  if (x->impulse->input.audio) {
    int16_t *q = mote_arena_take(x->arena, n, sizeof *q);
    if (!q) return MOTE_ERR_NOMEM;
    for (uint32_t i = 0; i < n; i++) q[i] = (int16_t)x->golden[i];
    name = mote_emit_table(&e, MOTE_F_I16, q, n, "golden");
  } else name = mote_emit_table(&e, MOTE_F_F32, x->golden, n, "golden");
  int rc = name ? mote_buf_add(out, e.out.p, e.out.n) : MOTE_ERR_NUMERIC;
  mote_buf_free(&e.out);
  return rc;
}

static int put_result_crc(mote_export_t *x, mote_buf_t *out) {
  PUT("static uint32_t crc_of(const %s_result_t *r) {\n  uint32_t crc = 0;\n", x->prefix);
  for (int i = 0; i < x->impulse->n_learn; i++)
    PUT("  crc = mote_crc32_of(crc, r->%s, sizeof r->%s);\n", x->learn[i], x->learn[i]);
  if (!x->impulse->n_learn) PUT("  (void)r;\n");
  PUT("  return crc;\n}\n\n");
  return MOTE_OK;
}

static int emit_selftest(mote_export_t *x, mote_buf_t *out) {
  const char *p = x->prefix;
  PUT("/* Golden self-test of %s: a stored signal, and the CRC-32 of the features and "
      "of the\n * results that mote computed for it on the host. */\n"
      "#include \"model.h\"\n\n#include \"mote/base/crc.h\"\n\n"
      "#define FEATURES_CRC 0x%08Xu\n#define RESULT_CRC 0x%08Xu\n\n",
      p, x->crc_features, x->crc_result);
  MOTE_TRY(put_golden(x, out));
  PUT("\n");
  MOTE_TRY(put_result_crc(x, out));
  PUT("/* The signal is repeated until a window is full. */\n"
      "static void fill(%s_t *m) {\n  size_t used = %u;\n  %s_init(m);\n"
      "  while (used == %u) used = %s_feed(m, golden, %u);\n}\n\n",
      p, x->n_golden, p, x->n_golden, p, x->n_golden);
  PUT("int %s_selftest(%s_t *m) {\n  %s_result_t r;\n  int same;\n  fill(m);\n"
      "  same = mote_crc32_of(0, %s_features(m), %s_FEATURES * sizeof(float)) ==\n"
      "         FEATURES_CRC;\n  fill(m);\n"
      "  same &= %s_poll(m, &r) == 1 && crc_of(&r) == RESULT_CRC;\n  %s_init(m);\n"
      "  return same ? MOTE_OK : MOTE_ERR_SELFTEST;\n}\n",
      p, p, p, p, x->upper, p, p);
  return MOTE_OK;
}

/* ---- main.c ---- */

static int put_print(mote_export_t *x, mote_buf_t *out) {
  const char *p = x->prefix;
  int timed = x->impulse->input.hz > 0; /* rows of a table have a number, not a time */
  PUT("static void print_result(size_t samples, const %s_result_t *r) {\n", p);
  if (x->smoothed < 0 && !x->impulse->n_learn) PUT("  (void)r;\n");
  if (timed)
    PUT("  printf(\"%%8.2f s\", (double)samples / %s_SAMPLE_RATE);\n", x->upper);
  else PUT("  printf(\"row %%lu\", (unsigned long)samples);\n");
  for (int i = 0; i < x->impulse->n_learn; i++) {
    const char *n = x->learn[i];
    if (mote_answer_kind(x, i) == MOTE_ANSWER_CLASSES)
      PUT("  printf(\"  %s %%s %%.3f\", %s_%s_labels[r->%s_label], "
          "(double)r->%s[r->%s_label]);\n",
          n, p, n, n, n, n);
    else PUT("  printf(\"  %s %%.4g\", (double)r->%s[0]);\n", n, n);
    if (mote_answer_kind(x, i) == MOTE_ANSWER_ANOMALY)
      PUT("  if (r->%s_alarm) printf(\" ANOMALY\");\n", n);
  }
  if (x->smoothed >= 0)
    PUT("  if (r->smooth.event) printf(\"  => %%s\", %s_labels[r->smooth.decision]);\n",
        p);
  PUT("  printf(\"\\n\");\n}\n\n");
  return MOTE_OK;
}

/* WAV: samples stand behind the header of 44 bytes of plain files. */
static int put_skip_header(mote_export_t *x, mote_buf_t *out) {
  if (!x->impulse->input.audio) return MOTE_OK;
  PUT("/* A plain WAV file may come instead of raw samples: its header has 44 bytes. "
      "*/\nstatic size_t skip_header(%s_sample_t *s, size_t n) {\n"
      "  if (n < 22 || memcmp(s, \"RIFF\", 4)) return n;\n"
      "  memmove(s, s + 22, (n - 22) * sizeof *s);\n  return n - 22;\n}\n\n", x->prefix);
  return MOTE_OK;
}

static int emit_main(mote_export_t *x, mote_buf_t *out) {
  const char *p = x->prefix;
  int audio = x->impulse->input.audio;
  PUT("/* Example: samples from standard input (raw %s,\n"
      " * little-endian%s), results to standard output. On a device the samples come "
      "from\n * your driver instead. */\n#include <stdio.h>\n#include <string.h>\n\n"
      "#include \"model.h\"\n\nstatic %s_t model;\n\n",
      audio ? "int16" : "float32, axes interleaved", audio ? ", or a WAV file" : "", p);
  MOTE_TRY(put_skip_header(x, out));
  MOTE_TRY(put_print(x, out));
  PUT("int main(void) {\n  %s_sample_t block[64 * %s_AXES];\n  %s_result_t result;\n"
      "  size_t n, total = 0;\n", p, x->upper, p);
  if (audio) PUT("  int first = 1;\n");
  PUT("  if (%s_selftest(&model) != MOTE_OK) {\n"
      "    fprintf(stderr, \"self-test failed: these compiler flags change the "
      "arithmetic\\n\");\n    return 1;\n  }\n  %s_init(&model);\n"
      "  while ((n = fread(block, sizeof *block * %s_AXES, 64, stdin)) > 0) {\n"
      "    const %s_sample_t *s = block;\n",
      p, p, x->upper, p);
  if (audio) PUT("    if (first) n = skip_header(block, n);\n    first = 0;\n");
  PUT("    while (n) {\n      size_t used = %s_feed(&model, s, n);\n"
      "      s += used * %s_AXES, n -= used, total += used;\n"
      "      if (%s_poll(&model, &result))\n"
      "        print_result(total, &result);\n    }\n  }\n"
      "  return 0;\n}\n", p, x->upper, p);
  return MOTE_OK;
}

/* ---- CMakeLists.txt, README.md ---- */

int mote_emit_cmake(mote_export_t *x, mote_buf_t *out) {
  const char *p = x->prefix;
  PUT("# %s: the library, and its example when this is the top project.\n"
      "cmake_minimum_required(VERSION 3.10)\nproject(%s C)\n"
      "file(GLOB_RECURSE MOTE_SOURCES ${CMAKE_CURRENT_SOURCE_DIR}/mote/*.c)\n"
      "add_library(%s STATIC model.c model_selftest.c ${MOTE_SOURCES})\n"
      "target_include_directories(%s PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})\n"
      "set_target_properties(%s PROPERTIES C_STANDARD 99 C_EXTENSIONS OFF)\n"
      "target_compile_options(%s PRIVATE -Os -ffp-contract=off -ffunction-sections "
      "-fdata-sections)\nif(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)\n"
      "  add_executable(example main.c)\n  target_link_libraries(example %s)\nendif()\n",
      p, p, p, p, p, p, p);
  return MOTE_OK;
}

int mote_emit_cost_table(mote_export_t *x, mote_buf_t *out) {
  const mote_cost_t *c = x->cost;
  if (!c) return MOTE_OK;
  PUT("\n## Cost per result\n\n| stage | work | cycles |\n|---|---:|---:|\n");
  for (int i = 0; i < c->n_rows; i++)
    PUT("| %s | %.0f | %.0f |\n", c->rows[i].stage, c->rows[i].work, c->rows[i].cycles);
  PUT("| **all** | | **%.0f** |\n\n%.3g ms, %.3g mJ. Cycles: %s. Energy: %s.\n\n"
      "Flash %zu bytes: %s.\nStack: %s.\n", c->cycles, c->ms, c->mj, c->cycles_source,
      c->energy_source, c->flash_bytes, c->flash_source, c->stack_source);
  return MOTE_OK;
}

int mote_emit_constant_rows(mote_export_t *x, mote_buf_t *out) {
  PUT("| constant tables | %zu |\n", x->constant_bytes);
  if (x->ram_table_bytes)
    PUT("| of them copied to RAM at start-up | %zu |\n", x->ram_table_bytes);
  return MOTE_OK;
}

static int emit_readme(mote_export_t *x, mote_buf_t *out) {
  const char *p = x->prefix;
  PUT("# %s\n\n"
      "Plain C99 without heap, operating system or libm. Every file may be compiled "
      "with\nany flags but `-ffast-math`; no include path is needed:\n\n"
      "    cc -std=c99 -Os main.c model.c model_selftest.c mote/*/*.c -o example\n\n"
      "`model.h` has the interface and the cost, `model.c` the tables and the calls in "
      "order,\n"
      "`mote/` the functions they use (Apache-2.0), `main.c` an example. `%s_selftest` "
      "proves that\nyour toolchain gives the same bits as the test on the host did.\n\n"
      "| memory | bytes |\n|---|---:|\n| arena (scratch) | %zu |\n"
      "| stream state | %zu |\n| samples kept | %zu |\n| whole instance | %zu |\n",
      p, p, x->s->arena_bytes, x->state_bytes, x->input_bytes, x->instance_bytes);
  MOTE_TRY(mote_emit_constant_rows(x, out));
  for (int i = 0; i < x->impulse->n_dsp; i++)
    if (x->impulse->dsp[i].shape.frame && !x->s->framed[i])
      PUT("\n"
          "Block \"%s\" is computed whole for every window, as the stride of %u samples "
          "is no multiple of\n"
          "its hop of %u: a stride that is would make overlapping windows cheap.\n",
          x->impulse->dsp[i].name, x->impulse->input.stride,
          x->impulse->dsp[i].shape.hop);
  return mote_emit_cost_table(x, out);
}

int mote_emit_license(mote_export_t *x, mote_buf_t *out) {
  PUT("The files in mote/ are part of mote, licensed under the Apache License 2.0\n"
      "(https://www.apache.org/licenses/LICENSE-2.0).\n\nAll other files of this folder, "
      "with the constants in them, were generated from\n%s \"%s\". They belong to "
      "whoever generated them, without conditions.\n",
      x->s->trained ? "the impulse" : "the model", x->impulse->name);
  return MOTE_OK;
}

const mote_export_file_t mote_impulse_files[] = {
    {"model.c", mote_emit_source, 0},  {"model_selftest.c", emit_selftest, 0},
    {"main.c", emit_main, 0},          {"CMakeLists.txt", mote_emit_cmake, 0},
    {"LICENSE", mote_emit_license, 0}, {"model.h", mote_emit_header, 1},
    {"README.md", emit_readme, 1},     {NULL, NULL, 0}};
