/* SPDX-License-Identifier: Apache-2.0
 * Recordings as they are: waveform above, spectrogram below. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/base64.h"
#include "report/html.h"
#include "report/png.h"

#define LANES 3 /* waveforms above each other, when axes have different units */

/* "accX" and "accY" share a lane; so do axes of one unit. */
static int same_kind(json_t *a, json_t *b) {
  const char *ua = mote_json_text(a, "unit"), *ub = mote_json_text(b, "unit");
  if (*ua || *ub) return !strcmp(ua, ub);
  const char *x = mote_json_text(a, "name"), *y = mote_json_text(b, "name");
  size_t n = strlen(x), m = strlen(y);
  return n == m && n && !strncmp(x, y, n - 1);
}

static size_t first_like(json_t *axes, size_t i) {
  size_t k = 0;
  while (k < i && !same_kind(json_array_get(axes, k), json_array_get(axes, i))) k++;
  return k;
}

/* Kinds that come before the kind of axis i. */
static int lane_of(json_t *axes, size_t i) {
  int lane = 0;
  for (size_t k = 0, own = first_like(axes, i); k < own; k++)
    lane += first_like(axes, k) == k;
  return lane < LANES ? lane : LANES - 1;
}

static void fit_lane(mote_page_t *p, mote_plot_t *c, json_t *axes, int lane) {
  c->y0 = INFINITY, c->y1 = -INFINITY;
  for (size_t i = 0; i < json_array_size(axes); i++) {
    static const char *const keys[2] = {"low", "high"};
    for (int k = 0; k < 2 && lane_of(axes, i) == lane; k++) {
      size_t n;
      double lo, hi,
          *v = mote_html_series(p, json_object_get(json_array_get(axes, i), keys[k]),
                                NULL, &n);
      if (!v) return;
      mote_plot_fit(&lo, &hi, v, n);
      if (n) c->y0 = fmin(c->y0, lo), c->y1 = fmax(c->y1, hi);
      mote_free(v);
    }
  }
  if (!(c->y1 > c->y0)) c->y0 = 0, c->y1 = 1;
}

static void draw_axis(mote_page_t *p, const mote_plot_t *c, json_t *axis, int colour) {
  size_t n, m;
  double *lo = mote_html_series(p, json_object_get(axis, "low"), NULL, &n);
  double *hi = mote_html_series(p, json_object_get(axis, "high"), NULL, &m);
  char classes[16];
  snprintf(classes, sizeof classes, "%s %s", mote_fill_class(colour),
           mote_stroke_class(colour));
  if (lo && hi && n && m == n)
    mote_plot_band(c, lo, hi, n, classes);
  else if (lo && n) {
    mote_plot_t line = *c;
    line.x0 = 0, line.x1 = n > 1 ? (double)(n - 1) : 1;
    mote_plot_line(&line, NULL, lo, n, mote_stroke_class(colour));
  }
  mote_free(lo);
  mote_free(hi);
}

/* Labelled stretches as strips along the lower edge. */
static void draw_ranges(mote_page_t *p, const mote_plot_t *c, json_t *f, json_t *ranges) {
  size_t i;
  json_t *r;
  json_array_foreach(ranges, i, r) {
    double a = mote_json_number(r, "from"), b = mote_json_number(r, "to");
    if (!(b > a) || !*mote_json_text(r, "label")) continue;
    double x = mote_plot_x(c, c->x0 + a * (c->x1 - c->x0));
    double w = mote_plot_x(c, c->x0 + b * (c->x1 - c->x0)) - x;
    mote_page(p,
              "<rect class=\"pt %s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"5\">",
              mote_fill_class(mote_html_label(f, mote_json_text(r, "label"))), x,
              c->height - c->bottom - 5, w);
    mote_page_put(p, "<title>", mote_json_text(r, "label"), "</title></rect>\n");
  }
}

static void waveform(mote_page_t *p, json_t *f, json_t *e, int lane, int last) {
  json_t *axes = json_object_get(e, "axes");
  mote_plot_t c = mote_plot(p, 360, last ? 112 : 92);
  double seconds = mote_json_number(e, "seconds");
  c.top = 6, c.bottom = last ? 24 : 6;
  c.x1 =
      seconds > 0
          ? seconds
          : (double)json_array_size(json_object_get(json_array_get(axes, 0), "low")) - 1;
  fit_lane(p, &c, axes, lane);
  mote_plot_begin(&c, "waveform");
  const char *unit = "";
  for (size_t i = 0; i < json_array_size(axes); i++)
    if (lane_of(axes, i) == lane) unit = mote_json_text(json_array_get(axes, i), "unit");
  if (!strcmp(unit, "wav")) unit = ""; /* counts of a microphone */
  mote_plot_axes(&c, NULL, *unit ? unit : NULL, last ? 5 : 0, 3);
  for (size_t i = 0; i < json_array_size(axes); i++)
    if (lane_of(axes, i) == lane) draw_axis(p, &c, json_array_get(axes, i), (int)i);
  if (last) draw_ranges(p, &c, f, json_object_get(e, "ranges"));
  mote_plot_end(&c);
}

static void spectrogram(mote_page_t *p, json_t *e, json_t *s) {
  double rows = mote_json_number(s, "rows"), cols = mote_json_number(s, "cols");
  if (!(rows >= 1 && cols >= 1 && rows <= 4096 && cols <= 4096)) return;
  size_t n = (size_t)rows * (size_t)cols;
  uint8_t *level = mote_alloc(n, 1);
  if (!level)
    p->rc = MOTE_ERR_NOMEM;
  else if (mote_base64_read(mote_json_text(s, "levels"), level, n) == (long)n) {
    mote_plot_t c = mote_plot(p, 360, 112);
    double hz = mote_json_number(s, "hz"), unit = hz >= 2000 ? 1000 : 1;
    c.top = 4, c.bottom = 24;
    c.x1 = mote_json_number(e, "seconds"), c.y1 = hz / unit;
    mote_plot_begin(&c, "spectrogram");
    mote_plot_axes(&c, NULL, unit > 1 ? "kHz" : "Hz", 5, 4);
    mote_page(p,
              "<image x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\" "
              "preserveAspectRatio=\"none\" href=\"",
              c.left, c.top, c.width - c.left - c.right, c.height - c.top - c.bottom);
    if (p->rc >= 0) p->rc = mote_png_heat(level, (size_t)rows, (size_t)cols, p->out);
    mote_page(p, "\"/>\n");
    mote_plot_end(&c);
  }
  mote_free(level);
}

static void axis_names(mote_page_t *p, json_t *e) {
  json_t *axes = json_object_get(e, "axes");
  size_t n = json_array_size(axes);
  double all = mote_json_number(e, "axes_in_all");
  if (n < 2) return;
  mote_page(p, "<div class=\"keys\">");
  for (size_t i = 0; i < n; i++) {
    char classes[16];
    snprintf(classes, sizeof classes, "line %s", mote_stroke_class((int)i));
    mote_legend(p, -1, classes, mote_json_text(json_array_get(axes, i), "name"));
  }
  if (all > (double)n)
    mote_page(p, "<span class=\"note\">and %.0f more</span>", all - (double)n);
  mote_page(p, "</div>\n");
}

static void example(mote_page_t *p, json_t *f, json_t *e) {
  json_t *axes = json_object_get(e, "axes");
  const char *label = mote_json_text(e, "label");
  int at = mote_html_label(f, label), lanes = 0;
  mote_page(p, "<figure class=\"card\"><figcaption>");
  if (*label || !json_array_size(json_object_get(e, "ranges")))
    mote_legend(p, at / MOTE_COLOURS % 4, mote_fill_class(at), label);
  mote_page_put(p, "<span class=\"note clip\">", mote_json_text(e, "name"), "</span>");
  mote_page_put(p, "<span class=\"note end\">", mote_json_text(e, "split"), "</span>");
  mote_page(p, "</figcaption>\n");
  for (size_t i = 0; i < json_array_size(axes); i++)
    if (lane_of(axes, i) >= lanes) lanes = lane_of(axes, i) + 1;
  for (int lane = 0; lane < lanes; lane++) waveform(p, f, e, lane, lane == lanes - 1);
  if (json_object_get(e, "spectrogram"))
    spectrogram(p, e, json_object_get(e, "spectrogram"));
  axis_names(p, e);
  mote_html_end(p);
}

void mote_html_examples(mote_page_t *p, json_t *f) {
  json_t *list = json_object_get(f, "examples"), *e;
  size_t i;
  mote_page(
      p, "<p class=\"note\">Seconds to the right. Below each waveform: power over time "
         "and frequency in decibels, bright is loud, all axes together.</p>\n"
         "<div class=\"grid three\">\n");
  json_array_foreach(list, i, e) example(p, f, e);
  mote_page(p, "</div>\n");
}
