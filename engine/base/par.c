/* SPDX-License-Identifier: Apache-2.0 */
#include "base/par.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

#define THREADS_MAX 64

static atomic_int wanted;

int mote_threads(void) {
  int n = atomic_load(&wanted);
  const char *env = n ? NULL : getenv("MOTE_THREADS");
  if (env) n = (int)strtol(env, NULL, 10);
  if (n <= 0) n = (int)sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : n;
}

void mote_threads_set(int n) { atomic_store(&wanted, n); }

typedef struct {
  mote_par_fn fn;
  void *ctx;
  size_t n;
  atomic_size_t next;
  atomic_int stop;
  pthread_mutex_t lock;
  size_t failed_at;
  int failed_rc;
  char failed_msg[2048];
} job_t;

typedef struct { job_t *job; int worker; } seat_t;

static void keep_first_error(job_t *job, size_t i, int rc) {
  pthread_mutex_lock(&job->lock);
  if (job->failed_rc == 0 || i < job->failed_at) {
    job->failed_at = i;
    job->failed_rc = rc;
    strncpy(job->failed_msg, mote_errmsg(), sizeof job->failed_msg - 1);
  }
  pthread_mutex_unlock(&job->lock);
  atomic_store(&job->stop, 1);
}

static void *work(void *arg) {
  seat_t *seat = arg;
  job_t *job = seat->job;
  while (!atomic_load(&job->stop)) {
    size_t i = atomic_fetch_add(&job->next, 1);
    if (i >= job->n) break;
    int rc = job->fn(job->ctx, i, seat->worker);
    if (rc < 0) keep_first_error(job, i, rc);
  }
  return NULL;
}

int mote_parallel(size_t n, mote_par_fn fn, void *ctx) {
  job_t job = {.fn = fn, .ctx = ctx, .n = n, .lock = PTHREAD_MUTEX_INITIALIZER};
  int threads = mote_threads();
  if ((size_t)threads > n) threads = n ? (int)n : 1;
  pthread_t id[THREADS_MAX];
  seat_t seat[THREADS_MAX];
  int started = 0;
  for (int t = 1; t < threads; t++) {
    seat[t] = (seat_t){&job, t};
    if (pthread_create(&id[t], NULL, work, &seat[t]) != 0) break;
    started = t;
  }
  seat[0] = (seat_t){&job, 0};
  work(&seat[0]);
  for (int t = 1; t <= started; t++) pthread_join(id[t], NULL);
  pthread_mutex_destroy(&job.lock);
  return job.failed_rc ? mote_fail(job.failed_rc, "%s", job.failed_msg) : MOTE_OK;
}
