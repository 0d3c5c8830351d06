/* SPDX-License-Identifier: Apache-2.0
 * Fast kernels. A row says: on chips with this instruction set, this kernel may stand in
 * for that reference kernel, with the same bits. It packs the reference's parameters into
 * its own (weights laid out for its loop, input offset folded into the bias), so the
 * choice needs neither the graph nor the operator. The kernels are C99 that compiles
 * everywhere: where the instructions are missing, nn/<isa>/ has them in plain C, so the
 * host runs the very loops of the device. "plain" needs none.
 *
 * One row: runtime/nn/<isa>/<kernel>.c and .h, engine/model/fast/<isa>_<kernel>.c, a line
 * in engine/model/fast.def. tests/test_fast.c holds every row against its reference. */
#ifndef MOTE_MODEL_FAST_H
#define MOTE_MODEL_FAST_H

#include "model/op.h"

/* What one choice costs; the cheapest in what is preferred wins. */
typedef struct {
  double instructions;  /* executed per run of this step, an estimate */
  size_t table_bytes;   /* constants in flash */
  size_t scratch_bytes; /* of the arena */
} mote_fast_cost_t;

typedef struct {
  const char *isa;      /* a word of the chip's "isa": "armv7em", "mve", "plain" ... */
  const char *replaces; /* the reference kernel: "mote_conv2d_s8" */
  const mote_kernel_t *kernel;
  /* Can it run this step of the reference kernel? Shapes, quantisation, alignment. */
  int (*fits)(const mote_step_t *s);
  mote_fast_cost_t (*cost)(const mote_step_t *s);
  /* `packed` (zeroed, kernel->params->bytes) from s->params, which are the reference's;
   * tables in prog->arena. May set s->scratch_bytes and s->in_place. NULL: the kernel
   * takes the reference's parameters as they are. */
  int (*pack)(mote_program_t *prog, mote_step_t *s, void *packed);
} mote_fast_t;

extern const mote_fast_t *const mote_fast[]; /* NULL-terminated, from fast.def */

typedef enum { MOTE_PREFER_SPEED, MOTE_PREFER_FLASH, MOTE_PREFER_RAM } mote_prefer_t;
typedef struct {
  const char *isa; /* words; "" keeps the reference kernels */
  mote_prefer_t prefer;
  size_t ram; /* bytes that the arena may have; 0: as many as it takes */
} mote_choice_t;

/* Replaces the kernels of a lowered program where a row fits. The bits stay. */
int mote_select(mote_program_t *prog, const mote_choice_t *choice);
/* Is `word` one of the words of the list? */
int mote_isa_has(const char *isa, const char *word);

/* This processor: its words, whether rows of a word run on it, and the choice for it. */
const char *mote_host_isa(void);
int mote_isa_runs_here(const char *word);
int mote_select_host(mote_program_t *prog);

#endif
