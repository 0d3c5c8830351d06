/* SPDX-License-Identifier: Apache-2.0
 * Gaussian mixture by expectation-maximisation (Dempster et al. 1977) in double precision
 * with fixed summation order. Full covariances are shrunk towards their diagonal, so that
 * few windows suffice; the number of components is the one most likely on validation
 * data. */
#include <math.h>
#include <string.h>

#include "base/dmath.h"
#include "base/rng.h"
#include "learn/anomaly.h"

#define ITERATIONS_MAX 60
#define FULL_D_MAX     96 /* above, covariances are diagonal */
#define RIDGE          1e-3 /* on standardised variances: keeps them positive */
#define HALF_LOG_2PI   0.91893853320467274178

typedef struct {
  mote_anomaly_cfg_t common;
  int32_t components, covariance;
  float shrinkage;
} cfg_t;

enum { COV_AUTO, COV_FULL, COV_DIAG };

static const mote_param_t params[] = {
    {"components", MOTE_P_INT, offsetof(cfg_t, components), 0, 64, 0, NULL, "",
     "Gaussians in the mixture; 0 tries 1, 2, 4, 8 and keeps the most likely."},
    {"covariance", MOTE_P_CHOICE, offsetof(cfg_t, covariance), 0, 0, 0, "auto|full|diag",
     "", "Shape of a component; auto: full up to 96 features, else diagonal."},
    {"shrinkage", MOTE_P_FLOAT, offsetof(cfg_t, shrinkage), 0, 1, 0.05, NULL, "",
     "Share of the diagonal mixed into a full covariance."},
    MOTE_ANOMALY_ROWS,
};

typedef struct {
  uint32_t k, d;
  int full;
  double shrink;
  double *log_norm;         /* [k] */
  double *mean;             /* [k][d] */
  double *w; /* [k][wide]: inverse Cholesky factor by rows, or its diagonal */
  size_t wide;
} mixture_t;

static int new_mixture(mote_arena_t *a, uint32_t k, uint32_t d, mixture_t *m) {
  m->k = k;
  m->d = d;
  m->log_norm = mote_arena_take(a, k, sizeof(double));
  m->mean = mote_arena_take(a, (size_t)k * d, sizeof(double));
  m->wide = m->full ? (size_t)d * (d + 1) / 2 : d;
  m->w = mote_arena_take(a, k * m->wide, sizeof(double));
  return m->log_norm && m->mean && m->w ? MOTE_OK : MOTE_ERR_NOMEM;
}

/* log of weight times density of component c at x. */
static double log_density(const mixture_t *m, uint32_t c, const float *x) {
  const double *w = m->w + c * m->wide, *mean = m->mean + (size_t)c * m->d;
  double total = 0;
  for (uint32_t i = 0; i < m->d; i++) {
    double y = 0;
    for (uint32_t j = m->full ? 0 : i; j <= i; j++) y += *w++ * ((double)x[j] - mean[j]);
    total += y * y;
  }
  return m->log_norm[c] - 0.5 * total;
}

static double log_sum(const double *v, uint32_t n) {
  double top = v[0], sum = 0;
  for (uint32_t i = 1; i < n; i++) top = v[i] > top ? v[i] : top;
  for (uint32_t i = 0; i < n; i++) sum += v[i] - top > -700 ? mote_dexp(v[i] - top) : 0;
  return top + mote_dlog(sum);
}

/* Responsibilities r [n][k]; returns the mean log likelihood. */
static double expect(const mixture_t *m, const float *x, size_t n, double *r) {
  double total = 0;
  for (size_t i = 0; i < n; i++) {
    double *v = r + i * m->k;
    for (uint32_t c = 0; c < m->k; c++) v[c] = log_density(m, c, x + i * m->d);
    double all = log_sum(v, m->k);
    for (uint32_t c = 0; c < m->k; c++)
      v[c] = v[c] - all > -700 ? mote_dexp(v[c] - all) : 0;
    total += all;
  }
  return total / (double)n;
}

static void covariance(const mixture_t *m, uint32_t c, const float *x, size_t n,
                       const double *r, double *cov) {
  uint32_t d = m->d;
  const double *mean = m->mean + (size_t)c * d;
  double weight = 1e-9;
  memset(cov, 0, m->wide * sizeof *cov);
  for (size_t i = 0; i < n; i++) {
    double rho = r[i * m->k + c], *at = cov;
    weight += rho;
    if (rho < 1e-12) continue;
    for (uint32_t a = 0; a < d; a++) {
      double u = rho * ((double)x[i * d + a] - mean[a]);
      for (uint32_t b = m->full ? 0 : a; b <= a; b++)
        *at++ += u * ((double)x[i * d + b] - mean[b]);
    }
  }
  for (uint32_t a = 0; a < d; a++)
    for (uint32_t b = m->full ? 0 : a; b <= a; b++, cov++)
      *cov = a == b ? *cov / weight + RIDGE : *cov / weight * (1 - m->shrink);
}

static double inverse_roots(double *c, uint32_t d) {
  double log_det = 0;
  for (uint32_t i = 0; i < d; i++) {
    c[i] = 1 / sqrt(c[i]);
    log_det += mote_dlog(c[i]);
  }
  return log_det;
}

/* In place: cov (lower) → L → W = L^-1; returns log det W. */
static double inverse_cholesky(double *c, uint32_t d) {
#define AT(i, j) c[(size_t)(i) * ((i) + 1) / 2 + (j)]
  double log_det = 0;
  for (uint32_t i = 0; i < d; i++)
    for (uint32_t j = 0; j <= i; j++) {
      double sum = AT(i, j);
      for (uint32_t k = 0; k < j; k++) sum -= AT(i, k) * AT(j, k);
      AT(i, j) = i == j ? sqrt(sum > 1e-9 ? sum : 1e-9) : sum / AT(j, j);
    }
  for (uint32_t j = 0; j < d; j++) {
    AT(j, j) = 1 / AT(j, j);
    log_det += mote_dlog(AT(j, j));
    for (uint32_t i = j + 1; i < d; i++) {
      double sum = 0;
      for (uint32_t k = j; k < i; k++) sum -= AT(i, k) * AT(k, j);
      AT(i, j) = sum / AT(i, i);
    }
  }
#undef AT
  return log_det;
}

static void maximise(mixture_t *m, const float *x, size_t n, const double *r) {
  for (uint32_t c = 0; c < m->k; c++) {
    double weight = 1e-9;
    for (size_t i = 0; i < n; i++) weight += r[i * m->k + c];
    for (uint32_t j = 0; j < m->d; j++) {
      double sum = 0;
      for (size_t i = 0; i < n; i++) sum += r[i * m->k + c] * (double)x[i * m->d + j];
      m->mean[(size_t)c * m->d + j] = sum / weight;
    }
    double *w = m->w + c * m->wide;
    covariance(m, c, x, n, r, w);
    double log_det = m->full ? inverse_cholesky(w, m->d) : inverse_roots(w, m->d);
    m->log_norm[c] =
        mote_dlog(weight / (double)n) + log_det - (double)m->d * HALF_LOG_2PI;
  }
}

/* First responsibilities: every row to the nearest of k random rows. */
static void start(const mixture_t *m, const float *x, size_t n, mote_rng_t *rng,
                  double *r) {
  size_t seed[64];
  for (uint32_t c = 0; c < m->k; c++) seed[c] = mote_rng_below(rng, (uint32_t)n);
  memset(r, 0, n * m->k * sizeof *r);
  for (size_t i = 0; i < n; i++) {
    uint32_t at = 0;
    double best = 0;
    for (uint32_t c = 0; c < m->k; c++) {
      double e = 0;
      for (uint32_t j = 0; j < m->d; j++) {
        double v = (double)x[i * m->d + j] - (double)x[seed[c] * m->d + j];
        e += v * v;
      }
      if (c == 0 || e < best) best = e, at = c;
    }
    r[i * m->k + at] = 1;
  }
}

static int fit(const mote_anomaly_data_t *data, uint64_t seed, mixture_t *m,
               double *score) {
  const float *x = data->train;
  size_t n = data->n_train, most = n > data->n_valid ? n : data->n_valid;
  double *r = mote_alloc(most * m->k, sizeof *r), last = -1e300;
  if (!r) return MOTE_ERR_NOMEM;
  mote_rng_t rng = mote_rng(seed, m->k);
  start(m, x, n, &rng, r);
  for (int it = 0; it < ITERATIONS_MAX; it++) {
    maximise(m, x, n, r);
    double now = expect(m, x, n, r);
    if (now - last < 1e-4) break;
    last = now;
  }
  *score = data->n_valid ? expect(m, data->valid, data->n_valid, r) : last;
  mote_free(r);
  return MOTE_OK;
}

static int choose(const cfg_t *cfg, const mote_anomaly_data_t *data, uint64_t seed,
                  mixture_t *best) {
  double top = -1e300;
  uint32_t first = cfg->components ? (uint32_t)cfg->components : 1;
  uint32_t last = cfg->components ? first : 8;
  for (uint32_t k = first; k <= last; k *= 2) {
    if (k > 1 && data->n_train < 4 * (size_t)k) break;
    mixture_t m = {.shrink = (double)cfg->shrinkage,
                   .full = cfg->covariance == COV_FULL ||
                           (cfg->covariance == COV_AUTO && data->d <= FULL_D_MAX)};
    double score;
    MOTE_TRY(new_mixture(data->arena, k, data->d, &m));
    MOTE_TRY(fit(data, seed, &m, &score));
    if (score > top || k == first) top = score, *best = m;
  }
  return MOTE_OK;
}

static float *narrowed(mote_arena_t *a, const double *v, size_t n) {
  float *f = mote_arena_take(a, n, sizeof *f);
  for (size_t i = 0; f && i < n; i++) f[i] = (float)v[i];
  return f;
}

/* Mean and deviation of the negative log likelihood on the training rows. */
static int nll_stats(const mixture_t *m, const mote_anomaly_data_t *data, float out[2]) {
  double sum = 0, sq = 0, v[64];
  for (size_t i = 0; i < data->n_train; i++) {
    for (uint32_t c = 0; c < m->k; c++) v[c] = log_density(m, c, data->train + i * m->d);
    double nll = -log_sum(v, m->k);
    sum += nll;
    sq += nll * nll;
  }
  double n = (double)data->n_train, mean = sum / n, var = sq / n - mean * mean;
  out[0] = (float)mean;
  out[1] = (float)(1 / sqrt(var > 1e-12 ? var : 1e-12));
  return MOTE_OK;
}

static int train_on(const mote_learn_job_t *job, const void *config,
                    const mote_anomaly_data_t *data, mote_learn_result_t *out) {
  const cfg_t *cfg = config;
  mixture_t m;
  float stats[2];
  MOTE_TRY(choose(cfg, data, job->seed, &m));
  MOTE_TRY(nll_stats(&m, data, stats));
  mote_arena_t *a = data->arena;
  int32_t k = (int32_t)m.k, d = (int32_t)m.d, t = (int32_t)m.wide;
  float *centres = narrowed(a, m.mean, (size_t)k * m.d),
        *norm = narrowed(a, m.log_norm, m.k);
  float *w = narrowed(a, m.w, m.k * m.wide);
  if (!centres || !norm || !w) return MOTE_ERR_NOMEM;
  mote_anomaly_const_t consts[] = {
      {"axes", MOTE_I32, data->axes, d, 0},      {"mean", MOTE_F32, data->mean, d, 0},
      {"scale", MOTE_F32, data->scale, d, 0},    {"centres", MOTE_F32, centres, k, d},
      {"whiten", MOTE_F32, w, k, t},             {"log_norm", MOTE_F32, norm, k, 0},
      {"nll", MOTE_F32, stats, 2, 0}};
  MOTE_TRY(mote_anomaly_graph(job, data, "gmm", consts, 7, &out->f32));
  out->report = json_pack("{s:i, s:s}", "components", (int)k, "covariance",
                          m.full ? "full" : "diag");
  return out->report ? MOTE_OK : MOTE_ERR_NOMEM;
}

static int train(const mote_learn_job_t *job, mote_learn_result_t *out) {
  cfg_t cfg;
  return mote_anomaly_train(job, &cfg, train_on, out);
}

const mote_learner_kind_t mote_learner_gmm = {
    .type = "gmm",
    .help = "Anomaly score: how unlikely a window is under a mixture of Gaussians.",
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .train = train,
};
