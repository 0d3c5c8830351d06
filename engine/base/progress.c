/* SPDX-License-Identifier: Apache-2.0 */
#include "base/progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

#define LINE_SECONDS     5.0 /* between lines when stderr is not a terminal */
#define REDRAW_SECONDS   0.1
#define FIRST_PRINT_WAIT 0.5 /* work shorter than this prints nothing */

struct mote_progress {
  const char *what, *unit;
  size_t total, done;
  double start, shown;
  int tty, printed;
  pthread_mutex_t lock;
};

static volatile sig_atomic_t quiet, stop;

void mote_quiet_set(int on) { quiet = on; }

static void on_signal(int sig) {
  if (stop) _exit(128 + sig);
  stop = 1;
}

void mote_catch_interrupt(void) {
  struct sigaction sa = {.sa_handler = on_signal};
  sigemptyset(&sa.sa_mask);
  sigaction(SIGINT, &sa, NULL);
  sigaction(SIGTERM, &sa, NULL);
}

int mote_interrupted(void) { return stop != 0; }

double mote_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

mote_progress_t *mote_progress_new(const char *what, const char *unit, size_t total) {
  mote_progress_t *p = quiet ? NULL : mote_alloc(1, sizeof *p);
  if (!p) return NULL;
  *p = (mote_progress_t){.what = what, .unit = unit, .total = total, .start = mote_now(),
                         .tty = isatty(STDERR_FILENO)};
  p->shown = p->start;
  pthread_mutex_init(&p->lock, NULL);
  return p;
}

static void show(mote_progress_t *p, double now, int last) {
  double took = now - p->start, rate = took > 0 ? (double)p->done / took : 0;
  fprintf(stderr, "%s%s", p->tty ? "\r" : "", p->what);
  if (p->total) fprintf(stderr, " %3.0f%%", 100.0 * (double)p->done / (double)p->total);
  fprintf(stderr, "  %zu", p->done);
  if (p->total) fprintf(stderr, "/%zu", p->total);
  fprintf(stderr, " %s  %.*f/s", p->unit, rate < 10 ? 1 : 0, rate);
  if (last) fprintf(stderr, "  %.1f s", took);
  else if (p->total && rate > 0)
    fprintf(stderr, "  %.0f s left", (double)(p->total - p->done) / rate);
  fputs(p->tty ? "\033[K" : "\n", stderr);
  if (p->tty && last) fputc('\n', stderr);
  fflush(stderr);
  p->shown = now;
  p->printed = 1;
}

void mote_progress_add(mote_progress_t *p, size_t n) {
  if (!p) return;
  pthread_mutex_lock(&p->lock);
  p->done += n;
  double now = mote_now(), wait = p->tty ? REDRAW_SECONDS : LINE_SECONDS;
  if (now - p->start > FIRST_PRINT_WAIT && now - p->shown > wait) show(p, now, 0);
  pthread_mutex_unlock(&p->lock);
}

void mote_progress_end(mote_progress_t *p) {
  if (!p) return;
  double now = mote_now();
  if (p->printed || now - p->start > FIRST_PRINT_WAIT) show(p, now, 1);
  pthread_mutex_destroy(&p->lock);
  mote_free(p);
}
