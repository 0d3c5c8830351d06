/* SPDX-License-Identifier: Apache-2.0
 * Text of untrusted files: charsets, spans of characters, numbers. Spans are not
 * NUL-terminated and point into the file. */
#ifndef MOTE_FORMATS_TEXT_H
#define MOTE_FORMATS_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include "base/mem.h"

typedef struct {
  const char *p;
  size_t n;
} mote_text_t;

/* Bytes of a text file -> UTF-8 without a byte order mark. UTF-8 is used in place; UTF-16
 * (with or without its mark) and Latin-1 are converted into `a`, and `note` says so (else
 * NULL). Binary bytes are refused with their offset; `path` is for the message. */
int mote_text_decode(const uint8_t *p, size_t n, const char *path, mote_arena_t *a,
                     mote_text_t *out, const char **note);

mote_text_t mote_text_trim(mote_text_t s);         /* of spaces, tabs and CR */
int mote_text_is(mote_text_t s, const char *word); /* equal, ASCII case ignored */
/* One of the words of a list "a b c", ASCII case ignored. */
int mote_text_in(mote_text_t s, const char *words);
char *mote_text_copy(mote_arena_t *a, mote_text_t s);
/* Empty, or a word that stands for "no value": NA, N/A, NaN, null, None, "-", "?" ... */
int mote_text_missing(mote_text_t s);

/* The whole span as a decimal number ("-1.5e-3"; `point` is '.' or ','). 1 when it is
 * one. The float is correctly rounded, always; the double too. "inf" and "nan" are no
 * numbers; a number too large for the type comes back as infinity. */
int mote_text_float(mote_text_t s, char point, float *out);
int mote_text_double(mote_text_t s, char point, double *out);

/* "x" of "dir/x.wav": the name a recording gets from its file; never empty. */
const char *mote_text_stem(mote_arena_t *a, const char *path);
/* `path` for a message: "(input)" when there is none. */
const char *mote_text_place(const char *path);

/* Notes for the user grow one by one while a file is read. */
typedef struct {
  const char **item;
  size_t n, cap;
} mote_notes_t;
int mote_note(mote_arena_t *a, mote_notes_t *notes, const char *fmt, ...)
    MOTE_PRINTF(3, 4);

#endif
