/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/protobuf.h"

#include <string.h>

static int bad(const char *what) {
  return mote_fail(MOTE_ERR_FORMAT, "protobuf: %s; the file is damaged or truncated",
                   what);
}

static int varint(mote_pb_span_t *s, uint64_t *out) {
  *out = 0;
  for (unsigned shift = 0; shift < 64 && s->n; shift += 7) {
    uint8_t b = *s->p++;
    s->n--;
    *out |= (uint64_t)(b & 127) << shift;
    if (b < 128) return 1;
  }
  return bad("a number does not end");
}

static int fixed(mote_pb_span_t *s, size_t bytes, uint64_t *out) {
  *out = 0;
  if (s->n < bytes) return bad("a number is cut off");
  for (size_t i = 0; i < bytes; i++) *out |= (uint64_t)s->p[i] << (8 * i);
  s->p += bytes, s->n -= bytes;
  return 1;
}

int mote_pb_packed(mote_pb_span_t *rest, uint32_t wire, uint64_t *out) {
  if (!rest->n) return 0;
  if (wire == MOTE_PB_FIXED32) return fixed(rest, 4, out);
  return wire == MOTE_PB_FIXED64 ? fixed(rest, 8, out) : varint(rest, out);
}

int mote_pb_next(mote_pb_span_t *rest, mote_pb_field_t *out) {
  uint64_t key;
  if (!rest->n) return 0;
  MOTE_TRY(varint(rest, &key));
  *out = (mote_pb_field_t){(uint32_t)(key >> 3), key & 7, 0, {NULL, 0}};
  if (key >> 32 || !out->field) return bad("a field has an impossible number");
  if (out->wire == MOTE_PB_FIXED32) return fixed(rest, 4, &out->number);
  if (out->wire == MOTE_PB_FIXED64) return fixed(rest, 8, &out->number);
  if (out->wire != MOTE_PB_VARINT && out->wire != MOTE_PB_BYTES)
    return bad("a field has a wire type that nobody writes");
  MOTE_TRY(varint(rest, &out->number));
  if (out->wire == MOTE_PB_VARINT) return 1;
  if (out->number > rest->n) return bad("a field is longer than its message");
  out->bytes = (mote_pb_span_t){rest->p, (size_t)out->number};
  rest->p += out->number, rest->n -= (size_t)out->number;
  return 1;
}

/* ---- writing ---- */

static void add(mote_pb_writer_t *w, const void *p, size_t n) {
  if (w->rc >= 0) w->rc = mote_buf_add(&w->buf, p, n);
}

static void add_varint(mote_pb_writer_t *w, uint64_t v) {
  uint8_t b[10];
  size_t n = 0;
  do {
    b[n++] = (uint8_t)((v & 127) | (v > 127 ? 128 : 0));
    v >>= 7;
  } while (v);
  add(w, b, n);
}

static void add_key(mote_pb_writer_t *w, uint32_t field, uint32_t wire) {
  add_varint(w, (uint64_t)field << 3 | wire);
}

void mote_pb_int(mote_pb_writer_t *w, uint32_t field, int64_t v) {
  add_key(w, field, MOTE_PB_VARINT);
  add_varint(w, (uint64_t)v);
}

void mote_pb_float(mote_pb_writer_t *w, uint32_t field, float v) {
  uint32_t bits;
  memcpy(&bits, &v, 4);
  add_key(w, field, MOTE_PB_FIXED32);
  for (int i = 0; i < 4; i++) add(w, (uint8_t[]){(uint8_t)(bits >> (8 * i))}, 1);
}

void mote_pb_bytes(mote_pb_writer_t *w, uint32_t field, const void *p, size_t n) {
  add_key(w, field, MOTE_PB_BYTES);
  add_varint(w, n);
  add(w, p, n);
}

void mote_pb_text(mote_pb_writer_t *w, uint32_t field, const char *text) {
  mote_pb_bytes(w, field, text, strlen(text));
}

void mote_pb_message(mote_pb_writer_t *w, uint32_t field, mote_pb_writer_t *part) {
  if (w->rc >= 0) w->rc = part->rc;
  mote_pb_bytes(w, field, part->buf.p, part->buf.n);
  mote_buf_free(&part->buf);
  *part = (mote_pb_writer_t){0};
}
