/* SPDX-License-Identifier: Apache-2.0
 * A trained impulse -> a folder of C99 that answers on a microcontroller. */
#ifndef MOTE_COMPILE_H
#define MOTE_COMPILE_H

#include "cost/cost.h"

typedef struct {
  const char *dir;        /* created; files of an earlier export in it are replaced */
  const char *prefix;     /* of all symbols; NULL: the impulse's name */
  mote_variant_t variant;
  const mote_target_t *target;
  size_t ram, flash;      /* budgets in bytes; 0: what the chip has */
  size_t ram_tables;      /* so many bytes of weights may lie in RAM; 0: all in flash */
  mote_prefer_t prefer;   /* of fast kernels that cost flash or memory */
  int any_size;           /* what does not fit the budget is no error */
  int no_toolchain;       /* do not run the chip's compiler even if there is one */
} mote_compile_options_t;

typedef struct {
  mote_arena_t *arena; /* owns the texts */
  size_t arena_bytes, arena_bound, state_bytes, input_bytes, instance_bytes,
      constant_bytes, ram_table_bytes; /* all tables; those that lie in RAM */
  const char *prefix;
  mote_cost_t cost;
} mote_compile_report_t;

/* Writes the folder. MOTE_ERR_FIT (after writing it, so that it can be looked at) when
 * the plan does not fit the budget; the message says what is missing and where it goes.
 * `report` may be NULL; free it with mote_compile_report_free. */
int mote_compile(const mote_trained_t *t, const mote_compile_options_t *opt,
                 mote_compile_report_t *report);
/* The same for one graph; opt->prefix names it. */
int mote_compile_network(const mote_graph_t *g, const mote_compile_options_t *opt,
                         mote_compile_report_t *report);
/* How both choose kernels and what runs row by row. */
mote_choice_t mote_compile_choice(const mote_compile_options_t *opt);
void mote_compile_report_free(mote_compile_report_t *r);
json_t *mote_compile_report_json(const mote_compile_report_t *r);
/* Folder of the runtime sources: MOTE_RUNTIME or what share.h finds. */
const char *mote_runtime_folder(void);

#endif
