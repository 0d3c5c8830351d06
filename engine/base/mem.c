/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/asan.h"

static atomic_long fail_at;
static atomic_int fail_sticky;

void mote_alloc_fail_at(long n, int sticky) {
  atomic_store(&fail_sticky, sticky);
  atomic_store(&fail_at, n);
}

static int injected(void) {
  long n = atomic_load(&fail_at);
  if (n == 0) return 0;
  if (n < 0) return 1; /* sticky and already reached */
  if (atomic_fetch_sub(&fail_at, 1) != 1) return 0;
  if (atomic_load(&fail_sticky)) atomic_store(&fail_at, -1);
  return 1;
}

static int too_large(size_t count, size_t size) {
  return size && count > (SIZE_MAX / 2 - 64) / size;
}

static void *no_memory(size_t count, size_t size) {
  mote_fail(MOTE_ERR_NOMEM, "out of memory: %zu items of %zu bytes refused", count, size);
  return NULL;
}

void *mote_alloc(size_t count, size_t size) {
  if (injected() || too_large(count, size)) return no_memory(count, size);
  size_t bytes = (count * size + 63) & ~(size_t)63;
  void *p = aligned_alloc(64, bytes ? bytes : 64);
  if (!p) return no_memory(count, size);
  return memset(p, 0, bytes);
}

void *mote_realloc(void *old, size_t count, size_t size) {
  if (injected() || too_large(count, size)) return no_memory(count, size);
  size_t bytes = count * size;
  void *p = realloc(old, bytes ? bytes : 1);
  return p ? p : no_memory(count, size);
}

void mote_free(void *p) { free(p); }

#define CHUNK_BYTES (64u * 1024u)

typedef struct chunk {
  struct chunk *next;
  size_t used, bytes;
  _Alignas(16) uint8_t data[];
} chunk_t;

struct mote_arena { chunk_t *head; };

mote_arena_t *mote_arena_new(void) { return mote_alloc(1, sizeof(mote_arena_t)); }

void mote_arena_free(mote_arena_t *a) {
  if (!a) return;
  for (chunk_t *c = a->head, *next; c; c = next) {
    next = c->next;
    mote_free(c);
  }
  mote_free(a);
}

void *mote_arena_take(mote_arena_t *a, size_t count, size_t size) {
  if (too_large(count, size)) return no_memory(count, size);
  size_t bytes = ((count * size + 15) & ~(size_t)15) + MOTE_RED_ZONE;
  if (!a->head || a->head->bytes - a->head->used < bytes) {
    size_t room = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    chunk_t *c = mote_alloc(1, sizeof(chunk_t) + room);
    if (!c) return NULL;
    c->bytes = room;
    c->next = a->head;
    a->head = c;
    mote_poison(c->data, room);
  }
  void *p = a->head->data + a->head->used;
  a->head->used += bytes;
  mote_unpoison(p, count * size);
  return p;
}

char *mote_arena_str(mote_arena_t *a, const char *s) {
  size_t n = strlen(s) + 1;
  char *p = mote_arena_take(a, n, 1);
  return p ? memcpy(p, s, n) : NULL;
}

char *mote_arena_printf(mote_arena_t *a, const char *fmt, ...) {
  va_list ap, again;
  va_start(ap, fmt);
  va_copy(again, ap);
  int n = vsnprintf(NULL, 0, fmt, ap);
  va_end(ap);
  char *p = n < 0 ? NULL : mote_arena_take(a, (size_t)n + 1, 1);
  if (p) vsnprintf(p, (size_t)n + 1, fmt, again);
  va_end(again);
  return p;
}

static int buf_room(mote_buf_t *b, size_t more) {
  if (more > SIZE_MAX / 4 || b->n > SIZE_MAX / 4)
    return mote_fail(MOTE_ERR_LIMIT, "buffer of %zu + %zu bytes", b->n, more);
  size_t need = b->n + more + 1;
  if (need <= b->cap) return MOTE_OK;
  size_t cap = b->cap ? b->cap : 256;
  while (cap < need) cap *= 2;
  uint8_t *p = mote_realloc(b->p, cap, 1);
  if (!p) return MOTE_ERR_NOMEM;
  b->p = p;
  b->cap = cap;
  return MOTE_OK;
}

int mote_buf_add(mote_buf_t *b, const void *p, size_t n) {
  MOTE_TRY(buf_room(b, n));
  if (n) memcpy(b->p + b->n, p, n);
  b->n += n;
  b->p[b->n] = 0;
  return MOTE_OK;
}

int mote_buf_printf(mote_buf_t *b, const char *fmt, ...) {
  va_list ap, again;
  va_start(ap, fmt);
  va_copy(again, ap);
  int n = vsnprintf(NULL, 0, fmt, ap);
  va_end(ap);
  int rc = n < 0 ? mote_fail(MOTE_ERR_PARAM, "bad format") : buf_room(b, (size_t)n);
  if (rc == MOTE_OK) {
    vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, again);
    b->n += (size_t)n;
  }
  va_end(again);
  return rc;
}

void mote_buf_free(mote_buf_t *b) {
  mote_free(b->p);
  memset(b, 0, sizeof *b);
}

void *mote_buf_keep(mote_buf_t *b, mote_arena_t *a) {
  void *p = mote_arena_take(a, b->n + 1, 1);
  if (p && b->n) memcpy(p, b->p, b->n);
  mote_buf_free(b);
  return p;
}
