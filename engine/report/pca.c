/* SPDX-License-Identifier: Apache-2.0
 * Of the two symmetric matrices with the same spectrum, X'X and XX', the smaller one is
 * built. Its leading eigenvectors come from orthogonal iteration, sharpened by Jacobi
 * rotations in the subspace (Golub & Van Loan, Matrix Computations, 8.2 and 8.5). */
#include "report/pca.h"

#include <math.h>
#include <string.h>

#include "base/par.h"
#include "base/rng.h"

#define SPARE      8 /* vectors iterated beside the wanted ones: they speed convergence */
#define ITERATIONS 60
#define SWEEPS     30

typedef struct {
  size_t m, len, b; /* order of s; length of the vectors behind it; width of q */
  const double *v;  /* [m][len] */
  double *s;        /* [m][m] */
  double *q, *z;    /* [m][b] */
} job_t;

/* Four running sums, joined pairwise: an order that vectorises without being changed. */
static double dot(const double *a, const double *b, size_t n) {
  double s[4] = {0};
  size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (size_t l = 0; l < 4; l++) s[l] += a[i + l] * b[i + l];
  for (; i < n; i++) s[0] += a[i] * b[i];
  return (s[0] + s[1]) + (s[2] + s[3]);
}

static int gram_row(void *ctx, size_t i, int worker) {
  job_t *j = ctx;
  (void)worker;
  for (size_t k = i; k < j->m; k++)
    j->s[i * j->m + k] = dot(j->v + i * j->len, j->v + k * j->len, j->len);
  return MOTE_OK;
}

/* One row of z = s q. */
static int product_row(void *ctx, size_t i, int worker) {
  job_t *j = ctx;
  double *z = j->z + i * j->b;
  (void)worker;
  memset(z, 0, j->b * sizeof *z);
  for (size_t k = 0; k < j->m; k++) {
    double w = j->s[i * j->m + k];
    for (size_t c = 0; c < j->b; c++) z[c] += w * j->q[k * j->b + c];
  }
  return MOTE_OK;
}

/* Gram-Schmidt on the columns of z into q, twice for accuracy; a column that vanishes
 * stays zero and takes the eigenvalue 0. */
static void orthonormalise(job_t *j) {
  size_t m = j->m, b = j->b;
  memcpy(j->q, j->z, m * b * sizeof *j->q);
  for (size_t c = 0; c < b; c++) {
    for (int pass = 0; pass < 2; pass++)
      for (size_t p = 0; p < c; p++) {
        double s = 0;
        for (size_t i = 0; i < m; i++) s += j->q[i * b + c] * j->q[i * b + p];
        for (size_t i = 0; i < m; i++) j->q[i * b + c] -= s * j->q[i * b + p];
      }
    double before = 0, norm = 0;
    for (size_t i = 0; i < m; i++) {
      before += j->z[i * b + c] * j->z[i * b + c];
      norm += j->q[i * b + c] * j->q[i * b + c];
    }
    double f = norm > 1e-24 * before && norm > 0 ? 1 / sqrt(norm) : 0;
    for (size_t i = 0; i < m; i++) j->q[i * b + c] *= f;
  }
}

/* The rotation that clears t[p][r] of the symmetric t, applied to t and to e's columns.
 */
static void rotate(double *t, double *e, size_t b, size_t p, size_t r) {
  double off = t[p * b + r];
  if (off == 0) return;
  double theta = (t[r * b + r] - t[p * b + p]) / (2 * off);
  double tan = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
  double c = 1 / sqrt(tan * tan + 1), s = tan * c;
  for (size_t i = 0; i < b; i++) {
    double x = t[i * b + p], y = t[i * b + r];
    t[i * b + p] = c * x - s * y, t[i * b + r] = s * x + c * y;
    x = e[i * b + p], y = e[i * b + r];
    e[i * b + p] = c * x - s * y, e[i * b + r] = s * x + c * y;
  }
  for (size_t i = 0; i < b; i++) {
    double x = t[p * b + i], y = t[r * b + i];
    t[p * b + i] = c * x - s * y, t[r * b + i] = s * x + c * y;
  }
}

static void jacobi(double *t, double *e, size_t b) {
  for (size_t i = 0; i < b * b; i++) e[i] = i % (b + 1) ? 0 : 1;
  for (int sweep = 0; sweep < SWEEPS; sweep++)
    for (size_t p = 0; p < b; p++)
      for (size_t r = p + 1; r < b; r++) rotate(t, e, b, p, r);
}

/* z = q e: eigenvectors inside the subspace; lambda their values, not yet sorted. */
static int settle(job_t *j, mote_arena_t *a, double *lambda) {
  size_t b = j->b, m = j->m;
  double *t = mote_arena_take(a, b * b, sizeof *t),
         *e = mote_arena_take(a, b * b, sizeof *e);
  if (!t || !e) return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_parallel(m, product_row, j));
  for (size_t p = 0; p < b; p++)
    for (size_t r = p; r < b; r++) {
      double s = 0;
      for (size_t i = 0; i < m; i++) s += j->q[i * b + p] * j->z[i * b + r];
      t[p * b + r] = t[r * b + p] = s;
    }
  jacobi(t, e, b);
  for (size_t c = 0; c < b; c++) lambda[c] = t[c * b + c];
  memset(j->z, 0, m * b * sizeof *j->z);
  for (size_t i = 0; i < m; i++)
    for (size_t p = 0; p < b; p++)
      for (size_t c = 0; c < b; c++) j->z[i * b + c] += j->q[i * b + p] * e[p * b + c];
  return MOTE_OK;
}

static int leading(job_t *j, mote_arena_t *a, double *lambda) {
  mote_rng_t rng = mote_rng(1, 0);
  j->q = mote_arena_take(a, j->m * j->b, sizeof *j->q);
  j->z = mote_arena_take(a, j->m * j->b, sizeof *j->z);
  if (!j->q || !j->z) return MOTE_ERR_NOMEM;
  for (size_t i = 0; i < j->m * j->b; i++) j->z[i] = (double)mote_rng_normal(&rng);
  orthonormalise(j);
  for (int it = 0; it < ITERATIONS; it++) {
    MOTE_TRY(mote_parallel(j->m, product_row, j));
    orthonormalise(j);
  }
  return settle(j, a, lambda);
}

/* Centred copy, as n rows or turned into d rows, whichever are fewer. */
static double *centred(const double *x, size_t n, size_t d, mote_arena_t *a) {
  double *v = mote_arena_take(a, n * d, sizeof *v);
  for (size_t c = 0; v && c < d; c++) {
    double mean = 0;
    for (size_t i = 0; i < n; i++) mean += x[i * d + c];
    mean /= (double)n;
    for (size_t i = 0; i < n; i++)
      v[d <= n ? c * n + i : i * d + c] = x[i * d + c] - mean;
  }
  return v;
}

static size_t largest(const double *lambda, const uint8_t *used, size_t b) {
  size_t best = b;
  for (size_t c = 0; c < b; c++)
    if (!used[c] && (best == b || lambda[c] > lambda[best])) best = c;
  return best;
}

/* Column `to` of y from eigenvector `c`: of XX' it is the coordinate but for its length,
 * of X'X the rows are projected on it. */
static void project(const job_t *j, size_t n, size_t c, double lambda, mote_pca_t *out,
                    size_t to) {
  double peak = 0;
  for (size_t i = 0; i < n; i++) {
    double y = 0;
    if (j->m == n && j->len != n)
      y = j->z[i * j->b + c] * sqrt(lambda);
    else
      for (size_t r = 0; r < j->m; r++) y += j->v[r * n + i] * j->z[r * j->b + c];
    out->y[i * out->k + to] = y;
    if (fabs(y) > fabs(peak)) peak = y;
  }
  for (size_t i = 0; peak < 0 && i < n; i++)
    out->y[i * out->k + to] = -out->y[i * out->k + to];
}

int mote_pca(const double *x, size_t n, size_t d, size_t k, mote_arena_t *a,
             mote_pca_t *out) {
  *out = (mote_pca_t){0};
  if (!n || !d) return mote_fail(MOTE_ERR_PARAM, "no rows or no columns to project");
  job_t j = {.m = d <= n ? d : n, .len = d <= n ? n : d, .v = centred(x, n, d, a)};
  j.b = k + SPARE < j.m ? k + SPARE : j.m;
  out->k = k < j.m ? k : j.m;
  j.s = mote_arena_take(a, j.m * j.m, sizeof *j.s);
  double *lambda = mote_arena_take(a, j.b, sizeof *lambda);
  uint8_t *used = mote_arena_take(a, j.b, 1);
  out->y = mote_arena_take(a, n * out->k, sizeof *out->y);
  out->variance = mote_arena_take(a, out->k, sizeof *out->variance);
  if (!j.v || !j.s || !lambda || !used || !out->y || !out->variance)
    return MOTE_ERR_NOMEM;
  MOTE_TRY(mote_parallel(j.m, gram_row, &j));
  for (size_t i = 0; i < j.m; i++) {
    for (size_t r = 0; r < i; r++) j.s[i * j.m + r] = j.s[r * j.m + i];
    out->total += j.s[i * j.m + i] / (double)n;
  }
  MOTE_TRY(leading(&j, a, lambda));
  for (size_t c = 0; c < out->k; c++) {
    size_t from = largest(lambda, used, j.b);
    used[from] = 1;
    double l = lambda[from] > 0 ? lambda[from] : 0;
    out->variance[c] = l / (double)n;
    project(&j, n, from, l, out, c);
  }
  return MOTE_OK;
}
