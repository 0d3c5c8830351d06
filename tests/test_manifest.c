/* SPDX-License-Identifier: Apache-2.0 */
#include "formats/manifest.h"
#include "import.h"

typedef struct {
  mote_arena_t *a;
  mote_manifest_t m;
  int rc;
} listing_t;

static listing_t list(const char *text, mote_manifest_options_t opt) {
  listing_t l = {.a = mote_arena_new()};
  assert_non_null(l.a);
  opt.path = "list.csv";
  l.rc = mote_manifest_parse((const uint8_t *)text, strlen(text), &opt, l.a, &l.m);
  return l;
}

static void bad(const char *text, mote_manifest_options_t opt, int code,
                const char *part) {
  listing_t l = list(text, opt);
  assert_int_equal(l.rc, code);
  if (!strstr(mote_errmsg(), part)) fail_msg("\"%s\" lacks \"%s\"", mote_errmsg(), part);
  mote_arena_free(l.a);
}

static const mote_manifest_options_t plain;

static void columns(void **state) {
  (void)state;
  listing_t l = list("path,label,speaker,split\na.wav,yes,ann,train\nb.wav,,bob,Test\n"
                     "\"c,1.wav\",no,,val\n",
                     plain);
  assert_int_equal(l.rc, 0);
  assert_int_equal(l.m.n, 3);
  assert_string_equal(l.m.rows[0].path, "a.wav");
  assert_string_equal(l.m.rows[0].split, "training");
  assert_string_equal(l.m.rows[1].split, "testing");
  assert_string_equal(l.m.rows[2].split, "validation");
  assert_null(l.m.rows[1].label);
  assert_string_equal(l.m.rows[2].path, "c,1.wav");
  assert_string_equal(l.m.rows[0].pairs[0].key, "speaker");
  assert_string_equal(l.m.rows[0].pairs[0].value, "ann");
  assert_int_equal(l.m.rows[2].n_pairs, 0);
  assert_int_equal(l.m.rows[2].line, 4);
  mote_arena_free(l.a);
}

static void renames_and_wheres(void **state) {
  (void)state;
  const mote_pair_t renames[] = {
      {"label", "condition"}, {"split", "official"}, {"room", "place"}};
  const mote_pair_t wheres[] = {{"fold", "1"}, {"fold", "2"}, {"device", "sp"}};
  mote_manifest_options_t opt = {
      .renames = renames, .n_renames = 3, .wheres = wheres, .n_wheres = 3};
  listing_t l = list("path,condition,official,fold,device,place\na,x,train,1,sp,p\n"
                     "b,x,train,2,sw,p\nc,y,test,2,sp,p\nd,y,test,3,sp,p\n",
                     opt);
  assert_int_equal(l.rc, 0);
  assert_int_equal(l.m.n, 2);
  assert_int_equal(l.m.left_out, 2);
  assert_string_equal(l.m.rows[1].path, "c");
  assert_string_equal(l.m.rows[1].label, "y");
  assert_string_equal(l.m.rows[1].split, "testing");
  assert_string_equal(l.m.rows[1].pairs[2].key, "room");
  mote_arena_free(l.a);
  bad("path,a\nx,1\n", opt, MOTE_ERR_USAGE, "\"fold\" (there are: path, a)");
  opt.n_wheres = 0;
  bad("path,a\nx,1\n", opt, MOTE_ERR_USAGE, "no column is named \"condition\"");
}

static void rows_of_a_table(void **state) {
  (void)state;
  listing_t l = list("row,label,split\n1,Adelie,train\n2,Gentoo,test\n", plain);
  assert_int_equal(l.rc, 0);
  assert_null(l.m.rows[1].path);
  assert_int_equal(l.m.rows[1].row, 2);
  mote_arena_free(l.a);
  bad("row,label\nzero,x\n", plain, MOTE_ERR_FORMAT, "list.csv:2: row \"zero\"");
}

static void odd_splits_stay_metadata(void **state) {
  (void)state;
  listing_t l = list("path,split\na,info.labels\nb,train\n", plain);
  assert_int_equal(l.rc, 0);
  assert_null(l.m.rows[0].split);
  assert_string_equal(l.m.rows[0].pairs[0].value, "info.labels");
  assert_int_equal(l.m.n_notes, 1);
  mote_arena_free(l.a);
}

static void mistakes(void **state) {
  (void)state;
  bad("", plain, MOTE_ERR_FORMAT, "the list is empty");
  bad("file,label\na,b\n", plain, MOTE_ERR_USAGE, "no column is named \"path\"");
  bad("path,label\na,b\n,c\n", plain, MOTE_ERR_FORMAT, "list.csv:3: the path is empty");
  bad("path,label\na,b,c\n", plain, MOTE_ERR_FORMAT, ":2: 3 columns where");
  bad("path,label\n\"a\n", plain, MOTE_ERR_FORMAT, "never closed");
  bad("path\n\x01\n", plain, MOTE_ERR_FORMAT, "not text");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(columns), cmocka_unit_test(renames_and_wheres),
      cmocka_unit_test(rows_of_a_table), cmocka_unit_test(odd_splits_stay_metadata),
      cmocka_unit_test(mistakes)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
