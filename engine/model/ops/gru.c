/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/gru.h"

#include "model/ops/state.h"

enum { IN, WEIGHTS, RECURRENT = 4, HIDDEN = 7, BIAS, INNER_BIAS = 11 }; /* inputs */
enum { GATES = 3 };

static void run_mote_gru_f32(const void *p, const void *const *in, void *const *out,
                             void *s) {
  mote_gru_f32((const mote_gru_f32_t *)p, in[0], out[0], out[1], s);
}

#define G(m) MOTE_FIELD(mote_gru_gate_f32_t, m, F32S)
static const mote_field_t gate_fields[] = {G(weights), G(recurrent), G(bias)};
#undef G
static const mote_struct_t gate_struct =
    MOTE_STRUCT(mote_gru_gate_f32_t, "nn/gru.h", gate_fields);
#define GATE(m) MOTE_FIELD_STRUCT(mote_gru_f32_t, m, &gate_struct)
static const mote_field_t fields[] = {
    MOTE_FIELD_STRUCT(mote_gru_f32_t, size, &mote_struct_sequence),
    MOTE_FIELD(mote_gru_f32_t, reset_after, I32), GATE(z), GATE(r), GATE(n),
    MOTE_FIELD(mote_gru_f32_t, recurrent_bias, F32S)};
#undef GATE
static const mote_struct_t params = MOTE_STRUCT(mote_gru_f32_t, "nn/gru.h", fields);
static const mote_kernel_t kernel = {
    "mote_gru_f32", &params, run_mote_gru_f32, "nn/gru_f32.c", "f", "ff", 1, 0};

#define FLAG(m) #m, MOTE_P_BOOL, offsetof(mote_gru_attr_t, m), 0, 1, 0, NULL, ""
static const mote_param_t rows[] = {
    {FLAG(time_major), "Steps are the first axis, sequences the second."},
    {FLAG(reverse), "The last step comes first."},
    {FLAG(reset_after), "The reset gate acts on the product with the hidden values, not "
                        "on them."}};

static mote_sequence_t size_of(const mote_graph_t *g, const mote_node_t *n) {
  const mote_gru_attr_t *a = n->attr;
  return mote_sequence_of(g, n, a->time_major, a->reverse);
}

static int shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  MOTE_TRY(mote_want_uniform(g, n, 1));
  MOTE_TRY(mote_want_sequence(g, n));
  mote_sequence_t s = size_of(g, n);
  for (int32_t k = 0; k < GATES; k++) {
    MOTE_TRY(mote_want_table(g, n, WEIGHTS + k, MOTE_F32,
                             (mote_table_size_t){s.units, s.in_n}));
    MOTE_TRY(mote_want_table(g, n, RECURRENT + k, MOTE_F32,
                             (mote_table_size_t){s.units, s.units}));
  }
  for (int32_t k = BIAS; k <= INNER_BIAS; k++)
    if (mote_has_in(n, k))
      MOTE_TRY(mote_want_table(g, n, k, MOTE_F32, (mote_table_size_t){s.units, 0}));
  mote_dims_t none = MOTE_DIMS(s.batch, s.units);
  mote_state_rule_t hidden = {HIDDEN, 1, MOTE_F32, (int64_t)s.batch * s.units};
  MOTE_TRY(mote_want_start(g, n, &hidden, &none, &out[1]));
  out[0] = mote_node_in(g, n, IN)->dims;
  out[0].d[2] = s.units;
  return MOTE_OK;
}

static mote_f32s_t table(const mote_graph_t *g, const mote_node_t *n, int32_t i) {
  const mote_tensor_t *t = mote_node_in(g, n, i);
  return (mote_f32s_t){t->data, (uint32_t)mote_count(t)};
}

static int lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  MOTE_TRY(mote_start_step(prog, node, HIDDEN, 1));
  mote_step_t *s = mote_state_step(prog, node, &kernel);
  if (!s) return MOTE_ERR_NOMEM;
  mote_gru_f32_t *p = s->params;
  p->size = size_of(g, n);
  p->reset_after = !!((const mote_gru_attr_t *)n->attr)->reset_after;
  int32_t units = p->size.units;
  mote_gru_gate_f32_t *gate[GATES] = {&p->z, &p->r, &p->n};
  for (int32_t k = 0; k < GATES; k++) {
    *gate[k] = (mote_gru_gate_f32_t){table(g, n, WEIGHTS + k), table(g, n, RECURRENT + k),
                                     {mote_table_or_zeros(prog, node, BIAS + k, units),
                                      (uint32_t)units}};
    if (!gate[k]->bias.p) return MOTE_ERR_NOMEM;
  }
  p->recurrent_bias = (mote_f32s_t){mote_table_or_zeros(prog, node, INNER_BIAS, units),
                                    (uint32_t)units};
  s->scratch_bytes = (size_t)units * sizeof(float);
  s->macs = (int64_t)p->size.batch * p->size.steps * GATES * units *
            ((int64_t)p->size.in_n + units);
  return p->recurrent_bias.p ? MOTE_OK : MOTE_ERR_NOMEM;
}

const mote_op_t mote_op_gru = {
    .name = "gru", .help = "Gated recurrent unit.", .attrs = rows, .n_attrs = 3,
    .attr_bytes = sizeof(mote_gru_attr_t), .min_in = 7, .max_in = 12, .n_out = 2,
    .types = MOTE_TYPE_BIT(MOTE_F32), .const_in = 0xFFE, .weights_axis = -1,
    .shape = shape, .lower = lower};
