/* SPDX-License-Identifier: Apache-2.0
 * Constants of .onnx files: raw bytes, or one of the typed lists. */
#include "formats/onnx_tensor.h"

#include <string.h>

#include "base/half.h"

#define ELEMENTS_LIMIT ((int64_t)1 << 28)

/* `list` is the field of TensorProto that holds values which are not raw. */
static const struct { const char *name; size_t bytes; uint32_t list; } types[] = {
    [MOTE_ONNX_NONE] = {"no type", 0, 0},    [MOTE_ONNX_FLOAT] = {"float", 4, 4},
    [MOTE_ONNX_UINT8] = {"uint8", 1, 5},     [MOTE_ONNX_INT8] = {"int8", 1, 5},
    [MOTE_ONNX_UINT16] = {"uint16", 2, 5},   [MOTE_ONNX_INT16] = {"int16", 2, 5},
    [MOTE_ONNX_INT32] = {"int32", 4, 5},     [MOTE_ONNX_INT64] = {"int64", 8, 7},
    [MOTE_ONNX_STRING] = {"string", 0, 0},   [MOTE_ONNX_BOOL] = {"bool", 1, 5},
    [MOTE_ONNX_FLOAT16] = {"float16", 2, 5}, [MOTE_ONNX_DOUBLE] = {"double", 8, 10},
    [MOTE_ONNX_UINT32] = {"uint32", 0, 0},   [MOTE_ONNX_UINT64] = {"uint64", 0, 0},
    [14] = {"complex64", 0, 0},              [15] = {"complex128", 0, 0},
    [MOTE_ONNX_BFLOAT16] = {"bfloat16", 2, 5}};

static int known(int32_t type) {
  return type >= 0 && (size_t)type < sizeof types / sizeof types[0];
}

const char *mote_onnx_type_name(int32_t type) {
  return known(type) ? types[type].name : "a type of few bits";
}

size_t mote_onnx_type_bytes(int32_t type) { return known(type) ? types[type].bytes : 0; }

/* Counts with out = NULL, else fills. */
static int walk_numbers(mote_pb_span_t message, uint32_t field, uint32_t wire,
                        uint64_t *out, size_t *n) {
  mote_pb_field_t f;
  int rc;
  *n = 0;
  while ((rc = mote_pb_next(&message, &f)) > 0) {
    uint64_t v = f.number;
    if (f.field != field) continue;
    if (f.wire != MOTE_PB_BYTES) {
      if (out) out[*n] = v;
      ++*n;
      continue;
    }
    while ((rc = mote_pb_packed(&f.bytes, wire, &v)) > 0) {
      if (out) out[*n] = v;
      ++*n;
    }
    if (rc < 0) return rc;
  }
  return rc;
}

int mote_onnx_numbers(mote_pb_span_t message, uint32_t field, uint32_t wire,
                      mote_arena_t *a, mote_onnx_list_t *out) {
  MOTE_TRY(walk_numbers(message, field, wire, NULL, &out->n));
  if (!(out->v = mote_arena_take(a, out->n, sizeof *out->v))) return MOTE_ERR_NOMEM;
  return walk_numbers(message, field, wire, out->v, &out->n);
}

float mote_onnx_float(uint64_t bits) {
  uint32_t low = (uint32_t)bits;
  float v;
  memcpy(&v, &low, 4);
  return v;
}

const char *mote_onnx_text(mote_pb_span_t s, mote_arena_t *a) {
  size_t n = s.n < 256 ? s.n : 255;
  char *t = mote_arena_take(a, n + 1, 1);
  for (size_t i = 0; t && i < n; i++)
    t[i] = s.p[i] < 32 || s.p[i] > 126 ? '_' : (char)s.p[i];
  return t;
}

/* ---- values ---- */

static float as_float(int32_t type, uint64_t bits) {
  double d;
  if (type == MOTE_ONNX_FLOAT16) return mote_half_float((uint16_t)bits);
  if (type == MOTE_ONNX_BFLOAT16) return mote_onnx_float(bits << 16);
  if (type == MOTE_ONNX_FLOAT) return mote_onnx_float(bits);
  memcpy(&d, &bits, 8);
  return d > 3.4e38 ? 3.4e38f : d < -3.4e38 ? -3.4e38f : (float)d;
}

static uint64_t little(const uint8_t *p, size_t bytes) {
  uint64_t v = 0;
  for (size_t i = 0; i < bytes; i++) v |= (uint64_t)p[i] << (8 * i);
  return v;
}

static int is_real(int32_t type) {
  return type == MOTE_ONNX_FLOAT || type == MOTE_ONNX_FLOAT16 ||
         type == MOTE_ONNX_BFLOAT16 || type == MOTE_ONNX_DOUBLE;
}

static void store(mote_onnx_tensor_t *t, size_t i, int32_t type, uint64_t bits) {
  if (is_real(type)) ((float *)t->data)[i] = as_float(type, bits);
  else if (t->type == MOTE_ONNX_INT64) ((int64_t *)t->data)[i] = (int64_t)bits;
  else if (t->type == MOTE_ONNX_INT32) ((int32_t *)t->data)[i] = (int32_t)bits;
  else if (mote_onnx_type_bytes(t->type) == 2)
    ((uint16_t *)t->data)[i] = (uint16_t)bits;
  else ((uint8_t *)t->data)[i] = t->type == MOTE_ONNX_BOOL ? bits != 0 : (uint8_t)bits;
}

/* What a TensorProto says before its values are read. */
typedef struct {
  int32_t type;
  mote_pb_span_t name, raw;
  int has_raw, is_external;
} header_t;

static int read_header(mote_pb_span_t message, header_t *h) {
  mote_pb_field_t f;
  int rc;
  *h = (header_t){0};
  while ((rc = mote_pb_next(&message, &f)) > 0) {
    int is_bytes = f.wire == MOTE_PB_BYTES;
    if (f.field == 2) h->type = f.number < 1000 ? (int32_t)f.number : 1000;
    else if (f.field == 8 && is_bytes) h->name = f.bytes;
    else if (f.field == 9 && is_bytes) h->raw = f.bytes, h->has_raw = 1;
    else if (f.field == 13 || (f.field == 14 && f.number == 1)) h->is_external = 1;
  }
  return rc;
}

static int read_dims(mote_pb_span_t message, mote_arena_t *a, mote_onnx_tensor_t *t) {
  mote_onnx_list_t d;
  int64_t count = 1;
  MOTE_TRY(mote_onnx_numbers(message, 1, MOTE_PB_VARINT, a, &d));
  if (d.n > MOTE_ONNX_RANK_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "%zu dimensions; the limit is %d", d.n,
                     MOTE_ONNX_RANK_MAX);
  t->rank = (int32_t)d.n;
  for (size_t i = 0; i < d.n; i++) {
    t->dims[i] = (int64_t)d.v[i];
    if (t->dims[i] < 0 || t->dims[i] > ELEMENTS_LIMIT)
      return mote_fail(MOTE_ERR_LIMIT, "dimension %zu is out of range", i);
    count *= t->dims[i];
    if (count > ELEMENTS_LIMIT)
      return mote_fail(MOTE_ERR_LIMIT, "more than %lld values",
                       (long long)ELEMENTS_LIMIT);
  }
  t->count = (size_t)count;
  return MOTE_OK;
}

static int read_values(mote_pb_span_t message, const header_t *h, mote_arena_t *a,
                       mote_onnx_tensor_t *t) {
  size_t bytes = types[h->type].bytes;
  mote_onnx_list_t list = {NULL, h->raw.n / bytes};
  uint32_t wire = h->type == MOTE_ONNX_FLOAT    ? MOTE_PB_FIXED32
                  : h->type == MOTE_ONNX_DOUBLE ? MOTE_PB_FIXED64
                                                : MOTE_PB_VARINT;
  if (!h->has_raw)
    MOTE_TRY(mote_onnx_numbers(message, types[h->type].list, wire, a, &list));
  if (list.n != t->count || (h->has_raw && h->raw.n % bytes))
    return mote_fail(MOTE_ERR_FORMAT, "%zu values where %zu are needed", list.n,
                     t->count);
  t->data = mote_arena_take(a, t->count, types[t->type].bytes);
  if (!t->data) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < t->count; i++)
    store(t, i, h->type, list.v ? list.v[i] : little(h->raw.p + i * bytes, bytes));
  return MOTE_OK;
}

static int read_tensor(mote_pb_span_t message, const header_t *h, mote_arena_t *a,
                       mote_onnx_tensor_t *t) {
  if (h->is_external)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "its values are in another file; save the "
                     "model as one file, without external data");
  if (!mote_onnx_type_bytes(h->type))
    return mote_fail(MOTE_ERR_UNSUPPORTED, "values of %s are not read",
                     mote_onnx_type_name(h->type));
  t->type = is_real(h->type) ? MOTE_ONNX_FLOAT : h->type;
  MOTE_TRY(read_dims(message, a, t));
  return read_values(message, h, a, t);
}

int mote_onnx_tensor(mote_pb_span_t message, mote_arena_t *a, mote_onnx_tensor_t *out,
                     mote_pb_span_t *name) {
  header_t h;
  *out = (mote_onnx_tensor_t){0};
  MOTE_TRY(read_header(message, &h));
  *name = h.name;
  int rc = read_tensor(message, &h, a, out);
  if (rc >= 0) return rc;
  const char *text = mote_onnx_text(h.name, a);
  return mote_context(rc, "constant \"%s\"", text ? text : "?");
}
