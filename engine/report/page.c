/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

void mote_page(mote_page_t *p, const char *fmt, ...) {
  char text[4096];
  va_list ap;
  if (p->rc < 0) return;
  va_start(ap, fmt);
  int n = vsnprintf(text, sizeof text, fmt, ap);
  va_end(ap);
  if (n < 0 || (size_t)n >= sizeof text)
    p->rc = mote_fail(MOTE_ERR_LIMIT, "report: long markup");
  else
    p->rc = mote_buf_add(p->out, text, (size_t)n);
}

static const char *entity(char c) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return NULL;
  }
}

/* XML has no place for control characters, U+FFFE and U+FFFF, not even escaped. */
static int allowed(const uint8_t *s, size_t n) {
  if (n == 1) return (*s >= 0x20 && *s != 0x7f) || *s == '\t' || *s == '\n';
  return !(n == 3 && s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe);
}

void mote_page_text(mote_page_t *p, const char *text) {
  const uint8_t *s = (const uint8_t *)text;
  size_t left = text ? strlen(text) : 0;
  while (left && p->rc >= 0) {
    size_t n = mote_utf8_len(s, left);
    const char *e = n == 1 ? entity((char)*s) : NULL;
    if (e)
      p->rc = mote_buf_add(p->out, e, strlen(e));
    else if (n && allowed(s, n))
      p->rc = mote_buf_add(p->out, s, n);
    else
      p->rc = mote_buf_add(p->out, "\xef\xbf\xbd", 3);
    if (!n) n = 1;
    s += n;
    left -= n;
  }
}

void mote_page_put(mote_page_t *p, const char *before, const char *text,
                   const char *after) {
  mote_page(p, "%s", before);
  mote_page_text(p, text);
  mote_page(p, "%s", after);
}

void mote_page_number(mote_page_t *p, double v) {
  if (!isfinite(v))
    mote_page(p, "\xe2\x80\x93");
  else if (v != 0 && (fabs(v) < 1e-3 || fabs(v) >= 1e7))
    mote_page(p, "%.3g", v);
  else if (fabs(v) >= 1000 || v == floor(v))
    mote_page(p, "%.0f", v);
  else
    mote_page(p, "%.4g", v);
}

void mote_page_percent(mote_page_t *p, double share) {
  if (!isfinite(share))
    mote_page(p, "\xe2\x80\x93");
  else
    mote_page(p, "%.1f\xc2\xa0%%", 100 * share);
}

void mote_page_bytes(mote_page_t *p, double bytes) {
  if (!isfinite(bytes) || bytes < 0)
    mote_page(p, "\xe2\x80\x93");
  else if (bytes < 1000)
    mote_page(p,
              "%.0f\xc2\xa0"
              "B",
              bytes);
  else if (bytes < 1024 * 1024)
    mote_page(p, "%.1f\xc2\xa0KB", bytes / 1024);
  else if (bytes < 1024 * 1024 * 1024)
    mote_page(p, "%.1f\xc2\xa0MB", bytes / 1024 / 1024);
  else
    mote_page(p, "%.1f\xc2\xa0GB", bytes / 1024 / 1024 / 1024);
}

void mote_page_seconds(mote_page_t *p, double s) {
  if (!isfinite(s))
    mote_page(p, "\xe2\x80\x93");
  else if (s < 60)
    mote_page(p, "%.3g\xc2\xa0s", s);
  else if (s < 3600 && (int)s % 60 == 0)
    mote_page(p, "%d\xc2\xa0min", (int)s / 60);
  else if (s < 3600)
    mote_page(p, "%d\xc2\xa0min %d\xc2\xa0s", (int)s / 60, (int)s % 60);
  else
    mote_page(p, "%.0f\xc2\xa0h %d\xc2\xa0min", floor(s / 3600), (int)fmod(s, 3600) / 60);
}

double mote_json_number(json_t *o, const char *key) {
  json_t *v = json_object_get(o, key);
  return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

const char *mote_json_text(json_t *o, const char *key) {
  const char *s = json_string_value(json_object_get(o, key));
  return s ? s : "";
}

json_t *mote_json_at(json_t *o, const char *path) {
  while (o && *path) {
    size_t n = strcspn(path, ".");
    char key[64];
    if (n >= sizeof key) return NULL;
    memcpy(key, path, n);
    key[n] = 0;
    o = json_object_get(o, key);
    path += n + (path[n] == '.');
  }
  return o;
}
