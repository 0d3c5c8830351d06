/* SPDX-License-Identifier: Apache-2.0
 * The impulse as a row of boxes, and impulse.json as it is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/html.h"

static void box(mote_page_t *p, const char *kind, const char *name, const char *type) {
  mote_page(p, "<div class=\"box\"><i>%s</i>", kind);
  mote_page_put(p, "<b>", name, "</b>");
  mote_page_put(p, "<span class=\"note\">", type, "</span></div>");
}

static void input_box(mote_page_t *p, json_t *in) {
  json_t *axes = json_object_get(in, "axes"), *v;
  size_t i;
  mote_page(p, "<div class=\"box\"><i>Input</i><b>");
  json_array_foreach(axes, i, v) {
    if (i < 6) mote_page_put(p, i ? ", " : "", json_string_value(v), "");
  }
  if (json_array_size(axes) > 6) mote_page(p, " and %zu more", json_array_size(axes) - 6);
  if (!json_array_size(axes)) mote_page(p, "all axes");
  mote_page(p, "</b><span class=\"note\">");
  if (mote_json_number(in, "frequency_hz") > 0) {
    mote_page_number(p, mote_json_number(in, "frequency_hz"));
    mote_page(p, "\xc2\xa0Hz, ");
  }
  mote_page(p, "windows of %.4g\xc2\xa0ms every %.4g\xc2\xa0ms</span></div>",
            mote_json_number(in, "window_ms"), mote_json_number(in, "stride_ms"));
}

static void boxes(mote_page_t *p, const char *kind, json_t *list) {
  size_t i;
  json_t *v;
  mote_page(p, "<div class=\"arrow\" aria-hidden=\"true\">\xe2\x86\x92</div><div "
               "class=\"stack\">");
  json_array_foreach(list, i, v)
      box(p, kind, mote_json_text(v, "name"), mote_json_text(v, "type"));
  mote_page(p, "</div>\n");
}

void mote_html_design(mote_page_t *p, json_t *f) {
  json_t *d = json_object_get(f, "design");
  char *text = json_dumps(d, JSON_ENCODE_ANY | JSON_INDENT(2) | JSON_REAL_PRECISION(9));
  if (!text) p->rc = MOTE_ERR_NOMEM;
  mote_page(p, "<div class=\"card\"><div class=\"flow\">\n<div class=\"stack\">");
  input_box(p, json_object_get(d, "input"));
  mote_page(p, "</div>\n");
  boxes(p, "Features", json_object_get(d, "dsp"));
  boxes(p, "Learner", json_object_get(d, "learn"));
  mote_page(p, "</div>\n<details><summary>impulse.json</summary>\n");
  mote_page_put(p, "<pre>", text, "</pre>\n</details></div>\n");
  free(text);
}
