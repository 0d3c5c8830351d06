/* SPDX-License-Identifier: Apache-2.0
 * Constant folding: mostly the arithmetic on shapes that exporters leave behind. Every
 * result is paid from one budget, so a small file cannot ask for a large constant. */
#include <math.h>
#include <string.h>

#include "model/onnx/shape.h"

mote_onnx_tensor_t *mote_fold_new(mote_import_t *m, int32_t type,
                                  const mote_dims_t *dims) {
  mote_onnx_tensor_t *t = mote_arena_take(m->a, 1, sizeof *t);
  size_t size = mote_onnx_type_bytes(type), count = (size_t)mote_dims_count(dims);
  m->budget -= (int64_t)(count * size);
  if (m->budget < 0) {
    mote_fail(MOTE_ERR_LIMIT, "its constants become too large; fold them before the "
              "export");
    return NULL;
  }
  if (!t || !(t->data = mote_arena_take(m->a, count, size))) return NULL;
  t->type = type, t->rank = dims->rank, t->count = count;
  for (int32_t i = 0; i < dims->rank; i++) t->dims[i] = dims->d[i];
  return t;
}

double mote_fold_real(const mote_onnx_tensor_t *t, size_t i) {
  return t->type == MOTE_ONNX_FLOAT ? (double)((const float *)t->data)[i]
                                    : (double)mote_fold_int(t, i);
}

static int64_t whole(double v) {
  return v >= 9e18 ? (int64_t)9e18 : v > -9e18 ? (int64_t)v : -(int64_t)9e18;
}

int64_t mote_fold_int(const mote_onnx_tensor_t *t, size_t i) {
  switch (t->type) {
    case MOTE_ONNX_FLOAT: return whole((double)((const float *)t->data)[i]);
    case MOTE_ONNX_INT64: return ((const int64_t *)t->data)[i];
    case MOTE_ONNX_INT32: return ((const int32_t *)t->data)[i];
    case MOTE_ONNX_INT16: return ((const int16_t *)t->data)[i];
    case MOTE_ONNX_UINT16: return ((const uint16_t *)t->data)[i];
    case MOTE_ONNX_INT8: return ((const int8_t *)t->data)[i];
    default: return ((const uint8_t *)t->data)[i];
  }
}

static void put(mote_onnx_tensor_t *t, size_t i, double real, int64_t n) {
  switch (t->type) {
    case MOTE_ONNX_FLOAT: ((float *)t->data)[i] = (float)real; break;
    case MOTE_ONNX_INT64: ((int64_t *)t->data)[i] = n; break;
    case MOTE_ONNX_INT32: ((int32_t *)t->data)[i] = (int32_t)n; break;
    case MOTE_ONNX_INT16:
    case MOTE_ONNX_UINT16: ((uint16_t *)t->data)[i] = (uint16_t)n; break;
    default: ((uint8_t *)t->data)[i] = (uint8_t)n;
  }
}

static const mote_onnx_tensor_t *input(const mote_import_t *m, int32_t k) {
  int32_t v = mote_import_in(m, k);
  return v < 0 ? NULL : m->values[v].c;
}

static const mote_dims_t *dims_of(const mote_import_t *m, int32_t k) {
  return &m->values[m->node->in[k]].dims;
}

/* The node's output is this constant. */
static int done(mote_import_t *m, const mote_onnx_tensor_t *t) {
  if (!t) return MOTE_ERR_NOMEM;
  mote_value_t *x = &m->values[m->node->out[0]];
  x->c = t;
  return mote_import_set_dims(&x->dims, t->dims, t->rank);
}

/* ---- movement: out[i, j, ..] = in[first + i * step0 + j * step1 ..] ---- */

typedef struct { int64_t first, step[MOTE_RANK_MAX]; } walk_t;

static mote_onnx_tensor_t *moved(mote_import_t *m, const mote_onnx_tensor_t *in,
                                 const mote_dims_t *dims, const walk_t *w) {
  mote_onnx_tensor_t *out = mote_fold_new(m, in->type, dims);
  int32_t at[MOTE_RANK_MAX] = {0};
  size_t size = mote_onnx_type_bytes(in->type);
  int64_t from = w->first;
  for (size_t i = 0; out && i < out->count; i++) {
    memcpy((uint8_t *)out->data + i * size,
           (const uint8_t *)in->data + (size_t)from * size, size);
    for (int32_t k = dims->rank - 1; k >= 0; k--) {
      from += w->step[k];
      if (++at[k] < dims->d[k]) break;
      from -= w->step[k] * dims->d[k];
      at[k] = 0;
    }
  }
  return out;
}

static void strides(const mote_dims_t *d, int64_t *step) {
  int64_t n = 1;
  for (int32_t i = d->rank - 1; i >= 0; i--) step[i] = n, n *= d->d[i];
}

int mote_fold_transpose(mote_import_t *m) {
  const mote_dims_t *d = dims_of(m, 0);
  int64_t step[MOTE_RANK_MAX];
  int32_t perm[MOTE_RANK_MAX];
  mote_dims_t to = {.rank = d->rank};
  walk_t w = {0, {0}};
  MOTE_TRY(mote_shape_perm(m, d->rank, perm));
  strides(d, step);
  for (int32_t i = 0; i < d->rank; i++)
    to.d[i] = d->d[perm[i]], w.step[i] = step[perm[i]];
  return done(m, moved(m, input(m, 0), &to, &w));
}

static int refold(mote_import_t *m, const mote_dims_t *dims) {
  walk_t w = {0, {0}};
  if (mote_dims_count(dims) != mote_dims_count(dims_of(m, 0)))
    return mote_fail(MOTE_ERR_FORMAT, "the number of values changes");
  strides(dims, w.step);
  return done(m, moved(m, input(m, 0), dims, &w));
}

#define REFOLD(name)                                                                     \
  int mote_fold_##name(mote_import_t *m) {                                               \
    mote_dims_t d;                                                                       \
    MOTE_TRY(mote_shape_##name(m, dims_of(m, 0), &d));                                   \
    return refold(m, &d);                                                                \
  }
REFOLD(reshape)
REFOLD(flatten)
REFOLD(squeeze)
REFOLD(unsqueeze)

int mote_fold_identity(mote_import_t *m) {
  return mote_import_alias(m, m->node->in[0], m->node->out[0]);
}

int mote_fold_slice(mote_import_t *m) {
  const mote_dims_t *d = dims_of(m, 0);
  mote_shape_slice_t s[MOTE_RANK_MAX];
  int64_t step[MOTE_RANK_MAX];
  mote_dims_t to = {.rank = d->rank};
  walk_t w = {0, {0}};
  MOTE_TRY(mote_shape_slices(m, d, s));
  strides(d, step);
  for (int32_t i = 0; i < d->rank; i++) {
    to.d[i] = s[i].count;
    w.step[i] = step[i] * s[i].step, w.first += step[i] * s[i].first;
  }
  return done(m, moved(m, input(m, 0), &to, &w));
}

int mote_fold_expand(mote_import_t *m) {
  const mote_dims_t *d = dims_of(m, 0);
  int64_t step[MOTE_RANK_MAX];
  mote_dims_t to;
  walk_t w = {0, {0}};
  MOTE_TRY(mote_shape_expand(m, d, &to));
  strides(d, step);
  for (int32_t i = 0; i < d->rank; i++) {
    int32_t at = to.rank - d->rank + i;
    w.step[at] = d->d[i] == 1 ? 0 : step[i];
  }
  return done(m, moved(m, input(m, 0), &to, &w));
}

/* [outer][size][inner] around an axis. */
typedef struct { size_t outer, size, inner; } split_t;

static split_t split_at(const mote_dims_t *d, int32_t axis) {
  split_t s = {1, (size_t)d->d[axis], 1};
  for (int32_t i = 0; i < axis; i++) s.outer *= (size_t)d->d[i];
  for (int32_t i = axis + 1; i < d->rank; i++) s.inner *= (size_t)d->d[i];
  return s;
}

int mote_fold_gather(mote_import_t *m) {
  const mote_dims_t *d = dims_of(m, 0), *x = dims_of(m, 1);
  const mote_onnx_tensor_t *in = input(m, 0), *index = input(m, 1);
  int axis = mote_import_axis(mote_import_int(m, "axis", 0), d->rank);
  mote_dims_t to = {.rank = d->rank - 1 + x->rank};
  if (axis < 0) return axis;
  if (to.rank > MOTE_RANK_MAX) return mote_fail(MOTE_ERR_LIMIT, "too many dimensions");
  for (int32_t i = 0; i < to.rank; i++)
    to.d[i] = i < axis             ? d->d[i]
              : i < axis + x->rank ? x->d[i - axis]
                                   : d->d[i - x->rank + 1];
  mote_onnx_tensor_t *out = mote_fold_new(m, in->type, &to);
  split_t s = split_at(d, axis);
  size_t bytes = s.inner * mote_onnx_type_bytes(in->type);
  uint8_t *p = out ? out->data : NULL;
  for (size_t o = 0; p && o < s.outer; o++)
    for (size_t i = 0; i < index->count; i++, p += bytes) {
      int at = mote_import_axis(mote_fold_int(index, i), (int32_t)s.size);
      if (at < 0) return at;
      memcpy(p, (const uint8_t *)in->data + (o * s.size + (size_t)at) * bytes, bytes);
    }
  return done(m, out);
}

int mote_fold_concat(mote_import_t *m) {
  mote_dims_t to = *dims_of(m, 0);
  int axis = mote_import_axis(mote_import_int(m, "axis", 0), to.rank);
  if (axis < 0) return axis;
  int64_t total = 0;
  for (int32_t k = 0; k < m->node->n_in; k++) {
    if (m->node->in[k] < 0) return mote_fail(MOTE_ERR_FORMAT, "an input is left out");
    mote_dims_t d = *dims_of(m, k);
    if (d.rank != to.rank || input(m, k)->type != input(m, 0)->type)
      return mote_fail(MOTE_ERR_FORMAT, "inputs of different rank or type");
    total += d.d[axis];
    d.d[axis] = to.d[axis];
    if (!mote_dims_equal(&d, &to) || total > MOTE_TENSOR_LIMIT)
      return mote_fail(MOTE_ERR_FORMAT, "inputs that do not fit each other");
  }
  to.d[axis] = (int32_t)total;
  mote_onnx_tensor_t *out = mote_fold_new(m, input(m, 0)->type, &to);
  split_t s = split_at(&to, axis);
  size_t row = mote_onnx_type_bytes(input(m, 0)->type) * s.inner;
  uint8_t *p = out ? out->data : NULL;
  for (size_t o = 0; p && o < s.outer; o++)
    for (int32_t k = 0; k < m->node->n_in; k++) {
      size_t bytes = row * (size_t)dims_of(m, k)->d[axis];
      if (bytes) memcpy(p, (const uint8_t *)input(m, k)->data + o * bytes, bytes);
      p += bytes;
    }
  return done(m, out);
}

/* ---- made from nothing ---- */

int mote_fold_constant(mote_import_t *m) {
  static const mote_dims_t scalar = {0};
  const mote_onnx_attr_t *a = m->node->n_attrs ? &m->node->attrs[0] : NULL;
  if (a && a->kind == MOTE_ONNX_A_TENSOR) return done(m, a->tensor);
  int is_list = a && (a->kind == MOTE_ONNX_A_FLOATS || a->kind == MOTE_ONNX_A_INTS);
  int is_float = a && (a->kind == MOTE_ONNX_A_FLOAT || a->kind == MOTE_ONNX_A_FLOATS);
  if (!a || (!is_list && !is_float && a->kind != MOTE_ONNX_A_INT) ||
      a->n > (size_t)MOTE_TENSOR_LIMIT)
    return MOTE_IMPORT_UNSUPPORTED("a constant that is neither numbers nor a tensor");
  mote_dims_t d = is_list ? MOTE_DIMS((int32_t)a->n) : scalar;
  mote_onnx_tensor_t *t =
      mote_fold_new(m, is_float ? MOTE_ONNX_FLOAT : MOTE_ONNX_INT64, &d);
  for (size_t i = 0; t && i < t->count; i++) {
    int64_t n = is_float ? 0 : is_list ? a->ints[i] : a->i;
    put(t, i, is_float ? (double)(is_list ? a->floats[i] : a->f) : 0, n);
  }
  return done(m, t);
}

int mote_fold_constant_of_shape(mote_import_t *m) {
  const mote_onnx_attr_t *a = mote_onnx_attr(m->node, "value");
  const mote_onnx_tensor_t *v = a && a->tensor && a->tensor->count == 1 ? a->tensor
                                                                       : NULL;
  int64_t shape[MOTE_RANK_MAX];
  mote_dims_t d;
  int n = mote_import_ints(m, NULL, 0, shape, MOTE_RANK_MAX);
  if (n < 0) return n;
  MOTE_TRY(mote_import_set_dims(&d, shape, n));
  mote_onnx_tensor_t *t = mote_fold_new(m, v ? v->type : MOTE_ONNX_FLOAT, &d);
  for (size_t i = 0; t && v && i < t->count; i++)
    put(t, i, mote_fold_real(v, 0), mote_fold_int(v, 0));
  return done(m, t);
}

int mote_fold_range(mote_import_t *m) {
  const mote_onnx_tensor_t *a = input(m, 0), *b = input(m, 1), *c = input(m, 2);
  if (a->count != 1 || b->count != 1 || c->count != 1)
    return mote_fail(MOTE_ERR_FORMAT, "its limits are no single numbers");
  double first = mote_fold_real(a, 0), step = mote_fold_real(c, 0);
  double n = ceil((mote_fold_real(b, 0) - first) / step);
  if (!(fabs(n) < 1e6)) return mote_fail(MOTE_ERR_LIMIT, "a range without end");
  mote_onnx_tensor_t *t = mote_fold_new(m, a->type, &MOTE_DIMS(n < 0 ? 0 : (int32_t)n));
  for (size_t i = 0; t && i < t->count; i++)
    put(t, i, first + (double)i * step, whole(first + (double)i * step));
  return done(m, t);
}

static int shape_of(mote_import_t *m, const mote_dims_t *d) {
  int64_t first = mote_import_int(m, "start", 0), last = mote_import_int(m, "end", 99);
  if (first < 0) first = first + d->rank < 0 ? 0 : first + d->rank;
  if (last < 0) last += d->rank;
  if (last > d->rank) last = d->rank;
  int32_t n = last > first ? (int32_t)(last - first) : 0;
  mote_onnx_tensor_t *t = mote_fold_new(m, MOTE_ONNX_INT64, &MOTE_DIMS(n));
  for (int32_t i = 0; t && i < n; i++) put(t, (size_t)i, 0, d->d[first + i]);
  return done(m, t);
}

/* Of any value: shapes are known. */
int mote_onnx_shape(mote_import_t *m) { return shape_of(m, dims_of(m, 0)); }

int mote_onnx_size(mote_import_t *m) {
  mote_onnx_tensor_t *t = mote_fold_new(m, MOTE_ONNX_INT64, &(mote_dims_t){0});
  if (t) put(t, 0, 0, mote_dims_count(dims_of(m, 0)));
  return done(m, t);
}

/* ---- value by value ---- */

int mote_fold_cast(mote_import_t *m) {
  const mote_onnx_tensor_t *in = input(m, 0);
  int64_t to = mote_import_int(m, "to", 0);
  if (to == MOTE_ONNX_DOUBLE || to == MOTE_ONNX_FLOAT16 || to == MOTE_ONNX_BFLOAT16)
    to = MOTE_ONNX_FLOAT;
  if (to < 1 || to > MOTE_ONNX_BOOL || !mote_onnx_type_bytes((int32_t)to))
    return MOTE_IMPORT_UNSUPPORTED("a cast to type %lld", (long long)to);
  mote_onnx_tensor_t *t = mote_fold_new(m, (int32_t)to, dims_of(m, 0));
  for (size_t i = 0; t && i < t->count; i++) {
    double real = mote_fold_real(in, i);
    put(t, i, real, to == MOTE_ONNX_BOOL ? real != 0 : mote_fold_int(in, i));
  }
  return done(m, t);
}

static double unary(const char *op, double x) {
  if (!strcmp(op, "Neg")) return -x;
  if (!strcmp(op, "Abs")) return fabs(x);
  if (!strcmp(op, "Sqrt")) return sqrt(x);
  if (!strcmp(op, "Floor")) return floor(x);
  if (!strcmp(op, "Ceil")) return ceil(x);
  if (!strcmp(op, "Round")) return nearbyint(x);
  if (!strcmp(op, "Relu")) return x > 0 ? x : 0;
  return !strcmp(op, "Not") ? x == 0 : 1 / x; /* Reciprocal */
}

int mote_fold_unary(mote_import_t *m) {
  const mote_onnx_tensor_t *in = input(m, 0);
  mote_onnx_tensor_t *t = mote_fold_new(m, in->type, dims_of(m, 0));
  for (size_t i = 0; t && i < t->count; i++) {
    double y = unary(m->node->op, mote_fold_real(in, i));
    put(t, i, y, whole(y));
  }
  return done(m, t);
}

static double binary(const char *op, double a, double b, int is_whole) {
  if (!strcmp(op, "Add") || !strcmp(op, "Sum")) return a + b;
  if (!strcmp(op, "Sub")) return a - b;
  if (!strcmp(op, "Mul")) return a * b;
  if (!strcmp(op, "Div")) return is_whole ? (b == 0 ? 0 : trunc(a / b)) : a / b;
  if (!strcmp(op, "Mod")) return b == 0 ? 0 : a - floor(a / b) * b;
  if (!strcmp(op, "Pow")) return pow(a, b);
  if (!strcmp(op, "Min")) return a < b ? a : b;
  if (!strcmp(op, "Max")) return a > b ? a : b;
  if (!strcmp(op, "Equal")) return a == b;
  if (!strcmp(op, "Less")) return a < b;
  return !strcmp(op, "And") ? a != 0 && b != 0 : a > b; /* Greater */
}

static size_t place(const mote_dims_t *d, const mote_dims_t *out, size_t i) {
  size_t at = 0, step = 1;
  for (int32_t k = 1; k <= out->rank; k++) {
    size_t n = (size_t)out->d[out->rank - k], size = 1;
    if (k <= d->rank) size = (size_t)d->d[d->rank - k];
    if (size > 1) at += i % n * step;
    step *= size;
    i /= n;
  }
  return at;
}

static int is_comparison(const char *op) {
  return !strcmp(op, "Equal") || !strcmp(op, "Less") || !strcmp(op, "Greater");
}

int mote_fold_binary(mote_import_t *m) {
  const char *op = m->node->op;
  const mote_onnx_tensor_t *a = input(m, 0), *b = input(m, 1);
  mote_dims_t d;
  if (m->node->n_in != 2 || !b)
    return MOTE_IMPORT_UNSUPPORTED("only two constants are folded");
  MOTE_TRY(mote_shape_broadcast(dims_of(m, 0), dims_of(m, 1), &d));
  mote_onnx_tensor_t *t =
      mote_fold_new(m, is_comparison(op) ? MOTE_ONNX_BOOL : a->type, &d);
  for (size_t i = 0; t && i < t->count; i++) {
    double y = binary(op, mote_fold_real(a, place(dims_of(m, 0), &d, i)),
                      mote_fold_real(b, place(dims_of(m, 1), &d, i)),
                      a->type != MOTE_ONNX_FLOAT);
    put(t, i, y, whole(y));
  }
  return done(m, t);
}

int mote_fold_where(mote_import_t *m) {
  const mote_onnx_tensor_t *a = input(m, 1), *b = input(m, 2), *c = input(m, 0);
  mote_dims_t ab, d;
  MOTE_TRY(mote_shape_broadcast(dims_of(m, 1), dims_of(m, 2), &ab));
  MOTE_TRY(mote_shape_broadcast(&ab, dims_of(m, 0), &d));
  mote_onnx_tensor_t *t = mote_fold_new(m, a->type, &d);
  for (size_t i = 0; t && i < t->count; i++) {
    int yes = mote_fold_int(c, place(dims_of(m, 0), &d, i)) != 0;
    const mote_onnx_tensor_t *from = yes ? a : b;
    size_t at = place(dims_of(m, yes ? 1 : 2), &d, i);
    put(t, i, mote_fold_real(from, at), mote_fold_int(from, at));
  }
  return done(m, t);
}
