/* SPDX-License-Identifier: Apache-2.0
 * Operators that only move values, over random shapes and all element types, against the
 * definition: which value of which input does the output hold at these coordinates? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/rng.h"
#include "model/attrs.h"
#include "model/op.h"

#define ROUNDS 200

typedef struct {
  mote_rng_t r;
  mote_graph_t *g;
  mote_dtype_t type;
} lab_t;
typedef struct { int32_t input, at[MOTE_RANK_MAX]; } source_t; /* input -1: a border */
typedef source_t (*source_fn)(const mote_node_t *n, int32_t out, const int32_t *at,
                              const mote_graph_t *g);

static int32_t pick(lab_t *l, int32_t lo, int32_t hi) {
  return lo + (int32_t)mote_rng_below(&l->r, (uint32_t)(hi - lo + 1));
}

static int32_t ok(int32_t rc) {
  if (rc < 0) fail_msg("%s", mote_errmsg());
  return rc;
}

static lab_t lab(uint64_t seed) {
  lab_t l = {mote_rng(seed, 7), mote_graph_new(), MOTE_F32};
  l.type = (mote_dtype_t)pick(&l, MOTE_F32, MOTE_F16);
  return l;
}

static int32_t tensor(lab_t *l, const mote_dims_t *d, int input) {
  char name[16];
  const float scale = 0.5f;
  const int32_t zero = 3;
  snprintf(name, sizeof name, "t%d", l->g->n_tensors);
  int32_t t = ok(mote_graph_tensor(l->g, name, l->type, d, NULL));
  if (l->type == MOTE_I8) ok(mote_graph_quant(l->g, t, 1, 0, &scale, &zero));
  if (input) l->g->inputs[l->g->n_inputs++] = t;
  return t;
}

static mote_dims_t some_dims(lab_t *l, int32_t least, int32_t most) {
  mote_dims_t d = {.rank = pick(l, least, most)};
  for (int32_t i = 0; i < d.rank; i++) d.d[i] = pick(l, 1, 5);
  return d;
}

static void node(lab_t *l, const char *op, int32_t n_out, const void *attr) {
  mote_graph_t *g = l->g;
  for (int32_t i = 0; i < n_out; i++)
    g->outputs[g->n_outputs++] = tensor(l, &MOTE_DIMS(1), 0);
  mote_node_spec_t s = {op, op, g->inputs, g->n_inputs, g->outputs, n_out, attr};
  ok(mote_graph_node(g, &s));
}

static int64_t flat(const mote_dims_t *d, const int32_t *at) {
  int64_t n = 0;
  for (int32_t i = 0; i < d->rank; i++) {
    assert_in_range(at[i], 0, d->d[i] - 1);
    n = n * d->d[i] + at[i];
  }
  return n;
}

static void coordinates(const mote_dims_t *d, int64_t n, int32_t *at) {
  for (int32_t i = d->rank - 1; i >= 0; i--) at[i] = (int32_t)(n % d->d[i]), n /= d->d[i];
}

static void compare(const lab_t *l, int32_t out, const uint8_t *got, uint8_t *const *in,
                    source_fn source) {
  const mote_graph_t *g = l->g;
  const mote_tensor_t *y = &g->tensors[g->outputs[out]];
  size_t unit = mote_dtype_bytes(y->dtype);
  static const uint8_t zeros[8];
  for (int64_t i = 0; i < mote_dims_count(&y->dims); i++) {
    int32_t at[MOTE_RANK_MAX];
    coordinates(&y->dims, i, at);
    source_t s = source(&g->nodes[0], out, at, g);
    const uint8_t border[8] = {3}, *want = y->dtype == MOTE_I8 ? border : zeros;
    if (s.input >= 0)
      want = in[s.input] +
             (size_t)flat(&g->tensors[g->inputs[s.input]].dims, s.at) * unit;
    if (memcmp(got + (size_t)i * unit, want, unit))
      fail_msg("%s of %s: output %d, value %d", g->nodes[0].op->name,
               mote_dtype_name(y->dtype), (int)out, (int)i);
  }
}

static void check(lab_t *l, source_fn source) {
  const mote_graph_t *g = l->g;
  uint8_t *in[MOTE_NODE_IO_MAX], *out[MOTE_NODE_IO_MAX];
  mote_program_t *prog;
  mote_exec_t *e;
  for (int32_t i = 0; i < g->n_inputs; i++) {
    size_t n = mote_tensor_bytes(&g->tensors[g->inputs[i]]);
    in[i] = malloc(n);
    for (size_t k = 0; k < n; k++) in[i][k] = (uint8_t)pick(l, 0, 255);
  }
  for (int32_t i = 0; i < g->n_outputs; i++)
    out[i] = malloc(mote_tensor_bytes(&g->tensors[g->outputs[i]]));
  ok(mote_lower(g, &prog)), ok(mote_exec_new(prog, &e));
  ok(mote_exec_run(e, (const void *const *)in, (void *const *)out));
  for (int32_t i = 0; i < g->n_outputs; i++)
    compare(l, i, out[i], in, source), free(out[i]);
  for (int32_t i = 0; i < g->n_inputs; i++) free(in[i]);
  mote_exec_free(e), mote_program_free(prog);
  mote_graph_free(l->g);
}

static source_t first_input(const int32_t *at) {
  source_t s = {0};
  memcpy(s.at, at, sizeof s.at);
  return s;
}

static const mote_dims_t *dims_in(const mote_graph_t *g, int32_t i) {
  return &g->tensors[g->inputs[i]].dims;
}

static source_t concat_source(const mote_node_t *n, int32_t out, const int32_t *at,
                              const mote_graph_t *g) {
  source_t s = first_input(at);
  int32_t axis = ((const mote_concat_attr_t *)n->attr)->axis;
  if (axis < 0) axis += dims_in(g, out)->rank;
  while (s.at[axis] >= dims_in(g, s.input)->d[axis])
    s.at[axis] -= dims_in(g, s.input++)->d[axis];
  return s;
}

static void concat(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < ROUNDS; seed++) {
    lab_t l = lab(seed);
    mote_dims_t d = some_dims(&l, 1, 6);
    int32_t axis = pick(&l, 0, d.rank - 1), n = pick(&l, 1, seed % 9 ? 4 : 32);
    for (int32_t i = 0; i < n; i++) d.d[axis] = pick(&l, 1, 4), tensor(&l, &d, 1);
    mote_concat_attr_t a = {pick(&l, 0, 1) ? axis : axis - d.rank};
    node(&l, "concat", 1, &a);
    check(&l, concat_source);
  }
}

static source_t pack_source(const mote_node_t *n, int32_t out, const int32_t *at,
                            const mote_graph_t *g) {
  int32_t axis = ((const mote_axis_attr_t *)n->attr)->axis, rank = dims_in(g, out)->rank;
  source_t s = {at[axis], {0}};
  for (int32_t i = 0; i < rank; i++) s.at[i] = at[i + (i >= axis)];
  return s;
}

static void pack(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < ROUNDS; seed++) {
    lab_t l = lab(seed);
    mote_dims_t d = some_dims(&l, 0, 5);
    for (int32_t n = pick(&l, 1, 4); n > 0; n--) tensor(&l, &d, 1);
    mote_axis_attr_t a = {pick(&l, 0, d.rank)};
    node(&l, "pack", 1, &a);
    check(&l, pack_source);
  }
}

static source_t split_source(const mote_node_t *n, int32_t out, const int32_t *at,
                             const mote_graph_t *g) {
  source_t s = first_input(at);
  int32_t axis = ((const mote_split_attr_t *)n->attr)->axis;
  for (int32_t i = 0; i < out; i++)
    s.at[axis] += g->tensors[g->outputs[i]].dims.d[axis];
  return s;
}

static void split(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < ROUNDS; seed++) {
    lab_t l = lab(seed);
    mote_dims_t d = some_dims(&l, 1, 6);
    mote_split_attr_t a = {pick(&l, 0, d.rank - 1), {0}};
    int32_t n = pick(&l, 1, 4), sum = 0;
    if (pick(&l, 0, 1)) a.sizes.n = n;
    for (int32_t i = 0; i < n; i++) sum += a.sizes.v[i] = pick(&l, 1, 4);
    d.d[a.axis] = a.sizes.n ? sum : 3 * n;
    if (pick(&l, 0, 1)) a.sizes.v[pick(&l, 0, n - 1)] = -1;
    tensor(&l, &d, 1);
    node(&l, "split", n, &a);
    check(&l, split_source);
  }
}

static source_t unpack_source(const mote_node_t *n, int32_t out, const int32_t *at,
                              const mote_graph_t *g) {
  int32_t axis = ((const mote_axis_attr_t *)n->attr)->axis, rank = dims_in(g, 0)->rank;
  source_t s = {0};
  for (int32_t i = 0; i < rank; i++) s.at[i] = i == axis ? out : at[i - (i > axis)];
  return s;
}

static void unpack(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < ROUNDS; seed++) {
    lab_t l = lab(seed);
    mote_dims_t d = some_dims(&l, 1, 6);
    mote_axis_attr_t a = {pick(&l, 0, d.rank - 1)};
    tensor(&l, &d, 1);
    node(&l, "unpack", d.d[a.axis], &a);
    check(&l, unpack_source);
  }
}

static source_t slice_source(const mote_node_t *n, int32_t out, const int32_t *at,
                             const mote_graph_t *g) {
  const mote_slice_attr_t *a = n->attr;
  source_t s = {out, {0}};
  for (int32_t i = 0; i < dims_in(g, 0)->rank; i++) s.at[i] = at[i] + a->begin.v[i];
  return s;
}

static void slice(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < ROUNDS; seed++) {
    lab_t l = lab(seed);
    mote_dims_t d = some_dims(&l, 1, 6);
    mote_slice_attr_t a = {{d.rank, {0}}, {d.rank, {0}}};
    for (int32_t i = 0; i < d.rank; i++) {
      a.begin.v[i] = pick(&l, 0, d.d[i] - 1);
      a.size.v[i] = pick(&l, 0, 1) ? -1 : pick(&l, 1, d.d[i] - a.begin.v[i]);
    }
    tensor(&l, &d, 1);
    node(&l, "slice", 1, &a);
    check(&l, slice_source);
  }
}

/* Python's rules, for a list of (start, step) per input axis that the case has made. */
static struct { int32_t start, step, lost; } python[MOTE_RANK_MAX];
static int32_t new_axes; /* bit i: axis i of the output is new */

static source_t strided_source(const mote_node_t *n, int32_t out, const int32_t *at,
                               const mote_graph_t *g) {
  source_t s = {out, {0}};
  int32_t from = 0;
  (void)n;
  for (int32_t i = 0; i < dims_in(g, 0)->rank; i++) {
    while (new_axes >> from & 1) from++;
    s.at[i] = python[i].start;
    if (!python[i].lost) s.at[i] += python[i].step * at[from++];
  }
  return s;
}

/* One part of the expression for an axis of n values: at least one value is left. */
static void one_range(lab_t *l, mote_strided_slice_attr_t *a, int32_t axis, int32_t n) {
  int32_t i = a->begin.n++, first = pick(l, 0, n - 1), last = pick(l, 0, n - 1);
  int32_t step = pick(l, 1, 3) * (last < first ? -1 : 1);
  a->end.n = a->strides.n = a->begin.n;
  python[axis].start = first, python[axis].step = step;
  python[axis].lost = pick(l, 0, 3) == 0;
  a->strides.v[i] = step;
  a->begin.v[i] = pick(l, 0, 1) ? first : first - n;
  a->end.v[i] = step > 0 ? last + 1 : last ? last - 1 : -n - 1;
  if (step > 0 && last + 1 < n && pick(l, 0, 1)) a->end.v[i] -= n;
  if (step > 0 && last == n - 1 && pick(l, 0, 1)) a->end.v[i] = 1000;
  if (python[axis].lost) {
    a->shrink_axis_mask |= 1 << i;
    return;
  }
  if (pick(l, 0, 3) == 0) {
    a->begin_mask |= 1 << i;
    python[axis].start = step > 0 ? 0 : n - 1;
  }
  if (pick(l, 0, 3) == 0) a->end_mask |= 1 << i;
}

static void strided_slice(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 4 * ROUNDS; seed++) {
    lab_t l = lab(seed);
    mote_dims_t d = some_dims(&l, 1, 5);
    mote_strided_slice_attr_t a = {0};
    int32_t dots = pick(&l, 0, d.rank), skipped = pick(&l, 0, d.rank - dots), rank = 0;
    new_axes = 0;
    for (int32_t i = 0; i < d.rank; i++) {
      python[i].start = python[i].lost = 0, python[i].step = 1;
      if (!new_axes && pick(&l, 0, 4) == 0 && (i <= dots || i >= dots + skipped)) {
        new_axes = 1 << rank++;
        a.new_axis_mask = 1 << a.begin.n++;
        a.strides.n = a.end.n = a.begin.n;
      }
      if (i == dots) {
        a.ellipsis_mask = 1 << a.begin.n++;
        a.strides.n = a.end.n = a.begin.n;
      }
      if (i < dots || i >= dots + skipped) one_range(&l, &a, i, d.d[i]);
      rank += !python[i].lost;
    }
    tensor(&l, &d, 1);
    node(&l, "strided_slice", 1, &a);
    assert_int_equal(l.g->tensors[l.g->outputs[0]].dims.rank, rank);
    check(&l, strided_source);
  }
}

static source_t transpose_source(const mote_node_t *n, int32_t out, const int32_t *at,
                                 const mote_graph_t *g) {
  const mote_transpose_attr_t *a = n->attr;
  source_t s = {out, {0}};
  int32_t rank = dims_in(g, 0)->rank;
  for (int32_t i = 0; i < rank; i++)
    s.at[a->perm.n ? a->perm.v[i] : rank - 1 - i] = at[i];
  return s;
}

static void transpose(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 2 * ROUNDS; seed++) {
    lab_t l = lab(seed);
    mote_dims_t d = some_dims(&l, 1, 6);
    mote_transpose_attr_t a = {{seed % 5 ? d.rank : 0, {0}}};
    for (int32_t i = 0; i < d.rank; i++) {
      int32_t k = pick(&l, 0, i);
      a.perm.v[i] = a.perm.v[k], a.perm.v[k] = i;
    }
    tensor(&l, &d, 1);
    node(&l, "transpose", 1, &a);
    check(&l, transpose_source);
  }
}

static source_t tile_source(const mote_node_t *n, int32_t out, const int32_t *at,
                            const mote_graph_t *g) {
  const mote_tile_attr_t *a = n->attr;
  const mote_dims_t *d = dims_in(g, 0);
  source_t s = {out, {0}};
  for (int32_t i = 0; i < d->rank; i++)
    s.at[i] = at[i + a->multiples.n - d->rank] % d->d[i];
  return s;
}

static void tile(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < ROUNDS; seed++) {
    lab_t l = lab(seed);
    mote_dims_t d = some_dims(&l, 0, 5);
    mote_tile_attr_t a = {{pick(&l, d.rank, 6), {0}}};
    for (int32_t i = 0; i < a.multiples.n; i++) a.multiples.v[i] = pick(&l, 1, 3);
    tensor(&l, &d, 1);
    node(&l, "tile", 1, &a);
    check(&l, tile_source);
  }
}

static source_t block_source(const mote_node_t *n, int32_t out, const int32_t *at,
                             const mote_graph_t *g) {
  const mote_block_attr_t *a = n->attr;
  int32_t b = a->block, flat_c, place, c, up = n->op->name[0] == 'd';
  source_t s = {out, {at[0]}};
  if (up) {
    flat_c = dims_in(g, 0)->d[3] / (b * b);
    place = at[1] % b * b + at[2] % b, c = at[3];
    s.at[1] = at[1] / b, s.at[2] = at[2] / b;
    s.at[3] = a->order == MOTE_BLOCK_DCR ? place * flat_c + c : c * b * b + place;
    return s;
  }
  flat_c = dims_in(g, 0)->d[3];
  place = a->order == MOTE_BLOCK_DCR ? at[3] / flat_c : at[3] % (b * b);
  s.at[3] = a->order == MOTE_BLOCK_DCR ? at[3] % flat_c : at[3] / (b * b);
  s.at[1] = at[1] * b + place / b, s.at[2] = at[2] * b + place % b;
  return s;
}

static void blocks(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < ROUNDS; seed++) {
    lab_t l = lab(seed);
    mote_dims_t d = some_dims(&l, 4, 4);
    mote_block_attr_t a = {pick(&l, 1, 3), pick(&l, 0, 1)};
    int up = pick(&l, 0, 1);
    if (up) d.d[3] *= a.block * a.block;
    else d.d[1] *= a.block, d.d[2] *= a.block;
    tensor(&l, &d, 1);
    node(&l, up ? "depth_to_space" : "space_to_depth", 1, &a);
    check(&l, block_source);
  }
}

static source_t pad_source(const mote_node_t *n, int32_t out, const int32_t *at,
                           const mote_graph_t *g) {
  const mote_pad_attr_t *a = n->attr;
  const mote_dims_t *d = dims_in(g, 0);
  const int32_t before[4] = {a->before, a->top, a->left, a->front};
  source_t s = {out, {0}};
  for (int32_t i = 0; i < d->rank; i++) {
    int32_t k = i + 4 - d->rank, x = at[i] - (k < 0 ? 0 : before[k]), end = d->d[i] - 1;
    int32_t extra = a->mode == MOTE_PAD_SYMMETRIC;
    if (x >= 0 && x <= end) s.at[i] = x;
    else if (a->mode == MOTE_PAD_CONSTANT) s.input = -1;
    else if (a->mode == MOTE_PAD_EDGE) s.at[i] = x < 0 ? 0 : end;
    else s.at[i] = x < 0 ? -x - extra : 2 * end - x + extra;
  }
  return s;
}

static void pad(void **state) {
  (void)state;
  for (uint64_t seed = 0; seed < 2 * ROUNDS; seed++) {
    lab_t l = lab(seed);
    mote_dims_t d = some_dims(&l, 1, 5);
    int32_t border[4][2] = {{0}};
    mote_pad_attr_t a = {.mode = pick(&l, 0, 3)};
    if (l.type == MOTE_I64 && a.mode == MOTE_PAD_CONSTANT) a.mode = MOTE_PAD_EDGE;
    for (int32_t k = 0; k < 8; k++) {
      int32_t i = k / 2 + d.rank - 4, most = 4;
      if (i < 0) continue;
      if (a.mode == MOTE_PAD_REFLECT) most = d.d[i] - 1;
      if (a.mode == MOTE_PAD_SYMMETRIC) most = d.d[i];
      border[k / 2][k % 2] = pick(&l, 0, most);
    }
    a.before = border[0][0], a.after = border[0][1], a.top = border[1][0];
    a.bottom = border[1][1], a.left = border[2][0], a.right = border[2][1];
    a.front = border[3][0], a.back = border[3][1];
    tensor(&l, &d, 1);
    node(&l, "pad", 1, &a);
    check(&l, pad_source);
  }
}

/* Parts of the outermost axis, and other names of the same bytes, need no step. */
static void views_cost_nothing(void **state) {
  (void)state;
  lab_t l = {mote_rng(1, 1), mote_graph_new(), MOTE_F32};
  mote_program_t *prog;
  mote_split_attr_t a = {0, {3, {2, 4, 2}}};
  tensor(&l, &MOTE_DIMS(8, 4), 1);
  node(&l, "split", 3, &a);
  ok(mote_lower(l.g, &prog));
  assert_int_equal(prog->n_steps, 0);
  assert_int_equal(prog->alias_shift[l.g->outputs[2]], 6 * 4 * 4);
  mote_program_free(prog);
  mote_graph_free(l.g);
}

static void refused(const char *op, const void *attr, const char *why) {
  lab_t l = {mote_rng(1, 1), mote_graph_new(), MOTE_F32};
  int32_t x = tensor(&l, &MOTE_DIMS(2, 3, 4), 1), y = tensor(&l, &MOTE_DIMS(1), 0);
  mote_node_spec_t s = {op, op, &x, 1, &y, 1, attr};
  assert_true(mote_graph_node(l.g, &s) < 0);
  if (!strstr(mote_errmsg(), why)) fail_msg("%s: %s", op, mote_errmsg());
  mote_graph_free(l.g);
}

/* What a file might say, too. */
static void refusals(void **state) {
  (void)state;
  const mote_slice_attr_t far = {{3, {0, INT32_MIN, 0}}, {3, {1, -1, 1}}};
  const mote_strided_slice_attr_t many = {.begin = {1000, {0}}};
  const mote_strided_slice_attr_t still = {{1, {0}}, {1, {1}}, {1, {0}}, 0, 0, 0, 0, 0};
  const mote_strided_slice_attr_t out = {{1, {2}}, {1, {3}}, {1, {1}}, 0, 0, 0, 0, 1};
  const mote_transpose_attr_t twice = {{3, {0, 1, 1}}};
  const mote_tile_attr_t large = {{3, {1 << 20, 1 << 20, 1 << 20}}};
  const mote_pad_attr_t mirror = {.mode = MOTE_PAD_REFLECT, .left = 3};
  const mote_split_attr_t sizes = {1, {1, {2}}};
  refused("slice", &far, "axis 1 has 3 values");
  refused("strided_slice", &many, "more than 12 parts");
  refused("strided_slice", &still, "stride 0");
  refused("strided_slice", &out, "index 2 of an axis of 2");
  refused("transpose", &twice, "every axis once");
  refused("tile", &large, "empty or too large");
  refused("pad", &mirror, "it may have 0 to 2");
  refused("split", &sizes, "2 of the axis's 3 values");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(concat), cmocka_unit_test(pack), cmocka_unit_test(split),
      cmocka_unit_test(unpack), cmocka_unit_test(slice), cmocka_unit_test(strided_slice),
      cmocka_unit_test(transpose), cmocka_unit_test(tile), cmocka_unit_test(blocks),
      cmocka_unit_test(pad), cmocka_unit_test(views_cost_nothing),
      cmocka_unit_test(refusals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
