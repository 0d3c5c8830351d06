/* SPDX-License-Identifier: Apache-2.0
 * What an export costs on a chip, each figure with where it comes from. */
#ifndef MOTE_COST_H
#define MOTE_COST_H

#include "lower/schedule.h"
#include "targets/target.h"

/* One row of the cost table: a DSP stage or a layer. */
typedef struct {
  const char *stage; /* "mfcc", "nn: conv1 (conv2d)" */
  double work;       /* flops or multiply-adds */
  double instructions; /* executed, an estimate */
  double cycles;     /* per result */
} mote_cost_row_t;

#define MOTE_ENTRY_POINTS 4
/* What measuring calls: the functions <prefix>_<entry>, and a program that uses them. */
typedef struct {
  const char *prefix;
  const char *entries[MOTE_ENTRY_POINTS]; /* NULL: none */
  const char *program;
} mote_probe_t;
typedef struct {
  const char *entry; /* "feed" */
  long bytes;        /* -1: not known */
} mote_stack_row_t;

typedef struct {
  const mote_cost_row_t *rows;
  int n_rows;
  double cycles, ms, mj;      /* per result, streaming: only new frames count */
  const char *cycles_source, *energy_source;
  size_t flash_bytes;         /* code and constants */
  const char *flash_source;
  mote_stack_row_t stack[MOTE_ENTRY_POINTS]; /* in the order of the probe */
  const char *stack_source;
} mote_cost_t;

/* Cycles and energy from the schedule and the chip's table (compiler/cost/cycles.c). */
int mote_cost_cycles(const mote_schedule_t *s, const mote_target_t *t, mote_arena_t *a,
                     mote_cost_t *out);
/* Flash and stack by compiling the export in `dir` with the chip's toolchain
 * (compiler/cost/measure.c); without it: an estimate from `constants` bytes of tables,
 * and no stack figures. Says which in the sources. */
int mote_cost_build(const char *dir, const mote_probe_t *probe, const mote_target_t *t,
                    size_t constants, mote_arena_t *a, mote_cost_t *out);

#endif
