/* SPDX-License-Identifier: Apache-2.0
 * The parts of `mote model`: one file per part, one row in model.def. */
#ifndef MOTE_CLI_MODEL_H
#define MOTE_CLI_MODEL_H

#include "model/file.h"
#include "model/op.h"
#include "verb.h"

typedef struct {
  const char *name;  /* "run" */
  const char *usage; /* "MODEL --in FILE --out FILE" */
  const char *help;  /* one sentence */
  int (*run)(const mote_args_t *args); /* argument 0 is the part's name */
} mote_model_part_t;

/* The positional argument i of the part, counted from 1, or an error that says `what`. */
int mote_model_arg(const mote_args_t *args, size_t i, const char *what,
                   const char **out);
/* "[1][49][10][1]" */
const char *mote_model_dims(const mote_dims_t *d, char text[96]);
/* "i8, scale 0.5847, zero 83" */
const char *mote_model_type(const mote_tensor_t *t, char text[96]);
/* Bytes of all inputs (or outputs) of one run, one behind the other. */
size_t mote_model_in_bytes(const mote_graph_t *g);
size_t mote_model_out_bytes(const mote_graph_t *g);

/* A lowered model that can be run on raw tensors. */
typedef struct {
  mote_graph_t *g;
  mote_program_t *prog;
  mote_exec_t *exec;
} mote_loaded_t;
int mote_model_open(const char *path, mote_loaded_t *out);
void mote_model_close(mote_loaded_t *m);
/* One run: the packed inputs at `in`; `out` (may be NULL) gets the packed outputs. */
int mote_model_once(mote_loaded_t *m, const uint8_t *in, uint8_t *out);
/* Reads --in and says how many inputs of `bytes` it holds; -n limits them. */
int mote_model_inputs(const mote_args_t *args, size_t bytes, mote_buf_t *in, size_t *n);

#endif
