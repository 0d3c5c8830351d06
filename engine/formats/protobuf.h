/* SPDX-License-Identifier: Apache-2.0
 * The wire format of protocol buffers: a message is a list of fields, each a number, a
 * wire type, and a varint, 4 or 8 bytes, or a length with that many bytes. The reader
 * walks one message without a schema, memory or recursion; the writer appends fields. */
#ifndef MOTE_FORMATS_PROTOBUF_H
#define MOTE_FORMATS_PROTOBUF_H

#include "base/mem.h"

enum { MOTE_PB_VARINT = 0, MOTE_PB_FIXED64 = 1, MOTE_PB_BYTES = 2, MOTE_PB_FIXED32 = 5 };

typedef struct { const uint8_t *p; size_t n; } mote_pb_span_t;

/* One field. `number` holds a varint or a fixed value, `bytes` what has a length. */
typedef struct {
  uint32_t field, wire;
  uint64_t number;
  mote_pb_span_t bytes;
} mote_pb_field_t;

/* Takes the next field off the front of `rest`. 1: there was one; 0: the message ends;
 * negative: it is damaged. */
int mote_pb_next(mote_pb_span_t *rest, mote_pb_field_t *out);
/* The next number of a packed list of varints (wire type 0), 4 or 8 bytes; as above. */
int mote_pb_packed(mote_pb_span_t *rest, uint32_t wire, uint64_t *out);

typedef struct {
  mote_buf_t buf;
  int rc; /* the first error sticks */
} mote_pb_writer_t;
void mote_pb_int(mote_pb_writer_t *w, uint32_t field, int64_t v);
void mote_pb_float(mote_pb_writer_t *w, uint32_t field, float v);
void mote_pb_bytes(mote_pb_writer_t *w, uint32_t field, const void *p, size_t n);
void mote_pb_text(mote_pb_writer_t *w, uint32_t field, const char *text);
/* Appends `part` as a message and empties it for the next one. */
void mote_pb_message(mote_pb_writer_t *w, uint32_t field, mote_pb_writer_t *part);

#endif
