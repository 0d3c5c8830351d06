/* SPDX-License-Identifier: Apache-2.0
 * CSV import: dialects, clocks, labels, missing values, rows as samples, and what is said
 * when it goes wrong. */
#include "import.h"

extern const mote_format_t mote_format_csv;

static import_t csv(const char *text, const mote_parse_options_t *opt) {
  static const mote_parse_options_t plain = {.path = "dir/walk.01.csv"};
  return import_bytes(&mote_format_csv, text, strlen(text), opt ? opt : &plain);
}

/* Parses, expects success. */
static import_t good(const char *text) {
  import_t i = csv(text, NULL);
  if (i.rc) fail_msg("%s", mote_errmsg());
  return i;
}

static void bad(const char *text, int code, const char *part) {
  import_t i = csv(text, NULL);
  assert_error(&i, code, part);
  import_free(&i);
}

static void assert_hz(const char *text, double hz, size_t n) {
  import_t i = good(text);
  if (fabs(i.r->hz - hz) > 1e-9 * hz)
    fail_msg("%.9g Hz, not %.9g: %s", i.r->hz, hz, text);
  assert_int_equal(i.r->n, n);
  import_free(&i);
}

static void a_plain_series(void **state) {
  (void)state;
  import_t i = good("timestamp,accX,accY\n0,1,-2.5\n10,3,4e1\n20,5,6\n");
  assert_string_equal(i.r->name, "walk.01");
  assert_int_equal(i.r->axes, 2);
  assert_string_equal(i.r->axis_names[1], "accY");
  assert_true(i.r->hz == 100 && i.r->n == 3 && i.r->values[3] == 40 && !i.r->label);
  assert_true(i.r->values[1] == -2.5f);
  import_free(&i);
}

static void clocks(void **state) {
  (void)state;
  assert_hz("timestamp,x\n0,1\n16,1\n32,1\n48,1\n", 62.5, 4);
  assert_hz("t,x\n0,1\n0.01,1\n0.02,1\n", 100, 3);
  assert_hz("time_us,x\n0,1\n500,1\n1000,1\n", 2000, 3);
  assert_hz("time (s),x\n0,1\n2,1\n4,1\n", 0.5, 3);
  assert_hz("x,time\n7,1657544418323\n7,1657544418333\n8,1657544418343\n", 100, 3);
  assert_hz("time,x\n1609459200.5,1\n1609459201.5,1\n1609459202.5,2\n", 1, 3);
  assert_hz("datetime,x\n2020-02-28T23:59:59Z,1\n2020-02-29T00:00:00Z,1\n", 1, 2);
  assert_hz(
      "date,x\n2016-12-31 23:00:00,1\n2017-01-01 00:00:00,1\n2017-01-01 01:00:00,1\n",
      1.0 / 3600, 3);
  assert_hz("time,x\n2024/10/22 15:27:49.9,1\n2024/10/22 15:27:50.0,1\n", 10, 2);
  assert_hz("time,x\n22.10.2024 23:59:30,1\n23.10.2024 00:00:00,1\n", 1.0 / 30, 2);
  assert_hz("time,x\n10/22/2024 11:59:30 PM,1\n10/23/2024 12:00:00 AM,1\n", 1.0 / 30, 2);
  assert_hz("time,x\n31/12/2023 23:59,1\n01/01/2024 00:00,1\n01/01/2024 00:01,1\n",
            1.0 / 60, 3);
  assert_hz("time,x\n59:59.8,1\n59:59.9,1\n00:00.0,1\n00:00.1,1\n", 10, 4);
  assert_hz("time,x\n23:59:59,1\n00:00:00,1\n00:00:01,1\n", 1, 3);
  assert_hz("time,x\n2020-01-01 01:59:59+01:00,1\n2020-01-01 01:00:00+0000,1\n", 1, 2);
  assert_hz("50236,1\n50486,2\n50736,1\n", 4, 3); /* no header: the first column rises */
}

static void dialects(void **state) {
  (void)state;
  static const char *const texts[] = {
      "time,a,b\n0,1.5,2\n10,3,4\n20,1,1\n",
      "time;a;b\r\n0;1.5;2\r\n10;3;4\r\n20;1;1\r\n",
      "time;a;b\n0;1,5;2\n10;3;4\n20;1;1\n",
      "time\ta\tb\n0\t1.5\t2\n10\t3\t4\n20\t1\t1",
      "\xEF\xBB\xBF\"time\",\"a\",\"b\"\n\"0\",\"1.5\",2\n10,3,4\n20,1,1\n",
      "# made by a logger\n\ntime,a,b\n0, 1.5 ,2\n\n10,3,4\n# pause\n20,1,1\n",
      "time a b\n0   1.5 2\n 10 3 4\n20 1 1\n",
      "time,a,b,,,\n0,1.5,2,,,\n10,3,4,,,\n20,1,1,,,\n,,,,,\n",
      "time|a|b\r0|1.5|2\r10|3|4\r20|1|1\r"};
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
    import_t i = good(texts[k]);
    assert_int_equal(i.r->axes, 2);
    assert_int_equal(i.r->n, 3);
    assert_true(i.r->hz == 100 && i.r->values[0] == 1.5f && i.r->values[3] == 4);
    assert_string_equal(i.r->axis_names[0], "a");
    import_free(&i);
  }
}

static void charsets(void **state) {
  (void)state;
  static const uint8_t utf16[] = "\xFF\xFEt\0,\0\xE4\0\n\0"
                                 "0\0,\0"
                                 "1\0\n\0"
                                 "1\0,\0"
                                 "2\0\n";
  mote_parse_options_t opt = {.path = "x.csv"};
  import_t i = import_bytes(&mote_format_csv, utf16, sizeof utf16, &opt);
  assert_int_equal(i.rc, 0);
  assert_string_equal(i.r->axis_names[0], "\xC3\xA4");
  assert_true(has_note(i.r, "UTF-16"));
  import_free(&i);
  i = good("t,\xE4\n0,1\n1,2\n");
  assert_string_equal(i.r->axis_names[0], "\xC3\xA4");
  assert_true(has_note(i.r, "Latin-1"));
  import_free(&i);
  bad("t,a\n0,1\n\x01,2\n", MOTE_ERR_FORMAT, "walk.01.csv: byte 8 is 0x01");
}

static void irregular_rows(void **state) {
  (void)state;
  import_t i = good("timestamp,x\n0,0\n10,10\n20,20\n50,50\n60,60\n70,70\n80,80\n");
  assert_true(i.r->hz == 100 && i.r->n == 9);
  for (int k = 0; k < 9; k++)
    assert_true(fabsf(i.r->values[k] - 10.0f * (float)k) < 1e-5f);
  assert_true(has_note(i.r,
                       "irregular intervals (10 to 30 ms, median 10 ms): resampled to "
                       "100 Hz"));
  import_free(&i);
  mote_parse_options_t opt = {.path = "x.csv", .hz = 50};
  i = csv("timestamp,x\n0,0\n10,10\n20,20\n50,50\n60,60\n70,70\n80,80\n", &opt);
  assert_true(i.r->hz == 50 && i.r->n == 5 && fabsf(i.r->values[4] - 80) < 1e-5f);
  import_free(&i);
}

static void wandering_clocks_and_gaps(void **state) {
  (void)state;
  import_t i = good("time,x\n00:00.000,1\n00:00.101,1\n00:00.198,1\n00:00.301,2\n"
                    "00:00.400,1\n00:00.502,1\n");
  assert_true(i.r->hz == 10 && i.r->n == 6 && has_note(i.r, "taken as 10 Hz"));
  import_free(&i);
  i = good("t,x,label\n200,1,b\n50,1,a\n40,1,a\n30,1,a\n20,1,a\n10,1,a\n0,1,a\n");
  assert_true(i.r->n == 21 && has_note(i.r, "the longest gap, 0.15 s behind row 6"));
  assert_string_equal(i.r->ranges[1].label, "b");
  import_free(&i);
  /* Bursts: the mean counts, not the median. */
  i = good("t,x\n0,1\n1,1\n20,1\n21,1\n40,1\n41,1\n60,1\n61,1\n80,1\n");
  assert_true(i.r->hz == 100 && i.r->n == 9);
  import_free(&i);
  mote_parse_options_t opt = {.path = "x.csv", .hz = 1e9, .max_bytes = 1000};
  i = csv("time (s),x\n0,0\n1,10\n3,20\n4,50\n", &opt);
  assert_error(&i, MOTE_ERR_LIMIT, "4e+09 rows at 1e+09 Hz exceed");
  import_free(&i);
}

static void odd_clocks_are_told(void **state) {
  (void)state;
  import_t i = good("timestamp,x\n0,1\n0,2\n20,3\n20,4\n40,5\n40,6\n");
  assert_true(i.r->hz == 100 && i.r->n == 6 && i.r->values[5] == 6);
  assert_true(has_note(i.r, "3 of 6 rows repeat the time"));
  import_free(&i);
  char text[2000] = "timestamp,x\n";
  for (int k = 0; k < 60; k++)
    sprintf(text + strlen(text), "%d,%d\n", k == 30 ? 285 : 10 * k, k);
  i = good(text);
  assert_true(i.r->hz == 100 && has_note(i.r, "goes back in 1 rows by up to 0.005 s"));
  import_free(&i);
  i = good("time,x\n30,3\n20,2\n10,1\n0,0\n");
  assert_true(i.r->values[0] == 0 && i.r->values[3] == 3 && has_note(i.r, "newest"));
  import_free(&i);
  bad("time,x\n0,1\n10,1\n20,1\n0,1\n10,1\n20,1\n", MOTE_ERR_FORMAT, "goes back 2 times");
  bad("time,x\n5,1\n5,1\n5,1\n", MOTE_ERR_FORMAT, "the same in all rows");
  bad("time,x\n0,1\n1e-300,1\n2e-300,1\n", MOTE_ERR_NUMERIC, "no sensible time");
  bad("time,x\n0,1\n10,1\n20,1\n900000000,1\n", MOTE_ERR_FORMAT, "most of it is missing");
}

static void labels_become_ranges(void **state) {
  (void)state;
  import_t i = good("x,t,label\n1,0,up\n1,10,up\n1,20,down\n1,30,down\n1,40,\n");
  assert_int_equal(i.r->n_ranges, 3);
  assert_int_equal(i.r->ranges[0].end, 2);
  assert_string_equal(i.r->ranges[1].label, "down");
  assert_string_equal(i.r->ranges[2].label, "unlabelled");
  assert_int_equal(i.r->axes, 1);
  import_free(&i);
  i = good("t,x,class\n0,1,idle\n1,1,idle\n");
  assert_string_equal(i.r->label, "idle");
  assert_int_equal(i.r->n_ranges, 0);
  import_free(&i);
  mote_parse_options_t opt = {.path = "x.csv", .label_column = "Anomaly"};
  i = csv("t,x,anomaly\n0,1,0.0\n1,1,1.0\n", &opt);
  assert_string_equal(i.r->ranges[1].label, "1.0");
  import_free(&i);
  i = csv("t,x\n0,1\n1,1\n", &opt);
  assert_error(&i, MOTE_ERR_USAGE, "no column is named \"Anomaly\"");
  import_free(&i);
  /* Resampled: the nearest row's label. */
  i = good("t,x,label\n0,1,a\n10,1,a\n20,1,a\n60,1,b\n70,1,b\n80,1,b\n90,1,b\n100,1,b\n");
  assert_int_equal(i.r->ranges[0].end, 5);
  import_free(&i);
}

static void missing_values(void **state) {
  (void)state;
  import_t i = good("t,a,b,c\n0,0,5,\n1,NA,5,\n2,nan,6,\n3,3,null,\n4,4,7,\n");
  assert_int_equal(i.r->axes, 2);
  assert_true(i.r->values[2] == 1 && i.r->values[4] == 2 && i.r->values[7] == 6.5f);
  assert_true(
      has_note(i.r, "column 2 (a): 2 of 5 values are missing (at most 2 in a row)"));
  assert_true(has_note(i.r, "column 4 (c) is empty"));
  import_free(&i);
  bad("t,a\n0,1\n1,\n2,\n3,\n", MOTE_ERR_FORMAT, "3 of 4 values are missing");
}

static void words(void **state) {
  (void)state;
  import_t i = good("t,who,what,x (m/s2)\n0,ann,p,1\n1,ann,q,2\n");
  assert_int_equal(i.r->axes, 1);
  assert_string_equal(i.r->axis_names[0], "x");
  assert_string_equal(i.r->axis_units[0], "m/s2");
  assert_int_equal(i.r->n_meta, 1);
  assert_string_equal(i.r->meta[0].value, "ann");
  assert_true(has_note(i.r, "column 3 (what) holds text: left out"));
  import_free(&i);
  i = good("t;acc\ns;g\n0;1\n0.5;2\n");
  assert_string_equal(i.r->axis_units[0], "g");
  assert_true(i.r->hz == 2);
  import_free(&i);
}

static void no_time(void **state) {
  (void)state;
  mote_parse_options_t opt = {.path = "fan.csv", .hz = 200};
  import_t i = csv("-0.01, 0.2, 0.96\n-0.03, 0.1, 0.98\n", &opt);
  assert_true(i.r->hz == 200 && i.r->axes == 3 && i.r->n == 2);
  assert_string_equal(i.r->axis_names[2], "column 3");
  import_free(&i);
  bad("-0.01, 0.2, 0.96\n-0.03, 0.1, 0.98\n", MOTE_ERR_USAGE, "--hz");
  i = csv(",R\n0,351\n1,724\n2,1086\n", &opt);
  assert_true(i.r->axes == 1 && i.r->values[2] == 1086 && has_note(i.r, "row numbers"));
  import_free(&i);
  /* One line is a sample of a table, as elsewhere. */
  i = good("accX,accY\n4.5,1\n");
  assert_int_equal(i.r->kind, MOTE_KIND_TABULAR);
  import_free(&i);
}

static void rows_are_samples(void **state) {
  (void)state;
  mote_parse_options_t opt = {
      .path = "d/birds.csv", .rows_are_samples = 1, .label_column = "species"};
  import_t i = csv("species,bill,sex\nA,1.5,m\nB,NA,f\nA,3,NA\nNA,4,m\n", &opt);
  assert_int_equal(i.all.n, 4);
  assert_string_equal(i.r[1].name, "birds.2");
  assert_string_equal(i.r[1].label, "B");
  assert_true(i.r[1].values[0] == 3 && has_note(&i.r[1], "bill is missing: the median"));
  assert_int_equal(i.r[2].n_meta, 1);
  assert_string_equal(i.r[0].meta[1].value, "m");
  assert_string_equal(i.r[3].meta[0].value, "4");
  assert_null(i.r[3].label);
  assert_int_equal(i.r[0].kind, MOTE_KIND_TABULAR);
  import_free(&i);
}

static void errors_say_where(void **state) {
  (void)state;
  bad("time,a,b\n0,1,1\n1,2,2\n2,3,abc\n3,3,4\n", MOTE_ERR_FORMAT,
      "dir/walk.01.csv:4: column 3 (b): \"abc\" is not a number (correct it");
  bad("time,a\n0,1\n1,1e99\n", MOTE_ERR_FORMAT, ":3: column 2 (a): \"1e99\"");
  bad("time,a\n0,1\n1,2\nnow,3\n3,3\n4,3\n", MOTE_ERR_FORMAT,
      ":4: column 1 (time): \"now\" is not a time like the first one");
  bad("time,a\n0,1\n1,2,9\n2,3\n", MOTE_ERR_FORMAT, ":3: 3 columns where");
  bad("time,a\n0,\"1\n1,2\n", MOTE_ERR_FORMAT, ":2: a quote is opened");
  bad("time,a\n0,\"1\"2\n1,2\n", MOTE_ERR_FORMAT, ":2: text follows");
  bad("", MOTE_ERR_FORMAT, "empty");
  bad("time,a\n", MOTE_ERR_FORMAT, "no data");
  bad("a,b\nx,y\nz,y\n", MOTE_ERR_FORMAT, "no column of numbers");
  import_t i = good("time,a\n0,1\n1,2\n2");
  assert_true(i.r->n == 2 && has_note(i.r, "line 4 is cut off"));
  import_free(&i);
}

static void too_many_columns_and_labels(void **state) {
  (void)state;
  size_t n = 20000000; /* ten million columns */
  char *text = malloc(n + 1);
  assert_non_null(text);
  for (size_t k = 0; k < n; k++) text[k] = k % 2 ? ',' : '1';
  text[n] = 0;
  bad(text, MOTE_ERR_LIMIT, "more than 1100 columns");
  char *p = text + sprintf(text, "t,x,label\n");
  for (int k = 0; k < 1500; k++) p += sprintf(p, "%d,1,L%d\n", k, k);
  bad(text, MOTE_ERR_LIMIT, ":1002: column 3 (label) has more than 1000");
  p = text;
  for (int k = 0; k < 1050; k++) p += sprintf(p, "%d,", k);
  p += sprintf(p, "1\n");
  memmove(p, text, (size_t)(p - text) + 1);
  bad(text, MOTE_ERR_LIMIT, "the limit is 1024");
  free(text);
  mote_parse_options_t opt = {.path = "x.csv", .max_bytes = 8};
  import_t i = csv("t,a\n0,1\n1,2\n2,2\n3,3\n", &opt);
  assert_error(&i, MOTE_ERR_LIMIT, "exceed the limit");
  import_free(&i);
}

static void sniffing(void **state) {
  (void)state;
  static const struct {
    const char *text, *ext;
    int yes;
  } cases[] = {
      {"a,b\n1,2\n", "csv", 1},   {"# Read me\nThis is, well, prose\n", "md", 0},
      {"acc\n1 2 3\n", "txt", 1}, {"Copyright 2014 Somebody\nAll rights\n", "txt", 0},
      {"1.5;2\n3;4\n", "", 1},    {"1,2\n", "exe", 0}};
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
    assert_int_equal(mote_format_csv.sniff((const uint8_t *)cases[k].text,
                                           strlen(cases[k].text), cases[k].ext),
                     cases[k].yes);
  assert_ptr_equal(mote_format_find((const uint8_t *)"a,b\n1,2\n", 8, "d/X.CSV"),
                   &mote_format_csv);
  assert_null(mote_format_find((const uint8_t *)"\x7F"
                                                "ELF",
                               4, "program"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_plain_series),
                                     cmocka_unit_test(clocks),
                                     cmocka_unit_test(dialects),
                                     cmocka_unit_test(charsets),
                                     cmocka_unit_test(irregular_rows),
                                     cmocka_unit_test(wandering_clocks_and_gaps),
                                     cmocka_unit_test(odd_clocks_are_told),
                                     cmocka_unit_test(labels_become_ranges),
                                     cmocka_unit_test(missing_values),
                                     cmocka_unit_test(words),
                                     cmocka_unit_test(no_time),
                                     cmocka_unit_test(rows_are_samples),
                                     cmocka_unit_test(errors_say_where),
                                     cmocka_unit_test(too_many_columns_and_labels),
                                     cmocka_unit_test(sniffing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
