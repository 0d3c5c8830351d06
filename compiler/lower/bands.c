/* SPDX-License-Identifier: Apache-2.0
 * Boundary k is the tensor in front of stage k: 0 is the chain's input, n its output. For
 * some rows of the output, the rows that are needed of each boundary follow from the
 * windows, back to front; then the stages run front to back. */
#include "lower/bands.h"

#include <stdio.h>
#include <string.h>

#include "model/ops/util.h"
#include "nn/binary.h"
#include "nn/copy.h"

#define STAGES_MAX 16
#define STEPS_MAX 4096 /* of one chain: a schedule takes no more calls */

/* One boundary. Rows [lo, to) are needed in this round, [from, to) of them are new. */
typedef struct {
  int32_t tensor, row_bytes;
  int32_t base;     /* row at the start of the memory */
  int32_t done;     /* rows before this one have been made */
  int32_t lo, from, to;
  int32_t capacity; /* most rows held at a time */
} rows_t;

typedef struct {
  mote_program_t *p;
  mote_graph_t *g;
  int32_t n;                       /* stages */
  mote_step_t stage[STAGES_MAX];
  mote_window_t win[STAGES_MAX];
  int32_t whole[STAGES_MAX];       /* the chain's input of each, as a whole */
  rows_t at[STAGES_MAX + 1];
  mote_step_t *steps;              /* the new list; NULL while sizes are found */
  int32_t n_steps;
} chain_t;

static const mote_field_t move_fields[] = {MOTE_FIELD(mote_move_up_t, bytes, I32)};
static const mote_struct_t move_struct =
    MOTE_STRUCT(mote_move_up_t, "nn/copy.h", move_fields);

static void run_move(const void *p, const void *const *in, void *const *out, void *s) {
  (void)s;
  mote_move_up(p, in[0], out[0]);
}
static const mote_kernel_t kernel_move = {
    .fn = "mote_move_up", .params = &move_struct, .run = run_move, .source = "nn/copy.c",
    .in_types = "v", .out_types = "v"};

/* A kernel whose parameters begin with a window slides it over its input. */
static int windowed(const mote_step_t *s) {
  const mote_struct_t *p = s->kernel->params;
  return p && p->n_fields && p->fields[0].sub == &mote_struct_window;
}

/* Element by element, of two tensors of one shape; n, a_n, b_n come first in the
 * parameters (nn/binary.h). */
static int joins(const mote_program_t *p, const mote_step_t *s) {
  const mote_struct_t *m = s->kernel->params;
  const mote_dims_t *d = &p->graph->tensors[s->out[0]].dims;
  if (s->n_in != 2 || s->in1_shift || !m || m->n_fields < 3 ||
      strcmp(m->fields[0].name, "n") || strcmp(m->fields[1].name, "a_n") ||
      strcmp(m->fields[2].name, "b_n") || d->rank != 4 || d->d[0] != 1)
    return 0;
  const mote_binary_t *b = s->params;
  return b->n == b->a_n && b->n == b->b_n && b->n == mote_dims_count(d);
}

/* Which rows of its input a row of a stage's output looks at. */
static mote_window_t window_of(const mote_program_t *p, const mote_step_t *s) {
  const int32_t *d = p->graph->tensors[s->out[0]].dims.d;
  if (windowed(s)) return *(const mote_window_t *)s->params;
  return (mote_window_t){.in_h = d[1], .in_w = d[2], .in_c = d[3], .out_h = d[1],
                         .out_w = d[2], .out_c = d[3], .k_h = 1, .k_w = 1,
                         .stride_h = 1, .stride_w = 1, .dilation_h = 1, .dilation_w = 1};
}

/* Which input of a stage is the chain's. */
static int32_t chained(const mote_step_t *s, int32_t tensor) {
  return s->n_in > 1 && s->in[1] == tensor;
}

/* ---- which chains ---- */

static int readers(const mote_program_t *p, int32_t tensor) {
  int n = 0;
  for (int32_t i = 0; i < p->n_steps; i++)
    for (int32_t k = 0; k < p->steps[i].n_in; k++) n += p->steps[i].in[k] == tensor;
  for (int32_t i = 0; i < p->graph->n_outputs; i++) n += p->graph->outputs[i] == tensor;
  for (int32_t i = 0; i < p->graph->n_tensors; i++)
    n += i != tensor && p->alias[i] == tensor;
  return n;
}

static int stage_fits(const mote_program_t *p, const mote_step_t *s, int first) {
  if (!(windowed(s) && s->n_in == 1) && (first || !joins(p, s))) return 0;
  return s->n_out == 1 && !s->in_shift && !s->out_shift &&
         p->alias[s->out[0]] == s->out[0];
}

int mote_band_fits(const mote_program_t *p, int32_t first, int32_t last) {
  if (last <= first || last - first >= STAGES_MAX) return 0;
  for (int32_t i = first; i <= last; i++) {
    const mote_step_t *s = &p->steps[i];
    int32_t from = i > first ? p->steps[i - 1].out[0] : s->in[0];
    if (!stage_fits(p, s, i == first)) return 0;
    if (s->in[chained(s, from)] != from) return 0;
    if (i < last && readers(p, s->out[0]) != 1) return 0;
  }
  int32_t rows = window_of(p, &p->steps[last]).out_h;
  return rows > 1 && rows <= STEPS_MAX / (2 * (last - first + 1));
}

/* ---- one round ---- */

/* Rows of the input that the rows [a, b) of a stage's output look at. */
static void needed(const mote_window_t *w, int32_t a, int32_t b, int32_t *lo,
                   int32_t *hi) {
  *lo = a * w->stride_h - w->pad_top;
  *hi = (b - 1) * w->stride_h - w->pad_top + (w->k_h - 1) * w->dilation_h + 1;
  if (*lo < 0) *lo = 0;
  if (*hi > w->in_h) *hi = w->in_h;
  if (*hi < *lo) *hi = *lo;
}

static void look_back(chain_t *c, int32_t rows) {
  rows_t *last = &c->at[c->n];
  int32_t all = c->win[c->n - 1].out_h;
  last->from = last->done;
  last->to = last->done + rows < all ? last->done + rows : all;
  for (int32_t k = c->n - 1; k >= 0; k--) {
    rows_t *x = &c->at[k];
    const rows_t *y = &c->at[k + 1];
    int32_t hi;
    x->from = x->to = x->done;
    if (y->from >= y->to) continue;
    needed(&c->win[k], y->from, y->to, &x->lo, &hi);
    if (x->from < x->lo) x->from = x->to = x->lo; /* a stride that skips rows */
    if (hi > x->to) x->to = hi;
  }
}

static mote_step_t *append(chain_t *c, const mote_step_t *like, size_t params) {
  mote_step_t *s = &c->steps[c->n_steps++];
  *s = *like;
  s->params = mote_arena_take(c->p->arena, 1, params);
  return s->params ? s : NULL;
}

/* The rows that are still needed move to the start of the memory. */
static int move_up(chain_t *c, int32_t k) {
  rows_t *x = &c->at[k];
  int32_t keep = x->from - x->lo;
  if (k == c->n || x->lo <= x->base) return MOTE_OK;
  if (keep > 0 && c->steps) {
    mote_step_t like = {.kernel = &kernel_move, .n_in = 1, .in = {x->tensor}, .n_out = 1,
                        .out = {x->tensor}, .node = c->stage[k].node,
                        .in_shift = (x->lo - x->base) * x->row_bytes};
    mote_step_t *s = append(c, &like, sizeof(mote_move_up_t));
    if (!s) return MOTE_ERR_NOMEM;
    ((mote_move_up_t *)s->params)->bytes = keep * x->row_bytes;
  } else if (keep > 0) c->n_steps++;
  x->base = x->lo;
  return MOTE_OK;
}

/* Rows [lo, hi) of the chain's input become rows [y->from, y->to). */
static void cut_window(mote_step_t *s, const mote_window_t *w, const rows_t *y,
                       int32_t lo, int32_t hi) {
  mote_window_t *part = s->params;
  part->in_h = hi - lo;
  part->out_h = y->to - y->from;
  part->pad_top = w->pad_top + lo - y->from * w->stride_h;
}

static void cut_join(mote_step_t *s, const mote_window_t *w, const rows_t *y) {
  mote_binary_t *part = s->params;
  part->n = part->a_n = part->b_n = (y->to - y->from) * w->out_w * w->out_c;
}

/* Stage k makes the new rows of boundary k + 1. */
static int run_stage(chain_t *c, int32_t k) {
  const mote_step_t *whole = &c->stage[k];
  const rows_t *x = &c->at[k], *y = &c->at[k + 1];
  const mote_window_t *w = &c->win[k];
  int32_t lo, hi;
  if (!c->steps) {
    c->n_steps++;
    return MOTE_OK;
  }
  mote_step_t *s = append(c, whole, whole->kernel->params->bytes);
  if (!s) return MOTE_ERR_NOMEM;
  memcpy(s->params, whole->params, whole->kernel->params->bytes);
  needed(w, y->from, y->to, &lo, &hi);
  if (windowed(whole)) cut_window(s, w, y, lo, hi);
  else cut_join(s, w, y);
  int32_t second = chained(whole, c->whole[k]), at = (lo - x->base) * x->row_bytes;
  int32_t other = y->from * x->row_bytes;
  s->in[second] = x->tensor, s->out[0] = y->tensor;
  s->in_shift = second ? other : at;
  s->in1_shift = whole->n_in < 2 ? 0 : second ? at : other;
  s->out_shift = (y->from - y->base) * y->row_bytes;
  s->macs = whole->macs * (y->to - y->from) / w->out_h;
  s->in_place = 0;
  return MOTE_OK;
}

static int round_once(chain_t *c, int32_t rows) {
  look_back(c, rows);
  for (int32_t k = 0; k < c->n; k++) {
    rows_t *y = &c->at[k + 1];
    if (y->from >= y->to) continue;
    MOTE_TRY(move_up(c, k + 1));
    MOTE_TRY(run_stage(c, k));
    y->done = y->to;
    if (y->to - y->base > y->capacity) y->capacity = y->to - y->base;
  }
  return MOTE_OK;
}

static int rounds(chain_t *c, int32_t rows) {
  int32_t all = c->win[c->n - 1].out_h;
  for (int32_t k = 0; k <= c->n; k++) {
    rows_t *x = &c->at[k];
    x->base = x->lo = x->done = 0;
  }
  c->at[0].done = c->win[0].in_h;
  while (c->at[c->n].done < all) MOTE_TRY(round_once(c, rows));
  return MOTE_OK;
}

/* ---- the new program ---- */

static int32_t small_tensor(chain_t *c, int32_t like, int32_t rows) {
  const mote_tensor_t *t = &c->g->tensors[like];
  mote_dims_t dims = t->dims;
  char name[80];
  dims.d[1] = rows;
  snprintf(name, sizeof name, "rows of %.60s", t->name);
  return mote_graph_tensor(c->g, name, t->dtype, &dims, NULL);
}

static int small_tensors(chain_t *c) {
  for (int32_t k = 1; k < c->n; k++) {
    int32_t t = small_tensor(c, c->at[k].tensor, c->at[k].capacity);
    if (t < 0) return t;
    c->at[k].tensor = t;
  }
  size_t all = (size_t)c->g->n_tensors, before = all - (size_t)(c->n - 1);
  int32_t *alias = mote_arena_take(c->p->arena, all, sizeof *alias);
  int32_t *shift = mote_arena_take(c->p->arena, all, sizeof *shift);
  if (!alias || !shift) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < all; i++) alias[i] = (int32_t)i;
  memcpy(alias, c->p->alias, before * sizeof *alias);
  memcpy(shift, c->p->alias_shift, before * sizeof *shift);
  c->p->alias = alias, c->p->alias_shift = shift;
  return MOTE_OK;
}

/* Does anybody look at tensor t (or a view of it) from step `first` on, but for step
 * `but`? */
static int read_later(const mote_program_t *p, int32_t t, int32_t first, int32_t but) {
  for (int32_t i = first; i < p->n_steps; i++)
    for (int32_t k = 0; i != but && k < p->steps[i].n_in; k++)
      if (p->alias[p->steps[i].in[k]] == t) return 1;
  for (int32_t i = 0; i < p->graph->n_outputs; i++)
    if (p->alias[p->graph->outputs[i]] == t) return 1;
  return 0;
}

/* A join at the end writes over its other operand, row for row. */
static void share_memory(chain_t *c, const mote_band_t *band) {
  mote_program_t *p = c->p;
  const mote_step_t *s = &c->stage[c->n - 1];
  if (s->n_in < 2) return;
  int32_t other = s->in[!chained(s, c->whole[c->n - 1])], out = s->out[0];
  int32_t root = p->alias[other], shift = p->alias_shift[other];
  if (c->g->tensors[root].role != MOTE_ROLE_VALUE || root == p->alias[c->whole[0]] ||
      read_later(p, root, band->first, band->last))
    return;
  for (int32_t i = 0; i < p->graph->n_inputs; i++)
    if (p->graph->inputs[i] == root) return;
  for (int32_t i = 0; i < c->g->n_tensors; i++)
    if (p->alias[i] == out) p->alias[i] = root, p->alias_shift[i] += shift;
}

static void look_at(chain_t *c, const mote_band_t *band) {
  c->n = band->last - band->first + 1;
  for (int32_t k = 0; k < c->n; k++) {
    c->stage[k] = c->p->steps[band->first + k];
    c->win[k] = window_of(c->p, &c->stage[k]);
    c->whole[k] = k ? c->stage[k - 1].out[0] : c->stage[k].in[0];
    const mote_tensor_t *x = &c->g->tensors[c->whole[k]];
    const mote_window_t *w = &c->win[k];
    int32_t size = (int32_t)mote_dtype_bytes(x->dtype);
    c->at[k] = (rows_t){.tensor = c->whole[k],
                        .row_bytes = w->in_w * w->in_c * size};
    c->at[k + 1] = (rows_t){.tensor = c->stage[k].out[0],
                            .row_bytes = w->out_w * w->out_c * size};
  }
}

int mote_band_apply(mote_program_t *p, mote_graph_t *g, const mote_band_t *band) {
  chain_t c = {.p = p, .g = g};
  look_at(&c, band);
  MOTE_TRY(rounds(&c, band->rows)); /* counts steps, finds the sizes */
  MOTE_TRY(small_tensors(&c));
  share_memory(&c, band);
  int32_t before = band->first, after = p->n_steps - band->last - 1, all = c.n_steps;
  mote_step_t *list = mote_arena_take(p->arena, (size_t)(before + all + after) + 1,
                                      sizeof *list);
  if (!list) return MOTE_ERR_NOMEM;
  c.steps = list + before, c.n_steps = 0;
  MOTE_TRY(rounds(&c, band->rows));
  memcpy(list, p->steps, (size_t)before * sizeof *list);
  memcpy(list + before + all, p->steps + band->last + 1, (size_t)after * sizeof *list);
  p->steps = list;
  p->n_steps = p->cap = before + all + after;
  return MOTE_OK;
}
