/* SPDX-License-Identifier: Apache-2.0
 * Which chains run row-wise so that the arena fits. Greedy: of all chains through the
 * fullest step, the one that lowers the peak most, until it is low enough. */
#include "lower/bands.h"

#include <string.h>

#define BANDS_MAX 16
#define CHAIN_MAX 8 /* stages of one chain */

/* ---- what a program holds at a time ---- */

typedef struct {
  const mote_program_t *p;
  int32_t *first, *last; /* [n_tensors] steps that write it first, read it last */
} life_t;

static int32_t root_of(const mote_program_t *p, int32_t t) {
  while (p->alias[t] != t) t = p->alias[t];
  return t;
}

static void touch(life_t *l, int32_t tensor, int32_t step) {
  int32_t t = root_of(l->p, tensor);
  if (step < l->first[t]) l->first[t] = step;
  if (step > l->last[t]) l->last[t] = step;
}

static int measure_lives(life_t *l, mote_arena_t *a) {
  const mote_graph_t *g = l->p->graph;
  l->first = mote_arena_take(a, (size_t)g->n_tensors + 1, sizeof *l->first);
  l->last = mote_arena_take(a, (size_t)g->n_tensors + 1, sizeof *l->last);
  if (!l->first || !l->last) return MOTE_ERR_NOMEM;
  for (int32_t i = 0; i < g->n_tensors; i++) l->first[i] = INT32_MAX, l->last[i] = -1;
  for (int32_t i = 0; i < g->n_inputs; i++) touch(l, g->inputs[i], 0);
  for (int32_t k = 0; k < l->p->n_steps; k++) {
    const mote_step_t *s = &l->p->steps[k];
    for (int32_t i = 0; i < s->n_in; i++) touch(l, s->in[i], k);
    for (int32_t i = 0; i < s->n_out; i++) touch(l, s->out[i], k);
  }
  for (int32_t i = 0; i < g->n_outputs; i++) touch(l, g->outputs[i], l->p->n_steps - 1);
  return MOTE_OK;
}

static size_t bytes_of(const life_t *l, int32_t t) {
  const mote_tensor_t *x = &l->p->graph->tensors[t];
  return x->role == MOTE_ROLE_VALUE ? (mote_tensor_bytes(x) + 7) / 8 * 8 : 0;
}

/* An in-place step's input and output count once. */
static size_t shared_at(const life_t *l, int32_t k) {
  const mote_step_t *s = &l->p->steps[k];
  if (!s->in_place || s->n_in < 1 || s->n_out < 1) return 0;
  int32_t x = root_of(l->p, s->in[0]), y = root_of(l->p, s->out[0]);
  if (l->last[x] != k || l->first[y] != k || l->first[x] == k) return 0;
  size_t a = bytes_of(l, x), b = bytes_of(l, y);
  return a < b ? a : b;
}

size_t mote_program_peak(const mote_program_t *p, int32_t *step) {
  life_t l = {.p = p};
  mote_arena_t *a = mote_arena_new();
  size_t most = 0;
  if (a && measure_lives(&l, a) == MOTE_OK)
    for (int32_t k = 0; k < p->n_steps; k++) {
      size_t sum = (p->steps[k].scratch_bytes + 7) / 8 * 8;
      for (int32_t t = 0; t < p->graph->n_tensors; t++)
        if (p->alias[t] == t && l.first[t] <= k && l.last[t] >= k) sum += bytes_of(&l, t);
      sum -= shared_at(&l, k);
      if (sum > most && step) *step = k;
      if (sum > most) most = sum;
    }
  mote_arena_free(a);
  return most;
}

/* ---- the search ---- */

typedef struct {
  mote_graph_t *g;
  const mote_choice_t *choice;
  int32_t n_tensors; /* of g without small tensors */
  mote_band_t band[BANDS_MAX]; /* by position; they do not overlap */
  int n_bands;
} search_t;

/* The program with the bands so far; small tensors of earlier tries are dropped. */
static int lower_with(search_t *s, mote_program_t **out) {
  s->g->n_tensors = s->n_tensors;
  MOTE_TRY(mote_lower(s->g, out));
  int rc = MOTE_OK;
  for (int i = s->n_bands - 1; rc == MOTE_OK && i >= 0; i--)
    rc = mote_band_apply(*out, s->g, &s->band[i]);
  if (rc == MOTE_OK) rc = mote_select(*out, s->choice);
  if (rc < 0) mote_program_free(*out);
  return rc;
}

/* Adds a band, keeping the order; 0 when it overlaps another. */
static int add_band(search_t *s, mote_band_t band) {
  int at = s->n_bands;
  for (int i = 0; i < s->n_bands; i++)
    if (band.first <= s->band[i].last && s->band[i].first <= band.last) return 0;
  if (at == BANDS_MAX) return 0;
  for (; at > 0 && s->band[at - 1].first > band.first; at--)
    s->band[at] = s->band[at - 1];
  s->band[at] = band;
  s->n_bands++;
  return 1;
}

static int peak_with(const search_t *s, mote_band_t band, size_t *peak) {
  search_t t = *s;
  mote_program_t *p;
  *peak = (size_t)-1;
  if (!add_band(&t, band)) return MOTE_OK;
  MOTE_TRY(lower_with(&t, &p));
  /* An export has calls beside the steps. */
  if (p->n_steps < MOTE_CALLS_MAX - 64) *peak = mote_program_peak(p, NULL);
  mote_program_free(p);
  s->g->n_tensors = s->n_tensors; /* programs without bands know of these only */
  return MOTE_OK;
}

/* The best chain that lowers the peak; *found 0 when none does. */
static int best_band(const search_t *s, const mote_program_t *plain, size_t now,
                     mote_band_t *best, int *found) {
  *found = 0;
  for (int32_t first = 0; first < plain->n_steps; first++)
    for (int32_t last = first + 1; last < first + CHAIN_MAX && last < plain->n_steps;
         last++) {
      mote_band_t band = {first, last, 1};
      size_t peak;
      if (!mote_band_fits(plain, first, last)) break;
      MOTE_TRY(peak_with(s, band, &peak));
      if (peak < now) now = peak, *best = band, *found = 1;
    }
  return MOTE_OK;
}

/* More rows at a time make fewer calls: as many as still fit, or need no more. */
static int widen(search_t *s, size_t room) {
  for (int i = 0; i < s->n_bands; i++)
    for (int32_t rows = 2; rows <= 8; rows *= 2) {
      mote_program_t *p;
      int32_t before = s->band[i].rows;
      s->band[i].rows = rows;
      MOTE_TRY(lower_with(s, &p));
      size_t peak = mote_program_peak(p, NULL);
      mote_program_free(p);
      if (peak <= room) continue;
      s->band[i].rows = before;
      break;
    }
  return MOTE_OK;
}

static int search(search_t *s, const mote_program_t *plain, size_t peak) {
  int found = 1;
  while (found && peak > s->choice->ram && s->n_bands < BANDS_MAX) {
    mote_band_t band;
    MOTE_TRY(best_band(s, plain, peak, &band, &found));
    if (!found) break;
    MOTE_TRY(peak_with(s, band, &peak));
    (void)add_band(s, band);
  }
  return widen(s, peak > s->choice->ram ? peak : s->choice->ram);
}

int mote_lower_fitting(mote_graph_t *g, const mote_choice_t *choice,
                       mote_program_t **out) {
  search_t s = {.g = g, .choice = choice, .n_tensors = g->n_tensors};
  MOTE_TRY(lower_with(&s, out));
  size_t peak = mote_program_peak(*out, NULL);
  if (!choice->ram || peak <= choice->ram) return MOTE_OK;
  mote_program_t *plain;
  mote_program_free(*out);
  MOTE_TRY(mote_lower(g, &plain));
  int rc = search(&s, plain, peak);
  mote_program_free(plain);
  return rc < 0 ? rc : lower_with(&s, out);
}
