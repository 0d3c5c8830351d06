/* SPDX-License-Identifier: Apache-2.0 */
#include "emit/tables.h"

#include <stdlib.h>

#include "base/span.h"

static size_t item_bytes(mote_field_kind_t kind) {
  switch (kind) {
  case MOTE_F_I8S:
  case MOTE_F_U8S: return 1;
  case MOTE_F_I16S:
  case MOTE_F_U16S: return 2;
  case MOTE_F_I32S:
  case MOTE_F_F32S: return 4;
  default: return 0; /* no table */
  }
}

/* Bytes of the tables that a parameter struct points to. */
static size_t table_bytes(const mote_struct_t *s, const void *params) {
  size_t bytes = 0;
  for (size_t i = 0; s && i < s->n_fields; i++) {
    const mote_field_t *f = &s->fields[i];
    const char *at = (const char *)params + f->offset;
    if (f->kind == MOTE_F_STRUCT) bytes += table_bytes(f->sub, at);
    else if (item_bytes(f->kind))
      bytes += item_bytes(f->kind) * ((const mote_i8s_t *)(const void *)at)->n;
  }
  return bytes;
}

size_t mote_step_table_bytes(const mote_graph_t *g, const mote_step_t *st) {
  size_t bytes = table_bytes(st->kernel->params, st->params);
  for (int32_t i = 0; i < st->n_in; i++)
    if (g->tensors[st->in[i]].role == MOTE_ROLE_CONST)
      bytes += mote_tensor_bytes(&g->tensors[st->in[i]]);
  return bytes;
}

typedef struct { int32_t call; size_t bytes; double density; } layer_t;

static int denser(const void *a, const void *b) {
  const layer_t *x = a, *y = b;
  if (x->density != y->density) return x->density > y->density ? -1 : 1;
  return x->call - y->call;
}

static size_t collect(const mote_schedule_t *s, layer_t *out) {
  size_t n = 0;
  for (int32_t i = 0; i < s->n_calls; i++) {
    const mote_call_t *c = &s->calls[i];
    if (c->kind != MOTE_CALL_STEP) continue;
    const mote_program_t *p = s->prog[c->learner];
    const mote_step_t *st = &p->steps[c->step];
    size_t bytes = mote_step_table_bytes(p->graph, st);
    if (bytes) out[n++] = (layer_t){i, bytes, (double)st->macs / (double)bytes};
  }
  return n;
}

int mote_export_place_tables(mote_export_t *x, size_t budget) {
  size_t calls = (size_t)x->s->n_calls + 1, n;
  layer_t *layers = mote_arena_take(x->arena, calls, sizeof *layers);
  x->in_ram = mote_arena_take(x->arena, calls, 1);
  if (!layers || !x->in_ram) return MOTE_ERR_NOMEM;
  n = collect(x->s, layers);
  qsort(layers, n, sizeof *layers, denser);
  for (size_t i = 0; i < n; i++) {
    if (layers[i].bytes > budget) continue;
    budget -= layers[i].bytes;
    x->in_ram[layers[i].call] = 1;
  }
  return MOTE_OK;
}
