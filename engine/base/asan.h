/* SPDX-License-Identifier: Apache-2.0
 * Under AddressSanitizer memory that nobody may touch is marked, so that an access beside
 * a table of an arena, or beside the buffers of a step, is reported. Else nothing. */
#ifndef MOTE_ENGINE_ASAN_H
#define MOTE_ENGINE_ASAN_H

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MOTE_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define MOTE_ASAN 1
#endif

#ifdef MOTE_ASAN
#include <sanitizer/asan_interface.h>
#define MOTE_RED_ZONE ((size_t)16) /* bytes behind each piece of an arena */
static inline void mote_poison(const void *p, size_t n) {
  __asan_poison_memory_region(p, n);
}
static inline void mote_unpoison(const void *p, size_t n) {
  __asan_unpoison_memory_region(p, n);
}
#else
#define MOTE_RED_ZONE ((size_t)0)
static inline void mote_poison(const void *p, size_t n) { (void)p, (void)n; }
static inline void mote_unpoison(const void *p, size_t n) { (void)p, (void)n; }
#endif

#endif
