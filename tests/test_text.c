/* SPDX-License-Identifier: Apache-2.0
 * Numbers of text files against strtof/strtod, bit for bit; words and charsets. */
#include "import.h"

#include "base/rng.h"
#include "formats/text.h"
#include "formats/timestamp.h"

static mote_text_t span(const char *s) { return (mote_text_t){s, strlen(s)}; }

static void same_as_strtof(const char *s) {
  float f, want = strtof(s, NULL);
  double d, exact = strtod(s, NULL);
  if (!mote_text_float(span(s), '.', &f) || memcmp(&f, &want, 4))
    fail_msg("%s: %.9g, not %.9g", s, (double)f, (double)want);
  if (!mote_text_double(span(s), '.', &d) || memcmp(&d, &exact, 8))
    fail_msg("%s: %.17g, not %.17g", s, d, exact);
}

static void numbers_are_the_nearest(void **state) {
  (void)state;
  static const char *const hard[] = {
      "0",
      "-0",
      "+1.",
      ".5",
      "1e0",
      "9007199254740993",
      "0.1",
      "1e-45",
      "1e-46",
      "3.5e38",
      "1.00000005960464477539062500000000000000001", /* above the middle of two floats */
      "1.000000059604644775390625",
      "1.0000001788139343261718749",
      "16777217",
      "8388608.5",
      "123456789012345678901234567890",
      "0.000000000000000000000000000000000000001234567890123",
      "1e400",
      "-1e-400",
      "4.35E-5",
      "100000000000000000000000e-23",
      "2.2250738585072014e-308"};
  for (size_t k = 0; k < sizeof hard / sizeof *hard; k++) same_as_strtof(hard[k]);
  mote_rng_t r = mote_rng(1, 0);
  char s[64];
  for (int k = 0; k < 200000; k++) {
    uint32_t bits = mote_rng_u32(&r);
    float f;
    memcpy(&f, &bits, 4);
    if (!isfinite(f)) continue;
    snprintf(s, sizeof s, k % 3 ? "%.*g" : "%.*f", (int)mote_rng_below(&r, 20),
             k % 3 ? (double)f : (double)mote_rng_normal(&r));
    same_as_strtof(s);
  }
}

static void middles_of_floats(void **state) {
  (void)state;
  mote_rng_t r = mote_rng(2, 0);
  char s[64];
  for (int k = 0; k < 20000; k++) { /* halfway cases, and a hair beside them */
    double middle = 1.0 + (mote_rng_below(&r, 1 << 23) + 0.5) / 8388608.0;
    snprintf(s, sizeof s, "%.24f%s", middle, k & 1 ? "0000001" : "");
    same_as_strtof(s);
    snprintf(s, sizeof s, "%.16g", middle);
    same_as_strtof(s);
  }
}

static void what_is_no_number(void **state) {
  (void)state;
  static const char *const words[] = {"",    "-",   ".",     "e5",  "1e",  "1e+", "inf",
                                      "nan", "0x1", "1.2.3", "1 2", "--1", "1,5", "12a"};
  float f;
  for (size_t k = 0; k < sizeof words / sizeof *words; k++)
    if (mote_text_float(span(words[k]), '.', &f))
      fail_msg("\"%s\" is a number", words[k]);
  assert_true(mote_text_float(span("1,5"), ',', &f) && f == 1.5f);
  assert_true(mote_text_float(span("-12345678901234567890123,5"), ',', &f));
  assert_true(mote_text_missing(span("N/A")) && mote_text_missing(span("")) &&
              !mote_text_missing(span("0")) && !mote_text_missing(span("nano")));
}

static void times(void **state) {
  (void)state;
  static const struct {
    const char *s;
    mote_time_kind_t kind;
    double seconds;
  } t[] = {{"1970-01-01", MOTE_TIME_DATE, 0},
           {"2000-02-29T12:00:00.250Z", MOTE_TIME_DATE, 951825600.25},
           {"2024-12-31 23:59:60", MOTE_TIME_DATE, 1735689600},
           {"1969-12-31 23:59:59", MOTE_TIME_DATE, -1},
           {"2024/10/22 15:27:49.648", MOTE_TIME_DATE, 1729610869.648},
           {"2022-07-11T13:00:18+05:30", MOTE_TIME_DATE, 1657524618},
           {"2022-07-11 07:30:18 UTC", MOTE_TIME_DATE, 1657524618},
           {"14:11.6", MOTE_TIME_MINUTES, 851.6},
           {"14:11", MOTE_TIME_CLOCK, 51060},
           {"12:00:01 AM", MOTE_TIME_CLOCK, 1},
           {"1:00:01 pm", MOTE_TIME_CLOCK, 46801},
           {"12.5", MOTE_TIME_NUMBER, 12.5},
           {"2024-13-01", MOTE_TIME_NONE, 0},
           {"2024-01-01T", MOTE_TIME_NONE, 0},
           {"2024-01-01 10:61", MOTE_TIME_NONE, 0},
           {"2024-01-01 10:00:00+99:00", MOTE_TIME_NONE, 0},
           {"13:00:00 PM", MOTE_TIME_NONE, 0},
           {"10:00:00 x", MOTE_TIME_NONE, 0},
           {"soon", MOTE_TIME_NONE, 0}};
  for (size_t k = 0; k < sizeof t / sizeof *t; k++) {
    mote_time_t got;
    if (mote_time_parse(span(t[k].s), '.', 0, &got) != t[k].kind) fail_msg("%s", t[k].s);
    if (t[k].kind && fabs((double)got.whole + got.fraction - t[k].seconds) > 1e-6)
      fail_msg("%s: %.6f", t[k].s, (double)got.whole + got.fraction);
  }
  mote_time_t got;
  mote_time_parse(span("14:11.600"), '.', 0, &got);
  assert_true(fabs(got.resolution - 0.001) < 1e-12);
}

static void charsets(void **state) {
  (void)state;
  static const struct {
    const char *p;
    size_t n;
    const char *want;
  } t[] = {
      {"a\xC3\xA4", 3, "a\xC3\xA4"},
      {"a\xE4", 2, "a\xC3\xA4"},
      {"a\xED\xA0\x80", 4, "a\xC3\xAD\xC2\xA0\xC2\x80"}, /* half a pair is no UTF-8 */
      {"\xFE\xFF\0a\xD8\x3D\xDE\x00", 8, "a\xF0\x9F\x98\x80"},
      {"\xFF\xFE"
       "a\0\x3D\xD8"
       "b\0",
       8,
       "a\xEF\xBF\xBD"
       "b"},
      {"1\0,\0"
       "2\0",
       6, "1,2"},
      {"\0001\0,\0002", 6, "1,2"}};
  for (size_t k = 0; k < sizeof t / sizeof *t; k++) {
    mote_arena_t *a = mote_arena_new();
    mote_text_t out;
    const char *note;
    int rc = mote_text_decode((const uint8_t *)t[k].p, t[k].n, "x", a, &out, &note);
    if (rc || out.n != strlen(t[k].want) || memcmp(out.p, t[k].want, out.n))
      fail_msg("case %zu: %.*s", k, (int)out.n, out.p);
    mote_arena_free(a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_are_the_nearest),
                                     cmocka_unit_test(middles_of_floats),
                                     cmocka_unit_test(what_is_no_number),
                                     cmocka_unit_test(times), cmocka_unit_test(charsets)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
