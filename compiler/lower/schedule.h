/* SPDX-License-Identifier: Apache-2.0
 * A trained impulse, or a bare network, as the straight list of calls that the exported
 * code makes, and the memory each call reads and writes. Planner, cost tables and emitter
 * all read this list. */
#ifndef MOTE_SCHEDULE_H
#define MOTE_SCHEDULE_H

#include "impulse/infer.h"
#include "model/fast.h"
#include "plan/plan.h"

typedef enum {
  MOTE_CALL_INPUT,  /* bare network: the caller has filled the inputs */
  MOTE_CALL_FRAME,  /* one frame of a streamed block, made while samples are fed */
  MOTE_CALL_GATHER, /* picks a block's axes out of the window */
  MOTE_CALL_RUN,    /* a window block: window -> features */
  MOTE_CALL_FINISH, /* a streamed block: copy of the rows -> features */
  MOTE_CALL_JOIN,   /* features of several blocks -> one learner input */
  MOTE_CALL_STEP,   /* one kernel of a network */
  MOTE_CALL_ANSWER, /* a learner's output -> result */
  MOTE_CALL_OUTPUT  /* bare network: the caller reads the outputs */
} mote_call_kind_t;

/* Where something lies: bytes behind the start of a buffer of the arena (buffer >= 0), in
 * a constant table, or in the memory of states. */
enum { MOTE_PLACE_NONE = -1, MOTE_PLACE_CONST = -2, MOTE_PLACE_STATE = -3 };
typedef struct {
  int32_t buffer;
  size_t shift;
  int32_t tensor; /* of a constant: its number in the graph of the call's learner */
} mote_place_t;

typedef struct {
  mote_call_kind_t kind;
  int32_t dsp, learner, step; /* -1 where it does not apply; step within the program */
  mote_place_t in[MOTE_NODE_IO_MAX], out[MOTE_NODE_IO_MAX];
  int32_t n_in, n_out;
  mote_place_t scratch;
} mote_call_t;

typedef struct {
  mote_arena_t *arena;
  const mote_trained_t *trained; /* NULL: a bare network, learner 0 */
  const mote_impulse_t *impulse; /* of a bare network: without blocks */
  mote_variant_t variant;
  const mote_graph_t *graph[MOTE_LEARNERS_MAX]; /* as trained */
  mote_graph_t *small[MOTE_LEARNERS_MAX];       /* optimised: what is lowered */
  mote_program_t *prog[MOTE_LEARNERS_MAX];
  mote_place_t *tensor[MOTE_LEARNERS_MAX]; /* [small->n_tensors] */
  int order[MOTE_LEARNERS_MAX];            /* learners as they run */
  int framed[MOTE_BLOCKS_MAX]; /* block is streamed frame by frame */
  uint32_t ring[MOTE_BLOCKS_MAX]; /* rows kept of a streamed block */
  int windowed;                /* some block reads the window buffer */
  mote_call_t *calls;
  int32_t n_calls, first_call; /* calls before first_call are made while feeding */
  mote_buffer_t *buffers;
  int32_t n_buffers;
  mote_place_t features; /* all blocks, in impulse order, float32 */
  size_t arena_bytes, bound;
  size_t state_bytes; /* of the networks' states, each at a multiple of 8 */
} mote_schedule_t;

/* Optimises and lowers the graphs of the variant (a learner without an int8 graph stays
 * float32), chooses kernels (NULL: the reference ones), orders the learners so that the
 * arena is smallest, plans and verifies. The trained impulse must outlive the schedule.
 */
int mote_schedule(const mote_trained_t *t, mote_variant_t variant,
                  const mote_choice_t *choice, mote_schedule_t **out);
/* The same for one graph with any inputs and outputs. */
int mote_schedule_network(const mote_graph_t *g, const char *name,
                          const mote_choice_t *choice, mote_schedule_t **out);
void mote_schedule_free(mote_schedule_t *s);

/* Offset of a place in the arena. */
static inline size_t mote_schedule_at(const mote_schedule_t *s, mote_place_t p) {
  return s->buffers[p.buffer].offset + p.shift;
}
/* 1 when the block needs a gathered copy of its axes. */
int mote_dsp_gathers(const mote_impulse_t *m, const mote_dsp_t *d);

#endif
