/* SPDX-License-Identifier: Apache-2.0
 * Host memory. Plain allocation with fault injection for the tests, an arena that is
 * freed at once (one per job), and a growable byte buffer. */
#ifndef MOTE_ENGINE_MEM_H
#define MOTE_ENGINE_MEM_H

#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

/* Zeroed memory, 64-byte aligned; NULL (message set) when refused. Free with mote_free.
 */
void *mote_alloc(size_t count, size_t size);
/* Keeps the contents; new bytes are not zeroed. */
void *mote_realloc(void *p, size_t count, size_t size);
void mote_free(void *p);
/* The n-th allocation from now fails (n >= 1), 0 = off; `sticky`: all later ones too. */
void mote_alloc_fail_at(long n, int sticky);

typedef struct mote_arena mote_arena_t;
mote_arena_t *mote_arena_new(void);
void mote_arena_free(mote_arena_t *a);
/* Zeroed, 16-byte aligned, lives as long as the arena. NULL when refused. */
void *mote_arena_take(mote_arena_t *a, size_t count, size_t size);
char *mote_arena_str(mote_arena_t *a, const char *s);
char *mote_arena_printf(mote_arena_t *a, const char *fmt, ...) MOTE_PRINTF(2, 3);

typedef struct {
  uint8_t *p; /* always NUL-terminated behind n once anything was added */
  size_t n, cap;
} mote_buf_t;
int mote_buf_add(mote_buf_t *b, const void *p, size_t n);
int mote_buf_printf(mote_buf_t *b, const char *fmt, ...) MOTE_PRINTF(2, 3);
void mote_buf_free(mote_buf_t *b);
/* Moves the contents, with the NUL behind them, into the arena and frees the buffer; NULL
 * when refused. */
void *mote_buf_keep(mote_buf_t *b, mote_arena_t *a);

#endif
