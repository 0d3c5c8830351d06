/* SPDX-License-Identifier: Apache-2.0
 * What the impulse costs on every chip, where the figures come from, and the comparison with
 * sending the raw data away. The figures are the compiler's; here they are only shown. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/html.h"

#define DEPTH_MAX 4

static double at(json_t *chip, const char *object, const char *key) {
  return mote_json_number(mote_json_at(chip, object), key);
}

static double deepest_stack(json_t *chip) {
  double most = NAN;
  const char *entry;
  json_t *v;
  json_object_foreach(mote_json_at(chip, "compile.stack.bytes"), entry, v)
    if (json_is_number(v)) most = fmax(most, json_number_value(v));
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
  double ms = at(chip, "compile.cost", "ms"), stride = mote_json_number(chip, "stride_ms");
  mote_page_put(p, "<tr><td><b>", mote_json_text(chip, "name"), "</b>");
  mote_page_put(p, "<br/><span class=\"note\">", mote_json_text(chip, "title"), "</span></td>");
  if (json_object_get(chip, "error") && !json_object_get(chip, "compile")) {
    mote_page_put(p, "<td class=\"bad\" colspan=\"8\">", mote_json_text(chip, "error"),
                  "</td></tr>\n");
    return;
  }
  share_cell(p, at(chip, "compile.flash", "bytes"), mote_json_number(chip, "flash_bytes"));
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
  mote_page(p, "<div class=\"card\"><div class=\"scroll\"><table>\n<thead><tr><th>Chip</th>"
               "<th class=\"n\">Flash</th><th></th><th class=\"n\">RAM</th><th></th><th "
               "class=\"n\">Stack</th><th class=\"n\">Per result</th><th class=\"n\">Cycles"
               "</th><th class=\"n\">Energy</th></tr></thead>\n<tbody>\n");
  json_array_foreach(chips, i, chip) chip_row(p, chip);
  mote_page(p, "</tbody>\n</table></div>\n<p class=\"note\">Bars: part of the chip's memory. "
               "Per result: in a stream, only new frames are computed.</p></div>\n");
}

/* ---- stages of one chip ---- */

static void stages(mote_page_t *p, json_t *chip) {
  json_t *rows = mote_json_at(chip, "compile.cost.rows"), *row;
  double all = 1e-9;
  size_t i;
  if (!json_array_size(rows)) return;
  json_array_foreach(rows, i, row) all += fmax(0, mote_json_number(row, "cycles"));
  mote_page(p, "<div class=\"scroll\"><table>\n<thead><tr><th>Stage</th><th class=\"n\">"
               "Operations</th><th class=\"n\">Cycles</th><th class=\"fill\"></th></tr>"
               "</thead>\n<tbody>\n");
  json_array_foreach(rows, i, row) {
    double cycles = mote_json_number(row, "cycles");
    mote_page_put(p, "<tr><td>", mote_json_text(row, "stage"), "</td>");
    mote_page(p, "<td class=\"n\">%.0f</td><td class=\"n\">%.0f</td><td>",
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

/* ---- any JSON as it comes: what the compiler says of bandwidth, latency and the rest ---- */

static void any_value(mote_page_t *p, json_t *v, int depth);

/* "false_alarm" reads "False alarm". */
static void any_name(mote_page_t *p, const char *key) {
  char text[96];
  snprintf(text, sizeof text, "%s", key);
  for (char *c = text; *c; c++)
    if (*c == '_') *c = ' ';
  text[0] = (char)toupper((unsigned char)text[0]);
  mote_page_text(p, text);
}

static void any_rows(mote_page_t *p, json_t *list, int depth) {
  json_t *row, *v;
  size_t i;
  const char *key;
  mote_page(p, "<div class=\"scroll\"><table class=\"any\">\n<thead><tr>");
  json_object_foreach(json_array_get(list, 0), key, v) {
    mote_page(p, "<th%s>", json_is_number(v) ? " class=\"n\"" : "");
    any_name(p, key);
    mote_page(p, "</th>");
  }
  mote_page(p, "</tr></thead>\n<tbody>\n");
  json_array_foreach(list, i, row) {
    mote_page(p, "<tr>");
    json_object_foreach(json_array_get(list, 0), key, v) {
      mote_page(p, "<td%s>", json_is_number(v) ? " class=\"n\"" : "");
      any_value(p, json_object_get(row, key), depth + 1);
      mote_page(p, "</td>");
    }
    mote_page(p, "</tr>\n");
  }
  mote_page(p, "</tbody>\n</table></div>\n");
}

static void any_members(mote_page_t *p, json_t *o, int depth) {
  const char *key;
  json_t *v;
  mote_page(p, "<dl>");
  json_object_foreach(o, key, v) {
    mote_page(p, "<dt>");
    any_name(p, key);
    mote_page(p, "</dt><dd>");
    any_value(p, v, depth + 1);
    mote_page(p, "</dd>\n");
  }
  mote_page(p, "</dl>\n");
}

static void any_value(mote_page_t *p, json_t *v, int depth) {
  size_t i;
  json_t *one;
  if (depth > DEPTH_MAX) return;
  if (json_is_string(v)) mote_page_text(p, json_string_value(v));
  else if (json_is_number(v)) mote_page_number(p, json_number_value(v));
  else if (json_is_boolean(v)) mote_page(p, json_is_true(v) ? "yes" : "no");
  else if (json_is_object(v)) any_members(p, v, depth);
  else if (json_is_object(json_array_get(v, 0))) any_rows(p, v, depth);
  else json_array_foreach(v, i, one) {
    mote_page(p, i ? "<br/>" : "");
    any_value(p, one, depth + 1);
  }
}

static void chip_details(mote_page_t *p, json_t *chip, int open) {
  json_t *blerp = json_object_get(chip, "blerp");
  mote_page_put(p, "<details class=\"card\"", "", open ? " open=\"open\">" : ">");
  mote_page_put(p, "<summary><b>", mote_json_text(chip, "name"), "</b> ");
  mote_page_put(p, "<span class=\"note\">", mote_json_text(chip, "title"),
                "</span></summary>\n");
  if (json_object_get(chip, "error"))
    mote_page_put(p, "<p class=\"bad\">", mote_json_text(chip, "error"), "</p>\n");
  if (blerp) {
    mote_page(p, "<h4>BLERP: against sending the raw data to a cloud</h4>\n");
    any_value(p, blerp, 0);
  }
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

void mote_html_cost(mote_page_t *p, json_t *f) {
  json_t *cost = json_object_get(f, "cost"), *chips = json_object_get(cost, "chips"), *chip;
  size_t i;
  mote_page_put(p, "<p class=\"note\">The ", mote_json_text(cost, "variant"),
                " export; known before anything is flashed.</p>\n");
  chip_table(p, chips);
  json_array_foreach(chips, i, chip)
    if (json_object_get(chip, "compile")) chip_details(p, chip, i == 0);
}
