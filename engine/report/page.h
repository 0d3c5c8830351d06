/* SPDX-License-Identifier: Apache-2.0
 * Writing HTML. The first failure is kept and everything after it does nothing, so that
 * callers read like the page. What is written is well-formed XML too. */
#ifndef MOTE_REPORT_PAGE_H
#define MOTE_REPORT_PAGE_H

#include <jansson.h>
#include "base/mem.h"

typedef struct {
  mote_buf_t *out;
  int rc;
} mote_page_t;

/* As it stands: our own markup, and numbers. Never a text of the user. */
void mote_page(mote_page_t *p, const char *fmt, ...) MOTE_PRINTF(2, 3);
/* Escaped for elements and attributes; control characters and broken UTF-8 become U+FFFD.
 * NULL writes nothing. */
void mote_page_text(mote_page_t *p, const char *text);
/* markup, escaped text, markup */
void mote_page_put(mote_page_t *p, const char *before, const char *text,
                   const char *after);

/* A number for people: 4 figures, "–" when it is not finite. */
void mote_page_number(mote_page_t *p, double v);
void mote_page_percent(mote_page_t *p, double share); /* "97.3 %" */
void mote_page_bytes(mote_page_t *p, double bytes);   /* "17.3 KB" */
void mote_page_seconds(mote_page_t *p, double s);     /* "4 min 12 s" */

/* Members of a document that may lack them: 0, NaN, "" or NULL then. */
double mote_json_number(json_t *o, const char *key);
const char *mote_json_text(json_t *o, const char *key);
/* Follows "a.b.c". */
json_t *mote_json_at(json_t *o, const char *path);

#endif
