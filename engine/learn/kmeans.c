/* SPDX-License-Identifier: Apache-2.0
 * K-means (Lloyd 1982, k-means++ seeding of Arthur & Vassilvitskii 2007). A cluster's
 * radius is the distance of its farthest member; the score is the distance to the nearest
 * surface. */
#include <string.h>

#include "base/rng.h"
#include "learn/anomaly.h"
#include "math/math.h"

#define ITERATIONS_MAX 100
#define RESTARTS       4

typedef struct {
  mote_anomaly_cfg_t common;
  int32_t clusters;
} cfg_t;

static const mote_param_t params[] = {
    {"clusters", MOTE_P_INT, offsetof(cfg_t, clusters), 1, 1024, 32, NULL, "",
     "Number of clusters; fewer are used when there are fewer windows."},
    MOTE_ANOMALY_ROWS,
};

typedef struct {
  const float *x; size_t n; uint32_t d, k;
  float *centre;   /* [k][d] */
  uint32_t *of;    /* [n] cluster of a row */
  float *dist;     /* [n] squared distance to it */
} state_t;

static float distance2(const float *a, const float *b, uint32_t d) {
  float sum = 0;
  for (uint32_t i = 0; i < d; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

static double assign(state_t *s, uint32_t k) {
  double total = 0;
  for (size_t i = 0; i < s->n; i++) {
    float best = distance2(s->x + i * s->d, s->centre, s->d);
    uint32_t at = 0;
    for (uint32_t c = 1; c < k; c++) {
      float e = distance2(s->x + i * s->d, s->centre + c * s->d, s->d);
      if (e < best) best = e, at = c;
    }
    s->of[i] = at;
    s->dist[i] = best;
    total += (double)best;
  }
  return total;
}

/* Each next centre is a row drawn with probability proportional to its squared distance.
 */
static void seed_centres(state_t *s, mote_rng_t *rng) {
  size_t first = mote_rng_below(rng, (uint32_t)s->n);
  memcpy(s->centre, s->x + first * s->d, s->d * sizeof(float));
  for (uint32_t k = 1; k < s->k; k++) {
    double total = assign(s, k), goal = (double)mote_rng_unit(rng) * total;
    size_t i = 0;
    while (i + 1 < s->n && (goal -= (double)s->dist[i]) > 0) i++;
    memcpy(s->centre + k * s->d, s->x + i * s->d, s->d * sizeof(float));
  }
}

static void move_centre(state_t *s, uint32_t c) {
  for (uint32_t j = 0; j < s->d; j++) {
    double sum = 0;
    size_t members = 0;
    for (size_t i = 0; i < s->n; i++)
      if (s->of[i] == c) sum += (double)s->x[i * s->d + j], members++;
    if (members) s->centre[c * s->d + j] = (float)(sum / (double)members);
  }
}

static double lloyd(state_t *s, mote_rng_t *rng) {
  seed_centres(s, rng);
  double last = assign(s, s->k);
  for (int it = 0; it < ITERATIONS_MAX; it++) {
    for (uint32_t c = 0; c < s->k; c++) move_centre(s, c);
    double now = assign(s, s->k);
    if (!(now < last * (1 - 1e-6))) return now;
    last = now;
  }
  return last;
}

static int fit(const mote_anomaly_data_t *data, uint32_t k, uint64_t seed, float *centres,
               float *radius) {
  mote_arena_t *a = data->arena;
  state_t s = {data->train, data->n_train, data->d, k, NULL, NULL, NULL};
  s.centre = mote_arena_take(a, (size_t)k * s.d, sizeof *s.centre);
  s.of = mote_arena_take(a, s.n, sizeof *s.of);
  s.dist = mote_arena_take(a, s.n, sizeof *s.dist);
  if (!s.centre || !s.of || !s.dist) return MOTE_ERR_NOMEM;
  double best = -1;
  for (uint64_t run = 0; run < RESTARTS; run++) {
    mote_rng_t rng = mote_rng(seed, run);
    double now = lloyd(&s, &rng);
    if (best >= 0 && now >= best) continue;
    best = now;
    memcpy(centres, s.centre, (size_t)k * s.d * sizeof *centres);
    memset(radius, 0, k * sizeof *radius);
    for (size_t i = 0; i < s.n; i++) {
      float r = mote_sqrtf(s.dist[i]);
      if (r > radius[s.of[i]]) radius[s.of[i]] = r;
    }
  }
  return MOTE_OK;
}

static int train_on(const mote_learn_job_t *job, const void *config,
                    const mote_anomaly_data_t *data, mote_learn_result_t *out) {
  const cfg_t *cfg = config;
  uint32_t k = (uint32_t)cfg->clusters;
  if (k > data->n_train) k = (uint32_t)data->n_train;
  float *centres = mote_arena_take(data->arena, (size_t)k * data->d, sizeof *centres);
  float *radius = mote_arena_take(data->arena, k, sizeof *radius);
  if (!centres || !radius) return MOTE_ERR_NOMEM;
  MOTE_TRY(fit(data, k, job->seed, centres, radius));
  int32_t d = (int32_t)data->d;
  mote_anomaly_const_t consts[] = {{"axes", MOTE_I32, data->axes, d, 0},
                                   {"mean", MOTE_F32, data->mean, d, 0},
                                   {"scale", MOTE_F32, data->scale, d, 0},
                                   {"centres", MOTE_F32, centres, (int32_t)k, d},
                                   {"radius", MOTE_F32, radius, (int32_t)k, 0}};
  return mote_anomaly_graph(job, data, "kmeans", consts, 5, &out->f32);
}

static int train(const mote_learn_job_t *job, mote_learn_result_t *out) {
  cfg_t cfg;
  return mote_anomaly_train(job, &cfg, train_on, out);
}

const mote_learner_kind_t mote_learner_kmeans = {
    .type = "kmeans",
    .help = "Anomaly score: distance to the nearest cluster of normal windows.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .train = train,
};
