/* SPDX-License-Identifier: Apache-2.0
 * Walks the nodes of the file: a node of constants is folded, any other goes through its
 * row of engine/model/onnx/rows.def. */
#include "model/from_onnx.h"

#include <math.h>
#include <string.h>

#include "model/onnx/import.h"

#define FOLD_BYTES ((int64_t)1 << 28)

static const mote_import_row_t rows[] = {
#define ROW(name, min_in, flags, make, fold) {#name, min_in, flags, make, fold},
#include "model/onnx/rows.def"
#undef ROW
};

int NO_MAKE(mote_import_t *m) {
  return MOTE_IMPORT_UNSUPPORTED("it is covered for constants only, and \"%s\" is none",
                                 m->values[m->node->in[0]].name);
}

int NO_FOLD(mote_import_t *m) {
  (void)m;
  return MOTE_IMPORT_UNSUPPORTED("all its inputs are constants; fold them before the "
                                 "export (onnxsim does)");
}

static const mote_import_row_t *row_of(const mote_onnx_node_t *n) {
  int known = !*n->domain || !strcmp(n->domain, "ai.onnx") ||
              !strcmp(n->domain, "com.microsoft");
  for (size_t i = 0; known && i < sizeof rows / sizeof rows[0]; i++)
    if (!strcmp(rows[i].op, n->op)) return &rows[i];
  return NULL;
}

/* ---- who reads what ---- */

/* Of the nodes that are not done. */
static int link_uses(mote_import_t *m) {
  size_t n = 0;
  for (int32_t i = 0; i < m->file->n_nodes; i++) n += (size_t)m->file->nodes[i].n_in;
  m->next_use = mote_arena_take(m->a, n, sizeof *m->next_use);
  m->use_node = mote_arena_take(m->a, n, sizeof *m->use_node);
  m->maker = mote_arena_take(m->a, (size_t)m->file->n_values, sizeof *m->maker);
  if (!m->next_use || !m->use_node || !m->maker) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < m->file->n_values; i++) {
    m->values[i].n_uses = 0;
    m->maker[i] = m->values[i].first_use = -1;
  }
  for (int32_t i = m->file->n_nodes - 1; i >= 0; i--) {
    if (m->done[i]) continue;
    for (int32_t k = 0; k < m->file->nodes[i].n_out; k++)
      if (m->file->nodes[i].out[k] >= 0) m->maker[m->file->nodes[i].out[k]] = i;
    for (int32_t k = 0; k < m->file->nodes[i].n_in; k++) {
      int32_t v = m->file->nodes[i].in[k];
      if (v < 0) continue;
      m->next_use[--n] = m->values[v].first_use;
      m->use_node[n] = i;
      m->values[v].first_use = (int32_t)n;
      m->values[v].n_uses++;
    }
  }
  for (int32_t i = 0; i < m->file->n_outputs; i++)
    m->values[m->file->outputs[i]].n_uses++;
  return MOTE_OK;
}

static int is_quantize(const mote_onnx_node_t *n) {
  return !strcmp(n->op, "QuantizeLinear") && n->n_in >= 2;
}

/* What v is behind the movers that alone read it, one after another. */
static int32_t moved(const mote_import_t *m, int32_t v) {
  static const char *const movers[] = {"Reshape", "Flatten", "Squeeze", "Unsqueeze",
                                       "Transpose", NULL};
  for (int32_t at = m->at;;) {
    const mote_value_t *x = &m->values[v];
    int32_t reader = x->n_uses == 1 && x->first_use >= 0 ? m->use_node[x->first_use] : -1;
    if (reader <= at) return v; /* nobody, or a file in a circle */
    const mote_onnx_node_t *n = &m->file->nodes[at = reader];
    int is = 0;
    for (size_t i = 0; movers[i]; i++) is |= !strcmp(n->op, movers[i]);
    if (!is || n->in[0] != v || n->n_out != 1 || n->out[0] < 0) return v;
    v = n->out[0];
  }
}

/* All readers of v, behind movers, are QuantizeLinear nodes of one scale: `q` is it. */
static int quantised_as(const mote_import_t *m, int32_t v, mote_quant_t *q) {
  int32_t n = 0;
  v = moved(m, v);
  for (int32_t u = m->values[v].first_use; u >= 0; u = m->next_use[u], n++) {
    const mote_onnx_node_t *to = &m->file->nodes[m->use_node[u]];
    mote_quant_t one;
    if (!is_quantize(to) || to->in[0] != v ||
        mote_import_scale(m, to->in[1], to->n_in > 2 ? to->in[2] : -1, &one) < 0)
      return 0;
    if (n && (one.scale[0] != q->scale[0] || one.zero[0] != q->zero[0])) return 0;
    *q = one;
  }
  return n > 0 && n == m->values[v].n_uses;
}

/* Which fused activation a Relu or Clip is; MOTE_ACT_NONE: none. */
static int32_t activation_of(const mote_import_t *m, const mote_onnx_node_t *n) {
  float limit[2] = {-INFINITY, INFINITY};
  if (!strcmp(n->op, "Relu")) return MOTE_ACT_RELU;
  if (strcmp(n->op, "Clip")) return MOTE_ACT_NONE;
  for (int32_t k = 0; k < 2; k++) {
    const mote_onnx_attr_t *a = mote_onnx_attr(n, k ? "max" : "min");
    const mote_onnx_tensor_t *c =
        n->n_in > k + 1 && n->in[k + 1] >= 0 ? m->values[n->in[k + 1]].c : NULL;
    if (a) limit[k] = a->f;
    if (c && c->count == 1) limit[k] = (float)mote_fold_real(c, 0);
  }
  if (limit[0] == 0.0f && limit[1] == 6.0f) return MOTE_ACT_RELU6;
  return limit[0] == -1.0f && limit[1] == 1.0f ? MOTE_ACT_RELU_N1_TO_1 : MOTE_ACT_NONE;
}

/* The Relu or Clip that alone reads v, -1 when it is something else. */
static int32_t activation_behind(const mote_import_t *m, int32_t v, int32_t *act) {
  const mote_value_t *x = &m->values[v];
  if (x->n_uses != 1 || x->first_use < 0) return -1;
  int32_t i = m->use_node[x->first_use];
  const mote_onnx_node_t *n = &m->file->nodes[i];
  *act = n->in[0] == v && n->n_out == 1 ? activation_of(m, n) : MOTE_ACT_NONE;
  return *act == MOTE_ACT_NONE ? -1 : i;
}

/* ---- int8 or float ---- */

static int has_q(const mote_value_t *x) {
  if (x->c) return x->cq != NULL;
  for (int i = 0; i < MOTE_LAYOUTS; i++)
    if (x->q[i] >= 0) return 1;
  return 0;
}

/* Every input that is no constant is there as int8; so are the constants, but for those
 * that merely say how (weights and biases are judged by the row). */
static int inputs_are_int8(const mote_import_t *m) {
  int any = 0;
  for (int32_t k = 0; k < m->node->n_in; k++) {
    int32_t v = m->node->in[k];
    if (v < 0 || m->values[v].c) continue;
    if (!has_q(&m->values[v])) return 0;
    any = 1;
  }
  return any;
}

/* int8 where the operator can, else with reals. */
static int make_int8(mote_import_t *m, const mote_import_row_t *row,
                     const mote_quant_t *q) {
  m->use_q = 1, m->out_q = q;
  int rc = row->make(m);
  m->use_q = 0, m->out_q = NULL, m->out_type = 0;
  return rc == MOTE_ERR_UNSUPPORTED ? row->make(m) : rc;
}

int mote_import_make(mote_import_t *m, const mote_quant_t *q) {
  const mote_import_row_t *row = row_of(m->node);
  int may = row && row->flags & (MOTE_IMPORT_INT8 | MOTE_IMPORT_EXACT);
  if (!row) return MOTE_ERR_UNSUPPORTED;
  return may && inputs_are_int8(m) ? make_int8(m, row, q) : row->make(m);
}

/* The row's result, with int8 inside where what stands around the node allows it. */
static int make(mote_import_t *m, const mote_import_row_t *row) {
  mote_quant_t q;
  int32_t v = m->node->out[0], behind, act;
  if (!(row->flags & (MOTE_IMPORT_INT8 | MOTE_IMPORT_EXACT)) || !inputs_are_int8(m))
    return row->make(m);
  if (m->node->n_out == 1 && quantised_as(m, v, &q)) return make_int8(m, row, &q);
  behind = row->flags & MOTE_IMPORT_ACT ? activation_behind(m, v, &act) : -1;
  if (behind >= 0 && quantised_as(m, m->file->nodes[behind].out[0], &q)) {
    m->activation = act;
    MOTE_TRY(make_int8(m, row, &q));
    m->done[behind] = 1;
    return mote_import_alias(m, v, m->file->nodes[behind].out[0]);
  }
  return row->flags & MOTE_IMPORT_EXACT ? make_int8(m, row, NULL) : row->make(m);
}

/* ---- the walk ---- */

static int is_written(const mote_value_t *x) {
  int any = x->c != NULL;
  for (int i = 0; i < MOTE_LAYOUTS; i++) any |= x->at[i] >= 0 || x->q[i] >= 0;
  return any;
}

static int all_constant(const mote_import_t *m) {
  for (int32_t k = 0; k < m->node->n_in; k++)
    if (m->node->in[k] >= 0 && !m->values[m->node->in[k]].c) return 0;
  return 1;
}

static int import_node(mote_import_t *m) {
  const mote_onnx_node_t *n = m->node;
  const mote_import_row_t *row = row_of(n);
  if (!row)
    return MOTE_IMPORT_UNSUPPORTED("this operator is not covered; replace it, or cut the "
                                   "model before it");
  for (int32_t k = 0; k < row->min_in; k++)
    if (n->n_in <= k || n->in[k] < 0)
      return mote_fail(MOTE_ERR_FORMAT, "input %d is missing", (int)k);
  int spare = row->flags & MOTE_IMPORT_SPARE && *mote_import_label(m);
  if (n->n_out < 1 || (n->out[0] < 0 && !spare))
    return mote_fail(MOTE_ERR_FORMAT, "no output");
  for (int32_t k = 0; k < n->n_out; k++)
    if (n->out[k] >= 0 && is_written(&m->values[n->out[k]]))
      return mote_fail(MOTE_ERR_FORMAT, "output %d is written twice", (int)k);
  m->n_made = 0, m->activation = MOTE_ACT_NONE;
  if (all_constant(m)) return row->fold(m);
  return make(m, row);
}

static int open_size(const mote_onnx_value_t *x, int32_t axis, int32_t *out) {
  const char *name = x->open[axis];
  int batch = axis == 0 || strstr(name, "batch") || strstr(name, "Batch") ||
              !strcmp(name, "N");
  *out = x->dims[axis] < 0 ? 1 : (int32_t)x->dims[axis];
  if (x->dims[axis] > 0 || batch) return MOTE_OK;
  return MOTE_IMPORT_UNSUPPORTED("dimension %d is open (\"%s\"), and only a batch may: "
                                 "export the model with fixed sizes", (int)axis, name);
}

/* Indices of int64 are int32 here, as those that operators make. */
static int input_type(const mote_onnx_value_t *x, mote_dtype_t *type) {
  static const mote_dtype_t types[] = {
      [MOTE_ONNX_FLOAT] = MOTE_F32, [MOTE_ONNX_INT8] = MOTE_I8,
      [MOTE_ONNX_UINT8] = MOTE_U8,  [MOTE_ONNX_INT32] = MOTE_I32,
      [MOTE_ONNX_INT64] = MOTE_I32, [MOTE_ONNX_BOOL] = MOTE_BOOL};
  size_t n = sizeof types / sizeof types[0];
  *type = x->type >= 0 && (size_t)x->type < n ? types[x->type] : 0;
  if (*type) return MOTE_OK;
  return MOTE_IMPORT_UNSUPPORTED("its values are of %s; they must be float, int8, uint8, "
                                 "int32, int64 or bool", mote_onnx_type_name(x->type));
}

static int import_input(mote_import_t *m, int32_t v) {
  const mote_onnx_value_t *x = &m->file->values[v];
  mote_dims_t d = {.rank = x->rank};
  mote_dtype_t type = MOTE_F32;
  if (x->init) return MOTE_OK;
  if (x->rank < 0 || x->rank > MOTE_RANK_MAX)
    return MOTE_IMPORT_UNSUPPORTED("it must have a shape of at most %d dimensions",
                                   MOTE_RANK_MAX);
  for (int32_t i = 0; i < x->rank; i++) MOTE_TRY(open_size(x, i, &d.d[i]));
  MOTE_TRY(input_type(x, &type));
  if (m->g->n_inputs == MOTE_NODE_IO_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d inputs", MOTE_NODE_IO_MAX);
  int t = mote_graph_tensor(m->g, x->name, type, &d, NULL);
  if (t < 0) return t;
  m->values[v].dims = d;
  m->values[v].is_u8 = x->type == MOTE_ONNX_UINT8;
  m->values[v].at[MOTE_LAYOUT_PLAIN] = m->g->inputs[m->g->n_inputs++] = t;
  return MOTE_OK;
}

static int import_output(mote_import_t *m, int32_t v) {
  static const mote_onnx_node_t nobody = {.name = "", .op = ""};
  mote_onnx_node_t n = nobody;
  m->node = &n;
  n.out = &v, n.n_out = 1;
  if (m->values[v].c) return MOTE_IMPORT_UNSUPPORTED("it is a constant");
  if (m->g->n_outputs == MOTE_NODE_IO_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d outputs", MOTE_NODE_IO_MAX);
  int32_t t = mote_import_tensor(m, v, MOTE_LAYOUT_PLAIN);
  if (t >= 0 && m->values[v].is_u8) t = mote_import_shifted(m, t, MOTE_U8);
  if (t < 0) return t;
  m->g->outputs[m->g->n_outputs++] = t;
  return MOTE_OK;
}

static int start(mote_import_t *m) {
  const mote_onnx_t *f = m->file;
  m->n_values = f->n_values, m->cap = f->n_values + 16;
  m->values = mote_arena_take(m->a, (size_t)m->cap, sizeof *m->values);
  if (!m->values) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < f->n_values; i++) {
    mote_value_t *x = &m->values[i];
    *x = (mote_value_t){.name = f->values[i].name, .c = f->values[i].init,
                        .first_use = -1, .at = {-1, -1, -1}, .q = {-1, -1, -1}};
    if (!x->c) continue;
    if (x->c->rank > MOTE_RANK_MAX)
      return mote_fail(MOTE_ERR_LIMIT, "constant \"%s\" has more than %d dimensions",
                       x->name, MOTE_RANK_MAX);
    MOTE_TRY(mote_import_set_dims(&x->dims, x->c->dims, x->c->rank));
  }
  m->done = mote_arena_take(m->a, (size_t)f->n_nodes, 1);
  return m->done ? link_uses(m) : MOTE_ERR_NOMEM;
}

/* All nodes in order. First only those of constants, so that a scale or shape is known
 * wherever in the file it is made. */
static int import_nodes(mote_import_t *m, int only_constants) {
  for (m->at = 0; m->at < m->file->n_nodes; m->at++) {
    m->node = &m->file->nodes[m->at];
    if (m->done[m->at] || (only_constants && !all_constant(m))) continue;
    int rc = import_node(m);
    if (rc < 0)
      return mote_context(rc, "node %d \"%s\" (%s)", (int)m->at, m->node->name,
                          m->node->op);
    m->done[m->at] = 1;
  }
  return MOTE_OK;
}

static int import_all(mote_import_t *m) {
  const mote_onnx_t *f = m->file;
  if (f->opset < 7 || f->opset > 30)
    return MOTE_IMPORT_UNSUPPORTED("onnx: operator set %d; mote reads 9 to 21 and what "
                                   "did not change around it", (int)f->opset);
  MOTE_TRY(start(m));
  for (int32_t i = 0; i < f->n_inputs; i++) {
    int rc = import_input(m, f->inputs[i]);
    if (rc < 0)
      return mote_context(rc, "input %d \"%s\"", (int)i, f->values[f->inputs[i]].name);
  }
  MOTE_TRY(import_nodes(m, 1));
  MOTE_TRY(mote_import_patterns(m));
  MOTE_TRY(link_uses(m));
  MOTE_TRY(import_nodes(m, 0));
  for (int32_t i = 0; i < f->n_outputs; i++) {
    int rc = import_output(m, f->outputs[i]);
    if (rc < 0)
      return mote_context(rc, "output %d \"%s\"", (int)i, f->values[f->outputs[i]].name);
  }
  return mote_graph_check(m->g);
}

int mote_graph_from_onnx(const uint8_t *p, size_t n, mote_graph_t **out) {
  *out = NULL;
  mote_arena_t *a = mote_arena_new();
  if (!a) return MOTE_ERR_NOMEM;
  mote_onnx_t file;
  int rc = mote_onnx_read(p, n, a, &file);
  mote_graph_t *g = rc >= 0 ? mote_graph_new() : NULL;
  if (rc >= 0) {
    mote_import_t m = {.file = &file, .g = g, .a = a, .budget = FOLD_BYTES};
    rc = g ? import_all(&m) : MOTE_ERR_NOMEM;
  }
  mote_arena_free(a);
  if (rc < 0) mote_graph_free(g);
  else *out = g;
  return rc;
}
