/* SPDX-License-Identifier: Apache-2.0
 * Records and cells of delimited text (RFC 4180 and what people really write): quotes,
 * CRLF, blank and # lines, any of , ; tab | or runs of spaces. Shared by tables of
 * samples and by manifests. */
#ifndef MOTE_FORMATS_CSV_READER_H
#define MOTE_FORMATS_CSV_READER_H

#include "formats/text.h"

/* Axes, and room for time, label and dropped columns. */
#define MOTE_CSV_COLUMNS_MAX 1100

typedef struct {
  const char *p, *end;
  char delimiter;
  size_t line; /* of the record read last; the first line is 1 */
  size_t next_line;
  const char *path;
  mote_arena_t *a; /* for cells with doubled quotes */
} mote_csv_reader_t;

/* Looks at the first lines and chooses the delimiter; `tabs`: prefer them (.tsv). */
mote_csv_reader_t mote_csv_open(mote_text_t text, const char *path, int tabs,
                                mote_arena_t *a);
/* The next record, cells trimmed and unquoted: 1, 0 at the end, or an error that names
 * file and line. At most MOTE_CSV_COLUMNS_MAX cells. */
int mote_csv_next(mote_csv_reader_t *r, mote_text_t *cells, size_t *n);

#endif
