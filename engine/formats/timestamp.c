/* SPDX-License-Identifier: Apache-2.0
 * Days are counted with the civil calendar formula of H. Hinnant ("chrono-compatible
 * low-level date algorithms"): years begin in March, so the leap day is the last one. */
#include "formats/timestamp.h"

typedef struct {
  const char *p, *end;
} cursor_t;

static int64_t days_from_civil(int64_t y, int64_t m, int64_t d) {
  y -= m <= 2;
  int64_t era = (y >= 0 ? y : y - 399) / 400, year = y - era * 400;
  int64_t day = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146097 + year * 365 + year / 4 - year / 100 + day - 719468;
}

/* 1 to `most` digits; -1 when there is none or one too many. */
static int64_t digits(cursor_t *c, int most) {
  int64_t v = 0;
  int n = 0;
  for (; c->p < c->end && (unsigned)(*c->p - '0') < 10; c->p++, n++) {
    if (n == most) return -1;
    v = 10 * v + (*c->p - '0');
  }
  return n ? v : -1;
}

static int take(cursor_t *c, char want) {
  if (c->p == c->end || *c->p != want) return 0;
  c->p++;
  return 1;
}

static void fraction(cursor_t *c, mote_time_t *t) {
  t->fraction = 0;
  t->resolution = 1;
  if (c->p == c->end || (*c->p != '.' && *c->p != ',')) return;
  c->p++;
  double unit = 1, value = 0;
  for (; c->p < c->end && (unsigned)(*c->p - '0') < 10; c->p++) {
    if (unit < 1e12) {
      unit *= 10;
      value = 10 * value + (*c->p - '0');
    }
  }
  t->fraction = value / unit;
  t->resolution = 1 / unit;
}

static int date(cursor_t *c, int day_first, int64_t *days) {
  int64_t a = digits(c, 4);
  if (a < 0 || c->p == c->end) return 0;
  char mark = *c->p;
  if (mark != '-' && mark != '/' && mark != '.') return 0;
  c->p++;
  int64_t b = digits(c, 2);
  if (b < 0 || !take(c, mark)) return 0;
  int64_t d = digits(c, 4), y = a, m = b;
  if (d < 0) return 0;
  if (a <= 31 && d >= 1000) { /* the year is last: dd.mm.yyyy, or one of the two with / */
    y = d;
    d = day_first || mark == '.' ? a : b;
    m = day_first || mark == '.' ? b : a;
  }
  if (y < 1000 || m < 1 || m > 12 || d < 1 || d > 31) return 0;
  *days = days_from_civil(y, m, d);
  return 1;
}

/* " PM" and the like behind hh:mm:ss. */
static int half_day(cursor_t *c, int64_t hour, int64_t *seconds) {
  cursor_t at = *c;
  while (take(&at, ' ')) {
  }
  if (at.end - at.p < 2 || (at.p[1] != 'M' && at.p[1] != 'm')) return 1;
  int pm = *at.p == 'P' || *at.p == 'p', am = *at.p == 'A' || *at.p == 'a';
  if ((!am && !pm) || hour < 1 || hour > 12) return 0;
  if (pm && hour < 12) *seconds += 43200;
  if (am && hour == 12) *seconds -= 43200;
  c->p = at.p + 2;
  return 1;
}

/* "Z", "+02:00", "-0700" behind a date and time. */
static int zone(cursor_t *c, int64_t *seconds) {
  if (take(c, 'Z') || take(c, 'z')) return 1;
  while (c->p + 1 < c->end && *c->p == ' ') c->p++;
  if (c->end - c->p == 3 && c->p[0] == 'U' && c->p[1] == 'T' && c->p[2] == 'C')
    return c->p = c->end, 1;
  int minus = take(c, '-');
  if (!minus && !take(c, '+')) return c->p == c->end;
  if (c->end - c->p < 2) return 0;
  cursor_t two = {c->p, c->p + 2};
  int64_t h = digits(&two, 2), m = 0;
  c->p += 2;
  take(c, ':');
  if (c->p < c->end) m = digits(c, 2);
  if (h < 0 || m < 0 || h > 15 || m > 59) return 0;
  *seconds += (minus ? 1 : -1) * (h * 3600 + m * 60);
  return 1;
}

/* hh:mm[:ss[.f]] or mm:ss.f; `t->kind` says which. */
static int clock_time(cursor_t *c, mote_time_t *t) {
  int64_t a = digits(c, 3);
  if (a < 0 || !take(c, ':')) return 0;
  int64_t b = digits(c, 2);
  if (b < 0 || b > 59) return 0;
  if (!take(c, ':')) {
    int minutes = c->p < c->end && (*c->p == '.' || *c->p == ',');
    t->kind = minutes ? MOTE_TIME_MINUTES : MOTE_TIME_CLOCK;
    t->whole = minutes ? a * 60 + b : a * 3600 + b * 60;
    fraction(c, t);
    if (!minutes) t->resolution = 60;
    return half_day(c, a, &t->whole);
  }
  int64_t s = digits(c, 2);
  if (s < 0 || s > 60) return 0; /* 60: a leap second */
  t->kind = MOTE_TIME_CLOCK;
  t->whole = a * 3600 + b * 60 + s;
  fraction(c, t);
  return half_day(c, a, &t->whole);
}

static mote_time_kind_t date_time(mote_text_t s, int day_first, mote_time_t *t) {
  cursor_t c = {s.p, s.p + s.n};
  int64_t days;
  if (!date(&c, day_first, &days)) return MOTE_TIME_NONE;
  *t = (mote_time_t){MOTE_TIME_DATE, 0, 0, 86400};
  if (c.p < c.end) {
    if (!take(&c, 'T') && !take(&c, ' ')) return MOTE_TIME_NONE;
    while (take(&c, ' ')) {
    }
    if (!clock_time(&c, t) || t->kind != MOTE_TIME_CLOCK) return MOTE_TIME_NONE;
    if (!zone(&c, &t->whole) || c.p != c.end) return MOTE_TIME_NONE;
  }
  t->kind = MOTE_TIME_DATE;
  t->whole += days * 86400;
  return MOTE_TIME_DATE;
}

static double written_resolution(mote_text_t s, char point) {
  double unit = 1;
  int behind = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == 'e' || s.p[i] == 'E') return 0; /* not to be told from the digits */
    if (s.p[i] == point)
      behind = 1;
    else if (behind)
      unit /= 10;
  }
  return unit;
}

mote_time_kind_t mote_time_parse(mote_text_t s, char point, int day_first,
                                 mote_time_t *out) {
  double number;
  if (mote_text_double(s, point, &number)) {
    *out = (mote_time_t){MOTE_TIME_NUMBER, 0, number, written_resolution(s, point)};
    return MOTE_TIME_NUMBER;
  }
  if (date_time(s, day_first, out) == MOTE_TIME_DATE) return MOTE_TIME_DATE;
  cursor_t c = {s.p, s.p + s.n};
  *out = (mote_time_t){.kind = MOTE_TIME_NONE};
  return clock_time(&c, out) && c.p == c.end ? out->kind : MOTE_TIME_NONE;
}
