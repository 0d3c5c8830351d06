/* SPDX-License-Identifier: Apache-2.0
 * Damages a file of bytes: bits, words, texts, pieces, and what stands for a field in the
 * formats of models. The same seed gives the same damage on every machine. */
#ifndef MOTE_TEST_MUTATE_H
#define MOTE_TEST_MUTATE_H

#include <string.h>

#include "base/mem.h"

typedef struct {
  mote_buf_t *b;
  const uint8_t *other; /* another seed, for splices */
  size_t n_other;
  uint64_t rng;
} mutant_t;

static inline uint32_t mutant_draw(mutant_t *m, uint32_t below) {
  m->rng = m->rng * 6364136223846793005u + 1442695040888963407u;
  return below ? (uint32_t)(((m->rng >> 32) * below) >> 32) : 0;
}

/* A place; half of them near the ends, where formats keep what is not weights. */
static inline size_t mutant_at(mutant_t *m, size_t room) {
  size_t n = m->b->n > room ? m->b->n - room : 0;
  uint32_t near = (uint32_t)(n < 1024 ? n : 1024);
  switch (mutant_draw(m, 4)) {
  case 0: return mutant_draw(m, near + 1);
  case 1: return n - mutant_draw(m, near + 1);
  default: return mutant_draw(m, (uint32_t)n + 1);
  }
}

static inline uint32_t mutant_extreme(mutant_t *m) {
  static const uint32_t list[] = {
      0, 1, 2, 3, 5, 7, 8, 16, 31, 32, 33, 64, 127, 128, 255, 256, 1023, 4096, 32767,
      32768, 65535, 65536, 1u << 20, 1u << 24, 1u << 28, (1u << 28) + 1, 1u << 30,
      0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFF80,
      0x7F800000, 0xFF800000, 0x7FC00000, 0x00000001, 0x00800000, 0x7F7FFFFF, 0x3F800000,
      0x2F800000, 0x4F000000, 0xCF000000, 0xBF800000};
  return list[mutant_draw(m, sizeof list / sizeof list[0])];
}

static inline uint32_t mutant_word(const mutant_t *m, size_t at) {
  uint32_t v = 0;
  if (at + 4 <= m->b->n) memcpy(&v, m->b->p + at, 4);
  return v;
}

static inline void mutant_put(mutant_t *m, size_t at, uint32_t v, size_t bytes) {
  for (size_t i = 0; i < bytes && at + i < m->b->n; i++)
    m->b->p[at + i] = (uint8_t)(v >> (8 * i));
}

static inline void mutant_words(mutant_t *m) {
  size_t at = mutant_at(m, 4) & ~(size_t)3, to = mutant_at(m, 4) & ~(size_t)3;
  uint32_t a = mutant_word(m, at), b = mutant_word(m, to);
  switch (mutant_draw(m, 6)) {
  case 0: mutant_put(m, at, b, 4), mutant_put(m, to, a, 4); break; /* swapped */
  case 1: mutant_put(m, at, b, 4); break;                          /* copied */
  case 2: mutant_put(m, at, a + mutant_draw(m, 9) - 4, 4); break;
  case 3: mutant_put(m, at, mutant_extreme(m), 2); break;
  default: mutant_put(m, at, mutant_extreme(m), 4);
  }
}

/* A small whole number somewhere: sizes, indices, offsets, axes, codes. */
static inline void mutant_number(mutant_t *m) {
  for (int tries = 0; tries < 64; tries++) {
    size_t at = mutant_at(m, 4) & ~(size_t)3;
    uint32_t v = mutant_word(m, at);
    if (v < 1 || v > 300) continue;
    mutant_put(m, at, mutant_draw(m, 2) ? mutant_extreme(m) : mutant_draw(m, 12), 4);
    return;
  }
}

/* A decimal number of a text, such as the header of a container. */
static inline void mutant_digits(mutant_t *m) {
  static const char *const list[] = {"0", "-1", "9", "1", "2147483647", "4294967296",
                                     "1e39", "-0.5", "1e-40", "null", "[]", "\"x\""};
  size_t at = mutant_at(m, 1), end;
  while (at < m->b->n && (m->b->p[at] < '0' || m->b->p[at] > '9')) at++;
  for (end = at; end < m->b->n && m->b->p[end] >= '0' && m->b->p[end] <= '9';) end++;
  const char *to = list[mutant_draw(m, sizeof list / sizeof list[0])];
  for (size_t i = at; i < end; i++) m->b->p[i] = *to ? (uint8_t)*to++ : ' ';
}

/* Of a protobuf: a byte that is a field's mark gets another number or wire type. */
static inline void mutant_field(mutant_t *m) {
  size_t at = mutant_at(m, 2);
  if (at + 1 >= m->b->n) return;
  uint8_t *p = m->b->p + at;
  if (mutant_draw(m, 2)) p[0] = (uint8_t)(mutant_draw(m, 16) << 3 | mutant_draw(m, 6));
  else p[1] = (uint8_t)mutant_draw(m, 2) ? (uint8_t)mutant_draw(m, 256) : 0xFF;
}

/* A piece is taken out, doubled, zeroed, or comes from another file. */
static inline void mutant_piece(mutant_t *m) {
  mote_buf_t *b = m->b;
  size_t at = mutant_at(m, 1), most = b->n - (at < b->n ? at : b->n);
  size_t n = mutant_draw(m, (uint32_t)(most < 64 ? most : 64) + 1);
  switch (mutant_draw(m, 4)) {
  case 0: memmove(b->p + at, b->p + at + n, b->n - at - n), b->n -= n; break;
  case 1: memset(b->p + at, mutant_draw(m, 2) ? 0 : 0xFF, n); break;
  case 2: memmove(b->p + mutant_at(m, n), b->p + at, n); break;
  default:
    if (m->n_other >= n)
      memcpy(b->p + at, m->other + mutant_draw(m, (uint32_t)(m->n_other - n) + 1), n);
  }
}

static inline void mutant_once(mutant_t *m) {
  if (!m->b->n) return;
  size_t at = mutant_at(m, 1);
  switch (mutant_draw(m, 16)) {
  case 0: case 1: if (at < m->b->n) m->b->p[at] ^= (uint8_t)(1u << mutant_draw(m, 8));
    break;
  case 2: if (at < m->b->n) m->b->p[at] = (uint8_t)mutant_draw(m, 256);
    break;
  case 3: if (mutant_draw(m, 4) == 0) m->b->n = at;
    break;
  case 4: mutant_piece(m); break;
  case 5: case 6: mutant_digits(m); break;
  case 7: case 8: mutant_field(m); break;
  case 9: case 10: case 11: mutant_words(m); break;
  default: mutant_number(m);
  }
}

/* One to four damages; most files keep their form. */
static inline void mutate(mutant_t *m, uint64_t seed) {
  m->rng = (seed + 1) * 0x9E3779B97F4A7C15u;
  mutant_draw(m, 0);
  for (uint32_t i = 1 + mutant_draw(m, 2) * mutant_draw(m, 4); i; i--) mutant_once(m);
}

#endif
