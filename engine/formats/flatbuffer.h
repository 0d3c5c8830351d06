/* SPDX-License-Identifier: Apache-2.0
 * Writes flatbuffers front to back: a parent first, then its children, whose places are
 * patched into the parent. Errors stick: check `rc` once at the end. */
#ifndef MOTE_FORMATS_FLATBUFFER_H
#define MOTE_FORMATS_FLATBUFFER_H

#include "base/mem.h"

typedef struct {
  mote_buf_t *out; /* starts empty */
  int rc;
} mote_fb_t;

/* Field `index` (schema order) of a table; a reference is written as 0 and patched. */
typedef struct { int index; uint32_t value; } mote_fb_field_t;

/* Identifier of 4 letters behind the root reference. The first table written is the root.
 */
void mote_fb_begin(mote_fb_t *f, mote_buf_t *out, const char *identifier);
/* Fields in rising order; at[k] (may be NULL) gets the place of field k, for references.
 */
size_t mote_fb_table(mote_fb_t *f, const mote_fb_field_t *fields, int n, size_t *at);
/* A vector of `count` elements of `size` bytes, first one at a multiple of `align`; `ref`
 * is the place that points to it. `data` NULL: zeros (references). Returns its first
 * element. */
size_t mote_fb_vector(mote_fb_t *f, size_t ref, const void *data, size_t count,
                      size_t size, size_t align);
void mote_fb_string(mote_fb_t *f, size_t ref, const char *text);
/* Makes the reference at `ref` point to `target`, which lies behind it. */
void mote_fb_point(mote_fb_t *f, size_t ref, size_t target);

#endif
