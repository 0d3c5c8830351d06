/* SPDX-License-Identifier: Apache-2.0
 * Flash and stack as the chip's own compiler makes them: the export is built in a
 * temporary folder and linked with a probe that calls every entry point but the
 * self-test; an empty program is subtracted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cost/cost.h"
#include "cost/stack.h"
#include "cost/toolchain.h"

#define CI_BYTES_MAX ((size_t)4 << 20)
/* Without a compiler: glue and runtime code, as measured on Cortex-M4 (-Os). */
#define CODE_ESTIMATE 8192u

typedef struct {
  const mote_target_t *t;
  mote_arena_t *arena;
  const char *dir;
  const mote_probe_t *probe;
  char tmp[MOTE_PATH_MAX];
  const char *objects[MOTE_TOOL_ARGS_MAX];
  int n_objects;
  mote_stack_t *stack;
} build_t;

/* ---- objects ---- */

static int read_graph(build_t *b, const char *object) {
  mote_buf_t text = {0};
  char *ci = mote_arena_printf(b->arena, "%.*s.ci", (int)strlen(object) - 2, object);
  if (!ci) return MOTE_ERR_NOMEM;
  int rc = mote_file_read(ci, CI_BYTES_MAX, &text);
  if (rc == MOTE_OK) rc = mote_stack_add(b->stack, (const char *)text.p, text.n);
  mote_buf_free(&text);
  return rc;
}

static int compile_one(void *ctx, const char *path) {
  build_t *b = ctx;
  size_t n = strlen(path);
  if (n < 2 || strcmp(path + n - 2, ".c") || !strcmp(mote_path_name(path), "main.c") ||
      !strcmp(mote_path_name(path), "model_selftest.c"))
    return MOTE_OK;
  if (b->n_objects == MOTE_TOOL_ARGS_MAX - 64)
    return mote_fail(MOTE_ERR_LIMIT, "too many files");
  char *object = mote_arena_printf(b->arena, "%s/%d.o", b->tmp, b->n_objects);
  if (!object) return MOTE_ERR_NOMEM;
  const char *const rest[] = {"-fcallgraph-info=su", "-c", path, "-o", object};
  mote_tool_args_t a = {0};
  mote_tool_cc(&a, b->t);
  mote_tool_args(&a, rest, sizeof rest / sizeof *rest);
  MOTE_TRY(mote_tool_must(&a, NULL));
  b->objects[b->n_objects++] = object;
  return read_graph(b, object);
}

/* ---- sizes ---- */

static int image_bytes(build_t *b, const char *image, long *out) {
  const char *tool = mote_tool_beside(b->arena, b->t, "size");
  mote_tool_args_t a = {{tool, "-B", image}, 3};
  mote_buf_t text = {0};
  int rc = mote_tool_must(&a, &text);
  long code = 0, data = 0;
  const char *line = text.p ? strchr((char *)text.p, '\n') : NULL;
  if (rc == MOTE_OK && (!line || sscanf(line, "%ld %ld", &code, &data) != 2))
    rc = mote_fail(MOTE_ERR_FORMAT, "%s: output not understood", tool);
  mote_buf_free(&text);
  *out = code + data;
  return rc;
}

static int link_image(build_t *b, const char *name, const char *source, int with,
                      long *bytes) {
  char *path = mote_arena_printf(b->arena, "%s/%s.c", b->tmp, name);
  char *image = mote_arena_printf(b->arena, "%s/%s.elf", b->tmp, name);
  char *include = mote_arena_printf(b->arena, "-I%s", b->dir);
  if (!path || !image || !include) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_file_write(path, source, strlen(source)));
  /* Whatever memory a C library's own linker script assumes: only sizes matter here. */
  const char *const rest[] = {
      include, path, "-nostartfiles", "-Wl,--gc-sections,-e,main",
      "-Wl,--defsym=__ram_size=0x10000000,--defsym=__flash_size=0x10000000", "-o", image};
  mote_tool_args_t a = {0};
  mote_tool_cc(&a, b->t);
  mote_tool_args(&a, rest, sizeof rest / sizeof *rest);
  if (with) mote_tool_args(&a, b->objects, (size_t)b->n_objects);
  MOTE_TRY(mote_tool_must(&a, NULL));
  return image_bytes(b, image, bytes);
}

static int measure_flash(build_t *b, mote_cost_t *out) {
  long whole, empty;
  MOTE_TRY(link_image(b, "probe", b->probe->program, 1, &whole));
  MOTE_TRY(link_image(b, "empty", "int main(void) { for (;;) {} }\n", 0, &empty));
  out->flash_bytes = (size_t)(whole - empty);
  return MOTE_OK;
}

/* ---- the whole ---- */

static int measure_stack(build_t *b, mote_cost_t *out) {
  for (int i = 0; i < MOTE_ENTRY_POINTS && b->probe->entries[i]; i++) {
    char *fn =
        mote_arena_printf(b->arena, "%s_%s", b->probe->prefix, b->probe->entries[i]);
    if (!fn) return MOTE_ERR_NOMEM;
    long bytes = mote_stack_worst(b->stack, fn);
    if (bytes < 0) return mote_context((int)bytes, "stack of %s", fn);
    out->stack[i].bytes = bytes + MOTE_STACK_ASSEMBLY;
  }
  return MOTE_OK;
}

static int build(build_t *b, const char *name, mote_cost_t *out) {
  MOTE_TRY(mote_walk(b->dir, compile_one, b));
  MOTE_TRY(measure_flash(b, out));
  MOTE_TRY(measure_stack(b, out));
  out->flash_source = mote_arena_printf(
      b->arena, "whole image less an empty program, without the self-test: %s, %s -Os",
      name, b->t->core);
  out->stack_source = mote_arena_printf(
      b->arena,
      "worst case in bytes: -fcallgraph-info=su of %s, %s -Os; %d for each library "
      "leaf, %d for assembly; interrupts not included",
      name, b->t->core, MOTE_STACK_LIBRARY, MOTE_STACK_ASSEMBLY);
  return out->flash_source && out->stack_source ? MOTE_OK : MOTE_ERR_NOMEM;
}

static void estimate(const char *why, size_t constants, mote_arena_t *a,
                     mote_cost_t *out) {
  out->flash_bytes = constants + CODE_ESTIMATE;
  out->flash_source =
      mote_arena_printf(a, "estimate: %zu bytes of tables and %u for code (%s)",
                        constants, CODE_ESTIMATE, why);
  out->stack_source = mote_arena_printf(a, "not known: %s", why);
  if (!out->flash_source) out->flash_source = "estimate";
  if (!out->stack_source) out->stack_source = "not known";
}

int mote_cost_build(const char *dir, const mote_probe_t *probe, const mote_target_t *t,
                    size_t constants, mote_arena_t *a, mote_cost_t *out) {
  build_t *b = mote_arena_take(a, 1, sizeof *b);
  char *name = NULL;
  if (!b) return MOTE_ERR_NOMEM;
  *b = (build_t){.t = t, .arena = a, .dir = dir, .probe = probe};
  for (int i = 0; i < MOTE_ENTRY_POINTS; i++)
    out->stack[i] = (mote_stack_row_t){probe->entries[i], -1};
  int rc = *t->cc ? mote_tool_version(a, t->cc, &name) : MOTE_ERR_NOTFOUND;
  if (rc == MOTE_ERR_NOTFOUND) {
    char *why = *t->cc ? mote_arena_printf(a, "%s is not installed", t->cc)
                       : mote_arena_str(a, "no toolchain was run");
    estimate(why ? why : "no toolchain", constants, a, out);
    return MOTE_OK;
  }
  if (rc == MOTE_OK) rc = mote_tool_folder(b->tmp, sizeof b->tmp);
  if (rc < 0) return rc;
  rc = mote_stack_new(&b->stack);
  if (rc == MOTE_OK) rc = build(b, name, out);
  mote_stack_free(b->stack);
  (void)mote_path_remove(b->tmp);
  return rc < 0 ? mote_context(rc, "measuring the export with %s", t->cc) : rc;
}
