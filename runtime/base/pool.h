/* SPDX-License-Identifier: Apache-2.0
 * A bump allocator over the caller's buffer, used to build the constant tables of a plan.
 * With p == NULL it only counts: the same `plan` function answers "how big?" and "build
 * it here". Alignment is 8 bytes. Not used by exported code: there the tables are
 * constants. */
#ifndef MOTE_BASE_POOL_H
#define MOTE_BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint8_t *p;   /* buffer, 8-byte aligned, or NULL to measure */
  size_t bytes; /* its size (ignored when p is NULL) */
  size_t used;  /* bytes taken so far, also when measuring */
} mote_pool_t;

/* Next `bytes` bytes, or NULL when measuring or when the pool is full (then used >
 * bytes). */
static inline void *mote_pool_take(mote_pool_t *pool, size_t bytes) {
  size_t at = pool->used;
  pool->used = (at + bytes + 7u) & ~(size_t)7u;
  if (!pool->p || pool->used > pool->bytes) return NULL;
  return pool->p + at;
}

#endif
