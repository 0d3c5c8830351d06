/* SPDX-License-Identifier: Apache-2.0
 * Makes a graph small before anything makes it fast: passes from graph to graph, a file
 * each in engine/model/passes/. They are exact: the result has the same inputs and
 * outputs (names, types, quantisation) and gives the same bits for every input, int8 and
 * float. Passes that change the rounding of a float graph (a batch norm folded into
 * weights) are a class of their own, for graphs that were just imported. */
#ifndef MOTE_MODEL_OPTIMISE_H
#define MOTE_MODEL_OPTIMISE_H

#include "model/graph.h"

typedef struct {
  int32_t nodes;
  int64_t macs; /* multiply-accumulates of one run */
  size_t constant_bytes;
} mote_graph_size_t;

/* One run of a pass that changed something. */
typedef struct {
  const char *pass, *what; /* name, and what it does */
  int32_t times;           /* changes: nodes, constants or channels */
  mote_graph_size_t before, after;
} mote_pass_row_t;

#define MOTE_PASS_ROWS 64 /* a report that is full ends the optimisation */
typedef struct {
  mote_graph_size_t before, after;
  mote_pass_row_t row[MOTE_PASS_ROWS];
  int32_t n_rows;
} mote_optimise_report_t;

typedef struct {
  int import;       /* passes that may change the rounding of float graphs, too */
  int32_t multiple; /* dead channels stay up to a multiple of this (kernels like 4) where
                       there was one before; 0 and 1: none stays */
} mote_optimise_options_t;

/* *out is a new graph that shares nothing with g. The report may be NULL. */
int mote_optimise_with(const mote_graph_t *g, const mote_optimise_options_t *options,
                       mote_graph_t **out, mote_optimise_report_t *report);
/* The exact passes, no dead channel stays. */
int mote_optimise(const mote_graph_t *g, mote_graph_t **out,
                  mote_optimise_report_t *report);
/* {"before": {nodes, macs, constant_bytes}, "after": .., "passes": [{pass, what, times,
 * ..}]}; NULL when out of memory. */
json_t *mote_optimise_report_json(const mote_optimise_report_t *report);

/* For importers, whose files may hold nodes of constants alone: 1 when all inputs of the
 * node are constants, and its outputs (which exist) became constants with its results;
 * 0 when it is to be added as a node. */
int mote_fold_node(mote_graph_t *g, const mote_node_spec_t *spec);

int mote_graph_size(const mote_graph_t *g, mote_graph_size_t *out);

#endif
