/* SPDX-License-Identifier: Apache-2.0
 * Batch normalisation per channel (Ioffe & Szegedy, arXiv 1502.03167):
 *   y = clamp(gamma * (x - mean) / sqrt(var + eps) + beta), mean and var of the batch.
 * Slices leave mean and sum of squares, merge joins them (Chan et al. 1979), then every
 * slice is normalised. Going back, with xh = (x - mean) * inv and N rows:
 *   dx = gamma * inv * (g - sum(g)/N - xh * sum(g * xh)/N). */
#include <string.h>

#include "math/math.h"
#include "train/emit.h"

typedef struct { float momentum, epsilon; } cfg_t;

static const mote_param_t rows[] = {
    {"momentum", MOTE_P_FLOAT, offsetof(cfg_t, momentum), 0, 0.9999, 0.9, NULL, "",
     "how much of the running mean and variance stays at each step"},
    {"epsilon", MOTE_P_FLOAT, offsetof(cfg_t, epsilon), 1e-7, 0.1, 1e-3, NULL, "",
     "added to the variance"},
};

/* The seven rows of shared, [c] each. */
typedef struct { float *mean, *inv, *scale, *shift, *kg, *kx, *k0; } shared_t;

static shared_t shared_of(const mote_layer_t *l, float *p) {
  size_t c = l->channels;
  return (shared_t){p, p + c, p + 2 * c, p + 3 * c, p + 4 * c, p + 5 * c, p + 6 * c};
}

static size_t rows_in(const mote_layer_t *l, size_t samples) {
  return samples * l->out.h * l->out.w;
}

static int plan(mote_layer_t *l) {
  l->out = l->in_shape[0];
  l->channels = l->out.c;
  l->n_bias = 2 * l->channels; /* gamma, beta: neither decays */
  l->n_state = 2 * l->channels;
  l->part = 2 * l->channels;
  l->shared = 7 * l->channels;
  l->scratch = 3 * l->channels;
  return MOTE_OK;
}

static void init(const mote_layer_t *l, float *w, float *state, mote_rng_t *rng) {
  (void)rng;
  for (size_t i = 0; i < l->channels; i++) {
    w[i] = 1.0f;
    state[l->channels + i] = 1.0f;
  }
}

/* scale, shift [c] such that y = x * scale + shift. */
static void coefficients(size_t c, const float *w, const float *mean, const float *inv,
                         float *scale, float *shift) {
  for (size_t i = 0; i < c; i++) {
    scale[i] = w[i] * inv[i];
    shift[i] = w[c + i] - mean[i] * scale[i];
  }
}

static void running_coefficients(const mote_layer_t *l, const float *w,
                                 const float *state, float *scale, float *shift) {
  const cfg_t *cfg = l->cfg;
  size_t c = l->channels;
  for (size_t i = 0; i < c; i++)
    scale[i] = 1.0f / mote_sqrtf(state[c + i] + cfg->epsilon);
  coefficients(c, w, state, scale, scale, shift);
}

static void collect(const mote_layer_t *l, const mote_io_t *io) {
  io->k->moments(io->part, io->part + l->channels, io->x[0], rows_in(l, io->n),
                 l->channels);
}

/* Rows in slice s of the batch. */
static double slice_rows(const mote_layer_t *l, const mote_merge_t *m, uint32_t s) {
  uint32_t left = m->batch - s * m->slice;
  return (double)rows_in(l, left < m->slice ? left : m->slice);
}

static double joined_mean(const mote_layer_t *l, const mote_merge_t *m, size_t i) {
  double sum = 0, n = 0;
  for (uint32_t s = 0; s < m->n_slices; s++) {
    double r = slice_rows(l, m, s);
    sum += r * (double)m->parts[s * l->part + i];
    n += r;
  }
  return sum / n;
}

static double joined_m2(const mote_layer_t *l, const mote_merge_t *m, size_t i,
                        double mean) {
  double m2 = 0;
  for (uint32_t s = 0; s < m->n_slices; s++) {
    const float *part = m->parts + s * l->part;
    double d = (double)part[i] - mean;
    m2 += (double)part[l->channels + i];
    m2 += d * d * slice_rows(l, m, s);
  }
  return m2;
}

static void merge(const mote_layer_t *l, const mote_merge_t *m) {
  const cfg_t *cfg = l->cfg;
  shared_t sh = shared_of(l, m->shared);
  double n = (double)rows_in(l, m->batch);
  float keep = cfg->momentum;
  for (size_t i = 0; i < l->channels; i++) {
    double mean = joined_mean(l, m, i), m2 = joined_m2(l, m, i, mean);
    float *run_mean = m->state + i, *run_var = m->state + l->channels + i;
    float unbiased = (float)(m2 / (n > 1 ? n - 1 : 1));
    sh.mean[i] = (float)mean;
    sh.inv[i] = 1.0f / mote_sqrtf((float)(m2 / n) + cfg->epsilon);
    *run_mean = keep * *run_mean + (1.0f - keep) * sh.mean[i];
    *run_var = keep * *run_var + (1.0f - keep) * unbiased;
  }
  coefficients(l->channels, m->w, sh.mean, sh.inv, sh.scale, sh.shift);
}

static void forward(const mote_layer_t *l, const mote_io_t *io) {
  mote_affine_t p = {
      .rows = rows_in(l, io->n), .c = l->channels, .lo = l->lo, .hi = l->hi};
  if (io->training && !l->frozen) {
    shared_t sh = shared_of(l, io->shared);
    p.scale = sh.scale;
    p.shift = sh.shift;
  } else {
    float *scale = io->scratch, *shift = scale + l->channels;
    running_coefficients(l, io->w, io->state, scale, shift);
    p.scale = scale;
    p.shift = shift;
  }
  io->k->affine(io->y, io->x[0], &p);
}

static mote_norm_back_t back_of(const mote_layer_t *l, const mote_io_t *io, shared_t sh) {
  return (mote_norm_back_t){.dy = io->dy, .y = io->y, .x = io->x[0],
                            .rows = rows_in(l, io->n), .c = l->channels, .lo = l->lo,
                            .hi = l->hi, .mean = sh.mean, .inv = sh.inv, .kg = sh.kg,
                            .kx = sh.kx, .k0 = sh.k0};
}

static void collect_back(const mote_layer_t *l, const mote_io_t *io) {
  mote_norm_back_t p = back_of(l, io, shared_of(l, io->shared));
  io->k->norm_sums(&p, io->part, io->part + l->channels);
}

static void merge_back(const mote_layer_t *l, const mote_merge_t *m) {
  shared_t sh = shared_of(l, m->shared);
  double n = (double)rows_in(l, m->batch);
  for (size_t i = 0; i < l->channels; i++) {
    double g = 0, gx = 0;
    for (uint32_t s = 0; s < m->n_slices; s++) {
      g += (double)m->parts[s * l->part + i];
      gx += (double)m->parts[s * l->part + l->channels + i];
    }
    double inv = (double)sh.inv[i], scale = (double)m->w[i] * inv;
    sh.kg[i] = (float)scale;
    sh.kx[i] = (float)(-scale * inv * inv * gx / n);
    sh.k0[i] = (float)(-scale * g / n);
  }
}

/* A frozen norm is an affine map with constants: no batch terms in the gradient. */
static void freeze(const mote_layer_t *l, const mote_io_t *io, shared_t *sh) {
  const cfg_t *cfg = l->cfg;
  size_t c = l->channels;
  sh->mean = io->state;
  sh->kg = io->scratch;
  sh->inv = io->scratch + c;
  sh->kx = sh->k0 = io->scratch + 2 * c;
  for (size_t i = 0; i < c; i++) {
    sh->inv[i] = 1.0f / mote_sqrtf(io->state[c + i] + cfg->epsilon);
    sh->kg[i] = io->w[i] * sh->inv[i];
    sh->kx[i] = 0.0f;
  }
}

static void backward(const mote_layer_t *l, const mote_io_t *io) {
  shared_t sh = shared_of(l, io->shared);
  if (l->frozen) freeze(l, io, &sh);
  mote_norm_back_t p = back_of(l, io, sh);
  if (l->frozen) io->k->norm_sums(&p, io->part, io->part + l->channels);
  for (size_t i = 0; i < l->channels; i++) {
    io->dw[i] = io->part[l->channels + i] * sh.inv[i];
    io->dw[l->channels + i] = io->part[i];
  }
  if (io->dx[0]) io->k->norm_back(&p, io->dx[0]);
}

/* A norm that could not be folded into the layer before it: one multiplication per value.
 */
static int emit(const mote_layer_t *l, mote_emit_t *e, const float *w,
                const float *state) {
  uint32_t c = (uint32_t)l->channels;
  float *map = mote_alloc(2 * (size_t)c, sizeof *map);
  if (!map) return MOTE_ERR_NOMEM;
  running_coefficients(l, w, state, map, map + c);
  mote_window_attr_t attr = {.stride_h = 1,
                             .stride_w = 1,
                             .dilation_h = 1,
                             .dilation_w = 1,
                             .padding = MOTE_PAD_VALID,
                             .activation = mote_emit_activation(e, l)};
  mote_emit_node_t n = {.op = "depthwise_conv2d", .n_in = 3, .attr = &attr,
                        .fused = attr.activation};
  mote_dims_t bias = {1, {(int32_t)c}};
  n.in[0] = mote_emit_in(e, l, 0, 1);
  n.in[1] = mote_emit_const(e, l, "scale", mote_dims4(1, 1, 1, c), map);
  n.in[2] = mote_emit_const(e, l, "shift", bias, map + c);
  mote_free(map);
  for (int i = 0; i < 3; i++) MOTE_TRY(n.in[i]);
  return mote_emit_node(e, l, &n);
}

const mote_layer_kind_t mote_layer_batch_norm = {
    .type = "batch_norm",
    .help = "zero mean and unit deviation per channel over the batch",
    .params = rows,
    .n_params = sizeof rows / sizeof rows[0],
    .cfg_bytes = sizeof(cfg_t),
    .min_in = 1,
    .max_in = 1,
    .flags = MOTE_LAYER_ACTIVATES | MOTE_LAYER_NEEDS_Y | MOTE_LAYER_ABSORBS,
    .plan = plan,
    .init = init,
    .forward = forward,
    .backward = backward,
    .collect = collect,
    .merge = merge,
    .collect_back = collect_back,
    .merge_back = merge_back,
    .emit = emit};
