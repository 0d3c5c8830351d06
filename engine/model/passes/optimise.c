/* SPDX-License-Identifier: Apache-2.0
 * Runs the passes until nothing changes, and keeps the book. */
#include "model/passes/pass.h"

#define NODES_MAX 4096 /* larger graphs stay as they are: some passes look at all pairs  \
                        */

typedef enum { EXACT, IMPORT } class_t;
typedef struct {
  const char *name, *help;
  class_t class;
  int (*run)(mote_graph_t *g, const mote_optimise_options_t *options);
} pass_t;

static const pass_t passes[] = {
#define PASS(name, class, help) {#name, help, class, mote_pass_##name},
#include "model/passes/passes.def"
#undef PASS
};
#define N_PASSES (sizeof passes / sizeof passes[0])

static int64_t constants_of(const mote_graph_t *g, const mote_node_t *n, uint8_t *seen) {
  int64_t bytes = 0;
  for (int32_t i = 0; i < n->n_in; i++) {
    int32_t t = n->in[i];
    if (t < 0 || g->tensors[t].role != MOTE_ROLE_CONST || seen[t]++) continue;
    bytes += (int64_t)mote_tensor_bytes(&g->tensors[t]);
  }
  return bytes;
}

int mote_graph_size(const mote_graph_t *g, mote_graph_size_t *out) {
  mote_program_t *prog;
  *out = (mote_graph_size_t){.nodes = g->n_nodes};
  MOTE_TRY(mote_lower(g, &prog));
  uint8_t *seen = mote_alloc((size_t)g->n_tensors + 1, 1);
  for (int32_t i = 0; i < prog->n_steps; i++) out->macs += prog->steps[i].macs;
  for (int32_t i = 0; seen && i < g->n_nodes; i++)
    out->constant_bytes += (size_t)constants_of(g, &g->nodes[i], seen);
  mote_program_free(prog);
  mote_free(seen);
  return seen ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int run_pass(const pass_t *p, mote_graph_t *g, const mote_optimise_options_t *o,
                    mote_optimise_report_t *r) {
  int times = p->run(g, o);
  if (times > 0) {
    mote_pass_row_t *row = &r->row[r->n_rows++];
    mote_pass_sweep(g);
    *row = (mote_pass_row_t){p->name, p->help, times, r->after, r->after};
    int rc = mote_graph_size(g, &row->after);
    if (rc < 0) times = rc;
    r->after = row->after;
  }
  return times < 0 ? mote_context(times, "pass %s", p->name) : times;
}

static int run_all(mote_graph_t *g, const mote_optimise_options_t *o,
                   mote_optimise_report_t *r) {
  MOTE_TRY(mote_graph_size(g, &r->before));
  r->after = r->before;
  if (g->n_nodes > NODES_MAX) return MOTE_OK;
  for (size_t i = 0, still = 0; still < N_PASSES; i = (i + 1) % N_PASSES) {
    if (r->n_rows == MOTE_PASS_ROWS) break;
    int times = passes[i].class == EXACT || o->import ? run_pass(&passes[i], g, o, r) : 0;
    if (times < 0) return times;
    still = times ? 0 : still + 1;
  }
  return MOTE_OK;
}

int mote_optimise_with(const mote_graph_t *g, const mote_optimise_options_t *options,
                       mote_graph_t **out, mote_optimise_report_t *report) {
  mote_optimise_report_t *r = report;
  mote_graph_t *work = NULL;
  *out = NULL;
  if (!r && !(r = mote_alloc(1, sizeof *r))) return MOTE_ERR_NOMEM;
  *r = (mote_optimise_report_t){0};
  int rc = mote_graph_check(g);
  if (rc >= 0) rc = mote_pass_copy(g, &work);
  if (rc >= 0) rc = run_all(work, options, r);
  if (rc >= 0) rc = mote_pass_copy(work, out);
  mote_graph_free(work);
  if (!report) mote_free(r);
  return rc;
}

int mote_optimise(const mote_graph_t *g, mote_graph_t **out,
                  mote_optimise_report_t *report) {
  return mote_optimise_with(g, &(mote_optimise_options_t){0, 1}, out, report);
}

static json_t *size_json(const mote_graph_size_t *s) {
  return json_pack("{s:i, s:I, s:I}", "nodes", (int)s->nodes, "macs", (json_int_t)s->macs,
                   "constant_bytes", (json_int_t)s->constant_bytes);
}

json_t *mote_optimise_report_json(const mote_optimise_report_t *r) {
  json_t *rows = json_array();
  for (int32_t i = 0; rows && i < r->n_rows; i++) {
    const mote_pass_row_t *p = &r->row[i];
    json_array_append_new(rows, json_pack("{s:s, s:s, s:i, s:o, s:o}", "pass", p->pass,
                                          "what", p->what, "times", (int)p->times,
                                          "before", size_json(&p->before), "after",
                                          size_json(&p->after)));
  }
  return json_pack("{s:o, s:o, s:o}", "before", size_json(&r->before), "after",
                   size_json(&r->after), "passes", rows);
}
