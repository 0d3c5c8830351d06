/* SPDX-License-Identifier: Apache-2.0
 * Which kernel runs a step: the cheapest row of fast.def that fits. */
#include <string.h>

#include "model/fast.h"

#define FAST(name) extern const mote_fast_t mote_fast_##name;
#include "model/fast.def"
#undef FAST

const mote_fast_t *const mote_fast[] = {
#define FAST(name) &mote_fast_##name,
#include "model/fast.def"
#undef FAST
    NULL};

int mote_isa_has(const char *isa, const char *word) {
  size_t n = strlen(word);
  for (const char *w = isa; *w; w += strspn(w, " ")) {
    size_t len = strcspn(w, " ");
    if (len == n && !strncmp(w, word, n)) return 1;
    w += len;
  }
  return 0;
}

static double price(const mote_fast_cost_t *c, mote_prefer_t prefer) {
  switch (prefer) {
  case MOTE_PREFER_FLASH: return (double)c->table_bytes * 1e9 + c->instructions;
  case MOTE_PREFER_RAM: return (double)c->scratch_bytes * 1e9 + c->instructions;
  default: return c->instructions;
  }
}

static int use(mote_program_t *prog, mote_step_t *s, const mote_fast_t *f) {
  s->in_place = f->kernel->in_place;
  s->instructions = f->cost(s).instructions;
  if (f->pack) {
    void *packed = mote_arena_take(prog->arena, 1, f->kernel->params->bytes);
    int rc = packed ? f->pack(prog, s, packed) : MOTE_ERR_NOMEM;
    if (rc < 0) return mote_context(rc, "packing for %s", f->kernel->fn);
    s->params = packed;
  }
  s->kernel = f->kernel;
  return MOTE_OK;
}

int mote_select(mote_program_t *prog, const mote_choice_t *choice) {
  for (int32_t i = 0; i < prog->n_steps; i++) {
    mote_step_t *s = &prog->steps[i];
    const mote_fast_t *best = NULL;
    double least = 0;
    for (size_t k = 0; mote_fast[k]; k++) {
      const mote_fast_t *f = mote_fast[k];
      if (!mote_isa_has(choice->isa, f->isa) || strcmp(f->replaces, s->kernel->fn) ||
          !f->fits(s))
        continue;
      mote_fast_cost_t c = f->cost(s);
      double p = price(&c, choice->prefer);
      if (!best || p < least) best = f, least = p;
    }
    if (best) MOTE_TRY(use(prog, s, best));
  }
  return MOTE_OK;
}
