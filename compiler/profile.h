/* SPDX-License-Identifier: Apache-2.0
 * Where a network's time and flash go on a chip, kernel by kernel: what the cost model
 * says, and what an emulator counts. */
#ifndef MOTE_PROFILE_H
#define MOTE_PROFILE_H

#include "compile.h"
#include "cost/emulate.h"

typedef struct {
  const char *op, *name, *kernel; /* "conv2d", of the layer, "mote_conv2d_s8" */
  mote_dims_t dims;               /* of its output */
  int64_t macs;
  double instructions, cycles, share; /* the model; share of all cycles */
  double counted;                     /* executed instructions; -1: not measured */
  size_t constant_bytes;              /* tables that only this kernel reads, or shares */
} mote_profile_row_t;

typedef struct {
  const mote_target_t *target;
  mote_prefer_t prefer;
  int measure; /* count on an emulated board, when all it takes is installed */
} mote_profile_options_t;

typedef struct {
  mote_compile_report_t report; /* of the export; owns the texts */
  mote_profile_row_t *rows;
  int32_t n_rows;
  int64_t macs;
  double instructions;
  mote_emulated_t emulated;
} mote_profile_t;

/* Exports into a temporary folder. Free with mote_profile_free. */
int mote_profile(const mote_graph_t *g, const mote_profile_options_t *opt,
                 mote_profile_t *out);
void mote_profile_free(mote_profile_t *p);
json_t *mote_profile_json(const mote_profile_t *p, const mote_target_t *t);

#endif
