/* SPDX-License-Identifier: Apache-2.0
 * .npy arrays built byte by byte: every type, what is refused and how it is said. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "formats/npy.h"

typedef struct { uint8_t p[512]; size_t n; } file_t;

static file_t array(int version, const char *header, const void *data, size_t n) {
  file_t f = {{0x93, 'N', 'U', 'M', 'P', 'Y', (uint8_t)version, 0}, 0};
  size_t length = strlen(header), at = version == 1 ? 10 : 12;
  f.p[8] = (uint8_t)length, f.p[9] = (uint8_t)(length >> 8);
  memcpy(f.p + at, header, length);
  if (n) memcpy(f.p + at + length, data, n);
  f.n = at + length + n;
  return f;
}

static file_t of_type(const char *type, const void *data, size_t n, size_t count) {
  char header[128];
  snprintf(header, sizeof header,
           "{'descr': '%s', 'fortran_order': False, 'shape': (%zu,), }  \n", type,
           count);
  return array(1, header, data, n);
}

static void holds(const char *type, const void *data, size_t n, const float *want,
                  size_t count) {
  file_t f = of_type(type, data, n, count);
  mote_npy_t a;
  float got[8];
  if (mote_npy_parse(f.p, f.n, "x.npy", &a) < 0) fail_msg("%s", mote_errmsg());
  assert_int_equal(a.count, count);
  mote_npy_floats(&a, 0, count, got);
  for (size_t i = 0; i < count; i++)
    if (got[i] != want[i] && !(isnan(got[i]) && isnan(want[i])))
      fail_msg("%s, element %zu: %g, not %g", type, i, (double)got[i], (double)want[i]);
}
#define HOLDS(type, bytes, ...)                                                          \
  do {                                                                                   \
    const float want_[] = {__VA_ARGS__};                                                 \
    holds(type, bytes, sizeof(bytes) - 1, want_, sizeof want_ / sizeof *want_);          \
  } while (0)

static void every_type(void **state) {
  (void)state;
  HOLDS("<f4", "\0\0\x80\x3f\0\0\0\xc0", 1, -2);
  HOLDS(">f4", "\x3f\x80\0\0\xc0\0\0\0", 1, -2);
  HOLDS("<f8", "\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\xe0\xff", 1, -INFINITY);
  HOLDS("<f2", "\0\x3c\0\xc0\1\0\0\x7c\0\x7e", 1, -2, 0x1p-24f, INFINITY, NAN);
  HOLDS("|i1", "\0\x7f\x80\xff", 0, 127, -128, -1);
  HOLDS("|u1", "\0\x7f\x80\xff", 0, 127, 128, 255);
  HOLDS("<i2", "\0\x80\xff\xff", -32768, -1);
  HOLDS(">u2", "\0\x80\xff\xff", 128, 65535);
  HOLDS("=i4", "\xfe\xff\xff\xff", -2);
  HOLDS("<u8", "\0\0\0\0\1\0\0\0", 4294967296.0f);
  HOLDS("<i8", "\0\0\0\0\0\0\0\x80", -9223372036854775808.0f);
  HOLDS("|b1", "\0\1", 0, 1);
}

static void shapes(void **state) {
  (void)state;
  mote_npy_t a;
  file_t f = array(2, "{\"shape\": (2, 3L), 'descr': '|u1', 'fortran_order': False}",
                   "abcdef", 6);
  assert_int_equal(mote_npy_parse(f.p, f.n, "x", &a), 0);
  assert_int_equal(a.rank, 2);
  assert_true(a.d[0] == 2 && a.d[1] == 3 && a.count == 6);
  float last[2];
  mote_npy_floats(&a, 4, 2, last);
  assert_true(last[0] == 'e' && last[1] == 'f');
  f = array(3, "{'descr': '|u1', 'fortran_order': False, 'shape': ()}", "a", 1);
  assert_int_equal(mote_npy_parse(f.p, f.n, "x", &a), 0);
  assert_true(a.rank == 0 && a.count == 1);
  f = array(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (9, 0)}", "", 0);
  assert_int_equal(mote_npy_parse(f.p, f.n, "x", &a), 0);
  assert_int_equal(a.count, 0);
}

static void refused(const char *header, int code, const char *part) {
  file_t f = array(1, header, "abcd", 4);
  mote_npy_t a;
  assert_int_equal(mote_npy_parse(f.p, f.n, "dir/x.npy", &a), code);
  if (!strstr(mote_errmsg(), part) || !strstr(mote_errmsg(), "dir/x.npy"))
    fail_msg("\"%s\" does not say \"%s\"", mote_errmsg(), part);
}

#define REST "'fortran_order': False, 'shape': (4,)}"
static void what_is_refused(void **state) {
  (void)state;
  refused("{'descr': '<c8', " REST, MOTE_ERR_UNSUPPORTED, "'<c8'");
  refused("{'descr': '<U4', " REST, MOTE_ERR_UNSUPPORTED, "astype");
  refused("{'descr': '', " REST, MOTE_ERR_UNSUPPORTED, "''");
  refused("{'descr': [('a', '<f4')], " REST, MOTE_ERR_UNSUPPORTED, "records");
  refused("{'descr': '|u1', 'fortran_order': True, 'shape': (4,)}", MOTE_ERR_UNSUPPORTED,
          "ascontiguousarray");
  refused("{'descr': '|u1', 'fortran_order': False, 'shape': (5,)}", MOTE_ERR_FORMAT,
          "ends before");
  refused("{'descr': '<f8', 'fortran_order': False, 'shape': ()}", MOTE_ERR_FORMAT,
          "ends before");
  refused("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999, 99999999999)}",
          MOTE_ERR_FORMAT, "ends before");
  refused("{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}",
          MOTE_ERR_FORMAT, "sizes");
  refused("{'descr': '|u1', 'fortran_order': False}", MOTE_ERR_FORMAT, "missing");
  refused("{'descr': '|u1', 'descr': '|u1', " REST, MOTE_ERR_FORMAT, "does not belong");
  refused("{'order': 1, " REST, MOTE_ERR_FORMAT, "does not belong");
  refused("", MOTE_ERR_FORMAT, "dictionary");
  refused("{'descr'", MOTE_ERR_FORMAT, "no key");
}

static void cut_files(void **state) {
  (void)state;
  file_t f = of_type("<f4", "abcdefgh", 8, 2);
  mote_npy_t a;
  for (size_t n = 0; n < f.n; n++)
    assert_true(mote_npy_parse(f.p, n, "x", &a) < 0);
  f.p[6] = 4;
  assert_int_equal(mote_npy_parse(f.p, f.n, "x", &a), MOTE_ERR_UNSUPPORTED);
  f.p[6] = 1, f.p[9] = 0xff;
  assert_int_equal(mote_npy_parse(f.p, f.n, "x", &a), MOTE_ERR_FORMAT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_type), cmocka_unit_test(shapes),
      cmocka_unit_test(what_is_refused), cmocka_unit_test(cut_files)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
