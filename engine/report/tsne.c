/* SPDX-License-Identifier: Apache-2.0
 * Van der Maaten & Hinton, Visualizing Data using t-SNE (JMLR 9, 2008), with the learning
 * rate and the PCA start of Kobak & Berens (Nature Communications 10, 2019). A thread
 * owns rows and every sum runs over the columns in a fixed order. */
#include "report/tsne.h"

#include <math.h>
#include <string.h>

#include "base/dmath.h"
#include "base/par.h"
#include "base/rng.h"

#define EXAGGERATION 12.0
#define BISECTIONS   60
#define START_SPREAD 1e-4

typedef struct {
  const double *x;
  size_t n, d;
  double perplexity;
  double *p;       /* [n][n]: distances, then conditional, then joint probabilities */
  double *row;     /* [n][n] only while p is made symmetric */
  double *px, *py; /* [n] positions */
  double *pull;    /* [n][2] towards neighbours */
  double *push;    /* [n][3] away from all, and the row's share of the normaliser */
} job_t;

static double distance(const double *a, const double *b, size_t d) {
  double s = 0;
  for (size_t c = 0; c < d; c++) s += (a[c] - b[c]) * (a[c] - b[c]);
  return s;
}

/* Probabilities of row i at precision beta; returns their entropy in nats. */
static double conditional(const double *dist, double *p, size_t n, size_t i,
                          double beta) {
  double nearest = INFINITY, sum = 0, weighted = 0;
  for (size_t k = 0; k < n; k++)
    if (k != i && dist[k] < nearest) nearest = dist[k];
  for (size_t k = 0; k < n; k++) {
    double e = beta * (dist[k] - nearest);
    p[k] = k == i || e > 60 ? 0 : mote_dexp(-e);
    sum += p[k];
    weighted += p[k] * e;
  }
  for (size_t k = 0; k < n; k++) p[k] /= sum;
  return mote_dlog(sum) + weighted / sum;
}

/* Bisection on the precision until the entropy is that of the wanted perplexity. */
static int similar(void *ctx, size_t i, int worker) {
  job_t *j = ctx;
  double *dist = j->row + i * j->n, want = mote_dlog(j->perplexity);
  double lo = 0, hi = INFINITY, mean = 0;
  (void)worker;
  for (size_t k = 0; k < j->n; k++) {
    dist[k] = distance(j->x + i * j->d, j->x + k * j->d, j->d);
    mean += dist[k] / (double)j->n;
  }
  double beta = mean > 0 ? 1 / mean : 1;
  for (int it = 0; it < BISECTIONS; it++) {
    double over = conditional(dist, j->p + i * j->n, j->n, i, beta) - want;
    if (fabs(over) < 1e-5) break;
    if (over > 0)
      lo = beta, beta = isinf(hi) ? beta * 2 : (beta + hi) / 2;
    else
      hi = beta, beta = (beta + lo) / 2;
  }
  return MOTE_OK;
}

static void make_joint(job_t *j) {
  memcpy(j->row, j->p, j->n * j->n * sizeof *j->p);
  for (size_t i = 0; i < j->n; i++)
    for (size_t k = 0; k < j->n; k++)
      j->p[i * j->n + k] =
          (j->row[i * j->n + k] + j->row[k * j->n + i]) / (2 * (double)j->n);
}

/* Forces on row i, in four lanes that are joined pairwise. */
static int forces(void *ctx, size_t i, int worker) {
  const job_t *j = ctx;
  double s[5][4] = {{0}}, xi = j->px[i], yi = j->py[i];
  const double *p = j->p + i * j->n;
  (void)worker;
  for (size_t k = 0; k < j->n; k += 4) {
    size_t lanes = j->n - k < 4 ? j->n - k : 4;
    for (size_t l = 0; l < lanes; l++) {
      double dx = xi - j->px[k + l], dy = yi - j->py[k + l];
      double w = 1 / (1 + dx * dx + dy * dy), pw = p[k + l] * w, ww = w * w;
      s[0][l] += pw * dx, s[1][l] += pw * dy;
      s[2][l] += ww * dx, s[3][l] += ww * dy, s[4][l] += w;
    }
  }
  double t[5];
  for (size_t c = 0; c < 5; c++) t[c] = (s[c][0] + s[c][1]) + (s[c][2] + s[c][3]);
  memcpy(j->pull + 2 * i, t, 2 * sizeof *t);
  memcpy(j->push + 3 * i, t + 2, 3 * sizeof *t);
  return MOTE_OK;
}

/* First two columns of x, shrunk; the jitter parts rows that are equal. */
static void start(job_t *j, uint64_t seed) {
  mote_rng_t rng = mote_rng(seed, 0);
  double spread = 0;
  for (size_t i = 0; i < j->n; i++) spread += j->x[i * j->d] * j->x[i * j->d];
  spread = sqrt(spread / (double)j->n);
  double f = spread > 0 ? START_SPREAD / spread : 0;
  for (size_t i = 0; i < j->n; i++) {
    j->px[i] = f * j->x[i * j->d] + START_SPREAD * 0.01 * (double)mote_rng_normal(&rng);
    j->py[i] = (j->d > 1 ? f * j->x[i * j->d + 1] : 0) +
               START_SPREAD * 0.01 * (double)mote_rng_normal(&rng);
  }
}

/* Gains grow where the gradient keeps its sign (Jacobs 1988). */
static void step(double *at, double *speed, double *gain, double grad,
                 const double rate[2]) {
  *gain = (grad > 0) != (*speed > 0) ? *gain + 0.2 : *gain * 0.8;
  if (*gain < 0.01) *gain = 0.01;
  *speed = rate[0] * *speed - rate[1] * *gain * grad;
  *at += *speed;
}

static int descend(job_t *j, int iterations, double *speed, double *gain) {
  double lr = (double)j->n / EXAGGERATION;
  if (lr < 50) lr = 50;
  for (int it = 0; it < iterations; it++) {
    int early = it < iterations / 3;
    double factor = early ? EXAGGERATION : 1, rate[2] = {early ? 0.5 : 0.8, lr};
    MOTE_TRY(mote_parallel(j->n, forces, j));
    double z = -(double)j->n; /* a row's weight of itself does not count */
    for (size_t i = 0; i < j->n; i++) z += j->push[3 * i + 2];
    if (!(z > 1e-300)) z = 1e-300;
    for (size_t i = 0; i < j->n; i++) {
      double gx = 4 * (factor * j->pull[2 * i] - j->push[3 * i] / z);
      double gy = 4 * (factor * j->pull[2 * i + 1] - j->push[3 * i + 1] / z);
      step(&j->px[i], &speed[2 * i], &gain[2 * i], gx, rate);
      step(&j->py[i], &speed[2 * i + 1], &gain[2 * i + 1], gy, rate);
    }
  }
  return MOTE_OK;
}

static int embed(job_t *j, const mote_tsne_options_t *opt, mote_arena_t *a, double *y) {
  size_t n = j->n;
  j->p = mote_arena_take(a, n * n, sizeof *j->p);
  j->row = mote_arena_take(a, n * n, sizeof *j->row);
  j->px = mote_arena_take(a, n, sizeof *j->px);
  j->py = mote_arena_take(a, n, sizeof *j->py);
  j->pull = mote_arena_take(a, 2 * n, sizeof *j->pull);
  j->push = mote_arena_take(a, 3 * n, sizeof *j->push);
  double *speed = mote_arena_take(a, 2 * n, sizeof *speed);
  double *gain = mote_arena_take(a, 2 * n, sizeof *gain);
  if (!j->p || !j->row || !j->px || !j->py || !j->pull || !j->push || !speed || !gain)
    return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < 2 * n; i++) gain[i] = 1;
  MOTE_TRY(mote_parallel(n, similar, j));
  make_joint(j);
  start(j, opt->seed);
  MOTE_TRY(descend(j, opt->iterations > 0 ? opt->iterations : 500, speed, gain));
  for (size_t i = 0; i < n; i++) y[2 * i] = j->px[i], y[2 * i + 1] = j->py[i];
  return MOTE_OK;
}

int mote_tsne(const double *x, size_t n, size_t d, const mote_tsne_options_t *opt,
              double *y) {
  if (n > MOTE_TSNE_ROWS_MAX)
    return mote_fail(MOTE_ERR_LIMIT,
                     "%zu rows: at most %d are embedded; take a part of them", n,
                     MOTE_TSNE_ROWS_MAX);
  memset(y, 0, 2 * n * sizeof *y);
  if (n < 3) {
    for (size_t i = 0; i < n; i++) y[2 * i] = (double)i;
    return MOTE_OK;
  }
  double most = (double)(n - 1) / 3, want = opt->perplexity > 0 ? opt->perplexity : 30;
  job_t j = {.x = x, .n = n, .d = d, .perplexity = want < most ? want : most};
  if (j.perplexity < 1.01) j.perplexity = 1.01;
  mote_arena_t *a = mote_arena_new();
  int rc = a ? embed(&j, opt, a, y) : MOTE_ERR_NOMEM;
  mote_arena_free(a);
  return rc;
}
