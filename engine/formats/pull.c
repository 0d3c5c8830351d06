/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/pull.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

int mote_pull_fail(const mote_pull_t *r, int code, const char *fmt, ...) {
  char what[512];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(what, sizeof what, fmt, ap);
  va_end(ap);
  return mote_fail(code, "%s: byte %zu: %s", r->file, r->at, what);
}

int mote_pull_enter(mote_pull_t *r, int object) {
  if (r->depth == MOTE_PULL_DEPTH)
    return mote_pull_fail(r, MOTE_ERR_LIMIT, "nested deeper than %d", MOTE_PULL_DEPTH);
  uint64_t bit = (uint64_t)1 << r->depth++;
  r->objects = object ? r->objects | bit : r->objects & ~bit;
  r->due = 0;
  return MOTE_OK;
}

int mote_pull_kind(mote_pull_t *r) { return r->ops->kind(r); }
int mote_pull_key(mote_pull_t *r) { return r->ops->key(r); }
int mote_pull_item(mote_pull_t *r) { return r->ops->item(r); }

static const char *kind_name(int kind) {
  static const char *const names[] = {
      "?", "an object", "an array", "a text", "a number", "null, true, false or bytes"};
  return names[kind];
}

static int expect(mote_pull_t *r, int kind) {
  int found = r->ops->kind(r);
  if (found < 0 || found == kind) return found;
  return mote_pull_fail(r, MOTE_ERR_FORMAT, "%s where %s is needed", kind_name(found),
                        kind_name(kind));
}

int mote_pull_object(mote_pull_t *r) {
  MOTE_TRY(expect(r, MOTE_PULL_OBJECT));
  return r->ops->open(r, 1);
}

int mote_pull_array(mote_pull_t *r) {
  MOTE_TRY(expect(r, MOTE_PULL_ARRAY));
  return r->ops->open(r, 0);
}

int mote_pull_number(mote_pull_t *r, double *out) {
  MOTE_TRY(expect(r, MOTE_PULL_NUMBER));
  return r->ops->number(r, out);
}

int mote_pull_count(mote_pull_t *r, uint64_t *out) {
  double v;
  MOTE_TRY(mote_pull_number(r, &v));
  if (v < 0 || v > 9007199254740992.0 || v != floor(v))
    return mote_pull_fail(r, MOTE_ERR_FORMAT, "%g is no whole number from 0 up", v);
  *out = (uint64_t)v;
  return MOTE_OK;
}

int mote_pull_text(mote_pull_t *r, mote_arena_t *a, char **out) {
  MOTE_TRY(expect(r, MOTE_PULL_TEXT));
  return r->ops->text(r, a, out);
}

static int skip_one(mote_pull_t *r) {
  int kind = r->ops->kind(r);
  if (kind < 0) return kind;
  if (kind > MOTE_PULL_ARRAY) return r->ops->scalar(r);
  return r->ops->open(r, kind == MOTE_PULL_OBJECT);
}

int mote_pull_skip(mote_pull_t *r) {
  unsigned base = r->depth;
  MOTE_TRY(skip_one(r));
  while (r->depth > base) {
    int object = (int)(r->objects >> (r->depth - 1) & 1);
    int more = object ? r->ops->key(r) : r->ops->item(r);
    if (more < 0) return more;
    if (more) MOTE_TRY(skip_one(r));
  }
  return MOTE_OK;
}
