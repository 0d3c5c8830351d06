/* SPDX-License-Identifier: Apache-2.0
 * The JSON side of the pull reader: RFC 8259, strict. No NaN, no comments, no trailing
 * commas, no lone surrogates, UTF-8 only; a byte order mark is tolerated. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/utf8.h"
#include "formats/pull.h"

#define NUMBER_MAX 512 /* characters; longer ones are an attack, not a measurement */

static int bad(const mote_pull_t *r, const char *what) {
  return mote_pull_fail(r, MOTE_ERR_FORMAT, "%s", what);
}

/* The next byte behind white space, or -1 at the end. */
static int look(mote_pull_t *r) {
  while (r->at < r->n) {
    uint8_t c = r->p[r->at];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
    r->at++;
  }
  return -1;
}

static int json_kind(mote_pull_t *r) {
  int c = look(r);
  switch (c) {
  case -1:
    return bad(r, "the file ends in the middle: it is cut off");
  case '{':
    return MOTE_PULL_OBJECT;
  case '[':
    return MOTE_PULL_ARRAY;
  case '"':
    return MOTE_PULL_TEXT;
  case 't':
  case 'f':
  case 'n':
    return MOTE_PULL_OTHER;
  }
  if (c == '-' || (c >= '0' && c <= '9')) return MOTE_PULL_NUMBER;
  if (c == 'N' || c == 'I') return bad(r, "JSON has no NaN and no Infinity");
  return bad(r, "no JSON value starts like this");
}

static int json_open(mote_pull_t *r, int object) {
  MOTE_TRY(mote_pull_enter(r, object));
  r->at++;
  return MOTE_OK;
}

/* Steps to the next element; 0 and the container closed at `end`. */
static int advance(mote_pull_t *r, int end) {
  int c = look(r);
  if (c == end) {
    r->at++;
    r->depth--;
    r->due = 1;
    return 0;
  }
  if (c < 0) return bad(r, "the file ends in the middle: it is cut off");
  if (!r->due) return 1;
  if (c != ',') return bad(r, "a comma or the end of the list is missing");
  r->at++;
  r->due = 0;
  if (look(r) == end) return bad(r, "a comma with nothing behind it");
  return 1;
}

static int json_item(mote_pull_t *r) { return advance(r, ']'); }

/* Finds the end of the string that starts at r->at + 1: [*from, *to) between the quotes.
 */
static int string_span(mote_pull_t *r, size_t *from, size_t *to) {
  size_t i = r->at + 1;
  *from = i;
  while (i < r->n && r->p[i] != '"') {
    size_t len = r->p[i] < 0x20 ? 0 : mote_utf8_len(r->p + i, r->n - i);
    if (r->p[i] == '\\') len = 2;
    if (len == 0) {
      r->at = i;
      return bad(r, r->p[i] < 0x20 ? "a control character inside a text"
                                   : "not UTF-8: save the file as UTF-8");
    }
    i += len;
  }
  if (i >= r->n) return bad(r, "a text without its closing quote");
  *to = i;
  return MOTE_OK;
}

static int hex4(const mote_pull_t *r, size_t i, size_t to, uint32_t *code) {
  *code = 0;
  if (to - i < 4) return bad(r, "a cut \\u escape");
  for (size_t k = 0; k < 4; k++) {
    uint8_t c = r->p[i + k], low = c | 0x20;
    if (c >= '0' && c <= '9')
      *code = *code << 4 | (uint32_t)(c - '0');
    else if (low >= 'a' && low <= 'f')
      *code = *code << 4 | (uint32_t)(low - 'a' + 10);
    else
      return bad(r, "a \\u escape that is not hexadecimal");
  }
  return MOTE_OK;
}

/* \uXXXX at *i (behind the u), with its low surrogate when it needs one. */
static int unicode(const mote_pull_t *r, size_t *i, size_t to, uint32_t *code) {
  MOTE_TRY(hex4(r, *i, to, code));
  *i += 4;
  if (*code == 0) return bad(r, "a NUL character inside a text");
  if (*code < 0xD800 || *code > 0xDFFF) return MOTE_OK;
  uint32_t low = 0;
  if (*code < 0xDC00 && to - *i >= 6 && r->p[*i] == '\\' && r->p[*i + 1] == 'u')
    MOTE_TRY(hex4(r, *i + 2, to, &low));
  if (low < 0xDC00 || low > 0xDFFF) return bad(r, "half a surrogate pair");
  *i += 6;
  *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
  return MOTE_OK;
}

/* Decodes [from, to) into out, which has room for as many bytes and a NUL. */
static int string_decode(const mote_pull_t *r, size_t from, size_t to, char *out) {
  static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
  for (size_t i = from; i < to;) {
    if (r->p[i] != '\\') {
      *out++ = (char)r->p[i++];
      continue;
    }
    uint8_t c = r->p[i + 1];
    const char *known = c ? strchr(names, c) : NULL;
    i += 2;
    if (known) {
      *out++ = means[known - names];
    } else if (c == 'u') {
      uint32_t code;
      MOTE_TRY(unicode(r, &i, to, &code));
      out += mote_utf8_put(code, out);
    } else
      return bad(r, "an unknown escape in a text");
  }
  *out = 0;
  return MOTE_OK;
}

static int json_key(mote_pull_t *r) {
  int more = advance(r, '}');
  if (more <= 0) return more;
  if (look(r) != '"') return bad(r, "a member name in quotes is missing");
  size_t from, to;
  MOTE_TRY(string_span(r, &from, &to));
  if (to - from >= sizeof r->key)
    return mote_pull_fail(r, MOTE_ERR_LIMIT, "a member name of %zu bytes", to - from);
  MOTE_TRY(string_decode(r, from, to, r->key));
  r->at = to + 1;
  if (look(r) != ':') return bad(r, "a colon is missing behind the member name");
  r->at++;
  return 1;
}

static int json_text(mote_pull_t *r, mote_arena_t *a, char **out) {
  size_t from, to;
  MOTE_TRY(string_span(r, &from, &to));
  if (to - from > MOTE_PULL_TEXT_MAX)
    return mote_pull_fail(r, MOTE_ERR_LIMIT, "a text of %zu bytes", to - from);
  *out = mote_arena_take(a, to - from + 1, 1);
  if (!*out) return MOTE_ERR_NOMEM;
  MOTE_TRY(string_decode(r, from, to, *out));
  r->at = to + 1;
  r->due = 1;
  return MOTE_OK;
}

typedef struct {
  size_t end;
  uint64_t mantissa; /* the first 19 digits */
  int digits;        /* significant digits seen */
  int point;         /* digits behind the decimal point, within the mantissa */
  int exponent, negative;
} number_t;

static int is_digit(const mote_pull_t *r, size_t i) {
  return i < r->n && r->p[i] >= '0' && r->p[i] <= '9';
}

static size_t take_digits(const mote_pull_t *r, size_t i, number_t *v, int behind_point) {
  for (; is_digit(r, i); i++) {
    if (v->digits < 19) {
      v->mantissa = v->mantissa * 10 + (uint64_t)(r->p[i] - '0');
      v->point += behind_point;
    }
    if (v->mantissa) v->digits++;
  }
  return i;
}

static size_t take_exponent(const mote_pull_t *r, size_t i, number_t *v) {
  int minus = i < r->n && r->p[i] == '-';
  if (i < r->n && (r->p[i] == '-' || r->p[i] == '+')) i++;
  if (!is_digit(r, i)) return 0;
  for (; is_digit(r, i); i++)
    if (v->exponent < 100000) v->exponent = v->exponent * 10 + (r->p[i] - '0');
  if (minus) v->exponent = -v->exponent;
  return i;
}

/* Checks the grammar -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? and collects digits.
 */
static int number_scan(mote_pull_t *r, number_t *v) {
  size_t i = r->at, start;
  memset(v, 0, sizeof *v);
  v->negative = r->p[i] == '-';
  start = i += (size_t)v->negative;
  i = take_digits(r, i, v, 0);
  if (i == start) return bad(r, "a minus sign without a number");
  if (r->p[start] == '0' && i > start + 1) return bad(r, "a number with a leading zero");
  if (i < r->n && r->p[i] == '.') {
    start = ++i;
    i = take_digits(r, i, v, 1);
    if (i == start) return bad(r, "a decimal point without digits");
  }
  if (i < r->n && (r->p[i] | 0x20) == 'e') {
    i = take_exponent(r, i + 1, v);
    if (i == 0) return bad(r, "an exponent without digits");
  }
  v->end = i;
  if (i - r->at > NUMBER_MAX)
    return mote_pull_fail(r, MOTE_ERR_LIMIT, "a number of %zu characters", i - r->at);
  return MOTE_OK;
}

/* Both factors exact (mantissa up to 2^53, power up to 10^22): one rounding, so the
 * result is the nearest double (Clinger 1990). */
static int exact(const number_t *v, double *out) {
  static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  int e = v->exponent - v->point;
  if (v->digits > 19 || v->mantissa > (uint64_t)1 << 53 || e < -22 || e > 22) return 0;
  double m = (double)v->mantissa;
  m = e < 0 ? m / power[-e] : m * power[e];
  *out = v->negative ? -m : m;
  return 1;
}

static int json_number(mote_pull_t *r, double *out) {
  number_t v;
  MOTE_TRY(number_scan(r, &v));
  if (!exact(&v, out)) {
    char text[NUMBER_MAX + 1]; /* strtod: mote never leaves the C locale for numbers */
    size_t n = v.end - r->at;
    memcpy(text, r->p + r->at, n);
    text[n] = 0;
    *out = strtod(text, NULL);
    if (!isfinite(*out))
      return mote_pull_fail(r, MOTE_ERR_NUMERIC, "%.40s is too large", text);
  }
  r->at = v.end;
  r->due = 1;
  return MOTE_OK;
}

static int json_word(mote_pull_t *r) {
  static const char *const words[] = {"true", "false", "null"};
  for (size_t i = 0; i < 3; i++) {
    size_t len = strlen(words[i]);
    if (r->n - r->at < len || memcmp(r->p + r->at, words[i], len) != 0) continue;
    r->at += len;
    r->due = 1;
    return MOTE_OK;
  }
  return bad(r, "a word that is not true, false or null");
}

static int json_scalar(mote_pull_t *r) {
  if (r->p[r->at] == '"') {
    size_t from, to;
    MOTE_TRY(string_span(r, &from, &to));
    r->at = to + 1;
    r->due = 1;
    return MOTE_OK;
  }
  if (r->p[r->at] >= 'a') return json_word(r);
  double ignored;
  return json_number(r, &ignored);
}

void mote_json_open(mote_pull_t *r, const uint8_t *p, size_t n, const char *file) {
  static const mote_pull_ops_t ops = {json_kind,   json_open, json_key,   json_item,
                                      json_number, json_text, json_scalar};
  memset(r, 0, sizeof *r);
  r->ops = &ops;
  r->p = p;
  r->n = n;
  r->file = file;
  if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) r->at = 3;
}

int mote_json_end(mote_pull_t *r) {
  if (look(r) == -1) return MOTE_OK;
  return bad(r, "something follows the end of the JSON value");
}

int mote_json_more(mote_pull_t *r) { return look(r) != -1; }

int mote_json_raw(mote_pull_t *r, mote_arena_t *a, char **out) {
  look(r);
  size_t from = r->at;
  MOTE_TRY(mote_pull_skip(r));
  char *o = *out = mote_arena_take(a, r->at - from + 1, 1);
  if (!o) return MOTE_ERR_NOMEM;
  int quoted = 0;
  for (size_t i = from; i < r->at; i++) {
    uint8_t c = r->p[i];
    if (!quoted && c <= ' ') continue;
    if (c == '"') quoted = !quoted;
    *o++ = (char)c;
    if (c == '\\') *o++ = (char)r->p[++i];
  }
  *o = 0;
  return MOTE_OK;
}

int mote_pull_words(mote_pull_t *r, mote_arena_t *a, char **out) {
  int kind = mote_pull_kind(r);
  if (kind < 0) return kind;
  if (kind == MOTE_PULL_TEXT) return mote_pull_text(r, a, out);
  MOTE_TRY(mote_json_raw(r, a, out));
  if (!strcmp(*out, "null")) *out = NULL;
  return MOTE_OK;
}
