/* SPDX-License-Identifier: Apache-2.0
 * Windows as points: what lies together here is easy to confuse. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/html.h"

static double coordinate(json_t *pt, const char *key, size_t axis) {
  json_t *v = json_array_get(json_object_get(pt, key), axis);
  return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

static void fit(mote_page_t *p, mote_plot_t *c, json_t *points, const char *key) {
  size_t n = json_array_size(points);
  double *v = mote_alloc(n + 1, sizeof *v);
  if (!v) p->rc = MOTE_ERR_NOMEM;
  for (size_t axis = 0; v && axis < 2; axis++) {
    for (size_t i = 0; i < n; i++)
      v[i] = coordinate(json_array_get(points, i), key, axis);
    mote_plot_fit(axis ? &c->y0 : &c->x0, axis ? &c->y1 : &c->x1, v, n);
  }
  mote_free(v);
}

/* 0: trained with, 1: tested and right, 2: tested and wrong */
static int state_of(json_t *pt) {
  json_t *right = json_object_get(pt, "right");
  if (right) return json_is_true(right) ? 1 : 2;
  return strcmp(mote_json_text(pt, "split"), "testing") ? 0 : 1;
}

static const char *label_of(json_t *f, json_t *pt) {
  size_t i = (size_t)json_integer_value(json_object_get(pt, "label"));
  const char *s =
      json_string_value(json_array_get(mote_json_at(f, "features.labels"), i));
  return s ? s : "";
}

static void dot(mote_page_t *p, const mote_plot_t *c, json_t *f, json_t *pt,
                const char *key) {
  static const char *const kind[3] = {"train", "test", "wrong"};
  int label = (int)json_integer_value(json_object_get(pt, "label")), state = state_of(pt);
  double x = coordinate(pt, key, 0), y = coordinate(pt, key, 1);
  char classes[48];
  if (!isfinite(x) || !isfinite(y)) return;
  if (state == 2) { /* the dot under its cross */
    snprintf(classes, sizeof classes, "pt test L%d %s", label, mote_fill_class(label));
    mote_plot_dot(c, x, y, label / MOTE_COLOURS % 4, classes);
    mote_plot_dot_end(c);
  }
  snprintf(classes, sizeof classes, "pt %s L%d %s", kind[state], label,
           state == 2 ? "" : mote_fill_class(label));
  mote_plot_dot(c, x, y, state == 2 ? 4 : label / MOTE_COLOURS % 4, classes);
  mote_page_put(p, "<title>", *label_of(f, pt) ? label_of(f, pt) : "(no label)", "");
  mote_page_put(p, " \xc2\xb7 ", mote_json_text(pt, "name"), "");
  if (mote_json_number(pt, "start") > 0)
    mote_page(p, " at %.2f s", mote_json_number(pt, "start"));
  if (json_object_get(pt, "answer")) {
    mote_page_put(p, "\nanswer: ", mote_json_text(pt, "answer"), "");
    mote_page(p, " %.2f", mote_json_number(pt, "score"));
  } else
    mote_page_put(p, "\n", mote_json_text(pt, "split"), "");
  mote_page(p, "</title>");
  mote_plot_dot_end(c);
}

typedef struct {
  const char *key, *title, *note, *x, *y;
} view_t;

static void scatter(mote_page_t *p, json_t *f, const view_t *v) {
  json_t *points = mote_json_at(f, "features.points"), *pt;
  mote_plot_t c = mote_plot(p, 460, 380);
  size_t i;
  c.left = 24, c.bottom = v->x ? 22 : 12;
  if (!v->y) c.left = 10;
  fit(p, &c, points, v->key);
  mote_html_card(p, v->title, v->note);
  mote_plot_begin(&c, v->title);
  mote_plot_axes(&c, v->x, v->y, 0, 0);
  for (int state = 0; state < 3; state++) /* mistakes on top */
    json_array_foreach(points, i, pt) if (state_of(pt) == state)
        dot(p, &c, f, pt, v->key);
  mote_plot_end(&c);
  mote_html_end(p);
}

static void legend(mote_page_t *p, json_t *f) {
  json_t *labels = mote_json_at(f, "features.labels"), *v;
  size_t i;
  mote_page(p, "<div class=\"keys\">\n");
  json_array_foreach(labels, i, v) {
    mote_page(p, "<span class=\"pick\" data-label=\"%zu\">", i);
    mote_legend(p, (int)i / MOTE_COLOURS % 4, mote_fill_class((int)i),
                json_string_value(v));
    mote_page(p, "</span>");
  }
  mote_page(p, "</div>\n<div class=\"keys\">\n");
  mote_legend(p, 0, "pt train ink", "training");
  mote_legend(p, 0, "pt test ink", "testing");
  mote_legend(p, 4, "pt wrong", "testing, answered wrong");
  mote_page(p, "</div>\n");
}

void mote_html_features(mote_page_t *p, json_t *f) {
  json_t *o = json_object_get(f, "features"), *share = json_object_get(o, "pca_share");
  char x[64], y[64];
  snprintf(x, sizeof x, "1st component, %.0f %% of the variance",
           100 * json_number_value(json_array_get(share, 0)));
  snprintf(y, sizeof y, "2nd component, %.0f %%",
           100 * json_number_value(json_array_get(share, 1)));
  const view_t views[] = {
      {"pca", "Principal components", "distances are true, much is hidden", x, y},
      {"tsne", "Neighbour embedding", "t-SNE: neighbours are true, distances are not",
       NULL, NULL}};
  mote_page(p, "<p class=\"note\">%.0f windows of %.0f features; %zu shown.</p>\n",
            mote_json_number(o, "windows"), mote_json_number(o, "columns"),
            json_array_size(json_object_get(o, "points")));
  legend(p, f);
  mote_page(p, "<div class=\"grid two\">\n");
  for (size_t i = 0; i < 2; i++) scatter(p, f, &views[i]);
  mote_page(p, "</div>\n");
}
