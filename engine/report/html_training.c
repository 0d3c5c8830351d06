/* SPDX-License-Identifier: Apache-2.0
 * Learners as they were trained: curves, layers, and what int8 did to each layer. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/html.h"

typedef struct {
  const char *title, *train, *valid;
  double most;      /* of the values: 1 for shares */
  const char *only; /* for this type of learner; NULL: all */
} curve_t;

static int any(const double *v, size_t n) {
  for (size_t i = 0; v && i < n; i++)
    if (isfinite(v[i])) return 1;
  return 0;
}

static void draw_curve(mote_page_t *p, const curve_t *k, json_t *learner, double *v[3],
                       size_t n) {
  mote_plot_t c = mote_plot(p, 460, 230);
  double lo, hi, best = mote_json_number(learner, "best_epoch");
  mote_plot_fit(&c.y0, &c.y1, v[1], n);
  mote_plot_fit(&lo, &hi, v[2], n);
  if (any(v[2], n)) c.y0 = fmin(c.y0, lo), c.y1 = fmax(c.y1, hi);
  if (c.y0 < 0) c.y0 = 0;
  if (c.y1 > k->most) c.y1 = k->most;
  c.x0 = v[0][0], c.x1 = n > 1 ? v[0][n - 1] : v[0][0] + 1;
  mote_html_card(p, k->title, NULL);
  mote_plot_begin(&c, k->title);
  mote_plot_axes(&c, "epoch", NULL, 6, 5);
  mote_plot_line(&c, v[0], v[1], n, "s0");
  mote_plot_line(&c, v[0], v[2], n, "s1");
  char word[32];
  snprintf(word, sizeof word, "best: %.0f", best);
  if (best >= c.x0 && best <= c.x1) mote_plot_mark(&c, best, word);
  mote_plot_end(&c);
  mote_page(p, "<div class=\"keys\">");
  mote_legend(p, -1, "line s0", "training");
  if (any(v[2], n)) mote_legend(p, -1, "line s1", "validation");
  mote_page(p, "</div>\n");
  mote_html_end(p);
}

static void curve(mote_page_t *p, const curve_t *k, json_t *learner) {
  json_t *rows = json_object_get(learner, "curve");
  if (k->only && strcmp(k->only, mote_json_text(learner, "type"))) return;
  const char *const keys[3] = {"epoch", k->train, k->valid};
  double *v[3];
  size_t n = 0;
  for (int i = 0; i < 3; i++) v[i] = mote_html_series(p, rows, keys[i], &n);
  if (v[0] && v[1] && v[2] && n && (any(v[1], n) || any(v[2], n)))
    draw_curve(p, k, learner, v, n);
  for (int i = 0; i < 3; i++) mote_free(v[i]);
}

/* ---- the network ---- */

static void count_cell(mote_page_t *p, double n) {
  if (n > 0)
    mote_page(p, "<td class=\"n\">%.0f</td>", n);
  else
    mote_page(p, "<td></td>");
}

static void layers(mote_page_t *p, json_t *learner) {
  json_t *list = json_object_get(learner, "layers"), *row;
  size_t i;
  if (!json_array_size(list)) return;
  mote_html_card(p, "Network", NULL);
  mote_page(
      p, "<div class=\"scroll\"><table "
         "class=\"tight\">\n<thead><tr><th>Layer</th><th>Type</th>"
         "<th>Output</th><th class=\"n\">Weights</th><th class=\"n\">Multiply-adds</th>"
         "</tr></thead>\n<tbody>\n");
  json_array_foreach(list, i, row) {
    json_t *s = json_object_get(row, "shape");
    mote_page_put(p, "<tr><td>", mote_json_text(row, "name"), "</td>");
    mote_page_put(p, "<td>", mote_json_text(row, "type"), "</td><td>");
    for (size_t d = 0, shown = 0; d < json_array_size(s); d++) {
      json_int_t v = json_integer_value(json_array_get(s, d));
      if (v == 1 && d + 1 < json_array_size(s)) continue;
      mote_page(p, "%s%lld", shown++ ? " \xc3\x97 " : "", (long long)v);
    }
    mote_page(p, "</td>");
    count_cell(p, mote_json_number(row, "params"));
    count_cell(p, mote_json_number(row, "macs"));
    mote_page(p, "</tr>\n");
  }
  mote_page(p,
            "</tbody>\n<tfoot><tr><td>All</td><td></td><td></td><td class=\"n\">%.0f</td>"
            "<td class=\"n\">%.0f</td></tr></tfoot>\n</table></div>\n",
            mote_json_number(learner, "params"), mote_json_number(learner, "macs"));
  mote_html_end(p);
}

/* ---- int8 ---- */

static void quantised_layer(mote_page_t *p, json_t *row) {
  double snr = mote_json_number(row, "snr_db");
  mote_page_put(p, "<tr><td>", mote_json_text(row, "tensor"), "</td>");
  mote_page_put(p, "<td>", mote_json_text(row, "op"), "</td><td class=\"n\">");
  mote_page_number(p, mote_json_number(row, "seen_lo"));
  mote_page(p, " \xe2\x80\xa6 ");
  mote_page_number(p, mote_json_number(row, "seen_hi"));
  mote_page(p, "</td><td class=\"n\">");
  mote_page_number(p, mote_json_number(row, "lo"));
  mote_page(p, " \xe2\x80\xa6 ");
  mote_page_number(p, mote_json_number(row, "hi"));
  mote_page(p, "</td><td class=\"n\">");
  if (snr >= 199)
    mote_page(p, "exact");
  else
    mote_page(p,
              "%.1f\xc2\xa0"
              "dB",
              snr);
  mote_page(p, "</td><td class=\"fill\">");
  mote_cell_bar(p, snr / 60, snr < 15 ? "f1" : "f0");
  mote_page(p, "</td></tr>\n");
}

static void quantised(mote_page_t *p, json_t *learner) {
  json_t *q = json_object_get(learner, "int8"), *row;
  json_t *list = mote_json_at(q, "layers.layers");
  size_t i;
  if (!q) return;
  mote_html_card(p, "int8 against float32", mote_json_text(q, "method"));
  double f32 = mote_json_number(q, "float32"), i8 = mote_json_number(q, "int8");
  if (strcmp(mote_json_text(learner, "type"), "regression"))
    mote_page(p,
              "<p>Validation accuracy %.2f\xc2\xa0%% in float32, %.2f\xc2\xa0%% in int8.",
              f32, i8);
  else
    mote_page(p, "<p>Validation error %.4g in float32, %.4g in int8.", -f32, -i8);
  if (json_is_true(json_object_get(q, "prefer_float32")))
    mote_page(p,
              " <b class=\"bad\">int8 costs more than one point here: use float32.</b>");
  mote_page(p, "</p>\n");
  if (json_array_size(list)) {
    mote_page(
        p, "<div class=\"scroll\"><table class=\"tight\">\n<thead><tr><th>Output "
           "of</th><th>Operator"
           "</th><th class=\"n\">Values seen</th><th class=\"n\">int8 covers</th>"
           "<th class=\"n\">Signal to error</th><th class=\"fill\"></th></tr></thead>\n"
           "<tbody>\n");
    json_array_foreach(list, i, row) quantised_layer(p, row);
    mote_page(p, "</tbody>\n</table></div>\n");
  }
  mote_html_end(p);
}

static void anomaly_facts(mote_page_t *p, json_t *learner) {
  double t = mote_json_number(learner, "threshold");
  if (!isfinite(t)) return;
  mote_page(p, "<p>Threshold <b>");
  mote_page_number(p, t);
  mote_page(p, "</b> for %.2g\xc2\xa0%% false alarms, from %.0f rows of ",
            100 * mote_json_number(learner, "false_alarm"),
            mote_json_number(learner, "rows"));
  mote_page_put(p, "", mote_json_text(learner, "threshold_from"), " data; median score ");
  mote_page_number(p, mote_json_number(learner, "median"));
  mote_page(p, ", highest ");
  mote_page_number(p, mote_json_number(learner, "highest"));
  mote_page(p, ".</p>\n");
}

void mote_html_training(mote_page_t *p, json_t *f) {
  static const curve_t curves[] = {
      {"Loss", "loss", "val_loss", INFINITY, NULL},
      {"Accuracy", "accuracy", "val_accuracy", 1, "classifier"},
      {"Mean absolute error", "mae", "val_mae", INFINITY, "regression"}};
  json_t *t = json_object_get(f, "training"), *w = json_object_get(t, "windows"), *one;
  const char *name;
  mote_page(p,
            "<p class=\"note\">%.0f training windows of %.0f recordings, %.0f validation "
            "windows of %.0f.</p>\n",
            mote_json_number(w, "training"), mote_json_number(w, "training_recordings"),
            mote_json_number(w, "validation"),
            mote_json_number(w, "validation_recordings"));
  json_object_foreach(json_object_get(t, "learners"), name, one) {
    mote_page_put(p, "<h3>", name, " ");
    mote_page_put(p, "<span class=\"note\">", mote_json_text(one, "type"),
                  "</span></h3>\n");
    anomaly_facts(p, one);
    if (!json_array_size(json_object_get(one, "curve"))) continue;
    mote_page(p, "<div class=\"grid two\">\n");
    for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) curve(p, &curves[i], one);
    mote_page(p, "</div>\n");
    layers(p, one);
    quantised(p, one);
  }
}
