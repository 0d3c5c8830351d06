/* SPDX-License-Identifier: Apache-2.0
 * Label files in all their forms, and how label ranges become a cover of the recording.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "formats/info_labels.h"

static mote_arena_t *arena;

static int parse(const char *json, mote_labels_t *out) {
  return mote_labels_parse((const uint8_t *)json, strlen(json), "info.labels", arena,
                           out);
}

static void good(const char *json, mote_labels_t *out) {
  if (parse(json, out) < 0) fail_msg("%s", mote_errmsg());
}

#define FILES                                                                            \
  "{\"path\":\"training/a.json\",\"name\":\"a\",\"category\":\"training\",\"label\":"    \
  "{\"type\":\"label\",\"label\":\"x\"},\"metadata\":{\"speaker\":\"3\",\"n\":5},"       \
  "\"boundingBoxes\":[ {\"label\" : \"b c\", \"x\":1} ]}",                               \
      "{\"path\":\"b.json\",\"category\":\"split\",\"label\":{\"labels\":[{"             \
      "\"endIndex\":4,"                                                                  \
      "\"startIndex\":0,\"label\":\"p\"}],\"type\":\"multi-label\"},\"boundingBoxes\":[" \
      "]}",                                                                              \
      "{\"path\":\"c\",\"category\":\"post-processing\",\"label\":{\"type\":"            \
      "\"keyvalue-labels\",\"labels\":{\"k\":\"v\"}},\"new\":[{}]}",                     \
      "{\"path\":\"d\",\"label\":{\"type\":\"unlabeled\"}}"

static const char *const files[] = {FILES};

static void check_files(const mote_labels_t *l) {
  assert_int_equal(l->n, 4);
  assert_int_equal(l->complete, 1);
  const mote_label_t *a = &l->item[0], *b = &l->item[1], *c = &l->item[2];
  assert_string_equal(a->path, "training/a.json");
  assert_string_equal(a->name, "a");
  assert_string_equal(a->split, "training");
  assert_string_equal(a->label, "x");
  assert_int_equal(a->n_meta, 3);
  assert_string_equal(a->meta[0].key, "speaker");
  assert_string_equal(a->meta[1].value, "5");
  assert_string_equal(a->meta[2].key, "bounding_boxes");
  assert_string_equal(a->meta[2].value, "[{\"label\":\"b c\",\"x\":1}]");
  assert_string_equal(b->split, "split");
  assert_int_equal(b->n_ranges, 1);
  assert_int_equal(b->ranges[0].end, 5); /* inclusive in the file */
  assert_int_equal(b->n_meta, 0);
  assert_null(c->split);
  assert_string_equal(c->meta[0].value, "post-processing");
  assert_string_equal(c->meta[1].key, "k");
  assert_null(l->item[3].label);
}

static void test_info_labels(void **state) {
  (void)state;
  char json[2048], lines[2048] = "{\"__ndjson\":true,\"version\":1}\n";
  mote_labels_t l;
  snprintf(json, sizeof json, "{\"files\":[%s,%s,%s,%s],\"version\":1}\n", files[0],
           files[1], files[2], files[3]);
  good(json, &l);
  check_files(&l);
  for (int i = 0; i < 4; i++) {
    size_t n = strlen(lines);
    snprintf(lines + n, sizeof lines - n, "{\"__key\":\"files\",\"__item\":%s}\n",
             files[i]);
  }
  good(lines, &l);
  check_files(&l);
}

static void test_side_files(void **state) {
  (void)state;
  mote_labels_t l;
  good("{\"version\":1,\"type\":\"bounding-box-labels\",\"boundingBoxes\":{\"1.jpg\":[{"
       "\"x\":1}]"
       ",\"2.jpg\":[]}}",
       &l);
  assert_int_equal(l.n, 2);
  assert_int_equal(l.complete, 0);
  assert_string_equal(l.item[0].meta[0].value, "[{\"x\":1}]");
  assert_int_equal(l.item[1].n_meta, 0);
  good("{\"version\":1,\"type\":\"structured-labels\",\"structuredLabels\":{\"s\":["
       "{\"startIndex\":1,\"endIndex\":2,\"label\":\"q\",\"labelMap\":{\"a\":\"b\"}}]}}",
       &l);
  assert_int_equal(l.item[0].ranges[0].start, 1);
  good("{\"version\":1,\"type\":\"label-map-labels\",\"labels\":{\"m\":{\"k\":\"v\"},"
       "\"n\":[\"x\",\"y\"]}}",
       &l);
  assert_string_equal(l.item[1].meta[1].key, "1");
  assert_string_equal(l.item[1].meta[1].value, "y");
}

static void test_refused(void **state) {
  (void)state;
  static const struct {
    const char *json;
    int code;
  } rows[] = {
      {"{\"version\":2,\"files\":[]}", MOTE_ERR_UNSUPPORTED},
      {"{\"files\":[{\"name\":\"a\"}]}", MOTE_ERR_FORMAT},
      {"{\"files\":[]} {}", MOTE_ERR_FORMAT},
      {"{\"files\":[", MOTE_ERR_FORMAT},
      {"[]", MOTE_ERR_FORMAT},
      {"", MOTE_ERR_FORMAT},
      {"{\"structuredLabels\":{\"s\":[{\"startIndex\":3,\"endIndex\":2,\"label\":\"q\"}]}"
       "}",
       MOTE_ERR_FORMAT},
      {"{\"structuredLabels\":{\"s\":[{\"startIndex\":-1,\"endIndex\":2,\"label\":\"q\"}]"
       "}}",
       MOTE_ERR_FORMAT},
      {"{\"structuredLabels\":{\"s\":[{\"startIndex\":0.5,\"endIndex\":2,\"label\":\"q\"}"
       "]}}",
       MOTE_ERR_FORMAT},
      {"{\"structuredLabels\":{\"s\":[{\"startIndex\":0,\"endIndex\":2}]}}",
       MOTE_ERR_FORMAT},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mote_labels_t l;
    int rc = parse(rows[i].json, &l);
    if (rc != rows[i].code) fail_msg("row %zu: %d %s", i, rc, mote_errmsg());
  }
}

/* Every sample painted one after the other: the slow definition of the rule. */
static void cover_like_painting(const mote_range_t *in, size_t n_in, uint64_t count) {
  const char *paint[64];
  const mote_range_t *out;
  size_t n;
  for (uint64_t i = 0; i < count; i++) paint[i] = "";
  for (size_t k = 0; k < n_in; k++)
    for (uint64_t i = in[k].start; i < in[k].end; i++) paint[i] = in[k].label;
  assert_int_equal(mote_ranges_cover(in, n_in, count, "x", arena, &out, &n), 0);
  uint64_t at = 0;
  for (size_t k = 0; k < n; k++) {
    assert_int_equal(out[k].start, at);
    if (k) assert_string_not_equal(out[k].label, out[k - 1].label);
    for (; at < out[k].end; at++) assert_string_equal(paint[at], out[k].label);
  }
  assert_int_equal(at, count);
}

static void test_cover(void **state) {
  (void)state;
  static const char *const names[] = {"a", "b", "c"};
  uint32_t seed = 7;
  for (int round = 0; round < 2000; round++) {
    mote_range_t in[12];
    size_t n = 1 + (size_t)round % 12;
    uint64_t count = 1 + (uint64_t)round % 63;
    for (size_t i = 0; i < n; i++) {
      seed = seed * 1664525u + 1013904223u;
      in[i].start = (seed >> 8) % count;
      in[i].end = in[i].start + 1 + (seed >> 16) % (count - in[i].start);
      in[i].label = names[(seed >> 28) % 3];
    }
    cover_like_painting(in, n, count);
  }
  const mote_range_t *out, behind = {0, 11, "x"};
  size_t n;
  assert_int_equal(mote_ranges_cover(&behind, 1, 10, "f", arena, &out, &n),
                   MOTE_ERR_FORMAT);
  assert_int_equal(mote_ranges_cover(NULL, 0, 10, "f", arena, &out, &n), 0);
  assert_int_equal(n, 0);
}

static void test_split_by_content(void **state) {
  (void)state;
  assert_string_equal(mote_split_by_content("", 0), "testing");
  assert_string_equal(mote_split_by_content("a", 1), "training");
  assert_string_equal(mote_split_by_content("abc", 3), "training");
  assert_string_equal(mote_split_by_content("hello", 5), "training");
  assert_string_equal(mote_split_by_content("44", 2), "training");
}

static void test_out_of_memory(void **state) {
  (void)state;
  char json[2048];
  snprintf(json, sizeof json, "{\"files\":[%s,%s,%s,%s]}", files[0], files[1], files[2],
           files[3]);
  for (int sticky = 0; sticky < 2; sticky++) {
    int rc = -1;
    for (long k = 1; rc < 0; k++) {
      mote_labels_t l;
      assert_true(k < 500);
      mote_alloc_fail_at(k, sticky);
      mote_arena_t *a = mote_arena_new();
      rc = a ? mote_labels_parse((const uint8_t *)json, strlen(json), "x", a, &l)
             : MOTE_ERR_NOMEM;
      mote_alloc_fail_at(0, 0);
      mote_arena_free(a);
      if (rc < 0) assert_int_equal(rc, MOTE_ERR_NOMEM);
    }
  }
}

static int setup(void **state) {
  (void)state;
  arena = mote_arena_new();
  return arena ? 0 : -1;
}

static int teardown(void **state) {
  (void)state;
  mote_arena_free(arena);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_info_labels),      cmocka_unit_test(test_side_files),
      cmocka_unit_test(test_refused),          cmocka_unit_test(test_cover),
      cmocka_unit_test(test_split_by_content), cmocka_unit_test(test_out_of_memory),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
