/* SPDX-License-Identifier: Apache-2.0
 * What exports of impulses and of bare networks share: the constants of the steps and
 * their calls. */
#include <stdio.h>
#include <string.h>

#include "emit/closure.h"
#include "emit/export.h"

#define PUT(...) MOTE_TRY(mote_buf_printf(out, __VA_ARGS__))

/* C type of a letter of mote_kernel_t.in_types / out_types. */
static const char *letter_type(char c) {
  switch (c) {
  case 'b': return "int8_t";
  case 'u': return "uint8_t";
  case 'h': return "int16_t";
  case 'i': return "int32_t";
  case 'l': return "int64_t";
  case 'v': return "void";
  default: return "float";
  }
}

const char *mote_emit_dtype(mote_dtype_t t) {
  switch (t) {
  case MOTE_I8: return "int8_t";
  case MOTE_U8:
  case MOTE_BOOL: return "uint8_t";
  case MOTE_I16: return "int16_t";
  case MOTE_F16: return "uint16_t";
  case MOTE_I32: return "int32_t";
  case MOTE_I64: return "int64_t";
  default: return "float";
  }
}

static mote_field_kind_t element_of(mote_dtype_t t) {
  switch (t) {
  case MOTE_I8: return MOTE_F_I8;
  case MOTE_U8:
  case MOTE_BOOL: return MOTE_F_U8;
  case MOTE_I16: return MOTE_F_I16;
  case MOTE_F16: return MOTE_F_U16;
  case MOTE_F32: return MOTE_F_F32;
  default: return MOTE_F_I32;
  }
}

/* ---- includes ---- */

int mote_emit_include(mote_buf_t *out, const char *header) {
  char line[160];
  snprintf(line, sizeof line, "#include \"mote/%s\"\n",
           mote_closure_place(header));
  if (strstr((const char *)out->p, line)) return MOTE_OK;
  return mote_buf_printf(out, "%s", line);
}

int mote_emit_step_includes(mote_export_t *x, mote_buf_t *out) {
  for (int i = 0; i < x->impulse->n_learn; i++)
    for (int32_t k = 0; k < x->s->prog[i]->n_steps; k++) {
      const mote_struct_t *params = x->s->prog[i]->steps[k].kernel->params;
      if (params) MOTE_TRY(mote_emit_include(out, params->header));
    }
  PUT("\n"
      "/* Debugging: -DMOTE_TRACE_HEADER='\"trace.h\"' may define MOTE_TRACE(call, "
      "data, bytes),\n * which then sees the result of every call. */\n"
      "#ifdef MOTE_TRACE_HEADER\n#include MOTE_TRACE_HEADER\n#endif\n"
      "#ifndef MOTE_TRACE\n#define MOTE_TRACE(call, data, bytes) ((void)0)\n#endif\n\n"
      "/* A place in the arena. */\n"
      "#define AT(type, offset) ((type *)(void *)(a + (offset)))\n");
  if (x->s->state_bytes)
    PUT("/* A place in what is kept from run to run. */\n"
        "#define ST(type, offset) "
        "((type *)(void *)((uint8_t *)&m->states[0] + (offset)))\n");
  return mote_buf_printf(out, "\n");
}

/* ---- constants ---- */

static int take_names(mote_export_t *x) {
  for (int i = 0; i < x->impulse->n_learn; i++) {
    size_t n = (size_t)x->s->prog[i]->graph->n_tensors;
    x->constant[i] = mote_arena_take(x->arena, n + 1, sizeof *x->constant[i]);
    if (!x->constant[i]) return MOTE_ERR_NOMEM;
  }
  return MOTE_OK;
}

/* A constant tensor that a step reads through a pointer. */
int mote_emit_constant(mote_export_t *x, mote_emit_t *e, int learner, int32_t tensor,
                       const char *name) {
  const char **known = &x->constant[learner][tensor];
  const mote_tensor_t *t = &x->s->prog[learner]->graph->tensors[tensor];
  if (*known) return MOTE_OK;
  if (t->dtype == MOTE_I64)
    return mote_fail(MOTE_ERR_UNSUPPORTED, "constant \"%s\" is i64; export needs i32",
                     t->name);
  *known = mote_emit_table(e, element_of(t->dtype), t->data,
                           (uint32_t)mote_dims_count(&t->dims), name);
  return *known ? MOTE_OK : MOTE_ERR_NUMERIC;
}

static int put_step_constants(mote_export_t *x, mote_emit_t *e, int32_t i) {
  const mote_call_t *c = &x->s->calls[i];
  for (int32_t k = 0; k < c->n_in; k++) {
    if (c->in[k].buffer != MOTE_PLACE_CONST) continue;
    char *name = mote_arena_printf(x->arena, "%s_in%d", x->call[i], (int)k);
    if (!name) return MOTE_ERR_NOMEM;
    MOTE_TRY(mote_emit_constant(x, e, c->learner, c->in[k].tensor, name));
  }
  return MOTE_OK;
}

int mote_emit_layers(mote_export_t *x, mote_emit_t *e) {
  MOTE_TRY(take_names(x));
  for (int32_t i = 0; i < x->s->n_calls; i++) {
    const mote_call_t *c = &x->s->calls[i];
    if (c->kind != MOTE_CALL_STEP) continue;
    const mote_program_t *p = x->s->prog[c->learner];
    const mote_step_t *st = &p->steps[c->step];
    const mote_node_t *node = &p->graph->nodes[st->node];
    MOTE_TRY(mote_buf_printf(&e->out, "/* layer \"%.60s\": %s, %lld multiply-adds */\n",
                             mote_emit_plain(x->arena, node->name ? node->name : ""),
                             node->op->name, (long long)st->macs));
    e->in_ram = x->in_ram[i];
    MOTE_TRY(put_step_constants(x, e, i));
    if (st->kernel->params)
      MOTE_TRY(mote_emit_struct(e, st->kernel->params, st->params, x->call[i]));
    e->in_ram = 0;
  }
  return MOTE_OK;
}

/* ---- calls ---- */

int mote_emit_arena(mote_export_t *x, mote_buf_t *out, const char *type,
                    mote_place_t p) {
  if (p.buffer < 0) return mote_buf_printf(out, "NULL");
  return mote_buf_printf(out, "AT(%s, %zu)", type, mote_schedule_at(x->s, p));
}

/* A typed pointer to where a tensor of a learner lies. */
int mote_emit_place(mote_export_t *x, mote_buf_t *out, int learner, const char *type,
                    mote_place_t p) {
  if (p.buffer == MOTE_PLACE_STATE)
    return mote_buf_printf(out, "ST(%s, %zu)", type, p.shift);
  if (p.buffer != MOTE_PLACE_CONST) return mote_emit_arena(x, out, type, p);
  const char *name = x->constant[learner][p.tensor];
  if (!p.shift) return mote_buf_printf(out, "(%s *)%s", type, name);
  return mote_buf_printf(out, "(%s *)((const uint8_t *)%s + %zu)", type, name, p.shift);
}

static int put_arguments(mote_export_t *x, mote_buf_t *out, int32_t i) {
  const mote_call_t *c = &x->s->calls[i];
  const mote_kernel_t *k = x->s->prog[c->learner]->steps[c->step].kernel;
  const char *comma = k->params ? ", " : "";
  char type[32];
  if (k->params) PUT("&%s", x->call[i]);
  for (int32_t j = 0; j < c->n_in; j++, comma = ", ") {
    snprintf(type, sizeof type, "const %s", letter_type(k->in_types[j]));
    PUT("%s", comma);
    MOTE_TRY(mote_emit_place(x, out, c->learner, type, c->in[j]));
  }
  for (int32_t j = 0; j < c->n_out; j++, comma = ", ") {
    PUT("%s", comma);
    MOTE_TRY(mote_emit_place(x, out, c->learner, letter_type(k->out_types[j]),
                             c->out[j]));
  }
  if (!k->takes_scratch) return MOTE_OK;
  PUT("%s", comma);
  return mote_emit_arena(x, out, "uint8_t", c->scratch);
}

int mote_emit_step(mote_export_t *x, mote_buf_t *out, int32_t i) {
  const mote_call_t *c = &x->s->calls[i];
  const mote_program_t *p = x->s->prog[c->learner];
  const mote_step_t *st = &p->steps[c->step];
  PUT("  %s(", st->kernel->fn);
  MOTE_TRY(put_arguments(x, out, i));
  PUT(");\n  MOTE_TRACE(%d, ", (int)i);
  mote_place_t whole = c->out[0];
  whole.shift -= (size_t)st->out_shift;
  MOTE_TRY(mote_emit_place(x, out, c->learner, "uint8_t", whole));
  PUT(", %zu);\n", mote_tensor_bytes(&p->graph->tensors[st->out[0]]));
  return MOTE_OK;
}

/* States begin as the real value 0; the instance is zeroed before. */
int mote_emit_state_init(mote_export_t *x, mote_buf_t *out) {
  for (int i = 0; i < x->impulse->n_learn; i++) {
    const mote_graph_t *g = x->s->prog[i]->graph;
    for (int32_t k = 0; k < g->n_tensors; k++) {
      int fill = mote_state_fill(&g->tensors[k]);
      mote_place_t p = x->s->tensor[i][k];
      if (p.buffer != MOTE_PLACE_STATE || !fill) continue;
      PUT("  memset(ST(uint8_t, %zu), %d, %zu);\n", p.shift, fill,
          mote_tensor_bytes(&g->tensors[k]));
    }
  }
  return MOTE_OK;
}
