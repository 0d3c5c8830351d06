/* SPDX-License-Identifier: Apache-2.0
 * MOTE_TRACE_HEADER of bench/board/run.c: a mark behind every call. */
#ifndef BENCH_BOARD_LAYERS_H
#define BENCH_BOARD_LAYERS_H

void mark(void);
#define MOTE_TRACE(call, data, bytes) mark()

#endif
