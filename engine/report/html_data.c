/* SPDX-License-Identifier: Apache-2.0
 * What there is of every label, and what was done to it. */
#include <math.h>
#include <string.h>

#include "report/html.h"

static const char *const splits[3] = {"training", "validation", "testing"};

static double figure(json_t *row, int split, const char *key) {
  return mote_json_number(json_object_get(row, splits[split]), key);
}

/* Splits side by side, to the scale of the largest label. */
static void stacked_bar(mote_page_t *p, json_t *row, const char *key, double most) {
  double at = 0;
  mote_page(p,
            "<svg class=\"bar wide\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" "
            "aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"8\"/>");
  for (int s = 0; s < 3; s++) {
    double w = figure(row, s, key) / most * 100;
    if (!(w > 0)) continue;
    mote_page(p, "<rect class=\"split%d\" x=\"%.2f\" width=\"%.2f\" height=\"8\"/>", s,
              at, w);
    at += w;
  }
  mote_page(p, "</svg>");
}

static double sum_of(json_t *row, const char *key) {
  double sum = 0;
  for (int s = 0; s < 3; s++) {
    double v = figure(row, s, key);
    if (isfinite(v)) sum += v;
  }
  return sum;
}

static void split_cells(mote_page_t *p, json_t *row, int clock) {
  for (int s = 0; s < 3; s++) {
    double n = figure(row, s, "samples");
    mote_page(p, "<td class=\"n\">");
    if (n > 0) {
      mote_page(p, "%.0f", n);
      if (clock) {
        mote_page(p, " <span class=\"note\">");
        mote_page_seconds(p, figure(row, s, "seconds"));
        mote_page(p, "</span>");
      }
    } else
      mote_page(p, "<span class=\"note\">\xe2\x80\x93</span>");
    mote_page(p, "</td>");
  }
}

static void label_table(mote_page_t *p, json_t *f, json_t *data) {
  json_t *labels = json_object_get(data, "labels"),
         *total = json_object_get(data, "total"), *row;
  int clock = sum_of(total, "seconds") > 0;
  const char *key = clock ? "seconds" : "samples";
  double most = 1e-9;
  size_t i;
  json_array_foreach(labels, i, row) most =
      fmax(most, sum_of(json_object_get(row, "splits"), key));
  mote_page(p, "<div class=\"scroll\"><table>\n<thead><tr><th>Label</th><th "
               "class=\"n\">Training</th><th class=\"n\">Validation</th><th class=\"n\">"
               "Testing</th><th class=\"fill\"></th></tr></thead>\n<tbody>\n");
  json_array_foreach(labels, i, row) {
    const char *label = mote_json_text(row, "label");
    int at = mote_html_label(f, label);
    mote_page(p, "<tr><td>");
    mote_legend(p, at / MOTE_COLOURS % 4, mote_fill_class(at), label);
    mote_page(p, "</td>");
    json_t *s = json_object_get(row, "splits");
    split_cells(p, s, clock);
    mote_page(p, "<td class=\"fill\">");
    stacked_bar(p, s, key, most);
    mote_page(p, "</td></tr>\n");
  }
  mote_page(p, "</tbody>\n<tfoot><tr><td>All</td>");
  split_cells(p, total, clock);
  mote_page(
      p, "<td class=\"fill\"></td></tr></tfoot>\n</table></div>\n<div class=\"keys\">");
  for (int s = 0; s < 3; s++)
    mote_page(p,
              "<span class=\"key\"><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\"><rect "
              "class=\"split%d\" y=\"1\" width=\"16\" height=\"10\"/></svg>%s</span>",
              s, splits[s]);
  mote_page(p, "</div>\n");
}

/* "62.5 Hz (312 samples)" per line; a single line needs no count. */
static void fact(mote_page_t *p, const char *name, json_t *list) {
  size_t i;
  json_t *row;
  if (!json_array_size(list)) return;
  mote_page(p, "<dt>%s</dt><dd>", name);
  json_array_foreach(list, i, row) {
    mote_page_put(p, i ? "<br/>" : "", mote_json_text(row, "text"), "");
    if (json_array_size(list) > 1)
      mote_page(p, " <span class=\"note\">%.0f samples</span>",
                mote_json_number(row, "samples"));
  }
  mote_page(p, "</dd>\n");
}

static void notes(mote_page_t *p, json_t *list) {
  size_t i, n = json_array_size(list);
  json_t *row;
  if (!n) return;
  mote_page(p,
            "<details%s><summary>What was done to the data on the way in</summary><ul>\n",
            n <= 3 ? " open=\"open\"" : "");
  json_array_foreach(list, i, row) {
    mote_page_put(p, "<li>", mote_json_text(row, "text"), "");
    mote_page(p, " <span class=\"note\">%.0f samples</span></li>\n",
              mote_json_number(row, "samples"));
  }
  mote_page(p, "</ul></details>\n");
}

void mote_html_data(mote_page_t *p, json_t *f) {
  json_t *data = json_object_get(f, "data");
  mote_page(p, "<div class=\"card\">\n");
  label_table(p, f, data);
  mote_page(p, "<dl>\n");
  fact(p, "Rate", json_object_get(data, "rates"));
  fact(p, "Axes", json_object_get(data, "axes"));
  fact(p, "Signatures", json_object_get(data, "signatures"));
  if (mote_json_number(data, "disabled") > 0)
    mote_page(p, "<dt>Disabled</dt><dd>%.0f samples</dd>\n",
              mote_json_number(data, "disabled"));
  mote_page(p, "</dl>\n");
  notes(p, json_object_get(data, "notes"));
  mote_page(p, "</div>\n");
}
