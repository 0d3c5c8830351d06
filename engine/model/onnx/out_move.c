/* SPDX-License-Identifier: Apache-2.0
 * Rows of the exporter: operators that only move values. */
#include <stdio.h>

#include "model/onnx/export.h"
#include "model/ops/move.h"

static const char *list(mote_out_t *x, const int64_t *v, int32_t n) {
  return mote_export_ints(x->e, x->e->names[x->n->out[0]], v, n);
}

int mote_out_reshape(mote_out_t *x) {
  const char *in = mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_OWN);
  const char *to = mote_export_out(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  mote_export_reshape(x->e, in, to, &mote_out_of(x)->dims);
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  return MOTE_OK;
}

/* Emits o; a Reshape behind it when it has other dimensions than the node's output. */
static int emit_as(mote_out_t *x, mote_export_node_t *o, const mote_dims_t *has) {
  const char *to = o->out;
  int same = mote_dims_equal(has, &mote_out_of(x)->dims);
  if (!same) o->out = mote_out_between(x, "parts");
  mote_export_emit(x->e, o);
  if (!same) mote_export_reshape(x->e, o->out, to, &mote_out_of(x)->dims);
  mote_export_done(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  return MOTE_OK;
}

int mote_out_transpose(mote_out_t *x) {
  const mote_ints_t *perm = &((const mote_transpose_attr_t *)x->n->attr)->perm;
  int32_t rank = mote_out_in(x, 0)->dims.rank;
  int64_t v[MOTE_RANK_MAX];
  mote_export_node_t o = mote_out_node(x, MOTE_EXPORT_OWN);
  for (int32_t i = 0; i < rank; i++) v[i] = perm->n ? perm->v[i] : rank - 1 - i;
  mote_export_attr_ints(&o, "perm", v, rank);
  return mote_out_emit(x, &o, MOTE_EXPORT_OWN);
}

/* ---- joining and taking apart ---- */

int mote_out_concat(mote_out_t *x) {
  int32_t axis = ((const mote_concat_attr_t *)x->n->attr)->axis;
  int nchw = mote_out_layout(x);
  MOTE_TRY(axis = mote_resolve_axis(axis, mote_out_of(x)->dims.rank));
  mote_export_node_t o = mote_out_node(x, nchw);
  mote_export_attr_int(&o, "axis", mote_out_axis(axis, nchw));
  return mote_out_emit(x, &o, nchw);
}

/* Each input under a new axis, and those joined. */
int mote_out_pack(mote_out_t *x) {
  int32_t axis = ((const mote_axis_attr_t *)x->n->attr)->axis;
  mote_dims_t d = mote_out_of(x)->dims;
  char what[16];
  MOTE_TRY(axis = mote_resolve_axis(axis, d.rank));
  mote_export_node_t o = mote_out_node(x, MOTE_EXPORT_OWN);
  d.d[axis] = 1;
  for (int32_t i = 0; i < o.n_in; i++) {
    snprintf(what, sizeof what, "part%d", (int)i);
    o.in[i] = mote_export_reshape(x->e, o.in[i], mote_out_between(x, what), &d);
  }
  mote_export_attr_int(&o, "axis", axis);
  return mote_out_emit(x, &o, MOTE_EXPORT_OWN);
}

/* A Split into the names `out`. */
static int split_into(mote_out_t *x, int32_t axis, const int64_t *size,
                      const char *const *out) {
  mote_export_node_t o =
      mote_export_node(x->name, mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_OWN),
                       out[0]);
  o.more = out + 1, o.n_more = x->n->n_out - 1;
  o.in[o.n_in++] = list(x, size, x->n->n_out);
  mote_export_attr_int(&o, "axis", axis);
  mote_export_emit(x->e, &o);
  return MOTE_OK;
}

int mote_out_split(mote_out_t *x) {
  int32_t axis = ((const mote_split_attr_t *)x->n->attr)->axis;
  const char *out[MOTE_NODE_IO_MAX];
  int64_t size[MOTE_NODE_IO_MAX];
  MOTE_TRY(axis = mote_resolve_axis(axis, mote_out_in(x, 0)->dims.rank));
  for (int32_t i = 0; i < x->n->n_out; i++) {
    out[i] = mote_export_out(x->e, x->n->out[i], MOTE_EXPORT_OWN);
    size[i] = x->e->g->tensors[x->n->out[i]].dims.d[axis];
  }
  MOTE_TRY(split_into(x, axis, size, out));
  for (int32_t i = 0; i < x->n->n_out; i++)
    mote_export_done(x->e, x->n->out[i], MOTE_EXPORT_OWN);
  return MOTE_OK;
}

/* Parts of size 1, without their axis. */
int mote_out_unpack(mote_out_t *x) {
  int32_t axis = ((const mote_axis_attr_t *)x->n->attr)->axis;
  const char *out[MOTE_NODE_IO_MAX];
  int64_t size[MOTE_NODE_IO_MAX];
  MOTE_TRY(axis = mote_resolve_axis(axis, mote_out_in(x, 0)->dims.rank));
  for (int32_t i = 0; i < x->n->n_out; i++) {
    out[i] = mote_export_name(x->e, x->e->names[x->n->out[i]], "part");
    size[i] = 1;
  }
  MOTE_TRY(split_into(x, axis, size, out));
  for (int32_t i = 0; i < x->n->n_out; i++) {
    int32_t y = x->n->out[i];
    mote_export_reshape(x->e, out[i], mote_export_out(x->e, y, MOTE_EXPORT_OWN),
                        &x->e->g->tensors[y].dims);
    mote_export_done(x->e, y, MOTE_EXPORT_OWN);
  }
  return MOTE_OK;
}

/* ---- parts ---- */

/* The part p of `in`: inputs starts, ends, axes, steps. */
static mote_export_node_t part_node(mote_out_t *x, const char *in, const mote_part_t *p) {
  int64_t v[4][MOTE_RANK_MAX];
  mote_export_node_t o = mote_export_node("Slice", in, NULL);
  for (int32_t i = 0; i < p->rank; i++) {
    v[0][i] = p->start[i], v[2][i] = i, v[3][i] = p->step[i];
    v[1][i] = p->start[i] + (int64_t)p->step[i] * p->count[i];
    if (v[1][i] < 0) v[1][i] = INT64_MIN; /* -1 would count from the end */
  }
  for (int k = 0; k < 4; k++) o.in[o.n_in++] = list(x, v[k], p->rank);
  return o;
}

int mote_out_slice(mote_out_t *x) {
  const mote_dims_t *in = &mote_out_in(x, 0)->dims;
  mote_part_t p;
  MOTE_TRY(mote_part_of(x->n, in, &p));
  mote_export_node_t o =
      part_node(x, mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_OWN), &p);
  mote_dims_t has = {.rank = p.rank};
  for (int32_t i = 0; i < p.rank; i++) has.d[i] = p.count[i];
  o.out = mote_export_out(x->e, x->n->out[0], MOTE_EXPORT_OWN);
  return emit_as(x, &o, &has);
}

/* Batch axes of size 1 are none. */
int mote_out_gather(mote_out_t *x) {
  const mote_gather_attr_t *a = x->n->attr;
  const mote_dims_t *in = &mote_out_in(x, 0)->dims, *at = &mote_out_in(x, 1)->dims;
  mote_dims_t rest = {0}, has = {0};
  int32_t axis = mote_resolve_axis(a->axis, in->rank);
  if (axis < 0) return axis;
  for (int32_t i = 0; i < a->batch_dims; i++)
    if (at->d[i] != 1)
      return mote_fail(MOTE_ERR_UNSUPPORTED, "Gather of .onnx has no batch axes");
  for (int32_t i = a->batch_dims; i < at->rank; i++) rest.d[rest.rank++] = at->d[i];
  for (int32_t i = 0; i < axis; i++) has.d[has.rank++] = in->d[i];
  for (int32_t i = 0; i < rest.rank; i++) has.d[has.rank++] = rest.d[i];
  for (int32_t i = axis + 1; i < in->rank; i++) has.d[has.rank++] = in->d[i];
  mote_export_node_t o = mote_out_node(x, MOTE_EXPORT_OWN);
  if (a->batch_dims)
    o.in[1] = mote_export_reshape(x->e, o.in[1], mote_out_between(x, "places"), &rest);
  mote_export_attr_int(&o, "axis", axis);
  return emit_as(x, &o, &has);
}

/* ---- repeating and surrounding ---- */

int mote_out_tile(mote_out_t *x) {
  const mote_ints_t *times = &((const mote_tile_attr_t *)x->n->attr)->multiples;
  const mote_dims_t *in = &mote_out_in(x, 0)->dims;
  mote_dims_t wide = {.rank = times->n};
  int64_t v[MOTE_RANK_MAX];
  mote_export_node_t o = mote_out_node(x, MOTE_EXPORT_OWN);
  for (int32_t i = 0; i < times->n; i++) {
    int32_t at = i - (times->n - in->rank);
    v[i] = times->v[i], wide.d[i] = at < 0 ? 1 : in->d[at];
  }
  if (times->n > in->rank)
    o.in[0] = mote_export_reshape(x->e, o.in[0], mote_out_between(x, "wide"), &wide);
  o.in[o.n_in++] = list(x, v, times->n);
  return mote_out_emit(x, &o, MOTE_EXPORT_OWN);
}

typedef struct { int32_t before, after; } border_t;

/* The border of axis i; only the last four have one. */
static border_t border_of(const mote_pad_attr_t *a, int32_t rank, int32_t i) {
  const border_t all[4] = {{a->before, a->after}, {a->top, a->bottom},
                           {a->left, a->right}, {a->front, a->back}};
  int32_t at = i + 4 - rank;
  return at < 0 ? (border_t){0, 0} : all[at];
}

/* The first (or last, `far`) `count` values of axis i backwards; NULL when it is 0. */
static const char *mirrored(mote_out_t *x, const char *in, const mote_dims_t *d,
                            const int32_t axis_count_far[3]) {
  mote_part_t p = {.rank = d->rank};
  int32_t i = axis_count_far[0], count = axis_count_far[1], far = axis_count_far[2];
  char what[24];
  if (!count) return NULL;
  for (int32_t k = 0; k < d->rank; k++) p.step[k] = 1, p.count[k] = d->d[k];
  p.start[i] = far ? d->d[i] - 1 : count - 1, p.step[i] = -1, p.count[i] = count;
  mote_export_node_t o = part_node(x, in, &p);
  snprintf(what, sizeof what, "%s%d", far ? "after" : "before", (int)i);
  o.out = mote_out_between(x, what);
  mote_export_emit(x->e, &o);
  return o.out;
}

/* A mirror that shows the outermost value, too: axis by axis, slices and a Concat. */
static int symmetric(mote_out_t *x) {
  const char *in = mote_export_in(x->e, x->n->in[0], MOTE_EXPORT_OWN);
  mote_dims_t d = mote_out_in(x, 0)->dims;
  for (int32_t i = 0; i < d.rank; i++) {
    border_t b = border_of(x->n->attr, d.rank, i);
    const char *before = mirrored(x, in, &d, (int32_t[]){i, b.before, 0});
    const char *after = mirrored(x, in, &d, (int32_t[]){i, b.after, 1});
    char what[16];
    if (!before && !after) continue;
    snprintf(what, sizeof what, "axis%d", (int)i);
    mote_export_node_t o = mote_export_node("Concat", in, mote_out_between(x, what));
    if (before) o.in[0] = before, o.in[o.n_in++] = in;
    if (after) o.in[o.n_in++] = after;
    mote_export_attr_int(&o, "axis", i);
    mote_export_emit(x->e, &o);
    in = o.out, d.d[i] += b.before + b.after;
  }
  mote_export_node_t o = mote_export_node(
      "Identity", in, mote_export_out(x->e, x->n->out[0], MOTE_EXPORT_OWN));
  return mote_out_emit(x, &o, MOTE_EXPORT_OWN);
}

/* [before .., after ..] */
int mote_out_pad(mote_out_t *x) {
  static const char *const modes[] = {
      [MOTE_PAD_CONSTANT] = "constant", [MOTE_PAD_REFLECT] = "reflect",
      [MOTE_PAD_EDGE] = "edge"};
  const mote_pad_attr_t *a = x->n->attr;
  int32_t rank = mote_out_in(x, 0)->dims.rank;
  int64_t pads[2 * MOTE_RANK_MAX];
  if (a->mode == MOTE_PAD_SYMMETRIC) return symmetric(x);
  for (int32_t i = 0; i < rank; i++) {
    border_t b = border_of(a, rank, i);
    pads[i] = b.before, pads[rank + i] = b.after;
  }
  mote_export_node_t o = mote_out_node(x, MOTE_EXPORT_OWN);
  o.in[o.n_in++] = list(x, pads, 2 * rank);
  if (a->mode == MOTE_PAD_CONSTANT)
    o.in[o.n_in++] = mote_export_real(x->e, o.out, a->value);
  mote_export_attr_text(&o, "mode", modes[a->mode]);
  return mote_out_emit(x, &o, MOTE_EXPORT_OWN);
}
