/* SPDX-License-Identifier: Apache-2.0
 * A chip: one JSON file in compiler/targets/, nothing else. Memories, clock, instructions
 * per unit of work, power; every group of figures names its source. */
#ifndef MOTE_TARGET_H
#define MOTE_TARGET_H

#include "base/param.h"

/* Executed instructions per unit, generic C at -Os. */
typedef struct {
  float mac_s8, mac_f32; /* one multiply-add inside a layer, with its loads */
  float mac_dense;       /* the same of int8 in a dense layer, which has no window */
  float flop;            /* one float operation of a DSP block, with its loads */
  float special;         /* one log, exp, sin, sqrt */
  float integer;         /* one operation on whole numbers of a DSP block */
  float output;          /* one rounded and clamped int8 value of a layer */
  float element;         /* one value through a cheap layer or a copy */
  float call;            /* one kernel call */
  float fast;            /* a fast kernel's over its row's estimate; 1 when left out */
  float fast_dense, fast_depthwise, fast_add; /* `fast` when left out */
  float cpi;             /* cycles per instruction, by the timings of the core */
  float waits;           /* cycles with flash wait states over cycles without; 1 where
                            cpi has them in it */
} mote_target_cost_t;

typedef struct {
  float active_mw; /* at the stated clock, running from flash */
  float sleep_mw;  /* between windows, RAM kept */
} mote_target_power_t;

/* A published latency of the chip for a network whose executed instructions are known:
 * what cpi and waits are held against. */
typedef struct {
  const char *network;
  double instructions, cycles; /* counted; published */
} mote_target_check_t;

typedef struct {
  mote_arena_t *arena;
  const char *name, *title, *core; /* "stm32l4r5", "ST STM32L4R5 ...", "cortex-m4f" */
  double hz;
  size_t flash_bytes, ram_bytes;
  const char *isa;  /* folders of fast kernels it can run, best first */
  const char *cc;   /* "arm-none-eabi-gcc" */
  const char **flags; size_t n_flags;
  mote_target_cost_t cost;
  const char *cost_source;
  const mote_target_check_t *checks; size_t n_checks;
  const char *checks_source; /* NULL: nothing was published for this chip */
  mote_target_power_t power;
  const char *power_source;
  const char *memory_source;
} mote_target_t;

/* The model: executed instructions -> cycles. */
static inline double mote_target_cycles(const mote_target_t *t, double instructions) {
  return instructions * (double)t->cost.cpi * (double)t->cost.waits;
}

/* Folder of the chip files: MOTE_TARGETS or what share.h finds. */
const char *mote_target_folder(void);
/* MOTE_ERR_NOTFOUND lists the known names. Free with mote_target_free. */
int mote_target_load(const char *name, mote_target_t **out);
void mote_target_free(mote_target_t *t);
/* Names in bytewise order, in an arena. */
int mote_target_names(mote_arena_t *a, const char ***names, size_t *n);

#endif
