/* SPDX-License-Identifier: Apache-2.0
 * `mote report`: the figures of engine/report and the costs of the compiler on one page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "compile.h"
#include "cost/blerp.h"
#include "dataset/project.h"
#include "project.h"
#include "report/report.h"
#include "verb.h"

typedef struct {
  const mote_args_t *args;
  mote_arena_t *arena;
  mote_trained_t *trained;
  mote_variant_t variant;
  const char *own; /* the chip the project is made for; "" when it names none */
  char dir[64];    /* the exports that are measured */
  json_t *chips, *blerp;
} cost_t;

/* int8 where there is one and it was not advised against. */
static mote_variant_t variant_of(const mote_trained_t *t) {
  for (int i = 0; i < t->impulse->n_learn; i++)
    if (t->learn[i].i8)
      return t->learn[i].prefer_f32 ? MOTE_VARIANT_F32 : MOTE_VARIANT_I8;
  return MOTE_VARIANT_F32;
}

/* An export that does not fit, or cannot be made for this chip, is a row that says so. */
static int export_for(cost_t *c, const mote_target_t *t, json_t *row) {
  mote_compile_report_t r = {0};
  int own = !strcmp(t->name, c->own) || mote_flag(c->args, "measure");
  mote_compile_options_t o = {.dir = c->dir,
                              .prefix = "impulse",
                              .variant = c->variant,
                              .target = t,
                              .no_toolchain = !own};
  int rc = mote_compile(c->trained, &o, &r);
  if (rc < 0) json_object_set_new(row, "error", json_string(mote_errmsg()));
  if (r.arena) json_object_set_new(row, "compile", mote_compile_report_json(&r));
  mote_compile_report_free(&r);
  (void)mote_path_remove(c->dir);
  return rc == MOTE_ERR_NOMEM || rc == MOTE_ERR_IO ? rc : MOTE_OK;
}

static int add_chip(cost_t *c, const char *name) {
  mote_target_t *t;
  MOTE_TRY(mote_target_load(name, &t));
  json_t *row = json_pack("{s:s, s:s, s:s, s:f, s:I, s:I, s:s?, s:f}", "name", t->name,
                          "title", t->title, "core", t->core, "clock_hz", t->hz,
                          "flash_bytes", (json_int_t)t->flash_bytes, "ram_bytes",
                          (json_int_t)t->ram_bytes, "memory_source", t->memory_source,
                          "stride_ms", c->trained->impulse->input.stride_ms);
  int rc = row ? export_for(c, t, row) : MOTE_ERR_NOMEM;
  json_array_append_new(c->chips, row);
  mote_target_free(t);
  return rc < 0 ? mote_context(rc, "costs on %s", name) : rc;
}

/* The project's chip first, then the others by name. */
static int add_chips(cost_t *c) {
  const char **names, *own = NULL;
  size_t n;
  MOTE_TRY(mote_target_names(c->arena, &names, &n));
  for (size_t i = 0; i < n; i++)
    if (!strcmp(names[i], c->own)) own = names[i];
  if (own) MOTE_TRY(add_chip(c, own));
  for (size_t i = 0; i < n; i++)
    if (names[i] != own) MOTE_TRY(add_chip(c, names[i]));
  return MOTE_OK;
}

static int gather_costs(cost_t *c, int run) {
  char path[MOTE_PATH_MAX];
  MOTE_TRY(mote_run_path(mote_project_dir(c->args), run, path));
  MOTE_TRY(mote_trained_load(path, &c->trained));
  c->variant = variant_of(c->trained);
  json_t *target = json_object_get(c->trained->impulse->json, "target");
  const char *chip = json_string_value(json_object_get(target, "chip"));
  c->own = chip ? chip : "";
  snprintf(c->dir, sizeof c->dir, "%s", "/tmp/mote-report-XXXXXX");
  if (!mkdtemp(c->dir))
    return mote_fail(MOTE_ERR_IO, "%s: cannot be made; is /tmp full?", c->dir);
  int rc = add_chips(c);
  (void)mote_path_remove(c->dir);
  return rc < 0 ? rc : mote_blerp_report(c->trained, c->variant, &c->blerp, NULL);
}

/* Sets figures.cost, or says in "next" why there is none. */
static int costs(const mote_args_t *args, int run, json_t *figures) {
  cost_t c = {.args = args, .arena = mote_arena_new(), .chips = json_array()};
  int rc = c.arena && c.chips ? gather_costs(&c, run) : MOTE_ERR_NOMEM;
  if (rc < 0 && rc != MOTE_ERR_NOMEM) { /* the rest of the page stands without them */
    char line[512];
    snprintf(line, sizeof line, "The costs are missing: %.480s", mote_errmsg());
    rc = json_array_append_new(json_object_get(figures, "next"), json_string(line))
             ? MOTE_ERR_NOMEM
             : MOTE_OK;
  } else if (rc == MOTE_OK)
    json_object_set_new(figures, "cost",
                        json_pack("{s:s, s:O, s:O}", "variant",
                                  c.variant == MOTE_VARIANT_I8 ? "int8" : "float32",
                                  "chips", c.chips, "blerp", c.blerp));
  json_decref(c.chips);
  json_decref(c.blerp);
  mote_trained_free(c.trained);
  mote_arena_free(c.arena);
  return rc;
}

/* -o FILE, else report.html in the run's folder, or in the project's when nothing ran. */
static int out_path(const mote_args_t *args, int run, char path[MOTE_PATH_MAX]) {
  char dir[MOTE_PATH_MAX];
  const char *given = mote_flag(args, "output");
  if (given) return mote_path_join(path, "", given);
  if (!run) return mote_path_join(path, mote_project_dir(args), "report.html");
  MOTE_TRY(mote_run_path(mote_project_dir(args), run, dir));
  return mote_path_join(path, dir, "report.html");
}

static void tell(const mote_args_t *args, json_t *figures, const char *path,
                 size_t bytes) {
  size_t i;
  json_t *line;
  mote_say(args, "%s (%.1f KB): open it in any browser\n", path, (double)bytes / 1024);
  json_array_foreach(json_object_get(figures, "next"), i, line)
      mote_say(args, "  %s\n", json_string_value(line));
}

static int write_page(const mote_args_t *args, int run, json_t *figures) {
  char path[MOTE_PATH_MAX];
  mote_buf_t page = {0};
  int rc = out_path(args, run, path);
  if (rc == MOTE_OK) rc = mote_report_html(figures, &page);
  if (rc == MOTE_OK) rc = mote_file_write(path, page.p, page.n);
  if (rc == MOTE_OK) tell(args, figures, path, page.n);
  mote_buf_free(&page);
  return rc;
}

static int run(const mote_args_t *args) {
  mote_report_options_t opt = {.project = mote_project_dir(args)};
  json_t *figures = NULL;
  MOTE_TRY(mote_run_wanted(args, &opt.run));
  MOTE_TRY(mote_flag_number(args, "confidence", 0, 1, &opt.confidence));
  MOTE_TRY(mote_report_figures(&opt, &figures));
  int n = (int)json_integer_value(json_object_get(figures, "run"));
  int rc = n ? costs(args, n, figures) : MOTE_OK;
  if (rc == MOTE_OK && (!mote_json_wanted(args) || mote_flag(args, "output")))
    rc = write_page(args, n, figures);
  if (rc == MOTE_OK && mote_json_wanted(args)) rc = mote_print_json(json_incref(figures));
  json_decref(figures);
  return rc;
}

static const mote_flag_t flags[] = {
    {"run", 0, "N", "Report runs/N instead of the latest.", 0},
    {"output", 'o', "FILE", "Write the page to FILE (default runs/N/report.html).", 0},
    {"confidence", 0, "P", "Scores below P count as uncertain (default 0.6).", 0},
    {"measure", 0, NULL,
     "Measure flash and stack with every chip's compiler, not only with "
     "that of the project's chip.",
     0},
    {NULL, 0, NULL, NULL, 0},
};

const mote_verb_t mote_verb_report = {
    .name = "report",
    .usage = "",
    .summary = "Write one HTML page about the data, the run and its cost.",
    .details =
        "The page loads nothing and works from a disk: data, recordings with "
        "spectrograms,\n"
        "features as principal components and as neighbour embedding, curves, "
        "confusion,\n"
        "float32 against int8, anomaly scores, layers, and what it costs on every chip.\n"
        "Before anything is trained it shows the data. With --json the figures are "
        "printed\n"
        "instead; the page is then written only when -o names it.",
    .flags = flags,
    .run = run};
