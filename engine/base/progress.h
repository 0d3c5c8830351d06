/* SPDX-License-Identifier: Apache-2.0
 * Progress of long work on stderr: percent, rate, estimate. One line redrawn on a
 * terminal, a line every few seconds elsewhere, nothing with --quiet. Also the stop flag
 * of Ctrl-C. */
#ifndef MOTE_ENGINE_PROGRESS_H
#define MOTE_ENGINE_PROGRESS_H

#include <stddef.h>

typedef struct mote_progress mote_progress_t;
/* `what` "features", `unit` "windows"; total 0 = unknown. May return NULL: all calls take
 * it. */
mote_progress_t *mote_progress_new(const char *what, const char *unit, size_t total);
void mote_progress_add(mote_progress_t *p, size_t n); /* thread-safe */
void mote_progress_end(mote_progress_t *p);
void mote_quiet_set(int on);

/* Installed by the CLI; long loops poll it and return MOTE_ERR_INTERRUPTED. */
void mote_catch_interrupt(void);
int mote_interrupted(void);
double mote_now(void); /* monotonic seconds */

#endif
