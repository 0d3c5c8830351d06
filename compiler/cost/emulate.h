/* SPDX-License-Identifier: Apache-2.0
 * Executed instructions of an export, call by call, on an emulated board of the chip's
 * core: the same code that the chip would run, counted exactly by a plugin of QEMU. */
#ifndef MOTE_COST_EMULATE_H
#define MOTE_COST_EMULATE_H

#include "targets/target.h"

typedef struct {
  const double *calls; /* [n]: instructions of each call; NULL: not measured */
  double run;          /* of the whole run */
  int same_bits;       /* the self-test passed there */
  const char *source;  /* how it was counted, or why not */
} mote_emulated_t;

/* `dir` is the export of a bare network with the prefix "model" and n calls. What is
 * missing on this machine is no error: `source` says it. */
int mote_emulate(const char *dir, const mote_target_t *t, int32_t n, mote_arena_t *a,
                 mote_emulated_t *out);

#endif
