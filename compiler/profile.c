/* SPDX-License-Identifier: Apache-2.0 */
#include "profile.h"

#include <string.h>

#include "base/file.h"
#include "cost/toolchain.h"
#include "emit/tables.h"

/* ---- rows ---- */

static int fill_row(mote_profile_t *p, const mote_schedule_t *s, const mote_call_t *c) {
  const mote_program_t *prog = s->prog[c->learner];
  const mote_step_t *st = &prog->steps[c->step];
  const mote_node_t *n = &prog->graph->nodes[st->node];
  const mote_cost_t *cost = &p->report.cost;
  mote_profile_row_t *r = &p->rows[p->n_rows];
  *r = (mote_profile_row_t){.op = n->op->name,
                            .name = mote_arena_str(p->report.arena,
                                                   n->name ? n->name : ""),
                            .kernel = st->kernel->fn,
                            .dims = prog->graph->tensors[st->out[0]].dims,
                            .macs = st->macs,
                            .instructions = cost->rows[p->n_rows].instructions,
                            .cycles = cost->rows[p->n_rows].cycles,
                            .counted = -1,
                            .constant_bytes = mote_step_table_bytes(prog->graph, st)};
  if (!r->name) return MOTE_ERR_NOMEM;
  r->share = cost->cycles > 0 ? r->cycles / cost->cycles : 0;
  p->macs += r->macs;
  p->instructions += r->instructions;
  p->n_rows++;
  return MOTE_OK;
}

/* The schedule is made anew: it is the one that was exported, since the same graph and
 * choice give the same calls. */
static int fill_rows(mote_profile_t *p, const mote_graph_t *g,
                     const mote_compile_options_t *opt) {
  mote_choice_t choice = mote_compile_choice(opt);
  mote_schedule_t *s;
  MOTE_TRY(mote_schedule_network(g, "model", &choice, &s));
  p->rows = mote_arena_take(p->report.arena, (size_t)s->n_calls + 1, sizeof *p->rows);
  int rc = p->rows ? MOTE_OK : MOTE_ERR_NOMEM;
  for (int32_t i = 0; rc == MOTE_OK && i < s->n_calls; i++)
    if (s->calls[i].kind == MOTE_CALL_STEP) rc = fill_row(p, s, &s->calls[i]);
  mote_schedule_free(s);
  return rc;
}

static int profile_in(const char *dir, const mote_graph_t *g,
                      const mote_profile_options_t *opt, mote_profile_t *p) {
  mote_compile_options_t c = {.dir = dir, .prefix = "model", .target = opt->target,
                              .prefer = opt->prefer, .any_size = 1};
  MOTE_TRY(mote_compile_network(g, &c, &p->report));
  MOTE_TRY(fill_rows(p, g, &c));
  p->emulated.source = "not asked for";
  if (!opt->measure) return MOTE_OK;
  MOTE_TRY(mote_emulate(dir, opt->target, p->n_rows, p->report.arena, &p->emulated));
  for (int32_t i = 0; p->emulated.calls && i < p->n_rows; i++)
    p->rows[i].counted = p->emulated.calls[i];
  return MOTE_OK;
}

int mote_profile(const mote_graph_t *g, const mote_profile_options_t *opt,
                 mote_profile_t *out) {
  char dir[MOTE_PATH_MAX];
  memset(out, 0, sizeof *out);
  MOTE_TRY(mote_tool_folder(dir, sizeof dir));
  int rc = profile_in(dir, g, opt, out);
  (void)mote_path_remove(dir);
  if (rc < 0) mote_profile_free(out);
  return rc;
}

void mote_profile_free(mote_profile_t *p) { mote_compile_report_free(&p->report); }

/* ---- JSON ---- */

static json_t *row_json(const mote_profile_row_t *r) {
  json_t *shape = json_array();
  for (int32_t i = 0; i < r->dims.rank; i++)
    json_array_append_new(shape, json_integer(r->dims.d[i]));
  json_t *o = json_pack("{s:s, s:s, s:s, s:o, s:I, s:f, s:f, s:f, s:I}", "type", r->op,
                        "name", r->name, "kernel", r->kernel, "shape", shape, "macs",
                        (json_int_t)r->macs, "instructions", r->instructions, "cycles",
                        r->cycles, "share", r->share, "constants",
                        (json_int_t)r->constant_bytes);
  if (o && r->counted >= 0) json_object_set_new(o, "counted", json_real(r->counted));
  return o;
}

json_t *mote_profile_json(const mote_profile_t *p, const mote_target_t *t) {
  json_t *layers = json_array(), *all = mote_compile_report_json(&p->report);
  for (int32_t i = 0; i < p->n_rows; i++)
    json_array_append_new(layers, row_json(&p->rows[i]));
  json_t *counted = json_pack("{s:s}", "source", p->emulated.source);
  if (counted && p->emulated.calls) {
    json_object_set_new(counted, "instructions", json_real(p->emulated.run));
    json_object_set_new(counted, "same_bits", json_boolean(p->emulated.same_bits));
  }
  json_t *own = json_pack("{s:s, s:I, s:f, s:o, s:o}", "chip", t->name, "macs",
                          (json_int_t)p->macs, "instructions", p->instructions, "counted",
                          counted, "layers", layers);
  if (all && own) json_object_update(all, own);
  json_decref(own);
  return all;
}
