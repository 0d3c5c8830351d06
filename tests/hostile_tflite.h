/* SPDX-License-Identifier: Apache-2.0
 * A .tflite as its author wants it, right or wrong: nothing is checked. */
#ifndef MOTE_TEST_HOSTILE_TFLITE_H
#define MOTE_TEST_HOSTILE_TFLITE_H

#include <string.h>

#include "formats/flatbuffer.h"

#define HOSTILE_BUFFERS 5

typedef struct {
  int32_t dims[12], rank, type;
  uint32_t buffer;
  float scale[8];
  int n_scale, n_zero;
  int64_t zero[8];
  int32_t axis, variable;
} hostile_tensor_t;

typedef struct {
  int32_t code, options_type;
  uint32_t opcode; /* index of the code; the builder sets it to the operator's number */
  mote_fb_field_t options[8];
  int n_options, n_in, n_out;
  int32_t in[24], out[8];
} hostile_op_t;

typedef struct {
  hostile_tensor_t t[8];
  hostile_op_t op[6], once[3]; /* once: a subgraph 1 over the same tensors */
  int n_t, n_op, n_once, n_in, n_out, no_graph;
  int32_t in[4], out[4];
  uint32_t opcode_shift; /* added to the index of every code */
  struct { uint8_t bytes[512]; size_t n; uint32_t offset, size; } buffer[HOSTILE_BUFFERS];
} hostile_t;

static inline void hostile_write_tensor(mote_fb_t *fb, size_t ref,
                                        const hostile_tensor_t *t) {
  const mote_fb_field_t fields[] = {{0, 0}, {1, (uint32_t)t->type}, {2, t->buffer},
                                    {3, 0}, {4, 0}, {5, (uint32_t)t->variable}};
  const mote_fb_field_t quant[] = {{2, 0}, {3, 0}, {6, (uint32_t)t->axis}};
  size_t at[6];
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, 6, at));
  mote_fb_vector(fb, at[0], t->dims, (size_t)t->rank, 4, 4);
  mote_fb_string(fb, at[3], "a tensor");
  size_t q = at[4];
  mote_fb_point(fb, q, mote_fb_table(fb, quant, 3, at));
  mote_fb_vector(fb, at[0], t->scale, (size_t)t->n_scale, 4, 4);
  mote_fb_vector(fb, at[1], t->zero, (size_t)t->n_zero, 8, 8);
}

static inline void hostile_write_op(mote_fb_t *fb, size_t ref, const hostile_op_t *o,
                                    uint32_t opcode) {
  const mote_fb_field_t fields[] = {{0, opcode}, {1, 0}, {2, 0},
                                    {3, (uint32_t)o->options_type}, {4, 0}};
  size_t at[5];
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, o->options_type ? 5 : 3, at));
  mote_fb_vector(fb, at[1], o->in, (size_t)o->n_in, 4, 4);
  mote_fb_vector(fb, at[2], o->out, (size_t)o->n_out, 4, 4);
  if (o->options_type)
    mote_fb_point(fb, at[4], mote_fb_table(fb, o->options, o->n_options, NULL));
}

static inline void hostile_write_graph(mote_fb_t *fb, size_t ref, const hostile_t *h,
                                       int once) {
  static const mote_fb_field_t fields[] = {{0, 0}, {1, 0}, {2, 0}, {3, 0}};
  size_t at[4], list;
  int n = once ? h->n_once : h->n_op;
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, 4, at));
  mote_fb_vector(fb, at[1], h->in, (size_t)h->n_in, 4, 4);
  mote_fb_vector(fb, at[2], h->out, (size_t)h->n_out, 4, 4);
  list = mote_fb_vector(fb, at[0], NULL, (size_t)h->n_t, 4, 4);
  for (int i = 0; i < h->n_t; i++)
    hostile_write_tensor(fb, list + 4 * (size_t)i, &h->t[i]);
  list = mote_fb_vector(fb, at[3], NULL, (size_t)n, 4, 4);
  for (int i = 0; i < n; i++)
    hostile_write_op(fb, list + 4 * (size_t)i, once ? &h->once[i] : &h->op[i],
                     (uint32_t)(once ? h->n_op + i : i) + h->opcode_shift);
}

static inline void hostile_write_buffer(mote_fb_t *fb, size_t ref, const hostile_t *h,
                                        int i) {
  mote_fb_field_t fields[] = {{0, 0}, {1, h->buffer[i].offset}, {2, h->buffer[i].size}};
  size_t at[3];
  if (!h->buffer[i].offset && !h->buffer[i].n) {
    mote_fb_point(fb, ref, mote_fb_table(fb, fields, 0, NULL));
    return;
  }
  mote_fb_point(fb, ref, mote_fb_table(fb, fields, h->buffer[i].offset ? 3 : 1, at));
  mote_fb_vector(fb, at[0], h->buffer[i].bytes, h->buffer[i].n, 1, 16);
}

/* The bytes of the file. */
static inline int hostile_write(const hostile_t *h, mote_buf_t *out) {
  static const mote_fb_field_t fields[] = {{0, 3}, {1, 0}, {2, 0}, {4, 0}};
  mote_fb_t fb;
  size_t at[4], list;
  mote_fb_begin(&fb, out, "TFL3");
  mote_fb_table(&fb, fields, 4, at);
  list = mote_fb_vector(&fb, at[1], NULL, (size_t)(h->n_op + h->n_once), 4, 4);
  for (int i = 0; i < h->n_op + h->n_once; i++) {
    uint32_t number = (uint32_t)(i < h->n_op ? h->op[i] : h->once[i - h->n_op]).code;
    const mote_fb_field_t code[] = {{0, number}, {2, 1}, {3, number}};
    mote_fb_point(&fb, list + 4 * (size_t)i, mote_fb_table(&fb, code, 3, NULL));
  }
  size_t graphs = h->no_graph ? 0 : h->n_once ? 2 : 1;
  list = mote_fb_vector(&fb, at[2], NULL, graphs, 4, 4);
  for (size_t i = 0; i < graphs; i++)
    hostile_write_graph(&fb, list + 4 * i, h, (int)i);
  list = mote_fb_vector(&fb, at[3], NULL, HOSTILE_BUFFERS, 4, 4);
  for (int i = 0; i < HOSTILE_BUFFERS; i++)
    hostile_write_buffer(&fb, list + 4 * (size_t)i, h, i);
  return fb.rc;
}

/* ---- nets that are right until they are changed ---- */

static inline hostile_tensor_t hostile_i8(int32_t a, int32_t b, int32_t c, int32_t d) {
  return (hostile_tensor_t){.dims = {a, b, c, d}, .rank = 4, .type = 9,
                            .scale = {0.05f}, .n_scale = 1, .n_zero = 1};
}

static inline void hostile_constant(hostile_t *h, int tensor, uint32_t buffer, size_t n) {
  h->t[tensor].buffer = buffer;
  h->buffer[buffer].n = n;
  for (size_t i = 0; i < n; i++) h->buffer[buffer].bytes[i] = (uint8_t)(i * 7 + 3);
}

/* Whole numbers of a constant input, such as axes and paddings. */
static inline void hostile_ints(hostile_t *h, int tensor, uint32_t buffer, int n,
                                const int32_t *v) {
  h->t[tensor] = (hostile_tensor_t){.dims = {n}, .rank = 1, .type = 2};
  hostile_constant(h, tensor, buffer, 4 * (size_t)n);
  memcpy(h->buffer[buffer].bytes, v, 4 * (size_t)n);
}

/* [1,6,6,2] * [3,3,3,2] -> [1,4,4,3]: fields are padding, strides, activation, dilation.
 */
static inline hostile_t hostile_conv(void) {
  hostile_t h = {.n_t = 4, .n_op = 1, .n_in = 1, .n_out = 1, .in = {0}, .out = {3}};
  h.t[0] = hostile_i8(1, 6, 6, 2), h.t[1] = hostile_i8(3, 3, 3, 2);
  h.t[2] = (hostile_tensor_t){.dims = {3}, .rank = 1, .type = 2};
  h.t[3] = hostile_i8(1, 4, 4, 3);
  hostile_constant(&h, 1, 1, 54), hostile_constant(&h, 2, 2, 12);
  h.op[0] = (hostile_op_t){.code = 3, .options_type = 1, .n_in = 3, .in = {0, 1, 2},
                           .n_out = 1, .out = {3}, .n_options = 6,
                           .options = {{0, 1}, {1, 1}, {2, 1}, {3, 0}, {4, 1}, {5, 1}}};
  return h;
}

/* Any operator that reads tensor 0, and constants if there are some, into tensor 3. */
static inline hostile_t hostile_unary(int32_t code, int32_t options_type) {
  hostile_t h = hostile_conv();
  h.op[0] = (hostile_op_t){.code = code, .options_type = options_type, .n_in = 1,
                           .n_out = 1, .out = {3}};
  h.t[3] = h.t[0];
  return h;
}

static inline void hostile_option(hostile_t *h, int index, uint32_t value) {
  hostile_op_t *o = &h->op[0];
  for (int i = 0; i < o->n_options; i++)
    if (o->options[i].index == index) {
      o->options[i].value = value;
      return;
    }
  o->options[o->n_options++] = (mote_fb_field_t){index, value};
}

/* SVDF [1,4] -> [1,2]: four filters of rank 2 over three inferences; tensors are input,
 * weights in features and in time, output, state, bias. */
static inline hostile_t hostile_svdf(void) {
  hostile_t h = hostile_unary(27, 6);
  h.n_t = 6;
  h.t[0] = hostile_i8(1, 4, 0, 0), h.t[1] = hostile_i8(4, 4, 0, 0);
  h.t[2] = hostile_i8(4, 3, 0, 0), h.t[3] = hostile_i8(1, 2, 0, 0);
  h.t[4] = hostile_i8(1, 12, 0, 0);
  for (int i = 0; i < 5; i++) h.t[i].rank = 2;
  h.t[2].type = h.t[4].type = 7, h.t[4].variable = 1;
  h.t[5] = (hostile_tensor_t){.dims = {2}, .rank = 1, .type = 2};
  hostile_constant(&h, 1, 1, 16), hostile_constant(&h, 2, 2, 24);
  hostile_constant(&h, 5, 3, 8);
  h.op[0].n_in = 5;
  memcpy(h.op[0].in, (const int32_t[]){0, 1, 2, 5, 4}, 5 * sizeof(int32_t));
  hostile_option(&h, 0, 2);
  return h;
}

/* LSTM [1,2,4] -> [1,2,2], all gates alike; tensors are input, weights, recurrent
 * weights, output, hidden state, cell, bias. Options are activation, clip, time-major. */
static inline hostile_t hostile_lstm(void) {
  hostile_t h = hostile_unary(44, 71);
  h.n_t = 7;
  h.t[0] = hostile_i8(1, 2, 4, 0), h.t[3] = hostile_i8(1, 2, 2, 0);
  h.t[1] = hostile_i8(2, 4, 0, 0), h.t[2] = hostile_i8(2, 2, 0, 0);
  h.t[4] = hostile_i8(1, 2, 0, 0), h.t[5] = hostile_i8(1, 2, 0, 0);
  h.t[0].rank = h.t[3].rank = 3;
  h.t[1].rank = h.t[2].rank = h.t[4].rank = h.t[5].rank = 2;
  h.t[4].variable = h.t[5].variable = 1;
  h.t[5].type = 7, h.t[5].scale[0] = 1.0f / 2048;
  h.t[6] = (hostile_tensor_t){.dims = {2}, .rank = 1, .type = 2};
  hostile_constant(&h, 1, 1, 8), hostile_constant(&h, 2, 2, 4);
  hostile_constant(&h, 6, 3, 8);
  static const int32_t in[24] = {0,  1, 1, 1, 1, 2,  2,  2, 2, -1, -1, -1,
                                 6,  6, 6, 6, -1, -1, 4, 5, -1, -1, -1, -1};
  memcpy(h.op[0].in, in, sizeof in);
  h.op[0].n_in = 24;
  hostile_option(&h, 0, 4), hostile_option(&h, 1, 0), hostile_option(&h, 3, 0);
  return h;
}

/* The sum of all inputs [1,6,6,2] so far: tensors are input, what was read, zeros,
 * output, handle; CALL_ONCE gives the variable the zeros. */
static inline hostile_t hostile_variable(void) {
  hostile_t h = hostile_unary(129, 103);
  h.n_t = 5, h.n_op = 5, h.n_once = 2;
  h.t[1] = h.t[2] = h.t[0];
  hostile_constant(&h, 2, 2, 72);
  memset(h.buffer[2].bytes, 0, 72);
  h.t[4] = (hostile_tensor_t){.type = 13};
  h.op[0].n_in = h.op[0].n_out = 0;
  hostile_option(&h, 0, 1);
  h.op[1] = (hostile_op_t){.code = 142, .options_type = 111, .n_out = 1, .out = {4}};
  h.op[2] = (hostile_op_t){.code = 143, .options_type = 112, .n_in = 1, .in = {4},
                           .n_out = 1, .out = {1}};
  h.op[3] = (hostile_op_t){.options_type = 11, .n_in = 2, .in = {0, 1}, .n_out = 1,
                           .out = {3}};
  h.op[4] = (hostile_op_t){.code = 144, .options_type = 113, .n_in = 2, .in = {4, 3}};
  h.once[0] = h.op[1], h.once[1] = h.op[4];
  h.once[1].in[1] = 2;
  return h;
}

#endif
