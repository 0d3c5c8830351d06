/* SPDX-License-Identifier: Apache-2.0
 * What the operators share that only move values: they take any element type, and lower
 * to views or to steps of nn/copy.h. */
#ifndef MOTE_MODEL_OPS_MOVE_H
#define MOTE_MODEL_OPS_MOVE_H

#include "model/ops/util.h"

/* The first `inputs` inputs and all outputs have one element type and one quantisation
 * (none, or one scale and zero point), and less than 2 GB each. */
int mote_want_moved(const mote_graph_t *g, const mote_node_t *n, int32_t inputs);

/* Bytes from one index of `axis` to the next, in a tensor without gaps; axis -1: of the
 * whole tensor. */
int32_t mote_axis_bytes(const mote_tensor_t *t, int32_t axis);
/* Is `list` as long as `n`, or refuses it by `what`. */
int mote_want_entries(const mote_ints_t *list, int32_t n, const char *what);

/* Along each axis of the input: `count` values from `start` on, `step` apart. */
typedef struct {
  int32_t rank, start[MOTE_RANK_MAX], step[MOTE_RANK_MAX], count[MOTE_RANK_MAX];
} mote_part_t;
/* Of a slice or strided_slice. */
int mote_part_of(const mote_node_t *n, const mote_dims_t *in, mote_part_t *p);

/* One copy: loops outermost first, all steps in bytes; `block` bytes at the bottom. */
#define MOTE_LOOPS_MAX (2 * MOTE_RANK_MAX)
typedef struct {
  int32_t in, in_shift, out, out_shift; /* tensors; the bytes where the patterns begin */
  int32_t n, block;
  struct { int32_t count, in, out; } loop[MOTE_LOOPS_MAX];
} mote_move_t;

/* A copy of one element from the tensor `in` to `out`, to which loops are added. */
mote_move_t mote_move(const mote_graph_t *g, int32_t in, int32_t out);
void mote_move_loop(mote_move_t *m, int32_t count, int32_t in_step, int32_t out_step);
/* Appends the step, loops that belong together joined. When all of the output is one
 * block of the input and nobody can tell the difference, it becomes a view instead. */
int mote_move_step(mote_program_t *prog, int32_t node, mote_move_t *m);
/* Appends a step that copies all of a tensor, even where a view would do. */
int mote_copy_step(mote_program_t *prog, int32_t node, int32_t in, int32_t out);
/* Appends a step that fills `out` with one real value. */
int mote_fill_step(mote_program_t *prog, int32_t node, int32_t out, float value);

#endif
