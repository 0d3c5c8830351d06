/* SPDX-License-Identifier: Apache-2.0
 * Acquisition messages: the published known answers, both encodings there and back, what
 * is tolerated and what is refused, and every allocation failing once. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include "base/hash.h"
#include "formats/acq.h"
#include "formats/acq_sign.h"

#define KEY            "fed53116f20684c067774ebf9e7bcbdc"
#define CBOR_SHA       "c9d9618e27ce11aaad9b4c424cc20a15f41c476cd877df8eae9e9413a02c29e0"
#define CBOR_SIGNATURE "b0ee0572a1984b93b6bc56e6576e2cbbd6bccd65d0c356e26b31bbc9a48210c6"
#define JSON_SIGNATURE "7c3c01c0f6c192a56e49b6578eda7f95dd0ac9ece33f162675fdf183bf0ecb1e"

static const mote_format_t *format(const char *name) {
  for (size_t i = 0; mote_formats[i]; i++)
    if (!strcmp(mote_formats[i]->name, name)) return mote_formats[i];
  fail_msg("no format %s", name);
  return NULL;
}

static int parse(const void *p, size_t n, const char *name, const char *key,
                 mote_arena_t *a, mote_recordings_t *out) {
  mote_parse_options_t opt = {
      .path = "x.in", .hmac_keys = &key, .n_hmac_keys = key != NULL};
  return format(name)->parse(p, n, &opt, a, out);
}

/* ---- known answers ---- */

static mote_buf_t bytes;
static void put(const void *p, size_t n) {
  assert_int_equal(mote_buf_add(&bytes, p, n), 0);
}
static void hex(const char *s) {
  for (; *s; s += 2) {
    unsigned v = 0;
    for (int i = 0; i < 2; i++)
      v = v << 4 | (unsigned)(s[i] <= '9' ? s[i] - '0' : s[i] - 'a' + 10);
    put(&(uint8_t){(uint8_t)v}, 1);
  }
}
static void text(const char *s) {
  assert_true(strlen(s) < 24);
  put(&(uint8_t){(uint8_t)(0x60 + strlen(s))}, 1);
  put(s, strlen(s));
}
static void float32(float f) {
  uint32_t v;
  memcpy(&v, &f, 4);
  put((uint8_t[]){0xFA, (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8),
                  (uint8_t)v},
      5);
}

/* The vendor's documentation sample, written down byte by byte. */
static size_t documented_cbor(const char *signature) {
  static const float v[] = {-9.81f, 0.03f, 1.21f, -9.83f, 0.04f, 1.28f,
                            -9.12f, 0.03f, 1.23f, -9.14f, 0.01f};
  static const char *const axes[] = {"accX", "accY", "accZ"};
  size_t at;
  bytes.n = 0;
  hex("a3"), text("protected"), hex("a3"), text("ver"), text("v1"), text("alg"),
      text("HS256");
  text("iat"), hex("1a5d3add3d"), text("signature"), hex("7840");
  at = bytes.n;
  put(signature, 64);
  text("payload"), hex("a5"), text("device_name"), text("ac:87:a3:0a:2d:1b");
  text("device_type"), text("DISCO-L475VG-IOT01A"), text("interval_ms"), hex("0a");
  text("sensors"), hex("83");
  for (int i = 0; i < 3; i++)
    hex("a2"), text("name"), text(axes[i]), text("units"), text("m/s2");
  text("values"), hex("9f");
  for (int row = 0; row < 4; row++) {
    hex("83");
    for (int i = 0; i < 3 && 3 * row + i < 11; i++) float32(v[3 * row + i]);
  }
  hex("f93d00ff");
  return at;
}

#define ZERO8 "00000000"
#define ZEROS ZERO8 ZERO8 ZERO8 ZERO8 ZERO8 ZERO8 ZERO8 ZERO8

static void test_cbor_known_answer(void **state) {
  (void)state;
  size_t at = documented_cbor(ZEROS);
  assert_int_equal(bytes.n, 344);
  assert_string_equal(mote_sha256(bytes.p, bytes.n).hex, CBOR_SHA);
  mote_acq_sign(bytes.p, bytes.n, at, KEY);
  assert_memory_equal(bytes.p + at, CBOR_SIGNATURE, 64);

  mote_arena_t *a = mote_arena_new();
  mote_recordings_t recs;
  assert_true(format("acq_cbor")->sniff(bytes.p, bytes.n, ""));
  assert_int_equal(parse(bytes.p, bytes.n, "acq_cbor", KEY, a, &recs), 0);
  const mote_recording_t *rec = recs.item;
  assert_int_equal(rec->signature, MOTE_SIGNATURE_VALID);
  assert_int_equal(rec->axes, 3);
  assert_int_equal(rec->n, 4);
  assert_true(rec->hz == 100);
  assert_true(rec->values[0] == -9.81f && rec->values[11] == 1.25f);
  assert_string_equal(rec->axis_names[2], "accZ");
  assert_string_equal(rec->axis_units[0], "m/s2");
  assert_string_equal(rec->name, "x");

  mote_buf_t again = {0}; /* our writer gives the vendor's bytes */
  assert_int_equal(mote_acq_write_cbor(rec, KEY, &again), 0);
  assert_int_equal(again.n, bytes.n);
  assert_memory_equal(again.p, bytes.p, bytes.n);
  mote_buf_free(&again);
  mote_arena_free(a);
}

static const char documented_json[] =
    "{\"protected\":{\"ver\":\"v1\",\"alg\":\"HS256\",\"iat\":1564128599},\"signature\":"
    "\"" JSON_SIGNATURE
    "\",\"payload\":{\"device_name\":\"ac:87:a3:0a:2d:1b\",\"device_type\":"
    "\"DISCO-L475VG-IOT01A\",\"interval_ms\":10,\"sensors\":[{\"name\":\"accX\","
    "\"units\":"
    "\"m/s2\"},{\"name\":\"accY\",\"units\":\"m/s2\"},{\"name\":\"accZ\",\"units\":\"m/"
    "s2\"}],"
    "\"values\":[[-9.81,0.03,1.21],[-9.83,0.04,1.27],[-9.12,0.03,1.23],[-9.14,0.01,1.25]]"
    "}}";

static void test_json_known_answer(void **state) {
  (void)state;
  const size_t n = sizeof documented_json - 1;
  mote_arena_t *a = mote_arena_new();
  mote_recordings_t recs;
  assert_int_equal(n, 423);
  assert_int_equal(parse(documented_json, n, "acq_json", KEY, a, &recs), 0);
  assert_int_equal(recs.item->signature, MOTE_SIGNATURE_VALID);
  mote_buf_t again = {0};
  assert_int_equal(mote_acq_write_json(recs.item, KEY, &again), 0);
  assert_string_equal((char *)again.p, documented_json);
  mote_buf_free(&again);
  mote_arena_free(a);
}

static mote_signature_t verdict(const char *json, const char *key) {
  mote_arena_t *a = mote_arena_new();
  mote_recordings_t recs;
  int rc = parse(json, strlen(json), "acq_json", key, a, &recs);
  if (rc < 0) fail_msg("%s", mote_errmsg());
  mote_signature_t s = recs.item->signature;
  mote_arena_free(a);
  return s;
}

#define MESSAGE(alg, signature)                                                          \
  "{\"protected\":{\"ver\":\"v1\",\"alg\":\"" alg "\"},\"signature\":\"" signature       \
  "\",\"payload\":{\"interval_ms\":0,\"sensors\":[{\"name\":\"a\"}],\"values\":[[1]]}}"

static void test_signature_verdicts(void **state) {
  (void)state;
  char tampered[sizeof documented_json];
  memcpy(tampered, documented_json, sizeof tampered);
  *strstr(tampered, "1.25") = '2';
  assert_int_equal(verdict(documented_json, KEY), MOTE_SIGNATURE_VALID);
  assert_int_equal(verdict(documented_json, NULL), MOTE_SIGNATURE_UNCHECKED);
  assert_int_equal(verdict(documented_json, "other"), MOTE_SIGNATURE_INVALID);
  assert_int_equal(verdict(tampered, KEY), MOTE_SIGNATURE_INVALID);
  assert_int_equal(verdict(MESSAGE("none", "00"), KEY), MOTE_SIGNATURE_NONE);
  assert_int_equal(verdict(MESSAGE("HS256", ZEROS), KEY), MOTE_SIGNATURE_NONE);
  assert_int_equal(verdict(MESSAGE("HS256", ZERO8 ZERO8 ZERO8 ZERO8), KEY),
                   MOTE_SIGNATURE_NONE);
  assert_int_equal(verdict(MESSAGE("HS256", ""), KEY), MOTE_SIGNATURE_NONE);
  assert_int_equal(verdict(MESSAGE("HS256", "odd one"), KEY), MOTE_SIGNATURE_INVALID);
  assert_int_equal(verdict(MESSAGE("RS512", CBOR_SIGNATURE), KEY),
                   MOTE_SIGNATURE_INVALID);
}

/* The Go client takes the key as hexadecimal; several keys are tried. */
static void test_key_as_hex(void **state) {
  (void)state;
  static const uint8_t raw[16] = {0xfe, 0xd5, 0x31, 0x16, 0xf2, 0x06, 0x84, 0xc0,
                                  0x67, 0x77, 0x4e, 0xbf, 0x9e, 0x7b, 0xcb, 0xdc};
  uint8_t mac[32];
  size_t at = documented_cbor(ZEROS);
  mote_hmac_sha256(raw, sizeof raw, bytes.p, bytes.n, mac);
  for (int i = 0; i < 32; i++) {
    bytes.p[at + 2 * (size_t)i] = (uint8_t) "0123456789abcdef"[mac[i] >> 4];
    bytes.p[at + 2 * (size_t)i + 1] = (uint8_t) "0123456789abcdef"[mac[i] & 15];
  }
  const char *keys[] = {"first", KEY, "last"};
  mote_parse_options_t opt = {.path = "x", .hmac_keys = keys, .n_hmac_keys = 3};
  mote_arena_t *a = mote_arena_new();
  mote_recordings_t recs;
  assert_int_equal(format("acq_cbor")->parse(bytes.p, bytes.n, &opt, a, &recs), 0);
  assert_int_equal(recs.item->signature, MOTE_SIGNATURE_VALID);
  mote_arena_free(a);
}

/* ---- tolerance ---- */

#define HEAD                                                                             \
  "{\"protected\":{\"ver\":\"v1\",\"alg\":\"none\",\"iat\":1.5,\"exp\":[{}]},\"x\":{}"
#define ONE                                                                              \
  ",\"payload\":{\"interval_ms\":1,\"sensors\":[{\"name\":\"a\",\"units\":\"g\"}],"

static void test_tolerated(void **state) {
  (void)state;
  static const struct {
    const char *json;
    uint64_t n;
    float last;
  } rows[] = {
      {HEAD ONE "\"values\":[1,2.5,-3e0]}}", 3, -3}, /* flat */
      {HEAD ONE "\"values\":[[1],[2]]}}\n", 2, 2},
      {"\xEF\xBB\xBF " HEAD ONE "\"values\":[[1]], \"new\" : [1,{\"a\":null}] } }", 1, 1},
      {"{\"payload\":{\"values\":[[7]],\"interval_ms\":2,\"sensors\":[{\"name\":"
       "\"\\u00e9\"}]},"
       "\"protected\":{\"alg\":\"none\",\"ver\":\"v1\"}}",
       1, 7}, /* any order */
      {HEAD ONE "\"values\":[\"Ref-binary-I16   \"]}}\x01\x02\xFE\xFF", 2, -2},
      {HEAD ONE "\"values\":[[0.1000000000000000055511151231257827]]}}", 1, 0.1f},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mote_arena_t *a = mote_arena_new();
    mote_recordings_t recs;
    int rc = parse(rows[i].json, strlen(rows[i].json), "acq_json", NULL, a, &recs);
    if (rc < 0) fail_msg("row %zu: %s", i, mote_errmsg());
    assert_int_equal(recs.n, 1);
    assert_int_equal(recs.item->n, rows[i].n);
    assert_true(recs.item->values[recs.item->n - 1] == rows[i].last);
    mote_arena_free(a);
  }
}

static void test_refused(void **state) {
  (void)state;
#define TWO                                                                              \
  ",\"payload\":{\"interval_ms\":1,\"sensors\":[{\"name\":\"a\"},{\"name\":\"b\"}],"
  static const struct {
    const char *json;
    int code;
    const char *says;
  } rows[] = {
      {HEAD TWO "\"values\":[[1,2],[3,4],[5]]}}", MOTE_ERR_FORMAT, "row 3 has 1 values"},
      {HEAD TWO "\"values\":[[1,2,3]]}}", MOTE_ERR_FORMAT,
       "row 1 has 3 values, the sensors"},
      {HEAD TWO "\"values\":[1,2]}}", MOTE_ERR_FORMAT, "row 1 has 1 values"},
      {HEAD TWO "\"values\":[[1,null]]}}", MOTE_ERR_FORMAT,
       "row 1, column 2 is no number"},
      {HEAD TWO "\"values\":[[1,NaN]]}}", MOTE_ERR_FORMAT, "JSON has no NaN"},
      {HEAD TWO "\"values\":[[1,1e39]]}}", MOTE_ERR_NUMERIC, "row 1, column 2: 1e+39"},
      {HEAD TWO "\"values\":[[1,1e999]]}}", MOTE_ERR_NUMERIC, "1e999 is too large"},
      {HEAD TWO "\"values\":[[1,2]", MOTE_ERR_FORMAT, "cut off"},
      {HEAD TWO "\"values\":[]}}", MOTE_ERR_FORMAT, "payload.values is missing or empty"},
      {HEAD TWO "\"values\":[[1,2],]}}", MOTE_ERR_FORMAT, "a comma with nothing behind"},
      {HEAD TWO "\"values\":[[1,02]]}}", MOTE_ERR_FORMAT, "leading zero"},
      {HEAD TWO "\"values\":[[1,2]]}}x", MOTE_ERR_FORMAT, "something follows"},
      {HEAD TWO "\"values\":[[1,2]],\"values\":[]}}", MOTE_ERR_FORMAT, "given twice"},
      {HEAD ONE "\"values\":[\"Ref-BINARY-i16\"]}}abc", MOTE_ERR_FORMAT,
       "3 bytes of binary"},
      {HEAD ONE "\"values\":[\"Ref-BINARY-image/jpeg (9 bytes) xyz\"]}}",
       MOTE_ERR_UNSUPPORTED, "a file of their own"},
      {HEAD ",\"payload\":{\"sensors\":[{\"name\":\"a\"}],\"values\":[1]}}",
       MOTE_ERR_FORMAT, "payload.interval_ms is missing"},
      {HEAD
       ",\"payload\":{\"interval_ms\":-1,\"sensors\":[{\"name\":\"a\"}],\"values\":[1]}}",
       MOTE_ERR_FORMAT, "interval_ms is negative"},
      {"{\"protected\":{\"ver\":\"v2\",\"alg\":\"none\"}" ONE "\"values\":[1]}}",
       MOTE_ERR_UNSUPPORTED, "only 'v1' is known"},
      {"{\"a\":\"\xC0\xAF\"}", MOTE_ERR_FORMAT, "byte 6: not UTF-8"},
      {"{\"a\":\"\x01\"}", MOTE_ERR_FORMAT, "control character"},
      {"{\"signature\":\"\\ud800\"}", MOTE_ERR_FORMAT, "surrogate"},
      {"{\"signature\":\"\\u0000\"}", MOTE_ERR_FORMAT, "NUL"},
      {"{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", MOTE_ERR_LIMIT, "nested deeper"},
      {HEAD ONE "\"values\":[1],\"structured_labels\":[{\"startIndex\":0,\"endIndex\":1,"
                "\"label\":\"q\"}]}}",
       MOTE_ERR_FORMAT, "ends at sample 1, the recording has 1"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mote_arena_t *a = mote_arena_new();
    mote_recordings_t recs;
    int rc = parse(rows[i].json, strlen(rows[i].json), "acq_json", NULL, a, &recs);
    if (rc != rows[i].code) fail_msg("row %zu: %d %s", i, rc, mote_errmsg());
    if (!strstr(mote_errmsg(), rows[i].says)) fail_msg("row %zu: %s", i, mote_errmsg());
    assert_ptr_equal(strstr(mote_errmsg(), "x.in: "), mote_errmsg());
    mote_arena_free(a);
  }
}

/* A prefix of a message is never a message. */
static void test_truncation(void **state) {
  (void)state;
  documented_cbor(CBOR_SIGNATURE);
  mote_recordings_t recs;
  for (size_t n = 0; n < bytes.n; n++) {
    mote_arena_t *a = mote_arena_new();
    assert_true(parse(bytes.p, n, "acq_cbor", KEY, a, &recs) < 0);
    assert_true(parse(documented_json, n, "acq_json", KEY, a, &recs) < 0);
    mote_arena_free(a);
  }
}

/* Any single byte changed to anything: a recording or an error, never more. */
static void test_every_byte(void **state) {
  (void)state;
  uint8_t json[sizeof documented_json];
  for (int pass = 0; pass < 2; pass++) {
    documented_cbor(CBOR_SIGNATURE);
    memcpy(json, documented_json, sizeof json);
    uint8_t *p = pass ? bytes.p : json;
    size_t n = pass ? bytes.n : sizeof json - 1;
    for (size_t i = 0; i < n; i++) {
      uint8_t was = p[i];
      for (int v = 0; v < 256; v++) {
        mote_recordings_t recs;
        mote_arena_t *a = mote_arena_new();
        p[i] = (uint8_t)v;
        int rc = parse(p, n, pass ? "acq_cbor" : "acq_json", KEY, a, &recs);
        if (rc >= 0 && (v | 0x20) != (was | 0x20)) /* A5 signs like a5 */
          assert_int_not_equal(recs.item->signature, MOTE_SIGNATURE_VALID);
        mote_arena_free(a);
      }
      p[i] = was;
    }
  }
}

static void test_cbor_refused(void **state) {
  (void)state;
  static const struct {
    const char *hex, *says;
  } rows[] = {
      {"bb7fffffffffffffff", "claims 9223372036854775807 items"},
      {"a1617a9affffffff", "claims 4294967295 items"},
      {"a1617a7bffffffffffffffff", "a string in pieces"}, /* length 2^64 - 1 */
      {"a1617a7a7fffffff", "a string claims 2147483647 bytes"},
      {"a1617a7f6161ff", "a string in pieces"},
      {"a1617a1c", "reserved"},
      {"a1617aff", "a break where a value is needed"},
      {"a140f6", "neither text nor number"},
      {"a16161f6f6", "1 bytes follow the end"},
      {"bf6161f6", "break (FF) is missing"},
      {"a1617a", "cut off"},
      {"81f6", "an array where an object"},
      {"a1617adf00", "a tag without a number"},
      {"a1617a1f", "a number without a size"},
      {"a1697369676e617475726561ff", "not UTF-8"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mote_arena_t *a = mote_arena_new();
    mote_recordings_t recs;
    bytes.n = 0;
    hex(rows[i].hex);
    assert_true(parse(bytes.p, bytes.n, "acq_cbor", NULL, a, &recs) < 0);
    if (!strstr(mote_errmsg(), rows[i].says)) fail_msg("row %zu: %s", i, mote_errmsg());
    mote_arena_free(a);
  }
}

/* Every number form and every binary sample type. */
static void audio_message(const char *reference) {
  bytes.n = 0;
  hex("d9d9f7a2"), text("protected"), hex("a2"), text("ver"), text("v1"), text("alg"),
      text("none");
  text("payload"), hex("bf"), text("interval_ms"), hex("f93000"); /* 0.125 */
  text("sensors"), hex("9fa1"), text("name"), text("mic"), hex("ff");
  text("values"), hex("9f"), text(reference), hex("ffff");
}

static void test_binary_samples(void **state) {
  (void)state;
  static const struct {
    const char *reference, *data;
    float first;
  } rows[] = {
      {"Ref-BINARY-u8", "ff01", 255},
      {"Ref-BINARY-i8", "ff01", -1},
      {"Ref-BINARY-u16", "ffff0000", 65535},
      {"Ref-Binary-i16  ", "00800000", -32768},
      {"Ref-BINARY-u32", "0000008000000000", 2147483648.0f},
      {"REF-BINARY-I32", "0000008000000000", -2147483648.0f},
      {"Ref-BINARY-f32", "0000c0bf00000000", -1.5f},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mote_arena_t *a = mote_arena_new();
    mote_recordings_t recs;
    audio_message(rows[i].reference);
    hex(rows[i].data);
    int rc = parse(bytes.p, bytes.n, "acq_cbor", NULL, a, &recs);
    if (rc < 0) fail_msg("row %zu: %s", i, mote_errmsg());
    assert_int_equal(recs.item->n, 2);
    assert_true(recs.item->hz == 8000);
    assert_true(recs.item->values[0] == rows[i].first);
    mote_arena_free(a);
  }
  mote_arena_t *a = mote_arena_new();
  mote_recordings_t recs;
  audio_message("Ref-BINARY-f32");
  hex("0000c07f");
  assert_int_equal(parse(bytes.p, bytes.n, "acq_cbor", NULL, a, &recs), MOTE_ERR_NUMERIC);
  mote_arena_free(a);
}

static void test_cbor_numbers(void **state) {
  (void)state;
  static const float want[] = {0,           23,   24,           65535,    -1,
                               -500,        1.5f, -0.125f,      0x1p-24f, 65504,
                               3.14159274f, 0.1f, 4294967296.0f};
  mote_arena_t *a = mote_arena_new();
  mote_recordings_t recs;
  bytes.n = 0;
  hex("a2"), text("protected"), hex("a2"), text("ver"), text("v1"), text("alg"),
      text("none");
  text("payload"), hex("a3"), text("interval_ms"), hex("00");
  text("sensors"), hex("81a1"), text("name"), text("v"), text("values"), hex("8d");
  hex("00"
      "17"
      "1818"
      "19ffff"
      "20"
      "3901f3"
      "f93e00"
      "f9b000"
      "f90001"
      "f97bff"
      "fa40490fdb"
      "fb3fb999999999999a"
      "1b0000000100000000");
  assert_int_equal(parse(bytes.p, bytes.n, "acq_cbor", NULL, a, &recs), 0);
  assert_int_equal(recs.item->kind, MOTE_KIND_TABULAR);
  assert_int_equal(recs.item->n, sizeof want / sizeof *want);
  for (size_t i = 0; i < recs.item->n; i++) assert_true(recs.item->values[i] == want[i]);
  mote_arena_free(a);
}

/* ---- writer ---- */

static void test_round_trip(void **state) {
  (void)state;
  const char *names[] = {"a \"b\"\n", "\xC3\xA9"}, *units[] = {"m/s2", ""};
  float values[2 * 40];
  uint32_t seed = 1;
  for (size_t i = 0; i < 80; i++) {
    do {
      seed = seed * 1664525u + 1013904223u;
      uint32_t bits = i % 4 ? seed : seed & 0xFFFFE000u; /* float16 candidates too */
      if (i % 4 == 1) bits = 0x40000000u | (seed & 0x87FFE000u);
      memcpy(&values[i], &bits, 4);
    } while (!isfinite(values[i]));
  }
  values[3] = -0.0f;
  values[4] = 16777216.0f;
  mote_range_t ranges[] = {{0, 10, "x"}, {10, 40, "y"}};
  mote_pair_t meta[] = {{"device_name", "d"}, {"iat", "1758902163"}};
  mote_recording_t rec = {.name = "r",
                          .hz = 62.5,
                          .axes = 2,
                          .n = 40,
                          .axis_names = names,
                          .axis_units = units,
                          .values = values,
                          .ranges = ranges,
                          .n_ranges = 2,
                          .meta = meta,
                          .n_meta = 2};
  for (int cbor = 0; cbor < 2; cbor++) {
    mote_buf_t out = {0};
    mote_arena_t *a = mote_arena_new();
    mote_recordings_t recs;
    assert_int_equal((cbor ? mote_acq_write_cbor : mote_acq_write_json)(&rec, "k", &out),
                     0);
    int rc = parse(out.p, out.n, cbor ? "acq_cbor" : "acq_json", "k", a, &recs);
    if (rc < 0) fail_msg("%s", mote_errmsg());
    assert_int_equal(recs.item->signature, MOTE_SIGNATURE_VALID);
    assert_memory_equal(recs.item->values, values, sizeof values);
    assert_true(recs.item->hz == 62.5);
    assert_string_equal(recs.item->axis_names[0], names[0]);
    assert_string_equal(recs.item->axis_names[1], names[1]);
    assert_int_equal(recs.item->n_ranges, 2);
    assert_int_equal(recs.item->ranges[0].end, 10);
    assert_string_equal(recs.item->ranges[1].label, "y");
    mote_arena_free(a);
    mote_buf_free(&out);
  }
  rec.kind = MOTE_KIND_IMAGE;
  assert_int_equal(mote_acq_write_json(&rec, NULL, &bytes), MOTE_ERR_UNSUPPORTED);
}

/* ---- strokes ---- */

static const char strokes[] =
    "{\"strokes\":[{\"index\":0,\"strokePoints\":[{\"x\":0.5,\"y\":-1},{\"y\":2,\"x\":1}]"
    ","
    "\"label\":\"3\"},{\"label\":7,\"strokePoints\":[{\"x\":0,\"y\":0}]}]}";

static void test_strokes(void **state) {
  (void)state;
  mote_arena_t *a = mote_arena_new();
  mote_recordings_t recs;
  assert_true(mote_format_find((const uint8_t *)strokes, sizeof strokes - 1, "w.json") ==
              format("strokes"));
  assert_int_equal(parse(strokes, sizeof strokes - 1, "strokes", NULL, a, &recs), 0);
  assert_int_equal(recs.n, 2);
  assert_string_equal(recs.item[0].label, "3");
  assert_string_equal(recs.item[1].label, "7");
  assert_string_equal(recs.item[1].name, "x.1");
  assert_int_equal(recs.item[0].n, 2);
  assert_true(recs.item[0].values[2] == 1 && recs.item[0].values[3] == 2);
  assert_true(recs.item[0].hz == 59.5 && recs.item[0].n_notes == 1);
  static const char *const bad[] = {"{\"strokes\":[]}", "{}", "{\"strokes\":[{}]}",
                                    "{\"strokes\":[{\"strokePoints\":[{\"x\":1}]}]}"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_true(parse(bad[i], strlen(bad[i]), "strokes", NULL, a, &recs) < 0);
  mote_arena_free(a);
}

/* ---- memory ---- */

static void torture_writer(int (*write)(const mote_recording_t *, const char *,
                                        mote_buf_t *)) {
  mote_arena_t *a = mote_arena_new();
  mote_recordings_t recs;
  assert_int_equal(
      parse(documented_json, sizeof documented_json - 1, "acq_json", NULL, a, &recs), 0);
  int rc = -1;
  for (long k = 1; rc < 0; k++) {
    mote_buf_t out = {0};
    mote_alloc_fail_at(k, 1);
    rc = write(recs.item, KEY, &out);
    mote_alloc_fail_at(0, 0);
    mote_buf_free(&out);
    assert_true(rc == 0 || rc == MOTE_ERR_NOMEM);
  }
  mote_arena_free(a);
}

/* Fails the n-th allocation, once and from then on, until the parse succeeds. */
static void torture(const void *p, size_t n, const char *name) {
  for (int sticky = 0; sticky < 2; sticky++) {
    int rc = -1;
    for (long k = 1; rc < 0; k++) {
      mote_recordings_t recs;
      assert_true(k < 500);
      mote_alloc_fail_at(k, sticky);
      mote_arena_t *a = mote_arena_new();
      rc = a ? parse(p, n, name, KEY, a, &recs) : MOTE_ERR_NOMEM;
      mote_alloc_fail_at(0, 0);
      mote_arena_free(a);
      if (rc < 0) assert_int_equal(rc, MOTE_ERR_NOMEM);
    }
  }
}

static void test_out_of_memory(void **state) {
  (void)state;
  documented_cbor(CBOR_SIGNATURE);
  torture(bytes.p, bytes.n, "acq_cbor");
  torture(documented_json, sizeof documented_json - 1, "acq_json");
  torture(strokes, sizeof strokes - 1, "strokes");
  torture_writer(mote_acq_write_json);
  torture_writer(mote_acq_write_cbor);
}

static int teardown(void **state) {
  (void)state;
  mote_buf_free(&bytes);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cbor_known_answer),
      cmocka_unit_test(test_json_known_answer),
      cmocka_unit_test(test_signature_verdicts),
      cmocka_unit_test(test_key_as_hex),
      cmocka_unit_test(test_tolerated),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_truncation),
      cmocka_unit_test(test_every_byte),
      cmocka_unit_test(test_cbor_refused),
      cmocka_unit_test(test_binary_samples),
      cmocka_unit_test(test_cbor_numbers),
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_strokes),
      cmocka_unit_test(test_out_of_memory),
  };
  return cmocka_run_group_tests(tests, NULL, teardown);
}
