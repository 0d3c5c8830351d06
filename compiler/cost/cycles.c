/* SPDX-License-Identifier: Apache-2.0
 * Cycles = units of work x executed instructions per unit x cycles per instruction x
 * flash waits. A model, not a measurement; the chip file says where its figures come
 * from. */
#include <math.h>
#include <string.h>

#include "cost/cost.h"
#include "cost/work.h"
#include "emit/structs.h"
#include "model/ops/util.h"
#include "nn/copy.h"

typedef struct {
  const mote_schedule_t *s;
  const mote_target_t *t;
  mote_arena_t *arena;
  mote_cost_row_t *rows;
  mote_cost_t *out;
} sum_t;

/* Names come from impulse.json and end up in tables: they lose what would break those. */
static void row(sum_t *u, const char *name, double work, double instructions) {
  const char *stage = name ? mote_emit_plain(u->arena, name) : "";
  double cycles = mote_target_cycles(u->t, instructions);
  u->rows[u->out->n_rows++] = (mote_cost_row_t){stage, work, instructions, cycles};
  u->out->cycles += cycles;
}

static double dsp_instructions(const mote_target_t *t, mote_work_t w) {
  return w.flops * (double)t->cost.flop + w.specials * (double)t->cost.special +
         w.integers * (double)t->cost.integer +
         (double)t->cost.call;
}

/* Streaming: of a framed block only the frames of one stride are new. */
static void dsp_rows(sum_t *u) {
  for (int i = 0; i < u->s->impulse->n_dsp; i++) {
    const mote_dsp_t *d = &u->s->impulse->dsp[i];
    if (!u->s->framed[i]) {
      mote_work_t w = mote_work_window(d);
      row(u, mote_arena_printf(u->arena, "%s (%s)", d->name, d->block->type),
          w.flops + w.specials + w.integers, dsp_instructions(u->t, w));
      continue;
    }
    mote_work_t f = mote_work_frame(d), e = mote_work_finish(d);
    uint32_t fresh = u->s->impulse->input.stride / d->shape.hop;
    row(u,
        mote_arena_printf(u->arena, "%s: %u new frames (%s)", d->name, fresh,
                          d->block->type),
        fresh * (f.flops + f.specials), fresh * dsp_instructions(u->t, f));
    row(u, mote_arena_printf(u->arena, "%s: whole window", d->name),
        e.flops + e.specials + e.integers, dsp_instructions(u->t, e));
  }
}

static double values_of(const mote_program_t *p, int32_t tensor) {
  return (double)mote_dims_count(&p->graph->tensors[tensor].dims);
}

/* What a step writes: of a row-wise step only some rows of its tensor. */
static double made_by(const mote_program_t *p, const mote_step_t *st) {
  const mote_struct_t *params = st->kernel->params;
  if (!params || params->fields[0].sub != &mote_struct_window)
    return values_of(p, st->out[0]);
  const void *at = (const char *)st->params + params->fields[0].offset;
  const mote_window_t *w = at;
  return (double)w->out_h * w->out_w * w->out_c;
}

/* Of the reference kernels, by the chip's figures: products, and a rounding for every
 * int8 value made of several (an exponential is worth two and a half); the others walk
 * over what they read or write. */
static double reference_instructions(const mote_target_cost_t *c, const mote_program_t *p,
                                     const mote_step_t *st) {
  double made = made_by(p, st), read = st->n_in ? values_of(p, st->in[0]) : 0;
  double walked = fmax(made, read) * (double)c->element;
  if (st->kernel->in_types[0] == 'f')
    return (double)st->macs * (double)c->mac_f32 + made * (double)c->element;
  if (!strcmp(st->kernel->fn, "mote_move_up")) /* memmove, word by word */
    return (double)((const mote_move_up_t *)st->params)->bytes;
  if (!strcmp(st->kernel->fn, "mote_softmax_s8")) return made * 2.5 * (double)c->output;
  if (!st->macs && st->n_in < 2) return walked;
  float mac = strcmp(st->kernel->fn, "mote_dense_s8") ? c->mac_s8 : c->mac_dense;
  return (double)st->macs * (double)mac + made * (double)c->output;
}

/* Estimates of fast kernels are one core's; others of its kind need more or less. */
static double fast_factor(const mote_target_cost_t *c, const char *op) {
  if (!strcmp(op, "dense")) return (double)c->fast_dense;
  if (!strcmp(op, "depthwise_conv2d")) return (double)c->fast_depthwise;
  if (!strcmp(op, "add")) return (double)c->fast_add;
  return (double)c->fast;
}

static double step_instructions(const mote_target_t *t, const mote_program_t *p,
                                const mote_step_t *st) {
  const char *op = p->graph->nodes[st->node].op->name;
  double n = st->instructions > 0 ? st->instructions * fast_factor(&t->cost, op)
                                  : reference_instructions(&t->cost, p, st);
  return n + (double)t->cost.call;
}

static void layer_rows(sum_t *u) {
  for (int32_t i = u->s->first_call; i < u->s->n_calls; i++) {
    const mote_call_t *c = &u->s->calls[i];
    if (c->kind != MOTE_CALL_STEP) continue;
    const mote_program_t *p = u->s->prog[c->learner];
    const mote_step_t *st = &p->steps[c->step];
    const mote_node_t *n = &p->graph->nodes[st->node];
    row(u,
        mote_arena_printf(u->arena, "%s: %s (%s)", u->s->impulse->learn[c->learner].name,
                          n->name ? n->name : "", n->op->name),
        (double)st->macs, step_instructions(u->t, p, st));
  }
}

int mote_cost_cycles(const mote_schedule_t *s, const mote_target_t *t, mote_arena_t *a,
                     mote_cost_t *out) {
  size_t most = 2u * MOTE_BLOCKS_MAX + (size_t)s->n_calls + 1;
  sum_t u = {s, t, a, mote_arena_take(a, most, sizeof(mote_cost_row_t)), out};
  if (!u.rows) return MOTE_ERR_NOMEM;
  out->rows = u.rows;
  out->n_rows = 0;
  out->cycles = 0;
  dsp_rows(&u);
  layer_rows(&u);
  out->ms = 1000 * out->cycles / t->hz;
  out->mj = out->ms * (double)t->power.active_mw / 1000;
  out->cycles_source = mote_arena_printf(a, "model: work x instructions x %.3g cycles "
                                         "each x %.3g for flash waits, %s; %s",
                                         (double)t->cost.cpi, (double)t->cost.waits,
                                         t->title, t->cost_source);
  out->energy_source = mote_arena_printf(a, "time x %.4g mW; %s",
                                         (double)t->power.active_mw, t->power_source);
  return out->cycles_source && out->energy_source ? MOTE_OK : MOTE_ERR_NOMEM;
}
