/* SPDX-License-Identifier: Apache-2.0
 * Everything the files of one export are printed from. */
#ifndef MOTE_EMIT_EXPORT_H
#define MOTE_EMIT_EXPORT_H

#include "cost/cost.h"
#include "emit/structs.h"
#include "impulse/smoothing.h"
#include "lower/schedule.h"

/* A member of the instance struct. */
typedef struct {
  char *declaration; /* "float window[375]" */
  char *comment;
  size_t bytes, align;
  int input; /* holds samples: not counted as the model's own memory */
} mote_member_t;

#define MOTE_MEMBERS_MAX (4 * MOTE_BLOCKS_MAX + 8)

typedef struct {
  mote_arena_t *arena;
  const mote_schedule_t *s;
  const mote_impulse_t *impulse;
  const char *prefix, *upper;           /* "gesture", "GESTURE" */
  const char *dsp[MOTE_BLOCKS_MAX];     /* identifiers */
  const char *learn[MOTE_LEARNERS_MAX];
  const char **call; /* [n_calls] name of a step's parameters, or NULL */
  const char **constant[MOTE_LEARNERS_MAX]; /* [n_tensors] table of a constant, or NULL */
  int keeps_prev; /* a frame block runs on whole windows: it needs the sample before */
  int smoothed;                         /* learner whose scores are smoothed, or -1 */
  mote_smooth_t smooth;
  mote_smoothing_t smoothing;
  mote_member_t members[MOTE_MEMBERS_MAX];
  int n_members;
  size_t instance_bytes, input_bytes, state_bytes; /* of a 32-bit chip */
  const float *golden; /* samples of the self-test, repeated until a window is full */
  uint32_t n_golden;   /* per axis */
  uint32_t crc_features, crc_result;
  uint8_t *in_ram; /* [n_calls]: the tables of this step lie in RAM */
  size_t constant_bytes, ram_table_bytes; /* all tables; those in RAM */
  mote_probe_t probe;
  const mote_cost_t *cost;
} mote_export_t;

/* Members that both kinds of export have, and the layout of all. */
int mote_export_state_member(mote_export_t *x);
int mote_export_arena_member(mote_export_t *x);
void mote_export_lay_out(mote_export_t *x);
int mote_export_prepare(mote_export_t *x, const mote_schedule_t *s, const char *prefix);

typedef enum {
  MOTE_ANSWER_CLASSES,
  MOTE_ANSWER_VALUES,
  MOTE_ANSWER_ANOMALY
} mote_answer_t;
mote_answer_t mote_answer_kind(const mote_export_t *x, int learner);
uint32_t mote_answer_count(const mote_export_t *x, int learner);
/* Real value of element i of a learner's output tensor. */
float mote_answer_value(const mote_tensor_t *t, const void *data, uint32_t i);

/* Fills crc_features and crc_result by running the schedule on the host. */
int mote_export_golden(mote_export_t *x);

/* Constants and calls of the steps (compiler/emit/steps.c). */
const char *mote_emit_dtype(mote_dtype_t t); /* "int8_t" */
int mote_emit_include(mote_buf_t *out, const char *header);
int mote_emit_step_includes(mote_export_t *x, mote_buf_t *out);
int mote_emit_layers(mote_export_t *x, mote_emit_t *e);
int mote_emit_constant(mote_export_t *x, mote_emit_t *e, int learner, int32_t tensor,
                       const char *name);
int mote_emit_arena(mote_export_t *x, mote_buf_t *out, const char *type, mote_place_t p);
int mote_emit_place(mote_export_t *x, mote_buf_t *out, int learner, const char *type,
                    mote_place_t p);
int mote_emit_step(mote_export_t *x, mote_buf_t *out, int32_t i);
int mote_emit_state_init(mote_export_t *x, mote_buf_t *out);

/* The files of an export, each printed by one function: of an impulse, of a bare network
 * (compiler/emit/network.c). */
typedef struct {
  const char *name;
  int (*emit)(mote_export_t *x, mote_buf_t *out);
  int costs; /* has figures in it: written again when they are known */
} mote_export_file_t;
extern const mote_export_file_t mote_impulse_files[], mote_network_files[];
/* Names and sizes of a bare network's export, and its self-test. */
int mote_network_prepare(mote_export_t *x);

/* Pieces that both kinds print. */
int mote_emit_ram_tables(mote_export_t *x, mote_buf_t *out);
int mote_emit_measures(mote_export_t *x, mote_buf_t *out);
int mote_emit_instance(mote_export_t *x, mote_buf_t *out);
int mote_emit_cost_table(mote_export_t *x, mote_buf_t *out);
/* Rows of a memory table: the constants, and those of them that are moved to RAM. */
int mote_emit_constant_rows(mote_export_t *x, mote_buf_t *out);
int mote_emit_cmake(mote_export_t *x, mote_buf_t *out);
int mote_emit_license(mote_export_t *x, mote_buf_t *out);

int mote_emit_header(mote_export_t *x, mote_buf_t *out);
int mote_emit_source(mote_export_t *x, mote_buf_t *out);

#endif
