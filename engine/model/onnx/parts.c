/* SPDX-License-Identifier: Apache-2.0
 * Operators that pick, join, repeat or surround values. */
#include <string.h>

#include "model/onnx/shape.h"

/* The input in the layout that it has; FLAT has no axes. */
static mote_layout_t own_layout(const mote_import_t *m, int32_t v) {
  mote_layout_t layout = mote_import_layout(m, v);
  return layout == MOTE_LAYOUT_FLAT ? MOTE_LAYOUT_PLAIN : layout;
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

/* ---- borders ---- */

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
  int32_t *const sides[4][2] = {{NULL, NULL}, {&a.top, &a.bottom},
                                {&a.left, &a.right}, {&a.front, &a.back}};
  const char *mode = mote_import_text(m, "mode", "constant");
  if (strcmp(mode, "constant")) return MOTE_IMPORT_UNSUPPORTED("mode \"%s\"", mode);
  MOTE_TRY(mote_import_real(m, "value", 2, 0.0f, &a.value));
  MOTE_TRY(borders(m, d.rank, border));
  MOTE_TRY(t = mote_import_tensor(m, v, layout));
  int32_t rank = m->g->tensors[t].dims.rank;
  for (int32_t i = 0; i < d.rank; i++) {
    int32_t at = mote_import_map_axis(i, d.rank, layout) + 4 - rank;
    if (at < 1 && (border[i][0] || border[i][1]))
      return MOTE_IMPORT_UNSUPPORTED("padding of axis %d of %d", (int)i, (int)d.rank);
    for (int k = 0; at >= 1 && k < 2; k++) *sides[at][k] = border[i][k];
  }
  return mote_import_set(m, mote_import_out(m, 0),
                         mote_import_emit(m, "pad", &t, 1, &a, NULL), layout, d.rank);
}
