/* SPDX-License-Identifier: Apache-2.0
 * Charsets, word tests and numbers of text files.
 *
 * Numbers: 19 digits of mantissa in a uint64 and one exact power of ten give a double
 * with an error of at most two units in the last place (W. D. Clinger, "How to read
 * floating point numbers accurately", 1990, for the exact cases). Where that could change
 * the rounding, strtof/strtod in the C locale decide: results are always the nearest. */
#include "formats/text.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/file.h"

const char *mote_text_place(const char *path) { return path && *path ? path : "(input)"; }

static int is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

mote_text_t mote_text_trim(mote_text_t s) {
  while (s.n && is_space(s.p[0])) s.p++, s.n--;
  while (s.n && is_space(s.p[s.n - 1])) s.n--;
  return s;
}

int mote_text_is(mote_text_t s, const char *word) {
  return strlen(word) == s.n && strncasecmp(s.p, word, s.n) == 0;
}

int mote_text_in(mote_text_t s, const char *words) {
  if (!s.n) return 0;
  for (const char *w = words; *w;) {
    size_t n = strcspn(w, " ");
    if (n == s.n && strncasecmp(s.p, w, n) == 0) return 1;
    w += n + (w[n] == ' ');
  }
  return 0;
}

char *mote_text_copy(mote_arena_t *a, mote_text_t s) {
  char *p = mote_arena_take(a, s.n + 1, 1);
  if (p && s.n) memcpy(p, s.p, s.n);
  return p;
}

int mote_text_missing(mote_text_t s) {
  if (!s.n) return 1;
  char c = s.p[0];
  if ((c >= '0' && c <= '9') || s.n > 7) return 0;
  return mote_text_in(s, "na n/a #n/a nan -nan null none nil missing - -- ?");
}

const char *mote_text_stem(mote_arena_t *a, const char *path) {
  if (!path || !*path) return "recording";
  const char *stem = mote_path_stem(a, path);
  return stem && !*stem ? "recording" : stem;
}

int mote_note(mote_arena_t *a, mote_notes_t *notes, const char *fmt, ...) {
  if (notes->n == notes->cap) {
    size_t cap = notes->cap ? 2 * notes->cap : 8;
    const char **grown = mote_arena_take(a, cap, sizeof *grown);
    if (!grown) return MOTE_ERR_NOMEM;
    if (notes->n) memcpy(grown, notes->item, notes->n * sizeof *grown);
    notes->item = grown;
    notes->cap = cap;
  }
  char text[512];
  va_list ap;
  va_start(ap, fmt);
  vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  const char *kept = mote_arena_str(a, text);
  if (!kept) return MOTE_ERR_NOMEM;
  notes->item[notes->n++] = kept;
  return MOTE_OK;
}

/* ---- charsets ---- */

/* Bytes of the code point at p: 1..4 when it is well-formed UTF-8 (RFC 3629), else 0. */
static size_t utf8_length(const uint8_t *p, size_t n) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
  if (len == 1) return 1;
  if (p[0] < 0xC2 || p[0] > 0xF4 || len > n) return 0;
  uint32_t c = p[0] & (0x7Fu >> len);
  for (size_t i = 1; i < len; i++) {
    if ((p[i] & 0xC0) != 0x80) return 0;
    c = c << 6 | (p[i] & 0x3F);
  }
  return c >= least[len] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF) ? len : 0;
}

static size_t utf8_put(char *out, uint32_t c) {
  if (c < 0x80) return out[0] = (char)c, 1;
  if (c < 0x800)
    return out[0] = (char)(0xC0 | c >> 6), out[1] = (char)(0x80 | (c & 63)), 2;
  size_t n = c < 0x10000 ? 3 : 4;
  out[0] = (char)((n == 3 ? 0xE0 : 0xF0) | c >> 6 * (n - 1));
  for (size_t i = 1; i < n; i++) out[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 63));
  return n;
}

static int from_utf16(const uint8_t *p, size_t n, int big, mote_arena_t *a,
                      mote_text_t *out) {
  char *to = mote_arena_take(a, n / 2 + 1, 3);
  if (!to) return MOTE_ERR_NOMEM;
  size_t used = 0;
  for (size_t i = 0; i + 1 < n; i += 2) {
    uint32_t c = (uint32_t)p[i + big] | (uint32_t)p[i + !big] << 8;
    if (c - 0xD800u < 0x400u && i + 3 < n) {
      uint32_t low = (uint32_t)p[i + 2 + big] | (uint32_t)p[i + 2 + !big] << 8;
      if (low - 0xDC00u < 0x400u) {
        c = 0x10000 + ((c - 0xD800) << 10 | (low - 0xDC00));
        i += 2;
      }
    }
    if (c - 0xD800u < 0x800u) c = 0xFFFD; /* half a pair */
    used += utf8_put(to + used, c);
  }
  *out = (mote_text_t){to, used};
  return MOTE_OK;
}

static int from_latin1(const uint8_t *p, size_t n, mote_arena_t *a, mote_text_t *out) {
  char *to = mote_arena_take(a, n + 1, 2);
  if (!to) return MOTE_ERR_NOMEM;
  size_t used = 0;
  for (size_t i = 0; i < n; i++) used += utf8_put(to + used, p[i]);
  *out = (mote_text_t){to, used};
  return MOTE_OK;
}

/* First byte that no text holds (a control character other than tab, CR, LF, FF), or n.
 * `*ascii` tells whether all bytes before it are below 128. */
static size_t first_control(const uint8_t *p, size_t n, int *ascii) {
  static const uint8_t word_ok[32] = {['\t'] = 1, ['\n'] = 1, ['\r'] = 1, ['\f'] = 1};
  uint8_t high = 0;
  size_t i = 0;
  for (; i < n; i++) {
    high |= p[i];
    if (p[i] < 32 && !word_ok[p[i]]) break;
  }
  *ascii = high < 128;
  return i;
}

/* Every other byte is 0 in UTF-16 of ASCII: 1 little endian, 2 big endian, 0 neither. */
static int utf16_guess(const uint8_t *p, size_t n) {
  if (n >= 2 && p[0] == 0xFF && p[1] == 0xFE) return 1;
  if (n >= 2 && p[0] == 0xFE && p[1] == 0xFF) return 2;
  size_t zero[2] = {0, 0}, look = n < 256 ? n & ~(size_t)1 : 256;
  for (size_t i = 0; i < look; i++) zero[i & 1] += p[i] == 0;
  if (look < 4) return 0;
  if (zero[1] > look / 3 && !zero[0]) return 1;
  return zero[0] > look / 3 && !zero[1] ? 2 : 0;
}

int mote_text_decode(const uint8_t *p, size_t n, const char *path, mote_arena_t *a,
                     mote_text_t *out, const char **note) {
  *note = NULL;
  *out = (mote_text_t){(const char *)p, n};
  if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) p += 3, n -= 3;
  int wide = utf16_guess(p, n), ascii;
  if (wide) {
    *note = "text converted from UTF-16";
    size_t mark = (p[0] ^ p[1]) == 1 && p[0] >= 0xFE ? 2 : 0;
    MOTE_TRY(from_utf16(p + mark, n - mark, wide == 2, a, out));
    p = (const uint8_t *)out->p, n = out->n;
  }
  size_t bad = first_control(p, n, &ascii);
  if (bad < n)
    return mote_fail(MOTE_ERR_FORMAT,
                     "%s: byte %zu is 0x%02X: this is not text (save it as UTF-8)",
                     mote_text_place(path), bad, p[bad]);
  *out = (mote_text_t){(const char *)p, n};
  for (size_t i = 0, len; !ascii && i < n; i += len) {
    len = utf8_length(p + i, n - i);
    if (len) continue;
    *note = "text is not UTF-8: read as Latin-1";
    return from_latin1(p, n, a, out);
  }
  return MOTE_OK;
}

/* ---- numbers ---- */

static locale_t c_locale;
static pthread_once_t c_locale_once = PTHREAD_ONCE_INIT;
static void c_locale_make(void) { c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0); }

/* Digits of the number and the power of ten of the last kept one. */
typedef struct {
  uint64_t mantissa;
  int32_t exponent;
  int negative, exact; /* exact: no digit was dropped */
} decimal_t;

static const char *scan_exponent(const char *p, const char *end, int32_t *exponent) {
  int negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) p++;
  if (p == end) return NULL;
  int32_t e = 0;
  for (; p < end && (unsigned)(*p - '0') < 10; p++)
    if (e < 100000) e = 10 * e + (*p - '0');
  *exponent += negative ? -e : e;
  return p;
}

/* Fraction and integer digits; more than 19 significant ones only move the exponent. */
static int scan_decimal(mote_text_t s, char point, decimal_t *d) {
  const char *p = s.p, *end = s.p + s.n;
  uint64_t m = 0;
  int32_t exponent = 0, kept = 0, any = 0, behind = 0, exact = 1;
  d->negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) p++;
  for (; p < end; p++) {
    unsigned digit = (unsigned)(*p - '0');
    if (digit < 10) {
      any = 1;
      if (kept < 19) {
        m = 10 * m + digit;
        kept += m != 0;
        exponent -= behind;
      } else {
        exact &= digit == 0;
        exponent += !behind;
      }
    } else if (*p == point && !behind) {
      behind = 1;
    } else {
      break;
    }
  }
  if (!any) return 0;
  if (p < end && (*p == 'e' || *p == 'E')) p = scan_exponent(p + 1, end, &exponent);
  d->mantissa = m;
  d->exponent = exponent;
  d->exact = exact;
  return p == end;
}

static const double power10[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static double scale(const decimal_t *d) {
  double v = (double)d->mantissa;
  v = d->exponent < 0 ? v / power10[-d->exponent] : v * power10[d->exponent];
  return d->negative ? -v : v;
}

/* The span with '.' as its point, for strtod. Longer spans are no sensible number. */
static const char *terminated(mote_text_t s, char point, char *buf, size_t cap) {
  if (s.n >= cap) return NULL;
  memcpy(buf, s.p, s.n);
  buf[s.n] = 0;
  char *mark = point == '.' ? NULL : strchr(buf, point);
  if (mark) *mark = '.';
  pthread_once(&c_locale_once, c_locale_make);
  return buf;
}

int mote_text_float(mote_text_t s, char point, float *out) {
  decimal_t d;
  if (!scan_decimal(s, point, &d)) return 0;
  if (d.exponent >= -22 && d.exponent <= 22) {
    double v = scale(&d);
    /* Three roundings at most lie between v and the decimal: the neighbours agree, or
     * ask. */
    *out = (float)v;
    if ((float)(v * (1 - 4 * DBL_EPSILON)) == (float)(v * (1 + 4 * DBL_EPSILON)))
      return 1;
  }
  char buf[512];
  const char *z = terminated(s, point, buf, sizeof buf);
  if (z) *out = c_locale ? strtof_l(z, NULL, c_locale) : strtof(z, NULL);
  return z != NULL;
}

int mote_text_double(mote_text_t s, char point, double *out) {
  decimal_t d;
  if (!scan_decimal(s, point, &d)) return 0;
  if (d.exact && d.mantissa >> 53 == 0 && d.exponent >= -22 && d.exponent <= 22) {
    *out = scale(&d);
    return 1;
  }
  char buf[512];
  const char *z = terminated(s, point, buf, sizeof buf);
  if (z) *out = c_locale ? strtod_l(z, NULL, c_locale) : strtod(z, NULL);
  return z != NULL;
}
