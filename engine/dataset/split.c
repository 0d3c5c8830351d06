/* SPDX-License-Identifier: Apache-2.0
 * Split words, and the stratified split by group: groups are visited in seeded order,
 * large ones first, and taken while that brings the labels nearer to the wanted share;
 * then single moves polish the result. */
#include "dataset/split.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "formats/manifest.h"

const char *const mote_split_names[MOTE_SPLITS] = {"training", "testing", "validation"};

int mote_split_parse(const char *word, mote_split_t *out) {
  const char *name = mote_split_word(word ? word : "");
  for (int i = 0; name && i < MOTE_SPLITS; i++)
    if (!strcmp(name, mote_split_names[i])) {
      *out = (mote_split_t)i;
      return MOTE_OK;
    }
  return mote_fail(MOTE_ERR_USAGE, "split \"%s\": use training, testing or validation",
                   word ? word : "");
}

/* ---- by group ---- */

typedef struct {
  uint32_t label, count;
} part_t; /* items of one label in one group */

typedef struct {
  size_t first, n; /* slice of plan.order: the items of this group */
  part_t *part;    /* [n_parts] */
  size_t n_parts;
  int in;
} group_t;

typedef struct {
  const mote_split_item_t *items;
  size_t n;
  double fraction;
  uint32_t *order;        /* items sorted by group name */
  uint32_t *label;        /* label index per item */
  size_t *total, *marked; /* per label */
  group_t *groups;
  size_t n_groups, n_labels, n_marked;
  uint32_t *visit;
} plan_t;

static int is_named(const mote_split_item_t *it) { return it->group && *it->group; }

static int by_group(const void *a, const void *b, void *ctx) {
  const mote_split_item_t *items = ctx;
  uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
  int named_i = is_named(&items[i]), named_j = is_named(&items[j]);
  if (named_i != named_j) return named_j - named_i;
  int c = named_i ? strcmp(items[i].group, items[j].group) : 0;
  return c ? c : i < j ? -1 : i > j;
}

static int label_order(const char *a, const char *b) {
  if (!a || !b) return (a != NULL) - (b != NULL);
  return strcmp(a, b);
}

static int by_label(const void *a, const void *b, void *ctx) {
  const mote_split_item_t *items = ctx;
  uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
  int c = label_order(items[i].label, items[j].label);
  return c ? c : i < j ? -1 : i > j;
}

/* Numbers the labels in sorted order, so that they do not depend on the order of items.
 */
static void number_labels(plan_t *p) {
  qsort_r(p->order, p->n, sizeof *p->order, by_label, (void *)p->items);
  for (size_t k = 0; k < p->n; k++) {
    uint32_t i = p->order[k];
    if (k == 0 || label_order(p->items[p->order[k - 1]].label, p->items[i].label))
      p->n_labels++;
    p->label[i] = (uint32_t)p->n_labels - 1;
    p->total[p->n_labels - 1]++;
  }
}

static int same_group(const plan_t *p, uint32_t i, uint32_t j) {
  return is_named(&p->items[i]) && is_named(&p->items[j]) &&
         !strcmp(p->items[i].group, p->items[j].group);
}

static void count_label(group_t *g, uint32_t label) {
  for (size_t k = 0; k < g->n_parts; k++)
    if (g->part[k].label == label) {
      g->part[k].count++;
      return;
    }
  g->part[g->n_parts++] = (part_t){label, 1};
}

/* parts: room for one per item, since a group has at most as many labels as items. */
static void find_groups(plan_t *p, part_t *parts) {
  qsort_r(p->order, p->n, sizeof *p->order, by_group, (void *)p->items);
  for (size_t k = 0; k < p->n; k++) {
    uint32_t i = p->order[k];
    if (k == 0 || !same_group(p, p->order[k - 1], i))
      p->groups[p->n_groups++] = (group_t){.first = k, .part = parts + k};
    group_t *g = &p->groups[p->n_groups - 1];
    g->n++;
    count_label(g, p->label[i]);
  }
}

/* Size to a power of two: large groups must find their place first, but among groups of
 * about one size the seed decides. */
static int magnitude(size_t n) {
  int m = 0;
  while (n >>= 1) m++;
  return m;
}

typedef struct {
  const plan_t *p;
  const uint32_t *rank;
} visit_t;

static int visit_order(const void *a, const void *b, void *ctx) {
  const visit_t *v = ctx;
  uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
  int d = magnitude(v->p->groups[j].n) - magnitude(v->p->groups[i].n);
  return d ? d : v->rank[i] < v->rank[j] ? -1 : v->rank[i] > v->rank[j];
}

static int choose_order(plan_t *p, uint64_t seed) {
  uint32_t *rank = mote_alloc(p->n_groups, sizeof *rank);
  if (!rank) return MOTE_ERR_NOMEM;
  for (uint32_t g = 0; g < p->n_groups; g++) p->visit[g] = g;
  mote_rng_t rng = mote_rng(seed, 0x73706c6974);
  mote_rng_shuffle(&rng, p->visit, p->n_groups);
  for (uint32_t k = 0; k < p->n_groups; k++) rank[p->visit[k]] = k;
  visit_t order = {p, rank};
  qsort_r(p->visit, p->n_groups, sizeof *p->visit, visit_order, &order);
  mote_free(rank);
  return MOTE_OK;
}

/* How much worse the labels' shares become when the group changes side: the squared
 * distance to the wanted count, relative to the size of the label. */
static double cost_of_move(const plan_t *p, const group_t *g) {
  double cost = 0;
  for (size_t k = 0; k < g->n_parts; k++) {
    uint32_t l = g->part[k].label;
    double total = (double)p->total[l], off = (double)p->marked[l] - p->fraction * total;
    double step = g->in ? -(double)g->part[k].count : (double)g->part[k].count;
    cost += ((off + step) * (off + step) - off * off) / total;
  }
  return cost;
}

/* Would the other side lose a label that it could keep? */
static int takes_last(const plan_t *p, const group_t *g) {
  for (size_t k = 0; k < g->n_parts; k++) {
    uint32_t l = g->part[k].label;
    if (p->marked[l] + g->part[k].count == p->total[l]) return 1;
  }
  return 0;
}

static void move(plan_t *p, group_t *g) {
  for (size_t k = 0; k < g->n_parts; k++) {
    size_t *marked = &p->marked[g->part[k].label];
    *marked = g->in ? *marked - g->part[k].count : *marked + g->part[k].count;
  }
  p->n_marked = g->in ? p->n_marked - g->n : p->n_marked + g->n;
  g->in = !g->in;
}

#define COST_EPS 1e-9 /* two equal moves must not chase each other */

static void take_groups(plan_t *p) {
  for (int pass = 0, moved = 1; pass < 8 && moved; pass++) {
    moved = 0;
    for (size_t k = 0; k < p->n_groups; k++) {
      group_t *g = &p->groups[p->visit[k]];
      if (cost_of_move(p, g) >= -COST_EPS || (!g->in && takes_last(p, g))) continue;
      move(p, g);
      moved = 1;
    }
  }
  if (p->n_marked || p->n_groups < 2) return;
  group_t *best = NULL;
  for (int last = 0; last < 2 && !best; last++)
    for (size_t k = 0; k < p->n_groups; k++) {
      group_t *g = &p->groups[p->visit[k]];
      if (!last && takes_last(p, g)) continue;
      if (!best || cost_of_move(p, g) < cost_of_move(p, best) - COST_EPS) best = g;
    }
  move(p, best);
}

static int split_planned(plan_t *p, part_t *parts, uint64_t seed, uint8_t *in) {
  for (uint32_t i = 0; i < p->n; i++) p->order[i] = i;
  number_labels(p);
  find_groups(p, parts);
  MOTE_TRY(choose_order(p, seed));
  take_groups(p);
  memset(in, 0, p->n);
  for (size_t g = 0; g < p->n_groups; g++)
    for (size_t k = 0; k < p->groups[g].n; k++)
      in[p->order[p->groups[g].first + k]] = (uint8_t)p->groups[g].in;
  return (int)p->n_marked;
}

int mote_split_grouped(const mote_split_item_t *items, size_t n, double fraction,
                       uint64_t seed, uint8_t *in) {
  if (!(fraction > 0 && fraction < 1))
    return mote_fail(MOTE_ERR_USAGE, "split of %g: use a share between 0 and 1",
                     fraction);
  if (n > INT32_MAX) return mote_fail(MOTE_ERR_LIMIT, "split of %zu items", n);
  if (n == 0) return 0;
  plan_t p = {.items = items, .n = n, .fraction = fraction};
  p.order = mote_alloc(n, sizeof *p.order);
  p.label = mote_alloc(n, sizeof *p.label);
  p.total = mote_alloc(n, sizeof *p.total);
  p.marked = mote_alloc(n, sizeof *p.marked);
  p.groups = mote_alloc(n, sizeof *p.groups);
  p.visit = mote_alloc(n, sizeof *p.visit);
  part_t *parts = mote_alloc(n, sizeof *parts);
  int ok = p.order && p.label && p.total && p.marked && p.groups && p.visit && parts;
  int rc = ok ? split_planned(&p, parts, seed, in) : MOTE_ERR_NOMEM;
  mote_free(p.order);
  mote_free(p.label);
  mote_free(p.total);
  mote_free(p.marked);
  mote_free(p.groups);
  mote_free(p.visit);
  mote_free(parts);
  return rc;
}
