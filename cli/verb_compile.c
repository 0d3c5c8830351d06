/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "compile.h"
#include "cost/blerp.h"
#include "dataset/project.h"
#include "model/file.h"
#include "project.h"
#include "target.h"
#include "verb.h"

/* "64k", "1M", "2000" */
static int bytes_flag(const mote_args_t *args, const char *flag, size_t *out) {
  const char *s = mote_flag(args, flag);
  char *end;
  *out = 0;
  if (!s) return MOTE_OK;
  errno = 0;
  double v = strtod(s, &end);
  if (*end == 'k' || *end == 'K')
    v *= 1024, end++;
  else if (*end == 'm' || *end == 'M')
    v *= 1024 * 1024, end++;
  if (errno || end == s || *end || !(v >= 1 && v < 1e15))
    return mote_fail(MOTE_ERR_USAGE, "--%s %s: a number of bytes, as 20000, 64k or 1M",
                     flag, s);
  *out = (size_t)v;
  return MOTE_OK;
}

static int variant_flag(const mote_args_t *args, mote_variant_t *out) {
  const char *s = mote_flag(args, "variant");
  *out = MOTE_VARIANT_I8;
  if (!s || !strcmp(s, "int8")) return MOTE_OK;
  *out = MOTE_VARIANT_F32;
  if (!strcmp(s, "float32")) return MOTE_OK;
  return mote_fail(MOTE_ERR_USAGE, "--variant %s: choose int8 or float32", s);
}

static int load_run(const mote_args_t *args, mote_trained_t **out) {
  char dir[MOTE_PATH_MAX];
  int run;
  MOTE_TRY(mote_run_wanted(args, &run));
  if (!run) run = mote_run_latest(mote_project_dir(args), NULL);
  if (run < 0) return run;
  if (!run)
    return mote_fail(MOTE_ERR_NOTFOUND, "%s: nothing is trained yet: `mote train`",
                     mote_project_dir(args));
  MOTE_TRY(mote_run_path(mote_project_dir(args), run, dir));
  return mote_trained_load(dir, out);
}

static void say_report(const mote_args_t *args, const char *dir, const mote_target_t *t,
                       const mote_compile_report_t *r) {
  const mote_cost_t *c = &r->cost;
  mote_say(
      args, "%s: C for %s\n\n  RAM    %7zu bytes: arena %zu, state %zu, samples %zu",
      dir, t->title, r->instance_bytes + r->ram_table_bytes, r->arena_bytes,
      r->state_bytes, r->input_bytes);
  if (r->ram_table_bytes)
    mote_say(args, ", weights %zu of %zu (cycles are those of flash)", r->ram_table_bytes,
             r->constant_bytes);
  mote_say(args, "\n");
  mote_say(args, "  flash  %7zu bytes (%s)\n", c->flash_bytes, c->flash_source);
  for (int i = 0; i < MOTE_ENTRY_POINTS; i++)
    if (c->stack[i].entry && c->stack[i].bytes >= 0)
      mote_say(args, "  stack  %7ld bytes in %s_%s\n", c->stack[i].bytes, r->prefix,
               c->stack[i].entry);
  mote_say(args, "         (%s)\n\n  per result:\n", c->stack_source);
  for (int i = 0; i < c->n_rows; i++)
    mote_say(args, "  %12.0f cycles  %s\n", c->rows[i].cycles, c->rows[i].stage);
  mote_say(args, "  %12.0f cycles, %.3g ms, %.3g mJ\n  (%s;\n   %s)\n", c->cycles, c->ms,
           c->mj, c->cycles_source, c->energy_source);
}

static int say_blerp(const mote_args_t *args, const mote_trained_t *t, mote_variant_t v,
                     json_t *report) {
  mote_buf_t text = {0};
  json_t *all;
  MOTE_TRY(mote_blerp_report(t, v, &all, &text));
  mote_say(args, "\n%s", text.p ? (char *)text.p : "");
  json_object_set_new(report, "blerp", all);
  mote_buf_free(&text);
  return MOTE_OK;
}

static int advise(const mote_args_t *args, const mote_trained_t *t, mote_variant_t v) {
  for (int i = 0; v == MOTE_VARIANT_I8 && i < t->impulse->n_learn; i++)
    if (t->learn[i].prefer_f32)
      mote_say(args,
               "\n"
               "Note: int8 cost learner \"%s\" more than one point of accuracy; "
               "--variant float32 keeps it.\n",
               t->impulse->learn[i].name);
  return MOTE_OK;
}

/* Prints the report; of an impulse (t) also what goes beyond the C. */
static int tell(const mote_args_t *args, const mote_trained_t *t,
                const mote_compile_options_t *opt, mote_compile_report_t *r) {
  json_t *j = mote_compile_report_json(r);
  if (j) json_object_set_new(j, "dir", json_string(opt->dir));
  say_report(args, opt->dir, opt->target, r);
  int rc = j ? MOTE_OK : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK && t && mote_flag(args, "blerp"))
    rc = say_blerp(args, t, opt->variant, j);
  if (rc == MOTE_OK && t) rc = advise(args, t, opt->variant);
  if (rc == MOTE_OK && mote_json_wanted(args)) rc = mote_print_json(json_incref(j));
  json_decref(j);
  mote_compile_report_free(r);
  return rc;
}

/* What the command line leaves open is in "target" of the design. */
static const char *design_target(const mote_trained_t *t, mote_compile_options_t *opt) {
  json_t *own = json_object_get(t->impulse->json, "target");
  json_int_t ram = json_integer_value(json_object_get(own, "ram_bytes"));
  json_int_t flash = json_integer_value(json_object_get(own, "flash_bytes"));
  if (!opt->ram && ram > 0) opt->ram = (size_t)ram;
  if (!opt->flash && flash > 0) opt->flash = (size_t)flash;
  return json_string_value(json_object_get(own, "chip"));
}

static int run_impulse(const mote_args_t *args, mote_compile_options_t *opt) {
  mote_target_t *target = NULL;
  mote_trained_t *t;
  mote_compile_report_t r;
  MOTE_TRY(load_run(args, &t));
  int rc = mote_target_flag(args, design_target(t, opt), &target);
  opt->target = target;
  if (rc == MOTE_OK) rc = mote_compile(t, opt, &r);
  if (rc == MOTE_OK) rc = tell(args, t, opt, &r);
  mote_target_free(target);
  mote_trained_free(t);
  return rc;
}

/* "models/kws.tflite" -> "kws" */
static const char *stem_of(const char *path, char *text, size_t size) {
  snprintf(text, size, "%s", mote_path_name(path));
  char *dot = strrchr(text, '.');
  if (dot && dot > text) *dot = 0;
  return text;
}

static int run_model(const mote_args_t *args, mote_compile_options_t *opt) {
  const char *path = mote_arg(args, 0);
  char stem[MOTE_PATH_MAX];
  mote_target_t *target = NULL;
  mote_graph_t *g;
  mote_compile_report_t r;
  if (mote_flag(args, "run") || mote_flag(args, "variant") || mote_flag(args, "blerp"))
    return mote_fail(MOTE_ERR_USAGE, "--run, --variant and --blerp are for impulses; %s "
                     "is compiled as it is", path);
  if (!opt->prefix) opt->prefix = stem_of(path, stem, sizeof stem);
  MOTE_TRY(mote_model_load(path, &g));
  int rc = mote_target_flag(args, NULL, &target);
  opt->target = target;
  if (rc == MOTE_OK) rc = mote_compile_network(g, opt, &r);
  if (rc == MOTE_OK) rc = tell(args, NULL, opt, &r);
  mote_target_free(target);
  mote_graph_free(g);
  return rc;
}

static int run(const mote_args_t *args) {
  mote_compile_options_t opt = {.dir = mote_flag(args, "output"),
                                .prefix = mote_flag(args, "prefix")};
  if (!opt.dir) return mote_fail(MOTE_ERR_USAGE, "-o DIR is missing: where the C goes");
  opt.no_toolchain = mote_flag(args, "no-toolchain") != NULL;
  MOTE_TRY(bytes_flag(args, "ram", &opt.ram));
  MOTE_TRY(bytes_flag(args, "flash", &opt.flash));
  MOTE_TRY(bytes_flag(args, "weights-ram", &opt.ram_tables));
  MOTE_TRY(mote_prefer_flag(args, &opt.prefer));
  MOTE_TRY(variant_flag(args, &opt.variant));
  return mote_arg_count(args) ? run_model(args, &opt) : run_impulse(args, &opt);
}

static const mote_flag_t flags[] = {
    {"target", 't', "CHIP",
     "A chip of `mote help chips` (left out: that of impulse.json).", 0},
    {"output", 'o', "DIR", "The folder to write.", 0},
    {"run", 0, "N", "Compile runs/N instead of the latest.", 0},
    {"variant", 0, "V", "int8 (default) or float32.", 0},
    {"prefix", 0, "NAME", "Of all symbols; the impulse's name when left out.", 0},
    {"ram", 0, "BYTES",
     "Fail when instance and stack need more; 64k, 1M are understood. Left out: "
     "impulse.json, else what the chip has.",
     0},
    {"flash", 0, "BYTES", "Fail when code and constants need more.", 0},
    {"weights-ram", 0, "BYTES",
     "Up to so many bytes of weights lie in RAM, the most used layers first (left out: "
     "all in flash).",
     0},
    {"prefer", 0, "WHAT", "speed (default), flash or ram, where kernels differ.", 0},
    {"blerp", 0, NULL, "Also print bandwidth, latency, energy, reliability, privacy.", 0},
    {"no-toolchain", 0, NULL,
     "Do not run the chip's compiler to measure flash and stack.", 0},
    {NULL, 0, NULL, NULL, 0}};

const mote_verb_t mote_verb_compile = {
    .name = "compile",
    .usage = "[MODEL] -o DIR [--target CHIP]",
    .summary = "Turn the trained impulse, or a model, into a folder of C for a chip.",
    .details = "Writes readable C99 without heap or libm: model.h says what it costs and "
               "how it is\n"
               "called, model.c holds the tables and the calls in order, mote/ the "
               "runtime files in\n"
               "use, main.c an example. With the chip's compiler installed, flash and "
               "worst-case\n"
               "stack are measured; cycles and energy come from the chip's table. The "
               "command fails\n"
               "when the result does not fit the chip, or --ram and --flash.\n\n"
               "MODEL is a .tflite, .onnx or .mote file: then no project is needed, "
               "and the\nC takes and gives the model's own tensors.\n\n"
               "The same run gives the same folder, byte for byte.",
    .flags = flags,
    .run = run};
