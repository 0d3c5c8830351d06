/* SPDX-License-Identifier: Apache-2.0
 * LSTM and GRU. Each direction becomes a node: its gates' weights are rows of one
 * constant, and two directions stand next to each other in the outputs. */
#include <string.h>

#include "model/onnx/import.h"

/* Gates of the file, in its order, and where ours are among them. */
typedef struct {
  const char *op;
  int32_t gates, states;
  int32_t order[4];
  const char *activations[3];
} cell_t;
static const cell_t cells[] = {
    {"lstm", 4, 2, {0, 2, 3, 1}, {"Sigmoid", "Tanh", "Tanh"}},
    {"gru", 3, 1, {0, 1, 2}, {"Sigmoid", "Tanh", NULL}}};

typedef struct {
  const cell_t *cell;
  int32_t x;     /* tensor of the graph, [steps][batch][n] */
  int32_t steps, batch, n, units, directions, backward; /* backward: the first one is */
  const float *w, *r, *b; /* [directions][gates * units][n or units], biases or NULL */
  int32_t out[3][2];      /* output, then states; of each direction */
} net_t;

/* ---- what there is ---- */

static int want_activations(const mote_import_t *m, const cell_t *c) {
  const mote_onnx_attr_t *a = mote_onnx_attr(m->node, "activations");
  size_t n = c->activations[2] ? 3 : 2;
  for (size_t i = 0; a && i < a->n; i++)
    if (a->kind != MOTE_ONNX_A_TEXTS || strcmp(a->texts[i], c->activations[i % n]))
      return MOTE_IMPORT_UNSUPPORTED("activations other than Sigmoid and Tanh");
  return MOTE_OK;
}

/* All sequences are whole. */
static int want_lengths(const mote_import_t *m, int32_t steps) {
  int64_t lens[64];
  int n = mote_import_ints(m, NULL, 4, lens, 64);
  if (n < 0) return n;
  for (int i = 0; i < n; i++)
    if (lens[i] != steps)
      return MOTE_IMPORT_UNSUPPORTED("sequences shorter than the input");
  return MOTE_OK;
}

static int want_plain(const mote_import_t *m, const cell_t *c) {
  if (mote_onnx_attr(m->node, "clip")) return MOTE_IMPORT_UNSUPPORTED("clip");
  if (mote_import_int(m, "input_forget", 0))
    return MOTE_IMPORT_UNSUPPORTED("coupled gates (input_forget)");
  if (mote_import_int(m, "layout", 0))
    return MOTE_IMPORT_UNSUPPORTED("layout 1; transpose the input instead");
  if (mote_import_in(m, 7) >= 0) return MOTE_IMPORT_UNSUPPORTED("peephole weights");
  return want_activations(m, c);
}

static int read_direction(const mote_import_t *m, net_t *x) {
  const char *d = mote_import_text(m, "direction", "forward");
  x->directions = !strcmp(d, "bidirectional") ? 2 : 1;
  x->backward = !strcmp(d, "reverse");
  if (x->directions == 2 || x->backward || !strcmp(d, "forward")) return MOTE_OK;
  return MOTE_IMPORT_UNSUPPORTED("direction \"%s\"", d);
}

/* Input k, constants [directions][rows][columns]; columns 0: [directions][rows]. */
static int read_table(mote_import_t *m, const net_t *x, int32_t k, int64_t rows,
                      int32_t columns, const float **out) {
  int32_t v = mote_import_in(m, k);
  const mote_dims_t *d = &m->values[v].dims;
  if (!m->values[v].c || d->rank != (columns ? 3 : 2) || d->d[0] != x->directions ||
      d->d[1] != rows || (columns && d->d[2] != columns))
    return MOTE_IMPORT_UNSUPPORTED("input %d must be constants [%d][%lld]", (int)k,
                                   (int)x->directions, (long long)rows);
  return (*out = mote_import_floats(m, v)) ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int read_net(mote_import_t *m, const cell_t *cell, net_t *x) {
  const mote_dims_t *d = &m->values[mote_import_in(m, 0)].dims;
  const mote_dims_t *r = &m->values[mote_import_in(m, 2)].dims;
  *x = (net_t){.cell = cell};
  if (d->rank != 3 || r->rank != 3)
    return MOTE_IMPORT_UNSUPPORTED("its input and weights must have three axes");
  x->steps = d->d[0], x->batch = d->d[1], x->n = d->d[2], x->units = r->d[2];
  int64_t rows = (int64_t)cell->gates * x->units;
  MOTE_TRY(want_plain(m, cell));
  MOTE_TRY(want_lengths(m, x->steps));
  MOTE_TRY(read_direction(m, x));
  MOTE_TRY(read_table(m, x, 1, rows, x->n, &x->w));
  MOTE_TRY(read_table(m, x, 2, rows, x->units, &x->r));
  if (mote_import_in(m, 3) >= 0) MOTE_TRY(read_table(m, x, 3, 2 * rows, 0, &x->b));
  return x->x = mote_import_tensor(m, mote_import_in(m, 0), MOTE_LAYOUT_PLAIN);
}

/* ---- nodes ---- */

/* Rows of gate g of direction d. */
static int32_t gate(mote_import_t *m, const net_t *x, const float *w, int32_t columns,
                    int32_t d, int32_t g) {
  size_t row = ((size_t)d * (size_t)x->cell->gates + (size_t)g) * (size_t)x->units;
  return mote_import_const(m, &MOTE_DIMS(x->units, columns), w + row * (size_t)columns);
}

/* The bias of gate g; `parts` 1: of the input's product, 2: of the other, 3: the sum. */
static int32_t bias(mote_import_t *m, const net_t *x, int32_t d, int32_t g, int parts) {
  size_t units = (size_t)x->units, all = (size_t)x->cell->gates * units;
  float *sum = mote_arena_take(m->a, units, sizeof *sum);
  if (!x->b) return -1;
  for (size_t i = 0; sum && i < units; i++) {
    const float *b = x->b + 2 * (size_t)d * all + (size_t)g * units + i;
    sum[i] = (parts & 1 ? b[0] : 0.0f) + (parts & 2 ? b[all] : 0.0f);
  }
  return mote_import_const(m, &MOTE_DIMS(x->units), sum);
}

/* What state k of direction d begins with, [batch][units]; *out -1: zeros. */
static int begin(mote_import_t *m, const net_t *x, int32_t k, int32_t d, int32_t *out) {
  int32_t v = mote_import_in(m, 5 + k), t;
  const mote_dims_t want = MOTE_DIMS(x->directions, x->batch, x->units);
  const mote_dims_t one = MOTE_DIMS(x->batch, x->units);
  *out = -1;
  if (v < 0) return MOTE_OK;
  if (!mote_dims_equal(&m->values[v].dims, &want))
    return mote_fail(MOTE_ERR_FORMAT, "input %d must be [%d][%d][%d]", (int)k + 5,
                     (int)want.d[0], (int)want.d[1], (int)want.d[2]);
  if (m->values[v].c) {
    const float *all = mote_import_floats(m, v);
    t = mote_import_const(m, &one, all ? all + d * mote_dims_count(&one) : NULL);
  } else {
    MOTE_TRY(t = mote_import_tensor(m, v, MOTE_LAYOUT_PLAIN));
    if (x->directions > 1) MOTE_TRY(t = mote_import_cut(m, t, 0, d, 1));
    t = mote_import_reshape(m, t, &one);
  }
  *out = t;
  return t < 0 ? t : MOTE_OK;
}

/* One direction; its tensors go to x->out. */
static int emit(mote_import_t *m, net_t *x, int32_t d, const int32_t *in, int32_t n_in,
                const void *attr) {
  const cell_t *c = x->cell;
  int32_t out[3];
  char name[80];
  for (int32_t k = 0; k <= c->states; k++) {
    snprintf(name, sizeof name, "%.60s/%d", mote_import_label(m), (int)m->n_made++);
    out[k] = mote_graph_tensor(m->g, name, MOTE_F32, &MOTE_DIMS(1), NULL);
    if (out[k] < 0) return out[k];
    x->out[k][d] = out[k];
  }
  mote_node_spec_t s = {c->op, *m->node->name ? m->node->name : name, in, n_in, out,
                        1 + c->states, attr};
  return mote_graph_node(m->g, &s);
}

/* Weights of all gates from in[1] on. */
static int put_gates(mote_import_t *m, const net_t *x, int32_t d, int32_t *in) {
  const cell_t *c = x->cell;
  in[0] = x->x;
  for (int32_t k = 0; k < c->gates; k++) {
    MOTE_TRY(in[1 + k] = gate(m, x, x->w, x->n, d, c->order[k]));
    MOTE_TRY(in[1 + c->gates + k] = gate(m, x, x->r, x->units, d, c->order[k]));
  }
  return MOTE_OK;
}

static int put_bias(mote_import_t *m, const net_t *x, int32_t d, int32_t g, int parts,
                    int32_t *out) {
  *out = bias(m, x, d, g, parts);
  return x->b && *out < 0 ? *out : MOTE_OK;
}

static int lstm(mote_import_t *m, net_t *x, int32_t d) {
  mote_lstm_attr_t a = {1, x->backward || d, 0.0f};
  int32_t in[15];
  MOTE_TRY(put_gates(m, x, d, in));
  for (int32_t k = 0; k < 2; k++) MOTE_TRY(begin(m, x, k, d, &in[9 + k]));
  for (int32_t k = 0; k < 4; k++)
    MOTE_TRY(put_bias(m, x, d, x->cell->order[k], 3, &in[11 + k]));
  return emit(m, x, d, in, 15, &a);
}

static int gru(mote_import_t *m, net_t *x, int32_t d) {
  mote_gru_attr_t a = {1, x->backward || d,
                       mote_import_int(m, "linear_before_reset", 0) != 0};
  int32_t in[12];
  MOTE_TRY(put_gates(m, x, d, in));
  MOTE_TRY(begin(m, x, 0, d, &in[7]));
  for (int32_t k = 0; k < 2; k++) MOTE_TRY(put_bias(m, x, d, k, 3, &in[8 + k]));
  MOTE_TRY(put_bias(m, x, d, 2, 1, &in[10]));
  MOTE_TRY(put_bias(m, x, d, 2, 2, &in[11]));
  return emit(m, x, d, in, 12, &a);
}

/* Output k, its directions next to each other on `axis`. */
static int put_output(mote_import_t *m, const net_t *x, int32_t k) {
  const mote_dims_t y = MOTE_DIMS(x->steps, 1, x->batch, x->units);
  const mote_dims_t state = MOTE_DIMS(1, x->batch, x->units);
  mote_concat_attr_t a = {k ? 0 : 1};
  int32_t v = mote_import_out(m, k), t[2];
  if (v < 0) return MOTE_OK;
  for (int32_t d = 0; d < x->directions; d++)
    MOTE_TRY(t[d] = mote_import_reshape(m, x->out[k][d], k ? &state : &y));
  if (x->directions > 1) t[0] = mote_import_emit(m, "concat", t, 2, &a, NULL);
  return mote_import_set(m, v, t[0], MOTE_LAYOUT_PLAIN, k ? 3 : 4);
}

static int recurrent(mote_import_t *m, const cell_t *cell,
                     int (*make)(mote_import_t *m, net_t *x, int32_t d)) {
  net_t x;
  MOTE_TRY(read_net(m, cell, &x));
  for (int32_t d = 0; d < x.directions; d++) MOTE_TRY(make(m, &x, d));
  for (int32_t k = 0; k <= cell->states; k++) MOTE_TRY(put_output(m, &x, k));
  return MOTE_OK;
}

int mote_onnx_lstm(mote_import_t *m) { return recurrent(m, &cells[0], lstm); }
int mote_onnx_gru(mote_import_t *m) { return recurrent(m, &cells[1], gru); }
