/* SPDX-License-Identifier: Apache-2.0 */
#include "cost/emulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cost/tool.h"
#include "cost/toolchain.h"
#include "share.h"

/* Where an emulated core has its code and a large memory. Cortex-M0+ code runs on an M3,
 * which knows all of its instructions. */
typedef struct {
  const char *core, *qemu, *machine, *code, *ram;
} board_t;
static const board_t boards[] = {
    {"cortex-m0plus", "qemu-system-arm", "mps2-an385", "0x0", "0x21000000"},
    {"cortex-m3", "qemu-system-arm", "mps2-an385", "0x0", "0x21000000"},
    {"cortex-m4f", "qemu-system-arm", "mps2-an386", "0x0", "0x21000000"},
    {"cortex-m7", "qemu-system-arm", "mps2-an500", "0x0", "0x60000000"},
    {"cortex-m33", "qemu-system-arm", "mps2-an505", "0x10000000", "0x38000000"},
    {"cortex-m55", "qemu-system-arm", "mps3-an547", "0x10000000", "0x31000000"},
    {"rv32imc", "qemu-system-riscv32", "virt", "0x80000000", "0x80400000"},
    {"rv32imac", "qemu-system-riscv32", "virt", "0x80000000", "0x80400000"},
};

/* The self-test makes up an input and compares the outputs; the run inside is wrapped. */
static const char program[] =
    "#include \"model.h\"\n"
    "void board_print(const char *text);\nvoid mark(void);\n"
    "void __real_model_run(model_t *m);\nvoid __wrap_model_run(model_t *m);\n"
    "static model_t model;\n"
    "__attribute__((noinline)) void mark(void) { __asm__ volatile(\"nop\"); }\n"
    "void __wrap_model_run(model_t *m) {\n  mark();\n  __real_model_run(m);\n}\n"
    "int main(void) {\n  int rc = model_selftest(&model);\n"
    "  board_print(rc == 0 ? \"\\nSAME BITS\\n\" : \"\\nOTHER BITS\\n\");\n"
    "  return 0;\n}\n";
static const char trace[] =
    "void mark(void);\n#define MOTE_TRACE(call, data, bytes) mark()\n";

typedef struct {
  const mote_target_t *t;
  const board_t *board;
  mote_arena_t *arena;
  const char *dir, *home; /* the export; our board files */
  char tmp[MOTE_PATH_MAX];
  mote_tool_args_t sources;
} job_t;

static const char *in_tmp(const job_t *j, const char *name) {
  return mote_arena_printf(j->arena, "%s/%s", j->tmp, name);
}

static const char *at_home(const job_t *j, const char *name) {
  return mote_arena_printf(j->arena, "%s/%s", j->home, name);
}

/* ---- builds ---- */

static int build_plugin(const job_t *j, const char *plugin) {
  mote_tool_args_t a = {0};
  const char *const args[] = {"cc", "-O2", "-shared", "-fPIC", "-w",
                              at_home(j, "qemu_icount.c"), "-o", plugin};
  mote_tool_args(&a, args, sizeof args / sizeof *args);
  return mote_tool_must(&a, NULL);
}

static int add_source(void *ctx, const char *path) {
  job_t *j = ctx;
  const char *dot = strrchr(path, '.');
  if (!dot || strcmp(dot, ".c") || !strcmp(mote_path_name(path), "main.c"))
    return MOTE_OK;
  mote_tool_arg(&j->sources, mote_arena_str(j->arena, path));
  return MOTE_OK;
}

static int write_text(const char *path, const char *text) {
  return path ? mote_file_write(path, text, strlen(text)) : MOTE_ERR_NOMEM;
}

static int build_image(job_t *j, const char *image) {
  const char *run = in_tmp(j, "run.c"), *header = in_tmp(j, "trace.h");
  mote_arena_t *m = j->arena;
  MOTE_TRY(write_text(run, program));
  MOTE_TRY(write_text(header, trace));
  MOTE_TRY(mote_walk(j->dir, add_source, j));
  const char *const rest[] = {
      "-w", "-DBOARD_LIBC", "-DMOTE_TRACE_HEADER=\"trace.h\"",
      mote_arena_printf(m, "-I%s", j->dir), mote_arena_printf(m, "-I%s", j->tmp),
      mote_arena_printf(m, "-T%s", at_home(j, "board.ld")),
      mote_arena_printf(m, "-Wl,--defsym=BOARD_CODE=%s", j->board->code),
      mote_arena_printf(m, "-Wl,--defsym=BOARD_RAM=%s", j->board->ram),
      "-Wl,-e,board_reset", "-Wl,--wrap=model_run", "-Wl,--gc-sections", "-nostartfiles",
      at_home(j, "board.c"), run, "-o", image};
  mote_tool_args_t a = {0};
  mote_tool_cc(&a, j->t);
  mote_tool_args(&a, rest, sizeof rest / sizeof *rest);
  mote_tool_args(&a, j->sources.v, (size_t)j->sources.n);
  return mote_tool_must(&a, NULL);
}

/* Address of the function whose calls are counted between. */
static int find_mark(const job_t *j, const char *image, char **out) {
  mote_buf_t text = {0};
  mote_tool_args_t a = {{mote_tool_beside(j->arena, j->t, "nm"), image}, 2};
  int rc = mote_tool_must(&a, &text);
  const char *name = text.p ? strstr((char *)text.p, " T mark\n") : NULL;
  const char *line = name;
  while (line && line > (char *)text.p && line[-1] != '\n') line--;
  if (rc == MOTE_OK && !name)
    rc = mote_fail(MOTE_ERR_FORMAT, "%s: no symbol mark", image);
  if (rc == MOTE_OK) {
    *out = mote_arena_printf(j->arena, "0x%.*s", (int)(name - line), line);
    rc = *out ? MOTE_OK : MOTE_ERR_NOMEM;
  }
  mote_buf_free(&text);
  return rc;
}

/* ---- the run ---- */

static int emulate(const job_t *j, const char *plugin, const char *image,
                   mote_buf_t *said) {
  char *mark = NULL;
  MOTE_TRY(find_mark(j, image, &mark));
  const char *const args[] = {
      "timeout", "300", j->board->qemu, "-M", j->board->machine, "-display", "none",
      "-monitor", "none", "-serial", "stdio", "-semihosting-config",
      "enable=on,target=native", "-plugin",
      mote_arena_printf(j->arena, "%s,mark=%s", plugin, mark), "-kernel", image};
  mote_tool_args_t a = {0};
  mote_tool_args(&a, args, sizeof args / sizeof *args);
  if (strstr(j->board->qemu, "riscv")) {
    mote_tool_arg(&a, "-bios");
    mote_tool_arg(&a, "none");
  }
  return mote_tool_must(&a, said);
}

/* "ICOUNT 123" for every mark; the first counts what came before the run. */
static int read_counts(const job_t *j, const char *said, int32_t n,
                       mote_emulated_t *out) {
  double *calls = mote_arena_take(j->arena, (size_t)n + 1, sizeof *calls);
  int32_t marks = -1;
  if (!calls) return MOTE_ERR_NOMEM;
  for (const char *p = said; (p = strstr(p, "ICOUNT ")); marks++) {
    double v = strtod(p += 7, NULL);
    if (marks >= 0 && marks < n) calls[marks] = v, out->run += v;
  }
  if (marks != n)
    return mote_fail(MOTE_ERR_FORMAT, "%d of %d calls were counted; %s said: %.200s",
                     (int)(marks < 0 ? 0 : marks), (int)n, j->board->qemu, said);
  out->same_bits = strstr(said, "SAME BITS") != NULL;
  out->calls = calls;
  return MOTE_OK;
}

static int measure(job_t *j, int32_t n, mote_emulated_t *out) {
  const char *plugin = in_tmp(j, "icount.so"), *image = in_tmp(j, "image");
  mote_buf_t said = {0};
  MOTE_TRY(build_plugin(j, plugin));
  MOTE_TRY(build_image(j, image));
  int rc = emulate(j, plugin, image, &said);
  if (rc == MOTE_OK && !(rc = mote_buf_add(&said, "", 1)))
    rc = read_counts(j, (const char *)said.p, n, out);
  mote_buf_free(&said);
  return rc;
}

/* ---- what is needed ---- */

static const board_t *board_of(const mote_target_t *t) {
  for (size_t i = 0; i < sizeof boards / sizeof *boards; i++)
    if (!strcmp(boards[i].core, t->core)) return &boards[i];
  return NULL;
}

static int is_missing(mote_arena_t *a, const char *tool) {
  char *version;
  return mote_tool_version(a, tool, &version) == MOTE_ERR_NOTFOUND;
}

/* NULL: all is there; else why nothing can be measured. */
static const char *obstacle(const job_t *j) {
  if (!j->board)
    return mote_arena_printf(j->arena, "no emulated board has a %s", j->t->core);
  const char *const tools[] = {j->board->qemu, j->t->cc, "cc", "timeout"};
  for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
    if (is_missing(j->arena, tools[i]))
      return mote_arena_printf(j->arena, "%s is not installed", tools[i]);
  if (!mote_file_exists(at_home(j, "board.ld")))
    return mote_arena_printf(j->arena, "%s holds no board files; install mote with "
                             "tools/install.sh", j->home);
  return NULL;
}

int mote_emulate(const char *dir, const mote_target_t *t, int32_t n, mote_arena_t *a,
                 mote_emulated_t *out) {
  memset(out, 0, sizeof *out);
  job_t *j = mote_arena_take(a, 1, sizeof *j);
  if (!j) return MOTE_ERR_NOMEM;
  *j = (job_t){.t = t, .board = board_of(t), .arena = a, .dir = dir};
  j->home = mote_arena_str(a, mote_share_folder("MOTE_BOARD", "board",
                                                MOTE_SOURCE_BOARD));
  if (!j->home) return MOTE_ERR_NOMEM;
  if ((out->source = obstacle(j))) return MOTE_OK;
  MOTE_TRY(mote_tool_folder(j->tmp, sizeof j->tmp));
  int rc = measure(j, n, out);
  (void)mote_path_remove(j->tmp);
  if (rc < 0) return mote_context(rc, "counting on an emulated %s", t->core);
  out->source = mote_arena_printf(a, "executed on %s of %s, counted by a plugin; %s -Os",
                                  j->board->machine, j->board->qemu, t->cc);
  return out->source ? MOTE_OK : MOTE_ERR_NOMEM;
}
