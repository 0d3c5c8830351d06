/* SPDX-License-Identifier: Apache-2.0
 * The CBOR side of the pull reader (RFC 8949): integers, float16/32/64, definite and
 * indefinite arrays and maps, definite strings; tags are stepped over. Every claimed
 * length is compared with the bytes that are there before anything depends on it. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/half.h"
#include "base/utf8.h"
#include "formats/pull.h"

enum { UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

#define INDEFINITE UINT64_MAX
#define BREAK      0xFF

typedef struct {
  int major, info; /* info: the low five bits */
  uint64_t arg;    /* INDEFINITE for info 31 */
  size_t end;      /* offset behind the head */
} head_t;

static int bad(const mote_pull_t *r, const char *what) {
  return mote_pull_fail(r, MOTE_ERR_FORMAT, "%s", what);
}

static int head_at(const mote_pull_t *r, size_t at, head_t *h) {
  if (at >= r->n) return bad(r, "the file ends in the middle: it is cut off");
  h->major = r->p[at] >> 5;
  h->info = r->p[at] & 31;
  h->arg = (uint64_t)h->info;
  size_t more = h->info >= 24 && h->info <= 27 ? (size_t)1 << (h->info - 24) : 0;
  if (h->info > 27 && h->info < 31) return bad(r, "a reserved CBOR length");
  if (h->info == 31) h->arg = INDEFINITE;
  if (r->n - at - 1 < more) return bad(r, "the file ends in the middle: it is cut off");
  if (more) h->arg = 0;
  for (size_t i = 1; i <= more; i++) h->arg = h->arg << 8 | r->p[at + i];
  h->end = at + 1 + more;
  return MOTE_OK;
}

/* The head of the next value; tags before it are consumed. */
static int head(mote_pull_t *r, head_t *h) {
  for (;;) {
    MOTE_TRY(head_at(r, r->at, h));
    if (h->major != TAG) return MOTE_OK;
    if (h->info == 31) return bad(r, "a tag without a number");
    r->at = h->end;
  }
}

static int is_float(const head_t *h) { return h->info >= 25 && h->info <= 27; }

static int cbor_kind(mote_pull_t *r) {
  head_t h;
  MOTE_TRY(head(r, &h));
  switch (h.major) {
  case UINT:
  case NEGATIVE:
    return MOTE_PULL_NUMBER;
  case TEXT:
    return MOTE_PULL_TEXT;
  case ARRAY:
    return MOTE_PULL_ARRAY;
  case MAP:
    return MOTE_PULL_OBJECT;
  case BYTES:
    return MOTE_PULL_OTHER;
  }
  if (h.info == 31) return bad(r, "a break where a value is needed");
  return is_float(&h) ? MOTE_PULL_NUMBER : MOTE_PULL_OTHER;
}

static int cbor_open(mote_pull_t *r, int object) {
  head_t h;
  MOTE_TRY(head(r, &h));
  uint64_t room = (r->n - h.end) / (object ? 2 : 1);
  if (h.arg != INDEFINITE && h.arg > room)
    return mote_pull_fail(r, MOTE_ERR_FORMAT, "claims %llu items, %zu bytes remain",
                          (unsigned long long)h.arg, r->n - h.end);
  MOTE_TRY(mote_pull_enter(r, object));
  r->left[r->depth - 1] = h.arg;
  r->at = h.end;
  return MOTE_OK;
}

static int cbor_item(mote_pull_t *r) {
  uint64_t *left = &r->left[r->depth - 1];
  if (*left == INDEFINITE) {
    if (r->at >= r->n) return bad(r, "the closing break (FF) is missing: it is cut off");
    if (r->p[r->at] != BREAK) return 1;
    r->at++;
  } else if (*left > 0) {
    (*left)--;
    return 1;
  }
  r->depth--;
  return 0;
}

/* The bytes of a definite string. */
static int string(mote_pull_t *r, const head_t *h, const uint8_t **s, size_t *n) {
  if (h->arg == INDEFINITE)
    return mote_pull_fail(r, MOTE_ERR_UNSUPPORTED, "a string in pieces is not supported");
  if (h->arg > r->n - h->end)
    return mote_pull_fail(r, MOTE_ERR_FORMAT, "a string claims %llu bytes, %zu remain",
                          (unsigned long long)h->arg, r->n - h->end);
  *s = r->p + h->end;
  *n = (size_t)h->arg;
  return MOTE_OK;
}

static int utf8(const mote_pull_t *r, const uint8_t *s, size_t n) {
  if (mote_utf8_check(s, n) != n) return bad(r, "a text that is not UTF-8");
  if (memchr(s, 0, n)) return bad(r, "a NUL character inside a text");
  return MOTE_OK;
}

/* Whole numbers are allowed as names and read as decimal text. */
static int cbor_key(mote_pull_t *r) {
  int more = cbor_item(r);
  if (more <= 0) return more;
  head_t h;
  MOTE_TRY(head(r, &h));
  if (h.major <= NEGATIVE) {
    snprintf(r->key, sizeof r->key, "%s%llu", h.major ? "-1-" : "",
             (unsigned long long)h.arg);
    r->at = h.end;
    return 1;
  }
  if (h.major != TEXT) return bad(r, "a member name that is neither text nor number");
  const uint8_t *s;
  size_t n;
  MOTE_TRY(string(r, &h, &s, &n));
  if (n >= sizeof r->key)
    return mote_pull_fail(r, MOTE_ERR_LIMIT, "a member name of %zu bytes", n);
  MOTE_TRY(utf8(r, s, n));
  memcpy(r->key, s, n);
  r->key[n] = 0;
  r->at = h.end + n;
  return 1;
}

static double as_float(const head_t *h) {
  if (h->info == 25) return (double)mote_half_float((uint16_t)h->arg);
  if (h->info == 26) {
    uint32_t bits = (uint32_t)h->arg;
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
  }
  double d;
  memcpy(&d, &h->arg, sizeof d);
  return d;
}

static int cbor_number(mote_pull_t *r, double *out) {
  head_t h;
  MOTE_TRY(head(r, &h));
  if (h.major <= NEGATIVE && h.info == 31) return bad(r, "a number without a size");
  *out = h.major == UINT       ? (double)h.arg
         : h.major == NEGATIVE ? -1.0 - (double)h.arg
                               : as_float(&h);
  if (!isfinite(*out)) return mote_pull_fail(r, MOTE_ERR_NUMERIC, "NaN or infinity");
  r->at = h.end;
  return MOTE_OK;
}

static int cbor_text(mote_pull_t *r, mote_arena_t *a, char **out) {
  head_t h;
  const uint8_t *s;
  size_t n;
  MOTE_TRY(head(r, &h));
  MOTE_TRY(string(r, &h, &s, &n));
  if (n > MOTE_PULL_TEXT_MAX)
    return mote_pull_fail(r, MOTE_ERR_LIMIT, "a text of %zu bytes", n);
  MOTE_TRY(utf8(r, s, n));
  *out = mote_arena_take(a, n + 1, 1);
  if (!*out) return MOTE_ERR_NOMEM;
  memcpy(*out, s, n);
  r->at = h.end + n;
  return MOTE_OK;
}

static int cbor_scalar(mote_pull_t *r) {
  head_t h;
  const uint8_t *s;
  size_t n = 0;
  MOTE_TRY(head(r, &h));
  if (h.major == BYTES || h.major == TEXT)
    MOTE_TRY(string(r, &h, &s, &n));
  else if (h.info == 31)
    return bad(r, "a number without a size");
  r->at = h.end + n;
  return MOTE_OK;
}

void mote_cbor_open(mote_pull_t *r, const uint8_t *p, size_t n, const char *file) {
  static const mote_pull_ops_t ops = {cbor_kind,   cbor_open, cbor_key,   cbor_item,
                                      cbor_number, cbor_text, cbor_scalar};
  memset(r, 0, sizeof *r);
  r->ops = &ops;
  r->p = p;
  r->n = n;
  r->file = file;
}
