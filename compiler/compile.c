/* SPDX-License-Identifier: Apache-2.0
 * Schedule, plan, print, measure, print the measures. */
#include "compile.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "emit/closure.h"
#include "emit/export.h"
#include "emit/tables.h"
#include "share.h"

const char *mote_runtime_folder(void) {
  return mote_share_folder("MOTE_RUNTIME", "runtime", MOTE_SOURCE_RUNTIME);
}

static int write_one(mote_export_t *x, const char *dir, const mote_export_file_t *f) {
  char path[MOTE_PATH_MAX];
  mote_buf_t out = {0};
  int rc = mote_path_join(path, dir, f->name);
  if (rc == MOTE_OK) rc = f->emit(x, &out);
  if (rc == MOTE_OK) rc = mote_file_write(path, out.p, out.n);
  mote_buf_free(&out);
  return rc < 0 ? mote_context(rc, "writing %s", f->name) : rc;
}

/* All files, or those with figures in them, which are written twice. */
static int write_files(mote_export_t *x, const char *dir, int only_costs) {
  const mote_export_file_t *f = x->s->trained ? mote_impulse_files : mote_network_files;
  for (; f->name; f++)
    if (f->costs || !only_costs) MOTE_TRY(write_one(x, dir, f));
  return MOTE_OK;
}

/* ---- runtime files ---- */

static int add_call_symbols(mote_closure_t *c, const mote_schedule_t *s) {
  for (int32_t i = 0; i < s->n_calls; i++) {
    const mote_call_t *call = &s->calls[i];
    const mote_block_t *b = call->dsp >= 0 ? s->impulse->dsp[call->dsp].block : NULL;
    if (b) MOTE_TRY(mote_closure_file(c, b->plan->header));
    if (call->kind == MOTE_CALL_FRAME) MOTE_TRY(mote_closure_symbol(c, b->frame_fn));
    if (call->kind == MOTE_CALL_RUN) MOTE_TRY(mote_closure_symbol(c, b->run_fn));
    if (call->kind == MOTE_CALL_FINISH && b->finish_fn)
      MOTE_TRY(mote_closure_symbol(c, b->finish_fn));
    if (call->kind != MOTE_CALL_STEP) continue;
    const mote_kernel_t *k = s->prog[call->learner]->steps[call->step].kernel;
    if (k->params) MOTE_TRY(mote_closure_file(c, k->params->header));
    MOTE_TRY(mote_closure_file(c, k->source));
  }
  return MOTE_OK;
}

static int add_runtime(mote_closure_t *c, const mote_export_t *x) {
  MOTE_TRY(mote_closure_file(c, "base/strict.h"));
  MOTE_TRY(mote_closure_file(c, "base/status.h"));
  MOTE_TRY(mote_closure_file(c, "base/crc.c"));
  if (x->s->windowed) MOTE_TRY(mote_closure_file(c, "stream/slide.c"));
  if (x->s->first_call) MOTE_TRY(mote_closure_file(c, "stream/hops.c"));
  if (x->smoothed >= 0) MOTE_TRY(mote_closure_file(c, "stream/smooth.c"));
  return add_call_symbols(c, x->s);
}

/* Only our own sub-folder is emptied: a user's files beside the export stay. */
static int write_runtime(const mote_export_t *x, const mote_target_t *t,
                         const char *dir) {
  char folder[MOTE_PATH_MAX];
  MOTE_TRY(mote_path_join(folder, dir, "mote"));
  if (mote_dir_exists(folder)) MOTE_TRY(mote_path_remove(folder));
  MOTE_TRY(mote_dir_make(folder));
  mote_closure_t *c;
  MOTE_TRY(mote_closure_new(mote_runtime_folder(), t ? t->isa : "", &c));
  int rc = add_runtime(c, x);
  if (rc == MOTE_OK) rc = mote_closure_write(c, folder);
  mote_closure_free(c);
  return rc;
}

/* ---- budget ---- */

static int check_budget(const mote_export_t *x, const mote_compile_options_t *opt) {
  const mote_target_t *t = opt->target;
  size_t ram = opt->ram ? opt->ram : t ? t->ram_bytes : 0;
  size_t flash = opt->flash ? opt->flash : t ? t->flash_bytes : 0;
  size_t stack = 0;
  if (opt->any_size) return MOTE_OK;
  for (int i = 0; i < MOTE_ENTRY_POINTS; i++)
    if (x->cost->stack[i].bytes > (long)stack) stack = (size_t)x->cost->stack[i].bytes;
  size_t needs = x->instance_bytes + x->ram_table_bytes + stack;
  if (ram && needs > ram)
    return mote_fail(
        MOTE_ERR_FIT,
        "needs %zu bytes of RAM (arena %zu, state %zu, samples %zu, weights %zu, stack "
        "%zu), the budget is %zu: %s",
        needs, x->s->arena_bytes, x->state_bytes, x->input_bytes, x->ram_table_bytes,
        stack, ram,
        x->s->trained ? "shorten the window, take fewer or coarser features"
                      : "what can run row by row already does; take a smaller input or "
                        "fewer channels in the first layers");
  if (flash && x->cost->flash_bytes > flash)
    return mote_fail(
        MOTE_ERR_FIT,
        "needs %zu bytes of flash (%zu of them constant tables), the budget is "
        "%zu: use int8 or smaller layers",
        x->cost->flash_bytes, x->constant_bytes, flash);
  return MOTE_OK;
}

/* ---- the whole ---- */

static int measure(mote_export_t *x, const mote_compile_options_t *opt,
                   mote_cost_t *cost) {
  const mote_target_t *t = opt->target;
  mote_target_t bare;
  if (!t) return MOTE_OK;
  MOTE_TRY(mote_cost_cycles(x->s, t, x->arena, cost));
  if (opt->no_toolchain) {
    bare = *t;
    bare.cc = "";
    t = &bare;
  }
  MOTE_TRY(mote_cost_build(opt->dir, &x->probe, t, x->constant_bytes, x->arena, cost));
  x->cost = cost;
  MOTE_TRY(write_files(x, opt->dir, 1));
  return check_budget(x, opt);
}

static int export_all(mote_export_t *x, const mote_schedule_t *s,
                      const mote_compile_options_t *opt, mote_cost_t *cost) {
  MOTE_TRY(mote_export_prepare(x, s, opt->prefix));
  MOTE_TRY(mote_export_place_tables(x, opt->ram_tables));
  MOTE_TRY(mote_dir_make(opt->dir));
  MOTE_TRY(write_runtime(x, opt->target, opt->dir));
  MOTE_TRY(write_files(x, opt->dir, 0));
  return measure(x, opt, cost);
}

static void fill_report(const mote_export_t *x, mote_compile_report_t *r) {
  r->arena_bytes = x->s->arena_bytes;
  r->arena_bound = x->s->bound;
  r->state_bytes = x->state_bytes;
  r->input_bytes = x->input_bytes;
  r->instance_bytes = x->instance_bytes;
  r->constant_bytes = x->constant_bytes;
  r->ram_table_bytes = x->ram_table_bytes;
  r->prefix = x->prefix;
}

/* Takes s over. */
static int compile(mote_schedule_t *s, const mote_compile_options_t *opt,
                   mote_compile_report_t *report) {
  mote_compile_report_t own = {0};
  if (!report) report = &own;
  memset(report, 0, sizeof *report);
  mote_export_t *x = NULL;
  int rc = (report->arena = mote_arena_new()) ? MOTE_OK : MOTE_ERR_NOMEM;
  if (rc == MOTE_OK && !(x = mote_arena_take(report->arena, 1, sizeof *x)))
    rc = MOTE_ERR_NOMEM;
  if (rc == MOTE_OK) {
    x->arena = report->arena;
    rc = export_all(x, s, opt, &report->cost);
    fill_report(x, report);
  }
  mote_schedule_free(s);
  if (rc < 0 || report == &own) mote_compile_report_free(report);
  return rc;
}

#define STACK_RESERVE 1024u /* of the RAM, when the arena is made to fit */

/* What the arena may have: the least that can be reached when RAM is preferred. */
mote_choice_t mote_compile_choice(const mote_compile_options_t *opt) {
  const mote_target_t *t = opt->target;
  size_t ram = opt->ram ? opt->ram : t ? t->ram_bytes : 0;
  size_t other = STACK_RESERVE + opt->ram_tables;
  if (ram) ram = ram > other ? ram - other : 1;
  if (opt->prefer == MOTE_PREFER_RAM) ram = 1;
  return (mote_choice_t){t ? t->isa : "", opt->prefer, ram};
}

int mote_compile(const mote_trained_t *t, const mote_compile_options_t *opt,
                 mote_compile_report_t *report) {
  mote_schedule_t *s;
  mote_choice_t choice = mote_compile_choice(opt);
  MOTE_TRY(mote_schedule(t, opt->variant, &choice, &s));
  return compile(s, opt, report);
}

int mote_compile_network(const mote_graph_t *g, const mote_compile_options_t *opt,
                         mote_compile_report_t *report) {
  mote_schedule_t *s;
  mote_choice_t choice = mote_compile_choice(opt);
  MOTE_TRY(mote_schedule_network(g, opt->prefix, &choice, &s));
  return compile(s, opt, report);
}

void mote_compile_report_free(mote_compile_report_t *r) {
  mote_arena_free(r->arena);
  r->arena = NULL;
}

static json_t *stack_json(const mote_cost_t *c) {
  json_t *o = json_object();
  for (int i = 0; i < MOTE_ENTRY_POINTS; i++)
    if (c->stack[i].entry && c->stack[i].bytes >= 0)
      json_object_set_new(o, c->stack[i].entry, json_integer(c->stack[i].bytes));
  return o;
}

static json_t *rows_json(const mote_cost_t *c) {
  json_t *list = json_array();
  for (int i = 0; i < c->n_rows; i++)
    json_array_append_new(list,
                          json_pack("{s:s, s:f, s:f}", "stage", c->rows[i].stage, "work",
                                    c->rows[i].work, "cycles", c->rows[i].cycles));
  return list;
}

json_t *mote_compile_report_json(const mote_compile_report_t *r) {
  const mote_cost_t *c = &r->cost;
  return json_pack("{s:s, s:{s:I, s:I, s:I, s:I, s:I, s:I},"
                   " s:{s:I, s:I, s:s?}, s:{s:o, s:s?},"
                   " s:{s:f, s:f, s:f, s:s?, s:s?, s:o}}",
                   "prefix", r->prefix, "ram", "instance", (json_int_t)r->instance_bytes,
                   "arena", (json_int_t)r->arena_bytes, "arena_lower_bound",
                   (json_int_t)r->arena_bound, "state", (json_int_t)r->state_bytes,
                   "input", (json_int_t)r->input_bytes, "tables",
                   (json_int_t)r->ram_table_bytes, "flash", "bytes",
                   (json_int_t)c->flash_bytes, "constants", (json_int_t)r->constant_bytes,
                   "source", c->flash_source, "stack", "bytes", stack_json(c), "source",
                   c->stack_source, "cost", "cycles", c->cycles, "ms", c->ms, "mj", c->mj,
                   "cycles_source", c->cycles_source, "energy_source", c->energy_source,
                   "rows", rows_json(c));
}
