/* SPDX-License-Identifier: Apache-2.0 */
#include "train/crew.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/mem.h"

#define CREW_MAX 64

typedef struct { mote_crew_t *crew; int worker; } seat_t;

struct mote_crew {
  pthread_mutex_t lock;
  pthread_cond_t begin, end;
  pthread_t id[CREW_MAX];
  seat_t seat[CREW_MAX];
  int size, quit;
  unsigned long job; /* counts jobs: a sleeper sees that there is a new one */
  int working;       /* threads that have not yet finished the present job */
  mote_crew_fn fn;
  void *ctx;
  size_t n;
  atomic_size_t next;
};

static void take_items(mote_crew_t *c, int worker) {
  for (;;) {
    size_t i = atomic_fetch_add_explicit(&c->next, 1, memory_order_relaxed);
    if (i >= c->n) return;
    c->fn(c->ctx, i, worker);
  }
}

static void *work(void *arg) {
  const seat_t *seat = arg;
  mote_crew_t *c = seat->crew;
  unsigned long seen = 0;
  pthread_mutex_lock(&c->lock);
  for (;;) {
    while (c->job == seen && !c->quit) pthread_cond_wait(&c->begin, &c->lock);
    if (c->quit) break;
    seen = c->job;
    pthread_mutex_unlock(&c->lock);
    take_items(c, seat->worker);
    pthread_mutex_lock(&c->lock);
    if (--c->working == 0) pthread_cond_signal(&c->end);
  }
  pthread_mutex_unlock(&c->lock);
  return NULL;
}

int mote_crew_new(int n, mote_crew_t **out) {
  mote_crew_t *c = mote_alloc(1, sizeof *c);
  if (!c) return MOTE_ERR_NOMEM;
  pthread_mutex_init(&c->lock, NULL);
  pthread_cond_init(&c->begin, NULL);
  pthread_cond_init(&c->end, NULL);
  for (c->size = 1; c->size < n && c->size < CREW_MAX; c->size++) {
    c->seat[c->size] = (seat_t){c, c->size};
    if (pthread_create(&c->id[c->size], NULL, work, &c->seat[c->size]) != 0) break;
  }
  *out = c;
  return MOTE_OK;
}

void mote_crew_free(mote_crew_t *c) {
  if (!c) return;
  pthread_mutex_lock(&c->lock);
  c->quit = 1;
  pthread_cond_broadcast(&c->begin);
  pthread_mutex_unlock(&c->lock);
  for (int i = 1; i < c->size; i++) pthread_join(c->id[i], NULL);
  pthread_cond_destroy(&c->begin);
  pthread_cond_destroy(&c->end);
  pthread_mutex_destroy(&c->lock);
  mote_free(c);
}

int mote_crew_size(const mote_crew_t *c) { return c->size; }

void mote_crew_run(mote_crew_t *c, size_t n, mote_crew_fn fn, void *ctx) {
  if (c->size == 1 || n <= 1) {
    for (size_t i = 0; i < n; i++) fn(ctx, i, 0);
    return;
  }
  pthread_mutex_lock(&c->lock);
  c->fn = fn;
  c->ctx = ctx;
  c->n = n;
  atomic_store(&c->next, 0);
  c->working = c->size - 1;
  c->job++;
  pthread_cond_broadcast(&c->begin);
  pthread_mutex_unlock(&c->lock);
  take_items(c, 0);
  pthread_mutex_lock(&c->lock);
  while (c->working > 0) pthread_cond_wait(&c->end, &c->lock);
  pthread_mutex_unlock(&c->lock);
}
