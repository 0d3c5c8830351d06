/* SPDX-License-Identifier: Apache-2.0
 * Threads that stay for a whole training and sleep between jobs: starting one would cost
 * more than a small stage takes. They never spin: on a busy machine spinning made a step
 * of 10 us take 17 ms. */
#ifndef MOTE_TRAIN_CREW_H
#define MOTE_TRAIN_CREW_H

#include <stddef.h>

typedef struct mote_crew mote_crew_t;
/* `n` workers, the caller being one of them. Fewer when the system refuses threads. */
int mote_crew_new(int n, mote_crew_t **out);
void mote_crew_free(mote_crew_t *c);
int mote_crew_size(const mote_crew_t *c);
/* fn(ctx, item, worker) for item in [0, n), worker in [0, size); returns when all are
 * done. One caller at a time. */
typedef void (*mote_crew_fn)(void *ctx, size_t item, int worker);
void mote_crew_run(mote_crew_t *c, size_t n, mote_crew_fn fn, void *ctx);

#endif
