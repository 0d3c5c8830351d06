/* SPDX-License-Identifier: Apache-2.0
 * Scales inside the integer kernels are TFLite's: gates come in on 1 / 4096 and go out on
 * 1 / 32768. */
#include "nn/lstm.h"

#include <float.h>
#include <math.h>

#include "model/ops/state.h"
#include "model/ops/unary.h"

enum { IN, WEIGHTS, RECURRENT = 5, HIDDEN = 9, CELL, BIAS }; /* inputs */
enum { GATES = 4 };

#define WRAP(fn, T)                                                                      \
  static void run_##fn(const void *p, const void *const *in, void *const *out,           \
                       void *s) {                                                        \
    (void)s;                                                                             \
    fn((const T *)p, in[0], out[0], out[1], out[2]);                                     \
  }
WRAP(mote_lstm_s8, mote_lstm_int_t)
WRAP(mote_lstm_s16, mote_lstm_int_t)
WRAP(mote_lstm_f32, mote_lstm_f32_t)

#define G(m, k) MOTE_FIELD(mote_lstm_gate_int_t, m, k)
static const mote_field_t gate_int_fields[] = {
    G(weights, I8S),   G(recurrent, I8S),
    G(bias, I32S),     G(multiplier, I32),
    G(shift, I32),     G(recurrent_multiplier, I32),
    G(recurrent_shift, I32)};
#undef G
static const mote_struct_t gate_int =
    MOTE_STRUCT(mote_lstm_gate_int_t, "nn/lstm.h", gate_int_fields);
#define I(m) MOTE_FIELD(mote_lstm_int_t, m, I32)
#define GATE(m) MOTE_FIELD_STRUCT(mote_lstm_int_t, m, &gate_int)
static const mote_field_t int_fields[] = {
    MOTE_FIELD_STRUCT(mote_lstm_int_t, size, &mote_struct_sequence),
    I(in_offset), I(hidden_offset), I(cell_multiplier), I(cell_shift), I(cell_min),
    I(cell_max), I(tanh_multiplier), I(tanh_shift), I(out_multiplier), I(out_shift),
    I(out_offset), MOTE_FIELD(mote_lstm_int_t, table, U16S),
    GATE(i), GATE(f), GATE(g), GATE(o)};
#undef GATE
#undef I
static const mote_struct_t int_struct =
    MOTE_STRUCT(mote_lstm_int_t, "nn/lstm.h", int_fields);
static const mote_field_t gate_f32_fields[] = {
    MOTE_FIELD(mote_lstm_gate_f32_t, weights, F32S),
    MOTE_FIELD(mote_lstm_gate_f32_t, recurrent, F32S),
    MOTE_FIELD(mote_lstm_gate_f32_t, bias, F32S)};
static const mote_struct_t gate_f32 =
    MOTE_STRUCT(mote_lstm_gate_f32_t, "nn/lstm.h", gate_f32_fields);
#define GATE(m) MOTE_FIELD_STRUCT(mote_lstm_f32_t, m, &gate_f32)
static const mote_field_t f32_fields[] = {
    MOTE_FIELD_STRUCT(mote_lstm_f32_t, size, &mote_struct_sequence),
    MOTE_FIELD(mote_lstm_f32_t, cell_min, F32),
    MOTE_FIELD(mote_lstm_f32_t, cell_max, F32), GATE(i), GATE(f), GATE(g), GATE(o)};
#undef GATE
static const mote_struct_t f32_struct =
    MOTE_STRUCT(mote_lstm_f32_t, "nn/lstm.h", f32_fields);
static const mote_kernel_t kernel_s8 = {
    "mote_lstm_s8", &int_struct, run_mote_lstm_s8, "nn/lstm_s8.c", "b", "bbh", 0, 0};
static const mote_kernel_t kernel_s16 = {
    "mote_lstm_s16", &int_struct, run_mote_lstm_s16, "nn/lstm_s16.c", "h", "hhh", 0, 0};
static const mote_kernel_t kernel_f32 = {
    "mote_lstm_f32", &f32_struct, run_mote_lstm_f32, "nn/lstm_f32.c", "f", "fff", 0, 0};

static const mote_param_t rows[] = {
    {"time_major", MOTE_P_BOOL, offsetof(mote_lstm_attr_t, time_major), 0, 1, 0, NULL, "",
     "Steps are the first axis, sequences the second."},
    {"reverse", MOTE_P_BOOL, offsetof(mote_lstm_attr_t, reverse), 0, 1, 0, NULL, "",
     "The last step comes first."},
    {"cell_clip", MOTE_P_FLOAT, offsetof(mote_lstm_attr_t, cell_clip), 0, 1e30, 0, NULL,
     "", "The cell stays within +- that; 0: anywhere."}};

/* ---- shapes ---- */

static mote_sequence_t size_of(const mote_graph_t *g, const mote_node_t *n) {
  const mote_lstm_attr_t *a = n->attr;
  return mote_sequence_of(g, n, a->time_major, a->reverse);
}

static int want_gates(const mote_graph_t *g, const mote_node_t *n, mote_dtype_t t) {
  const mote_sequence_t s = size_of(g, n);
  mote_dtype_t weights = t == MOTE_F32 ? t : MOTE_I8;
  mote_dtype_t bias = t == MOTE_I8 ? MOTE_I32 : t == MOTE_I16 ? MOTE_I64 : t;
  for (int32_t k = 0; k < GATES; k++) {
    MOTE_TRY(mote_want_table(g, n, WEIGHTS + k, weights,
                             (mote_table_size_t){s.units, s.in_n}));
    MOTE_TRY(mote_want_table(g, n, RECURRENT + k, weights,
                             (mote_table_size_t){s.units, s.units}));
    if (mote_has_in(n, BIAS + k))
      MOTE_TRY(mote_want_table(g, n, BIAS + k, bias, (mote_table_size_t){s.units, 0}));
  }
  return MOTE_OK;
}

/* The exponent of the cell's scale, a power of two: 0 to -15; else negative status. */
static int cell_exponent(const mote_tensor_t *cell, int32_t *exponent) {
  int e;
  if (frexpf(mote_scale_of(cell), &e) != 0.5f || e > 1 || e < -14)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "the scale of \"%s\", %g, must be a power of "
                     "two from 2^-15 to 1", cell->name, (double)mote_scale_of(cell));
  *exponent = e - 1;
  return MOTE_OK;
}

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  int32_t exponent;
  MOTE_TRY(mote_want_uniform(g, n, 1));
  MOTE_TRY(mote_want_sequence(g, n));
  mote_dtype_t t = mote_node_out(g, n)->dtype;
  MOTE_TRY(want_gates(g, n, t));
  mote_sequence_t s = size_of(g, n);
  int64_t count = (int64_t)s.batch * s.units;
  mote_dims_t none = MOTE_DIMS(s.batch, s.units);
  mote_state_rule_t hidden = {HIDDEN, 1, t, count};
  mote_state_rule_t cell = {CELL, 2, t == MOTE_F32 ? t : MOTE_I16, count};
  MOTE_TRY(mote_want_start(g, n, &hidden, &none, &out[1]));
  MOTE_TRY(mote_want_start(g, n, &cell, &none, &out[2]));
  if (t != MOTE_F32) MOTE_TRY(cell_exponent(mote_node_in(g, n, CELL), &exponent));
  out[0] = mote_node_in(g, n, IN)->dims;
  out[0].d[2] = s.units;
  return MOTE_OK;
}

/* ---- parameters ---- */

static int fill_gate_f32(mote_program_t *prog, int32_t node, int32_t k,
                         mote_lstm_gate_f32_t *p) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *w = mote_node_in(g, n, WEIGHTS + k);
  const mote_tensor_t *r = mote_node_in(g, n, RECURRENT + k);
  int32_t units = w->dims.d[0];
  p->weights = (mote_f32s_t){w->data, (uint32_t)mote_count(w)};
  p->recurrent = (mote_f32s_t){r->data, (uint32_t)mote_count(r)};
  p->bias = (mote_f32s_t){mote_table_or_zeros(prog, node, BIAS + k, units),
                          (uint32_t)units};
  return p->bias.p ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int fill_f32(mote_program_t *prog, int32_t node, mote_lstm_f32_t *p) {
  const mote_node_t *n = &prog->graph->nodes[node];
  const mote_lstm_attr_t *a = n->attr;
  p->size = size_of(prog->graph, n);
  p->cell_max = a->cell_clip > 0.0f ? a->cell_clip : FLT_MAX;
  p->cell_min = -p->cell_max;
  mote_lstm_gate_f32_t *gate[GATES] = {&p->i, &p->f, &p->g, &p->o};
  for (int32_t k = 0; k < GATES; k++)
    MOTE_TRY(fill_gate_f32(prog, node, k, gate[k]));
  return MOTE_OK;
}

/* The factor of a product onto 1 / 4096; TFLite multiplies the scales as floats. */
static int factor(const mote_tensor_t *in, const mote_tensor_t *weights,
                  int32_t *multiplier, int32_t *shift) {
  double m = (double)(mote_scale_of(in) * mote_scale_of(weights)) * 4096.0;
  MOTE_TRY(mote_quantise_multiplier(m, multiplier, shift));
  if (in->dtype == MOTE_I8 || *shift <= 7) return MOTE_OK;
  return mote_fail(MOTE_ERR_UNSUPPORTED, "the scale of \"%s\" is too large", in->name);
}

static int fill_gate_int(mote_program_t *prog, int32_t node, int32_t k,
                         mote_lstm_gate_int_t *p) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_tensor_t *w = mote_node_in(g, n, WEIGHTS + k);
  const mote_tensor_t *r = mote_node_in(g, n, RECURRENT + k);
  int32_t units = w->dims.d[0];
  p->weights = (mote_i8s_t){w->data, (uint32_t)mote_count(w)};
  p->recurrent = (mote_i8s_t){r->data, (uint32_t)mote_count(r)};
  MOTE_TRY(factor(mote_node_in(g, n, IN), w, &p->multiplier, &p->shift));
  MOTE_TRY(factor(mote_node_in(g, n, HIDDEN), r, &p->recurrent_multiplier,
                  &p->recurrent_shift));
  if (mote_has_in(n, BIAS + k) && mote_node_in(g, n, BIAS + k)->dtype == MOTE_I64)
    return mote_narrow_bias(prog, mote_node_in(g, n, BIAS + k), &p->bias);
  p->bias = (mote_i32s_t){mote_table_or_zeros(prog, node, BIAS + k, units),
                          (uint32_t)units};
  return p->bias.p ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int fill_cell(const mote_graph_t *g, const mote_node_t *n, mote_lstm_int_t *p) {
  const mote_lstm_attr_t *a = n->attr;
  const mote_tensor_t *cell = mote_node_in(g, n, CELL);
  const mote_tensor_t *hidden = mote_node_in(g, n, HIDDEN);
  int32_t exponent = 0;
  MOTE_TRY(cell_exponent(cell, &exponent));
  p->cell_min = INT16_MIN, p->cell_max = INT16_MAX;
  if (a->cell_clip > 0.0f) {
    double clip = (double)a->cell_clip / (double)mote_scale_of(cell);
    p->cell_max = clip < INT16_MAX ? (int32_t)clip : INT16_MAX;
    p->cell_min = -p->cell_max;
  }
  p->tanh_multiplier = exponent < -12 ? 3 : 3 << (exponent + 12);
  p->tanh_shift = exponent < -12 ? -12 - exponent : 0;
  p->in_offset = -mote_zero_of(mote_node_in(g, n, IN));
  p->hidden_offset = -mote_zero_of(hidden);
  p->out_offset = mote_zero_of(hidden);
  double product = 1.0 / 32768.0 / 32768.0;
  MOTE_TRY(mote_quantise_multiplier(product / (double)mote_scale_of(cell),
                                    &p->cell_multiplier, &p->cell_shift));
  return mote_quantise_multiplier(product / (double)mote_scale_of(hidden),
                                  &p->out_multiplier, &p->out_shift);
}

static int fill_int(mote_program_t *prog, int32_t node, mote_lstm_int_t *p) {
  const mote_node_t *n = &prog->graph->nodes[node];
  p->size = size_of(prog->graph, n);
  p->table = (mote_u16s_t){mote_logistic_table(prog), 256};
  if (!p->table.p) return MOTE_ERR_NOMEM;
  MOTE_TRY(fill_cell(prog->graph, n, p));
  mote_lstm_gate_int_t *gate[GATES] = {&p->i, &p->f, &p->g, &p->o};
  for (int32_t k = 0; k < GATES; k++)
    MOTE_TRY(fill_gate_int(prog, node, k, gate[k]));
  return MOTE_OK;
}

static int lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  mote_dtype_t t = mote_node_out(g, n)->dtype;
  mote_sequence_t s = size_of(g, n);
  MOTE_TRY(mote_start_step(prog, node, HIDDEN, 1));
  MOTE_TRY(mote_start_step(prog, node, CELL, 2));
  mote_step_t *step = mote_state_step(prog, node, t == MOTE_F32  ? &kernel_f32
                                                  : t == MOTE_I8 ? &kernel_s8
                                                                 : &kernel_s16);
  if (!step) return MOTE_ERR_NOMEM;
  step->macs = (int64_t)s.batch * s.steps * GATES * s.units * ((int64_t)s.in_n + s.units);
  if (t == MOTE_F32) return fill_f32(prog, node, step->params);
  return fill_int(prog, node, step->params);
}

const mote_op_t mote_op_lstm = {
    .name = "lstm", .help = "Long short-term memory.", .attrs = rows, .n_attrs = 3,
    .attr_bytes = sizeof(mote_lstm_attr_t), .min_in = 9, .max_in = 15, .n_out = 3,
    .types = MOTE_TYPES_F32_I8_I16, .const_in = 0x7FFE, .weights_axis = -1,
    .shape = shape, .lower = lower};
