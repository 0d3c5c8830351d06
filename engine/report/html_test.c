/* SPDX-License-Identifier: Apache-2.0
 * Learners on recordings they have not seen, float32 beside int8. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/html.h"

static const char *const variant[2] = {"float32", "int8"};

/* ---- classifiers ---- */

typedef struct {
  const char *key, *name;
  int share;
} figure_t;

/* Figures side by side, float32 above int8. */
static void figures_table(mote_page_t *p, json_t *one, const figure_t *list, size_t n) {
  json_t *f32 = json_object_get(one, "float32");
  int i8 = json_object_get(one, "int8") != NULL;
  mote_page(p, "<div class=\"card\"><div class=\"scroll\"><table>\n<thead><tr><th></th>");
  for (size_t i = 0; i < n; i++)
    if (isfinite(mote_json_number(f32, list[i].key)))
      mote_page(p, "<th class=\"n\">%s</th>", list[i].name);
  mote_page(p, "</tr></thead>\n<tbody>\n");
  for (int v = 0; v < 1 + i8; v++) {
    mote_page(p, "<tr><td>%s</td>", variant[v]);
    for (size_t i = 0; i < n; i++) {
      double x = mote_json_number(json_object_get(one, variant[v]), list[i].key);
      if (!isfinite(mote_json_number(f32, list[i].key))) continue;
      mote_page(p, "<td class=\"n\">");
      if (list[i].share)
        mote_page_percent(p, x);
      else
        mote_page_number(p, x);
      mote_page(p, "</td>");
    }
    mote_page(p, "</tr>\n");
  }
  mote_page(p, "</tbody>\n</table></div>\n");
  if (json_is_true(json_object_get(one, "prefer_float32")))
    mote_page(p, "<p class=\"bad\">int8 costs more than one point: compile with "
                 "<code>--variant float32</code>.</p>\n");
  if (mote_json_number(one, "left_out") > 0)
    mote_page(p,
              "<p class=\"note\">%.0f windows carry a label that was not trained and are "
              "left out.</p>\n",
              mote_json_number(one, "left_out"));
  mote_page(p, "</div>\n");
}

/* Shade 0 (nothing) to 9 (all of the row). */
static void confusion_cell(mote_page_t *p, double v, double all, const char *kind) {
  int shade = v > 0 && all > 0 ? 1 + (int)(8 * v / all) : 0;
  mote_page(p, "<td class=\"%s%d\">", kind, shade);
  if (v > 0) mote_page(p, "%.0f", v);
  mote_page(p, "</td>");
}

static void confusion(mote_page_t *p, json_t *m, const char *title) {
  json_t *names = json_object_get(m, "columns"), *rows = json_object_get(m, "rows"), *row,
         *v;
  size_t i, k;
  if (!json_array_size(rows)) return;
  mote_html_card(p, title, "truth \xe2\x86\x93 answer \xe2\x86\x92");
  mote_page(p, "<div class=\"scroll\"><table class=\"confusion\">\n<thead><tr><th></th>");
  json_array_foreach(names, k, v) {
    int upright = json_string_length(v) <= 3;
    mote_page_put(p, upright ? "<th>" : "<th><span>", json_string_value(v),
                  upright ? "</th>" : "</span></th>");
  }
  mote_page(p, "</tr></thead>\n<tbody>\n");
  json_array_foreach(rows, i, row) {
    double all = 0;
    json_array_foreach(row, k, v) all += json_number_value(v);
    mote_page_put(p, "<tr><th>", json_string_value(json_array_get(names, i)), "</th>");
    json_array_foreach(row, k, v) confusion_cell(p, json_number_value(v), all,
                                                 k == i                          ? "r"
                                                 : k + 1 == json_array_size(row) ? "u"
                                                                                 : "w");
    mote_page(p, "</tr>\n");
  }
  mote_page(p, "</tbody>\n</table></div>\n");
  mote_html_end(p);
}

static void class_row(mote_page_t *p, json_t *f, json_t *one, const char *label) {
  static const char *const keys[3] = {"precision", "recall", "f1"};
  json_t *c[2];
  int n = json_object_get(one, "int8") ? 2 : 1, at = mote_html_label(f, label);
  for (int v = 0; v < n; v++)
    c[v] = json_object_get(mote_json_at(json_object_get(one, variant[v]), "per_class"),
                           label);
  mote_page(p, "<tr><td>");
  mote_legend(p, at / MOTE_COLOURS % 4, mote_fill_class(at), label);
  mote_page(p, "</td><td class=\"n\">%.0f</td>", mote_json_number(c[0], "support"));
  for (int k = 0; k < 3; k++)
    for (int v = 0; v < n; v++) {
      double x = mote_json_number(c[v], keys[k]);
      mote_page(p, "<td class=\"n%s\">", x < 0.5 ? " bad" : "");
      mote_page_percent(p, x);
      mote_page(p, "</td>");
    }
  mote_page(p, "<td class=\"fill\">");
  for (int v = 0; v < n; v++)
    mote_cell_bar(p, mote_json_number(c[v], "f1"), v ? "f1" : "f0");
  mote_page(p, "</td></tr>\n");
}

static void per_class(mote_page_t *p, json_t *f, json_t *one) {
  json_t *all = mote_json_at(one, "float32.per_class"), *c;
  const char *label;
  int i8 = json_object_get(one, "int8") != NULL;
  mote_html_card(p, "Per class", NULL);
  mote_page(p,
            "<div class=\"scroll\"><table>\n<thead><tr><th rowspan=\"2\">Label</th><th "
            "class=\"n\" rowspan=\"2\">Windows</th>");
  static const char *const heads[3] = {"Precision", "Recall", "F1"};
  for (int k = 0; k < 3; k++)
    mote_page(p, "<th class=\"mid\" colspan=\"%d\">%s</th>", 1 + i8, heads[k]);
  mote_page(p, "<th class=\"fill\" rowspan=\"2\"></th></tr>\n<tr>");
  for (int k = 0; k < 3; k++)
    for (int v = 0; v < 1 + i8; v++) mote_page(p, "<th class=\"n\">%s</th>", variant[v]);
  mote_page(p, "</tr></thead>\n<tbody>\n");
  json_object_foreach(all, label, c) class_row(p, f, one, label);
  mote_page(p, "</tbody>\n</table></div>\n<div class=\"keys\">");
  mote_legend(p, 1, "f0", "float32");
  if (i8) mote_legend(p, 1, "f1", "int8");
  mote_page(p, "</div>\n");
  mote_html_end(p);
}

static void classifier(mote_page_t *p, json_t *f, json_t *one) {
  static const figure_t rows[] = {
      {"accuracy", "Accuracy", 1},   {"accuracy_recordings", "By recording", 1},
      {"macro_f1", "Macro F1", 1},   {"weighted_f1", "Weighted F1", 1},
      {"auc", "Area under ROC", 0},  {"log_loss", "Log loss", 0},
      {"uncertain", "Uncertain", 1}, {"confidence", "Confidence from", 0},
      {"windows", "Windows", 0}};
  figures_table(p, one, rows, sizeof rows / sizeof *rows);
  mote_page(p, "<div class=\"grid two\">\n");
  confusion(p, mote_json_at(one, "float32.confusion"), "Confusion, float32");
  confusion(p, mote_json_at(one, "int8.confusion"), "Confusion, int8");
  mote_page(p, "</div>\n");
  per_class(p, f, one);
}

/* ---- regression ---- */

static void regression(mote_page_t *p, json_t *f, json_t *one) {
  static const figure_t rows[] = {{"mae", "Mean absolute error", 0},
                                  {"rmse", "Root mean square error", 0},
                                  {"r2", "R\xc2\xb2", 0},
                                  {"max_error", "Largest error", 0},
                                  {"bias", "Bias", 0},
                                  {"windows", "Windows", 0}};
  size_t n, m;
  double *x = mote_html_series(p, mote_json_at(one, "pairs.truth"), NULL, &n);
  double *y = mote_html_series(p, mote_json_at(one, "pairs.answer"), NULL, &m);
  (void)f;
  figures_table(p, one, rows, sizeof rows / sizeof *rows);
  mote_page(p, "<div class=\"grid two\">\n");
  if (x && y && n && n == m) {
    mote_plot_t c = mote_plot(p, 460, 330);
    double lo, hi;
    mote_plot_fit(&c.x0, &c.x1, x, n);
    mote_plot_fit(&lo, &hi, y, n);
    c.x0 = c.y0 = fmin(c.x0, lo), c.x1 = c.y1 = fmax(c.x1, hi);
    double ends[2] = {c.x0, c.x1};
    mote_html_card(p, "Answers", "on the line: right");
    mote_plot_begin(&c, "Answers against the truth");
    mote_plot_axes(&c, "truth", "answer", 6, 6);
    mote_plot_line(&c, ends, ends, 2, "faint");
    for (size_t i = 0; i < n; i++) {
      if (!isfinite(x[i]) || !isfinite(y[i])) continue;
      mote_plot_dot(&c, x[i], y[i], 0, "pt train f0");
      mote_page(p, "<title>truth %.4g, answer %.4g</title>", x[i], y[i]);
      mote_plot_dot_end(&c);
    }
    mote_plot_end(&c);
    mote_html_end(p);
  }
  mote_page(p, "</div>\n");
  mote_free(x);
  mote_free(y);
}

/* ---- anomaly scores ---- */

static void roc(mote_page_t *p, json_t *a) {
  size_t n, m;
  double *x = mote_html_series(p, mote_json_at(a, "roc.fpr"), NULL, &n);
  double *y = mote_html_series(p, mote_json_at(a, "roc.tpr"), NULL, &m);
  double diagonal[2] = {0, 1};
  if (x && y && n > 1 && n == m) {
    char note[48];
    snprintf(note, sizeof note, "area %.4f", mote_json_number(a, "auc"));
    mote_plot_t c = mote_plot(p, 460, 280);
    mote_html_card(p, "ROC", note);
    mote_plot_begin(&c, "ROC curve");
    mote_plot_axes(&c, "false alarms", "anomalies found", 5, 5);
    mote_plot_line(&c, diagonal, diagonal, 2, "faint");
    mote_plot_line(&c, x, y, n, "s0");
    double fa = mote_json_number(a, "false_alarm"),
           recall = mote_json_number(a, "recall");
    if (isfinite(fa) && isfinite(recall)) {
      mote_plot_dot(&c, fa, recall, 0, "pt test f1");
      mote_page(p, "<title>at the threshold: %.1f %% found, %.1f %% false alarms</title>",
                100 * recall, 100 * fa);
      mote_plot_dot_end(&c);
    }
    mote_plot_end(&c);
    mote_html_end(p);
  }
  mote_free(x);
  mote_free(y);
}

static double peak(const double *v, size_t n) {
  double most = 0;
  for (size_t i = 0; i < n; i++) most = fmax(most, v[i]);
  return most;
}

static void draw_histogram(mote_page_t *p, json_t *h, double *v[2], size_t n) {
  static const char *const key[2] = {"normal", "anomalous"};
  mote_plot_t c = mote_plot(p, 460, 280);
  double top = fmax(peak(v[0], n), peak(v[1], n)), width;
  c.x0 = mote_json_number(h, "low"), c.x1 = mote_json_number(h, "high");
  c.y1 = top * 1.05 + 1e-9;
  if (!(c.x1 > c.x0)) return;
  width = (c.x1 - c.x0) / (double)n;
  mote_html_card(p, "Scores", "the last bar holds all that is higher");
  mote_plot_begin(&c, "Histogram of scores");
  mote_plot_axes(&c, "score", "windows", 6, 5);
  for (int k = 0; k < 2; k++)
    for (size_t i = 0; i < n; i++)
      if (v[k][i] > 0)
        mote_plot_bar(&c, c.x0 + width * (double)i, c.x0 + width * (double)(i + 1),
                      v[k][i], k ? "f1 see" : "f0 see");
  if (isfinite(mote_json_number(h, "threshold")))
    mote_plot_mark(&c, mote_json_number(h, "threshold"), "threshold");
  mote_plot_end(&c);
  mote_page(p, "<div class=\"keys\">");
  for (int k = 0; k < 2; k++)
    if (peak(v[k], n) > 0) mote_legend(p, 1, k ? "f1" : "f0", key[k]);
  mote_page(p, "</div>\n");
  mote_html_end(p);
}

static void histogram(mote_page_t *p, json_t *h) {
  size_t n = 0, m = 0;
  double *v[2] = {mote_html_series(p, json_object_get(h, "normal"), NULL, &n),
                  mote_html_series(p, json_object_get(h, "anomalous"), NULL, &m)};
  if (v[0] && v[1] && n && n == m) draw_histogram(p, h, v, n);
  mote_free(v[0]);
  mote_free(v[1]);
}

static void anomaly(mote_page_t *p, json_t *f, json_t *one) {
  static const figure_t rows[] = {{"auc", "Area under ROC", 0},
                                  {"threshold", "Threshold", 0},
                                  {"f1", "F1", 1},
                                  {"precision", "Precision", 1},
                                  {"recall", "Found", 1},
                                  {"false_alarm", "False alarms", 1},
                                  {"best_f1", "Best F1", 1},
                                  {"best_threshold", "at threshold", 0},
                                  {"windows", "Windows", 0},
                                  {"anomalies", "Anomalies", 0}};
  static const figure_t normal_only[] = {{"threshold", "Threshold", 0},
                                         {"false_alarm", "False alarms", 1},
                                         {"windows", "Windows", 0}};
  int both = mote_json_number(json_object_get(one, "float32"), "anomalies") > 0;
  (void)f;
  if (!both)
    mote_page(p,
              "<p class=\"note\">No testing window carries a label that training did not "
              "know, so only false alarms can be judged.</p>\n");
  figures_table(p, one, both ? rows : normal_only, both ? sizeof rows / sizeof *rows : 3);
  mote_page(p, "<div class=\"grid two\">\n");
  histogram(p, json_object_get(one, "histogram"));
  if (isfinite(mote_json_number(json_object_get(one, "float32"), "auc")))
    roc(p, json_object_get(one, "float32"));
  mote_page(p, "</div>\n");
}

void mote_html_test(mote_page_t *p, json_t *f) {
  json_t *test = json_object_get(f, "test"), *one;
  const char *name;
  mote_page(
      p,
      "<p class=\"note\">%.0f windows of the testing split, with the code that runs "
      "on the chip.</p>\n",
      mote_json_number(test, "windows"));
  json_object_foreach(json_object_get(test, "learners"), name, one) {
    const char *type = mote_json_text(one, "type");
    mote_page_put(p, "<h3>", name, " ");
    mote_page_put(p, "<span class=\"note\">", type, "</span></h3>\n");
    if (!strcmp(type, "classifier"))
      classifier(p, f, one);
    else if (!strcmp(type, "regression"))
      regression(p, f, one);
    else
      anomaly(p, f, one);
  }
}
