/* SPDX-License-Identifier: Apache-2.0
 * One pull interface over JSON and CBOR, so that a format that exists in both encodings
 * is parsed by one function. The reader walks the bytes once, in order, without a tree
 * and without recursion; it allocates only the strings that are asked for.
 *
 *   MOTE_TRY(mote_pull_object(r));
 *   while ((rc = mote_pull_key(r)) > 0)
 *     MOTE_TRY(!strcmp(r->key, "rate") ? mote_pull_number(r, &rate) : mote_pull_skip(r));
 *   MOTE_TRY(rc);
 *
 * All functions return 0 (key and item: 1 = one more, 0 = the container ended) or a
 * negative status with a message "file: byte N: ...". */
#ifndef MOTE_FORMATS_PULL_H
#define MOTE_FORMATS_PULL_H

#include "base/mem.h"

#define MOTE_PULL_DEPTH    32   /* nested containers */
#define MOTE_PULL_KEY_MAX  1024 /* bytes of a member name, with its NUL */
#define MOTE_PULL_TEXT_MAX (1u << 20)

typedef enum {
  MOTE_PULL_OBJECT = 1,
  MOTE_PULL_ARRAY,
  MOTE_PULL_TEXT,
  MOTE_PULL_NUMBER,
  MOTE_PULL_OTHER /* null, true, false, CBOR byte strings */
} mote_pull_kind_t;

typedef struct mote_pull mote_pull_t;

typedef struct {
  int (*kind)(mote_pull_t *r); /* mote_pull_kind_t of the next value, or negative */
  int (*open)(mote_pull_t *r, int object);
  int (*key)(mote_pull_t *r);
  int (*item)(mote_pull_t *r);
  int (*number)(mote_pull_t *r, double *out);
  int (*text)(mote_pull_t *r, mote_arena_t *a, char **out);
  int (*scalar)(mote_pull_t *r); /* skips a value that is no container */
} mote_pull_ops_t;

struct mote_pull {
  const mote_pull_ops_t *ops;
  const char *file;
  const uint8_t *p;
  size_t n, at;
  unsigned depth;
  uint64_t objects; /* bit d: the container at depth d is an object */
  int due;          /* JSON: a value ended, a comma or the end must follow */
  uint64_t left[MOTE_PULL_DEPTH]; /* CBOR: items to come, UINT64_MAX = until the break */
  char key[MOTE_PULL_KEY_MAX];    /* the member name mote_pull_key found */
};

/* The bytes must outlive the reader. */
void mote_json_open(mote_pull_t *r, const uint8_t *p, size_t n, const char *file);
void mote_cbor_open(mote_pull_t *r, const uint8_t *p, size_t n, const char *file);

int mote_pull_kind(mote_pull_t *r);
int mote_pull_object(mote_pull_t *r);
int mote_pull_array(mote_pull_t *r);
int mote_pull_key(mote_pull_t *r);
int mote_pull_item(mote_pull_t *r);
/* A finite number. */
int mote_pull_number(mote_pull_t *r, double *out);
/* A whole number in [0, 2^53]. */
int mote_pull_count(mote_pull_t *r, uint64_t *out);
/* UTF-8 without NUL, copied into the arena. */
int mote_pull_text(mote_pull_t *r, mote_arena_t *a, char **out);
/* As text; numbers, true and false are spelled out, null gives NULL. JSON only. */
int mote_pull_words(mote_pull_t *r, mote_arena_t *a, char **out);
int mote_pull_skip(mote_pull_t *r);
/* JSON: the value as it is written, without the white space between its parts. */
int mote_json_raw(mote_pull_t *r, mote_arena_t *a, char **out);
/* JSON: nothing but white space may follow the value. */
int mote_json_end(mote_pull_t *r);
/* JSON: 1 when anything but white space is left (several values, a line each). */
int mote_json_more(mote_pull_t *r);

int mote_pull_fail(const mote_pull_t *r, int code, const char *fmt, ...)
    MOTE_PRINTF(3, 4);
/* Opens the container at depth r->depth; the decoders' common part. */
int mote_pull_enter(mote_pull_t *r, int object);

#endif
