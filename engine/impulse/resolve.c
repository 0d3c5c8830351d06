/* SPDX-License-Identifier: Apache-2.0
 * Fixes what a design leaves to the data (axes, rate), then shapes and prepares the
 * blocks. */
#include "impulse/impulse.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WINDOW_VALUES_MAX ((uint64_t)1 << 26)

static int axis_index(const mote_input_t *in, const char *name) {
  for (uint32_t i = 0; i < in->n_axes; i++)
    if (!strcmp(in->axes[i], name)) return (int)i;
  return -1;
}

#define AUTO_SHORTEST_S 1.0
#define AUTO_LONGEST_S  5.0

int mote_impulse_window(mote_impulse_t *m, const double *length_s, size_t n) {
  mote_input_t *in = &m->input;
  json_t *doc = json_object_get(m->json, "input");
  if (in->window_ms < 0) {
    double most = n ? length_s[(n - 1) * 9 / 10] : 0; /* nine in ten are not longer */
    double s =
        most > AUTO_LONGEST_S + 0.05 ? AUTO_SHORTEST_S : ceil(most * 10 - 0.01) / 10;
    in->window_ms = 1000 * (s < AUTO_SHORTEST_S ? AUTO_SHORTEST_S : s);
    json_object_set_new(doc, "window_ms", json_real(in->window_ms));
  }
  if (in->stride_ms < 0) {
    in->stride_ms = in->window_ms / 2;
    json_object_set_new(doc, "stride_ms", json_real(in->stride_ms));
  }
  return MOTE_OK;
}

static int resolve_input(mote_impulse_t *m, const char *const *axes, uint32_t n_axes,
                         double hz) {
  mote_input_t *in = &m->input;
  MOTE_TRY(mote_impulse_window(m, NULL, 0));
  if (!in->n_axes) {
    in->axes = mote_arena_take(m->arena, n_axes + 1, sizeof *in->axes);
    if (!in->axes) return MOTE_ERR_NOMEM;
    for (uint32_t i = 0; i < n_axes; i++)
      if (!(in->axes[i] = mote_arena_str(m->arena, axes[i]))) return MOTE_ERR_NOMEM;
    in->n_axes = n_axes;
  }
  if (in->hz == 0) in->hz = hz;
  if (!in->n_axes) return mote_fail(MOTE_ERR_USAGE, "input.axes: the data have no axes");
  double n = in->window_ms > 0 ? floor(in->window_ms * in->hz / 1000 + 0.5) : 1;
  double s = in->window_ms > 0 ? floor(in->stride_ms * in->hz / 1000 + 0.5) : 1;
  if (s > 1e9)
    return mote_fail(MOTE_ERR_USAGE, "input: a stride of %g ms at %g Hz is %g samples; "
                     "choose another stride_ms", in->stride_ms, in->hz, s);
  if (n < 1 || s < 1 || n * in->n_axes > (double)WINDOW_VALUES_MAX)
    return mote_fail(MOTE_ERR_USAGE,
                     "input: a window of %g ms at %g Hz is %g samples; choose another "
                     "window_ms or frequency_hz",
                     in->window_ms, in->hz, n);
  in->window = (uint32_t)n;
  in->stride = (uint32_t)s;
  in->audio = in->n_axes == 1 && in->hz >= 2000;
  return MOTE_OK;
}

static int resolve_axes(mote_impulse_t *m, mote_dsp_t *d, json_t *names) {
  size_t n = json_array_size(names);
  d->n_axes = n ? (uint32_t)n : m->input.n_axes;
  d->axes = mote_arena_take(m->arena, d->n_axes, sizeof *d->axes);
  if (!d->axes) return MOTE_ERR_NOMEM;
  for (uint32_t i = 0; i < d->n_axes; i++) {
    const char *name = n ? json_string_value(json_array_get(names, i)) : NULL;
    int at = name ? axis_index(&m->input, name) : (int)i;
    if (at < 0 || (n && !name))
      return mote_fail(MOTE_ERR_USAGE, "dsp block \"%s\": the data have no axis \"%s\"",
                       d->name, name ? name : "?");
    d->axes[i] = (uint32_t)at;
  }
  return MOTE_OK;
}

static int prepare_block(mote_impulse_t *m, mote_dsp_t *d) {
  d->signal = (mote_signal_t){.n = m->input.window, .axes = d->n_axes,
                              .hz = (float)m->input.hz};
  int rc = d->block->shape(d->cfg, &d->signal, &d->shape);
  if (rc < 0) return mote_context(rc, "dsp block \"%s\" (%s)", d->name, d->block->type);
  d->features = d->shape.rows * d->shape.cols;
  mote_pool_t pool = {0};
  d->plan = mote_arena_take(m->arena, 1, d->block->plan_bytes);
  if (!d->plan) return MOTE_ERR_NOMEM;
  MOTE_TRY(d->block->prepare(d->cfg, &d->signal, &pool, d->plan));
  pool.bytes = pool.used;
  pool.used = 0;
  pool.p = mote_arena_take(m->arena, pool.bytes + 8, 1);
  if (!pool.p) return MOTE_ERR_NOMEM;
  return d->block->prepare(d->cfg, &d->signal, &pool, d->plan);
}

static void shape_learner(const mote_impulse_t *m, mote_learner_t *l) {
  l->rows = 1;
  l->cols = 0;
  for (int i = 0; i < l->n_inputs; i++) l->cols += m->dsp[l->inputs[i]].features;
  const mote_block_shape_t *one = &m->dsp[l->inputs[0]].shape;
  if (l->n_inputs == 1 && one->rows > 1) {
    l->rows = one->rows;
    l->cols = one->cols;
  }
}

int mote_impulse_resolve(mote_impulse_t *m, const char *const *axes, uint32_t n_axes,
                         double hz) {
  MOTE_TRY(resolve_input(m, axes, n_axes, hz));
  json_t *list = json_object_get(m->json, "dsp");
  m->features = 0;
  for (int i = 0; i < m->n_dsp; i++) {
    json_t *names = json_object_get(json_array_get(list, (size_t)i), "axes");
    MOTE_TRY(resolve_axes(m, &m->dsp[i], names));
    MOTE_TRY(prepare_block(m, &m->dsp[i]));
    m->features += m->dsp[i].features;
  }
  for (int i = 0; i < m->n_learn; i++) shape_learner(m, &m->learn[i]);
  return MOTE_OK;
}

static size_t aligned(size_t n) { return (n + 15) & ~(size_t)15; }

static size_t gather_bytes(const mote_impulse_t *m) {
  return aligned((size_t)m->input.window * m->input.n_axes * sizeof(float));
}

size_t mote_impulse_scratch(const mote_impulse_t *m) {
  size_t most = 0;
  for (int i = 0; i < m->n_dsp; i++)
    if (m->dsp[i].shape.scratch_bytes > most) most = m->dsp[i].shape.scratch_bytes;
  return gather_bytes(m) + aligned(most);
}

static int takes_all_axes(const mote_impulse_t *m, const mote_dsp_t *d) {
  if (d->n_axes != m->input.n_axes) return 0;
  for (uint32_t i = 0; i < d->n_axes; i++)
    if (d->axes[i] != i) return 0;
  return 1;
}

int mote_impulse_features(const mote_impulse_t *m, const float *x, const float *prev,
                          float *out, void *scratch, void *const *states) {
  float *picked = scratch;
  void *rest = (char *)scratch + gather_bytes(m);
  for (int b = 0; b < m->n_dsp; b++) {
    const mote_dsp_t *d = &m->dsp[b];
    const float *in = x;
    if (!takes_all_axes(m, d)) {
      for (uint32_t i = 0; i < m->input.window; i++)
        for (uint32_t k = 0; k < d->n_axes; k++)
          picked[i * d->n_axes + k] = x[i * m->input.n_axes + d->axes[k]];
      in = picked;
    }
    float before = prev ? prev[d->axes[0]] : in[0];
    void *state = states ? states[b] : NULL;
    int rc = d->block->run(d->plan, in, before, out, rest, state);
    if (rc < 0)
      return mote_fail(rc, "dsp block \"%s\" failed on a window: %s", d->name,
                       mote_errname(rc));
    out += d->features;
  }
  return MOTE_OK;
}
