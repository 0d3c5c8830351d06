/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strict.h"
#include "base/dmath.h"

#include <math.h>

/* x - k pi/2 in [-pi/4, pi/4]; pi/2 in two parts, the first with 33 bits (k < 2^17:
 * exact). */
static double reduce(double x, int *quadrant) {
  double k = floor(x * (2 / MOTE_PI) + 0.5);
  *quadrant = (int)(k - 4 * floor(k / 4));
  return (x - k * 1.57079632673412561417) - k * 6.07710050650619224932e-11;
}

/* Taylor series, down to 1e-19 on [-pi/4, pi/4]. */
static double sine(double r) {
  double sum = 0, rr = r * r;
  for (int n = 19; n >= 3; n -= 2) sum = -rr / (n * (n - 1)) * (1 + sum);
  return r + r * sum;
}

static double cosine(double r) {
  double sum = 0, rr = r * r;
  for (int n = 18; n >= 2; n -= 2) sum = -rr / (n * (n - 1)) * (1 + sum);
  return 1 + sum;
}

static double quarter(double r, int quadrant) {
  double v = quadrant & 1 ? cosine(r) : sine(r);
  return quadrant & 2 ? -v : v;
}

double mote_dsin(double x) {
  int q;
  double r = reduce(x, &q);
  return quarter(r, q);
}

double mote_dcos(double x) {
  int q;
  double r = reduce(x, &q);
  return quarter(r, q + 1);
}

double mote_dtan(double x) { return mote_dsin(x) / mote_dcos(x); }

/* e^x = 2^k e^r, |r| <= ln(2)/2. */
double mote_dexp(double x) {
  double k = floor(x / 0.69314718055994530942 + 0.5), sum = 0;
  double r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10;
  for (int n = 15; n >= 1; n--) sum = r / n * (1 + sum);
  return ldexp(1 + sum, (int)k);
}

/* x = 2^e m, m in [sqrt(1/2), sqrt(2)); ln m = 2 atanh((m - 1) / (m + 1)). */
double mote_dlog(double x) {
  int e;
  double m = frexp(x, &e);
  if (m < 0.70710678118654752440) m *= 2, e--;
  double s = (m - 1) / (m + 1), ss = s * s, sum = 0;
  for (int n = 23; n >= 3; n -= 2) sum = ss * (1.0 / n + sum);
  return e * 0.693147180369123816490 +
         (e * 1.90821492927058770002e-10 + 2 * s * (1 + sum));
}

double mote_dsinh(double x) { return (mote_dexp(x) - mote_dexp(-x)) / 2; }
double mote_dcosh(double x) { return (mote_dexp(x) + mote_dexp(-x)) / 2; }
double mote_dasinh(double x) { return mote_dlog(x + sqrt(x * x + 1)); }

double mote_dbessel_i0(double x) {
  double sum = 1, term = 1, q = x * x / 4;
  for (int k = 1; k < 100 && term > sum * 1e-18; k++)
    term *= q / ((double)k * k), sum += term;
  return sum;
}

double mote_dtanh(double x) {
  double a = fabs(x);
  if (a < 1e-3) return x - x * x * x / 3; /* what is left out: 2e-16 relative */
  double y = a > 20 ? 1 : 1 - 2 / (mote_dexp(2 * a) + 1);
  return x < 0 ? -y : y;
}

/* 2 / sqrt(pi) e^(-x^2) (x + 2 x^3 / 3 + 4 x^5 / 15 ...): no term is negative. */
double mote_derf(double x) {
  double a = fabs(x), term = a, sum = a;
  if (a > 6) return x < 0 ? -1 : 1;
  for (int n = 1; n < 200 && term > 1e-18 * sum; n++)
    term *= 2 * a * a / (2 * n + 1), sum += term;
  double y = 1.12837916709551257390 * mote_dexp(-a * a) * sum;
  return x < 0 ? -y : y;
}
