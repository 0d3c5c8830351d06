/* SPDX-License-Identifier: Apache-2.0 */
#include "report/svg.h"

#include <math.h>
#include <stdio.h>

const char *mote_fill_class(int i) {
  static const char *const name[MOTE_COLOURS] = {"f0", "f1", "f2", "f3",
                                                 "f4", "f5", "f6", "f7"};
  return name[(unsigned)i % MOTE_COLOURS];
}

const char *mote_stroke_class(int i) {
  static const char *const name[MOTE_COLOURS] = {"s0", "s1", "s2", "s3",
                                                 "s4", "s5", "s6", "s7"};
  return name[(unsigned)i % MOTE_COLOURS];
}

mote_plot_t mote_plot(mote_page_t *page, double width, double height) {
  return (mote_plot_t){.page = page,
                       .width = width,
                       .height = height,
                       .left = 46,
                       .right = 10,
                       .top = 12,
                       .bottom = 34,
                       .x1 = 1,
                       .y1 = 1};
}

void mote_plot_fit(double *lo, double *hi, const double *v, size_t n) {
  double a = INFINITY, b = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(v[i])) continue;
    if (v[i] < a) a = v[i];
    if (v[i] > b) b = v[i];
  }
  if (!(a <= b)) a = 0, b = 1;
  double room = b > a ? (b - a) * 0.04 : fabs(a) * 0.1 + 1e-9;
  *lo = a - room;
  *hi = b + room;
}

double mote_plot_x(const mote_plot_t *c, double x) {
  return c->left + (x - c->x0) / (c->x1 - c->x0) * (c->width - c->left - c->right);
}

double mote_plot_y(const mote_plot_t *c, double y) {
  return c->height - c->bottom -
         (y - c->y0) / (c->y1 - c->y0) * (c->height - c->top - c->bottom);
}

void mote_plot_begin(const mote_plot_t *c, const char *title) {
  mote_page(c->page,
            "<svg class=\"plot\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"",
            c->width, c->height);
  mote_page_put(c->page, "", title, "\">\n");
}

/* 1, 2 or 5 times a power of ten, so that about n steps span the range. */
static double nice_step(double span, int n) {
  double raw = span / n, power = pow(10, floor(log10(raw))), f = raw / power;
  return power * (f <= 1 ? 1 : f <= 2 ? 2 : f <= 5 ? 5 : 10);
}

/* Decimals that tell one tick from the next. */
static int decimals(double step) {
  int d = (int)ceil(-log10(step) - 1e-9);
  return d < 0 ? 0 : d > 9 ? 9 : d;
}

static void tick_text(const mote_plot_t *c, double v, double step) {
  if (fabs(v) < step / 1e6) v = 0;
  if (fabs(v) >= 1e5 || (v != 0 && step < 1e-4))
    mote_page(c->page, "%.3g", v);
  else
    mote_page(c->page, "%.*f", decimals(step), v);
}

static void x_ticks(const mote_plot_t *c, int n) {
  double step = nice_step(c->x1 - c->x0, n), bottom = c->height - c->bottom;
  for (double v = ceil(c->x0 / step - 1e-9) * step; v <= c->x1 + step / 1e6; v += step) {
    double x = mote_plot_x(c, v);
    mote_page(c->page,
              "<path class=\"rule\" d=\"M%.1f %.1fV%.1f\"/><text x=\"%.1f\" "
              "y=\"%.1f\" text-anchor=\"middle\">",
              x, c->top, bottom, x, bottom + 14);
    tick_text(c, v, step);
    mote_page(c->page, "</text>\n");
  }
}

static void y_ticks(const mote_plot_t *c, int n) {
  double step = nice_step(c->y1 - c->y0, n);
  for (double v = ceil(c->y0 / step - 1e-9) * step; v <= c->y1 + step / 1e6; v += step) {
    double y = mote_plot_y(c, v);
    mote_page(c->page,
              "<path class=\"rule\" d=\"M%.1f %.1fH%.1f\"/><text x=\"%.1f\" "
              "y=\"%.1f\" text-anchor=\"end\">",
              c->left, y, c->width - c->right, c->left - 6, y + 4);
    tick_text(c, v, step);
    mote_page(c->page, "</text>\n");
  }
}

void mote_plot_axes(const mote_plot_t *c, const char *xname, const char *yname,
                    int xticks, int yticks) {
  double bottom = c->height - c->bottom;
  if (xticks > 0 && c->x1 > c->x0) x_ticks(c, xticks);
  if (yticks > 0 && c->y1 > c->y0) y_ticks(c, yticks);
  mote_page(c->page, "<path class=\"axis\" d=\"M%.1f %.1fV%.1fH%.1f\"/>\n", c->left,
            c->top, bottom, c->width - c->right);
  if (xname) {
    mote_page(c->page,
              "<text class=\"name\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
              (c->left + c->width - c->right) / 2, c->height - 3);
    mote_page_put(c->page, "", xname, "</text>\n");
  }
  if (yname) {
    double y = (c->top + bottom) / 2;
    mote_page(c->page,
              "<text class=\"name\" x=\"11\" y=\"%.1f\" text-anchor=\"middle\" "
              "transform=\"rotate(-90 11 %.1f)\">",
              y, y);
    mote_page_put(c->page, "", yname, "</text>\n");
  }
}

void mote_plot_line(const mote_plot_t *c, const double *x, const double *y, size_t n,
                    const char *classes) {
  char pen = 'M';
  mote_page(c->page, "<path class=\"line %s\" d=\"", classes);
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(y[i])) continue;
    mote_page(c->page, "%c%.1f %.1f", pen, mote_plot_x(c, x ? x[i] : (double)i),
              mote_plot_y(c, y[i]));
    pen = 'L';
  }
  mote_page(c->page, "\"/>\n");
}

void mote_plot_band(const mote_plot_t *c, const double *low, const double *high, size_t n,
                    const char *classes) {
  double wide = (c->x1 - c->x0) / (double)(n > 1 ? n - 1 : 1);
  mote_page(c->page, "<path class=\"band %s\" d=\"", classes);
  for (size_t i = 0; i < n; i++)
    mote_page(c->page, "%c%.1f %.1f", i ? 'L' : 'M',
              mote_plot_x(c, c->x0 + wide * (double)i), mote_plot_y(c, high[i]));
  for (size_t i = n; i-- > 0;)
    mote_page(c->page, "L%.1f %.1f", mote_plot_x(c, c->x0 + wide * (double)i),
              mote_plot_y(c, low[i]));
  mote_page(c->page, "Z\"/>\n");
}

void mote_plot_bar(const mote_plot_t *c, double xa, double xb, double y,
                   const char *classes) {
  double left = mote_plot_x(c, xa), top = mote_plot_y(c, y), base = mote_plot_y(c, 0);
  mote_page(c->page,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
            "height=\"%.1f\"/>\n",
            classes, left, top, mote_plot_x(c, xb) - left, base - top);
}

void mote_plot_mark(const mote_plot_t *c, double x, const char *word) {
  double at = mote_plot_x(c, x);
  int to_left = at > c->left + 0.6 * (c->width - c->left - c->right);
  mote_page(c->page,
            "<path class=\"mark\" d=\"M%.1f %.1fV%.1f\"/><text class=\"marked\" "
            "x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">",
            at, c->top, c->height - c->bottom, at + (to_left ? -5 : 5), c->top + 10,
            to_left ? "end" : "start");
  mote_page_put(c->page, "", word, "</text>\n");
}

static void shape_path(mote_page_t *p, double x, double y, int shape) {
  switch (shape) {
  case 1:
    mote_page(p, "M%.1f %.1fh5.4v5.4h-5.4z", x - 2.7, y - 2.7);
    break;
  case 2:
    mote_page(p, "M%.1f %.1fl3.4 6h-6.8z", x, y - 3.8);
    break;
  case 3:
    mote_page(p, "M%.1f %.1fl3.8 3.8l-3.8 3.8l-3.8 -3.8z", x, y - 3.8);
    break;
  case 4:
    mote_page(p, "M%.1f %.1fl8 8m0 -8l-8 8", x - 4, y - 4);
    break;
  default:
    mote_page(p, "M%.1f %.1fa3 3 0 1 0 6 0a3 3 0 1 0 -6 0z", x - 3, y);
  }
}

void mote_plot_dot(const mote_plot_t *c, double x, double y, int shape,
                   const char *classes) {
  mote_page(c->page, "<path class=\"%s\" d=\"", classes);
  shape_path(c->page, mote_plot_x(c, x), mote_plot_y(c, y), shape);
  mote_page(c->page, "\">");
}

void mote_plot_dot_end(const mote_plot_t *c) { mote_page(c->page, "</path>\n"); }

void mote_plot_end(const mote_plot_t *c) { mote_page(c->page, "</svg>\n"); }

void mote_legend(mote_page_t *p, int shape, const char *classes, const char *text) {
  mote_page(p,
            "<span class=\"key\"><svg viewBox=\"0 0 16 12\" aria-hidden=\"true\">"
            "<path class=\"%s\" d=\"",
            classes);
  if (shape < 0)
    mote_page(p, "M0 6H16");
  else
    shape_path(p, 8, 6, shape);
  mote_page_put(p, "\"/></svg>", *text ? text : "(no label)", "</span>\n");
}

void mote_cell_bar(mote_page_t *p, double share, const char *classes) {
  double w = isfinite(share) ? share < 0 ? 0 : share > 1 ? 100 : 100 * share : 0;
  mote_page(p,
            "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" "
            "aria-hidden=\"true\"><rect class=\"track\" width=\"100\" height=\"8\"/>"
            "<rect class=\"%s\" width=\"%.1f\" height=\"8\"/></svg>",
            classes, w);
}
