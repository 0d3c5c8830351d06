/* SPDX-License-Identifier: Apache-2.0
 * The frame of the page. Its policy forbids all loading and allows the one style sheet
 * and the one script by their hashes: even a text that got past the escaping could not
 * run. */
#include "report/html.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "report/base64.h"
#include "report/report.h"

static const struct {
  const char *id, *title, *needs;
  void (*draw)(mote_page_t *p, json_t *figures);
} sections[] = {
    {"data", "Data", "data.total", mote_html_data},
    {"examples", "Recordings", "examples", mote_html_examples},
    {"features", "Features", "features", mote_html_features},
    {"training", "Training", "training.learners", mote_html_training},
    {"test", "Test", "test.learners", mote_html_test},
    {"cost", "Cost on the chip", "cost.chips", mote_html_cost},
    {"blerp", "BLERP", "cost.blerp.chips", mote_html_blerp},
    {"design", "Design", "design", mote_html_design},
};
#define SECTIONS (sizeof sections / sizeof *sections)

/* ---- shared ---- */

int mote_html_label(json_t *figures, const char *label) {
  json_t *list = mote_json_at(figures, "features.labels"), *v;
  size_t i;
  json_array_foreach(list, i, v) if (json_is_string(v) &&
                                     !strcmp(json_string_value(v), label)) return (int)i;
  json_array_foreach(mote_json_at(figures, "data.labels"), i,
                     v) if (!list &&
                            !strcmp(mote_json_text(v, "label"), label)) return (int)i;
  return 0;
}

double *mote_html_series(mote_page_t *p, json_t *list, const char *key, size_t *n) {
  *n = json_array_size(list);
  double *v = mote_alloc(*n + 1, sizeof *v);
  if (!v) p->rc = MOTE_ERR_NOMEM;
  for (size_t i = 0; v && i < *n; i++) {
    json_t *one = json_array_get(list, i);
    if (key) one = json_object_get(one, key);
    v[i] = json_is_number(one) ? json_number_value(one) : (double)NAN;
  }
  return v;
}

void mote_html_card(mote_page_t *p, const char *title, const char *note) {
  mote_page_put(p, "<figure class=\"card\"><figcaption><b>", title, "</b>");
  if (note) mote_page_put(p, " <span class=\"note\">", note, "</span>");
  mote_page(p, "</figcaption>\n");
}

void mote_html_end(mote_page_t *p) { mote_page(p, "</figure>\n"); }

/* ---- head ---- */

/* 'sha256-<base64>' as the policy wants it, of exactly what stands between the tags. */
static void source_hash(mote_page_t *p, const char *text) {
  mote_sha_t sha = mote_sha256(text, strlen(text));
  uint8_t raw[32];
  for (int i = 0; i < 32; i++) {
    unsigned v = 0;
    (void)sscanf(sha.hex + 2 * i, "%2x", &v);
    raw[i] = (uint8_t)v;
  }
  mote_page(p, "'sha256-");
  if (p->rc >= 0) p->rc = mote_base64_add(p->out, raw, sizeof raw);
  mote_page(p, "'");
}

static void raw(mote_page_t *p, const char *text) {
  if (p->rc >= 0) p->rc = mote_buf_add(p->out, text, strlen(text));
}

static void head(mote_page_t *p, json_t *f) {
  mote_page(p,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "img-src data:; style-src ");
  source_hash(p, mote_report_css);
  mote_page(p, "; script-src ");
  source_hash(p, mote_report_js);
  mote_page(
      p, "\"/>\n<meta name=\"viewport\" content=\"width=device-width, "
         "initial-scale=1\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n");
  mote_page_put(p, "<title>", mote_json_text(f, "project"),
                " \xc2\xb7 mote report</title>\n");
  mote_page(p, "<style>");
  raw(p, mote_report_css);
  mote_page(p, "</style>\n</head>\n<body>\n");
}

/* ---- the first screen ---- */

static void tile(mote_page_t *p, const char *name, const char *value, const char *unit,
                 const char *note) {
  mote_page_put(p, "<div class=\"tile\"><span>", name, "</span>");
  mote_page_put(p, "<b>", value, "");
  mote_page_put(p, "<small>", unit, "</small></b>");
  mote_page_put(p, "<i>", note, "</i></div>\n");
}

static void tile_data(mote_page_t *p, json_t *f) {
  static const char *const splits[] = {"training", "validation", "testing"};
  double n = 0, s = 0;
  for (int i = 0; i < 3; i++) {
    json_t *o = json_object_get(mote_json_at(f, "data.total"), splits[i]);
    if (!o) continue;
    n += mote_json_number(o, "samples");
    s += mote_json_number(o, "seconds");
  }
  char value[32], note[64];
  snprintf(value, sizeof value, "%.0f", n);
  size_t labels = json_array_size(mote_json_at(f, "data.labels"));
  if (s > 0) snprintf(note, sizeof note, "%.1f min, %zu labels", s / 60, labels);
  else snprintf(note, sizeof note, "%zu labels", labels);
  tile(p, "Samples", value, "", note);
}

static void tile_share(mote_page_t *p, const char *name, double v, const char *note) {
  char value[32];
  if (!isfinite(v)) return;
  snprintf(value, sizeof value, "%.1f", 100 * v);
  tile(p, name, value, " %", note);
}

static void tiles_test(mote_page_t *p, json_t *f) {
  json_t *test = json_object_get(f, "test"), *one;
  json_t *f32 = json_object_get(test, "float32"), *i8 = json_object_get(test, "int8");
  const char *name;
  char note[96];
  snprintf(note, sizeof note, i8 ? "float32: %.1f %%" : "float32",
           100 * mote_json_number(f32, "accuracy"));
  tile_share(p, "Accuracy", mote_json_number(i8 ? i8 : f32, "accuracy"), note);
  tile_share(p, "By recording", mote_json_number(i8 ? i8 : f32, "accuracy_recordings"),
             "mean of its windows");
  json_object_foreach(json_object_get(test, "learners"), name, one) {
    json_t *a = json_object_get(one, "float32");
    if (!json_object_get(a, "roc")) continue;
    if (isfinite(mote_json_number(a, "auc"))) {
      snprintf(note, sizeof note, "F1 %.3f at its threshold", mote_json_number(a, "f1"));
      char value[32];
      snprintf(value, sizeof value, "%.3f", mote_json_number(a, "auc"));
      tile(p, "Anomaly AUC", value, "", note);
    }
    break;
  }
}

static void tiles_cost(mote_page_t *p, json_t *f) {
  json_t *chip = json_array_get(mote_json_at(f, "cost.chips"), 0);
  const char *name = mote_json_text(chip, "name");
  static const struct {
    const char *object, *key, *name, *unit, *small; /* unit below 1 */
    double scale, step;
  } rows[] = {{"compile.cost", "ms", "Time per result", " ms", " \xc2\xb5s", 1, 1000},
              {"compile.flash", "bytes", "Flash", " KB", " B", 1024, 1024},
              {"compile.ram", "instance", "RAM", " KB", " B", 1024, 1024}};
  for (size_t i = 0; i < 3; i++) {
    double v = mote_json_number(mote_json_at(chip, rows[i].object), rows[i].key);
    char value[32];
    if (!isfinite(v)) continue;
    v /= rows[i].scale;
    int small = v < 1;
    if (small) v *= rows[i].step;
    snprintf(value, sizeof value, v < 100 ? "%.3g" : "%.0f", v);
    tile(p, rows[i].name, value, small ? rows[i].small : rows[i].unit, name);
  }
}

static void next_steps(mote_page_t *p, json_t *f) {
  size_t i;
  json_t *v, *list = json_object_get(f, "next");
  if (!json_array_size(list)) return;
  mote_page(p, "<div class=\"next\"><b>What to do next</b><ul>\n");
  json_array_foreach(list, i, v)
      mote_page_put(p, "<li>", json_string_value(v), "</li>\n");
  mote_page(p, "</ul></div>\n");
}

/* A member that is an empty list or object is nothing to show. */
static int filled(json_t *figures, const char *path) {
  json_t *v = mote_json_at(figures, path);
  return json_array_size(v) + json_object_size(v) > 0;
}

static void top(mote_page_t *p, json_t *f) {
  double run = mote_json_number(f, "run");
  mote_page_put(p, "<header>\n<h1>", mote_json_text(f, "project"), "</h1>\n<p>");
  if (run > 0)
    mote_page(p, "Run %.0f", run);
  else
    mote_page(p, "Not trained yet");
  if (*mote_json_text(f, "trained"))
    mote_page_put(p, ", trained ", mote_json_text(f, "trained"), "");
  json_t *t = json_object_get(f, "training");
  if (t) {
    char version[13]; /* enough of a hash to tell data sets apart */
    snprintf(version, sizeof version, "%s", mote_json_text(t, "dataset"));
    mote_page_put(p, ", data set <code>", version, "</code>");
    mote_page(p, ", seed %.0f", mote_json_number(t, "seed"));
  }
  mote_page(p, "</p>\n<nav>");
  for (size_t i = 0; i < SECTIONS; i++)
    if (filled(f, sections[i].needs))
      mote_page(p, "<a href=\"#%s\">%s</a>", sections[i].id, sections[i].title);
  mote_page(p, "</nav>\n</header>\n<main>\n");
  next_steps(p, f);
  mote_page(p, "<div class=\"tiles\">\n");
  tiles_test(p, f);
  tiles_cost(p, f);
  tile_data(p, f);
  mote_page(p, "</div>\n");
}

int mote_report_html(json_t *figures, mote_buf_t *out) {
  mote_page_t page = {.out = out}, *p = &page;
  head(p, figures);
  top(p, figures);
  for (size_t i = 0; i < SECTIONS; i++) {
    if (!filled(figures, sections[i].needs)) continue;
    mote_page(p, "<section id=\"%s\">\n<h2>%s</h2>\n", sections[i].id, sections[i].title);
    sections[i].draw(p, figures);
    mote_page(p, "</section>\n");
  }
  mote_page(p, "</main>\n<footer>Made by <b>mote</b>. This file loads nothing and sends "
               "nothing; <code>mote report --json</code> gives the same figures as JSON."
               "</footer>\n<div id=\"tip\" hidden=\"hidden\"></div>\n<script>");
  raw(p, mote_report_js);
  mote_page(p, "</script>\n</body>\n</html>\n");
  return p->rc;
}
