/* SPDX-License-Identifier: Apache-2.0
 * The input is copied into the middle of the output. A constant border is there before;
 * a mirrored one is copied from the output itself, axis by axis, the innermost first. */
#include "model/ops/move.h"

#include <math.h>

#define AXES 4
#define INT(m, help)                                                                     \
  { #m, MOTE_P_INT, offsetof(mote_pad_attr_t, m), 0, 1 << 20, 0, NULL, "", help }
static const mote_param_t rows[] = {
    INT(top, "Rows before."), INT(bottom, "Rows behind."), INT(left, "Columns before."),
    INT(right, "Columns behind."), INT(front, "Channels before."),
    INT(back, "Channels behind."),
    {"value", MOTE_P_FLOAT, offsetof(mote_pad_attr_t, value), -3e38, 3e38, 0, NULL, "",
     "What a constant border holds."},
    {"mode", MOTE_P_CHOICE, offsetof(mote_pad_attr_t, mode), 0, 3, MOTE_PAD_CONSTANT,
     "constant|reflect|symmetric|edge", "",
     "What the border repeats; reflect leaves the outermost value out."},
    INT(before, "Before the rows' axis: images in front."), INT(after, "Images behind.")};

typedef struct { int32_t before, after; } border_t;

/* The border of axis i of a tensor of that rank. */
static border_t border_of(const mote_pad_attr_t *a, int32_t rank, int32_t i) {
  const border_t all[AXES] = {{a->before, a->after}, {a->top, a->bottom},
                              {a->left, a->right}, {a->front, a->back}};
  int32_t at = i + AXES - rank;
  return at < 0 ? (border_t){0, 0} : all[at];
}

/* As much as a mirror can show of n values. */
static int want_border(const mote_pad_attr_t *a, border_t b, int32_t n) {
  int32_t most = a->mode == MOTE_PAD_REFLECT     ? n - 1
                 : a->mode == MOTE_PAD_SYMMETRIC ? n
                                                 : (int32_t)MOTE_TENSOR_LIMIT;
  if (b.before >= 0 && b.after >= 0 && b.before <= most && b.after <= most)
    return MOTE_OK;
  return mote_fail(MOTE_ERR_SIZE, "a border of %d and %d values around %d: it may have 0 "
                   "to %d", (int)b.before, (int)b.after, (int)n, (int)most);
}

static int pad_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_pad_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims;
  MOTE_TRY(mote_want_moved(g, n, 1));
  if (mote_node_in(g, n, 0)->dtype == MOTE_I64 && a->mode == MOTE_PAD_CONSTANT)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "a constant border of i64");
  *out = *in;
  for (int32_t i = 0; i < AXES; i++) {
    int32_t at = in->rank - AXES + i;
    border_t b = border_of(a, AXES, i);
    MOTE_TRY(want_border(a, b, at < 0 ? 1 : in->d[at]));
    if (at < 0 && b.before + b.after)
      return mote_fail(MOTE_ERR_SIZE, "padding of an axis that is not there");
    if (at < 0) continue;
    int64_t d = (int64_t)in->d[at] + b.before + b.after;
    out->d[at] = d > MOTE_TENSOR_LIMIT ? 0 : (int32_t)d;
  }
  return MOTE_OK;
}

int32_t mote_border_s8(float value, const mote_tensor_t *out) {
  float q = roundf(value / mote_scale_of(out)) + (float)mote_zero_of(out);
  return !(q > -128.0f) ? -128 : q > 127.0f ? 127 : (int32_t)q; /* not a number: -128 */
}

/* Loops over the middle of the axes before `end`, on the output or from the input; the
 * bytes before the middle. */
static int32_t middle(const mote_graph_t *g, const mote_node_t *n, int32_t end,
                      mote_move_t *m) {
  const mote_tensor_t *in = mote_node_in(g, n, 0), *out = mote_node_out(g, n);
  int32_t shift = 0;
  for (int32_t i = 0; i < end; i++) {
    int32_t step = mote_axis_bytes(out, i);
    mote_move_loop(m, in->dims.d[i], m->in == m->out ? step : mote_axis_bytes(in, i),
                   step);
    shift += border_of(n->attr, in->dims.rank, i).before * step;
  }
  return shift;
}

/* `count` slices of axis i of the output, from index `to` on, show those from `from`. */
static int mirror(mote_program_t *prog, int32_t node, int32_t i,
                  const int32_t from_to_count[3]) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_pad_attr_t *a = n->attr;
  int32_t step = mote_axis_bytes(mote_node_out(g, n), i), count = from_to_count[2];
  mote_move_t m = mote_move(g, n->out[0], n->out[0]);
  int32_t shift = middle(g, n, i, &m);
  if (!count) return MOTE_OK;
  m.block = step;
  m.in_shift = shift + from_to_count[0] * step;
  m.out_shift = shift + from_to_count[1] * step;
  mote_move_loop(&m, count, a->mode == MOTE_PAD_EDGE ? 0 : -step, step);
  return mote_move_step(prog, node, &m);
}

static int mirror_axis(mote_program_t *prog, int32_t node, int32_t i) {
  const mote_node_t *n = &prog->graph->nodes[node];
  const mote_pad_attr_t *a = n->attr;
  const mote_dims_t *in = &mote_node_in(prog->graph, n, 0)->dims;
  border_t b = border_of(a, in->rank, i);
  int32_t end = b.before + in->d[i], skip = a->mode == MOTE_PAD_REFLECT;
  int32_t first = a->mode == MOTE_PAD_EDGE ? b.before : 2 * b.before - 1 + skip;
  MOTE_TRY(mirror(prog, node, i, (const int32_t[]){first, 0, b.before}));
  return mirror(prog, node, i, (const int32_t[]){end - 1 - skip, end, b.after});
}

static int pad_lower(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_pad_attr_t *a = n->attr;
  const mote_tensor_t *out = mote_node_out(g, n);
  int32_t rank = out->dims.rank;
  int bordered = mote_count(out) > mote_count(mote_node_in(g, n, 0));
  mote_move_t m = mote_move(g, n->in[0], n->out[0]);
  m.out_shift = middle(g, n, rank, &m);
  if (bordered && a->mode == MOTE_PAD_CONSTANT)
    MOTE_TRY(mote_fill_step(prog, node, n->out[0], a->value));
  MOTE_TRY(mote_move_step(prog, node, &m));
  for (int32_t i = rank - 1; a->mode != MOTE_PAD_CONSTANT && i >= 0; i--)
    MOTE_TRY(mirror_axis(prog, node, i));
  return MOTE_OK;
}

static uint32_t pad_traits(const mote_graph_t *g, const mote_node_t *n) {
  const mote_pad_attr_t *a = n->attr;
  (void)g;
  return MOTE_MOVES | (a->front || a->back ? 0 : MOTE_EACH_CHANNEL | MOTE_RISING);
}

const mote_op_t mote_op_pad = {
    .name = "pad", .help = "A border of one value, or of what lies inside, mirrored.",
    .attrs = rows, .n_attrs = 10, .attr_bytes = sizeof(mote_pad_attr_t), .min_in = 1,
    .max_in = 1, .n_out = 1, .const_in = 1, .quant = MOTE_QUANT_SAME,
    .weights_axis = -1, .shape = pad_shape, .lower = pad_lower, .traits = pad_traits};
