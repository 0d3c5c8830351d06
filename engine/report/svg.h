/* SPDX-License-Identifier: Apache-2.0
 * Charts as inline SVG. Colours are classes of the page's style sheet (f0..f7 fill,
 * s0..s7 stroke), so that light and dark need no second picture. */
#ifndef MOTE_REPORT_SVG_H
#define MOTE_REPORT_SVG_H

#include "report/page.h"

#define MOTE_COLOURS 8
/* "f3", "s3": class of the i-th colour; past the last one they begin again. */
const char *mote_fill_class(int i);
const char *mote_stroke_class(int i);

typedef struct {
  mote_page_t *page;
  double width, height;            /* of the view box */
  double left, right, top, bottom; /* margins around the plot */
  double x0, x1, y0, y1;           /* data at its edges */
} mote_plot_t;

/* A plot of this size with margins for axis texts. */
mote_plot_t mote_plot(mote_page_t *page, double width, double height);
/* Range of the values, a little wider; finite values only. */
void mote_plot_fit(double *lo, double *hi, const double *v, size_t n);
/* Opens <svg>; `title` is what a screen reader says. */
void mote_plot_begin(const mote_plot_t *c, const char *title);
/* Grid lines and ticks at round numbers. Names may be NULL; ticks 0: none on that axis.
 */
void mote_plot_axes(const mote_plot_t *c, const char *xname, const char *yname,
                    int xticks, int yticks);
/* A line through the finite ones of n points; x NULL: 0, 1, 2 ... */
void mote_plot_line(const mote_plot_t *c, const double *x, const double *y, size_t n,
                    const char *classes);
/* The area between low and high, x evenly from the left to the right edge. */
void mote_plot_band(const mote_plot_t *c, const double *low, const double *high, size_t n,
                    const char *classes);
/* A bar of the data rectangle [xa, xb] from 0 to y. */
void mote_plot_bar(const mote_plot_t *c, double xa, double xb, double y,
                   const char *classes);
/* A vertical line at x with a word at its top. */
void mote_plot_mark(const mote_plot_t *c, double x, const char *word);
/* Shapes: circle, square, triangle, diamond; 4: a cross. Left open for a <title>. */
void mote_plot_dot(const mote_plot_t *c, double x, double y, int shape,
                   const char *classes);
void mote_plot_dot_end(const mote_plot_t *c);
void mote_plot_end(const mote_plot_t *c);

double mote_plot_x(const mote_plot_t *c, double x);
double mote_plot_y(const mote_plot_t *c, double y);

/* A legend of one word; `shape` as above, -1: a line. */
void mote_legend(mote_page_t *p, int shape, const char *classes, const char *text);
/* A bar of share 0..1 for a table cell. */
void mote_cell_bar(mote_page_t *p, double share, const char *classes);

#endif
