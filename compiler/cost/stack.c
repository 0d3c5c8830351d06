/* SPDX-License-Identifier: Apache-2.0
 * The .ci format (VCG), as gcc writes it, one item per line:
 *   node: { title: "model.c:learn" label: "learn\nmodel.c:90:13\n56 bytes (static)" }
 *   edge: { sourcename: "model.c:learn" targetname: "mote_dense_s8" label: "..." }
 * A static function's title starts with its file, so titles are unique. */
#include "cost/stack.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *title;
  long frame;    /* -1: not known (library) */
  int unbounded; /* alloca or a variable-length array */
} node_t;

typedef struct { const char *from, *to; } edge_t;

struct mote_stack {
  mote_arena_t *arena;
  node_t *nodes;
  size_t n_nodes, cap_nodes;
  edge_t *edges;
  size_t n_edges, cap_edges;
};

int mote_stack_new(mote_stack_t **out) {
  mote_arena_t *a = mote_arena_new();
  *out = a ? mote_arena_take(a, 1, sizeof **out) : NULL;
  if (*out) (*out)->arena = a;
  else mote_arena_free(a);
  return *out ? MOTE_OK : MOTE_ERR_NOMEM;
}

void mote_stack_free(mote_stack_t *s) {
  if (!s) return;
  mote_free(s->nodes);
  mote_free(s->edges);
  mote_arena_free(s->arena);
}

static int room(void **p, size_t n, size_t *cap, size_t size) {
  if (n < *cap) return MOTE_OK;
  size_t more = *cap ? 2 * *cap : 64;
  void *q = mote_realloc(*p, more, size);
  if (!q) return MOTE_ERR_NOMEM;
  *p = q;
  *cap = more;
  return MOTE_OK;
}

/* The quoted text behind `key` in the line, or NULL. */
static const char *quoted(mote_stack_t *s, const char *line, const char *key) {
  const char *at = strstr(line, key);
  if (!at || !(at = strchr(at, '"'))) return NULL;
  return mote_arena_printf(s->arena, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
}

static node_t *find_node(const mote_stack_t *s, const char *title) {
  for (size_t i = 0; i < s->n_nodes; i++)
    if (!strcmp(s->nodes[i].title, title)) return &s->nodes[i];
  return NULL;
}

/* The number before " bytes (" in the label, -1 when there is none. */
static long frame_of(const char *label, int *unbounded) {
  const char *mark = label ? strstr(label, " bytes (") : NULL;
  if (!mark) return -1;
  *unbounded = !strncmp(mark, " bytes (dynamic)", 16);
  const char *digits = mark;
  while (digits > label && digits[-1] >= '0' && digits[-1] <= '9') digits--;
  return strtol(digits, NULL, 10);
}

/* A function is a bare leaf in the files that call it, and has its frame in its own. */
static int add_node(mote_stack_t *s, const char *line) {
  const char *title = quoted(s, line, "title:"), *label = quoted(s, line, "label:");
  if (!title) return mote_fail(MOTE_ERR_FORMAT, "call graph: a node without title");
  node_t *n = find_node(s, title);
  if (!n) {
    MOTE_TRY(room((void **)&s->nodes, s->n_nodes, &s->cap_nodes, sizeof *s->nodes));
    n = &s->nodes[s->n_nodes++];
    *n = (node_t){title, -1, 0};
  }
  int unbounded = 0;
  long frame = frame_of(label, &unbounded);
  if (frame > n->frame) n->frame = frame;
  n->unbounded |= unbounded;
  return MOTE_OK;
}

static int add_edge(mote_stack_t *s, const char *line) {
  MOTE_TRY(room((void **)&s->edges, s->n_edges, &s->cap_edges, sizeof *s->edges));
  edge_t e = {quoted(s, line, "sourcename:"), quoted(s, line, "targetname:")};
  if (!e.from || !e.to)
    return mote_fail(MOTE_ERR_FORMAT, "call graph: an edge without ends");
  s->edges[s->n_edges++] = e;
  return MOTE_OK;
}

int mote_stack_add(mote_stack_t *s, const char *text, size_t n) {
  const char *end = text + n;
  while (text < end) {
    size_t len = strcspn(text, "\n");
    char *line = mote_arena_printf(s->arena, "%.*s", (int)len, text);
    if (!line) return MOTE_ERR_NOMEM;
    if (!strncmp(line, "node:", 5)) MOTE_TRY(add_node(s, line));
    if (!strncmp(line, "edge:", 5)) MOTE_TRY(add_edge(s, line));
    text += len + (text + len < end);
  }
  return MOTE_OK;
}

/* Deepest path from `title`. A path longer than there are functions goes in circles. */
static long worst(const mote_stack_t *s, const char *title, size_t depth) {
  if (!strcmp(title, "__indirect_call"))
    return mote_fail(MOTE_ERR_UNSUPPORTED, "a call through a pointer");
  if (depth > s->n_nodes) return mote_fail(MOTE_ERR_UNSUPPORTED, "%s: recursion", title);
  const node_t *n = find_node(s, title);
  if (!n || n->frame < 0) return MOTE_STACK_LIBRARY;
  if (n->unbounded) return mote_fail(MOTE_ERR_UNSUPPORTED, "%s: unbounded frame", title);
  long deepest = 0;
  for (size_t i = 0; i < s->n_edges; i++) {
    if (strcmp(s->edges[i].from, title)) continue;
    long below = worst(s, s->edges[i].to, depth + 1);
    if (below < 0) return below;
    if (below > deepest) deepest = below;
  }
  return n->frame + deepest;
}

long mote_stack_worst(const mote_stack_t *s, const char *function) {
  if (!find_node(s, function))
    return mote_fail(MOTE_ERR_NOTFOUND, "%s: not in the call graphs", function);
  return worst(s, function, 0);
}
