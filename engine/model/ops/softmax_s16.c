/* SPDX-License-Identifier: Apache-2.0
 * Tables of the int16 softmax. */
#include <math.h>

#include "base/dmath.h"
#include "model/ops/util.h"
#include "nn/softmax.h"

MOTE_WRAP1(mote_softmax_s16, mote_softmax_s16_t)

#define S(m, k) MOTE_FIELD(mote_softmax_s16_t, m, k)
static const mote_field_t fields[] = {S(rows, I32),  S(n, I32),    S(multiplier, I32),
                                      S(shift, I32), S(exp, I16S), S(inverse, I16S)};
#undef S
static const mote_struct_t softmax_struct =
    MOTE_STRUCT(mote_softmax_s16_t, "nn/softmax.h", fields);
static const mote_kernel_t kernel = {"mote_softmax_s16", &softmax_struct,
                                     run_mote_softmax_s16, "nn/softmax_s16.c",
                                     "h", "h", 0, 1};

static float exponential(float x) { return (float)mote_dexp((double)x); }
static float inverse(float x) { return 1.0f / (1.0f + x); }

static int16_t limit(float x) {
  return (int16_t)(x < -32768.0f ? -32768.0f : x > 32767.0f ? 32767.0f : x);
}

/* fn over [lo, hi] in 15 bits, 512 steps; each entry moved by half of what a line to the
 * next one misses in the middle. In float, as TFLite. */
static int table(mote_program_t *prog, float (*fn)(float), float lo, float hi,
                 mote_i16s_t *out) {
  const float grid = 2.0f / 65535.0f;
  int16_t *t = mote_arena_take(prog->arena, 513, sizeof *t);
  if (!t) return MOTE_ERR_NOMEM;
  float step = (hi - lo) / 512.0f, half = step / 2.0f;
  float unit = 65536.0f / (grid * 32767.0f - grid * -32768.0f);
  for (int i = 0; i < 512; i++) {
    float x = lo + (float)i * step;
    float here = roundf(fn(x) * unit), next = fn(lo + (float)(i + 1) * step) * unit;
    float missed = roundf((next + here) / 2.0f) - roundf(fn(x + half) * unit);
    t[i] = limit(here - roundf(missed / 2.0f));
  }
  t[512] = limit(roundf(fn(hi) * unit));
  *out = (mote_i16s_t){t, 513};
  return MOTE_OK;
}

int mote_lower_softmax_s16(mote_program_t *prog, int32_t node) {
  const mote_graph_t *g = prog->graph;
  const mote_node_t *n = &g->nodes[node];
  const mote_softmax_attr_t *a = n->attr;
  const mote_tensor_t *in = mote_node_in(g, n, 0);
  mote_step_t *s = mote_simple_step(prog, node, &kernel, 1);
  if (!s) return MOTE_ERR_NOMEM;
  mote_softmax_s16_t *p = s->params;
  p->n = in->dims.d[in->dims.rank - 1];
  p->rows = mote_count(in) / p->n;
  const float wide = 10.0f / 65535.0f, narrow = 1.0f / 65535.0f;
  MOTE_TRY(table(prog, exponential, wide * -65535.0f, wide * 0.0f, &p->exp));
  MOTE_TRY(table(prog, inverse, narrow * 0.0f, narrow * 65535.0f, &p->inverse));
  double m = (double)mote_scale_of(in) * (double)a->beta / (10.0 / 65535.0);
  return mote_quantise_multiplier(m, &p->multiplier, &p->shift);
}
