/* SPDX-License-Identifier: Apache-2.0
 * Threads. Work is split over independent outputs, never over a sum: the result does not
 * depend on the number of threads. */
#ifndef MOTE_ENGINE_PAR_H
#define MOTE_ENGINE_PAR_H

#include <stddef.h>

/* Threads to use: mote_threads_set, else MOTE_THREADS, else the online cores. */
int mote_threads(void);
void mote_threads_set(int n);
/* fn(ctx, i, worker) for i in [0,n); worker in [0, mote_threads()). Returns the first
 * negative result by index order; remaining items may be skipped then. The message is the
 * caller's. */
typedef int (*mote_par_fn)(void *ctx, size_t i, int worker);
int mote_parallel(size_t n, mote_par_fn fn, void *ctx);

#endif
