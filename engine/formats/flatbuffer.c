/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/flatbuffer.h"

#include <string.h>

#define FIELDS_MAX 16

static void add(mote_fb_t *f, const void *p, size_t n) {
  if (f->rc >= 0) f->rc = mote_buf_add(f->out, p, n);
}

static void pad(mote_fb_t *f, size_t align, size_t lead) {
  static const uint8_t zeros[16];
  size_t over = (f->out->n + lead) % align;
  if (over) add(f, zeros, align - over);
}

static void add16(mote_fb_t *f, size_t v) {
  add(f, (uint8_t[]){(uint8_t)v, (uint8_t)(v >> 8)}, 2);
}

static void put32(uint8_t *p, uint32_t v) {
  for (int i = 0; i < 4; i++) p[i] = (uint8_t)(v >> (8 * i));
}

static void add32(mote_fb_t *f, size_t v) {
  uint8_t bytes[4];
  if (v > INT32_MAX && f->rc >= 0)
    f->rc = mote_fail(MOTE_ERR_LIMIT, "flatbuffer: larger than 2 GB");
  put32(bytes, (uint32_t)v);
  add(f, bytes, 4);
}

void mote_fb_begin(mote_fb_t *f, mote_buf_t *out, const char *identifier) {
  *f = (mote_fb_t){out, MOTE_OK};
  add32(f, 0);
  add(f, identifier, 4);
}

void mote_fb_point(mote_fb_t *f, size_t ref, size_t target) {
  if (f->rc >= 0) put32(f->out->p + ref, (uint32_t)(target - ref));
}

/* Every field takes 4 bytes, whatever its width: little-endian makes that the same. */
size_t mote_fb_table(mote_fb_t *f, const mote_fb_field_t *fields, int n, size_t *at) {
  size_t offset[FIELDS_MAX] = {0};
  int last = n ? fields[n - 1].index : -1;
  for (int k = 0; k < n; k++) offset[fields[k].index] = 4 + 4 * (size_t)k;
  pad(f, 4, 2 * ((size_t)last + 3));
  size_t vtable = f->out->n;
  add16(f, 2 * ((size_t)last + 3));
  add16(f, 4 + 4 * (size_t)n);
  for (int i = 0; i <= last; i++) add16(f, offset[i]);
  size_t table = f->out->n;
  add32(f, table - vtable);
  for (int k = 0; k < n; k++) {
    uint8_t bytes[4];
    if (at) at[k] = f->out->n;
    put32(bytes, fields[k].value);
    add(f, bytes, 4);
  }
  if (f->rc >= 0 && f->out->p[0] == 0 && f->out->p[1] == 0) mote_fb_point(f, 0, table);
  return table;
}

size_t mote_fb_vector(mote_fb_t *f, size_t ref, const void *data, size_t count,
                      size_t size, size_t align) {
  pad(f, align < 4 ? 4 : align, 4);
  mote_fb_point(f, ref, f->out->n);
  add32(f, count);
  size_t first = f->out->n;
  if (data) add(f, data, count * size);
  else
    for (size_t i = 0; i < count * size; i += 4) add32(f, 0);
  return first;
}

void mote_fb_string(mote_fb_t *f, size_t ref, const char *text) {
  mote_fb_vector(f, ref, text, strlen(text), 1, 1);
  add(f, "", 1);
}
