/* SPDX-License-Identifier: Apache-2.0
 * Pictures for the page: PNG in a data URI, made with libpng. */
#ifndef MOTE_REPORT_PNG_H
#define MOTE_REPORT_PNG_H

#include "base/mem.h"

/* Levels [rows][cols] with row 0 at the bottom, in the colours of viridis (readable for
 * all kinds of colour vision, and in grey); appends "data:image/png;base64,...". */
int mote_png_heat(const uint8_t *level, size_t rows, size_t cols, mote_buf_t *out);

#endif
