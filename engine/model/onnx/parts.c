/* SPDX-License-Identifier: Apache-2.0
 * Operators that pick, join, repeat or surround values. */
#include <string.h>

#include "model/onnx/shape.h"

/* The input in the layout that it has; FLAT has no axes. */
static mote_layout_t own_layout(const mote_import_t *m, int32_t v) {
  mote_layout_t layout = mote_import_layout(m, v);
  return layout == MOTE_LAYOUT_FLAT ? MOTE_LAYOUT_PLAIN : layout;
}

/* ---- slices ---- */

static int has_steps(const mote_shape_slice_t *s, int32_t rank) {
  for (int32_t i = 0; i < rank; i++)
    if (s[i].step != 1) return 1;
  return 0;
}

/* Slices along the axes of the file, of a tensor in that layout. */
static int32_t sliced(mote_import_t *m, int32_t t, const mote_shape_slice_t *s,
                      int32_t rank, mote_layout_t layout) {
  mote_strided_slice_attr_t a = {0};
  mote_slice_attr_t plain = {0};
  const mote_dims_t *d = &m->g->tensors[t].dims;
  a.begin.n = a.end.n = a.strides.n = plain.begin.n = plain.size.n = d->rank;
  for (int32_t i = 0; i < d->rank; i++)
    a.end.v[i] = plain.size.v[i] = d->d[i], a.strides.v[i] = 1;
  for (int32_t i = 0; i < rank; i++) {
    int32_t at = mote_import_map_axis(i, rank, layout);
    int64_t end = s[i].first + (int64_t)s[i].step * s[i].count;
    if (!s[i].count) return MOTE_IMPORT_UNSUPPORTED("an empty result");
    a.begin.v[at] = plain.begin.v[at] = s[i].first;
    plain.size.v[at] = s[i].count;
    a.strides.v[at] = s[i].step;
    if (end < 0 || end > d->d[at]) a.end_mask |= 1 << at;
    else a.end.v[at] = (int32_t)end;
  }
  if (has_steps(s, rank)) return mote_import_emit(m, "strided_slice", &t, 1, &a, NULL);
  return mote_import_emit(m, "slice", &t, 1, &plain, NULL);
}

int mote_onnx_slice(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), t;
  const mote_dims_t d = m->values[v].dims;
  mote_layout_t layout = own_layout(m, v);
  mote_shape_slice_t s[MOTE_RANK_MAX];
  MOTE_TRY(mote_shape_slices(m, &d, s));
  MOTE_TRY(t = mote_import_tensor(m, v, layout));
  return mote_import_set(m, mote_import_out(m, 0), sliced(m, t, s, d.rank, layout),
                         layout, d.rank);
}

int32_t mote_import_cut(mote_import_t *m, int32_t t, int32_t axis, int32_t first,
                        int32_t count) {
  mote_shape_slice_t s[MOTE_RANK_MAX];
  const mote_dims_t d = m->g->tensors[t].dims;
  for (int32_t i = 0; i < d.rank; i++) s[i] = (mote_shape_slice_t){0, 1, d.d[i]};
  s[axis].first = first, s[axis].count = count;
  return sliced(m, t, s, d.rank, MOTE_LAYOUT_PLAIN);
}

/* Sizes of the parts: given, or equal but for a smaller last one. */
static int part_sizes(const mote_import_t *m, int32_t whole, int64_t *size) {
  int n = mote_import_ints(m, "split", 1, size, MOTE_NODE_IO_MAX), parts = m->node->n_out;
  int64_t sum = 0;
  if (n < 0) return n;
  if (parts > MOTE_NODE_IO_MAX || (n && n != parts))
    return mote_fail(MOTE_ERR_FORMAT, "%d parts for %d outputs", n, parts);
  int32_t each = (whole + parts - 1) / parts;
  for (int i = 0; i < parts; i++) {
    if (!n) size[i] = whole - sum < each ? whole - sum : each;
    if (size[i] < 1 || size[i] > whole - sum)
      return mote_fail(MOTE_ERR_FORMAT, "part %d has no size", i);
    sum += size[i];
  }
  return MOTE_OK;
}

int mote_onnx_split(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), axis, t, first = 0;
  const mote_dims_t d = m->values[v].dims;
  mote_layout_t layout = own_layout(m, v);
  int64_t size[MOTE_NODE_IO_MAX];
  MOTE_TRY(axis = mote_import_axis(mote_import_int(m, "axis", 0), d.rank));
  MOTE_TRY(part_sizes(m, d.d[axis], size));
  MOTE_TRY(t = mote_import_tensor(m, v, layout));
  int32_t at = mote_import_map_axis(axis, d.rank, layout);
  for (int32_t k = 0; k < m->node->n_out; k++) {
    int32_t part = mote_import_cut(m, t, at, first, (int32_t)size[k]);
    if (part < 0) return part;
    first += (int32_t)size[k];
    if (mote_import_out(m, k) >= 0)
      MOTE_TRY(mote_import_set(m, mote_import_out(m, k), part, layout, d.rank));
  }
  return MOTE_OK;
}

/* The constant indices as numbers from 0 on; `run`: each is one more than the last. */
static int constant_places(mote_import_t *m, const mote_onnx_tensor_t *c, int32_t size,
                           int32_t **out, int *run) {
  int32_t *index = mote_arena_take(m->a, c->count, sizeof *index);
  if (!index) return MOTE_ERR_NOMEM;
  *out = index, *run = c->rank < 2 && c->count;
  for (size_t i = 0; i < c->count; i++) {
    MOTE_TRY(index[i] = mote_import_axis(mote_fold_int(c, i), size));
    *run &= index[i] == index[0] + (int32_t)i;
  }
  return MOTE_OK;
}

/* Slices of axis `at` of the tensor t: a run of neighbours is one part. */
static int32_t gathered(mote_import_t *m, int32_t t, int32_t at) {
  const mote_value_t *x = &m->values[mote_import_in(m, 1)];
  mote_gather_attr_t a = {at, 0};
  int32_t in[2] = {t, -1}, *index;
  int run;
  if (!x->c) in[1] = mote_import_tensor(m, mote_import_in(m, 1), MOTE_LAYOUT_PLAIN);
  else {
    MOTE_TRY(constant_places(m, x->c, m->g->tensors[t].dims.d[at], &index, &run));
    if (run) return mote_import_cut(m, t, at, index[0], (int32_t)x->c->count);
    in[1] = mote_graph_tensor(m->g, x->name, MOTE_I32, &x->dims, index);
  }
  return in[1] < 0 ? in[1] : mote_import_emit(m, "gather", in, 2, &a, NULL);
}

int mote_onnx_gather(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), axis, t;
  const mote_dims_t d = m->values[v].dims, x = m->values[mote_import_in(m, 1)].dims;
  mote_layout_t layout = x.rank == 1 ? own_layout(m, v) : MOTE_LAYOUT_PLAIN;
  mote_dims_t to = {.rank = d.rank - 1 + x.rank};
  MOTE_TRY(axis = mote_import_axis(mote_import_int(m, "axis", 0), d.rank));
  if (to.rank > MOTE_RANK_MAX) return mote_fail(MOTE_ERR_LIMIT, "too many dimensions");
  if (m->use_q && !mote_import_int8_constants(m)) m->use_q = 0;
  MOTE_TRY(t = mote_import_tensor(m, v, layout));
  MOTE_TRY(t = gathered(m, t, mote_import_map_axis(axis, d.rank, layout)));
  for (int32_t i = 0; i < to.rank; i++)
    to.d[i] = i < axis             ? d.d[i]
              : i < axis + x.rank ? x.d[i - axis]
                                  : d.d[i - x.rank + 1];
  if (x.rank != 1) t = mote_import_reshape(m, t, &to);
  return mote_import_set(m, mote_import_out(m, 0), t, layout, to.rank);
}

/* ---- joining ---- */

/* int8: all inputs of one scale, or a scale that they can be brought to. */
static int joins_int8(const mote_import_t *m) {
  for (int32_t k = 0; k < m->node->n_in; k++) {
    const mote_value_t *x = &m->values[m->node->in[k]];
    if (x->c && (!x->cq || x->cquant.n != 1)) return 0;
  }
  return m->out_q != NULL;
}

int mote_onnx_concat(mote_import_t *m) {
  int32_t in[MOTE_NODE_IO_MAX], n = m->node->n_in, axis;
  mote_layout_t layout = MOTE_LAYOUT_PLAIN;
  if (n > MOTE_NODE_IO_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d inputs", MOTE_NODE_IO_MAX);
  for (int32_t k = 0; k < n; k++)
    if (m->node->in[k] < 0) return mote_fail(MOTE_ERR_FORMAT, "an input is left out");
  if (m->use_q && !joins_int8(m)) m->use_q = 0;
  const mote_dims_t d = m->values[m->node->in[0]].dims;
  MOTE_TRY(axis = mote_import_axis(mote_import_int(m, "axis", 0), d.rank));
  for (int32_t k = 0; k < n; k++)
    if (!m->values[m->node->in[k]].c &&
        own_layout(m, m->node->in[k]) == MOTE_LAYOUT_LAST)
      layout = MOTE_LAYOUT_LAST;
  for (int32_t k = 0; k < n; k++) {
    in[k] = mote_import_tensor(m, m->node->in[k], layout);
    if (in[k] >= 0 && m->use_q) in[k] = mote_import_requantise(m, in[k], m->out_q);
    if (in[k] < 0) return in[k];
  }
  mote_concat_attr_t a = {mote_import_map_axis(axis, d.rank, layout)};
  return mote_import_set(m, mote_import_out(m, 0),
                         mote_import_emit(m, "concat", in, n, &a, NULL), layout, d.rank);
}

/* ---- repeating ---- */

/* The tensor of rank to->rank that repeats t along the axes where it has to. */
static int repeated(mote_import_t *m, int32_t v, const mote_dims_t *to) {
  const mote_dims_t d = m->values[v].dims;
  mote_dims_t wide = {.rank = to->rank};
  mote_tile_attr_t a = {{.n = to->rank}};
  int32_t t, any = 0;
  for (int32_t i = 0; i < to->rank; i++) {
    int32_t k = i - (to->rank - d.rank);
    wide.d[i] = k < 0 ? 1 : d.d[k];
    a.multiples.v[i] = to->d[i] / wide.d[i];
    any |= a.multiples.v[i] != 1;
  }
  MOTE_TRY(t = mote_import_tensor(m, v, MOTE_LAYOUT_PLAIN));
  t = mote_import_reshape(m, t, &wide);
  if (any && t >= 0) t = mote_import_emit(m, "tile", &t, 1, &a, NULL);
  return mote_import_set(m, mote_import_out(m, 0), t, MOTE_LAYOUT_PLAIN, to->rank);
}

int mote_onnx_expand(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0);
  mote_dims_t to;
  MOTE_TRY(mote_shape_expand(m, &m->values[v].dims, &to));
  return repeated(m, v, &to);
}

int mote_onnx_tile(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0);
  int64_t times[MOTE_RANK_MAX];
  mote_dims_t to = m->values[v].dims;
  int n = mote_import_ints(m, NULL, 1, times, MOTE_RANK_MAX);
  if (n < 0) return n;
  if (n != to.rank) return mote_fail(MOTE_ERR_FORMAT, "%d repeats", n);
  for (int i = 0; i < n; i++) {
    if (times[i] < 1 || times[i] > MOTE_TENSOR_LIMIT / to.d[i])
      return mote_fail(MOTE_ERR_FORMAT, "repeats %lld times", (long long)times[i]);
    to.d[i] *= (int32_t)times[i];
  }
  return repeated(m, v, &to);
}

/* ---- borders ---- */

static int pad_mode(const mote_import_t *m, int32_t *mode) {
  const char *name = mote_import_text(m, "mode", "constant");
  static const struct { const char *name; int32_t mode; } modes[] = {
      {"constant", MOTE_PAD_CONSTANT}, {"reflect", MOTE_PAD_REFLECT},
      {"edge", MOTE_PAD_EDGE}};
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
    if (!strcmp(modes[i].name, name)) {
      *mode = modes[i].mode;
      return MOTE_OK;
    }
  return MOTE_IMPORT_UNSUPPORTED("mode \"%s\"", name);
}

/* Borders of every axis of the file: [axis][before, after]. */
static int borders(const mote_import_t *m, int32_t rank,
                   int32_t out[MOTE_RANK_MAX][2]) {
  int64_t v[2 * MOTE_RANK_MAX], axes[MOTE_RANK_MAX];
  int n = mote_import_ints(m, "pads", 1, v, 2 * MOTE_RANK_MAX);
  int n_axes = mote_import_ints(m, NULL, 3, axes, MOTE_RANK_MAX);
  if (n < 0 || n_axes < 0) return MOTE_ERR_UNSUPPORTED;
  int named = n_axes ? n_axes : rank;
  if (n != 2 * named) return mote_fail(MOTE_ERR_FORMAT, "%d pads for %d axes", n, named);
  memset(out, 0, sizeof(int32_t[MOTE_RANK_MAX][2]));
  for (int i = 0; i < named; i++) {
    int at = mote_import_axis(n_axes ? axes[i] : i, rank);
    if (at < 0) return at;
    for (int k = 0; k < 2; k++) {
      int64_t size = v[i + k * named];
      if (size < 0 || size > 1 << 20)
        return MOTE_IMPORT_UNSUPPORTED("padding by %lld; a Slice cuts",
                                       (long long)size);
      out[at][k] = (int32_t)size;
    }
  }
  return MOTE_OK;
}

int mote_onnx_pad(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), border[MOTE_RANK_MAX][2], t;
  const mote_dims_t d = m->values[v].dims;
  mote_layout_t layout = own_layout(m, v);
  mote_pad_attr_t a = {0};
  int32_t *const sides[4][2] = {{&a.before, &a.after}, {&a.top, &a.bottom},
                                {&a.left, &a.right}, {&a.front, &a.back}};
  MOTE_TRY(pad_mode(m, &a.mode));
  MOTE_TRY(mote_import_real(m, "value", 2, 0.0f, &a.value));
  MOTE_TRY(borders(m, d.rank, border));
  MOTE_TRY(t = mote_import_tensor(m, v, layout));
  int32_t rank = m->g->tensors[t].dims.rank;
  for (int32_t i = 0; i < d.rank; i++) {
    int32_t at = mote_import_map_axis(i, d.rank, layout) + 4 - rank;
    if (at < 0 && (border[i][0] || border[i][1]))
      return MOTE_IMPORT_UNSUPPORTED("padding of axis %d of %d", (int)i, (int)d.rank);
    for (int k = 0; at >= 0 && k < 2; k++) *sides[at][k] = border[i][k];
  }
  return mote_import_set(m, mote_import_out(m, 0),
                         mote_import_emit(m, "pad", &t, 1, &a, NULL), layout, d.rank);
}

/* ---- blocks ---- */

int mote_onnx_blocks(mote_import_t *m) {
  int32_t v = mote_import_in(m, 0), rank = m->values[v].dims.rank, t;
  int to_space = !strcmp(m->node->op, "DepthToSpace");
  int crd = !strcmp(mote_import_text(m, "mode", "DCR"), "CRD");
  int64_t size = mote_import_int(m, "blocksize", 0);
  if (size < 1 || size > 1 << 15) return mote_fail(MOTE_ERR_FORMAT, "no blocksize");
  mote_block_attr_t a = {(int32_t)size, crd ? MOTE_BLOCK_CRD : MOTE_BLOCK_DCR};
  MOTE_TRY(t = mote_import_tensor(m, v, MOTE_LAYOUT_LAST));
  return mote_import_set(
      m, mote_import_out(m, 0),
      mote_import_emit(m, to_space ? "depth_to_space" : "space_to_depth", &t, 1, &a,
                       NULL),
      MOTE_LAYOUT_LAST, rank);
}
