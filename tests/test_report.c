/* SPDX-License-Identifier: Apache-2.0
 * The page as a function of the figures: well-formed, loads nothing, and no text of the
 * user becomes markup, wherever it stands. Figures of every kind are made here; whole
 * projects are tests/test_report_cli.sh. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "formats/recording.h"
#include "report/base64.h"
#include "report/gather.h"
#include "report/page.h"
#include "report/png.h"
#include "report/report.h"

#define HOSTILE "</style></script><img src=x onerror=alert(1)>'\"&amp;]]>{{%s}}"

/* ---- a small reader of XML: balanced tags, quoted attributes, known entities ---- */

typedef struct {
  const char *s, *begin;
  char open[64][16];
  int depth, elements;
} reader_t;

static void bad(const reader_t *r, const char *what) {
  fail_msg("%s at byte %ld: %.60s", what, (long)(r->s - r->begin), r->s);
}

static void entity(reader_t *r) {
  static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  for (size_t i = 0; i < 5; i++)
    if (!strncmp(r->s, known[i], strlen(known[i]))) {
      r->s += strlen(known[i]);
      return;
    }
  bad(r, "bare &");
}

static void attribute(reader_t *r) {
  size_t n = strcspn(r->s, "=<>\"' \n");
  if (!n || r->s[n] != '=' || r->s[n + 1] != '"') bad(r, "attribute");
  if (!strncmp(r->s, "on", 2) || !strncmp(r->s, "style=", 6))
    bad(r, "forbidden attribute");
  if ((!strncmp(r->s, "href=", 5) && strncmp(r->s + 6, "#", 1) &&
       strncmp(r->s + 6, "data:", 5)) ||
      !strncmp(r->s, "src=", 4))
    bad(r, "a reference out of the page");
  for (r->s += n + 2; *r->s && *r->s != '"';) {
    if (*r->s == '<') bad(r, "< in an attribute");
    if (*r->s == '&')
      entity(r);
    else
      r->s++;
  }
  r->s++;
}

static void tag(reader_t *r) {
  static const char *const known =
      " html head meta title style body header h1 h2 h3 h4 p code nav a main div section "
      "ul li "
      "b i small span footer script table thead tbody tfoot tr th td dl dt dd br details "
      "summary figure figcaption pre svg path rect text image ";
  char name[16], key[20];
  int closing = r->s[1] == '/';
  r->s += 1 + closing;
  size_t n = strcspn(r->s, " />\n");
  if (!n || n >= sizeof name) bad(r, "tag");
  snprintf(name, sizeof name, "%.*s", (int)n, r->s);
  snprintf(key, sizeof key, " %s ", name);
  if (!strstr(known, key)) bad(r, "unknown element");
  r->s += n;
  while (*r->s == ' ' || *r->s == '\n') {
    r->s++;
    if (*r->s != '>' && *r->s != '/') attribute(r);
  }
  if (closing) {
    if (!r->depth || strcmp(r->open[--r->depth], name)) bad(r, "tag closes another");
  } else if (*r->s == '/')
    r->s++;
  else {
    if (r->depth == 64) bad(r, "too deep");
    strcpy(r->open[r->depth++], name);
    r->elements++;
  }
  if (*r->s++ != '>') bad(r, "end of tag");
}

/* Style and script end at their own tag only. */
static void skip_source(reader_t *r, const char *end) {
  const char *at = strstr(r->s, end);
  if (!at) bad(r, "source without an end");
  r->s = at;
}

static int check_page(const char *page) {
  static const char head[] = "<!DOCTYPE html>\n";
  reader_t r = {.s = page, .begin = page};
  if (strncmp(page, head, sizeof head - 1)) bad(&r, "doctype");
  r.s += sizeof head - 1;
  while (*r.s) {
    if (*r.s == '<') {
      tag(&r);
      if (r.depth && !strcmp(r.open[r.depth - 1], "style")) skip_source(&r, "</style>");
      if (r.depth && !strcmp(r.open[r.depth - 1], "script")) skip_source(&r, "</script>");
    } else if (*r.s == '&')
      entity(&r);
    else if ((unsigned char)*r.s < 0x20 && *r.s != '\n' && *r.s != '\t')
      bad(&r, "control");
    else
      r.s++;
  }
  if (r.depth) bad(&r, "unclosed element");
  if (strstr(page, "http://") || strstr(page, "https://") || strstr(page, "@import"))
    fail_msg("the page refers to another place");
  return r.elements;
}

/* ---- figures of every kind ---- */

static json_t *parse(const char *text) {
  json_error_t e;
  json_t *j = json_loads(text, 0, &e);
  if (!j) fail_msg("figures: %s at %d", e.text, e.position);
  return j;
}

#define SPLITS                                                                           \
  "{\"training\":{\"samples\":5,\"seconds\":50},\"testing\":{\"samples\":2,\"seconds\":" \
  "9}}"

static const char *const parts[][2] = {
    {"project", "\"LABEL\""},
    {"run", "3"},
    {"trained", "\"LABEL\""},
    {"next", "[\"LABEL\"]"},
    {"data", "{\"total\":" SPLITS ",\"labels\":[{\"label\":\"LABEL\",\"splits\":" SPLITS
             "},{\"label\":"
             "\"\",\"splits\":{}}],\"disabled\":2,\"rates\":[{\"text\":\"LABEL\","
             "\"samples\":3},{\"text\":"
             "\"b\",\"samples\":1}],\"axes\":[{\"text\":\"LABEL\",\"samples\":7}],"
             "\"notes\":[{\"text\":"
             "\"LABEL\",\"samples\":7}],\"signatures\":[]}"},
    {"examples", "[{\"label\":\"LABEL\",\"name\":\"LABEL\",\"split\":\"testing\",\"hz\":"
                 "100,\"seconds\":0.05,"
                 "\"axes_in_all\":9,\"axes\":[{\"name\":\"LABEL\",\"unit\":\"LABEL\","
                 "\"low\":[1,2,null,4,5]},"
                 "{\"name\":\"gx\",\"unit\":\"dps\",\"low\":[0,0,0,0,0],\"high\":[1,1,1,"
                 "1,1]}],\"ranges\":"
                 "[{\"from\":0,\"to\":0.5,\"label\":\"LABEL\"}],\"spectrogram\":{"
                 "\"rows\":2,\"cols\":3,\"hz\":"
                 "50,\"levels\":\"AECA/"
                 "wAB\"}},{\"label\":\"x\",\"name\":\"y\",\"axes\":[],\"spectrogram\":"
                 "{\"rows\":2,\"cols\":3,\"hz\":50,\"levels\":\"LABEL\"}}]"},
    {"features", "{\"windows\":3,\"columns\":4,\"labels\":[\"LABEL\",\"b\"],\"pca_"
                 "share\":[0.5,0.2],\"points\":"
                 "[{\"label\":0,\"split\":\"training\",\"name\":\"LABEL\",\"start\":0,"
                 "\"pca\":[0,1],\"tsne\":"
                 "[1,2]},{\"label\":1,\"split\":\"testing\",\"name\":\"n\",\"start\":1.5,"
                 "\"pca\":[1,0],\"tsne\":"
                 "[3,4],\"answer\":\"LABEL\",\"score\":0.9,\"right\":false},{\"label\":"
                 "77,\"pca\":[null,2]}]}"},
    {"training",
     "{\"dataset\":\"LABEL\",\"seed\":1,\"windows\":{\"training\":9},\"learners\":{"
     "\"LABEL\":{"
     "\"type\":\"classifier\",\"best_epoch\":2,\"curve\":[{\"epoch\":1,\"loss\":2,"
     "\"accuracy\":0.4},"
     "{\"epoch\":2,\"loss\":1,\"accuracy\":0.7,\"val_loss\":1.5,\"val_accuracy\":0.6}],"
     "\"layers\":"
     "[{\"name\":\"LABEL\",\"type\":\"dense\",\"shape\":[1,1,4],\"params\":8,\"macs\":8}]"
     ",\"params\":"
     "8,\"macs\":8,\"int8\":{\"method\":\"LABEL\",\"float32\":90,\"int8\":80,\"prefer_"
     "float32\":true,"
     "\"layers\":{\"layers\":[{\"tensor\":\"LABEL\",\"op\":\"dense\",\"lo\":-1,\"hi\":1,"
     "\"seen_lo\":"
     "-0.5,\"seen_hi\":0.9,\"snr_db\":31.5},{\"tensor\":\"b\",\"op\":\"relu\",\"snr_db\":"
     "200}]}}},"
     "\"odd\":{\"type\":\"kmeans\",\"threshold\":1.5,\"threshold_from\":\"LABEL\"}}}"},
    {"test", "{\"windows\":20,\"float32\":{\"accuracy\":0.9,\"accuracy_recordings\":1},"
             "\"int8\":{\"accuracy\":"
             "0.8},\"learners\":{\"LABEL\":{\"type\":\"classifier\",\"left_out\":2,"
             "\"prefer_float32\":true,"
             "\"float32\":{\"accuracy\":0.9,\"auc\":null,\"per_class\":{\"LABEL\":{"
             "\"support\":10,\"precision\":"
             "0.9,\"recall\":0.4,\"f1\":0.6}},\"confusion\":{\"columns\":[\"LABEL\","
             "\"uncertain\"],\"rows\":"
             "[[9,1]]}},\"int8\":{\"accuracy\":0.8}},\"odd\":{\"type\":\"gmm\","
             "\"float32\":{\"auc\":0.97,\"f1\":"
             "0.9,\"anomalies\":3,\"false_alarm\":0.01,\"recall\":0.9,\"roc\":{\"fpr\":["
             "0,0.5,1],\"tpr\":"
             "[0,0.9,1]}},\"histogram\":{\"low\":0,\"high\":4,\"threshold\":2,\"normal\":"
             "[5,1],\"anomalous\":"
             "[0,3]}},\"level\":{\"type\":\"regression\",\"float32\":{\"mae\":0.5},"
             "\"pairs\":{\"truth\":[1,2,3],"
             "\"answer\":[1.1,2,2.8]}}}}"},
    {"cost",
     "{\"variant\":\"int8\",\"chips\":[{\"name\":\"LABEL\",\"title\":\"LABEL\",\"flash_"
     "bytes\":1000,"
     "\"ram_bytes\":100,\"stride_ms\":5,\"memory_source\":\"LABEL\",\"compile\":{\"ram\":"
     "{\"instance\":"
     "200},\"flash\":{\"bytes\":500,\"source\":\"LABEL\"},\"stack\":{\"bytes\":{\"feed\":"
     "90,\"poll\":120}},"
     "\"cost\":{\"cycles\":1e6,\"ms\":12,\"mj\":0.2,\"rows\":[{\"stage\":\"LABEL\","
     "\"work\":9,\"cycles\":"
     "10}]}}},{\"name\":\"no\",\"error\":\"LABEL\"}],\"blerp\":{\"formulas\":[\"LABEL\"],"
     "\"chips\":[{"
     "\"chip\":\"LABEL\",\"title\":\"LABEL\",\"bandwidth\":{\"chip_bytes_per_day\":10,"
     "\"cloud_bytes_per_day\":1e9},\"energy\":{\"chip_mj_per_result\":0.1,\"cloud\":[{"
     "\"radio\":"
     "\"LABEL\",\"mj_per_result\":9,\"source\":\"LABEL\"}]},\"privacy\":{\"chip_raw_"
     "bytes_out_per_day\":"
     "0,\"cloud_raw_bytes_out_per_day\":9}}]}}"},
    {"design", "{\"name\":\"LABEL\",\"input\":{\"axes\":[\"LABEL\"],\"window_ms\":1000,"
               "\"stride_ms\":500},"
               "\"dsp\":[{\"name\":\"LABEL\",\"type\":\"LABEL\"}],\"learn\":[{\"name\":"
               "\"LABEL\",\"type\":\"x\"}]}"},
};
#define PARTS (sizeof parts / sizeof *parts)

/* `label` in JSON writing in place of every LABEL. */
static json_t *figures_with(const char *label) {
  json_t *f = json_object(), *as_json = json_string(label);
  char *quoted = json_dumps(as_json, JSON_ENCODE_ANY);
  assert_non_null(quoted);
  quoted[strlen(quoted) - 1] = 0; /* without its quotes */
  for (size_t i = 0; i < PARTS; i++) {
    mote_buf_t text = {0};
    for (const char *s = parts[i][1]; *s;) {
      const char *at = strstr(s, "LABEL");
      size_t n = at ? (size_t)(at - s) : strlen(s);
      assert_int_equal(mote_buf_add(&text, s, n), 0);
      if (at) assert_int_equal(mote_buf_printf(&text, "%s", quoted + 1), 0);
      s += n + (at ? 5 : 0);
    }
    json_error_t e;
    json_t *v = json_loadb((char *)text.p, text.n, JSON_DECODE_ANY, &e);
    if (!v) fail_msg("%s: %s at %d", parts[i][0], e.text, e.position);
    json_object_set_new(f, parts[i][0], v);
    mote_buf_free(&text);
  }
  free(quoted);
  json_decref(as_json);
  return f;
}

static size_t times(const char *page, const char *word) {
  size_t n = 0;
  for (; (page = strstr(page, word)); page++) n++;
  return n;
}

static void every_part_is_well_formed(void **state) {
  json_t *f = figures_with("walk");
  mote_buf_t page = {0};
  (void)state;
  assert_int_equal(mote_report_html(f, &page), 0);
  const char *html = (const char *)page.p;
  assert_true(check_page(html) > 200);
  static const char *const ids[] = {"data", "examples", "features", "training",
                                    "test", "cost",     "blerp",    "design"};
  for (size_t i = 0; i < 8; i++) {
    char id[40];
    snprintf(id, sizeof id, "<section id=\"%s\">", ids[i]);
    if (times(html, id) != 1) fail_msg("no section %s", ids[i]);
  }
  assert_int_equal(times(html, "data:image/png;base64,iVBORw0KGgo"), 1);
  assert_non_null(strstr(html, "answer: walk 0.90"));
  mote_buf_free(&page);
  json_decref(f);
}

static void hostile_texts_stay_texts(void **state) {
  static const char *const texts[] = {
      HOSTILE,  "a\x01\x1f\x7f\n\tb",      "\xef\xbf\xbe\xf0\x9f\x98\x80", "", "%n%s%d",
      "-->]]>", "\xd9\x85\xd8\xb1\xd8\xad"};
  (void)state;
  json_t *plain = figures_with("walk");
  mote_buf_t page = {0};
  assert_int_equal(mote_report_html(plain, &page), 0);
  size_t scripts = times((char *)page.p, "<script"),
         images = times((char *)page.p, "<im");
  int elements = check_page((char *)page.p);
  mote_buf_free(&page);
  json_decref(plain);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    json_t *f = figures_with(texts[i]);
    assert_int_equal(mote_report_html(f, &page), 0);
    int here = check_page((char *)page.p);
    if (*texts[i]) assert_int_equal(here, elements);
    assert_int_equal(times((char *)page.p, "<script"), scripts);
    assert_int_equal(times((char *)page.p, "<im"), images);
    mote_buf_free(&page);
    json_decref(f);
  }
}

/* Any part may be missing, or be of the wrong kind, and the rest is drawn. */
static void parts_may_be_missing_or_odd(void **state) {
  static const char *const odd[] = {"null", "[]", "{}", "7", "\"text\"", "[[]]", "[{}]"};
  (void)state;
  for (size_t i = 0; i <= PARTS; i++)
    for (size_t k = 0; k < sizeof odd / sizeof *odd; k++) {
      json_t *f = figures_with("walk");
      if (i < PARTS) json_object_del(f, parts[i][0]);
      if (i < PARTS && k)
        json_object_set_new(f, parts[i][0], json_loads(odd[k], JSON_DECODE_ANY, NULL));
      mote_buf_t page = {0};
      assert_int_equal(mote_report_html(f, &page), 0);
      check_page((char *)page.p);
      mote_buf_free(&page);
      json_decref(f);
    }
}

/* The policy names exactly the style and the script that are there. */
static void policy_allows_what_is_there(void **state) {
  json_t *f = parse("{\"project\":\"p\"}");
  mote_buf_t page = {0};
  (void)state;
  assert_int_equal(mote_report_html(f, &page), 0);
  const char *html = (const char *)page.p;
  assert_non_null(strstr(html, "default-src 'none'; img-src data:; style-src 'sha256-"));
  static const char *const tags[2] = {"style", "script"};
  for (size_t i = 0; i < 2; i++) {
    char open[16], close[16], want[80];
    snprintf(open, sizeof open, "<%s>", tags[i]);
    snprintf(close, sizeof close, "</%s>", tags[i]);
    const char *from = strstr(html, open) + strlen(open), *to = strstr(from, close);
    mote_buf_t hash = {0};
    uint8_t raw[32];
    mote_sha_t sha = mote_sha256(from, (size_t)(to - from));
    for (int b = 0; b < 32; b++) {
      unsigned v;
      assert_int_equal(sscanf(sha.hex + 2 * b, "%2x", &v), 1);
      raw[b] = (uint8_t)v;
    }
    assert_int_equal(mote_base64_add(&hash, raw, 32), 0);
    snprintf(want, sizeof want, "%s-src 'sha256-%s'", tags[i], (char *)hash.p);
    assert_non_null(strstr(html, want));
    assert_int_equal(times(html, open), 1);
    mote_buf_free(&hash);
  }
  mote_buf_free(&page);
  json_decref(f);
}

/* ---- pieces ---- */

static void base64_of_the_standard(void **state) {
  static const char *const want[] = {
      "",         "Zg==",     "Zm8=",    "Zm9v",
      "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"}; /* RFC 4648, section 10 */
  (void)state;
  for (size_t n = 0; n <= 6; n++) {
    mote_buf_t out = {0};
    uint8_t back[6];
    assert_int_equal(mote_base64_add(&out, "foobar", n), 0);
    assert_string_equal(out.p ? (char *)out.p : "", want[n]);
    assert_int_equal(mote_base64_read(want[n], back, sizeof back), (int)n);
    assert_memory_equal(back, "foobar", n);
    mote_buf_free(&out);
  }
  uint8_t small[2];
  assert_int_equal(mote_base64_read("Zm9v", small, 2), -1);
  assert_int_equal(mote_base64_read("Zm9\x80", small, 2), -1);
}

/* A tone of a quarter of the rate is brightest in the middle row, at all times. */
static void tone_in_a_spectrogram(void **state) {
  static float x[4000];
  static const float wave[4] = {0, 1000, 0, -1000};
  mote_recording_t r = {
      .kind = MOTE_KIND_SERIES, .hz = 8000, .axes = 1, .n = 4000, .values = x};
  (void)state;
  for (size_t i = 0; i < 4000; i++) x[i] = wave[i % 4];
  json_t *s = mote_gather_spectrogram(&r);
  assert_non_null(s);
  size_t rows = (size_t)mote_json_number(s, "rows"),
         cols = (size_t)mote_json_number(s, "cols");
  uint8_t *level = malloc(rows * cols);
  assert_int_equal(mote_base64_read(mote_json_text(s, "levels"), level, rows * cols),
                   (int)(rows * cols));
  for (size_t c = 0; c < cols; c++) {
    size_t best = 0;
    for (size_t k = 1; k < rows; k++)
      if (level[k * cols + c] > level[best * cols + c]) best = k;
    assert_in_range(best, rows / 2 - 2, rows / 2 + 1);
    assert_in_range(level[best * cols + c], 250, 255);
    assert_in_range(level[c], 0, 5);
  }
  free(level);
  json_decref(s);
  r.n = 63;
  assert_null(mote_gather_spectrogram(&r)); /* too short */
  r.n = 4000;
  memset(x, 0, sizeof x);
  assert_null(mote_gather_spectrogram(&r)); /* silence has no picture */
}

static void memory_runs_out(void **state) {
  json_t *f = figures_with("walk");
  (void)state;
  for (long at = 1; at < 80; at++) {
    mote_buf_t page = {0};
    mote_alloc_fail_at(at, 0);
    int rc = mote_report_html(f, &page);
    mote_alloc_fail_at(0, 0);
    assert_true(rc == 0 || rc == MOTE_ERR_NOMEM);
    mote_buf_free(&page);
  }
  json_decref(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_part_is_well_formed),
                                     cmocka_unit_test(hostile_texts_stay_texts),
                                     cmocka_unit_test(parts_may_be_missing_or_odd),
                                     cmocka_unit_test(policy_allows_what_is_there),
                                     cmocka_unit_test(base64_of_the_standard),
                                     cmocka_unit_test(tone_in_a_spectrogram),
                                     cmocka_unit_test(memory_runs_out)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
