/* SPDX-License-Identifier: Apache-2.0
 * The constant tables of a step, and which of them lie in RAM. A table in RAM is in flash
 * too: the start-up code copies it, as it does with every initialised variable. It pays
 * where flash is slow (wait states, serial flash behind a cache). */
#ifndef MOTE_EMIT_TABLES_H
#define MOTE_EMIT_TABLES_H

#include "emit/export.h"

/* Bytes of the tables and constants that a step reads. */
size_t mote_step_table_bytes(const mote_graph_t *g, const mote_step_t *st);
/* Takes whole layers, those with the most multiply-adds per byte first, as long as they
 * fit into `budget` bytes: x->in_ram[call] = 1. */
int mote_export_place_tables(mote_export_t *x, size_t budget);

#endif
