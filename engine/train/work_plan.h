/* SPDX-License-Identifier: Apache-2.0
 * What work.c runs and where it keeps things; laid out once by work_plan.c. */
#ifndef MOTE_TRAIN_WORK_PLAN_H
#define MOTE_TRAIN_WORK_PLAN_H

#include "train/work.h"

typedef enum {
  PHASE_COLLECT, PHASE_FORWARD, PHASE_LOSS, PHASE_COLLECT_BACK, PHASE_BACKWARD
} mote_phase_t;
typedef struct { mote_phase_t phase; int32_t layer; } mote_step_op_t;

/* Memory of gradients: [batch][width], or per thread [slice][width] when it is born and
 * dies within one stage. */
typedef struct {
  size_t width, at; /* floats per sample; offset per sample */
  int32_t local, busy_to; /* free again below this layer */
} mote_slot_t;

typedef struct {
  int32_t y_of;  /* layer whose memory the output lives in (in place, renamed) */
  int32_t g_of;  /* ... and its gradient */
  int32_t slot;  /* of the gradient; -1: not wanted */
  int32_t adds[MOTE_LAYER_IN_MAX]; /* gradient of input k is added to what is there */
  size_t y_at, saved_at, prepared_at, part_at, shared_at;
} mote_lay_t;

struct mote_work {
  mote_work_spec_t spec;
  const mote_kernels_t *k;
  mote_crew_t *crew;
  mote_lay_t *lay; /* [n_layers] */
  mote_step_op_t *ops;
  int32_t n_ops, stage_from, stage_to;
  uint32_t slice, n_slices;
  mote_slot_t *slots;
  int32_t n_slots;
  /* Floats per sample (acts, grads, local, saved, temp), per thread (scratch) or in all.
   */
  size_t act_floats, grad_floats, local_floats, saved_floats, temp_floats, scratch_floats;
  size_t prepared_floats, part_floats, shared_floats;
  float *acts, *grads, *local, *saved, *temp, *scratch, *prepared, *parts, *shared;
  float *dw, *gradient, *fake;
  /* The present batch. */
  const float *x, *weights;
  float *state;
  uint32_t n, key;
};

#endif
