/* SPDX-License-Identifier: Apache-2.0
 * slice and strided_slice: both come down to a start, a step and a count per axis. */
#include "model/ops/move.h"

#define LIST(T, m, lo, help)                                                             \
  { #m, MOTE_P_INTS, offsetof(T, m), lo, INT32_MAX, 0, NULL, "", help }
#define MASK(m, help)                                                                    \
  {                                                                                      \
    #m, MOTE_P_INT, offsetof(mote_strided_slice_attr_t, m), 0, (1u << 30), 0, NULL, "",  \
        help                                                                             \
  }
static const mote_param_t slice_rows[] = {
    LIST(mote_slice_attr_t, begin, 0, "First index on every axis."),
    LIST(mote_slice_attr_t, size, -1, "Values on every axis; -1: all that follow.")};
static const mote_param_t strided_rows[] = {
    LIST(mote_strided_slice_attr_t, begin, INT32_MIN, "First index; < 0: from the end."),
    LIST(mote_strided_slice_attr_t, end, INT32_MIN, "Index behind the last."),
    LIST(mote_strided_slice_attr_t, strides, INT32_MIN, "Step; < 0: backwards."),
    MASK(begin_mask, "Bit i: part i begins where the axis does."),
    MASK(end_mask, "Bit i: part i ends where the axis does."),
    MASK(ellipsis_mask, "Bit i: part i stands for all axes that no other part names."),
    MASK(new_axis_mask, "Bit i: part i is a new axis of size 1."),
    MASK(shrink_axis_mask, "Bit i: part i is one index, and the axis goes.")};

static int slice_part(const mote_node_t *n, const mote_dims_t *in, mote_part_t *p) {
  const mote_slice_attr_t *a = n->attr;
  MOTE_TRY(mote_want_entries(&a->begin, in->rank, "\"begin\""));
  MOTE_TRY(mote_want_entries(&a->size, in->rank, "\"size\""));
  p->rank = in->rank;
  for (int32_t i = 0; i < in->rank; i++) {
    int32_t begin = a->begin.v[i], size = a->size.v[i];
    if (begin < 0 || begin >= in->d[i]) size = 0;
    else if (size == -1) size = in->d[i] - begin;
    if (size < 1 || size > in->d[i] - begin)
      return mote_fail(MOTE_ERR_SIZE, "axis %d has %d values, not %d from %d on", (int)i,
                       (int)in->d[i], (int)size, (int)begin);
    p->start[i] = begin, p->step[i] = 1, p->count[i] = size;
  }
  return MOTE_OK;
}

static int slice_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_dims_t *in = &mote_node_in(g, n, 0)->dims;
  mote_part_t p;
  MOTE_TRY(mote_want_moved(g, n, 1));
  MOTE_TRY(slice_part(n, in, &p));
  *out = *in;
  for (int32_t i = 0; i < in->rank; i++) out->d[i] = p.count[i];
  return MOTE_OK;
}

static int32_t clamped(int64_t x, int32_t lo, int32_t hi) {
  return (int32_t)(x < lo ? lo : x > hi ? hi : x);
}

/* Python's begin:end:stride on an axis of n values. */
static int range(const mote_strided_slice_attr_t *a, int32_t i, int32_t n,
                 mote_part_t *p) {
  int64_t begin = a->begin.v[i], end = a->end.v[i], step = a->strides.v[i];
  int32_t axis = p->rank++, back = step < 0;
  if (begin < 0) begin += n;
  if (end < 0) end += n;
  begin = a->begin_mask >> i & 1 ? (back ? n - 1 : 0) : clamped(begin, -back, n - back);
  end = a->end_mask >> i & 1 ? (back ? -1 : n) : clamped(end, -back, n - back);
  if (step == 0) return mote_fail(MOTE_ERR_PARAM, "stride 0");
  int64_t count = (end - begin + step - (back ? -1 : 1)) / step;
  if (count < 1) return mote_fail(MOTE_ERR_SIZE, "nothing is left of axis %d", (int)axis);
  p->start[axis] = (int32_t)begin, p->count[axis] = (int32_t)count;
  p->step[axis] = count == 1 ? 1 : (int32_t)step;
  return MOTE_OK;
}

static int single(const mote_strided_slice_attr_t *a, int32_t i, int32_t n,
                  mote_part_t *p) {
  int64_t at = a->begin.v[i] < 0 ? (int64_t)a->begin.v[i] + n : a->begin.v[i];
  if (at < 0 || at >= n)
    return mote_fail(MOTE_ERR_SIZE, "index %d of an axis of %d", (int)a->begin.v[i],
                     (int)n);
  p->start[p->rank] = (int32_t)at, p->step[p->rank] = p->count[p->rank] = 1;
  p->rank++;
  return MOTE_OK;
}

static void all_of(int32_t n, mote_part_t *p) {
  p->start[p->rank] = 0, p->step[p->rank] = 1, p->count[p->rank] = n;
  p->rank++;
}

static int push(mote_dims_t *d, int32_t n) {
  if (d->rank == MOTE_RANK_MAX) return mote_fail(MOTE_ERR_LIMIT, "too many axes");
  d->d[d->rank++] = n;
  return MOTE_OK;
}

/* Input axes that the parts from `first` on name. */
static int32_t named(const mote_strided_slice_attr_t *a, int32_t first) {
  int32_t n = 0;
  for (int32_t i = first; i < a->begin.n; i++) n += !(a->new_axis_mask >> i & 1);
  return n;
}

/* Part i of the index expression. */
static int one_part(const mote_strided_slice_attr_t *a, int32_t i, const mote_dims_t *in,
                    mote_part_t *p, mote_dims_t *out) {
  if (a->ellipsis_mask >> i & 1) {
    for (int32_t left = in->rank - p->rank - named(a, i + 1); left > 0; left--) {
      MOTE_TRY(push(out, in->d[p->rank]));
      all_of(in->d[p->rank], p);
    }
    return MOTE_OK;
  }
  if (a->new_axis_mask >> i & 1) return push(out, 1);
  if (p->rank == in->rank) return mote_fail(MOTE_ERR_SIZE, "more parts than axes");
  int32_t n = in->d[p->rank];
  if (a->shrink_axis_mask >> i & 1) return single(a, i, n, p);
  MOTE_TRY(range(a, i, n, p));
  return push(out, p->count[p->rank - 1]);
}

static int strided_part(const mote_node_t *n, const mote_dims_t *in, mote_part_t *p,
                        mote_dims_t *out) {
  const mote_strided_slice_attr_t *a = n->attr;
  int32_t many = a->begin.n;
  uint32_t dots = (uint32_t)a->ellipsis_mask;
  if (many < 0 || many > 2 * MOTE_RANK_MAX || dots & (dots - 1))
    return mote_fail(MOTE_ERR_PARAM, "more than 12 parts, or more than one ellipsis");
  MOTE_TRY(mote_want_entries(&a->end, many, "\"end\""));
  MOTE_TRY(mote_want_entries(&a->strides, many, "\"strides\""));
  p->rank = 0;
  *out = (mote_dims_t){0};
  for (int32_t i = 0; i < many; i++) MOTE_TRY(one_part(a, i, in, p, out));
  while (p->rank < in->rank) {
    MOTE_TRY(push(out, in->d[p->rank]));
    all_of(in->d[p->rank], p);
  }
  return MOTE_OK;
}

static int strided_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  mote_part_t p;
  MOTE_TRY(mote_want_moved(g, n, 1));
  return strided_part(n, &mote_node_in(g, n, 0)->dims, &p, out);
}

int mote_part_of(const mote_node_t *n, const mote_dims_t *in, mote_part_t *p) {
  mote_dims_t out;
  return n->op->attrs == slice_rows ? slice_part(n, in, p)
                                    : strided_part(n, in, p, &out);
}

static int lower(mote_program_t *prog, int32_t node) {
  const mote_node_t *n = &prog->graph->nodes[node];
  const mote_tensor_t *in = mote_node_in(prog->graph, n, 0);
  mote_move_t m = mote_move(prog->graph, n->in[0], n->out[0]);
  int32_t out_step = mote_axis_bytes(mote_node_out(prog->graph, n), -1);
  mote_part_t p;
  MOTE_TRY(mote_part_of(n, &in->dims, &p));
  for (int32_t i = 0; i < p.rank; i++) {
    int32_t step = mote_axis_bytes(in, i);
    out_step /= p.count[i];
    m.in_shift += p.start[i] * step;
    mote_move_loop(&m, p.count[i], p.step[i] * step, out_step);
  }
  return mote_move_step(prog, node, &m);
}

const mote_op_t mote_op_slice = {
    .name = "slice", .help = "A box of values.", .attrs = slice_rows, .n_attrs = 2,
    .attr_bytes = sizeof(mote_slice_attr_t), .min_in = 1, .max_in = 1, .n_out = 1,
    .const_in = 1, .quant = MOTE_QUANT_SAME, .weights_axis = -1, .shape = slice_shape,
    .lower = lower, .traits = mote_traits_moves};
const mote_op_t mote_op_strided_slice = {
    .name = "strided_slice",
    .help = "A box of values, with gaps or backwards; axes go or come as in Python.",
    .attrs = strided_rows, .n_attrs = 8, .attr_bytes = sizeof(mote_strided_slice_attr_t),
    .min_in = 1, .max_in = 1, .n_out = 1, .const_in = 1, .quant = MOTE_QUANT_SAME,
    .weights_axis = -1, .shape = strided_shape, .lower = lower,
    .traits = mote_traits_moves};
