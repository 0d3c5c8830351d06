/* SPDX-License-Identifier: Apache-2.0
 * impulse.json: what is wrong is refused with the field and the remedy; what is left open
 * is taken from the data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "impulse/impulse.h"

/* JSON with ' for ". */
static json_t *json(const char *text) {
  char buf[2048];
  size_t n = strlen(text);
  assert_true(n < sizeof buf);
  for (size_t i = 0; i <= n; i++) buf[i] = text[i] == '\'' ? '"' : text[i];
  json_error_t e;
  json_t *j = json_loads(buf, 0, &e);
  if (!j) fail_msg("%s: %s", text, e.text);
  return j;
}

static int parse(const char *text, mote_impulse_t **out) {
  json_t *j = json(text);
  int rc = mote_impulse_parse(j, "impulse.json", out);
  json_decref(j);
  return rc;
}

#define DSP "'dsp':[{'type':'raw'}]"

/* A document, and what its message must say: the place and the remedy. */
static const struct { const char *doc, *place, *remedy;
} wrong[] = {
    {"[1]", "impulse.json", "JSON object"},
    {"{'input':{}," DSP "}", "\"mote\": 1", "newer version"},
    {"{'mote':2,'input':{}," DSP "}", "\"mote\": 1", "newer version"},
    {"{'mote':1,'inputs':{}}", "\"inputs\"", "known: mote name input dsp learn"},
    {"{'mote':1," DSP "}", "input", "axes, frequency_hz, window_ms"},
    {"{'mote':1,'input':{'window':1}}", "input: there is no field \"window\"",
     "window_ms"},
    {"{'mote':1,'input':{'window_ms':'1s'}}", "input: \"window_ms\"",
     "\"auto\" or a number"},
    {"{'mote':1,'input':{'window_ms':-5}}", "\"window_ms\"", "0 or more"},
    {"{'mote':1,'input':{'stride_ms':0}}", "stride_ms", "\"auto\" or more than 0"},
    {"{'mote':1,'input':{'frequency_hz':'fast'}}", "\"frequency_hz\"", "a number"},
    {"{'mote':1,'input':{'frequency_hz':-1}}", "frequency_hz", "0 (as recorded) or more"},
    {"{'mote':1,'input':{'axes':'x'}}", "\"axes\"", "a list"},
    {"{'mote':1,'input':{'axes':['x',2]}}", "input.axes",
     "item 1 of the list is not a text"},
    {"{'mote':1,'input':{'zero_pad':'yes'}}", "\"zero_pad\"", "true or false"},
    {"{'mote':1,'input':{'pad':'edge'}}", "pad", "\"zero\" or \"floor\""},
    {"{'mote':1,'input':{'labeling':{'rule':'first'}}}", "input.labeling",
     "majority, end"},
    {"{'mote':1,'input':{'labeling':{'percent':101}}}", "percent", "0 to 100"},
    {"{'mote':1,'input':{'labeling':{'label':[]}}}", "\"label\"", "labels"},
    {"{'mote':1,'input':{},'dsp':{}}", "\"dsp\"", "a list"},
    {"{'mote':1,'input':{},'dsp':[]}", "dsp lists no block", "{\"type\": \"raw\"}"},
    {"{'mote':1,'input':{},'dsp':[3]}", "dsp[0]", "must be an object"},
    {"{'mote':1,'input':{},'dsp':[{'type':'mfccc'}]}", "dsp[0]", "mfcc"},
    {"{'mote':1,'input':{},'dsp':[{'type':'raw','param':{}}]}", "dsp[0] (raw)", "params"},
    {"{'mote':1,'input':{},'dsp':[{'type':'mfcc','params':{'num_filter':3}}]}",
     "dsp[0] (mfcc)", "num_filters"},
    {"{'mote':1,'input':{},'dsp':[{'type':'mfcc','params':{'num_filters':-3}}]}",
     "num_filters", "512"},
    {"{'mote':1,'input':{},'dsp':[{'id':2,'type':'raw'},{'id':2,'type':'raw'}]}",
     "dsp[1]", "choose another"},
    {"{'mote':1,'input':{}," DSP ",'learn':[{'name':'x'}]}", "learn[0]",
     "classifier, regression"},
    {"{'mote':1,'input':{}," DSP ",'learn':[{'type':'gmm','name':'../x'}]}", "learn[0]",
     "without"},
    {"{'mote':1,'input':{}," DSP ",'learn':[{'type':'gmm'},{'type':'gmm'}]}", "learn[1]",
     "unique"},
    {"{'mote':1,'input':{}," DSP ",'learn':[{'type':'gmm','inputs':[9]}]}", "learn[0]",
     "block 9, which does not exist"},
    {"{'mote':1,'input':{}," DSP ",'learn':[{'type':'gmm','layer':[]}]}", "\"layer\"",
     "layers"},
    {"{'mote':1,'input':{}," DSP ",'validation':{'fraction':1}}", "validation",
     "less than 1"},
    {"{'mote':1,'input':{}," DSP ",'validation':{'share':1}}", "validation",
     "fraction group"},
};

static void every_message_names_field_and_remedy(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    mote_impulse_t *m = NULL;
    if (parse(wrong[i].doc, &m) != MOTE_ERR_USAGE) fail_msg("accepted: %s", wrong[i].doc);
    assert_null(m);
    if (!strstr(mote_errmsg(), wrong[i].place) || !strstr(mote_errmsg(), wrong[i].remedy))
      fail_msg("%s: \"%s\" lacks \"%s\" or \"%s\"", wrong[i].doc, mote_errmsg(),
               wrong[i].place, wrong[i].remedy);
  }
}

static void open_fields_come_from_the_data(void **state) {
  static const char *const axes[] = {"x", "y"};
  mote_impulse_t *m;
  (void)state;
  assert_int_equal(
      parse("{'mote':1,'input':{}," DSP ",'learn':[{'type':'classifier'}]}", &m), 0);
  assert_int_equal(mote_impulse_resolve(m, axes, 2, 100), 0);
  assert_int_equal(m->input.window, 100); /* no lengths known: 1 s, half overlapped */
  assert_int_equal(m->input.stride, 50);
  assert_int_equal(m->features, 200);
  assert_int_equal(m->learn[0].rows, 100); /* raw: a row per sample, for convolutions */
  assert_int_equal(m->learn[0].cols, 2);
  assert_string_equal(m->input.axes[1], "y");
  assert_true(m->input.zero_pad && !m->input.pad_floor && !m->input.audio);
  mote_impulse_free(m);
}

/* lengths in s, sorted → the window that "auto" gives, in ms */
static void check_auto(double longest, double want) {
  double s[10];
  mote_impulse_t *m;
  for (int i = 0; i < 10; i++) s[i] = i < 9 ? longest * (i + 1) / 9 : 60;
  assert_int_equal(parse("{'mote':1,'input':{'window_ms':'auto'}," DSP "}", &m), 0);
  assert_int_equal(mote_impulse_window(m, s, 10), 0);
  assert_float_equal(m->input.window_ms, want, 1e-9);
  assert_float_equal(m->input.stride_ms, want / 2, 1e-9);
  json_t *frozen = json_object_get(json_object_get(m->json, "input"), "window_ms");
  assert_float_equal(json_number_value(frozen), want, 1e-9);
  mote_impulse_free(m);
}

/* One recording among ten is much longer; it does not decide. */
static void auto_window_fits_short_recordings(void **state) {
  (void)state;
  check_auto(0.6, 1000); /* at least 1 s: padded */
  check_auto(2.0, 2000);
  check_auto(2.03, 2100);
  check_auto(5.0, 5000);
  check_auto(7.0, 1000); /* long: windows slide */
}

static void resolve_names_what_the_data_lack(void **state) {
  static const char *const axes[] = {"x"};
  mote_impulse_t *m;
  (void)state;
  assert_int_equal(
      parse("{'mote':1,'input':{},'dsp':[{'type':'raw','name':'low','axes':['z']}]}", &m),
      0);
  assert_int_equal(mote_impulse_resolve(m, axes, 1, 100), MOTE_ERR_USAGE);
  assert_non_null(strstr(mote_errmsg(), "\"low\""));
  assert_non_null(strstr(mote_errmsg(), "\"z\""));
  mote_impulse_free(m);
  assert_int_equal(parse("{'mote':1,'input':{'window_ms':1}," DSP "}", &m), 0);
  assert_int_equal(mote_impulse_resolve(m, axes, 1, 100), MOTE_ERR_USAGE);
  assert_non_null(strstr(mote_errmsg(), "choose another window_ms"));
  mote_impulse_free(m);
}

static void files_say_line_and_column(void **state) {
  mote_impulse_t *m;
  (void)state;
  assert_true(mote_impulse_load("no/such/impulse.json", &m) < 0);
  assert_non_null(strstr(mote_errmsg(), "no/such/impulse.json"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_message_names_field_and_remedy),
      cmocka_unit_test(open_fields_come_from_the_data),
      cmocka_unit_test(auto_window_fits_short_recordings),
      cmocka_unit_test(resolve_names_what_the_data_lack),
      cmocka_unit_test(files_say_line_and_column),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
