/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/move.h"

#include <math.h>
#include <string.h>

#include "nn/copy.h"

MOTE_WRAP1(mote_copy, mote_copy_t)

static const mote_field_t copy_fields[] = {
    MOTE_FIELD_ARRAY(mote_copy_t, count, I32, MOTE_COPY_AXES),
    MOTE_FIELD_ARRAY(mote_copy_t, in_step, I32, MOTE_COPY_AXES),
    MOTE_FIELD_ARRAY(mote_copy_t, out_step, I32, MOTE_COPY_AXES),
    MOTE_FIELD(mote_copy_t, bytes, I32)};
static const mote_struct_t copy_struct =
    MOTE_STRUCT(mote_copy_t, "nn/copy.h", copy_fields);
static const mote_kernel_t copy_kernel = {
    "mote_copy", &copy_struct, run_mote_copy, "nn/copy.c", "v", "v", 0, 0};

static void run_fill(const void *p, const void *const *in, void *const *out, void *s) {
  (void)in, (void)s;
  mote_fill(p, out[0]);
}
static const mote_field_t fill_fields[] = {MOTE_FIELD(mote_fill_t, n, I32),
                                           MOTE_FIELD(mote_fill_t, bytes, I32),
                                           MOTE_FIELD(mote_fill_t, value, I32)};
static const mote_struct_t fill_struct =
    MOTE_STRUCT(mote_fill_t, "nn/copy.h", fill_fields);
static const mote_kernel_t fill_kernel = {
    "mote_fill", &fill_struct, run_fill, "nn/fill.c", "", "v", 0, 0};

static int same_quant(const mote_quant_t *a, const mote_quant_t *b) {
  if (a->n != b->n || a->n > 1) return 0;
  return a->n == 0 || (a->scale[0] == b->scale[0] && a->zero[0] == b->zero[0]);
}

static int want_like(const mote_tensor_t *t, const mote_tensor_t *model) {
  if (t->dtype != model->dtype)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "\"%s\" is %s, \"%s\" is %s", t->name,
                     mote_dtype_name(t->dtype), model->name,
                     mote_dtype_name(model->dtype));
  if (!same_quant(&t->quant, &model->quant))
    return mote_fail(MOTE_ERR_UNSUPPORTED,
                     "\"%s\" and \"%s\" must have one and the same scale and zero point",
                     t->name, model->name);
  if (mote_tensor_bytes(t) > INT32_MAX)
    return mote_fail(MOTE_ERR_LIMIT, "\"%s\" has more than 2 GB", t->name);
  return MOTE_OK;
}

int mote_want_moved(const mote_graph_t *g, const mote_node_t *n, int32_t inputs) {
  const mote_tensor_t *model = mote_node_in(g, n, 0);
  for (int32_t i = 0; i < inputs; i++) {
    if (n->in[i] < 0) return mote_fail(MOTE_ERR_FORMAT, "an input is left out");
    MOTE_TRY(want_like(mote_node_in(g, n, i), model));
  }
  for (int32_t i = 0; i < n->n_out; i++)
    MOTE_TRY(want_like(&g->tensors[n->out[i]], model));
  return MOTE_OK;
}

int mote_want_entries(const mote_ints_t *list, int32_t n, const char *what) {
  if (list->n == n) return MOTE_OK;
  return mote_fail(MOTE_ERR_PARAM, "%s has %d entries, not %d", what, (int)list->n,
                   (int)n);
}

int32_t mote_axis_bytes(const mote_tensor_t *t, int32_t axis) {
  int32_t n = (int32_t)mote_dtype_bytes(t->dtype);
  for (int32_t i = axis + 1; i < t->dims.rank; i++) n *= t->dims.d[i];
  return n;
}

mote_move_t mote_move(const mote_graph_t *g, int32_t in, int32_t out) {
  return (mote_move_t){.in = in, .out = out,
                       .block = (int32_t)mote_dtype_bytes(g->tensors[in].dtype)};
}

void mote_move_loop(mote_move_t *m, int32_t count, int32_t in_step, int32_t out_step) {
  if (count == 1) return;
  m->loop[m->n].count = count;
  m->loop[m->n].in = in_step;
  m->loop[m->n++].out = out_step;
}

/* Inner loops without gaps become part of the block; a loop whose step is all of the next
 * one continues it. */
static void join_loops(mote_move_t *m) {
  while (m->n && m->loop[m->n - 1].in == m->block && m->loop[m->n - 1].out == m->block)
    m->block *= m->loop[--m->n].count;
  for (int32_t i = m->n - 2; i >= 0; i--) {
    int32_t inner = m->loop[i + 1].count;
    if ((int64_t)m->loop[i + 1].in * inner != m->loop[i].in ||
        (int64_t)m->loop[i + 1].out * inner != m->loop[i].out)
      continue;
    m->loop[i + 1].count *= m->loop[i].count;
    m->n--;
    memmove(&m->loop[i], &m->loop[i + 1], (size_t)(m->n - i) * sizeof m->loop[0]);
  }
}

/* A state changes under its views, and is written by copies; kernels may expect words
 * where the arena has them. */
static int may_view(const mote_program_t *prog, const mote_move_t *m) {
  const mote_tensor_t *t = prog->graph->tensors, *out = &t[m->out];
  return m->n == 0 && (size_t)m->block == mote_tensor_bytes(out) &&
         t[prog->alias[m->in]].role == MOTE_ROLE_VALUE && out->role == MOTE_ROLE_VALUE &&
         (prog->alias_shift[m->in] + m->in_shift) % 8 == 0;
}

static void view(mote_program_t *prog, const mote_move_t *m) {
  prog->alias[m->out] = prog->alias[m->in];
  prog->alias_shift[m->out] = prog->alias_shift[m->in] + m->in_shift;
}

static int copy_step(mote_program_t *prog, int32_t node, const mote_move_t *m) {
  mote_step_t *s = mote_program_step(prog, node, &copy_kernel);
  if (!s) return MOTE_ERR_NOMEM;
  s->n_in = s->n_out = 1;
  s->in[0] = m->in, s->in_shift = m->in_shift;
  s->out[0] = m->out, s->out_shift = m->out_shift;
  mote_copy_t *p = s->params;
  p->bytes = m->block;
  for (int32_t i = 0, k = m->n - MOTE_COPY_AXES; i < MOTE_COPY_AXES; i++, k++) {
    p->count[i] = k < 0 ? 1 : m->loop[k].count;
    p->in_step[i] = k < 0 ? 0 : m->loop[k].in;
    p->out_step[i] = k < 0 ? 0 : m->loop[k].out;
  }
  return MOTE_OK;
}

int mote_move_step(mote_program_t *prog, int32_t node, mote_move_t *m) {
  join_loops(m);
  if (m->n > MOTE_COPY_AXES)
    return mote_fail(MOTE_ERR_LIMIT, "more than %d loops in one copy", MOTE_COPY_AXES);
  if (!may_view(prog, m)) return copy_step(prog, node, m);
  view(prog, m);
  return MOTE_OK;
}

int mote_copy_step(mote_program_t *prog, int32_t node, int32_t in, int32_t out) {
  mote_move_t m = mote_move(prog->graph, in, out);
  m.block = mote_axis_bytes(&prog->graph->tensors[in], -1);
  return copy_step(prog, node, &m);
}

/* The bits of a real number in tensor t. */
static int32_t bits_of(const mote_tensor_t *t, float value) {
  int32_t bits;
  if (t->dtype == MOTE_F32) memcpy(&bits, &value, 4);
  else if (t->dtype == MOTE_I8 && t->quant.n) bits = mote_border_s8(value, t);
  else {
    float q = t->quant.n ? roundf(value / mote_scale_of(t)) + (float)mote_zero_of(t)
                         : roundf(value);
    float top = t->dtype == MOTE_I16 ? 32767.0f : t->dtype == MOTE_U8 ? 255.0f : 2e9f;
    bits = (int32_t)(q > top ? top : q < -top - 1 ? -top - 1 : q);
  }
  return bits;
}

int mote_fill_step(mote_program_t *prog, int32_t node, int32_t out, float value) {
  const mote_tensor_t *t = &prog->graph->tensors[out];
  mote_step_t *s = mote_program_step(prog, node, &fill_kernel);
  if (!s) return MOTE_ERR_NOMEM;
  s->n_out = 1;
  s->out[0] = out;
  *(mote_fill_t *)s->params = (mote_fill_t){
      mote_count(t), (int32_t)mote_dtype_bytes(t->dtype), bits_of(t, value)};
  return MOTE_OK;
}
