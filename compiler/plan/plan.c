/* SPDX-License-Identifier: Apache-2.0
 * Buffers joined by accepted in-place pairs form a body: they share one offset. Placing
 * bodies one after another, each at the lowest offset that fits, reaches an optimal plan
 * for some order of the bodies (take an optimal plan, sort by offset, push down), so the
 * exact search goes over orders and over subsets of the in-place pairs. */
#include "plan/plan.h"

#include <string.h>

#include "base/mem.h"
#include "base/rng.h"

#define EXACT_BODIES 8    /* 8! orders at most */
#define LOCAL_TRIES                                                                      \
  4000 /* swaps of the local search; fewer when there are many buffers */
#define LOCAL_WORK   40000000

typedef struct {
  mote_buffer_t *b;
  int32_t n;
  int32_t *body;   /* [n] body of a buffer */
  int32_t *order;  /* [n_bodies] */
  size_t *place;   /* [n_bodies] offset, or NOWHERE while not placed */
  size_t *best;    /* [n] offsets of the best plan */
  int32_t n_bodies;
  size_t best_total, bound;
} search_t;

#define NOWHERE ((size_t)-1)

static size_t rounded(size_t v) {
  return (v + MOTE_PLAN_ALIGN - 1) & ~(size_t)(MOTE_PLAN_ALIGN - 1);
}

static int meet(const mote_buffer_t *a, const mote_buffer_t *b) {
  return a->first <= b->last && b->first <= a->last;
}

/* Lowest offset at which no buffer of `body` meets a placed one. Candidates are 0 and the
 * ends of placed buffers: raise the offset until nothing is in the way. */
static size_t lowest(const search_t *s, int32_t body) {
  size_t at = 0;
  for (int moved = 1; moved;) {
    moved = 0;
    for (int32_t i = 0; i < s->n; i++) {
      if (s->body[i] != body) continue;
      for (int32_t j = 0; j < s->n; j++) {
        size_t pj = s->place[s->body[j]];
        if (s->body[j] == body || pj == NOWHERE || !meet(&s->b[i], &s->b[j])) continue;
        if (at < pj + s->b[j].bytes && pj < at + s->b[i].bytes) {
          at = rounded(pj + s->b[j].bytes);
          moved = 1;
        }
      }
    }
  }
  return at;
}

static size_t body_top(const search_t *s, int32_t body, size_t at) {
  size_t top = 0;
  for (int32_t i = 0; i < s->n; i++)
    if (s->body[i] == body && at + s->b[i].bytes > top) top = at + s->b[i].bytes;
  return rounded(top);
}

static void keep(search_t *s, size_t total) {
  if (total >= s->best_total) return;
  s->best_total = total;
  for (int32_t i = 0; i < s->n; i++) s->best[i] = s->place[s->body[i]];
}

/* Places the bodies in s->order; returns the total. */
static size_t place_all(search_t *s) {
  size_t total = 0;
  for (int32_t k = 0; k < s->n_bodies; k++) s->place[k] = NOWHERE;
  for (int32_t k = 0; k < s->n_bodies; k++) {
    int32_t body = s->order[k];
    s->place[body] = lowest(s, body);
    size_t top = body_top(s, body, s->place[body]);
    if (top > total) total = top;
  }
  keep(s, total);
  return total;
}

/* Depth-first over orders with a cut at the best total; depth is at most EXACT_BODIES. */
static void search_orders(search_t *s, int32_t depth, size_t total) {
  if (total >= s->best_total || s->best_total == s->bound) return;
  if (depth == s->n_bodies) {
    keep(s, total);
    return;
  }
  for (int32_t body = 0; body < s->n_bodies; body++) {
    if (s->place[body] != NOWHERE) continue;
    s->place[body] = lowest(s, body);
    size_t top = body_top(s, body, s->place[body]);
    search_orders(s, depth + 1, top > total ? top : total);
    s->place[body] = NOWHERE;
  }
}

/* Bodies from the in-place pairs whose bit in `mask` is set (pair k = k-th buffer that
 * has a share; above 31 pairs the last bit stands for all the rest). */
static void make_bodies(search_t *s, uint32_t mask) {
  int pair = 0;
  s->n_bodies = 0;
  for (int32_t i = 0; i < s->n; i++) s->body[i] = -1;
  for (int32_t i = 0; i < s->n; i++) {
    int joined = 0;
    if (s->b[i].share >= 0) joined = (mask >> (pair < 31 ? pair : 31)) & 1u, pair++;
    s->body[i] = joined ? s->body[s->b[i].share] : s->n_bodies++;
  }
}

/* Greedy keys: larger first. */
static uint64_t key_of(const search_t *s, int32_t body, int rule) {
  uint64_t size = 0, area = 0;
  int32_t first = INT32_MAX, last = 0;
  for (int32_t i = 0; i < s->n; i++) {
    if (s->body[i] != body) continue;
    const mote_buffer_t *b = &s->b[i];
    if (b->bytes > size) size = b->bytes;
    area += (uint64_t)b->bytes * (uint64_t)(b->last - b->first + 1);
    if (b->first < first) first = b->first;
    if (b->last > last) last = b->last;
  }
  switch (rule) {
  case 0: return size;
  case 1: return area;
  case 2: return (uint64_t)(last - first + 1) << 32 | (size & 0xFFFFFFFFu);
  case 3: return (uint64_t)(INT32_MAX - first) << 32 | (size & 0xFFFFFFFFu);
  default: return (uint64_t)last << 32 | (size & 0xFFFFFFFFu);
  }
}

static void sort_by(search_t *s, int rule) {
  for (int32_t k = 0; k < s->n_bodies; k++) {
    int32_t at = k;
    uint64_t key = key_of(s, k, rule);
    while (at > 0 && key_of(s, s->order[at - 1], rule) < key) {
      s->order[at] = s->order[at - 1];
      at--;
    }
    s->order[at] = k;
  }
}

/* Swaps of two bodies in the order, kept when not worse. */
static void improve(search_t *s) {
  mote_rng_t rng = mote_rng(1, 0);
  int64_t tries = LOCAL_WORK / ((int64_t)s->n * s->n) + 1;
  if (tries > LOCAL_TRIES) tries = LOCAL_TRIES;
  sort_by(s, 0);
  size_t now = place_all(s);
  for (int64_t t = 0; t < tries && s->best_total > s->bound; t++) {
    uint32_t i = mote_rng_below(&rng, (uint32_t)s->n_bodies);
    uint32_t j = mote_rng_below(&rng, (uint32_t)s->n_bodies);
    int32_t a = s->order[i], b = s->order[j];
    s->order[i] = b, s->order[j] = a;
    size_t total = place_all(s);
    if (total <= now) now = total;
    else s->order[i] = a, s->order[j] = b;
  }
}

static void try_mask(search_t *s, uint32_t mask) {
  make_bodies(s, mask);
  for (int rule = 0; rule < 5 && s->best_total > s->bound; rule++) {
    sort_by(s, rule);
    (void)place_all(s);
  }
  if (s->best_total == s->bound) return;
  if (s->n_bodies > EXACT_BODIES) {
    improve(s);
    return;
  }
  for (int32_t k = 0; k < s->n_bodies; k++) s->place[k] = NOWHERE;
  search_orders(s, 0, 0);
}

/* All in-place pairs joined is nearly always best: it comes first. Other subsets only
 * while the bound is not reached and there are few. */
static void try_masks(search_t *s) {
  int pairs = 0;
  for (int32_t i = 0; i < s->n; i++) pairs += s->b[i].share >= 0;
  try_mask(s, ~0u);
  if (!pairs) return;
  if (pairs > 5) {
    try_mask(s, 0);
    return;
  }
  for (uint32_t m = 0; m < (1u << pairs) - 1 && s->best_total > s->bound; m++)
    try_mask(s, m);
}

static int check_input(const mote_buffer_t *b, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    if (b[i].first > b[i].last)
      return mote_fail(MOTE_ERR_PARAM, "plan: buffer %d ends before it begins", (int)i);
    int32_t from = b[i].share;
    int ok = from < i;
    if (ok && from >= 0) ok = b[from].last == b[i].first && b[from].first < b[i].first;
    for (int32_t j = 0; j < i && from >= 0; j++) ok = ok && b[j].share != from;
    if (!ok)
      return mote_fail(MOTE_ERR_PARAM, "plan: buffer %d cannot take over buffer %d",
                       (int)i, (int)from);
  }
  return MOTE_OK;
}

static int run_search(search_t *s, mote_arena_t *a) {
  size_t n = (size_t)(s->n ? s->n : 1);
  s->body = mote_arena_take(a, n, sizeof *s->body);
  s->order = mote_arena_take(a, n, sizeof *s->order);
  s->place = mote_arena_take(a, n, sizeof *s->place);
  s->best = mote_arena_take(a, n, sizeof *s->best);
  if (!s->body || !s->order || !s->place || !s->best) return MOTE_ERR_NOMEM;
  try_masks(s);
  for (int32_t i = 0; i < s->n; i++) s->b[i].offset = s->best[i];
  return MOTE_OK;
}

int mote_plan(mote_buffer_t *b, int32_t n, size_t *total) {
  MOTE_TRY(check_input(b, n));
  search_t s = {.b = b, .n = n, .best_total = NOWHERE, .bound = mote_plan_bound(b, n)};
  mote_arena_t *a = mote_arena_new();
  if (!a) return MOTE_ERR_NOMEM;
  int rc = run_search(&s, a);
  mote_arena_free(a);
  *total = n ? s.best_total : 0;
  return rc;
}

/* In one step a taken-over buffer and its heir count once, with the larger size. */
static size_t alive_at(const mote_buffer_t *b, int32_t n, int32_t step) {
  size_t sum = 0;
  for (int32_t i = 0; i < n; i++) {
    if (b[i].first > step || b[i].last < step) continue;
    size_t mine = rounded(b[i].bytes);
    if (b[i].first == step && b[i].share >= 0) {
      size_t theirs = rounded(b[b[i].share].bytes);
      mine = mine > theirs ? mine - theirs : 0;
    }
    sum += mine;
  }
  return sum;
}

size_t mote_plan_bound(const mote_buffer_t *b, int32_t n) {
  size_t most = 0;
  for (int32_t i = 0; i < n; i++) {
    size_t first = alive_at(b, n, b[i].first), last = alive_at(b, n, b[i].last);
    if (first > most) most = first;
    if (last > most) most = last;
  }
  return most;
}
