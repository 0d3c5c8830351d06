/* SPDX-License-Identifier: Apache-2.0
 * Runs a schedule as the exported code does: its calls, one after another, in one arena
 * of exactly the planned size that ends at a page nobody may touch, and once more in one
 * that begins behind such a page. Under AddressSanitizer a step may touch its own buffers
 * only. The arena is filled anew each time: answers may not depend on what it held. */
#ifndef FUZZ_PLAN_RUN_H
#define FUZZ_PLAN_RUN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/asan.h"
#include "lower/schedule.h"
#include "model/file.h"

#define PLAN_ROOM ((size_t)1 << 20)  /* larger arenas are planned, not run; so is more */
#define PLAN_WORK ((int64_t)1 << 20) /* work: multiply-accumulates + bytes of tensors */
#define PLAN_PAGE ((size_t)1 << 16)

typedef struct { uint8_t *room; } plan_memory_t; /* guard, PLAN_ROOM bytes, guard */

static inline void plan_die(const char *what) {
  fprintf(stderr, "broken: %s: %s\n", what, mote_errmsg());
  abort();
}

static inline plan_memory_t plan_memory(void) {
  uint8_t *p = mmap(NULL, PLAN_ROOM + 2 * PLAN_PAGE, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED || mprotect(p + PLAN_PAGE, PLAN_ROOM, PROT_READ | PROT_WRITE))
    plan_die("no memory");
  return (plan_memory_t){p + PLAN_PAGE};
}

typedef struct {
  const mote_schedule_t *s;
  uint8_t *arena, *state; /* [s->arena_bytes], [s->state_bytes] */
  uint32_t seed;          /* of the inputs */
} plan_run_t;

static inline size_t plan_up8(size_t n) { return (n + 7) / 8 * 8; }

/* The last bytes of the room, or the first; a plan's buffers lie at multiples of 8. */
static inline uint8_t *plan_place(const plan_memory_t *m, size_t bytes, int low) {
  return low ? m->room : m->room + PLAN_ROOM - plan_up8(bytes);
}

/* Any bytes; of floats some are any bits, most are numbers of both signs. */
static inline void plan_noise(uint32_t x, const mote_tensor_t *t, uint8_t *to) {
  size_t bytes = mote_tensor_bytes(t);
  for (size_t i = 0; i < bytes; i++)
    to[i] = (uint8_t)((x = x * 1664525u + 1013904223u) >> 24);
  for (size_t i = 0; t->dtype == MOTE_F32 && i < bytes / 4; i++) {
    float v = (float)(int8_t)to[4 * i] / 16;
    if (to[4 * i + 1] > 7) memcpy(to + 4 * i, &v, 4);
  }
}

static inline void *plan_at(const plan_run_t *r, mote_place_t p) {
  if (p.buffer == MOTE_PLACE_CONST)
    return (uint8_t *)r->s->small[0]->tensors[p.tensor].data + p.shift;
  if (p.buffer == MOTE_PLACE_STATE) return r->state + p.shift;
  return p.buffer < 0 ? NULL : r->arena + mote_schedule_at(r->s, p);
}

static inline void plan_open(const plan_run_t *r, mote_place_t p) {
  if (p.buffer < 0) return;
  const mote_buffer_t *b = &r->s->buffers[p.buffer];
  mote_unpoison(r->arena + b->offset, b->bytes);
}

/* Only what the call names may be touched. */
static inline void plan_open_call(const plan_run_t *r, const mote_call_t *c) {
  mote_poison(r->arena, plan_up8(r->s->arena_bytes));
  for (int32_t i = 0; i < c->n_in; i++) plan_open(r, c->in[i]);
  for (int32_t i = 0; i < c->n_out; i++) plan_open(r, c->out[i]);
  plan_open(r, c->scratch);
}

static inline void plan_call(const plan_run_t *r, const mote_call_t *c) {
  const mote_graph_t *g = r->s->small[0];
  const void *in[MOTE_NODE_IO_MAX];
  void *out[MOTE_NODE_IO_MAX];
  plan_open_call(r, c);
  for (int32_t i = 0; i < c->n_in; i++) in[i] = plan_at(r, c->in[i]);
  for (int32_t i = 0; i < c->n_out; i++) out[i] = plan_at(r, c->out[i]);
  if (c->kind == MOTE_CALL_INPUT)
    for (int32_t i = 0; i < c->n_out; i++)
      plan_noise(r->seed + (uint32_t)i, &g->tensors[g->inputs[i]], out[i]);
  if (c->kind != MOTE_CALL_STEP) return;
  const mote_step_t *st = &r->s->prog[0]->steps[c->step];
  st->kernel->run(st->params, in, out, plan_at(r, c->scratch));
}

static inline void plan_states(const plan_run_t *r) {
  const mote_graph_t *g = r->s->small[0];
  for (int32_t i = 0; i < g->n_tensors; i++)
    if (r->s->tensor[0][i].buffer == MOTE_PLACE_STATE)
      memset(r->state + r->s->tensor[0][i].shift, mote_state_fill(&g->tensors[i]),
             mote_tensor_bytes(&g->tensors[i]));
}

static inline size_t plan_output_bytes(const mote_graph_t *g) {
  size_t n = 0;
  for (int32_t i = 0; i < g->n_outputs; i++)
    n += mote_tensor_bytes(&g->tensors[g->outputs[i]]);
  return n;
}

/* Copies the outputs, which the last call names. */
static inline void plan_outputs(const plan_run_t *r, uint8_t *to) {
  const mote_graph_t *g = r->s->small[0];
  const mote_call_t *c = &r->s->calls[r->s->n_calls - 1];
  for (int32_t i = 0; i < g->n_outputs; i++) {
    size_t bytes = mote_tensor_bytes(&g->tensors[g->outputs[i]]);
    memcpy(to, plan_at(r, c->in[i]), bytes);
    to += bytes;
  }
}

static inline void plan_run(const plan_memory_t memory[2], const mote_schedule_t *s,
                            uint32_t seed, int low, uint8_t *out) {
  plan_run_t r = {s, plan_place(&memory[0], s->arena_bytes, low),
                  plan_place(&memory[1], s->state_bytes, low), seed};
  mote_unpoison(memory[0].room, PLAN_ROOM);
  memset(r.arena, low ? 0x5A : 0xA5, plan_up8(s->arena_bytes));
  mote_poison(memory[0].room, PLAN_ROOM);
  plan_states(&r);
  for (int32_t i = 0; i < s->n_calls; i++) plan_call(&r, &s->calls[i]);
  plan_outputs(&r, out);
}

static inline int plan_is_small(const mote_schedule_t *s) {
  int64_t work = (int64_t)plan_output_bytes(s->small[0]);
  const mote_program_t *p = s->prog[0];
  for (int32_t i = 0; i < p->n_steps && work < PLAN_WORK; i++) work += p->steps[i].macs;
  for (int32_t i = 0; i < p->graph->n_tensors && work < PLAN_WORK; i++)
    work += (int64_t)mote_tensor_bytes(&p->graph->tensors[i]);
  return work < PLAN_WORK && s->arena_bytes <= PLAN_ROOM && s->state_bytes <= PLAN_ROOM;
}

typedef enum { PLAN_REFUSED, PLAN_LARGE, PLAN_RUN } plan_end_t;

/* Plans g for the instruction set and runs it at both ends. *out: the outputs (*n bytes),
 * to be freed. */
static inline plan_end_t plan_once(const plan_memory_t memory[2], const mote_graph_t *g,
                                   const mote_choice_t *choice, uint32_t seed,
                                   uint8_t **out, size_t *n) {
  mote_schedule_t *s;
  if (mote_schedule_network(g, "hostile", choice, &s) < 0) return PLAN_REFUSED;
  int small = plan_is_small(s);
  if (small) {
    *n = plan_output_bytes(s->small[0]);
    if (!(*out = calloc(2, *n))) plan_die("no memory");
    plan_run(memory, s, seed, 0, *out);
    plan_run(memory, s, seed, 1, *out + *n);
    if (memcmp(*out, *out + *n, *n)) plan_die("outputs depend on what the arena held");
  }
  mote_schedule_free(s);
  return small ? PLAN_RUN : PLAN_LARGE;
}

/* Floats are left out: their sums may be added up in another order. */
static inline int plan_all_whole(const mote_graph_t *g) {
  for (int32_t i = 0; i < g->n_tensors; i++)
    if (g->tensors[i].dtype == MOTE_F32) return 0;
  return 1;
}

/* The rows of fast.def that run on this processor, by turns. */
static inline mote_choice_t plan_choice(uint32_t seed) {
  const char *const isas[] = {"armv7em", "mve", "plain", "simd", mote_host_isa()};
  const char *isa = isas[seed % 5];
  if (!mote_isa_runs_here(isa)) isa = "armv7em";
  return (mote_choice_t){isa, (mote_prefer_t)(seed / 5 % 3), seed / 15 % 2};
}

/* With the reference kernels, and with others: the same bits of whole numbers. */
static inline plan_end_t plan_twice(const plan_memory_t memory[2], const mote_graph_t *g,
                                    uint32_t seed) {
  size_t n = 0, m = 0;
  uint8_t *a = NULL, *b = NULL;
  mote_choice_t plain = {"", MOTE_PREFER_SPEED, 0}, fast = plan_choice(seed);
  plan_end_t end = plan_once(memory, g, &plain, seed, &a, &n);
  if (end == PLAN_RUN && plan_once(memory, g, &fast, seed, &b, &m) == PLAN_RUN &&
      plan_all_whole(g) && (n != m || memcmp(a, b, n)))
    plan_die("another choice of kernels, other bits");
  free(a), free(b);
  return end;
}

typedef struct { long refused, large, run; } plan_counts_t;

/* Any bytes are refused with a reason or run inside their plan. */
static inline void plan_bytes(const plan_memory_t memory[2], const uint8_t *p, size_t n,
                              uint32_t seed, plan_counts_t *count) {
  mote_graph_t *g;
  plan_end_t end = PLAN_REFUSED;
  mote_fail(0, "%s", "");
  if (mote_model_read(p, n, &g) >= 0) {
    end = plan_twice(memory, g, seed);
    mote_graph_free(g);
  }
  if (end == PLAN_REFUSED && !*mote_errmsg()) plan_die("refused without a reason");
  count->refused += end == PLAN_REFUSED;
  count->large += end == PLAN_LARGE;
  count->run += end == PLAN_RUN;
}

#endif
