/* SPDX-License-Identifier: Apache-2.0
 * For the html_*.c files: a section of the page each, drawn from the figures alone. */
#ifndef MOTE_REPORT_HTML_H
#define MOTE_REPORT_HTML_H

#include "report/svg.h"

/* A section: one function, and one row in html.c. */
void mote_html_data(mote_page_t *p, json_t *figures);
void mote_html_examples(mote_page_t *p, json_t *figures);
void mote_html_features(mote_page_t *p, json_t *figures);
void mote_html_training(mote_page_t *p, json_t *figures);
void mote_html_test(mote_page_t *p, json_t *figures);
void mote_html_cost(mote_page_t *p, json_t *figures);
void mote_html_blerp(mote_page_t *p, json_t *figures);
void mote_html_design(mote_page_t *p, json_t *figures);

/* Position of a label in the order that fixes its colour and shape; 0 when it is new. */
int mote_html_label(json_t *figures, const char *label);
/* Numbers of a JSON list, NaN for what is none. NULL (and p->rc) without memory; free
 * with mote_free. `key`: member of the rows of a list of objects, or NULL. */
double *mote_html_series(mote_page_t *p, json_t *list, const char *key, size_t *n);
/* <figure class="card"> with a heading, to be closed by mote_html_end. */
void mote_html_card(mote_page_t *p, const char *title, const char *note);
void mote_html_end(mote_page_t *p);

extern const char mote_report_css[], mote_report_js[];

#endif
