/* SPDX-License-Identifier: Apache-2.0
 * What the impulse costs on every chip, where the figures come from, and the comparison
 * with sending the raw data away. The figures are the compiler's; here they are only
 * shown. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/html.h"

static double at(json_t *chip, const char *object, const char *key) {
  return mote_json_number(mote_json_at(chip, object), key);
}

static double deepest_stack(json_t *chip) {
  double most = NAN;
  const char *entry;
  json_t *v;
  json_object_foreach(mote_json_at(chip, "compile.stack.bytes"), entry,
                      v) if (json_is_number(v)) most = fmax(most, json_number_value(v));
  return most;
}

/* Part of what the chip has. */
static void share_cell(mote_page_t *p, double used, double has) {
  double share = used / has;
  mote_page(p, "<td class=\"n%s\">", share > 1 ? " bad" : "");
  mote_page_bytes(p, used);
  mote_page(p, "</td><td class=\"thin\">");
  if (isfinite(share)) mote_cell_bar(p, share, share > 1 ? "f1" : "f0");
  mote_page(p, "</td>");
}

static void chip_row(mote_page_t *p, json_t *chip) {
  double ms = at(chip, "compile.cost", "ms"),
         stride = mote_json_number(chip, "stride_ms");
  mote_page_put(p, "<tr><td><b>", mote_json_text(chip, "name"), "</b>");
  mote_page_put(p, "<br/><span class=\"note\">", mote_json_text(chip, "title"),
                "</span></td>");
  if (json_object_get(chip, "error") && !json_object_get(chip, "compile")) {
    mote_page_put(p, "<td class=\"bad\" colspan=\"8\">", mote_json_text(chip, "error"),
                  "</td></tr>\n");
    return;
  }
  share_cell(p, at(chip, "compile.flash", "bytes"),
             mote_json_number(chip, "flash_bytes"));
  share_cell(p, at(chip, "compile.ram", "instance"), mote_json_number(chip, "ram_bytes"));
  mote_page(p, "<td class=\"n\">");
  mote_page_bytes(p, deepest_stack(chip));
  mote_page(p, "</td><td class=\"n%s\">", stride > 0 && ms > stride ? " bad" : "");
  mote_page_number(p, ms);
  mote_page(p, "\xc2\xa0ms</td><td class=\"n\">");
  mote_page_number(p, at(chip, "compile.cost", "cycles") / 1e6);
  mote_page(p, "\xc2\xa0M</td><td class=\"n\">");
  mote_page_number(p, at(chip, "compile.cost", "mj"));
  mote_page(p, "\xc2\xa0mJ</td></tr>\n");
}

static void chip_table(mote_page_t *p, json_t *chips) {
  size_t i;
  json_t *chip;
  mote_page(p,
            "<div class=\"card\"><div class=\"scroll\"><table>\n<thead><tr><th>Chip</th>"
            "<th class=\"n\">Flash</th><th></th><th class=\"n\">RAM</th><th></th><th "
            "class=\"n\">Stack</th><th class=\"n\">Per result</th><th class=\"n\">Cycles"
            "</th><th class=\"n\">Energy</th></tr></thead>\n<tbody>\n");
  json_array_foreach(chips, i, chip) chip_row(p, chip);
  mote_page(
      p, "</tbody>\n</table></div>\n<p class=\"note\">Bars: part of the chip's memory. "
         "Per result: in a stream, only new frames are computed.</p></div>\n");
}

/* ---- stages of one chip ---- */

static void stages(mote_page_t *p, json_t *chip) {
  json_t *rows = mote_json_at(chip, "compile.cost.rows"), *row;
  double all = 1e-9;
  size_t i;
  if (!json_array_size(rows)) return;
  json_array_foreach(rows, i, row) all += fmax(0, mote_json_number(row, "cycles"));
  mote_page(p, "<div class=\"scroll\"><table "
               "class=\"tight\">\n<thead><tr><th>Stage</th><th class=\"n\">"
               "Operations</th><th class=\"n\">Cycles</th><th class=\"fill\"></th></tr>"
               "</thead>\n<tbody>\n");
  json_array_foreach(rows, i, row) {
    double cycles = mote_json_number(row, "cycles");
    mote_page_put(p, "<tr><td>", mote_json_text(row, "stage"), "</td>");
    mote_page(p, "<td class=\"n\">%.0f</td><td class=\"n\">%.0f</td><td class=\"fill\">",
              mote_json_number(row, "work"), cycles);
    mote_cell_bar(p, cycles / all, "f0");
    mote_page(p, "</td></tr>\n");
  }
  mote_page(p, "</tbody>\n</table></div>\n");
}

static void source(mote_page_t *p, const char *name, json_t *chip, const char *path) {
  const char *text = json_string_value(mote_json_at(chip, path));
  if (!text || !*text) return;
  mote_page(p, "<dt>%s</dt>", name);
  mote_page_put(p, "<dd>", text, "</dd>\n");
}

/* ---- BLERP ---- */

/* A row of chip against cloud; bars on a logarithmic scale of six decades below the
 * larger. */
static void against(mote_page_t *p, const char *what, double chip, double cloud,
                    void (*write)(mote_page_t *, double)) {
  double most = fmax(chip, cloud), v[2] = {chip, cloud};
  mote_page_put(p, "<tr><td>", what, "</td>");
  for (int k = 0; k < 2; k++) {
    mote_page(p, "<td class=\"n\">");
    write(p, v[k]);
    mote_page(p, "</td>");
  }
  mote_page(p, "<td class=\"fill\">");
  for (int k = 0; k < 2; k++)
    mote_cell_bar(p, v[k] > 0 ? 1 + log10(v[k] / most) / 6 : 0, k ? "f1" : "f0");
  mote_page(p, "</td><td class=\"n\">");
  if (cloud > 0 && chip > 0) {
    double times = most / fmin(chip, cloud);
    mote_page(p, times < 10 ? "%.1f\xc3\x97 %s" : "%.0f\xc3\x97 %s", times,
              cloud >= chip ? "less" : "more");
  } else if (chip <= 0 && cloud > 0)
    mote_page(p, "nothing at all");
  mote_page(p, "</td></tr>\n");
}

static void per_day(mote_page_t *p, double v) {
  mote_page_bytes(p, v), mote_page(p, " a day");
}
static void millis(mote_page_t *p, double v) {
  mote_page_number(p, v), mote_page(p, " ms");
}
static void millijoules(mote_page_t *p, double v) {
  mote_page_number(p, v), mote_page(p, " mJ");
}
static void hours(mote_page_t *p, double v) {
  mote_page_number(p, v), mote_page(p, " h a year");
}

static void five(mote_page_t *p, json_t *b) {
  size_t i;
  json_t *radio;
  mote_page_put(
      p, "<table>\n<thead><tr><th></th><th class=\"n\">On the chip (",
      mote_json_text(b, "chip"),
      ")</th><th class=\"n\">Raw data to a cloud</th>"
      "<th class=\"fill\"></th><th class=\"n\">The chip</th></tr></thead>\n<tbody>\n");
  against(p, "Bandwidth", at(b, "bandwidth", "chip_bytes_per_day"),
          at(b, "bandwidth", "cloud_bytes_per_day"), per_day);
  against(p, "Latency", at(b, "latency", "chip_ms"), at(b, "latency", "cloud_ms"),
          millis);
  json_array_foreach(mote_json_at(b, "energy.cloud"), i, radio) {
    char what[96];
    snprintf(what, sizeof what, "Energy per result, %s", mote_json_text(radio, "radio"));
    against(p, what, at(b, "energy", "chip_mj_per_result"),
            mote_json_number(radio, "mj_per_result"), millijoules);
  }
  against(p, "Reliability: without answers",
          at(b, "reliability", "chip_hours_lost_per_year"),
          at(b, "reliability", "cloud_hours_lost_per_year"), hours);
  against(p, "Privacy: raw data that leaves",
          at(b, "privacy", "chip_raw_bytes_out_per_day"),
          at(b, "privacy", "cloud_raw_bytes_out_per_day"), per_day);
  mote_page(p, "</tbody>\n</table>\n");
}

static void blerp_chips(mote_page_t *p, json_t *chips) {
  size_t i;
  json_t *b;
  mote_page(
      p, "<h4>On every chip</h4>\n<div class=\"scroll\"><table>\n<thead><tr><th>Chip</th>"
         "<th class=\"n\">Latency</th><th class=\"n\">Energy per result</th><th "
         "class=\"n\">Average power</th><th class=\"n\">CPU load</th><th "
         "class=\"fill\"></th></tr></thead>\n<tbody>\n");
  json_array_foreach(chips, i, b) {
    double load = at(b, "latency", "cpu_load");
    mote_page_put(p, "<tr><td>", mote_json_text(b, "title"), "</td><td class=\"n\">");
    millis(p, at(b, "latency", "chip_ms"));
    mote_page(p, "</td><td class=\"n\">");
    millijoules(p, at(b, "energy", "chip_mj_per_result"));
    mote_page(p, "</td><td class=\"n\">");
    mote_page_number(p, at(b, "energy", "chip_average_mw"));
    mote_page(p, " mW</td><td class=\"n%s\">", load > 1 ? " bad" : "");
    mote_page_percent(p, load);
    mote_page(p, "</td><td class=\"fill\">");
    mote_cell_bar(p, load, load > 1 ? "f1" : "f0");
    mote_page(p, "</td></tr>\n");
  }
  mote_page(p, "</tbody>\n</table></div>\n");
}

static void formulas(mote_page_t *p, json_t *blerp, json_t *first) {
  size_t i;
  json_t *v;
  mote_page(p, "<details><summary>Formulas and sources</summary>\n<pre>");
  json_array_foreach(json_object_get(blerp, "formulas"), i, v)
      mote_page_put(p, "", json_string_value(v), "\n");
  json_array_foreach(mote_json_at(first, "energy.cloud"), i, v) {
    mote_page_put(p, "", mote_json_text(v, "radio"), ": ");
    mote_page_put(p, "", mote_json_text(v, "source"), "\n");
  }
  mote_page(p, "</pre></details>\n");
}

/* The chip the costs begin with, which is the project's. */
void mote_html_blerp(mote_page_t *p, json_t *f) {
  json_t *blerp = mote_json_at(f, "cost.blerp"), *chips = json_object_get(blerp, "chips");
  const char *own =
      mote_json_text(json_array_get(mote_json_at(f, "cost.chips"), 0), "name");
  json_t *first = json_array_get(chips, 0), *b;
  size_t i;
  json_array_foreach(chips, i, b) if (!strcmp(mote_json_text(b, "chip"), own)) first = b;
  mote_page(
      p, "<p class=\"note\">Bandwidth, latency, energy, reliability, privacy: answering "
         "on the chip against sending every raw sample away. Bars are logarithmic, six "
         "decades.</p>\n<div class=\"card\"><div class=\"scroll\">\n");
  five(p, first);
  mote_page(p, "</div>\n");
  blerp_chips(p, chips);
  formulas(p, blerp, first);
  mote_page(p, "</div>\n");
}

/* ---- the costs of every chip ---- */

static void chip_details(mote_page_t *p, json_t *chip, const char *open) {
  mote_page(p, "<details%s>", open);
  mote_page_put(p, "<summary><b>", mote_json_text(chip, "name"), "</b> ");
  mote_page_put(p, "<span class=\"note\">", mote_json_text(chip, "title"),
                "</span></summary>\n");
  if (json_object_get(chip, "error"))
    mote_page_put(p, "<p class=\"bad\">", mote_json_text(chip, "error"), "</p>\n");
  mote_page(p, "<h4>Where the cycles go</h4>\n");
  stages(p, chip);
  mote_page(p, "<h4>Where the figures come from</h4>\n<dl>\n");
  source(p, "Cycles", chip, "compile.cost.cycles_source");
  source(p, "Energy", chip, "compile.cost.energy_source");
  source(p, "Flash", chip, "compile.flash.source");
  source(p, "Stack", chip, "compile.stack.source");
  source(p, "Memories", chip, "memory_source");
  mote_page(p, "</dl>\n</details>\n");
}

/* The project's chip lies open, the others in a drawer. */
void mote_html_cost(mote_page_t *p, json_t *f) {
  json_t *cost = json_object_get(f, "cost"), *chips = json_object_get(cost, "chips"),
         *chip;
  size_t i;
  mote_page_put(p, "<p class=\"note\">The ", mote_json_text(cost, "variant"),
                " export; known before anything is flashed.</p>\n");
  chip_table(p, chips);
  mote_page(p, "<div class=\"card\">\n");
  json_array_foreach(chips, i, chip) {
    if (i == 1)
      mote_page(p, "</div>\n<details class=\"card\"><summary>The other chips, stage "
                   "by stage</summary>\n");
    if (json_object_get(chip, "compile"))
      chip_details(p, chip, i ? "" : " open=\"open\"");
  }
  mote_page(p, i > 1 ? "</details>\n" : "</div>\n");
}
