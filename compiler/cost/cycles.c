/* SPDX-License-Identifier: Apache-2.0
 * Cycles = units of work x executed instructions per unit x cycles per instruction. A
 * model, not a measurement; the chip file says where its figures come from. */
#include <math.h>
#include <string.h>

#include "cost/cost.h"
#include "cost/work.h"
#include "emit/structs.h"

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
  double cycles = instructions * (double)u->t->cost.cpi;
  u->rows[u->out->n_rows++] = (mote_cost_row_t){stage, work, cycles};
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

static double step_instructions(const mote_target_t *t, const mote_program_t *p,
                                const mote_step_t *st) {
  const mote_tensor_t *out = &p->graph->tensors[st->out[0]];
  double values = (double)mote_dims_count(&out->dims);
  int f32 = st->kernel->in_types[0] == 'f';
  return (double)st->macs * (double)(f32 ? t->cost.mac_f32 : t->cost.mac_s8) +
         values * (double)t->cost.element + (double)t->cost.call;
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
  out->cycles_source = mote_arena_printf(a, "model: work x instructions x cycles per "
                                         "instruction for %s at %.0f MHz; %s", t->title,
                                         t->hz / 1e6, t->cost_source);
  out->energy_source = mote_arena_printf(a, "time x %.3g mW; %s",
                                         (double)t->power.active_mw, t->power_source);
  return out->cycles_source && out->energy_source ? MOTE_OK : MOTE_ERR_NOMEM;
}
