/* SPDX-License-Identifier: Apache-2.0 */
#include "model/ops/binary.h"

#include <string.h>

const mote_param_t mote_binary_rows[1] = {MOTE_ACTIVATION_ROW(mote_activation_attr_t)};

#define O(m) MOTE_FIELD_ARRAY(mote_outer_t, m, I32, MOTE_OUTER_MAX)
static const mote_field_t outer_fields[] = {MOTE_FIELD(mote_outer_t, rank, I32), O(n),
                                            O(a), O(b)};
#undef O
const mote_struct_t mote_struct_outer =
    MOTE_STRUCT(mote_outer_t, "nn/binary.h", outer_fields);

#define S(T) MOTE_FIELD(T, n, I32), MOTE_FIELD(T, a_n, I32), MOTE_FIELD(T, b_n, I32)
static const mote_field_t run_fields[] = {S(mote_binary_t)};
static const mote_field_t run_f32_fields[] = {S(mote_binary_f32_t),
                                              MOTE_FIELD(mote_binary_f32_t, min, F32),
                                              MOTE_FIELD(mote_binary_f32_t, max, F32)};
#undef S
const mote_struct_t mote_struct_binary =
    MOTE_STRUCT(mote_binary_t, "nn/binary.h", run_fields);
const mote_struct_t mote_struct_binary_f32 =
    MOTE_STRUCT(mote_binary_f32_t, "nn/binary.h", run_f32_fields);
static const mote_field_t broadcast_fields[] =
    MOTE_BROADCAST_FIELDS(mote_binary_broadcast_t, &mote_struct_binary);
const mote_struct_t mote_struct_binary_broadcast =
    MOTE_STRUCT(mote_binary_broadcast_t, "nn/binary.h", broadcast_fields);
static const mote_field_t broadcast_f32_fields[] =
    MOTE_BROADCAST_FIELDS(mote_binary_broadcast_f32_t, &mote_struct_binary_f32);
const mote_struct_t mote_struct_binary_broadcast_f32 =
    MOTE_STRUCT(mote_binary_broadcast_f32_t, "nn/binary.h", broadcast_f32_fields);

/* Axis i of the result, counted from the last one: 1 where a tensor has none. */
static int32_t axis(const mote_dims_t *d, int32_t i) {
  return i < d->rank ? d->d[d->rank - 1 - i] : 1;
}

int mote_binary_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  MOTE_TRY(mote_want_uniform(g, n, 2));
  return mote_broadcast_shape(g, n, out);
}

int mote_broadcast_shape(const mote_graph_t *g, const mote_node_t *n, mote_dims_t *out) {
  const mote_tensor_t *a = mote_node_in(g, n, 0), *b = mote_node_in(g, n, 1);
  if (a->role == MOTE_ROLE_CONST && b->role == MOTE_ROLE_CONST)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "both operands are constants; fold them");
  *out = (mote_dims_t){.rank = a->dims.rank > b->dims.rank ? a->dims.rank : b->dims.rank};
  for (int32_t i = 0; i < out->rank; i++) {
    int32_t da = axis(&a->dims, i), db = axis(&b->dims, i);
    if (da != db && da != 1 && db != 1)
      return mote_fail(MOTE_ERR_SIZE, "\"%s\" has %d values where \"%s\" has %d (axis %d "
                       "from the end); they must be equal, or one of them 1",
                       a->name, (int)da, b->name, (int)db, (int)i + 1);
    out->d[out->rank - 1 - i] = da > db ? da : db;
  }
  return MOTE_OK;
}

int mote_binary_shape_same(const mote_graph_t *g, const mote_node_t *n,
                           mote_dims_t *out) {
  MOTE_TRY(mote_binary_shape(g, n, out));
  MOTE_TRY(mote_want_same_scale(g, n, 0));
  return mote_want_same_scale(g, n, 1);
}

/* Neighbouring axes along which the same operands advance. */
typedef struct { int32_t n, a, b; } group_t;

static int32_t groups(const mote_dims_t *a, const mote_dims_t *b, int32_t rank,
                      group_t *g) {
  int32_t count = 0;
  for (int32_t i = 0; i < rank; i++) {
    int32_t da = axis(a, i), db = axis(b, i), n = da > db ? da : db;
    if (n == 1) continue;
    if (!count || g[count - 1].a != (da == n) || g[count - 1].b != (db == n))
      g[count++] = (group_t){1, da == n, db == n};
    g[count - 1].n *= n;
  }
  return count;
}

/* The run takes the first group, and the second when the first advances both. */
static void split(const mote_operands_t *o, mote_binary_t *run, mote_outer_t *outer) {
  group_t g[MOTE_RANK_MAX + 2] = {{0}};
  int32_t count = groups(&o->a->dims, &o->b->dims, o->out->dims.rank, g), first = 1;
  if (!count) g[0] = (group_t){1, 1, 1};
  *run = (mote_binary_t){g[0].n, g[0].a ? g[0].n : 1, g[0].b ? g[0].n : 1};
  if (count > 1 && g[0].a && g[0].b) {
    run->n *= g[1].n;
    if (g[1].a) run->a_n = run->n;
    if (g[1].b) run->b_n = run->n;
    first = 2;
  }
  *outer = (mote_outer_t){0};
  int32_t a = run->a_n, b = run->b_n;
  for (int32_t i = first; i < count; i++) {
    int32_t k = outer->rank++;
    outer->n[k] = g[i].n;
    outer->a[k] = g[i].a ? a : 0, outer->b[k] = g[i].b ? b : 0;
    if (g[i].a) a *= g[i].n;
    if (g[i].b) b *= g[i].n;
  }
}

/* n, a_n, b_n come first in the parameters of every run. */
static void *new_step(mote_program_t *prog, int32_t node, const mote_binary_pair_t *k,
                      const mote_operands_t *o) {
  mote_binary_t run;
  mote_outer_t outer;
  split(o, &run, &outer);
  mote_step_t *s =
      mote_simple_step(prog, node, outer.rank ? k->broadcast : k->run, 2);
  if (!s) return NULL;
  memcpy(s->params, &run, sizeof run);
  const mote_struct_t *st = s->kernel->params;
  if (outer.rank) memcpy((char *)s->params + st->fields[1].offset, &outer, sizeof outer);
  return s->params;
}

int mote_binary_lower(mote_program_t *prog, int32_t node,
                      const mote_binary_kernels_t *k) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_activation_attr_t *attr = n->attr;
  mote_operands_t o = {mote_node_in(g, n, 0), mote_node_in(g, n, 1), mote_node_out(g, n),
                       attr ? attr->activation : MOTE_ACT_NONE};
  mote_dtype_t t = o.out->dtype;
  const mote_binary_pair_t *pair =
      t == MOTE_F32 ? &k->f32 : t == MOTE_I8 ? &k->s8 : &k->s16;
  void *p = new_step(prog, node, pair, &o);
  if (!p) return MOTE_ERR_NOMEM;
  if (t != MOTE_F32) return k->fill ? k->fill(&o, p) : MOTE_OK;
  mote_binary_f32_t *f = p;
  mote_activation_f32(o.activation, &f->min, &f->max);
  return MOTE_OK;
}
