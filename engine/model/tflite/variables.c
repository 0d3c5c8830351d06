/* SPDX-License-Identifier: Apache-2.0
 * Variables. In the file a handle, which VAR_HANDLE makes from a name, stands for one; in
 * the graph it is a state, made when it is first read or assigned: only then its type is
 * known. CALL_ONCE may give it the values that every state begins with. */
#include "model/tflite/map.h"

#include <stdio.h>

enum { CALL_ONCE = 129, VAR_HANDLE = 142, ASSIGN_VARIABLE = 144 };

/* ---- reading ---- */

static int same_name(const mote_tfl_variable_t *a, const mote_tfl_variable_t *b) {
  return a->n_name == b->n_name && a->n_container == b->n_container &&
         !memcmp(a->name, b->name, a->n_name) &&
         !memcmp(a->container, b->container, a->n_container);
}

/* Number of the variable that a VAR_HANDLE of subgraph `t` means, or negative. */
static int find(mote_tfl_in_t *m, const mote_tflite_t *t, const mote_tflite_op_t *op) {
  mote_tfl_variable_t v = {.state = -1};
  v.container = mote_tflite_text(t, op, 0, &v.n_container);
  v.name = mote_tflite_text(t, op, 1, &v.n_name);
  for (int32_t i = 0; i < m->n_variables; i++)
    if (same_name(&m->variables[i], &v)) return i;
  if (m->n_variables == MOTE_TFL_VARIABLES)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d variables", MOTE_TFL_VARIABLES);
  m->variables[m->n_variables] = v;
  return m->n_variables++;
}

static int note_handle(mote_tfl_in_t *m, const mote_tflite_t *t,
                       const mote_tflite_op_t *op, int32_t *handle) {
  if (op->n_out != 1 || op->out[0] < 0)
    return mote_fail(MOTE_ERR_FORMAT, "it has no output");
  int i = find(m, t, op);
  if (i < 0) return i;
  handle[op->out[0]] = i + 1;
  return MOTE_OK;
}

/* The variable whose handle is input 0. */
static mote_tfl_variable_t *variable_of(mote_tfl_in_t *m, const mote_tflite_op_t *op,
                                        const int32_t *handle) {
  if (op->n_in > 0 && op->in[0] >= 0 && handle[op->in[0]])
    return &m->variables[handle[op->in[0]] - 1];
  mote_fail(MOTE_ERR_FORMAT, "its handle does not come from a VAR_HANDLE before it");
  return NULL;
}

/* CALL_ONCE may only say what holds anyway. */
static int check_start(const mote_tfl_variable_t *v, const mote_tensor_t *state) {
  size_t bytes = mote_tensor_bytes(state), same = 0;
  if (!v->start) return MOTE_OK;
  while (same < v->start_bytes && v->start[same] == mote_state_fill(state)) same++;
  if (same == bytes && v->start_bytes == bytes) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "variable \"%s\" begins with other values than "
                   "zeros", state->name);
}

/* The state, made like the file's tensor `like` when it is first met; or negative. */
static int state_of(mote_tfl_in_t *m, mote_tfl_variable_t *v, int32_t like) {
  mote_tflite_tensor_t t = m->file->tensors[like];
  if (v->state >= 0) return v->state;
  t.name = m->file->tensors[m->op->in[0]].name;
  int at = mote_tfl_new_tensor(m, &t);
  if (at < 0) return at;
  m->g->tensors[at].role = MOTE_ROLE_STATE;
  MOTE_TRY(check_start(v, &m->g->tensors[at]));
  return v->state = at;
}

static int take_handle(mote_tfl_in_t *m, void *attr) {
  (void)attr;
  return note_handle(m, m->file, m->op, m->handle);
}

/* A node between the state and the file's tensor `other`. */
static int access_node(mote_tfl_in_t *m, const char *op, int32_t other) {
  mote_tfl_variable_t *v = variable_of(m, m->op, m->handle);
  if (!v) return MOTE_ERR_FORMAT;
  if (other < 0) return mote_fail(MOTE_ERR_FORMAT, "an input or output is missing");
  int32_t state = state_of(m, v, other);
  if (state < 0) return state;
  int32_t value = mote_tfl_tensor_at(m, other);
  if (value < 0) return value;
  int reads = m->op->code != ASSIGN_VARIABLE;
  mote_node_spec_t spec = {op, m->g->tensors[value].name, reads ? &state : &value, 1,
                           reads ? &value : &state, 1, NULL};
  return mote_tfl_node(m, &spec);
}

static int take_read(mote_tfl_in_t *m, void *attr) {
  (void)attr;
  return access_node(m, "read_variable", m->op->n_out == 1 ? m->op->out[0] : -1);
}

static int take_assign(mote_tfl_in_t *m, void *attr) {
  (void)attr;
  return access_node(m, "assign_variable", m->op->n_in == 2 ? m->op->in[1] : -1);
}

/* One operator of the subgraph that runs once. */
static int start_op(mote_tfl_in_t *m, const mote_tflite_t *t, const mote_tflite_op_t *op,
                    int32_t *handle) {
  if (op->code == VAR_HANDLE) return note_handle(m, t, op, handle);
  if (op->code != ASSIGN_VARIABLE)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "here only variables may be given constants");
  mote_tfl_variable_t *v = variable_of(m, op, handle);
  if (!v) return MOTE_ERR_FORMAT;
  const mote_tflite_tensor_t *x =
      op->n_in == 2 && op->in[1] >= 0 ? &t->tensors[op->in[1]] : NULL;
  if (!x || !x->data)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "a variable is given no constant");
  v->start = x->data, v->start_bytes = x->bytes;
  return MOTE_OK;
}

static int start_all(mote_tfl_in_t *m, const mote_tflite_t *t, mote_arena_t *a) {
  int32_t *handle = mote_arena_take(a, (size_t)t->n_tensors + 1, sizeof *handle);
  if (!handle) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < t->n_ops; i++) {
    char name[64];
    int rc = start_op(m, t, &t->ops[i], handle);
    if (rc < 0)
      return mote_context(rc, "operator %d of its subgraph, %s", (int)i,
                          mote_tflite_op_name(&t->ops[i], name));
  }
  return MOTE_OK;
}

/* It may not call another one, so nothing recurs. */
static int take_call(mote_tfl_in_t *m, void *attr) {
  (void)attr;
  mote_tflite_t t;
  int32_t index = mote_tfl_int(m, 0, 0);
  if (m->called++)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "a second CALL_ONCE");
  for (int32_t i = 0; i < m->n_variables; i++)
    if (m->variables[i].state >= 0)
      return mote_fail(MOTE_ERR_UNSUPPORTED, "it comes after the first use of a "
                       "variable");
  if (index < 1)
    return mote_fail(MOTE_ERR_FORMAT, "it calls subgraph %d, which is the network or "
                     "nothing", (int)index);
  mote_arena_t *a = mote_arena_new();
  int rc = a ? mote_tflite_subgraph(m->file, index, a, &t) : MOTE_ERR_NOMEM;
  if (rc >= 0) rc = start_all(m, &t, a);
  mote_arena_free(a);
  return rc;
}

/* ---- writing ---- */

static int touches(const mote_node_t *n, int32_t state) {
  for (int32_t i = 0; i < n->n_in; i++)
    if (n->in[i] == state) return 1;
  for (int32_t i = 0; i < n->n_out; i++)
    if (n->out[i] == state) return 1;
  return 0;
}

static int is_access(const mote_node_t *n) {
  return !strcmp(n->op->name, "read_variable") || !strcmp(n->op->name, "assign_variable");
}

int mote_tfl_is_resource(const mote_graph_t *g, int32_t i) {
  int some = 0;
  if (g->tensors[i].role != MOTE_ROLE_STATE) return 0;
  for (int32_t k = 0; k < g->n_nodes; k++)
    if (touches(&g->nodes[k], i)) {
      if (!is_access(&g->nodes[k])) return 0;
      some = 1;
    }
  return some;
}

/* The handle, before the first node that needs it. */
static int give_handle(mote_tfl_out_t *f, const mote_node_t *n, int32_t state) {
  if (!mote_tfl_is_resource(f->g, state))
    return mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" is also the state of another operator",
                     mote_tfl_tensor(f, state)->name);
  for (const mote_node_t *k = f->g->nodes; k < n; k++)
    if (touches(k, state)) return MOTE_OK;
  mote_tfl_op_t o = {.code = VAR_HANDLE, .version = 1, .options_type = 111, .n_out = 1,
                     .out = {state}};
  snprintf(o.text, sizeof o.text, "variable %d", (int)state);
  mote_tfl_push(f, &o);
  return MOTE_OK;
}

static int give_read(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  (void)o;
  return give_handle(f, n, n->in[0]);
}

static int give_assign(mote_tfl_out_t *f, const mote_node_t *n, mote_tfl_op_t *o) {
  o->in[0] = n->out[0], o->in[1] = n->in[0];
  o->n_in = 2, o->n_out = 0;
  return give_handle(f, n, n->out[0]);
}

static const mote_tfl_row_t rows[] = {
    {CALL_ONCE, 103, "", -1, {1, 1, 1}, take_call, NULL},
    {VAR_HANDLE, 111, "", -1, {1, 1, 1}, take_handle, NULL},
    {143, 112, "read_variable", -1, {1, 1, 1}, take_read, give_read},
    {ASSIGN_VARIABLE, 113, "assign_variable", -1, {1, 1, 1}, take_assign, give_assign}};
MOTE_TFL_FAMILY(variables, rows);
