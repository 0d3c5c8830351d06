/* SPDX-License-Identifier: Apache-2.0
 * The inverse of the importer: the nodes through the rows of rows_out.def, and the file
 * around them. */
#include "model/to_onnx.h"

#include <stdlib.h>
#include <string.h>

#include "model/onnx/export.h"
#include "model/ops/util.h"

#define OPSET 17

/* `make` NULL: `name` is the reason why it is refused. */
static const struct {
  const char *op, *name;
  int (*make)(mote_out_t *x);
} rows[] = {
#define ROW(op, name, make) {#op, name, make},
#define REFUSED(op, reason) {#op, reason, NULL},
#include "model/onnx/rows_out.def"
#undef ROW
#undef REFUSED
};

/* ---- what the rows share ---- */

const mote_tensor_t *mote_out_in(const mote_out_t *x, int32_t i) {
  return mote_node_in(x->e->g, x->n, i);
}

const mote_tensor_t *mote_out_of(const mote_out_t *x) {
  return mote_node_out(x->e->g, x->n);
}

int mote_out_layout(const mote_out_t *x) {
  int nchw = 0;
  for (int32_t i = 0; i < x->n->n_in; i++) {
    const mote_tensor_t *t = x->n->in[i] < 0 ? NULL : mote_out_in(x, i);
    if (!t || t->role == MOTE_ROLE_CONST || t->dims.rank != 4) return MOTE_EXPORT_OWN;
    nchw |= mote_export_is_nchw(x->e, x->n->in[i]);
  }
  return nchw ? MOTE_EXPORT_NCHW : MOTE_EXPORT_OWN;
}

int32_t mote_out_axis(int32_t axis, int nchw) {
  return !nchw || axis == 0 ? axis : axis == 3 ? 1 : axis + 1;
}

mote_export_node_t mote_out_node(mote_out_t *x, int nchw) {
  mote_export_node_t o = {.op = x->name, .n_in = x->n->n_in};
  for (int32_t i = 0; i < x->n->n_in; i++)
    o.in[i] = x->n->in[i] < 0 ? "" : mote_export_in(x->e, x->n->in[i], nchw);
  o.out = mote_export_out(x->e, x->n->out[0], nchw);
  return o;
}

int mote_out_emit(mote_out_t *x, mote_export_node_t *o, int nchw) {
  mote_export_emit(x->e, o);
  mote_export_done(x->e, x->n->out[0], nchw);
  return MOTE_OK;
}

const char *mote_out_between(mote_out_t *x, const char *what) {
  return mote_export_name(x->e, x->e->names[x->n->out[0]], what);
}

/* ---- the nodes ---- */

static int export_node(mote_export_t *e, const mote_node_t *n) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    mote_out_t x = {e, n, rows[i].name};
    if (strcmp(rows[i].op, n->op->name)) continue;
    if (!rows[i].make) return mote_fail(MOTE_ERR_UNSUPPORTED, "%s", rows[i].name);
    MOTE_TRY(rows[i].make(&x));
    return e->rc;
  }
  return mote_fail(MOTE_ERR_UNSUPPORTED, ".onnx has no operator for it");
}

/* ---- the file ---- */

/* ValueInfoProto of a tensor as an input (11) or output (12) of the graph. */
static void add_info(mote_export_t *e, uint32_t field, int32_t tensor) {
  const mote_tensor_t *t = &e->g->tensors[tensor];
  mote_pb_writer_t info = {0}, type = {0}, typed = {0}, shape = {0}, dim = {0};
  for (int32_t i = 0; i < t->dims.rank; i++) {
    mote_pb_int(&dim, 1, t->dims.d[i]);
    mote_pb_message(&shape, 1, &dim);
  }
  mote_pb_int(&typed, 1, mote_export_type[t->dtype]);
  mote_pb_message(&typed, 2, &shape);
  mote_pb_message(&type, 1, &typed);
  mote_pb_text(&info, 1, e->names[tensor]);
  mote_pb_message(&info, 2, &type);
  mote_pb_message(&e->graph, field, &info);
}

static int by_name(const void *a, const void *b) {
  const mote_tensor_t *x = *(const mote_tensor_t *const *)a,
                      *y = *(const mote_tensor_t *const *)b;
  int order = strcmp(x->name, y->name);
  return order ? order : (x > y) - (x < y);
}

/* Tensors of one name get their number behind it, all but the first. */
static int name_tensors(mote_export_t *e) {
  size_t n = (size_t)e->g->n_tensors;
  const mote_tensor_t **sorted = mote_arena_take(e->a, n, sizeof *sorted);
  e->names = mote_arena_take(e->a, n, sizeof *e->names);
  e->made = mote_arena_take(e->a, n, 1);
  if (!sorted || !e->names || !e->made) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < n; i++) sorted[i] = &e->g->tensors[i];
  qsort(sorted, n, sizeof *sorted, by_name);
  for (size_t i = 0; i < n; i++) {
    size_t at = (size_t)(sorted[i] - e->g->tensors);
    int again = i && !strcmp(sorted[i]->name, sorted[i - 1]->name);
    e->names[at] = again || !*sorted[i]->name
                       ? mote_arena_printf(e->a, "%s#%zu", sorted[i]->name, at)
                       : sorted[i]->name;
    if (!e->names[at]) return MOTE_ERR_NOMEM;
  }
  return MOTE_OK;
}

static int export_graph(mote_export_t *e) {
  const mote_graph_t *g = e->g;
  MOTE_TRY(name_tensors(e));
  for (int32_t i = 0; i < g->n_tensors; i++)
    if (g->tensors[i].role == MOTE_ROLE_STATE)
      return mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" is kept from run to run, and .onnx "
                       "keeps nothing", g->tensors[i].name);
  for (int32_t i = 0; i < g->n_inputs; i++) {
    add_info(e, 11, g->inputs[i]);
    e->made[g->inputs[i]] = 1;
  }
  for (int32_t i = 0; i < g->n_nodes; i++) {
    int rc = export_node(e, &g->nodes[i]);
    if (rc < 0)
      return mote_context(rc, "node \"%s\" (%s)", g->nodes[i].name,
                          g->nodes[i].op->name);
  }
  for (int32_t i = 0; i < g->n_outputs; i++) {
    mote_export_need(e, g->outputs[i], MOTE_EXPORT_OWN);
    add_info(e, 12, g->outputs[i]);
  }
  mote_pb_text(&e->graph, 2, "mote");
  return e->rc < 0 ? e->rc : e->graph.rc;
}

/* ModelProto: 1 ir_version, 2 producer_name, 7 graph, 8 opset_import. */
static int write_model(mote_export_t *e, mote_buf_t *out) {
  mote_pb_writer_t model = {0}, opset = {0};
  mote_pb_text(&opset, 1, "");
  mote_pb_int(&opset, 2, OPSET);
  mote_pb_int(&model, 1, 8);
  mote_pb_text(&model, 2, "mote");
  mote_pb_message(&model, 7, &e->graph);
  mote_pb_message(&model, 8, &opset);
  int rc = model.rc < 0 ? model.rc : mote_buf_add(out, model.buf.p, model.buf.n);
  mote_buf_free(&model.buf);
  return rc;
}

int mote_graph_to_onnx(const mote_graph_t *g, mote_buf_t *out) {
  MOTE_TRY(mote_graph_check(g));
  mote_export_t e = {.g = g, .a = mote_arena_new()};
  int rc = e.a ? export_graph(&e) : MOTE_ERR_NOMEM;
  if (rc >= 0) rc = write_model(&e, out);
  mote_buf_free(&e.graph.buf);
  mote_arena_free(e.a);
  return rc;
}
